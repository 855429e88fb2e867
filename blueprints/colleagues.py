"""Whom something is given to: one of a unit's staff."""

from collections.abc import Collection, Sequence
from typing import ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints.extensions import db
from blueprints.forms import Selected, StepForm, Ticked, filled
from models.officer import GOERS, Officer, Role


class ColleagueField(Selected):
    """One of the officers offered, by user name."""

    def offer_those(self, unit_id: int, roles: Collection[Role], but: Collection = (), nobody: str = "") -> None:
        """List who has one of these roles at the unit; `nobody` says what choosing none of them means."""
        query = db.select(Officer).where(Officer.unit_id == unit_id, Officer.active, Officer.role.in_(roles))
        may = [officer for officer in db.session.scalars(query.order_by(Officer.id)) if officer not in but]
        self.offer_named(
            {officer: _("%(name)s（%(title)s）", name=officer.name, title=officer.title) for officer in may}, nobody
        )

    def offer_named(self, names: dict[Officer, str], nobody: str = "") -> None:
        """List these officers, each by what is to be read."""
        self.officers = {officer.username: officer for officer in names}
        self.offer([("", nobody or _("请选择")), *((officer.username, name) for officer, name in names.items())])

    @property
    def value(self) -> Officer | None:
        """Who was chosen."""
        return self.officers.get(self.data)


class ColleaguesField(Ticked):
    """Several of the officers offered, by user name."""

    def offer_those(self, unit_ids: Sequence[int], roles: Collection[Role], but: Collection = ()) -> None:
        """List who has one of these roles at the units, unit by unit."""
        query = db.select(Officer).where(Officer.unit_id.in_(unit_ids), Officer.active, Officer.role.in_(roles))
        may = [officer for officer in db.session.scalars(query.order_by(Officer.id)) if officer not in but]
        may.sort(key=lambda officer: unit_ids.index(officer.unit_id))
        self.officers = {officer.username: officer for officer in may}
        self.offer((officer.username, officer.called) for officer in may)

    @property
    def value(self) -> list[Officer]:
        """Those chosen."""
        return [self.officers[name] for name in dict.fromkeys(self.data or ()) if name in self.officers]


class PassOnForm(StepForm):
    """Another one of the unit that the record lies with does it, who has one of the `roles`."""

    roles: ClassVar[tuple[Role, ...]] = GOERS
    handler = ColleagueField(_l("交给谁"), validators=[filled(_l("请选交给谁。"))])

    def fit(self, record, by):
        self.handler.offer_those(record.station_id, self.roles, but=[record.assignee])

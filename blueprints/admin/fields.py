"""Fields of what is set up: rows to choose from, phones, codes, and the hours of a week."""

import re
from datetime import time

from flask_babel import gettext as _
from wtforms import Field
from wtforms.validators import StopValidation

from blueprints import forms
from blueprints.answers import WEEKDAYS
from blueprints.extensions import db
from blueprints.forms import Selected, narrow
from models.base import N_
from models.unit import Community, Unit, UnitKind

PHONE = re.compile(r"\+?\d[\d ()-]*\d")
CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]*")  # one of nothing but a hyphen would be the community that nobody knows


FIRST = {  # what must be there before anything can be chosen: its section, and what is said while there is none
    "units": N_("还没有派出所。要先加一个派出所，这里才有得选。"),
    "communities": N_("还没有社区。要先加社区，这里才有得选。"),
    "posts": N_("还没有岗位。要先加岗位，这里才有得选。"),
    "accounts": N_("还没有民警、领导的账号。要先加账号，这里才有得选。"),
}


class Chosen(Selected):
    """One row of a table, by its id; `value` is the id."""

    def offer_rows(self, rows, called=lambda row: row.name, none: str = "", first: str = "") -> None:
        """List these; `none` says what choosing none of them means, `first` is the section to fill where there are none."""
        self.rows = {str(row.id): row for row in rows}
        self.needs = "" if self.rows else first
        self.offer([("", none or _("请选择")), *((id, called(row)) for id, row in self.rows.items())])

    def offer_stations(self) -> None:
        """List the stations."""
        stations = db.select(Unit).where(Unit.kind == UnitKind.STATION).order_by(Unit.number)
        self.offer_rows(db.session.scalars(stations), first="units")

    @property
    def value(self) -> int | None:
        return int(self.data) if self.data else None


class Where(Selected):
    """A community or one of its grids, of any station; `value` is their ids."""

    def offer_places(self) -> None:
        """List them, each community before its grids."""
        query = db.select(Community).join(Unit).order_by(Unit.number, Community.code)
        communities = db.session.scalars(query.options(db.selectinload(Community.grids), db.contains_eager(Community.station)))
        self.places, pairs = {"": (None, None)}, [("", _("请选择"))]
        for community in communities:
            for grid in (None, *community.grids):
                code = f"{community.code}/{grid.number}" if grid else community.code
                self.places[code] = (community, grid)
                pairs.append((code, f"{community.station.name} {community.name} {grid.name if grid else ''}".strip()))
        self.needs = "" if len(pairs) > 1 else "communities"
        self.offer(pairs)

    @property
    def value(self) -> dict:
        """The columns that a place fills."""
        community, grid = self.places.get(self.data, (None, None))
        return {"community_id": community and community.id, "grid_id": grid and grid.id}

    @staticmethod
    def code_of(record) -> str:
        """What stands for the place of a record."""
        return f"{record.community.code}/{record.grid.number}" if record.grid else record.community.code


class Phone(forms.Phone):
    """A telephone number that everybody reads."""

    def __init__(self, label, validators=(), **kwargs):
        super().__init__(label, [*validators, _is_phone], **kwargs)


def _is_phone(form, field):
    if field.data and not PHONE.fullmatch(field.data):
        raise StopValidation(_("电话只写数字，可以带区号和横线，比如 0000-5550110。"))


def is_code(form, field):
    """Refuse what can't stand in an address."""
    if field.data and not CODE.fullmatch(field.data):
        raise StopValidation(_("只能用数字、英文字母和横线，横线不放在最前面。"))


def within(lowest, highest):
    """Refuse a number or an hour outside these bounds; none at all is not its business."""

    def check(form, field):
        if field.data is not None and not lowest <= field.data <= highest:
            raise StopValidation(_("请写%(lowest)s到%(highest)s之间的。", lowest=_plain(lowest), highest=_plain(highest)))

    return check


def _plain(bound) -> str:
    return f"{bound:%H:%M}" if isinstance(bound, time) else str(bound)


class Opening(Field):
    """From when to when, for each weekday: fourteen hours in a row, two a day, both or none."""

    is_hours = True

    @property
    def days(self) -> list[tuple[str, str, str]]:
        """Each weekday's name with the two hours to show."""
        shown = self.raw_data or [hour for n in range(7) for hour in (self.data or {}).get(str(n), ("", ""))]
        shown = [*shown, *[""] * 14][:14]
        return [(_("周%(weekday)s", weekday=_(WEEKDAYS)[n]), *shown[2 * n : 2 * n + 2]) for n in range(7)]

    def process_formdata(self, valuelist):
        self.data = {}
        for n, (day, *hours) in enumerate(self.days if valuelist else ()):
            try:
                if any(hours):
                    self.data[str(n)] = [f"{time.fromisoformat(narrow(hour)):%H:%M}" for hour in hours]
            except ValueError as error:
                raise ValueError(_("%(day)s：从几点到几点都要写，像 09:00、17:00 这样。", day=day)) from error

    @property
    def value(self) -> dict:
        """What a room's `opens` holds."""
        return self.data or {}

"""Picking several at once: to be signed off, assigned, or handed over."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField
from wtforms.validators import ValidationError

from blueprints.access import me
from blueprints.colleagues import ColleagueField
from blueprints.extensions import db
from blueprints.forms import Form, Line, at_most, filled
from models import rules
from models.officer import HANDLERS, Officer
from models.task import loads


class Several(SelectMultipleField):
    """Rows with the versions in which they were shown, as `id:version`."""

    def __init__(self, **kwargs):
        super().__init__(validate_choice=False, **kwargs)

    @property
    def value(self) -> list[tuple[int, int]]:
        """Pairs of an id and a version; what is none is left out."""
        pairs = (text.split(":") for text in self.data or ())
        return [(int(p[0]), int(p[1])) for p in pairs if len(p) == 2 and all(n.isdecimal() and len(n) < 10 for n in p)]


class ManyForm(Form):
    """Several rows, and nothing else to say."""

    picked = Several()

    def validate_picked(self, field):
        """Something must be picked."""
        if not field.value:
            raise ValidationError(_("请先勾上要办的。"))


class LoadedField(ColleagueField):
    """A colleague of one's own unit, with what is in hand already."""

    def offer_loaded(self, but: Officer | None = None) -> None:
        """List those who may handle matters, the least loaded first."""
        mine = db.select(Officer).where(Officer.unit_id == me().unit_id, Officer.active, Officer.role.in_(HANDLERS))
        load = loads(db.session, me().unit)
        colleagues = sorted(db.session.scalars(mine), key=lambda officer: (load.get(officer.id, 0), officer.id))
        self.offer_named(
            {o: _("%(name)s（手上%(n)s件）", name=o.name, n=load.get(o.id, 0)) for o in colleagues if o is not but}
        )


class GiveForm(ManyForm):
    """Several rows go to one colleague."""

    handler = LoadedField(_l("交给谁"), validators=[filled(_l("请选交给谁。"))])
    text = Line(_l("为什么，群众看得到"), [at_most(rules.ANSWER_MAX)])

    def __init__(self, *args, holder: Officer | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.handler.offer_loaded(but=holder)
        if holder:
            self.text.validators = [*self.text.validators, filled(_l("请写一下为什么要交接，比如：李警官最近不在岗。"))]

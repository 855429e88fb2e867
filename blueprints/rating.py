"""The fields for what a resident says of a closing: by card herself, or through staff in a callback."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from blueprints.answers import ordinal
from blueprints.forms import Picked, StepForm, Text, Ticked, at_most
from models import rules
from models.base import now
from models.callback import Rating

NONE, ALL = "none", "all"


class SolvedField(Ticked):
    """The points that are solved, by ordinal; `all`, or `none`."""

    def offer_points(self, points, several: bool) -> None:
        """List these points, by name where the matter has several, and that none is solved."""
        self.points = points
        self.one_of_two = "radio" if len(points) == 1 else None
        solved = [(str(p.ordinal), _("%(which)s解决了", which=ordinal(p.ordinal)) if several else _("解决了")) for p in points]
        self.offer([*solved, (NONE, _("都没解决") if several else _("还没解决"))])

    def pre_validate(self, form):
        if self.data != [ALL]:
            super().pre_validate(form)
        if NONE in self.data and len(self.data) > 1:
            raise ValidationError(_("“没解决”和“解决了”只能选一样。"))

    @property
    def value(self) -> list[int]:
        """The ordinals of the points solved."""
        if self.data == [ALL]:
            return [point.ordinal for point in self.points]
        return [int(code) for code in self.data or () if code != NONE]


class RatingForm(StepForm):
    """What a resident says of a closing: by card herself, or through staff in a callback."""

    solved = SolvedField(_l("解决了吗？"))
    rating = Picked(_l("满意吗？"), Rating)
    words = Text(_l("还想说的话（可不写）"), [at_most(rules.WORDS_MAX)])

    def fit(self, record, by):
        matter = record.matter
        self.solved.offer_points(matter.points_to_ask(now()), several=len(matter.points) > 1)

    @property
    def is_asked(self) -> bool:
        """Whether the resident was asked at all."""
        return True

    def validate_solved(self, field):
        """Nothing ticked says "not solved" only where she is unsatisfied."""
        if self.is_asked and not field.data and self.rating.data != Rating.UNSATISFIED.code:
            raise ValidationError(_("请选一下解决了没有。"))

    def validate_rating(self, field):
        """Only "not solved" can be said without a rating, and only where the rule takes it."""
        if self.is_asked and not field.data and not self.solved.data:
            raise ValidationError(_("请选一下满意不满意。"))

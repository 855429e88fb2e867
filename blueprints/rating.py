"""The fields for what a resident says of a closing: by card herself, or through staff in a callback."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import ValidationError

from blueprints.answers import ordinal
from blueprints.forms import Picked, StepForm, Text, Ticked, at_most, filled
from models import rules
from models.asking import Rating, Reach
from models.base import now

ALL, NONE, NOT = "all", "none", "not-"  # besides ordinals: all are solved, none is, all but this one


class SolvedField(Ticked):
    """The points that are solved. Of several one taps that all are, or each that is not: seldom more than one tap."""

    clash = _l("“解决了”和“还没解决”只能选一样。")

    def offer_points(self, points, several: bool) -> None:
        """List these points; by name where the matter has several."""
        self.points = points
        self.one_of_two = "radio" if len(points) == 1 else None
        if not several:
            self.offer([(str(p.ordinal), _("解决了")) for p in points] + [(NONE, _("还没解决"))])
            return
        not_yet = [(f"{NOT}{p.ordinal}", _("%(which)s还没解决", which=ordinal(p.ordinal))) for p in points]
        self.offer(
            [(ALL, _("都解决了") if len(points) > 1 else _("%(which)s解决了", which=ordinal(points[0].ordinal))), *not_yet]
        )

    def pre_validate(self, form):
        ordinals = {str(point.ordinal) for point in self.points}
        kinds = ({ALL}, {NONE}, ordinals, {NOT + code for code in ordinals})
        said = set(self.data or ())
        if not said <= set().union(*kinds):
            raise ValidationError(_("请从列出的里面选。"))
        if said and not any(said <= kind for kind in kinds):
            raise ValidationError(self.clash)

    @property
    def value(self) -> list[int]:
        """The ordinals of the points solved."""
        said = self.data or []
        if said == [ALL] or (said and said[0].startswith(NOT)):
            return [point.ordinal for point in self.points if f"{NOT}{point.ordinal}" not in said]
        return [int(code) for code in said if code != NONE]


class WithDanger:
    """What is asked for only once it was said: that she has read that she should dial 110."""

    danger_seen = BooleanField(_l("现在没有危险，或者已经打过110了"))

    @property
    def shown(self):
        """The fields to draw, in order."""
        return [field for field in super().shown if field is not self.danger_seen or field.errors or field.data]


class WithResult:
    """What came of one try to ask, before anything else."""

    first = "result"
    done = _l("记下来")
    result = Picked(_l("联系上了吗？"), Reach, default=Reach.REACHED.code, validators=[filled(_l("请选一下联系上了没有。"))])

    @property
    def is_asked(self) -> bool:
        """Whether the resident was asked at all."""
        return self.result.data == Reach.REACHED.code

    def validate_rating(self, field):
        """Whoever was reached said something."""
        if self.is_asked and not field.data:
            raise ValidationError(_("请选一下群众满意不满意。"))


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

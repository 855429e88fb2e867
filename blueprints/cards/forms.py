"""Looking a card up, and the forms of a resident's steps."""

from flask_babel import lazy_gettext as _l

from blueprints.forms import Form, Line, StepForm, Text, at_most, filled, step_form
from blueprints.rating import RatingForm
from models import rules
from models.matter import Matter


class LookUpForm(Form):
    """Number and code, typed in any way."""

    number = Line(_l("编号"), [filled(_l("请填回音卡上的编号。"))])
    code = Line(_l("查询码"), [filled(_l("请填回音卡上的16位查询码。"))])


step_form(Matter.rate)(RatingForm)


@step_form(Matter.add)
class AddForm(StepForm):
    words = Text(_l("要补充的话"), [filled(_l("请写一下要补充什么。")), at_most(rules.WORDS_MAX)])


@step_form(Matter.withdraw)
class WithdrawForm(StepForm):
    note = _l("撤回以后，这件事就不再办，也不再回访。这张卡还能打开看。")
    words = Text(_l("为什么撤回（可不写）"), [at_most(rules.WORDS_MAX)])

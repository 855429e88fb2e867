"""The forms of a rectification order."""

from flask_babel import lazy_gettext as _l

from blueprints.forms import Picked, StepForm, Text, at_most, filled, step_form
from models import rules
from models.order import Check, RectificationOrder


@step_form(RectificationOrder.measure)
class MeasureForm(StepForm):
    note = _l("只给核查的人看。办好了，请到事项里答复群众，那就是整改结果，不用再写一遍。")
    text = Text(_l("做了什么：谁、什么时候、怎么做的（仅内部）"), [filled(_l("请写一下做了什么。")), at_most(rules.ANSWER_MAX)])


@step_form(RectificationOrder.check)
class CheckForm(StepForm):
    note = _l("通过以后，由没有经办过的同事去问群众解决了没有；没有整改好，就再交办一次。")
    verdict = Picked(_l("核查的结果"), Check, validators=[filled(_l("请选核查的结果。"))])
    text = Text(_l("哪里没有整改好，要怎么改（通过的可不写，仅内部）"), [at_most(rules.ANSWER_MAX)])

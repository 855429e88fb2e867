"""The forms of a text's steps, of the switch, and of the words."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import NumberRange

from blueprints.forms import Form, Number, StepForm, Text, Version, at_most, filled, step_form
from models import rules
from models.outbox import Message


@step_form(Message.mark_sent)
class SentForm(StepForm):
    note = _l("先用所里的手机发出去，再点“发好了”：会记下是谁、什么时候发的。群众回了短信，请在回访里记下来。")


@step_form(Message.call_off)
class CallOffForm(StepForm):
    note = _l("比如已经打电话告诉群众了，或者号码是错的。点了就不再发这一条。")


class PaceForm(Form):
    per_hour = Number(
        _l("每小时最多发几条"),
        [filled(_l("请写一个数字。")), NumberRange(1, 100_000, message=_l("请写1到100000之间的数字。"))],
    )


class WordsForm(Form):
    version = Version(_l("版本"), [filled(_l("页面不完整，请返回重新打开。"))])
    text = Text(_l("短信的话"), [at_most(rules.MESSAGE_MAX)])

"""The form of a spot check."""

from flask_babel import lazy_gettext as _l

from blueprints.forms import Line, StepForm, at_most, filled, step_form
from models import rules
from models.visit import Visit


@step_form(Visit.check)
class CheckForm(StepForm):
    note = _l("去的同事和领导看得到这一句，群众看不到。")
    remark = Line(_l("看到的情况，一句话（不写姓名、门牌）"), [filled(_l("请写一句看到的情况。")), at_most(rules.REMARK_MAX)])

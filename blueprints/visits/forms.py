"""The forms of a visit's steps."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from blueprints.colleagues import PassOnForm
from blueprints.extensions import db
from blueprints.forms import (
    CallOffForm,
    Line,
    StepForm,
    at_most,
    step_form,
)
from blueprints.surveying import SurveyFields
from blueprints.visiting import CompanionsFields, SlotFields
from models import rules
from models.matter import Matter
from models.survey import questions_of
from models.visit import Visit

REASON = at_most(rules.REASON_MAX)


@step_form(Matter.visit)
class AboutMatterForm(SlotFields, CompanionsFields, StepForm):
    note = _l("群众在回音卡上看得到约的时间；您去，也可以选同事一起去。")
    reason = Line(_l("去做什么（可不写，仅内部）"), [REASON])

    def fit(self, record, by):
        self.offer_companions(record.station, by)


@step_form(Visit.schedule)
class ScheduleForm(SlotFields, StepForm):
    reason = Line(_l("为什么要改时间（第一次定时间可不写；等着的群众看得到）"), [REASON])


@step_form(Visit.survey)
class SurveyForm(SurveyFields, StepForm):
    compact = True
    done = _l("存好这一张")

    def fit(self, record, by):
        self.ask(questions_of(db.session, record.station))
        if not self.asked:
            self.note = _l("本所还没有定调查表的题，请所领导先定。")


step_form(Visit.pass_on)(PassOnForm)


@step_form(Visit.call_off)
class CallOffVisitForm(CallOffForm):
    note = _l("等着的群众会看到取消的原因。")
    whole_series = BooleanField(_l("后面的也一起取消"))

    def fit(self, record, by):
        if later := record.later_ones():
            self.whole_series.label.text = _("同一批后面的%(n)s次也一起取消", n=len(later))
        else:
            del self.whole_series

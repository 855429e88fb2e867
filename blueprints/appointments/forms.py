"""The forms of an appointment's steps, a resident's and those of staff."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints.colleagues import PassOnForm
from blueprints.forms import CallOffForm, Line, StepForm, at_most, filled, step_form
from blueprints.slots import FreeTimeField
from models import rules
from models.appointment import Appointment
from models.base import now
from models.talk import Where

REASON = at_most(rules.REASON_MAX)


class TimeForm(StepForm):
    """Another free time of the same room."""

    free_time = FreeTimeField(_l("改到什么时间？"), validators=[filled(_l("请选一个时间。"))])

    def fit(self, record, by):
        empty = _("这几天没有空着的时间。请打%(phone)s，或者过几天再来看。", phone=record.station.duty_phone)
        self.free_time.offer_slots(record.free_times(now()), empty)


@step_form(Appointment.pick)
class PickForm(TimeForm):
    pass


@step_form(Appointment.cancel)
class CancelForm(StepForm):
    note = _l("取消以后，您留的联系方式马上删掉。还想说，可以随时再约。")


@step_form(Appointment.erase)
class EraseForm(StepForm):
    note = _l("您留的称呼、电话和地址马上删掉，找不回来。")

    def fit(self, record, by):
        if record.held_in is not Where.ROOM and record.ended_at is None and now() < record.begins_at:
            self.note = _l("您留的称呼、电话和地址马上删掉，找不回来。删了就找不到您了，这次预约也就取消了。")


@step_form(Appointment.take_up)
class TakeUpForm(StepForm):
    note = _l("由您接待，群众在回音卡上看得到。")


@step_form(Appointment.miss)
class MissForm(StepForm):
    note = _l("没等到人、家里没人，或者电话没人接。群众在回音卡上看得到，可以再约。")


@step_form(Appointment.move)
class MoveForm(TimeForm):
    reason = Line(_l("为什么要改（群众看得到）"), [filled(_l("请写一下为什么要改时间。")), REASON])


step_form(Appointment.pass_on)(PassOnForm)


@step_form(Appointment.call_off)
class CallOffAppointmentForm(CallOffForm):
    note = _l("群众在回音卡上看得到为什么取消；留了电话的，请再打个电话说一声。")

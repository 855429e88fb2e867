"""Slips: leaving one, what a resident chooses by its card, and the phone that she leaves."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import ValidationError

from blueprints.access import GOERS, me, policy
from blueprints.extensions import db
from blueprints.forms import Line, Phone, StepForm, at_most, filled, step_form
from blueprints.looking import look_at
from blueprints.slots import SlotField
from blueprints.visits import bp
from models import rules
from models.base import now
from models.visit import Visit


@step_form(Visit.leave_slip)
class LeaveSlipForm(StepForm):
    note = _l("条上有编号和查询码：群众自己选您再来的时间，或者说打个电话就行、不用来了。")
    place = Line(_l("哪一户（可不写；不写姓名，用完就删）"), [at_most(rules.PLACE_MAX)])

    def fit(self, record, by):
        if not self.is_submitted():
            self.place.data = record.place


@step_form(Visit.call)
class CallForm(StepForm):
    note = _l("电话里说过了，就不用上门了。没打通的先别记，过一会儿再打。")


@step_form(Visit.pick)
class PickForm(StepForm):
    slot = SlotField(_l("哪个时间方便？"), validators=[filled(_l("请选一个时间。"))])

    def fit(self, record, by):
        self.slot.offer_slots(record.free_slots(now()), _l("这几天都排满了。请选“打个电话就行”，或者过几天再来看。"))


@step_form(Visit.ask_call)
class AskCallForm(StepForm):
    note = _l("电话只用来跟您说这件事，加密存放，谁看过都有记录。说完7天删掉，最多留30天。")
    done = _l("打个电话就行")
    phone = Phone(_l("电话"), [filled(_l("请留个电话。"))], render_kw={"type": "tel", "autocomplete": "tel"})
    consent = BooleanField(_l("我同意派出所用这个电话跟我说这件事"))

    def validate_consent(self, field):
        """Without consent nothing is kept."""
        if not field.data:
            raise ValidationError(_("留了电话，请在这里打勾同意我们使用。"))


@step_form(Visit.spare)
class SpareForm(StepForm):
    note = _l("我们这次就不来了，也不打电话。以后有事，随时可以打派出所电话。")


@bp.route("/visits/<int(max=2147483647):id>/phone", methods=["GET", "POST"])
@policy(GOERS)
def phone(id):
    """Ask for a look at the phone on a slip, or have it: shown once, and logged."""
    found = db.first_or_404(db.select(Visit).where(Visit.id == id, Visit.seen_by(me())))
    return look_at(found, found.open_phone, "visits/phone.html", f"phone-{found.id}")

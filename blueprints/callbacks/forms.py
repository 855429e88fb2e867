"""The form of a callback."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from blueprints.colleagues import PassOnForm
from blueprints.forms import Form, Line, StepForm, at_most, filled, step_form
from blueprints.rating import RatingForm, WithResult
from models import rules
from models.asking import Reach
from models.callback import Callback
from models.campaign import Recall
from models.card import digits
from models.officer import STAFF

NUMBER_MAX = 15  # digits; a code has 16


@step_form(Callback.record, Recall.record)
class RecordForm(WithResult, RatingForm):
    def fit(self, record, by):
        super().fit(record, by)
        if not (record.matter.contact and record.matter.contact.phone_sealed):
            self.result.offer((reach.code, _(reach.label)) for reach in Reach if reach is not Reach.WRONG)


class WhoRangForm(Form):
    """The number of a card, from somebody who rings back."""

    number = Line(_l("回音卡上的编号"), [filled(_l("请写编号，只要数字。")), at_most(rules.EARLIER_MAX)])

    def validate_number(self, field):
        """Only the number: a code is nobody's to ask for."""
        if not digits(field.data) or len(digits(field.data)) > NUMBER_MAX:
            raise ValidationError(_("请只写编号，比如 101 26 000123；查询码不要问，也不要写。"))


@step_form(Callback.put_back)
class PutBackForm(StepForm):
    note = _l("放回去以后，别的同事可以接着打。已经打过的几次都记着。")


@step_form(Callback.pass_on)
class PassCallbackOnForm(PassOnForm):
    note = _l("选到经办过这件事的同事，就放回去，由没有经办过的同事认领。")
    roles = STAFF
    text = Line(_l("为什么（可不写，仅内部）"), [at_most(rules.ANSWER_MAX)])

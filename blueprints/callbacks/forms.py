"""The form of a callback."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from blueprints.forms import Picked, filled, step_form
from blueprints.rating import RatingForm
from models.callback import Callback, Reach


@step_form(Callback.record)
class RecordForm(RatingForm):
    first = "result"
    result = Picked(_l("联系上了吗？"), Reach, validators=[filled(_l("请选一下联系上了没有。"))])

    @property
    def is_asked(self):
        return self.result.data == Reach.REACHED.code

    def validate_rating(self, field):
        if self.is_asked and not field.data:
            raise ValidationError(_("请选一下群众满意不满意。"))

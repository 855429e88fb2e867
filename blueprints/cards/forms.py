"""Looking a card up."""

from flask_babel import lazy_gettext as _l

from blueprints.forms import Form, Line, filled, step_form
from blueprints.rating import RatingForm
from models.matter import Matter


class LookUpForm(Form):
    """Number and code, typed in any way."""

    number = Line(_l("编号"), [filled(_l("请填回音卡上的编号。"))])
    code = Line(_l("查询码"), [filled(_l("请填回音卡上的16位查询码。"))])


step_form(Matter.rate)(RatingForm)

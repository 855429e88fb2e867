"""The forms of a day that offices work, or do not, whatever the list says; and of a spreadsheet to set a station up."""

from flask_babel import lazy_gettext as _l

from blueprints.forms import Day, Form, Line, Picked, at_most, filled
from blueprints.sheets import SHEET_LIMIT, Sheet
from models.base import N_, Word


class Worked(Word):
    """Whether a day is worked."""

    ON = N_("上班")
    OFF = N_("休息")


class DayForm(Form):
    """One day of the calendar."""

    day = Day(_l("哪一天"), [filled(_l("请选日期。"))])
    worked = Picked(_l("上班还是休息"), Worked, validators=[filled(_l("请选上班还是休息。"))])
    reason = Line(_l("依据，比如：国务院办公厅放假通知"), [filled(_l("请写一下依据。")), at_most(100)])


class SetupForm(Form):
    """A file to try out."""

    max_bytes = SHEET_LIMIT
    sheet = Sheet(_l("表格"))

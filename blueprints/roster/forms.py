"""The forms of the roster."""

import json

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import ValidationError

from blueprints.access import me
from blueprints.colleagues import ColleagueField
from blueprints.forms import Day, Form, Hour, Number, filled, is_text
from blueprints.places import RoomField
from blueprints.sheets import SHEET_LIMIT, Sheet
from models import rules
from models.duty import Place
from models.duty_sheet import CELL_MAX, ShiftRow
from models.officer import ROSTERED


class ShiftForm(Form):
    """One shift."""

    officer = ColleagueField(_l("谁值班"), validators=[filled(_l("请选谁值班。"))])
    room = RoomField(_l("在哪里"))
    day = Day(_l("哪一天"), [filled(_l("请选哪一天。"))])
    begins = Hour(_l("从几点"), [filled(_l("请写从几点。"))])
    ends = Hour(_l("到几点"), [filled(_l("请写到几点。"))])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.officer.offer_those(me().unit_id, ROSTERED)
        self.room.offer_rooms(me().unit, _(Place.DESK.label))


class SwapForm(Form):
    """The other shift."""

    other = Number(_l("另一个班"), [filled(_l("请点另一个班。"))])


class SheetForm(Form):
    """A file to try out."""

    max_bytes = SHEET_LIMIT
    sheet = Sheet(_l("值班表格"))


class RowsForm(Form):
    """The rows of a file that was tried out, as they were typed."""

    rows = HiddenField()

    def validate_rows(self, field):
        """Whatever comes back is read anew."""
        try:
            self.shifts = [ShiftRow(int(n), *map(str, cells)) for n, *cells in json.loads(field.data)][: rules.ROSTER_ROWS]
        except (ValueError, TypeError, OverflowError, RecursionError):
            raise ValidationError(_("页面不完整，请重新选一次文件。")) from None
        if any(len(cell) > CELL_MAX or not is_text(cell) for row in self.shifts for cell in row[1:]):
            raise ValidationError(_("页面不完整，请重新选一次文件。"))

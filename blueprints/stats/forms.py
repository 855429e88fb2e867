"""The period that is looked at, and an upper level's formula."""

import re
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from blueprints.forms import Day, Form, Line, at_most, narrow
from models import rules
from models.satisfaction import Period

SHARE = re.compile(r"([01]?)(?:[.,。](\d{1,3}))?")


class PeriodForm(Form):
    """From one day to another; with neither, the period that has a name."""

    class Meta(Form.Meta):
        csrf = False  # it only reads

    since = Day(_l("从哪天"))
    until = Day(_l("到哪天"))

    def validate_until(self, field):
        """Both or neither, in their order."""
        if (self.since.data is None) != (field.data is None):
            raise ValidationError(_("请把起止两天都选上。"))
        if field.data and field.data < self.since.data:
            raise ValidationError(_("结束的那天在开始的前面，请换一下。"))

    def days(self, named: Period, today: date) -> tuple[date, date]:
        """The first and the last day."""
        return (self.since.data, self.until.data) if self.validate() and self.since.data else named.days(today)


def thousandths(typed: str) -> int | None:
    """A number from 0 to 1 as people write it, with a point, a comma or in full width; None for anything else."""
    found = SHARE.fullmatch(narrow(typed))
    if not found or not any(found.groups()):
        return None
    share = int(found[1] or 0) * rules.WHOLE + int((found[2] or "").ljust(3, "0"))
    return share if share <= rules.WHOLE else None


class Share(Line):
    """Such a number: `value` is in thousandths."""

    @property
    def value(self) -> int | None:
        """None where it is no such number."""
        return thousandths(self.data or "")


class FormulaForm(Form):
    """What an upper level calls its rate, and what one 基本满意 is worth there; both empty takes it away."""

    title = Line(_l("叫什么，比如：市局口径"), [at_most(rules.FORMULA_TITLE_MAX)])
    fairly = Share(_l("一件“基本满意”算多少，从0到1"))

    def validate_title(self, field):
        """It is never shown without its name."""
        if self.fairly.data and not field.data:
            raise ValidationError(_("请写一下叫什么。"))

    def validate_fairly(self, field):
        """A number, unless both are empty."""
        if (field.data or self.title.data) and field.value is None:
            raise ValidationError(_("请写0到1之间的数，比如0.5。"))

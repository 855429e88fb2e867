"""A question with its answers, and the months that are looked at."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError
from wtforms.widgets import TextArea

from blueprints.answers import month_words
from blueprints.forms import Form, Line, Selected, Text, Version, at_most, filled
from models import rules
from models.workdays import ONE_DAY


class QuestionForm(Form):
    """A question, and its answers on a line each."""

    text = Line(_l("问什么"), [filled(_l("请写一下问什么。")), at_most(rules.QUESTION_MAX)], widget=TextArea())
    answers = Text(_l("答案，一行写一个"), [filled(_l("请写一下有哪些答案，一行一个。"))])

    @property
    def given(self) -> dict:
        """What the model takes."""
        lines = (line.strip() for line in self.answers.data.splitlines())
        return {"text": self.text.data, "answers": [line for line in lines if line]}


class MoveForm(Form):
    """Where the question stood when it was shown, so that two taps move it once."""

    ordinal = Version(_l("位置"), [filled(_l("页面不完整，请返回重新打开。"))])


class MonthsForm(Form):
    """From one month to another, of all that have answers."""

    class Meta(Form.Meta):
        csrf = False  # it only reads

    since = Selected(_l("从哪个月"))
    until = Selected(_l("到哪个月"))

    def between(self, first: date, last: date) -> None:
        """Offer these months and all in between, the last first."""
        months = [last.replace(day=1)]
        while months[-1] > first:
            months.append((months[-1] - ONE_DAY).replace(day=1))
        for field in (self.since, self.until):
            field.offer((f"{month:%Y-%m}", month_words(month)) for month in months)

    def validate_until(self, field):
        """In their order."""
        if field.data < self.since.data:
            raise ValidationError(_("结束的月份在开始的前面，请换一下。"))

    @property
    def chosen(self) -> tuple[date, date] | None:
        """The first days of both, where both were chosen rightly."""
        if not (self.since.data and self.until.data and self.validate()):
            return None
        return date.fromisoformat(f"{self.since.data}-01"), date.fromisoformat(f"{self.until.data}-01")

"""The form of an answer template."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints.forms import Form, Line, Selected, Text, Version, at_most, filled
from models import rules
from models.life import Kind
from models.point import Outcome


class PhraseForm(Form):
    title = Line(_l("名称：按钮上的字"), [filled(_l("请写个名称。")), at_most(rules.TEMPLATE_TITLE_MAX)])
    kind = Selected(_l("哪一类事用"), Kind)
    outcome = Selected(_l("哪种结果用"), Outcome)
    text = Text(_l("答复"), [filled(_l("请写一下答复。")), at_most(rules.ANSWER_MAX)])

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        kinds = [kind for kind in Kind if kind is not Kind.PRAISE]  # praise is thanked, not answered
        self.kind.offer([("", _("哪一类都行")), *((kind.code, _(kind.label)) for kind in kinds)])
        self.outcome.offer([("", _("哪种结果都行")), *((outcome.code, _(outcome.label)) for outcome in Outcome)])

    @property
    def given(self) -> dict:
        """What the model takes."""
        return {"title": self.title.data, "kind": self.kind.value, "outcome": self.outcome.value, "text": self.text.data}


class ChangeForm(PhraseForm):
    version = Version(_l("版本"), [filled(_l("页面不完整，请返回重新打开。"))])


class DeleteForm(Form):
    version = Version(_l("版本"), [filled(_l("页面不完整，请返回重新打开。"))])

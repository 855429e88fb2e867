"""The form behind the one click."""

from flask_babel import lazy_gettext as _l

from blueprints.forms import Form, Line, at_most, filled
from models import rules


class LookForm(Form):
    """Nothing but the click; the bureau says why."""

    reason = Line(_l("为什么要看"), [filled(_l("请写一下为什么要看。")), at_most(rules.SUMMARY_MAX)])

    def __init__(self, need, **kwargs):
        super().__init__(**kwargs)
        if need != "bureau":
            del self.reason

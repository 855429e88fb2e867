"""The forms of incidents: the approval, a spreadsheet, and what came of a call."""

from flask_babel import lazy_gettext as _l

from blueprints.colleagues import PassOnForm
from blueprints.forms import Form, Line, Picked, StepForm, SubmissionId, Text, at_most, filled, step_form
from blueprints.rating import WithResult
from blueprints.sheets import SHEET_LIMIT, Sheet
from models import rules
from models.asking import Rating
from models.incident import CALLERS, IncidentCallback


class ImportForm(Form):
    """A file to bring in."""

    max_bytes = SHEET_LIMIT
    submission_id = SubmissionId()
    sheet = Sheet(_l("警情表格"))


class ApprovalForm(Form):
    """What allows the exchange."""

    approval = Line(
        _l("批准文号"), [filled(_l("没有批准文号，不能开通。")), at_most(rules.APPROVAL_MAX)], render_kw={"autocomplete": "off"}
    )


@step_form(IncidentCallback.record)
class RecordForm(WithResult, StepForm):
    rating = Picked(_l("满意吗？"), Rating)
    words = Text(_l("群众说的话（可不写，30天内删掉）"), [at_most(rules.WORDS_MAX)])


@step_form(IncidentCallback.close)
class CloseForm(StepForm):
    note = _l("只有所领导和县局看得到。")
    text = Text(_l("怎么处理的"), [filled(_l("请写一下怎么处理的。")), at_most(rules.ANSWER_MAX)])


@step_form(IncidentCallback.pass_on)
class PassCallOnForm(PassOnForm):
    roles = CALLERS

"""The forms of pairings: a new one, what was done, who goes on, and the end."""

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import selectinload

from blueprints.access import me
from blueprints.colleagues import ColleagueField, PassOnForm
from blueprints.extensions import db
from blueprints.forms import (
    Day,
    Form,
    Line,
    Phone,
    Picked,
    Selected,
    StepForm,
    SubmissionId,
    Ticked,
    at_most,
    filled,
    step_form,
)
from models import rules
from models.base import beijing_date, now
from models.officer import PAIRED, Role
from models.pairing import Consent, Need, Pairing, Wanted, Why
from models.pairing_duty import How, PairingDuty
from models.rhythm import Duty
from models.unit import Community

AT_MOST = at_most(rules.PAIRING_LINE_MAX)


class BeginForm(Form):
    """One household, by its consent: where it lives to the grid, and what it wants."""

    consent = Picked(_l("这一家怎么同意的"), Consent, validators=[filled(_l("要这一家同意了才能结对。请选是怎么同意的。"))])
    consented_on = Day(_l("哪天同意的"), [filled(_l("请写是哪天同意的。"))], default=lambda: beijing_date(now()))
    place = Selected(_l("在哪个网格"), validators=[filled(_l("请选在哪个网格。"))])
    officer = ColleagueField(_l("谁来结对"), validators=[filled(_l("请选谁来结对。"))])
    needs = Ticked(_l("想要什么"), [filled(_l("请勾一下这一家想要什么。"))])
    line = Line(_l("再写一句（可不写）"), [AT_MOST])
    phone = Phone(_l("电话（可不写）"), render_kw={"inputmode": "tel", "autocomplete": "off"})
    submission_id = SubmissionId()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        ours = db.select(Community).where(Community.station_id == me().unit_id).order_by(Community.code)
        self.places = {}
        for community in db.session.scalars(ours.options(selectinload(Community.grids))):
            for grid in community.grids or [None]:
                code = f"{community.code}/{grid.number}" if grid else community.code
                self.places[code] = community, grid
        names = {code: " ".join(part.name for part in place if part) for code, place in self.places.items()}
        self.place.offer([("", _l("请选择")), *names.items()])
        self.needs.offer((need.code, _l(need.label)) for need in Need)
        if me().role is Role.HEAD:
            self.officer.offer_those(me().unit_id, PAIRED)
        else:
            del self.officer

    @property
    def wanted(self) -> dict:
        """What the model takes."""
        community, grid = self.places[self.place.data]
        return {
            "officer": self.officer.value if "officer" in self else me(),
            "community": community,
            "grid": grid,
            "needs": [Need.of(code) for code in self.needs.data],
            "line": self.line.data or "",
            "consent": self.consent.value,
            "consented_on": self.consented_on.data,
            "phone": self.phone.data or "",
            "uid": self.submission_id.data.replace("-", ""),
        }


@step_form(Pairing.end)
class EndForm(StepForm):
    note = _l("电话、想要的和记下的话马上删掉，找不回来；只留代号、网格、日期和做过几次。")
    wanted = Picked(_l("谁提出的"), Wanted, validators=[filled(_l("请选是谁提出的。"))])
    why = Picked(_l("为什么（可不选）"), Why)


@step_form(Pairing.pass_on)
class PassPairingOnForm(StepForm):
    note = _l("先跟这一家说一声，同意换人再换。手上要做的也一起交过去。")
    handler = ColleagueField(_l("换成谁"), validators=[filled(_l("请选换成谁。"))])

    def fit(self, record, by):
        self.handler.offer_those(record.station_id, PAIRED, but=[record.officer])


@step_form(PairingDuty.pass_on)
class PassDutyOnForm(PassOnForm):
    note = _l("只交这一次，下一次还是结对民警来。要换人结对，请到结对的页面。")
    roles = PAIRED
    text = Line(_l("为什么（可不写，交给的人看得到）"), [AT_MOST])


@step_form(PairingDuty.record)
class RecordForm(StepForm):
    note = _l("一句话就够；不写姓名、住址、病情和身份。")
    how = Picked(_l("怎么联系的"), How)
    text = Line(_l("说一句（可不写）"), [AT_MOST])

    def fit(self, record, by):
        if record.duty is not Duty.CONTACT:
            del self.how
        if record.duty is Duty.DEED:
            self.text.label.text = _l("办了什么")

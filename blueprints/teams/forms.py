"""The forms of a slip for the service team."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints.access import me
from blueprints.colleagues import ColleagueField, PassOnForm
from blueprints.extensions import db
from blueprints.forms import (
    CallOffForm,
    Count,
    Day,
    Form,
    Line,
    Number,
    Picked,
    Selected,
    StepForm,
    SubmissionId,
    Text,
    at_most,
    filled,
    step_form,
)
from models import rules
from models.matter import Matter
from models.officer import GOERS, ISSUERS
from models.team_task import Member, TeamOutcome, TeamTask
from models.unit import Community

WHOLE_STATION = "-"


class TeamFields:
    """What is to be done, when and where, and how many of each role go."""

    title = Line(_l("做什么，一句话"), [filled(_l("请写一下去做什么，比如：清楼道里的旧自行车。")), at_most(rules.SUMMARY_MAX)])
    day = Day(_l("哪一天"), [filled(_l("请选哪一天。"))])
    place = Line(_l("在哪里（不写姓名、电话）"), [filled(_l("请写在哪里。")), at_most(rules.PLACE_MAX)])
    details = Text(_l("怎么做、要带什么（可不写；不写姓名、电话）"), [at_most(rules.TEAM_DETAILS_MAX)])
    officers = Count(_l("民警"))
    auxiliaries = Count(_l("辅警"))
    grid_workers = Count(_l("网格员"))
    cadres = Count(_l("村居干部"))
    guards = Count(_l("保安"))
    volunteers = Count(_l("志愿者"))
    others = Count(_l("其他人"))

    @property
    def team(self) -> dict[Member, int]:
        """How many of each role are to go."""
        return {member: self[member.code].data or 0 for member in Member}


class IssueForm(TeamFields, Form):
    """One slip, about no matter."""

    community = Selected(_l("在哪个社区"), validators=[filled(_l("请选在哪个社区，或者全所的。"))])
    submission_id = SubmissionId()

    def __init__(self, *args, visit=None, **kwargs):
        super().__init__(*args, **kwargs)
        station = me().unit
        below = db.session.scalars(db.select(Community).filter_by(station_id=station.id).order_by(Community.code))
        self.communities = {community.code: community.name for community in below}
        self.communities[WHOLE_STATION] = station.name
        self.community.offer([("", _("请选择")), *self.communities.items()])
        if visit:
            del self.community
        if visit and not self.is_submitted():
            self.title.data = visit.reason[: rules.SUMMARY_MAX]

    def wanted(self, visit) -> dict:
        """What the model takes; the area is that of the `visit`, if there is one."""
        return {
            "title": self.title.data,
            "day": self.day.data,
            "place": self.place.data,
            "details": self.details.data or "",
            "area": visit.area if visit else self.communities[self.community.data],
            "team": self.team,
            "visit": visit,
            "uid": self.submission_id.data.replace("-", ""),
        }


@step_form(Matter.send_team)
class SendTeamForm(TeamFields, StepForm):
    note = _l("开一张任务单，打印出来带去，上面没有群众的姓名、电话。办完把结果记回来；群众看到的，由经办人写在答复里。")

    def fit(self, record, by):
        if not self.is_submitted():
            self.title.data = record.summary


@step_form(TeamTask.record)
class RecordForm(StepForm):
    outcome = Picked(_l("办得怎么样"), TeamOutcome, validators=[filled(_l("请选办得怎么样。"))])
    result = Text(
        _l("做了什么，没办成的写为什么（不写姓名、电话）"),
        [filled(_l("请写一下做了什么。")), at_most(rules.TEAM_RESULT_MAX)],
    )
    came = Number(_l("一共去了几个人"), [filled(_l("请写去了几个人，一个也没去就写0。"))])
    leader = ColleagueField(_l("谁带的队"))

    def fit(self, record, by):
        self.leader.offer_those(record.station_id, GOERS)
        if not self.is_submitted() and by.role in GOERS:
            self.leader.data = by.username


@step_form(TeamTask.pass_on)
class PassTaskOnForm(PassOnForm):
    roles = ISSUERS


step_form(TeamTask.call_off)(CallOffForm)

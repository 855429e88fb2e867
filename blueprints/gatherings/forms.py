"""The forms of a gathering."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints.access import me
from blueprints.colleagues import ColleaguesField, PassOnForm
from blueprints.extensions import db
from blueprints.forms import (
    WITH_PHOTOS,
    CallOffForm,
    Count,
    Day,
    Form,
    Hour,
    Line,
    Number,
    Photos,
    Picked,
    Selected,
    StepForm,
    SubmissionId,
    Text,
    Ticked,
    at_most,
    filled,
    step_form,
)
from blueprints.places import RoomField
from models import rules
from models.base import BEIJING, beijing_date, now
from models.gathering import Audience, Gathering, GatheringKind
from models.officer import GOERS
from models.unit import Community

REASON, PLACE, RESULT = at_most(rules.REASON_MAX), at_most(rules.PLACE_MAX), at_most(rules.RESULT_MAX)
WHOLE_STATION = "-"


class HourFields:
    """A day and its hours. Whether that may be is the model's to say."""

    day = Day(_l("哪一天"), [filled(_l("请选哪一天。"))])
    begins = Hour(_l("从几点"), [filled(_l("请写从几点开始。"))])
    ends = Hour(_l("到几点"), [filled(_l("请写到几点结束。"))])


class PlanForm(HourFields, Form):
    """One gathering."""

    sort = Picked(_l("办什么活动"), GatheringKind, validators=[filled(_l("请选办什么活动。"))])
    title = Line(
        _l("叫什么，一句话，居民看得到"),
        [filled(_l("请写一句话，比如：秋季防盗恳谈会。")), at_most(rules.GATHERING_TITLE_MAX)],
    )
    audience = Picked(_l("请谁来"), Audience, default=Audience.EVERYONE.code)
    community = Selected(_l("在哪个社区"), validators=[filled(_l("请选在哪个社区，或者全所的。"))])
    room = RoomField(_l("在哪个警务室"))
    place = Line(_l("或者具体在哪里（网上的写在哪个群、哪个网页）"), [PLACE])
    officers = ColleaguesField(_l("谁来办"))
    submission_id = SubmissionId()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        station = me().unit
        below = db.session.scalars(db.select(Community).filter_by(station_id=station.id).order_by(Community.code))
        self.communities = {community.code: community for community in below}
        named = ((code, community.name) for code, community in self.communities.items())
        self.community.offer([("", _("请选择")), *named, (WHOLE_STATION, _("全所的，每个社区的页面上都有"))])
        self.room.offer_rooms(station)
        self.officers.offer_those([station.id], GOERS)
        if not self.is_submitted():
            self.officers.data = [me().username]

    @property
    def wanted(self) -> dict:
        """What the model takes beside the slot."""
        return {
            "title": self.title.data,
            "sort": self.sort.value,
            "audience": self.audience.value or Audience.EVERYONE,
            "community": self.communities.get(self.community.data),
            "room": self.room.value,
            "place": self.place.data or "",
            "officers": sorted(self.officers.value, key=lambda officer: officer is not me()),
            "uid": self.submission_id.data.replace("-", ""),
        }


class CountFields:
    """Who came, by counts; what was told; a line of diary; photos."""

    residents = Count(_l("来了多少群众"))
    cadres = Count(_l("村居干部"))
    deputies = Count(_l("代表委员"))
    supervisors = Count(_l("监督员"))
    traders = Count(_l("商户"))
    others = Count(_l("其他人"))
    satisfied = Count(_l("评议票：满意"))
    fairly = Count(_l("评议票：基本满意"))
    unsatisfied = Count(_l("评议票：不满意"))
    reported = Text(_l("所里通报了什么（可不写，仅内部）"), [at_most(rules.REPORTED_MAX)])
    diary = Line(_l("民情日记，一句话（不写姓名、门牌）"), [at_most(rules.DIARY_MAX)])
    photos = Photos(_l("照片（可不传；只给同事看，90天后删掉）"))


class HeldForm(CountFields, PlanForm):
    """One that was held without having been planned: an evening under the tree 警民夜谈, most of the time."""

    max_bytes = WITH_PHOTOS

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_submitted():
            self.sort.data, self.day.data = GatheringKind.NIGHT_TALK.code, beijing_date(now())

    @property
    def record(self) -> dict:
        """What was written down."""
        return {name: getattr(self[name], "value", self[name].data) for name in Gathering.record.parameters}


class ComingForm(Form):
    """So many people come; 0: not any more."""

    people = Number(_l("几个人来"), [filled(_l("请写几个人来。"))])
    submission_id = SubmissionId()


@step_form(Gathering.announce)
class AnnounceForm(StepForm):
    note = _l("发布以后，社区的页面上看得到名称、时间、地点和谁来办。")


@step_form(Gathering.change)
class ChangeForm(HourFields, StepForm):
    room = RoomField(_l("换到哪个警务室（地点不变的不用选）"))
    place = Line(_l("或者换到哪里（地点不变的不用写）"), [PLACE])
    reason = Line(_l("为什么要改（发布过的要写，居民看得到）"), [REASON])

    def fit(self, record, by):
        self.room.offer_rooms(record.station)
        if not self.is_submitted():
            begins, ends = (moment.astimezone(BEIJING).time() for moment in (record.begins_at, record.due_at))
            self.day.data, self.begins.data, self.ends.data = beijing_date(record.begins_at), begins, ends


step_form(Gathering.pass_on)(PassOnForm)


@step_form(Gathering.call_off)
class CallOffGatheringForm(CallOffForm):
    note = _l("发布过的，社区的页面上会写明取消了和为什么。")


@step_form(Gathering.record)
class RecordForm(CountFields, StepForm):
    max_bytes = WITH_PHOTOS
    folded = ("reported", "photos")

    def fit(self, record, by):
        if record.sort is not GatheringKind.APPRAISAL:
            del self.satisfied, self.fairly, self.unsatisfied


@step_form(Gathering.sum_up)
class SumUpForm(StepForm):
    note = _l("用所里自己的话写公共的事；家里的事、纠纷、投诉不写，姓名、门牌、电话不写。所领导一条一条勾过才公布。")
    asked = Line(_l("大家问了什么"), [filled(_l("请写一下大家问了什么。")), RESULT])
    did = Line(_l("办了什么"), [filled(_l("请写一下办了什么。")), RESULT])


@step_form(Gathering.publish_results)
class PublishForm(StepForm):
    lines = Ticked(_l("哪几条可以公布"))

    def fit(self, record, by):
        self.note = _("题目“%(title)s”和勾上的几条谁都看得到，公布以后不能改；没勾的不公布。", title=record.title)
        said = enumerate(record.results, 1)
        self.lines.offer((str(n), _("问：%(asked)s 办：%(done)s", asked=asked, done=done)) for n, (asked, done) in said)

    def fields(self, step):
        return {"lines": [int(code) for code in self.lines.data or ()]}


@step_form(Gathering.withhold)
class WithholdForm(StepForm):
    note = _l("没有什么要告诉大家的，才不公布；群众在各自的回音卡上照样看得到答复。")
    reason = Line(_l("为什么不公布（仅内部）"), [filled(_l("请写一下为什么不公布。")), REASON])

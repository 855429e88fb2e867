"""The forms of a notice."""

from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints.extensions import db
from blueprints.forms import Day, Form, Line, Picked, StepForm, SubmissionId, Text, Ticked, at_most, filled, step_form
from models import rules
from models.base import beijing_date, now
from models.notice import Notice, NoticeKind
from models.unit import Community, Unit

WHOLE_STATION = "-"
OF_NOBODY = _l("只写事、写办法：不写谁、不写哪一家，让人认不出来（记事不记人）。少于%(n)s件的不写件数。", n=rules.SHOWN_FROM)


def _last_day() -> date:
    return beijing_date(now()) + timedelta(days=rules.NOTICE_DAYS)


class CommunitiesField(Ticked):
    """Some of a station's communities, or all of them, with those that it may yet get."""

    def offer_those(self, station: Unit) -> None:
        """List them by code."""
        below = db.session.scalars(db.select(Community).filter_by(station_id=station.id).order_by(Community.code))
        self.known = {community.code: community for community in below}
        named = ((code, community.name) for code, community in self.known.items())
        self.offer([(WHOLE_STATION, _("全所的，每个社区的页面上都有")), *named])

    def show(self, communities: list[Community]) -> None:
        """Tick these; none is all."""
        self.data = [community.code for community in communities] or [WHOLE_STATION]

    @property
    def value(self) -> list[Community]:
        """What the model takes: none is all."""
        return [] if WHOLE_STATION in self.data else [self.known[code] for code in dict.fromkeys(self.data)]


class NoticeFields:
    """What it says, where, and how long. What may not stand in it is the model's to say."""

    kind = Picked(_l("发的是什么"), NoticeKind, validators=[filled(_l("请选是警情动态还是防范提示。"))])
    title = Line(
        _l("标题，一句话"),
        [filled(_l("请写一句话，比如：接到“客服退款”的电话，先挂断。")), at_most(rules.NOTICE_TITLE_MAX)],
    )
    body = Text(
        _l("要告诉大家的话"), [filled(_l("请写一下要告诉大家什么。")), at_most(rules.NOTICE_MAX)], render_kw={"rows": 6}
    )
    communities = CommunitiesField(_l("挂在哪些社区的页面上"), [filled(_l("请勾一下挂在哪些社区，或者全所的。"))])
    shown_until = Day(
        _l("挂到哪一天，最多%(n)s天，到时候自己没有了", n=rules.NOTICE_DAYS_MAX),
        [filled(_l("请选挂到哪一天。"))],
        default=_last_day,
    )


class WriteForm(NoticeFields, Form):
    """A new draft for one station."""

    note = OF_NOBODY
    submission_id = SubmissionId()

    def __init__(self, *args, station: Unit, **kwargs):
        super().__init__(*args, **kwargs)
        self.communities.offer_those(station)

    @property
    def wanted(self) -> dict:
        """What the model takes beside the station."""
        said = {name: getattr(self[name], "value", self[name].data) for name in Notice.change.parameters}
        return said | {"uid": self.submission_id.data.replace("-", "")}


@step_form(Notice.publish)
class PublishForm(StepForm):
    note = _l(
        "发布以后谁都看得到，改不了，只能撤下。请再看一遍：没有写到哪个人、哪一家，也让人认不出来（记事不记人）；少于%(n)s件的没有写件数。",
        n=rules.SHOWN_FROM,
    )


@step_form(Notice.change)
class ChangeForm(NoticeFields, StepForm):
    note = OF_NOBODY

    def fit(self, record, by):
        self.communities.offer_those(record.station)
        if not self.is_submitted():
            self.kind.data, self.title.data, self.body.data = record.kind.code, record.title, record.body
            self.shown_until.data = record.shown_until
            self.communities.show(record.communities)


@step_form(Notice.take_down)
class TakeDownForm(StepForm):
    note = _l("撤下以后，社区的页面上马上就没有了；要再发，就写一条新的。")
    reason = Line(_l("为什么撤下（仅内部）"), [filled(_l("请写一下为什么撤下。")), at_most(rules.REASON_MAX)])

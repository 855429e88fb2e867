"""The forms of a visit."""

from flask_babel import lazy_gettext as _l

from blueprints.access import me
from blueprints.colleagues import ColleagueField
from blueprints.extensions import db
from blueprints.forms import (
    Form,
    Line,
    Picked,
    Selected,
    StepForm,
    SubmissionId,
    at_most,
    filled,
    step_form,
)
from blueprints.surveying import SurveyFields
from blueprints.visiting import CompanionsFields, SlotFields
from models import rules
from models.matter import Matter
from models.officer import GOERS
from models.site import Site
from models.survey import questions_of
from models.unit import Community
from models.visit import Visit, VisitKind

REASON = at_most(rules.REASON_MAX)


@step_form(Matter.visit)
class AboutMatterForm(SlotFields, CompanionsFields, StepForm):
    note = _l("群众在回音卡上看得到约的时间；您去，也可以选同事一起去。")
    reason = Line(_l("去做什么（可不写，仅内部）"), [REASON])

    def fit(self, record, by):
        self.offer_companions(record.station, by)


@step_form(Visit.schedule)
class ScheduleForm(SlotFields, StepForm):
    reason = Line(_l("为什么要改时间（第一次定时间可不写；等着的群众看得到）"), [REASON])


@step_form(Visit.survey)
class SurveyForm(SurveyFields, StepForm):
    compact = True
    done = _l("存好这一张")

    def fit(self, record, by):
        self.ask(questions_of(db.session, record.station))
        if not self.asked:
            self.note = _l("本所还没有定调查表的题，请所领导先定。")


@step_form(Visit.pass_on)
class PassOnForm(StepForm):
    handler = ColleagueField(_l("交给谁"), validators=[filled(_l("请选交给谁。"))])
    text = Line(_l("为什么（可不写，仅内部）"), [REASON])

    def fit(self, record, by):
        self.handler.offer_those(record.station_id, GOERS, but=[record.assignee])


@step_form(Visit.call_off)
class CallOffForm(StepForm):
    note = _l("等着的群众会看到取消的原因。")
    reason = Line(_l("为什么取消"), [filled(_l("请写一下为什么取消。")), REASON])


class PlaceField(Selected):
    """One of a station's communities or grids."""

    def offer_places(self, station) -> None:
        """List them, each community before its grids."""
        communities = db.session.scalars(db.select(Community).filter_by(station_id=station.id).order_by(Community.code)).all()
        self.places = {community.code: (community, None) for community in communities}
        self.places |= {f"{c.code}/{grid.number}": (c, grid) for c in communities for grid in c.grids}
        named = ((code, f"{c.name} {grid.name}" if grid else c.name) for code, (c, grid) in sorted(self.places.items()))
        self.offer([("", _l("请选择")), *named])

    @property
    def value(self):
        """Community and grid."""
        return self.places.get(self.data, (None, None))


class SiteField(Selected):
    """One of a station's sites."""

    def offer_sites(self, station) -> None:
        """List them by name."""
        sites = db.session.scalars(db.select(Site).filter_by(station_id=station.id, until=None).order_by(Site.id))
        self.sites = {str(site.id): site for site in sites}
        self.offer([("", _l("不是重点单位")), *((code, site.name) for code, site in self.sites.items())])

    @property
    def value(self):
        """The one chosen."""
        return self.sites.get(self.data)


class PlanForm(SlotFields, CompanionsFields, Form):
    """One visit, or a series of them."""

    where = PlaceField(_l("去哪个社区、网格"))
    site = SiteField(_l("或者哪个重点单位"))
    sort = Picked(_l("走访的形式"), VisitKind, default=VisitKind.DOOR.code)
    reason = Line(_l("去做什么"), [REASON])
    submission_id = SubmissionId()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.where.offer_places(me().unit)
        self.site.offer_sites(me().unit)
        self.offer_companions(me().unit, me())

"""The form that plans a visit, or a series of them."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from blueprints.access import me
from blueprints.colleagues import ColleagueField
from blueprints.extensions import db
from blueprints.forms import Day, Form, Line, Optional, Picked, Selected, SubmissionId, Ticked, at_most, day_in
from blueprints.visiting import CompanionsFields, SlotFields
from models import rules
from models.night import Nights
from models.officer import GOERS, Role
from models.series import Series
from models.site import Site
from models.slot import Slot
from models.unit import Community
from models.visit import VisitKind
from models.workdays import Calendar, Weekday


class PlaceField(Selected):
    """One of a station's communities or grids."""

    def offer_places(self, station) -> None:
        """List them, each community before its grids."""
        query = db.select(Community).filter_by(station_id=station.id).order_by(Community.code)
        communities = db.session.scalars(query.options(db.selectinload(Community.grids))).all()
        self.places = {}
        for community in communities:
            self.places[community.code] = (community, None)
            self.places |= {f"{community.code}/{grid.number}": (community, grid) for grid in community.grids}
        named = ((code, f"{c.name} {grid.name}" if grid else c.name) for code, (c, grid) in self.places.items())
        self.offer([("", _l("请选择")), *named])

    @property
    def value(self):
        """Community and grid."""
        return self.places.get(self.data, (None, None))


class SiteField(Selected):
    """One of a station's sites."""

    def offer_sites(self, station) -> None:
        """List them by name."""
        sites = db.session.scalars(db.select(Site).where(Site.station_id == station.id, Site.until.is_(None)).order_by(Site.id))
        self.sites = {str(site.id): site for site in sites}
        self.offer([("", _l("不是重点单位")), *((code, site.name) for code, site in self.sites.items())])

    @property
    def value(self):
        """The one chosen."""
        return self.sites.get(self.data)


class PlanForm(SlotFields, CompanionsFields, Form):
    """Where, when, who and why; and on which weekdays again. A head may send somebody else than oneself: `officer`."""

    where = PlaceField(_l("去哪个社区、网格"))
    site = SiteField(_l("或者哪个重点单位"))
    sort = Picked(_l("走访的形式"), VisitKind, default=VisitKind.DOOR.code)
    reason = Line(_l("去做什么"), [at_most(rules.REASON_MAX)])
    officer = ColleagueField(_l("谁去"))
    repeat = Ticked(_l("星期几去"))
    until = Day(_l("排到哪一天"), [Optional()])
    also_holidays = BooleanField(_l("放假也去"))
    submission_id = SubmissionId()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.where.offer_places(me().unit)
        self.site.offer_sites(me().unit)
        self.offer_companions(me().unit, None if self._is_a_heads else me())
        self.repeat.offer((weekday.code, _l(weekday.label)) for weekday in Weekday)
        if self._is_a_heads:
            self.officer.offer_those(me().unit_id, GOERS, but=[me()], nobody=_l("我自己"))
        else:
            del self.officer

    @property
    def _is_a_heads(self) -> bool:
        return me().role is Role.HEAD

    @property
    def officers(self) -> list:
        """Who goes, whoever answers for it first."""
        first = (self.officer.value if self._is_a_heads else None) or me()
        return [first, *(officer for officer in self.companions.value if officer is not first)]

    @property
    def is_repeated(self) -> bool:
        """Whether something of a series was filled in, or is wrong."""
        return any(field.data or field.errors for field in (self.repeat, self.until, self.also_holidays))

    def series(self, at: datetime) -> Series:
        """The slots that were chosen at `at`. Fault beside the field that is in the way."""
        first = Slot.of(at, self.day.data, self.begins.data, self.ends.data, self.daypart.value)
        repeat = {Weekday.of(code) for code in self.repeat.data or ()}
        return Series.of(Calendar.load(db.session), at, first, repeat, self.until.data, self.also_holidays.data)

    @property
    def nights(self) -> Nights:
        """The night visits of one's station."""
        return Nights.of(db.session, me().unit_id)

    def fill_in(self, given, at: datetime) -> None:
        """Begin with what the address says: `where`, `site`, `sort`, `day`, `reason`, `officer`, or a `night`."""
        for field in (self.where, self.site, self.sort, self.officer):
            if field and given.get(field.name) in [choice.value for choice in field.choices]:
                field.data = given[field.name]
        self.reason.data = given.get("reason", "")[: rules.REASON_MAX]
        self.day.data = day_in(given.get("day"))
        if "night" in given:
            self.day.data = self.nights.next(Calendar.load(db.session), at)
            self.begins.data, self.ends.data = self.nights.begins, self.nights.ends
            self.repeat.data = [weekday.code for weekday in self.nights.days]

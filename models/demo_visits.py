"""The visits of the demo: last week's, this week's and next week's, the places that must be seen, and who looks after which. All invented.

Weeks and weekdays are counted from the day on which the demo is made; what would fall on a public holiday is not planned.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial

from models import rules
from models.base import BEIJING, beijing_date
from models.going import Carried
from models.must_visit import sites_to_visit
from models.site import Site
from models.slot import Slot
from models.tier import TierLink
from models.visit import Visit, VisitKind
from models.workdays import ONE_DAY, Calendar, Weekday

PLANNED_AT = time(16, 30)  # on the Thursday before


@dataclass(frozen=True)
class Outing:
    """One visit of each week: weekday (0 is Monday), hours, place, who goes, what for, and what came of it.

    `record` is what was written down; None where nobody wrote down anything. `off` is why nobody went.
    """

    weekday: int
    hours: str
    place: str
    who: tuple[str, ...]
    reason: str
    record: dict | None = field(default_factory=lambda: {"households": 3, "people": 5, "leaflets": 3})
    sort: VisitKind = VisitKind.DOOR
    off: str = ""
    weeks: tuple[int, ...] = (-1, 0, 1)


HEADS = {"101": "head1", "102": "head2", "103": "head3"}
NIGHTS = (
    "101",
    ("officer1a", "auxiliary1"),
    "10101",
    "警民夜谈：听听上班族怎么说",
    {"households": 6, "people": 11, "opinions": 2},
)
OUTINGS = (
    Outing(0, "14:00–15:00", "10101/1", ("officer1a",), "老年活动室讲防诈骗", {"people": 18, "households": 4, "leaflets": 20}),
    Outing(1, "09:30–11:00", "10102/2", ("officer1b", "deputy1"), "沿街商铺消防通道", {"units": 9, "hazards": 3, "hazards_settled": 2}),
    Outing(2, "09:30–10:30", "10103/1", ("head1", "officer1b"), "物业和业主谈停车", {"households": 5, "people": 9, "opinions": 4}, VisitKind.LEADER),
    Outing(3, "15:00–16:00", "10101/2", ("officer1a", "auxiliary1"), "楼道电动车充电", weeks=(-1,), record=None),
    Outing(3, "16:00–17:00", "10102/1", ("officer1b",), "问问快递站夜里装货的声音", off="快递站这周盘点，改到下周再去。", weeks=(-1,)),
    Outing(4, "10:00–11:30", "10103/2", ("deputy1",), "走访人大代表", {"people": 1, "units": 1, "opinions": 2}, VisitKind.DEPUTY),
    Outing(5, "09:00–11:00", "10102/3", ("officer1b",), "周末在家的租住户", {"households": 8, "people": 15, "deeds": 1}),
    Outing(1, "10:00–11:00", "10201/1", ("officer2a",), "渡口的救生圈还在不在", {"units": 1, "hazards": 1, "people": 3}),
    Outing(3, "19:00–20:00", "10202/2", ("officer2a", "head2"), "村里夜里的狗叫", {"households": 7, "people": 12, "disputes": 1, "disputes_settled": 1}),
    Outing(2, "14:30–16:00", "10301/1", ("officer3a",), "山前路口的视线", {"people": 6, "opinions": 3}),
    Outing(4, "09:00–10:30", "10302/1", ("head3", "officer3a"), "松岭村老人院", {"people": 14, "deeds": 2}, VisitKind.JOINT),
)  # fmt: skip
SITES = (  # place, name, address, every so many days, days since it came onto the list
    ("10101/1", "港南小学", "文昌路20号", 30, 12),
    ("10102", "光华农贸市场", "光华路5号", 14, 16),
    ("10103/2", "日新幼儿园", "日新巷3号", 30, 5),
    ("10201/1", "河东渡口", "滨河路1号", 30, 20),
    ("10202", "柳湾加油站", "柳湾村口", 20, 22),
    ("10301", "山前中学", "松岭街9号", 30, 8),
    ("10302", "松岭采石场", "松岭村东", 30, 31),
)
LINKS = (  # town, community or grid; who
    ("城南街道", "head1"),
    ("河东镇", "head2"),
    ("山前镇", "head3"),
    ("10101", "deputy1"),
    ("10102", "deputy1"),
    ("10103", "head1"),
    ("10202", "head2"),
    ("10301", "head3"),
    ("10101/3", "auxiliary1"),
    ("10103/1", "officer1b"),
)


def keep_lists(session, units, people, communities, at: datetime) -> None:
    """Who looks after which place, and what must be visited."""
    for place, username in LINKS:
        community, grid = _place(communities, place)
        found = {"town": place} if community is None else {"grid_id": grid.id} if grid else {"community_id": community.id}
        unit = community.station if community else units["000"]
        session.add(TierLink(unit_id=unit.id, officer=people[username], **found))
    for place, name, address, interval_days, ago in SITES:
        community, grid = _place(communities, place)
        since = beijing_date(at) - timedelta(days=ago)
        what = {"name": name, "address": address, "interval_days": interval_days, "since": since}
        session.add(Site(station_id=community.station_id, community=community, grid=grid, **what))


def events(session, people, communities, at: datetime) -> list[tuple]:
    """All that was done about visits up to `at`, and the moments: planned, gone on, written down; sites rise each morning."""
    today, calendar = beijing_date(at), Calendar.load(session)
    monday = today - today.weekday() * ONE_DAY
    told = [(_moment(today - n * ONE_DAY, time()), partial(_rise, session)) for n in range(14)]
    for week in (-1, 0, 1):
        first = monday + 7 * week * ONE_DAY
        planned = _moment(first - 4 * ONE_DAY, PLANNED_AT)
        station, who, place, reason, record = NIGHTS
        days = [first + n * ONE_DAY for n in range(7)]
        nights = [day for day in days if Weekday.on(day).code in rules.NIGHT_DAYS and not calendar.is_holiday(day)]
        slots = [Slot.at(day, rules.NIGHT_FROM, rules.NIGHT_UNTIL) for day in nights]
        told += _told(session, people, communities, HEADS[station], planned, slots, Outing(0, "", place, who, reason, record))
        for outing in OUTINGS:
            day = first + outing.weekday * ONE_DAY
            if week in outing.weeks and not calendar.is_holiday(day):
                by, slots = HEADS[outing.place[:3]], [_slot(day, outing.hours)]
                told += _told(session, people, communities, by, planned, slots, outing)
    return told


def _told(session, people, communities, by, planned, slots, outing) -> list[tuple]:
    made = []
    going = [people[username] for username in outing.who]

    def plan(at):
        community, grid = _place(communities, outing.place)
        what = {"community": community, "grid": grid, "reason": outing.reason, "sort": outing.sort}
        made.extend(Visit.plan(session, people[by], at, officers=going, slots=slots, **what))

    def take(n, step, who, at, **fields):
        made[n].steps[step].take(made[n], by=who, version=made[n].version, at=at, **fields)
        session.flush()

    told = [(planned, plan)]
    for n, slot in enumerate(slots):
        if outing.off:
            told += [(slot.begins_at - ONE_DAY, partial(take, n, "call_off", people[by], reason=outing.off))]
        elif outing.record is not None:
            told += [(slot.begins_at, partial(take, n, "start", going[0], carried=list(Carried)))]
            told += [(slot.ends_at, partial(take, n, "record", going[0], **outing.record))]
    return told


def _rise(session, at: datetime) -> None:
    for site in sites_to_visit(session, at):
        Visit.rise(session, at, site)
    session.flush()


def _place(communities, told: str):
    code, _, number = told.partition("/")
    community = communities.get(code)
    return community, community.grids[int(number) - 1] if number else None


def _slot(day: date, hours: str) -> Slot:
    begins, ends = (time.fromisoformat(hour) for hour in hours.split("–"))
    return Slot.at(day, begins, ends)


def _moment(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, BEIJING)

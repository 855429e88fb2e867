"""What visits came to: the diary and the monthly report, read from the very rows that were written down on the way."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Select, case, func, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload, selectinload

from models.base import N_
from models.officer import GOERS, HEADS, Officer
from models.task import TaskState
from models.unit import Community, Unit
from models.visit import Visit
from models.walk import is_of
from models.workdays import day_begin

KEPT = {  # what a visit counts, each a column of it, by the word of the report
    "households": N_("住户"),
    "units": N_("单位"),
    "people": N_("群众"),
    "leaflets": N_("宣传材料"),
    "deeds": N_("办实事"),
    "opinions": N_("意见建议"),
    "disputes": N_("纠纷"),
    "disputes_settled": N_("调解好"),
    "hazards": N_("隐患"),
    "hazards_settled": N_("整改好"),
    "absent": N_("留条"),
    "surveyed": N_("调查表"),
    "raised": N_("群众说的事"),
}
FIGURES = {"visits": N_("走访"), "on_time": N_("按时"), "missed": N_("没去成"), "checked": N_("实地考核")} | KEPT


def diary(by: Officer, behind: tuple[datetime, int] | None = None) -> Select:
    """The visits that `by` was on, the last first; a head's are all of the station. `behind`: end and id of the last one seen."""
    whose = [] if by.role in HEADS else [is_of(by)]
    query = select(Visit).where(Visit.seen_by(by), Visit.left_at.is_not(None), *whose)
    if behind:
        query = query.where(tuple_(Visit.left_at, Visit.__table__.c.id) < behind)
    return query.order_by(Visit.left_at.desc(), Visit.__table__.c.id.desc()).options(
        joinedload(Visit.assignee), selectinload(Visit.companions)
    )


def after(month: date) -> date:
    """The first day of the month after the one that begins with `month`."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def by_unit(session: Session, by: Officer, month: date, at: datetime) -> list[tuple[Unit, Counter]]:
    """The sums of each station below `by`, also of those that went nowhere."""
    sums = _sums(session, by, month, at, Visit.station_id)
    units = session.scalars(select(Unit).where(Unit.parent_id == by.unit_id).order_by(Unit.number))
    return [(unit, sums.get(unit.id, Counter())) for unit in units]


def by_officer(session: Session, by: Officer, station: Unit, month: date, at: datetime) -> list[tuple[Officer | None, Counter]]:
    """The sums of each who goes on visits at the station, for the visits that he or she answers for."""
    sums = _sums(session, by, month, at, Visit.assignee_id, Visit.station_id == station.id)
    goes = (Officer.unit_id == station.id) & Officer.active & Officer.role.in_(GOERS)
    return _named(session, sums, select(Officer).where(goes | Officer.id.in_(sums)).order_by(Officer.id))


def by_community(
    session: Session, by: Officer, station: Unit, month: date, at: datetime
) -> list[tuple[Community | None, Counter]]:
    """The sums of each of the station's communities, also of those where nobody went."""
    sums = _sums(session, by, month, at, Visit.community_id, Visit.station_id == station.id)
    there = (Community.station_id == station.id) | Community.id.in_(sums)
    return _named(session, sums, select(Community).where(there).order_by(Community.code))


def total(rows: Iterable[tuple[object, Counter]]) -> Counter:
    """All of them together."""
    return sum((sums for _name, sums in rows), Counter())


def _named(session, sums, query):
    rows = [(found, sums.get(found.id, Counter())) for found in session.scalars(query)]
    return rows + ([(None, sums[None])] if None in sums else [])


def _sums(session, by, month, at, key, *conditions) -> dict[int | None, Counter]:
    """By `key`: done in the month, those of them begun in time, their counts; and what was due in it and nobody went to."""
    begin, end = day_begin(month), day_begin(after(month))
    conditions = (Visit.seen_by(by), ~Visit.reserved, *conditions)  # a complaint stands in nobody's figures
    in_time = func.sum(case((or_(Visit.due_at.is_(None), Visit.went_at <= Visit.due_at), 1), else_=0))
    done = select(key, func.count(), in_time, func.count(Visit.checker_id), *(func.sum(getattr(Visit, name)) for name in KEPT))
    done = done.where(*conditions, Visit.left_at >= begin, Visit.left_at < end).group_by(key)
    sums = {
        id: Counter(dict(zip(("visits", "on_time", "checked", *KEPT), found, strict=True)))
        for id, *found in session.execute(done)
    }
    missed = select(key, func.count()).where(*conditions, Visit.state == TaskState.PLANNED)
    missed = missed.where(Visit.due_at >= begin, Visit.due_at < min(end, at)).group_by(key)
    for id, n in session.execute(missed):
        sums.setdefault(id, Counter())["missed"] = n
    return sums

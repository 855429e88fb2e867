"""The agenda: who is to visit where on which day, as columns and at the same cost however much is planned."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import and_, exists, func, or_, select, union_all
from sqlalchemy.orm import Session

from models.base import N_, Word, beijing_date
from models.officer import Officer
from models.slot import Slot
from models.task import Task, TaskState, task_companion
from models.visit import IS_A_VISIT, Visit
from models.workdays import ONE_DAY, day_begin

COUNTED = 100  # of a day in a month; more is shown as 99+
COLUMNS = (
    Task.id,
    Task.title,
    Task.topic,
    Task.area,
    Task.state,
    Task.begins_at,
    Task.daypart,
    Task.due_at,
    Task.assignee_id,
    Task.ended_at,
)


class View(Word):
    """How much of the calendar is looked at."""

    DAY = N_("日")
    WEEK = N_("周")
    MONTH = N_("月")

    def days(self, day: date) -> list[date]:
        """The days in view around `day`; a month's from the Monday before it to the Sunday after."""
        if self is View.DAY:
            return [day]
        first, last = (day, day) if self is View.WEEK else (day.replace(day=1), _month_after(day) - ONE_DAY)
        first -= first.weekday() * ONE_DAY
        last += (6 - last.weekday()) * ONE_DAY
        return [first + n * ONE_DAY for n in range((last - first).days + 1)]

    def before(self, day: date) -> date:
        """A day of the view before."""
        if self is View.MONTH:
            return day.replace(day=1) - ONE_DAY
        return day - (1 if self is View.DAY else 7) * ONE_DAY

    def after(self, day: date) -> date:
        """A day of the view after."""
        if self is View.MONTH:
            return _month_after(day)
        return day + (1 if self is View.DAY else 7) * ONE_DAY


def _month_after(day: date) -> date:
    return (day.replace(day=28) + 4 * ONE_DAY).replace(day=1)


class Whose(Word):
    """Whose visits are looked at."""

    MINE = N_("我的")
    ALL = N_("全所")


@dataclass(frozen=True)
class Outing:
    """One visit as the agenda shows it: never where exactly."""

    id: int
    title: str | Word
    area: str
    state: TaskState
    slot: Slot | None
    who: tuple[str, ...]
    due_at: datetime | None
    waits_for: Word | None
    is_open: bool

    def is_missed(self, at: datetime) -> bool:
        """Whether its time went by and nobody has written down anything."""
        return self.state is TaskState.PLANNED and self.slot is not None and self.due_at < at


@dataclass
class Listed:
    """Some visits, and how many there are in all."""

    rows: list[Outing] = field(default_factory=list)
    total: int = 0

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.total - len(self.rows)


def on_days(session: Session, by: Officer, whose: Whose, days: Sequence[date], most: int) -> dict[date, Listed]:
    """What is planned for each of the days, at most `most` of each; what was called off is shown of a single day only."""
    called_off = () if len(days) == 1 else (Task.state != TaskState.CALLED_OFF,)
    parts = [_first(_seen(by, whose).where(_within(day), *called_off).order_by(Task.begins_at, Task.id), most) for day in days]
    listed = defaultdict(Listed, {day: Listed() for day in days})
    for row, outing in _drawn(session, union_all(*parts)):
        found = listed[beijing_date(row.begins_at)]
        found.rows.append(outing)
        found.total = row.total
    return dict(listed)


def counts(session: Session, by: Officer, whose: Whose, days: Sequence[date]) -> dict[date, int]:
    """How many are planned for each of the days, counted no further than 100."""
    counted = [
        select(func.count())
        .select_from(
            _seen(by, whose)
            .where(_within(day), Task.state != TaskState.CALLED_OFF)
            .with_only_columns(Task.id)
            .limit(COUNTED)
            .subquery()
        )
        .scalar_subquery()
        for day in days
    ]
    return dict(zip(days, session.execute(select(*counted)).one(), strict=True))


def waiting(session: Session, by: Officer, whose: Whose, at: datetime, most: int) -> Listed:
    """What has no time yet, or missed it before `at`; what is due first stands first."""
    late_or_untimed = or_(Task.begins_at.is_(None), Task.due_at < at)
    query = (
        _seen(by, whose)
        .where(Task.ended_at.is_(None), Task.state == TaskState.PLANNED, late_or_untimed)
        .order_by(Task.due_at.is_(None), Task.due_at, Task.id)
    )
    found = _drawn(session, _first(query, most))
    return Listed([outing for _row, outing in found], found[0][0].total if found else 0)


def _seen(by: Officer, whose: Whose):
    query = select(*COLUMNS).where(Task.seen_by(by), IS_A_VISIT)
    if whose is Whose.ALL:
        return query
    ids = [by.id, by.led_by_id] if by.led_by_id else [by.id]
    goes_along = and_(task_companion.c.task_id == Task.id, task_companion.c.officer_id.in_(ids))
    return query.where(or_(Task.assignee_id.in_(ids), exists().where(goes_along)))


def _within(day: date):
    return and_(Task.begins_at >= day_begin(day), Task.begins_at < day_begin(day + ONE_DAY))


def _first(query, most: int):
    return select(query.add_columns(func.count().over().label("total")).limit(most).subquery())


def _drawn(session: Session, query) -> list[tuple]:
    """Each row of the query with what is shown of it; who goes is asked for once, for all of them."""
    rows = session.execute(query).all()
    going = _going(session, rows)
    return [
        (
            row,
            Outing(
                id=row.id,
                title=row.title or row.topic,
                area=row.area,
                state=row.state,
                slot=Slot(row.begins_at, row.due_at, row.daypart) if row.begins_at else None,
                who=tuple(going[row.id]),
                due_at=row.due_at,
                waits_for=Visit.waits_for(row),
                is_open=row.ended_at is None,
            ),
        )
        for row in rows
    ]


def _going(session: Session, rows: Iterable) -> dict[int, list[str]]:
    companions = select(task_companion).where(task_companion.c.task_id.in_([row.id for row in rows]))
    pairs = [(row.id, row.assignee_id) for row in rows if row.assignee_id]
    pairs += session.execute(companions.order_by(task_companion.c.officer_id)).all()
    known = {officer.id: officer for officer in session.scalars(select(Officer).where(Officer.id.in_({id for _, id in pairs})))}
    going = defaultdict(list)
    for task_id, officer_id in pairs:
        going[task_id].append(known[officer_id].called)
    return going

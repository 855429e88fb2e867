"""A slot: when somebody is to be somewhere. The rules of hours, and that nobody is in two places at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from models import rules
from models.base import BEIJING, N_, beijing_date
from models.contact import Daypart
from models.officer import Officer
from models.steps import Fault
from models.task import Task, task_companion
from models.unit import Unit


@dataclass(frozen=True)
class Slot:
    """From one moment to another; by `daypart` it says no more than a part of the day, and several fit into one."""

    begins_at: datetime
    ends_at: datetime
    daypart: Daypart | None = None

    @classmethod
    def of(
        cls,
        at: datetime,
        day: date | None,
        begins: time | None = None,
        ends: time | None = None,
        daypart: Daypart | None = None,
    ) -> "Slot":
        """What was chosen at `at`: a Beijing day, and its hours or a part of it.

        Fault, beside `day`, `begins` or `ends`, where that can't be: outside 08:00–22:00 nobody calls at a home (002), and
        nothing is planned in the past or more than a year ahead.
        """
        if day is None:
            raise Fault("day", N_("请选哪一天。"))
        if daypart:
            begins, ends = rules.DAYPARTS[daypart.code]
        if begins is None or ends is None:
            raise Fault("begins", N_("请写从几点到几点，或者选上午、中午、晚上。"))
        if begins < rules.VISIT_FROM:
            raise Fault("begins", N_("早上8点以前不安排，请改晚一点。"))
        if ends > rules.VISIT_UNTIL or begins >= rules.VISIT_UNTIL:
            raise Fault("ends", N_("晚上10点以后不安排，请改早一点。"))
        if begins >= ends:
            raise Fault("ends", N_("结束要在开始以后。"))
        slot = cls.at(day, begins, ends, daypart)
        if slot.is_over(at):
            raise Fault("day" if day < beijing_date(at) else "begins", N_("这个时间已经过了，请改到以后。"))
        if day > beijing_date(at) + rules.PLANNED_AHEAD:
            raise Fault("day", N_("最多排一年以内的。"))
        return slot

    @classmethod
    def was(cls, at: datetime, day: date, begins: time, ends: time, back: timedelta) -> "Slot":
        """What is over at `at`, as it was typed: a Beijing day no more than `back` ago, and its hours. Fault where that can't be."""
        slot = cls.at(day, begins, ends)
        if slot.begins_at < at - back:
            raise Fault("day", N_("太久以前的，不能再补记，最多补%(n)s天以内的。"), n=back.days)
        if begins >= ends:
            raise Fault("ends", N_("结束要在开始以后。"))
        if slot.ends_at > at:
            raise Fault("ends", N_("还没到这个时间。"))
        return slot

    @classmethod
    def at(cls, day: date, begins: time, ends: time, daypart: Daypart | None = None) -> "Slot":
        """The hours of a Beijing day."""
        return cls(datetime.combine(day, begins, BEIJING), datetime.combine(day, ends, BEIJING), daypart)

    def is_over(self, at: datetime) -> bool:
        """Whether it is too late for it at `at`: a part of a day lasts to its end, an hour is missed once it has begun."""
        return (self.ends_at if self.daypart else self.begins_at) <= at

    def crosses(self, other: "Slot") -> bool:
        """Whether nobody can be in both: the one may end when the other begins."""
        return self.begins_at < other.ends_at and other.begins_at < self.ends_at

    def on(self, day: date) -> "Slot":
        """The same hours on another Beijing day."""
        shift = timedelta(days=(day - beijing_date(self.begins_at)).days)
        return Slot(self.begins_at + shift, self.ends_at + shift, self.daypart)

    def is_within(self, begins: time, ends: time) -> bool:
        """Whether all of it is between two hours of one Beijing day."""
        first, last = (moment.astimezone(BEIJING) for moment in (self.begins_at, self.ends_at))
        return first.date() == last.date() and begins <= first.time() and last.time() <= ends

    def is_of_the_day(self, at: datetime) -> bool:
        """Whether it is on the Beijing day of `at`."""
        return beijing_date(self.begins_at) == beijing_date(at)

    def parts(self, length: timedelta) -> list["Slot"]:
        """Slots of this length, one after the other, that lie wholly in it."""
        times = (self.ends_at - self.begins_at) // length
        begins = [self.begins_at + n * length for n in range(times)]
        return [Slot(begin, begin + length) for begin in begins]

    @property
    def is_at_night(self) -> bool:
        """Whether it is a night visit 夜访: it begins at 20:00 or later (004)."""
        return self.begins_at.astimezone(BEIJING).time() >= rules.NIGHT_FROM

    @property
    def hours(self) -> str | Daypart:
        """The hours as they are read, or the part of the day."""
        return self.daypart or f"{self.begins_at.astimezone(BEIJING):%H:%M}–{self.ends_at.astimezone(BEIJING):%H:%M}"


def one_at_a_time(session: Session, station: Unit, officers: Collection[Officer] = ()) -> None:
    """Lock the rows of the station, and of those who go: the bureau's may be planned for by several stations at once.

    They stay locked until the end of the write: two who plan at once can't both find somebody free.
    """
    session.execute(select(Unit.id).where(Unit.id == station.id).with_for_update(key_share=True))
    if ids := [officer.id for officer in officers]:
        session.execute(select(Officer.id).where(Officer.id.in_(ids)).order_by(Officer.id).with_for_update(key_share=True))


def keep_free(
    session: Session, station: Unit, officers: Collection[Officer], slots: Collection[Slot], but: Task | None = None
) -> None:
    """Fault where one of the officers is elsewhere in one of the slots; `but` is the task that is being moved."""
    one_at_a_time(session, station, officers)
    for taken in taken_by(session, officers, slots, but):
        raise Fault(
            "begins",
            N_("%(who)s在%(day)s%(hours)s已经有别的安排，请换个时间。"),
            who=taken.officer.called,
            day=beijing_date(taken.slot.begins_at),
            hours=taken.slot.hours,
        )


@dataclass(frozen=True)
class Taken:
    """A slot in which an officer is somewhere already."""

    officer: Officer
    slot: Slot


def taken_by(session: Session, officers: Collection[Officer], slots: Collection[Slot], but: Task | None = None) -> list[Taken]:
    """Where the officers are already in these slots; parts of a day leave room for more."""
    fixed = [slot for slot in slots if not slot.daypart]
    if not fixed:
        return []
    first, last = min(slot.begins_at for slot in fixed), max(slot.ends_at for slot in fixed)
    spans = taken_between(session, officers, first, last, but)
    return [taken for taken in spans if any(slot.crosses(taken.slot) for slot in fixed)]


def taken_between(
    session: Session, officers: Collection[Officer], first: datetime, last: datetime, but: Task | None = None
) -> list[Taken]:
    """Where the officers are already from one moment to another."""
    known = {officer.id: officer for officer in officers}
    return [Taken(known[id], Slot(*span)) for id, *span in session.execute(_of(known, first, last, but))]


def _of(ids: Collection[int], first: datetime, last: datetime, but: Task | None):
    """When these officers are somewhere by the clock: their own open tasks, and those that they go along to."""
    along = select(task_companion.c.officer_id, Task.begins_at, Task.due_at).join(Task)
    spans = [
        query.where(
            whose.in_(ids),
            Task.ended_at.is_(None),
            Task.daypart.is_(None),
            Task.begins_at < last,
            Task.due_at > first,
            Task.id != (but.id if but else 0),
        )
        for query, whose in (
            (select(Task.assignee_id, Task.begins_at, Task.due_at), Task.assignee_id),
            (along, task_companion.c.officer_id),
        )
    ]
    return union_all(*spans)

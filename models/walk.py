"""The walk of a day: where somebody goes today, in which order, what was missed, and what still wants a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import exists, select, union_all
from sqlalchemy.orm import Session, joinedload, selectinload

from models import rules
from models.base import beijing_date
from models.matter import Matter
from models.officer import Officer
from models.task import Task, TaskState, task_companion
from models.visit import Visit
from models.workdays import ONE_DAY, day_begin


@dataclass(frozen=True)
class Walk:
    """The visits of one person on one day, each once."""

    missed: list[Visit]  # planned for an earlier day, and nobody went
    under_way: list[Visit]
    ahead: list[Visit]  # in walking order
    unscheduled: list[Visit]  # those due first
    done: list[Visit]

    @property
    def has_set_out(self) -> bool:
        """Whether somebody checked today what is to be taken along."""
        return bool(self.under_way or self.done)


def todays_walk(session: Session, by: Officer, at: datetime) -> Walk:
    """What `by` has to go to on the Beijing day of `at`; an auxiliary's is also that of the officer who leads."""
    day = beijing_date(at)
    begin, end = day_begin(day), day_begin(day + ONE_DAY)
    before, today = (
        _visits(session, by, Visit.id.in_(_open_ids(by)), *when)
        for when in ((Visit.begins_at < begin,), (Visit.begins_at >= begin, Visit.begins_at < end))
    )
    untimed = _visits(session, by, Visit.id.in_(_open_ids(by, unclaimed=True)), Visit.begins_at.is_(None))
    done = _visits(session, by, Visit.left_at >= begin, Visit.left_at < end, is_of(by), limit=None)
    return Walk(
        missed=[visit for visit in before if visit.state is TaskState.PLANNED],
        under_way=[visit for visit in (*before, *today, *untimed) if visit.state is TaskState.UNDER_WAY],
        ahead=in_walking_order(visit for visit in today if visit.state is TaskState.PLANNED),
        unscheduled=[visit for visit in untimed if visit.state is TaskState.PLANNED],
        done=sorted(done, key=lambda visit: visit.left_at),
    )


def in_walking_order(visits: Iterable[Visit]) -> list[Visit]:
    """By the hour, and as somebody turned them where the hours leave it open."""
    walk = sorted(visits, key=lambda visit: (visit.begins_at, visit.due_at, visit.id))
    for last in range(len(walk) - 1, 0, -1):
        for i in range(last):
            if _was_turned(walk[i], walk[i + 1]):
                walk[i : i + 2] = walk[i + 1], walk[i]
    return walk


def may_change_places(first: Visit, then: Visit) -> bool:
    """Whether two neighbours of a walk may: an hour that was agreed stays, a part of a day leaves room for what lies in it."""
    return bool(first.daypart or then.daypart) and first.begins_at < then.due_at and then.begins_at < first.due_at


def turn(walk: list[Visit], first_id: int, then_id: int) -> None:
    """Have one visit come before its neighbour, inside a write; where it does so already, or may not, nothing changes."""
    for i, (before, after) in enumerate(pairwise(walk)):
        if (after.id, before.id) == (first_id, then_id) and may_change_places(before, after):
            for n, visit in enumerate([*walk[:i], after, before, *walk[i + 2 :]], 1):
                visit.walk = n


def _was_turned(before: Visit, after: Visit) -> bool:
    is_set = before.walk is not None and after.walk is not None
    return is_set and after.walk < before.walk and may_change_places(before, after)


def _visits(session: Session, by: Officer, *conditions, limit=rules.WALK_MAX) -> list[Visit]:
    about = selectinload(Visit.matter).selectinload(Matter.contact)
    places = joinedload(Visit.community), joinedload(Visit.grid), joinedload(Visit.site), joinedload(Visit.assignee)
    query = select(Visit).where(Visit.seen_by(by), *conditions).order_by(Visit.begins_at, Visit.due_at, Visit.id).limit(limit)
    return list(session.scalars(query.options(*places, selectinload(Visit.companions), about)))


def _people(by: Officer) -> list[int]:
    return [by.id, by.led_by_id] if by.led_by_id else [by.id]


def is_of(by: Officer):
    """The condition on visits to which `by` goes or went, alone or along; an auxiliary with the officer who leads."""
    along = exists().where(task_companion.c.task_id == Visit.id, task_companion.c.officer_id.in_(_people(by)))
    return Visit.assignee_id.in_(_people(by)) | along


def _open_ids(by: Officer, unclaimed: bool = False):
    """Three indexed looks instead of one condition that fits no index."""
    ids = [
        select(Task.id).where(Task.assignee_id.in_(_people(by)), Task.ended_at.is_(None)),
        select(Task.id)
        .join(task_companion, task_companion.c.task_id == Task.id)
        .where(task_companion.c.officer_id.in_(_people(by)), Task.ended_at.is_(None)),
    ]
    if unclaimed:
        ids.append(select(Task.id).where(Task.station_id == by.unit_id, Task.assignee_id.is_(None), Task.ended_at.is_(None)))
    return union_all(*ids)

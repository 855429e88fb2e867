"""What presses, for a head's five minutes: one list each, over columns, the hottest first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, literal_column, or_, select

from models import talk
from models.asking import Rating
from models.base import N_
from models.life import State
from models.matter import Matter, is_without_news
from models.officer import HEADS, Officer, Role
from models.point import TO_REVIEW, Echo, Outcome, Point
from models.talk import Talk
from models.task import ROW as TASK_ROW
from models.task import Task, TaskState, units_below
from models.unit import Community, Unit

ROW = (
    Matter.id,
    Matter.version,
    Matter.number,
    Matter.station_id,
    Matter.state,
    Matter.kind,
    Matter.summary,
    Matter.due_at,
    Matter.urgent,
    Community.name.label("community"),
    Unit.name.label("station"),
    Officer.name.label("handler"),
)


@dataclass(frozen=True)
class Section:
    """One list: its name in addresses, its title, what to do there (a step), and the condition at a moment for somebody."""

    name: str
    title: str
    step: str | None
    holds: Callable[[datetime, Officer], object]

    def rows(self, by: Officer, at: datetime) -> Select:
        """The matters of this list that `by` sees, those due first on top."""
        seen = select(*ROW).join(Unit, Unit.id == Matter.station_id).outerjoin(Matter.community).outerjoin(Matter.handler)
        here = seen.where(Matter.lying_with(by), self.holds(at, by))
        return here.order_by(Matter.due_at.asc().nulls_last(), Matter.id)


def _to_review(at, by):
    """`Matter.review_level` for lists: the head's, unless a head handled or confirmed it; the rest is the bureau's (DESIGN §4)."""
    judged = Matter.id.in_(select(Point.matter_id).where(TO_REVIEW, Point.confirmed_by == Role.HEAD))
    by_head = or_(Matter.handlers.any(Officer.role.in_(HEADS)), judged)
    waits = Matter.id.in_(select(Point.matter_id).where(TO_REVIEW))
    level = by_head | (Matter.station_id == by.unit_id) if by.role is Role.BUREAU else ~by_head
    return and_(Matter.state.in_([State.CALLED_BACK, State.SIGNED_OFF]), waits, level)


def _overdue(at, by):
    return and_(Matter.closed_at.is_(None), Matter.due_at < at)


def _unhappy(at, by):
    return and_(Matter.closed_at.is_(None), Matter.rating == Rating.UNSATISFIED)


SECTIONS = (
    Section("urgent", N_("紧急"), None, lambda at, by: and_(Matter.closed_at.is_(None), Matter.urgent)),
    Section(
        "unclaimed", N_("还没人接手"), "transfer", lambda at, by: and_(Matter.closed_at.is_(None), Matter.handler_id.is_(None))
    ),
    Section("silent", N_("久无进展"), None, lambda at, by: is_without_news(at)),
    Section("overdue", N_("超期"), None, _overdue),
    Section("reviews", N_("请复核"), "review", _to_review),
    Section("unhappy", N_("不满意"), None, _unhappy),
)


def callbacks_overdue(by: Officer, at: datetime) -> Select:
    """The rows of callbacks that should have been made by now, at every unit that `by` looks after."""
    return _late("callback", by, at)


def visits_missed(by: Officer, at: datetime) -> Select:
    """The rows of visits whose time is over and that nobody set out for, with the `goer`."""
    goer = Officer.name.label("goer")
    return _late("visit", by, at).where(Task.state == TaskState.PLANNED).outerjoin(Task.assignee).add_columns(goer)


def talks_in_trouble(by: Officer, at: datetime) -> Select:
    """The talks that go on as something promised was not done, those that nobody went on with in time, and those that came to nothing lately."""
    return talk.listed(by).where(Talk.lying_with(by), talk.is_in_trouble(at))


def _late(kind: str, by: Officer, at: datetime) -> Select:
    at_units = Task.station_id.in_(units_below(by)) if by.role is Role.BUREAU else Task.station_id == by.unit_id
    of_kind = Task.kind == literal_column(f"'{kind}'")  # spelled out, so that the index of open ones is known to fit
    late = select(*TASK_ROW).where(of_kind, Task.ended_at.is_(None), Task.due_at < at, at_units)
    return late.where(Task.seen_by(by)).order_by(Task.due_at, Task.id)


def called_back(by: Officer) -> Select:
    """The matters that only a sign-off is missing for, the satisfied first.

    Everything was asked about, what is not solved was reviewed at every level. The bureau's are its own, and those that a
    head handled (DESIGN §4: a head who did not handle it, else the bureau).
    """
    missing = or_(
        Point.outcome.is_(None),
        Point.outcome == Outcome.UNDER_WAY,
        Point.echo.is_(None),
        and_(Point.echo == Echo.NOT_SOLVED, or_(Point.confirmed_by.is_(None), Point.confirmed_by != Role.BUREAU)),
    )
    by_head = Matter.handlers.any(Officer.role == Role.HEAD)
    whose = (
        or_(Matter.station_id == by.unit_id, by_head) if by.role is Role.BUREAU else ~Matter.handlers.any(Officer.id == by.id)
    )
    ready = select(Matter).where(Matter.lying_with(by), whose, Matter.state == State.CALLED_BACK, ~Matter.points.any(missing))
    return ready.order_by((Matter.rating == Rating.SATISFIED).desc().nulls_last(), Matter.id)


def solved_and_satisfied(by: Officer) -> Select:
    """Id and version of those that `by` may sign off in one tap: every point solved, the resident satisfied."""
    unsolved = Matter.points.any(Point.echo != Echo.SOLVED)
    happy = Matter.rating == Rating.SATISFIED, ~unsolved, ~Matter.handlers.any(Officer.id == by.id)
    return called_back(by).where(*happy).with_only_columns(Matter.id, Matter.version)

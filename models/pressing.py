"""What presses, for a head's five minutes: one list each, over columns, the hottest first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, or_, select

from models.base import N_
from models.callback import Rating
from models.life import State
from models.matter import Matter, is_without_news
from models.officer import Officer, Role
from models.point import Echo, Outcome, Point
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
    """Of the head's level nothing was confirmed yet and no head handled it; the rest is the bureau's (DESIGN §4)."""
    refused = and_(Point.echo == Echo.NOT_SOLVED, Point.outcome.in_([Outcome.CANNOT, Outcome.NOT_OURS]))
    by_head = or_(
        Matter.handlers.any(Officer.role.in_([Role.HEAD, Role.BUREAU])), Matter.points.any(Point.confirmed_by == Role.HEAD)
    )
    waits = Matter.points.any(and_(refused, or_(Point.confirmed_by.is_(None), Point.confirmed_by == Role.HEAD)))
    level = by_head | (Matter.station_id == by.unit_id) if by.role is Role.BUREAU else ~by_head
    return and_(Matter.state.in_([State.CALLED_BACK, State.SIGNED_OFF]), waits, level)


def _overdue(at, by):
    return and_(Matter.closed_at.is_(None), Matter.due_at < at)


def _unhappy(at, by):
    return and_(Matter.closed_at.is_(None), Matter.rating == Rating.UNSATISFIED)


SECTIONS = (
    Section("urgent", N_("紧急"), None, lambda at, by: and_(Matter.closed_at.is_(None), Matter.urgent)),
    Section(
        "unclaimed", N_("没有人办"), "transfer", lambda at, by: and_(Matter.closed_at.is_(None), Matter.handler_id.is_(None))
    ),
    Section("silent", N_("久无进展"), None, lambda at, by: is_without_news(at)),
    Section("overdue", N_("超期"), None, _overdue),
    Section("unhappy", N_("不满意"), None, _unhappy),
    Section("reviews", N_("请复核"), "review", _to_review),
)


def called_back(by: Officer) -> Select:
    """The matters that wait for a sign-off, the satisfied first."""
    here = select(Matter).where(Matter.lying_with(by), Matter.state == State.CALLED_BACK)
    return here.order_by((Matter.rating == Rating.SATISFIED).desc().nulls_last(), Matter.id)


def solved_and_satisfied(by: Officer) -> Select:
    """Id and version of those that `by` may sign off in one tap: every point solved, the resident satisfied."""
    unsolved = Matter.points.any(or_(Point.echo.is_(None), Point.echo != Echo.SOLVED, Point.outcome == Outcome.UNDER_WAY))
    ready = Matter.rating == Rating.SATISFIED, ~unsolved, ~Matter.handlers.any(Officer.id == by.id)
    return called_back(by).where(*ready).with_only_columns(Matter.id, Matter.version)

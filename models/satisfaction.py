"""Satisfaction, counted honestly (DESIGN §4): what residents said, how many said nothing, and who typed it."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Select, String, and_, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import audit, rules
from models.asking import CallbackResult, Rating
from models.base import N_, Base, Word
from models.callback import Callback
from models.life import Kind, State
from models.matter import Matter
from models.officer import Officer, Role
from models.point import Echo, Point
from models.task import units_below
from models.unit import Unit
from models.workdays import ONE_DAY, day_begin


class Period(Word):
    """The periods that are looked at most."""

    MONTH = N_("本月")
    LAST_MONTH = N_("上月")
    YEAR = N_("今年")

    def days(self, today: date) -> tuple[date, date]:
        """Its first and last day, seen from `today`, which no period goes beyond."""
        first = today.replace(day=1)
        if self is Period.LAST_MONTH:
            return (first - ONE_DAY).replace(day=1), first - ONE_DAY
        return (first if self is Period.MONTH else first.replace(month=1)), today


class Formula(Base):
    """How an upper level counts, kept by a bureau: its name, and what one 基本满意 is worth there, in thousandths."""

    __tablename__ = "formula"
    __table_args__ = (CheckConstraint("fairly BETWEEN 0 AND 1000", name="at_most_one"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    title: Mapped[str] = mapped_column(String(rules.FORMULA_TITLE_MAX))
    fairly: Mapped[int]

    @classmethod
    def of(cls, session: Session, unit: Unit) -> "Formula | None":
        """The one that the unit's bureau keeps, if any."""
        return session.get(cls, unit.bureau.id)

    @classmethod
    def keep(cls, session: Session, by: Officer, at: datetime, title: str, fairly: int) -> None:
        """Put this in place of what the bureau of `by` kept; without a title nothing. Inside a write that holds the unit."""
        if known := session.get(cls, by.unit_id):
            session.delete(known)
            session.flush()
        if title:
            session.add(cls(unit_id=by.unit_id, title=title, fairly=fairly))
        audit.note(session, at=at, by=by, action="keep_formula", detail=str(fairly) if title else "")


class Tally(Counter):
    """How many matters ended with each Rating, or with each CallbackResult that is none."""

    @property
    def n(self) -> int:
        """The ratings given."""
        return sum(self[rating] for rating in Rating)

    @property
    def unreachable(self) -> int:
        """Those whom nobody reached."""
        return self[CallbackResult.UNREACHABLE]

    @property
    def refused(self) -> int:
        """Those who did not want to be asked."""
        return self[CallbackResult.REFUSED]

    @property
    def silent(self) -> int:
        """All others who were asked and gave no rating."""
        return self.total() - self.n - self.unreachable - self.refused

    @property
    def rate(self) -> int | None:
        """(满意 + 基本满意) ÷ n."""
        return self.share(rules.WHOLE)

    @property
    def satisfied(self) -> int | None:
        """满意 ÷ n."""
        return self.share(0)

    def share(self, fairly: int) -> int | None:
        """In tenths of a percent, one 基本满意 being worth so many thousandths; None where too few gave a rating."""
        if self.n < rules.RATE_FROM:
            return None
        return (rules.WHOLE * self[Rating.SATISFIED] + fairly * self[Rating.FAIRLY]) // self.n

    @property
    def is_enough(self) -> bool:
        """Whether the rate, where there is one, reaches the floor."""
        return self.rate is None or self.rate >= rules.SATISFACTION_FLOOR


@dataclass(frozen=True)
class Figures:
    """What residents said by themselves, and what counts as typed by staff."""

    own: Tally = field(default_factory=Tally)
    typed: Tally = field(default_factory=Tally)

    @property
    def all(self) -> Tally:
        """Both."""
        return Tally(self.own + self.typed)

    @property
    def gap(self) -> int | None:
        """How far the rate typed by staff lies above the residents' own, in tenths of a point; None where one has no rate."""
        return None if None in (self.own.rate, self.typed.rate) else self.typed.rate - self.own.rate

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(Tally(self.own + other.own), Tally(self.typed + other.typed))


def last_made(since: date, until: date, units) -> Select:
    """The ids of callbacks: of each matter of these units (their ids) the last that came to an end on these Beijing days."""
    made_at = func.coalesce(Callback.rated_at, Callback.ended_at)
    made = (
        Callback.kind == "callback",
        Callback.result.is_not(None),
        made_at >= day_begin(since),
        made_at < day_begin(until + ONE_DAY),
    )
    asked = select(func.max(Callback.id)).join(Matter, Matter.id == Callback.matter_id)
    return asked.where(*made, Matter.station_id.in_(units)).group_by(Callback.matter_id)


def figures(session: Session, since: date, until: date, units) -> dict[tuple[int, bool], Figures]:
    """What was said on these days, by the id of the unit and by whether it is of complaints.

    A matter counts once, by its last callback then; what was signed off as 群众不满意 as unsatisfied, whatever was said.
    """
    confirmed = Matter.points.any(and_(Point.echo == Echo.NOT_SOLVED, Point.confirmed_by == Role.BUREAU))
    ends_unhappy = and_(Matter.state == State.SIGNED_OFF, confirmed).label("ends_unhappy")
    said = Callback.typed_by_staff, Callback.result, Callback.rating, ends_unhappy
    asked = select(Matter.station_id, Matter.kind, *said).join(Matter, Matter.id == Callback.matter_id)
    row, found = asked.where(Callback.id.in_(last_made(since, until, units))).subquery(), defaultdict(Figures)
    counted = session.execute(select(func.count(), *row.c).group_by(*row.c))
    for count, station_id, kind, typed, result, rating, unhappy in counted:
        of_it = found[station_id, kind is Kind.COMPLAINT]
        (of_it.typed if typed else of_it.own)[Rating.UNSATISFIED if unhappy else rating or result] += count
    return found


def figures_for(session: Session, by: Officer, since: date, until: date) -> tuple[list[tuple[Unit, Figures]], Figures | None]:
    """The figures of each unit that `by` looks after, without complaints, and those of complaints, for the bureau alone."""
    units = session.scalars(select(Unit).where(Unit.id.in_(units_below(by))).order_by(Unit.number)).all()
    found = figures(session, since, until, [unit.id for unit in units])
    complaints = sum((found[unit.id, True] for unit in units), Figures()) if by.role is Role.BUREAU else None
    return [(unit, found[unit.id, False]) for unit in units], complaints

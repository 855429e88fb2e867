"""The caller's desk: whom to ring next, and whether somebody has rung about a number."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, case, exists, func, literal, select
from sqlalchemy.orm import Session

from models import audit
from models.answering import Contacted
from models.base import beijing_date
from models.callback import Callback
from models.card import digits
from models.contact import Channel
from models.handling import matter_handler
from models.ledger import Entry
from models.matter import Matter
from models.officer import Officer
from models.point import Outcome, Point
from models.talk_callback import TalkCallback
from models.talk_side import TalkSide
from models.task import ROW, Task

RUNG = (Channel.PHONE,)  # the wishes that a call answers; a text that came to nothing becomes one
RUNG_FROM = ("callbacks", "recalls", "look_backs")  # the shelves of what is rung about
MOST = 100  # rows of a desk

IS_REFUSAL = exists().where(
    Point.matter_id == Callback.matter_id, Point.echo.is_(None), Point.outcome.in_([Outcome.CANNOT, Outcome.NOT_OURS])
)


@dataclass(frozen=True)
class Desk:
    """The callbacks that somebody may make: to be rung now, later, and those that wait for a card or a visit."""

    now: list
    later: list
    quiet: list

    @classmethod
    def of(cls, session: Session, by: Officer, at: datetime) -> "Desk":
        """The rows of `by`: a refusal comes first, then what is due first. Of talks only those whose day has come."""
        has_come = TalkCallback.asks_on <= beijing_date(at)
        asked = _offered(Callback, by, case((IS_REFUSAL, 1), else_=0)) + _offered(TalkCallback, by, literal(0), has_come)
        rows = [row for query in asked for row in session.execute(query)]
        rows.sort(key=lambda row: (not row.is_refusal, row.due_at, row.id))
        rung = [row for row in rows if row.channel in RUNG]
        later = [row for row in rung if row.next_try and row.next_try > at]
        return cls(
            now=[row for row in rung if row not in later],
            later=sorted(later, key=lambda row: row.next_try),
            quiet=[row for row in rows if row.channel not in RUNG],
        )

    def at_hand(self, wanted: int | None):
        """The row to ring now: the one wanted, else the first; None if there is none."""
        chosen = [row for row in [*self.now, *self.later, *self.quiet] if row.id == wanted]
        return next(iter(chosen or self.now), None)

    def after(self, row) -> int | None:
        """The id of the one behind `row`, round to the first; None where there is no other."""
        ids = [other.id for other in self.now]
        place = ids.index(row.id) + 1 if row.id in ids else 0
        following = (ids[place:] + ids[:place])[:1]
        return following[0] if following and following[0] != row.id else None


def _offered(kind: type[Task], by: Officer, is_refusal, *more) -> list[Select]:
    """What `by` has taken of a kind, and what nobody has at the own unit."""
    columns = [getattr(kind, column.key) for column in ROW]
    extra = (kind.channel, kind.next_try, is_refusal.label("is_refusal"))
    seen = select(*columns, *extra).where(kind.seen_by(by), kind.offered_to(by), kind.ended_at.is_(None), *more)
    first = seen.order_by(extra[-1].desc(), kind.due_at, kind.id).limit(MOST)
    return [first.where(kind.assignee_id == by.id), first.where(kind.station_id == by.unit_id, kind.assignee_id.is_(None))]


def not_for(session: Session, by: Officer) -> int:
    """How many wait at the unit of `by` that somebody else has to make, because `by` handled the matter."""
    handled = Callback.matter_id.in_(select(matter_handler.c.matter_id).where(matter_handler.c.officer_id == by.id))
    waiting = and_(Callback.station_id == by.unit_id, Callback.assignee_id.is_(None), Callback.ended_at.is_(None))
    return session.scalar(select(func.count(Callback.id)).where(Callback.seen_by(by), waiting, handled))


@dataclass(frozen=True)
class Rang:
    """Whether somebody rang about a number: the lines of its tries, the last first, and who has it in hand just now."""

    tries: list[Entry]
    in_hand: Officer | None


def _is_a_call(entry: Entry) -> bool:
    asked = entry.record in RUNG_FROM and entry.step == "record"
    return asked or (entry.step == "contact" and entry.values.get("how") is Contacted.PHONE)


def rang_about(session: Session, number: str, by: Officer, at: datetime) -> Rang | None:
    """What the desk may tell whoever rings back; None where nobody rang, or `by` sees nothing of it. Logged either way."""
    if side := session.scalars(select(TalkSide).where(TalkSide.card.has(number=digits(number)))).one_or_none():
        return _rang_about_side(session, side, by, at)
    matter = session.scalars(select(Matter).where(Matter.number == digits(number))).one_or_none()
    if matter and not (matter.lies_with(by) or any(task.is_seen_by(by) for task in matter.tasks if isinstance(task, Callback))):
        matter = None
    audit.note(session, at=at, by=by, action="ask_who_rang", record=matter)
    if matter is None:
        return None
    tries = [entry for entry in reversed(matter.entries) if _is_a_call(entry)]
    in_hand = next((asking.assignee for asking in matter.askings if asking.is_in_hand), None)
    return Rang(tries, in_hand) if tries or in_hand else None


def _rang_about_side(session: Session, side: TalkSide, by: Officer, at: datetime) -> Rang | None:
    seen = side if side.is_seen_by(by) or by.unit_id in {call.station_id for call in side.callbacks} else None
    audit.note(session, at=at, by=by, action="ask_who_rang", record=seen)
    if seen is None:
        return None
    tries = [entry for entry in reversed(side.talk.entries) if _is_a_call(entry) and entry.values["side"] == side.called]
    in_hand = next((call.assignee for call in side.callbacks if call.is_in_hand), None)
    return Rang(tries, in_hand) if tries or in_hand else None

"""Asking the sides of a talk 说事回访: on the day of each promise, and 7 and 30 days after; whoever held the talk may look back, only another asks the rating."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, Index, and_, func, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, relationship

from models import rules
from models.asking import Asked, CallbackResult, Rating, Reach
from models.base import N_, beijing_date
from models.callback import HEAD_OF_IT, RISES_BEFORE_ITS_END, WHO_TOOK_IT, need_not_rise, nobody_took_it
from models.contact import Channel
from models.ledger import Entry
from models.officer import COMPANIONS, HEADS, STAFF, Officer
from models.steps import AN_ACCOUNT_CLOSED, THE_CLOCK, Fault, Refused, Told, Who, step
from models.talk_agreement import Agreement, Kept
from models.task import OPEN, Task, TaskState
from models.unit import Unit
from models.workdays import ONE_DAY, Calendar, day_end


def _is_of_its_unit(callback, by, at):
    return isinstance(by, Officer) and by.role in STAFF and by.unit_id == callback.station_id


def _not_yours(callback, by, at):
    if beijing_date(at) < callback.asks_on:
        return Refused(N_("约好%(day)s问，还没有到。"), day=callback.asks_on)
    if callback.state is TaskState.UNDER_WAY and not callback.is_rated_with(by):
        return _another_asks()
    if callback.assignee_id not in (None, by.id) and by.role not in HEADS:
        return Refused(N_("%(who)s已经在回访这件事。"), who=callback.assignee.called)


def _is_waited_for(callback, by, at):
    if callback.channel is not Channel.CARD or at <= callback.due_at:
        return Refused(N_("回访还没有到期。"))


def _another_asks():
    return Refused(N_("这次说事您接过，满意不满意要由别的同事来问。"))


ASKER = Who("staff of the station, or the bureau once it rose", N_("本所的同事"), _is_of_its_unit)


class TalkCallback(Asked, Task):
    """One call to one side. Under way: somebody who held the talk looked back, and another is to ask the rating."""

    __tablename__ = "talk_callback"
    __mapper_args__ = {"polymorphic_identity": "talk_callback", "polymorphic_load": "selectin"}

    id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    side_id: Mapped[int] = mapped_column(ForeignKey("talk_side.id"), index=True)
    asks_on: Mapped[date]  # not before this Beijing day

    side: Mapped["TalkSide"] = relationship(back_populates="callbacks")  # noqa: F821  in models.talk_side

    label = N_("说事回访")
    shelf = "look_backs"
    next_step = {TaskState.PLANNED: "record", TaskState.UNDER_WAY: "record"}
    passed_on_by = "pass_on"

    @classmethod
    def of(cls, side, day: date, at: datetime, calendar: Calendar) -> "TalkCallback":
        """A new one for this side, not before this Beijing day; unclaimed, at the station where the people live.

        By phone it is due on the first working day from then on: nobody is late, and nothing rises, while offices rest.
        """
        talk = side.talk
        callback = cls(
            side=side,
            asks_on=day,
            state=TaskState.PLANNED,
            version=1,
            station_id=talk.community.station_id,
            made_at=at,
            title=f"{talk.subject}（{side.called}）",
            area=talk.area,
            number=side.card.number,
        )
        callback.channel, callback.due_at = Channel.PHONE, day_end(calendar.workday_after(day - ONE_DAY, 1))
        if not side.phone_sealed:
            callback.is_asked_by_card(at)
        return callback

    def is_asked_by_card(self, at: datetime) -> None:
        """Nobody can ring: the card waits for a word, from its day on."""
        self.channel = Channel.CARD
        self.due_at = day_end(max(self.asks_on, beijing_date(at)) + rules.CARD_CALLBACK_DAYS * ONE_DAY)

    # ── who sees it

    @classmethod
    def seen_by(cls, by):
        """As all tasks; the desk, which sees no talk, sees those that are open, and those it made."""
        seen = super().seen_by(by)
        if isinstance(by, Officer) and by.role not in COMPANIONS:
            return and_(seen, or_(cls.ended_at.is_(None), cls.assignee_id == by.id))
        return seen

    @classmethod
    def offered_to(cls, by):
        """To everyone; the rating alone to nobody who holds the talk or had a hand in it."""
        a_hand = select(func.count()).where(Entry.talk_id == Task.talk_id, Entry.is_a_hand, Entry.officer_id == by.id)
        return or_(Task.state == TaskState.PLANNED, and_(~Task.talk.has(officer_id=by.id), a_hand.scalar_subquery() == 0))

    @property
    def bureau(self) -> Unit:
        """Where it goes that nobody at the station makes."""
        return self.talk.community.station.bureau

    def is_rated_with(self, by) -> bool:
        """Whether `by` may ask the rating: nobody who held the talk does."""
        return not isinstance(by, Officer) or by.id not in self.talk.handler_ids

    def asked_about(self, at: datetime) -> list[Agreement]:
        """The promises whose day has come; nothing where only the rating is missing, or where the talk came to nothing.

        What was kept, and asked of this very side since its day, is not asked again.
        """
        if self.state is TaskState.UNDER_WAY or self.talk.came_to_nothing:
            return []
        heard = max((beijing_date(call.rated_at) for call in self.side.callbacks if call.rated_at), default=date.min)
        due = [one for one in self.talk.current if one.until and one.until <= beijing_date(at) and one.kept is not Kept.BROKEN]
        return [one for one in due if one.kept is None or one.until > heard]

    def hear(self, by, at: datetime, kept: Collection[int], rating: Rating | None, typed_by_staff: bool) -> bool:
        """Keep which promises (their ordinals) were kept, and the rating; returns whether one was broken.

        Fault where the rating is missing, or asked by somebody who held the talk.
        """
        asked, rates = self.asked_about(at), self.is_rated_with(by)
        if rating and not rates:
            raise Fault("rating", _another_asks().message)
        for one in asked:
            one.kept = Kept.KEPT if one.ordinal in kept else Kept.BROKEN
        broken = any(one.kept is Kept.BROKEN for one in asked)
        if rates and rating is None:
            raise Fault("rating", N_("请选一下群众满意不满意。"))
        if rating:
            self.closes_as(CallbackResult.RATED, at, rating, typed_by_staff)
        return broken

    def _goes_on(self, by, at, because: str):
        talk = self.talk
        return lambda: talk.steps["reopen"].follow(talk, by=by, at=at, because=because)

    # ── its steps

    @step(
        N_("回访"),
        says=N_("%(who)s回访%(side)s：%(result)s %(rating)s"),
        frm=OPEN,
        to=[TaskState.PLANNED, TaskState.UNDER_WAY, TaskState.DONE],
        by=[ASKER],
        public=False,
        why_not=_not_yours,
    )
    def record(self, by, at, result, kept=(), rating=None, words=None):
        """Write down one try. Reached: `kept` holds the ordinals of the promises kept, and the rating, if another than the talk's officer asks.

        A promise that was not kept opens the talk again. Only the rating missing: a colleague asks it by the next working day. Refused, or the third try in vain on a second day: it ends. A wrong
        number is erased, and the card waits for a word.
        """
        self.taken_by(by)
        told = Told(text=words or None, values={"side": self.side.called, "result": result, "rating": rating or ""})
        if result is Reach.REACHED:
            is_broken = self.hear(by, at, kept or (), rating, typed_by_staff=True)
            if not (is_broken or rating):
                calendar = Calendar.load(object_session(self))
                self.assignee_id, self.due_at = None, day_end(calendar.workday_after(beijing_date(at), 1))
                told.to = TaskState.UNDER_WAY
                return told
            told.then = self._goes_on(by, at, "record") if is_broken else None
        elif result is Reach.WRONG:
            self.side.lose_phone(at)
            told.to = self.state
            return told
        elif result is Reach.UNREACHED:
            self.missed(at)
            if not self.is_unreachable:
                told.to = self.state
                return told
            self.closes_as(CallbackResult.UNREACHABLE, at)
        else:
            self.closes_as(CallbackResult.REFUSED, at)
        self.ended_at, told.to = at, TaskState.DONE
        return told

    @step(
        N_("交给同事"),
        says=N_("%(who)s把回访交给%(handler)s"),
        frm=OPEN,
        to=OPEN,
        by=[HEAD_OF_IT],
        public=False,
        why_not=nobody_took_it,
        aside=True,
    )
    def pass_on(self, by, at, handler, text=""):
        """Whoever took it is away: `handler` makes it; where only the rating is missing, nobody who held the talk."""
        if handler is None or not handler.works_as(STAFF, self.station_id):
            raise Fault("handler", N_("请选本单位的同事。"))
        if self.state is TaskState.UNDER_WAY and not self.is_rated_with(handler):
            raise Fault("handler", _another_asks().message)
        self.assignee = handler
        return Told(text=text or None, values={"handler": handler.called})

    @step(
        N_("先放回去"),
        says=N_("%(who)s把回访放了回去"),
        frm=OPEN,
        to=OPEN,
        by=[WHO_TOOK_IT, AN_ACCOUNT_CLOSED],
        public=False,
        aside=True,
    )
    def put_back(self, by, at):
        """Whoever took it can't make it now: it is anybody's again."""
        self.assignee = None

    @step(
        N_("转到县局"),
        says=N_("回访到时没有人认领，转到%(unit)s"),
        frm=OPEN,
        to=OPEN,
        by=[THE_CLOCK],
        public=False,
        why_not=need_not_rise,
    )
    def rise(self, by, at):
        """Nobody at the station has taken it by noon of its due day, as with callbacks: it is the bureau's to make."""
        self.station_id = self.bureau.id
        return Told(values={"unit": self.bureau.name})

    @step(
        N_("视为未表态"),
        says=N_("%(side)s在卡上没有表态"),
        frm=OPEN,
        to=[TaskState.DONE],
        by=[THE_CLOCK],
        public=False,
        why_not=_is_waited_for,
    )
    def lapse(self, by, at):
        """The card waited in vain: it ends without a rating, never counted as satisfied."""
        self.closes_as(CallbackResult.SILENT, at)
        self.ended_at = at
        return Told(values={"side": self.side.called})


STILL_OPEN = text("ended_at IS NULL AND kind = 'talk_callback'")
Index("ix_task_talk_callback", Task.due_at, sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN)


def call_days(closed_on: date, promised: Collection[date], looks: Collection[int] = ()) -> list[date]:
    """The days on which one side is asked: each promise's, and so many days (`looks`) after the closing.

    What lies within 3 days (004) is one call, made on the last promised day among them, so that nothing is asked before it
    was due; without a promise on the first. A promise whose day is over, or not yet, is asked about on the day after the
    closing at the earliest.
    """
    promised = {max(day, closed_on + ONE_DAY) for day in promised}
    days, together = [], timedelta(days=rules.CALLS_TOGETHER_DAYS)
    waiting = sorted(promised | {closed_on + n * ONE_DAY for n in looks})
    while waiting:
        one_call = [day for day in waiting if day - waiting[0] <= together]
        days.append(max(promised.intersection(one_call), default=one_call[0]))
        waiting = waiting[len(one_call) :]
    return days


def silent(session: Session, at: datetime) -> list[TalkCallback]:
    """Those by card whose time was over at `at` without a word."""
    late = and_(STILL_OPEN, Task.due_at < at, TalkCallback.channel == Channel.CARD)
    return list(session.scalars(select(TalkCallback).where(late).order_by(TalkCallback.id)))


def not_taken(session: Session, at: datetime) -> list[TalkCallback]:
    """The stations' calls that nobody had taken at `at`, by noon of their due day; a card waits by itself."""
    late = and_(STILL_OPEN, Task.due_at <= at + RISES_BEFORE_ITS_END, TalkCallback.channel != Channel.CARD)
    free = and_(Task.assignee_id.is_(None), Task.station_id.in_(select(Unit.id).where(Unit.parent_id.is_not(None))))
    again = or_(TalkCallback.next_try.is_(None), TalkCallback.next_try <= at)
    return list(session.scalars(select(TalkCallback).where(late, free, again).order_by(TalkCallback.id)))

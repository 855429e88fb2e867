"""Callback 回访: asking the resident whether it is solved. Never by somebody who handled the matter."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, and_, func, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import rules
from models.asking import Asked, CallbackResult, Rating, Reach, Reply, may_be_rung
from models.base import N_, Word
from models.contact import Channel
from models.handling import matter_handler
from models.officer import HEADS, STAFF, Officer, Role
from models.steps import A_REPLY, AN_ACCOUNT_CLOSED, THE_CLOCK, Fault, Refused, Told, Who, step
from models.task import Task, TaskState
from models.unit import Unit


def _is_staff(callback, by, at):
    return isinstance(by, Officer) and by.role in STAFF


def not_yours(callback, by, at):
    """What stands in the way of asking: nothing to ask, a hand in the matter, or a colleague who has it."""
    if not callback.matter.points_to_ask(at):
        return Refused(N_("还在办，没有要问的。"))
    if by.id in callback.matter.handler_ids:
        return Refused(N_("这件事您经办过，回访要由别的同事来做。"))
    if callback.assignee_id not in (None, by.id) and by.role not in HEADS:
        return Refused(N_("%(who)s已经在回访这件事。"), who=callback.assignee.called)


def _is_head(callback, by, at):
    return isinstance(by, Officer) and by.role in HEADS and by.unit_id == callback.station_id


STAFF_NOT_A_HANDLER = Who("staff, not a handler", N_("没有经办这件事的同事"), _is_staff)
HEAD_OF_IT = Who("head or bureau, of what lies with it", N_("所领导"), _is_head)


def _took_it(callback, by, at):
    return isinstance(by, Officer) and by.id == callback.assignee_id


WHO_TOOK_IT = Who("whoever took it", N_("认领的人"), _took_it)


class Anybody(Word):
    """Who takes what nobody is named for."""

    ELSE = N_("没有经办过的同事")


def nobody_took_it(callback, by, at):
    """Why nothing is passed on: there is nothing to take from anybody."""
    if callback.assignee_id is None:
        return Refused(N_("这件回访还没有人认领。"))


def need_not_rise(callback, by, at):
    """Why a call stays at its station: somebody has it, nobody rings, there is time, or it is the bureau's already."""
    if callback.assignee_id or callback.channel in BY_ITSELF or at < callback.due_at - RISES_BEFORE_ITS_END:
        return Refused(N_("还没有到转给县局的时候。"))
    if callback.station_id == callback.bureau.id:
        return Refused(N_("已经在县局了。"))


BY_ITSELF = (Channel.CARD, Channel.SMS)  # asked without anybody who rings
RISES_BEFORE_ITS_END = timedelta(hours=rules.DAY_ENDS.hour - rules.CALLBACK_RISES.hour)


class Callback(Asked, Task):
    """The duty of one callback about a matter."""

    __tablename__ = "callback"
    __mapper_args__ = {"polymorphic_identity": "callback", "polymorphic_load": "selectin"}  # a list asks once for all

    id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)

    label = N_("回访")
    shelf = "callbacks"
    next_step = {TaskState.PLANNED: "record"}
    passed_on_by = "pass_on"

    @classmethod
    def seen_by(cls, by):
        """As all tasks; an auxiliary sees those that are open, and those she made; of a complaint only the bureau does."""
        seen = super().seen_by(by)
        if isinstance(by, Officer) and by.role is not Role.BUREAU:
            seen = and_(seen, ~cls.reserved)
        if isinstance(by, Officer) and by.role is Role.AUXILIARY:
            return and_(seen, or_(cls.ended_at.is_(None), cls.assignee_id == by.id))
        return seen

    @classmethod
    def offered_to(cls, by):
        """Everyone but the matter's handlers."""
        handled = and_(matter_handler.c.matter_id == cls.matter_id, matter_handler.c.officer_id == by.id)
        return select(func.count()).where(handled).scalar_subquery() == 0  # EXISTS: PostgreSQL gathers all they ever handled

    @property
    def bureau(self) -> Unit:
        """Where it goes that nobody at the station makes."""
        return self.matter.station.bureau

    def may_be_made_by(self, by: Officer, at: datetime) -> bool:
        """Whether the duty is for `by`: nobody else has taken it, and `by` never handled the matter."""
        free = self.assignee_id in (None, by.id) and self.station_id == by.unit_id
        return free and self.is_seen_by(by) and not self.steps["record"].refusal(self, by, at)

    @step(
        N_("回访"),
        says=N_("%(who)s回访：%(result)s"),
        frm=[TaskState.PLANNED],
        to=[TaskState.PLANNED, TaskState.DONE],
        by=[STAFF_NOT_A_HANDLER],
        public=False,
        why_not=not_yours,
    )
    def record(self, by, at, result, rating=None, solved=None, words=None):
        """Write down one try. `solved` holds the ordinals of the points said to be solved.

        Reached: the resident's rating, typed by staff. Refused, or the third try in vain on a second day: it lapses. A wrong
        number is no try: it is erased, and the callback waits on the card.
        """
        self.taken_by(by)
        matter = self.matter
        if result is Reach.REACHED:
            matter.steps["rate"].follow(matter, by=by, at=at, because="record", rating=rating, solved=solved, words=words)
            return Told(to=TaskState.DONE, values={"result": result})
        if result is Reach.WRONG:
            if not (matter.contact and matter.contact.phone_sealed):
                raise Fault("result", N_("没有留电话，谈不上号码不对。"))
            matter.lose_phone(by, at)
            self.assignee_id, self.tried = None, []
            return Told(to=TaskState.PLANNED, values={"result": result})
        if result is Reach.UNREACHED:
            if matter.contact is None:
                raise Fault("result", N_("没有留联系方式，谈不上没联系上。群众没来，到时候就记为“没有表态”。"))
            self.missed(at, matter.daypart)
            if not self.is_unreachable:
                return Told(to=TaskState.PLANNED, values={"result": result})
        ending = CallbackResult.REFUSED if result is Reach.REFUSED else CallbackResult.UNREACHABLE
        matter.steps["lapse"].follow(matter, by=by, at=at, because="record", result=ending)
        return Told(to=TaskState.DONE, values={"result": result})

    @step(
        N_("交给同事"),
        says=N_("%(who)s把回访交给%(handler)s"),
        frm=[TaskState.PLANNED],
        to=[TaskState.PLANNED],
        by=[HEAD_OF_IT],
        public=False,
        why_not=nobody_took_it,
        aside=True,
    )
    def pass_on(self, by, at, handler, text=""):
        """Whoever took it is away: it is `handler`'s, or anybody's again where that one handled the matter."""
        if handler is None or not handler.works_as(STAFF, self.station_id):
            raise Fault("handler", N_("请选本单位的同事。"))
        if handler in self.matter.concerns:
            raise Fault("handler", N_("群众反映的就是这位同事，请选别人。"))
        took_it = handler.id not in self.matter.handler_ids
        self.assignee = handler if took_it else None
        return Told(text=text or None, values={"handler": handler.called if took_it else Anybody.ELSE})

    @step(
        N_("先放回去"),
        says=N_("%(who)s把回访放了回去"),
        frm=[TaskState.PLANNED],
        to=[TaskState.PLANNED],
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
        frm=[TaskState.PLANNED],
        to=[TaskState.PLANNED],
        by=[THE_CLOCK],
        public=False,
        why_not=need_not_rise,
    )
    def rise(self, by, at):
        """Nobody at the station has taken it by noon of its due day: it is the bureau's to make."""
        self.station_id = self.bureau.id
        return Told(values={"unit": self.bureau.name})

    @step(
        N_("回短信"),
        says=N_("%(resident)s回了短信：%(reply)s"),
        frm=[TaskState.PLANNED],
        to=[TaskState.PLANNED],
        by=[A_REPLY],
    )
    def reply(self, by, at, answer):
        """The resident replied to the text. 1 is her rating; by 2 and 3 nobody knows which point she means: somebody rings."""
        matter = self.matter
        if answer is not Reply.SOLVED:
            self.is_rung(at)
            return Told(values={"reply": answer})
        solved = [point.ordinal for point in matter.points_to_ask(at)]
        given = {"by": by, "at": at, "because": "reply", "rating": Rating.SATISFIED, "solved": solved}
        return Told(values={"reply": answer}, then=lambda: matter.steps["rate"].follow(matter, **given))

    @step(
        N_("改打电话"),
        says=N_("%(why)s，改打电话回访"),
        frm=[TaskState.PLANNED],
        to=[TaskState.PLANNED],
        by=[A_REPLY, THE_CLOCK],
        public=False,
        why_not=may_be_rung,
    )
    def call_instead(self, by, at, why):
        """Asking by text came to nothing, `why` (NotByText) says how: somebody rings on the next working day."""
        self.is_rung(at)
        return Told(values={"why": why})

    def is_rung(self, at: datetime) -> None:
        """Asking by text came to nothing: somebody rings on the next working day."""
        self.channel, self.due_at = Channel.PHONE, self.matter.ask_by(Channel.PHONE, at)


STILL_OPEN = text("ended_at IS NULL AND kind = 'callback'")
Index("ix_task_callback_due", Task.due_at, sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN)
OPEN_CALLBACKS = select(Callback).where(Task.ended_at.is_(None), Task.kind == "callback").order_by(Task.due_at, Task.id)


def not_taken(session: Session, at: datetime) -> list[Callback]:
    """The stations' callbacks that nobody had taken at `at`, by noon of their due day; cards and texts wait by themselves."""
    late = Callback.due_at <= at + RISES_BEFORE_ITS_END
    at_station = Callback.station_id.in_(select(Unit.id).where(Unit.parent_id.is_not(None)))
    free = OPEN_CALLBACKS.where(Callback.assignee_id.is_(None), Callback.channel.not_in(BY_ITSELF))
    waiting = free.where(late, at_station, or_(Callback.next_try.is_(None), Callback.next_try <= at))
    return list(session.scalars(waiting))


def unanswered(session: Session, at: datetime) -> list[Callback]:
    """The callbacks by card whose time was over at `at` without a word."""
    waiting = OPEN_CALLBACKS.where(Callback.channel == Channel.CARD, Callback.due_at < at)
    return list(session.scalars(waiting))

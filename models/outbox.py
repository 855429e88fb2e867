"""The outbox 短信: each text to a resident is a row made with the news itself, and sent later: once, in hours, without what it is about."""

import hmac
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, and_, false, func, or_, select, text, true
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, relationship

from models import audit, rules, setting
from models.asking import NotByText, Reply
from models.base import AUTOINCREMENT, BEIJING, N_, Base, Word, Worded, beijing_date, ensure, new_uid
from models.callback import Callback
from models.contact import Channel, Contact
from models.gateway import Answer
from models.keys import Keys
from models.life import State
from models.message_template import MessageTemplate, Occasion, filled_in
from models.officer import STAFF, Officer, Role
from models.steps import CLOCK, THE_CLOCK, Refused, Stepped, Who, step
from models.task import Task, TaskState
from models.unit import Unit
from models.workdays import day_begin, day_end

AT_ONCE = 10  # texts that a worker takes at a time: all of them are sent well within the lease
EXTENSIONS = range(1000, 100_000)
NEWS = {
    "ask": Occasion.QUESTION,
    "answer": Occasion.ANSWERED,
    "settle": Occasion.ANSWERED,
    "refer": Occasion.ANSWERED,
    "decline": Occasion.ANSWERED,
    "alarm": Occasion.ANSWERED,
    "thank": Occasion.ANSWERED,
    "extend": Occasion.LATER,
    "send_back": Occasion.LATER,
    "order": Occasion.LATER,
    "escalate": Occasion.MOVED,
    "return": Occasion.MOVED,
    "review": Occasion.REVIEWED,
    "visit": Occasion.VISIT,
    "schedule": Occasion.VISIT,
    "call_off": Occasion.VISIT,
}  # the steps of a matter, and of visits about it, that a resident is told of, and as what


class MessageState(Word):
    """Where a text stands."""

    WAITING = N_("等着发"), "soon"
    SENDING = N_("正在发"), "soon"
    SENT = N_("发出去了"), "done"
    DELIVERED = N_("送到了"), "done"
    FAILED = N_("没发成"), "late"
    CALLED_OFF = N_("不用发了")


OUT = (MessageState.SENT, MessageState.DELIVERED)  # with the resident
SENDERS = (Role.DESK, Role.HEAD, Role.BUREAU)


def _is_sender(message, by, at):
    return isinstance(by, Officer) and by.role in SENDERS and by.unit_id == message.station_id


SENDER = Who("desk, head or bureau of its unit", N_("综合指挥室或所领导"), _is_sender)


def _by_hand_now(message, by, at):
    if not message.can_be_sent_by_hand(at):
        return Refused(N_("这条短信现在不用人来发。"))


@dataclass(frozen=True)
class Parcel:
    """One text on its way: all that the gateway needs, and until when it may be handed over. Never stored."""

    message_id: int
    version: int
    until: datetime
    phone: str
    text: str
    uid: str
    extension: str


class Message(Stepped, Base):
    """One text to a resident. Neither her number nor the text is in it: both are read when it is sent."""

    __tablename__ = "message"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid)  # what the gateway knows a repetition by
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[MessageState] = mapped_column(Worded(MessageState), default=MessageState.WAITING)
    occasion: Mapped[Occasion] = mapped_column(Worded(Occasion))
    station_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    matter_id: Mapped[int | None] = mapped_column(ForeignKey("matter.id"), index=True)
    # asked once; models.incident adds `incident`
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident_callback.id"), unique=True)
    callback_id: Mapped[int | None] = mapped_column(ForeignKey("callback.id"), index=True)
    made_at: Mapped[datetime]
    same_day: Mapped[bool] = mapped_column(default=False)  # about a visit of the day on which it was made
    next_try_at: Mapped[datetime]  # not before; after a failure, or once a lease is over
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))  # who sent it by hand
    gateway_id: Mapped[str | None] = mapped_column(String(64), index=True)
    error: Mapped[str | None] = mapped_column(String(32))  # a code, never the words of a gateway
    extension: Mapped[str | None] = mapped_column(String(8), unique=True)  # 扩展码: the reply names it
    phone_hash: Mapped[str | None] = mapped_column(String(64))  # keyed; only while a reply may come, and under no index
    reply: Mapped[Reply | None] = mapped_column(Worded(Reply))
    replied_at: Mapped[datetime | None]

    station: Mapped[Unit] = relationship()
    matter: Mapped["Matter | None"] = relationship(back_populates="messages")  # noqa: F821  in models.matter
    callback: Mapped[Callback | None] = relationship()
    sent_by: Mapped[Officer | None] = relationship()

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}
    __table_args__ = (
        CheckConstraint("(occasion = 'asked') = (callback_id IS NOT NULL)", name="asked_for_a_callback"),
        CheckConstraint("(occasion = 'incident') = (incident_id IS NOT NULL)", name="asked_after_a_call"),
        CheckConstraint("(matter_id IS NULL) <> (incident_id IS NULL)", name="one_subject"),
        CheckConstraint("phone_hash IS NULL OR occasion IN ('asked', 'incident')", name="hash_where_asked"),
        Index(
            "ix_message_open",
            "next_try_at",
            sqlite_where=text("state IN ('waiting', 'sending')"),
            postgresql_where=text("state IN ('waiting', 'sending')"),
        ),
        Index(
            "ix_message_by_hand",
            "station_id",
            "next_try_at",
            sqlite_where=text("state IN ('waiting', 'failed')"),
            postgresql_where=text("state IN ('waiting', 'failed')"),
        ),
        AUTOINCREMENT,
    )

    shelf = "messages"
    label = N_("短信")
    urgent = False
    due_at = ended_at = comes_next = None  # what the page of any record asks

    @classmethod
    def seen_by(cls, by):
        """Whoever sees all of the matter; those about 110 calls nobody, for nobody has to send them."""
        if by is CLOCK:
            return true()
        if not isinstance(by, Officer) or by.role not in STAFF:
            return false()
        return cls.matter.has(cls.matter.property.mapper.class_.lying_with(by))

    @property
    def told_in(self):
        """The matter; what is about a 110 call is told nowhere."""
        return self.matter

    @property
    def about(self):
        """What it tells of, who has the phone and says how to fill it in: the matter, or the callback about a 110 call."""
        return self.matter or self.incident

    @property
    def asking(self):
        """The callback that waits for its reply, where it asks."""
        return self.callback or self.incident

    @property
    def title(self) -> str | None:
        """The matter's."""
        return self.matter.title

    @property
    def topic(self) -> Word:
        """What stands in for a title."""
        return self.matter.topic

    @property
    def number(self) -> str:
        """The matter's."""
        return self.matter.number

    @property
    def area(self) -> str:
        """The matter's."""
        return self.matter.area

    def is_wanted(self, at: datetime) -> bool:
        """Whether there is still somebody to send it to, and something to say."""
        return self._is_one_of(_wanted(at))

    @property
    def text(self) -> str:
        """The very words that go out."""
        return filled_in(MessageTemplate.all_of(object_session(self))[self.occasion], self.about)

    def can_be_sent_by_hand(self, at: datetime) -> bool:
        """Whether it is for people to send: its time has come and there is no gateway, or the gateway could not."""
        return self.state in for_people(object_session(self)) and self.next_try_at <= at and self.is_wanted(at)

    def to_lock(self):
        return [*{self.about, self, self.asking}] if self.asking else [self]

    def moved_on(self):
        return Refused(N_("这条短信现在是“%(state)s”。"), state=self.state)

    def write_down(self, step, by, at, told):
        """A text leaves no line in the ledger: what it was about already stands there."""

    # ── sending

    @step(
        N_("发好了"),
        frm=[MessageState.WAITING, MessageState.FAILED],
        to=[MessageState.SENT],
        by=[SENDER],
        why_not=_by_hand_now,
    )
    def mark_sent(self, by, at):
        """Somebody sent it by hand, from a telephone of the station."""
        self.sent_by = by
        self._went_out(at)

    @step(
        N_("不用发了"),
        frm=[MessageState.WAITING, MessageState.FAILED],
        to=[MessageState.CALLED_OFF],
        by=[SENDER, THE_CLOCK],
        aside=True,
    )
    def call_off(self, by, at):
        """There is nobody to send it to any more, or nothing to say; or somebody told her otherwise."""

    @step(
        N_("取走"),
        frm=[MessageState.WAITING, MessageState.SENDING],
        to=[MessageState.SENDING],
        by=[THE_CLOCK],
    )
    def lease(self, by, at, extension=None, phone_hash=None):
        """A worker has it until the lease is over; if nothing was heard of it then, another one may take it, under the same uid."""
        self.tries, self.tried_at, self.next_try_at = self.tries + 1, at, at + rules.MESSAGE_LEASE
        self.extension, self.phone_hash, self.error = extension, phone_hash, None

    @step(N_("发出"), frm=[MessageState.SENDING], to=[MessageState.SENT], by=[THE_CLOCK])
    def send(self, by, at, gateway_id=None):
        """The gateway has taken it."""
        self.gateway_id = gateway_id
        self._went_out(at)

    @step(N_("再试"), frm=[MessageState.SENDING], to=[MessageState.WAITING], by=[THE_CLOCK])
    def put_off(self, by, at, error):
        """It did not go through: it is tried again, each time later."""
        self.error, self.next_try_at = error, at + rules.MESSAGE_BACKOFF[self.tries - 1]

    @step(N_("没发成"), frm=[MessageState.SENDING, MessageState.SENT], to=[MessageState.FAILED], by=[THE_CLOCK])
    def fail(self, by, at, error):
        """It can't be sent: what was to be asked is asked by phone, other news stands before the desk."""
        self.error = error
        asking = self.asking
        if asking and asking.is_asked_by_text:
            asking.steps["call_instead"].follow(asking, by=CLOCK, at=at, because=THE_CLOCK.name, why=NotByText.FAILED)

    @step(
        N_("送到"),
        frm=[MessageState.WAITING, MessageState.SENDING, MessageState.SENT, MessageState.FAILED],
        to=[MessageState.DELIVERED],
        by=[THE_CLOCK],
    )
    def deliver(self, by, at):
        """The gateway reports that it arrived."""
        self._went_out(at)

    def came_back(self, at: datetime, version: int, answer: Answer) -> None:
        """Keep what the gateway said of the parcel with this version, inside a write; another worker's is left alone."""
        if self.state is not MessageState.SENDING or self.version != version:
            return
        if answer.error is None:
            self._follow("send", at, gateway_id=answer.gateway_id)
        elif self.tries > len(rules.MESSAGE_BACKOFF):
            self._follow("fail", at, error=answer.error)
        else:
            self._follow("put_off", at, error=answer.error)

    def is_reported(self, at: datetime, error: str | None) -> None:
        """The gateway tells what became of it, inside a write; what was told before, or comes too late, changes nothing."""
        name = "fail" if error else "deliver"
        if self.state in self.steps[name].frm:
            self._follow(name, at, **({"error": error} if error else {}))

    def _follow(self, name, at, **fields):
        self.steps[name].follow(self, by=CLOCK, at=at, because=THE_CLOCK.name, **fields)

    def _went_out(self, at):
        """From now on a reply may come: the callback waits for it."""
        if self.sent_at is None and self.asking and self.asking.is_asked_by_text:
            end = day_end(beijing_date(at) + timedelta(days=rules.REPLY_DAYS))
            self.asking.due_at = min(end, at + rules.NUMBER_KEPT)  # after that nobody knows whose reply it is
        self.sent_at = self.sent_at or at

    def _parcel(self, outbox: "Outbox", words: dict[Occasion, str], at: datetime) -> Parcel:
        phone, marks = self.about.dialled(at), {}
        if self.asking:
            marks["extension"] = self.extension or outbox.next_extension(object_session(self))
            marks["phone_hash"] = hashed(object_session(self).info["keys"], phone)
        self._follow("lease", at, **marks)
        return Parcel(
            self.id,
            self.version,
            self.next_try_at,
            phone,
            filled_in(words[self.occasion], self.about),
            self.uid,
            self.extension or "",
        )


class Outbox(Base):
    """The one row that says how fast texts may go, and whether at all."""

    __tablename__ = "outbox"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    per_hour: Mapped[int]
    stopped_at: Mapped[datetime | None]
    stopped_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    last_extension: Mapped[int]  # given out in turn, so that a late reply never finds another's text

    stopped_by: Mapped[Officer | None] = relationship()

    @classmethod
    def locked(cls, session: Session) -> "Outbox":
        """The row, inside a write, for whoever sends or sets something."""
        ensure(session, cls, id=1, version=1, per_hour=rules.MESSAGES_PER_HOUR, last_extension=EXTENSIONS[0])
        return session.scalars(select(cls).with_for_update().execution_options(populate_existing=True)).one()

    @classmethod
    def shown(cls, session: Session) -> "Outbox":
        """The row to read, or one as it would be made."""
        return session.get(cls, 1) or cls(version=1, per_hour=rules.MESSAGES_PER_HOUR)

    def room(self, at: datetime) -> int:
        """How many texts may go out at `at`: none while it is stopped, else what is left of the hour's."""
        if self.stopped_at:
            return 0
        lately = select(func.count()).select_from(Message).where(Message.tried_at > at - timedelta(hours=1))
        return max(0, self.per_hour - object_session(self).scalar(lately))

    def stop(self, by: Officer, at: datetime) -> None:
        """Nothing goes out any more; what is under way is."""
        if not self.stopped_at:
            self.stopped_at, self.stopped_by = at, by
            self._note(by, at, "stop_messages")

    def go_on(self, by: Officer, at: datetime) -> None:
        """What waited goes out."""
        if self.stopped_at:
            self.stopped_at = self.stopped_by = None
            self._note(by, at, "send_messages")

    def allow(self, per_hour: int, by: Officer, at: datetime) -> None:
        """At most so many in an hour."""
        self.per_hour = per_hour
        self._note(by, at, "messages_per_hour", str(per_hour))

    def next_extension(self, session: Session) -> str:
        """One that no text has; the numbers go round."""
        for _n in EXTENSIONS:
            self.last_extension += 1 if self.last_extension < EXTENSIONS[-1] else EXTENSIONS[0] - self.last_extension
            if session.scalar(select(Message.id).where(Message.extension == str(self.last_extension))) is None:
                break
        return str(self.last_extension)

    def _note(self, by, at, action, detail=None):
        self.version += 1
        audit.note(object_session(self), at=at, by=by, action=action, detail=detail)


# ── making


def tell(matter, name: str, at: datetime, days: Collection[date | str] = ()) -> None:
    """The step `name` of a matter was taken: where it is news to somebody who wants texts, one waits from now on.

    What is not sent yet goes with the matter to the unit that tells of it; several news of one hour are one text, but those
    of a visit, on one of `days`, are a text of their own.
    """
    if matter.reply_by is not Channel.SMS:
        return
    waiting = [message for message in matter.messages if message.state is MessageState.WAITING]
    for message in matter.messages:
        if message.state in (MessageState.WAITING, MessageState.FAILED):
            message.station_id = matter.told_by.id
    occasion = NEWS.get(name)
    if occasion is None or not matter.is_textable or (occasion is Occasion.ANSWERED and matter.state is State.IN_HAND):
        return
    of_a_visit = occasion is Occasion.VISIT
    alike = [m for m in waiting if (m.occasion is Occasion.VISIT) == of_a_visit or m.made_at == at]
    news = [message for message in alike if not message.callback and message.made_at > at - rules.NEWS_TOGETHER]
    if news:
        news[0].occasion = occasion
        news[0].version += 1
    else:
        news = [_made(matter, occasion, at, at)]
        matter.messages += news
    news[0].same_day = news[0].same_day or beijing_date(at) in days


def ask(matter, callback: Callback, at: datetime) -> None:
    """The resident is to be asked by text whether it is solved: in the morning of the day on which the callback is due."""
    morning = _morning(callback)
    mine = [m for m in matter.messages if m.callback is callback and m.state is not MessageState.CALLED_OFF]
    if mine:  # her wish changed and changed back
        mine[0].next_try_at = max(mine[0].next_try_at, morning)
        return
    message = _made(matter, Occasion.ASKED, at, morning)
    message.callback = callback
    matter.messages.append(message)


def asking_after(incident, at: datetime) -> Message:
    """The text that asks whether somebody was satisfied with what came of a 110 call: likewise in the morning of the due day."""
    return _made(incident, Occasion.INCIDENT, at, _morning(incident))


def _morning(callback) -> datetime:
    return datetime.combine(beijing_date(callback.due_at), rules.MESSAGES_FROM, BEIJING)  # then, or when hours begin


def _made(about, occasion, at, not_before) -> Message:
    return Message(
        uid=new_uid(),
        version=1,
        state=MessageState.WAITING,
        occasion=occasion,
        station_id=about.told_by.id,
        made_at=at,
        same_day=False,
        next_try_at=not_before,
        tries=0,
    )


# ── sending


def hours(session: Session) -> tuple[time, time]:
    """From when to when texts may go out, in Beijing."""
    return setting.of(session, "messages_from"), setting.of(session, "messages_until")


def is_in_hours(session: Session, at: datetime) -> bool:
    """Whether any text may go out at `at`."""
    begins, ends = hours(session)
    return begins <= at.astimezone(BEIJING).time() < ends


def _may_go_out(session: Session, at: datetime):
    """The condition on rows that they may go out at this hour: in the evening only what is about a visit of this very day."""
    if is_in_hours(session, at):
        return true()
    if not hours(session)[1] <= at.astimezone(BEIJING).time() < rules.VISIT_UNTIL:
        return false()
    return and_(Message.same_day, Message.made_at >= day_begin(beijing_date(at)))


def _wanted(at: datetime):
    """The condition on rows that there is still somebody to send them to, and something to say that is news."""
    matter, incident = (getattr(Message, name).property.mapper.class_ for name in ("matter", "incident"))
    reached = and_(matter.reply_by == Channel.SMS, matter.contact.has(Contact.phone_sealed.is_not(None)))
    fresh = and_(Message.callback_id.is_(None), Message.made_at > at - rules.NEWS_KEPT)
    open_still = or_(fresh, Message.callback.has(_asks_by_text()))
    says = and_(
        or_(Message.occasion != Occasion.LATER, Message.matter.has(matter.due_at.is_not(None))),
        or_(Message.occasion != Occasion.QUESTION, Message.matter.has(matter.state == State.WAITING)),
        or_(
            Message.occasion != Occasion.VISIT,
            Message.matter.has(and_(matter.closed_at.is_(None), _says_of_visits(matter, at))),
        ),
    )
    return or_(and_(Message.matter.has(reached), open_still, says), Message.incident.has(incident.is_to_be_texted()))


def _says_of_visits(matter, at: datetime):
    """Of the visits of a matter: that somebody is to come, today at the earliest, or that one was called off since it was made."""
    to_come = Task.begins_at >= day_begin(beijing_date(at))
    called_off = and_(Task.state == TaskState.CALLED_OFF, Task.ended_at >= Message.made_at)
    either = or_(to_come, called_off)
    return or_(matter.tasks.any(and_(Task.kind == "visit", either)), matter.topic_visits.any(either))


def _asks_by_text():
    return and_(Callback.ended_at.is_(None), Callback.channel == Channel.SMS)


def _due(at: datetime):
    return and_(Message.state.in_([MessageState.WAITING, MessageState.SENDING]), Message.next_try_at <= at)


def lease(session: Session, at: datetime, count: int = AT_ONCE) -> list[Parcel]:
    """Take the next few texts, inside a write: whoever commits it sends them, and nobody else until the lease is over.

    Hours, the stop switch and the figure of the hour are asked in this very write, behind the one row that all senders lock.
    """
    outbox = Outbox.locked(session)
    matters_first = Message.incident_id.is_not(None), Message.next_try_at, Message.id  # thousands of calls may wait
    next_ones = select(Message).where(_due(at), _wanted(at), _may_go_out(session, at)).order_by(*matters_first)
    taken = next_ones.limit(min(count, outbox.room(at))).with_for_update(skip_locked=True, of=Message)
    words = MessageTemplate.all_of(session)
    with session.no_autoflush:
        return [message._parcel(outbox, words, at) for message in session.scalars(taken)]


def no_longer_wanted(session: Session, at: datetime) -> list[Message]:
    """The texts that wait for nothing."""
    idle = and_(_due(at), Message.state == MessageState.WAITING, ~_wanted(at))
    return list(session.scalars(select(Message).where(idle).order_by(Message.id)))


def for_people(session: Session) -> tuple[MessageState, ...]:
    """The states in which people have to send a text: what the gateway could not; without one, what waits as well."""
    return (MessageState.FAILED,) if session.info.get("gateway") else (MessageState.WAITING, MessageState.FAILED)


def by_hand(session: Session, by: Officer, at: datetime, *options) -> list[Message]:
    """The texts that somebody at the unit of `by` has to send now, the oldest first; `options` say what is loaded with them."""
    mine = and_(Message.station_id == by.unit_id, Message.state.in_(for_people(session)), Message.next_try_at <= at)
    here = select(Message).where(mine, _wanted(at), Message.seen_by(by))
    return list(session.scalars(here.order_by(Message.next_try_at, Message.id).options(*options)))


def waiting(session: Session, at: datetime) -> int:
    """How many texts are due and did not go out yet."""
    return session.scalar(select(func.count()).select_from(Message).where(_due(at), _wanted(at)))


# ── what comes of asking


def not_replied(session: Session, at: datetime) -> list[Callback]:
    """The callbacks whose text went out, and whose time for a reply was over at `at`."""
    return _late(session, at, Callback.id.in_(_asking(*OUT)))


def never_asked(session: Session, at: datetime) -> list[Callback]:
    """The callbacks by text that nobody had sent by the end of their day."""
    return _late(session, at, Callback.id.not_in(_asking(*OUT)))


def _asking(*states):
    return select(Message.callback_id).where(Message.state.in_(states), Message.callback_id == Callback.id).correlate(Callback)


def _late(session, at, condition) -> list[Callback]:
    late = select(Callback).where(Task.kind == "callback", _asks_by_text(), Callback.due_at < at, condition)
    return list(session.scalars(late.order_by(Task.due_at, Task.id)))


def hashed(keys: Keys, number: str) -> str:
    """A number as it is kept beside a text: its digits without the country, under a key of its own."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", number))
    if len(digits) > 11 and digits.removeprefix("00").startswith("86"):
        digits = digits.removeprefix("00").removeprefix("86")
    return hmac.digest(keys.phone, digits.encode(), "sha256").hex()

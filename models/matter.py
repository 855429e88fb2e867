"""A matter 事项: one thing raised, one ledger, from the resident's words to the sign-off."""

from datetime import datetime, timedelta

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    and_,
    exists,
    false,
    or_,
    select,
    text,
    true,
    union,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, relationship

from models import outbox, privacy_notice, rules
from models.answering import Answering
from models.asking import Rating, Reply
from models.base import AUTOINCREMENT, N_, Base, Worded, new_uid
from models.callback import Callback
from models.card import EchoCard, digits
from models.category import Category
from models.complaint import concerns, matter_concerns
from models.contact import Channel, Contact, Daypart
from models.echoing import Echoing
from models.handling import Handling, matter_handler
from models.keeping import Keeping
from models.ledger import Entry, Ledgered
from models.life import Door, Kind, State
from models.moving import Moving
from models.officer import HEADS, STAFF, Officer, Role
from models.order import RectificationOrder
from models.outbox import Message
from models.photo import Photo
from models.point import Echo, Outcome, Point
from models.showing import Showing
from models.steps import BY_TEXT, CLOCK, Refused, Stepped
from models.taking import Taking
from models.task import Task, TaskState, units_below
from models.teaming import Teaming
from models.unit import Community, Grid, Unit, UnitKind
from models.visit import Visit, visit_matter
from models.visiting import Visiting
from models.workdays import Calendar

OWED = (State.RECEIVED, State.IN_HAND)  # an answer is owed
PROMISED = (State.ANSWERED, State.CALLED_BACK)  # owed again once a promised date is over
# steps whose lines tell her nothing of what became of it
NO_NEWS = ("add", "erase", "reach", "rate", "reissue", "reply", "rise")

matter_formerly = Table(  # the units that a matter lay with before: they keep reading what is public
    "matter_formerly",
    Base.metadata,
    Column("matter_id", ForeignKey("matter.id"), primary_key=True),
    Column("unit_id", ForeignKey("unit.id"), primary_key=True, index=True),
)


WORDED, WAITS, WAS_PROMISED = text("body <> ''"), text("state = 'waiting'"), text("state IN ('answered', 'called_back')")
IS_IDEA, IS_SHOWN = text("kind = 'idea'"), text("shown_as IS NOT NULL")


def _open_by(moment: str) -> Index:
    where = text("closed_at IS NULL")
    return Index(f"ix_matter_{moment}", "station_id", moment, sqlite_where=where, postgresql_where=where)


class Matter(Taking, Answering, Moving, Echoing, Keeping, Visiting, Teaming, Showing, Ledgered, Stepped, Base):
    """One thing raised. The resident's own words (`body`, `place`, the points' texts) never change."""

    __tablename__ = "matter"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid)
    number: Mapped[str] = mapped_column(String(16), unique=True)  # its first card's
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[State] = mapped_column(Worded(State))
    station_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    community_id: Mapped[int | None] = mapped_column(ForeignKey("community.id"), index=True)
    kind: Mapped[Kind] = mapped_column(Worded(Kind))
    body: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(String(200), default="")
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.id"))
    reply_by: Mapped[Channel] = mapped_column(Worded(Channel))
    daypart: Mapped[Daypart | None] = mapped_column(Worded(Daypart))
    notice: Mapped[str] = mapped_column(String(16))  # the version of the privacy notice that was shown
    about: Mapped[str] = mapped_column(String(200), default="")  # of a complaint: whom she means, as she wrote it
    earlier: Mapped[str] = mapped_column(String(40), default="")  # the number of what she raised before, as she wrote it
    door: Mapped[Door] = mapped_column(Worded(Door))
    urgent: Mapped[bool]  # words of danger, sent after the 110 page
    submission: Mapped[str] = mapped_column(String(64), unique=True)  # the hash of an id that is as secret as the code
    received_at: Mapped[datetime]
    due_at: Mapped[datetime | None]  # of the answer, or of the earliest date promised
    closed_at: Mapped[datetime | None]
    extended_by: Mapped[int] = mapped_column(default=0)  # working days that a head added
    questions: Mapped[int] = mapped_column(default=0)  # times that the resident was asked something
    waits_until: Mapped[datetime | None]  # for her answer …
    days_left: Mapped[int | None]  # … with so many working days to go on with then
    contacted_at: Mapped[datetime | None]  # when somebody first spoke to the resident
    settled: Mapped[bool] = mapped_column(default=False)  # the last answer was given face to face or by phone
    news_by: Mapped[datetime | None]  # without a public line until then, it is without news
    rating: Mapped[Rating | None] = mapped_column(Worded(Rating))  # the last one given
    summary: Mapped[str | None] = mapped_column(String(40))
    shown_as: Mapped[str | None] = mapped_column(String(rules.SHOWN_MAX))  # of an idea: the line on its community's page
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), index=True)
    receiver_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), index=True)  # 首问责任人: who had it first

    station: Mapped[Unit] = relationship()
    community: Mapped[Community | None] = relationship()
    grid: Mapped[Grid | None] = relationship()
    category: Mapped[Category | None] = relationship()
    handler: Mapped[Officer | None] = relationship(foreign_keys=handler_id)
    receiver: Mapped[Officer | None] = relationship(foreign_keys=receiver_id)
    formerly: Mapped[list[Unit]] = relationship(secondary=matter_formerly)
    handlers: Mapped[list[Officer]] = relationship(secondary=matter_handler)
    concerns: Mapped[list[Officer]] = relationship(secondary=matter_concerns)
    points: Mapped[list[Point]] = relationship(order_by=Point.ordinal)
    entries: Mapped[list[Entry]] = relationship(order_by=Entry.id)
    tasks: Mapped[list[Task]] = relationship(order_by=Task.id, back_populates="matter")
    topic_visits: Mapped[list[Visit]] = relationship(
        secondary=visit_matter, order_by=visit_matter.c.visit_id, back_populates="matters"
    )
    cards: Mapped[list[EchoCard]] = relationship(order_by=EchoCard.id, back_populates="matter")
    contact: Mapped[Contact | None] = relationship(back_populates="matter", cascade="all, delete-orphan")
    messages: Mapped[list[Message]] = relationship(order_by=Message.id, back_populates="matter")
    photos: Mapped[list[Photo]] = relationship(order_by=Photo.id, cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}
    __table_args__ = (
        CheckConstraint(
            "(state IN ('signed_off', 'thanked', 'withdrawn')) = (closed_at IS NOT NULL)", name="closed_when_ended"
        ),
        CheckConstraint("(state = 'waiting') = (waits_until IS NOT NULL)", name="waiting_has_an_end"),
        CheckConstraint("(waits_until IS NULL) = (days_left IS NULL)", name="waiting_has_days_left"),
        CheckConstraint("state IN ('received', 'thanked', 'withdrawn') OR summary IS NOT NULL", name="in_hand_has_summary"),
        Index("ix_matter_promised", "due_at", sqlite_where=WAS_PROMISED, postgresql_where=WAS_PROMISED),
        Index("ix_matter_waiting", "waits_until", sqlite_where=WAITS, postgresql_where=WAITS),
        Index("ix_matter_idea", "station_id", "id", sqlite_where=IS_IDEA, postgresql_where=IS_IDEA),
        Index("ix_matter_shown", "community_id", "id", sqlite_where=IS_SHOWN, postgresql_where=IS_SHOWN),
        Index("ix_matter_worded", "closed_at", sqlite_where=WORDED, postgresql_where=WORDED),
        _open_by("due_at"),
        _open_by("news_by"),
        Index("ix_matter_station", "station_id", "id"),
        Index("ix_matter_received", "station_id", "received_at", "door", "kind"),
        Index("ix_matter_state", "station_id", "state", "id"),
        AUTOINCREMENT,
    )

    shelf = "matters"
    label = N_("事项")
    lines = {
        "receive": N_("已收到"),
        "take_down": N_("%(who)s替%(resident)s记下来，已收到（%(door)s）"),
        "open_contact": N_("%(who)s看了联系方式"),
        "wrong_number": N_("%(who)s按留的号码打过电话，号码不对，已经删掉"),
        "late_reply": N_("%(resident)s回了短信：%(reply)s（这次回访已经结束，没有改动）"),
    }

    # ── who sees it

    @classmethod
    def seen_by(cls, by):
        """The matters that lie with `by`; a card's own; and what one had before: as first receiver until its end, as a unit.

        Of a complaint neither a first receiver nor a former unit sees anything (DESIGN §4).
        """
        if by is CLOCK:
            return true()
        if isinstance(by, EchoCard):
            return cls.id == by.matter_id
        if by.role not in STAFF:
            return false()
        before = and_(cls.receiver_id == by.id, cls.closed_at.is_(None))
        if by.role is not Role.AUXILIARY:
            was_here = exists().where(matter_formerly.c.matter_id == cls.id, matter_formerly.c.unit_id == by.unit_id)
            before = or_(before, was_here)
        return or_(cls.lying_with(by), and_(before, cls.kind != Kind.COMPLAINT, ~concerns(cls.id, by)))

    @classmethod
    def lying_with(cls, by: Officer):
        """DESIGN §6: the own station's for staff, the led officer's for auxiliaries, all below for the bureau.

        A complaint is seen by whom it went to and whoever that person named, never by whom it concerns (DESIGN §4), not
        even once it was sorted out of complaint: what was said meanwhile stays.
        """
        near = cls.station_id.in_(units_below(by)) if by.role is Role.BUREAU else cls.station_id == by.unit_id
        if by.role is Role.AUXILIARY:
            near = and_(near, cls.handler_id == by.led_by_id)
        judges = by.role in HEADS
        named = true() if judges else or_(cls.kind != Kind.COMPLAINT, cls.handler_id == by.id)
        return and_(near, named, ~concerns(cls.id, by))

    def lies_with(self, by: Officer) -> bool:
        """Whether `by` sees all of it; else only what is public."""
        return by.role in STAFF and self._is_one_of(Matter.lying_with(by))

    # ── what can be read off the row

    @property
    def matter(self) -> "Matter":
        """Itself, as what its tasks are tasks of."""
        return self

    @property
    def told_in(self) -> "Matter":
        """Itself: it has a ledger."""
        return self

    @property
    def title(self) -> str | None:
        """The summary, once there is one."""
        return self.summary

    @property
    def topic(self) -> Kind:
        """What stands in for a title: its kind."""
        return self.kind

    @property
    def area(self) -> str:
        """Community and grid: all of the place that a list may show."""
        return " ".join(place.name for place in (self.community, self.grid) if place)

    @property
    def handler_ids(self) -> set[int]:
        """Everybody who ever handled it, and whoever is to."""
        return {officer.id for officer in self.handlers} | {self.handler_id}

    @property
    def has_answers(self) -> bool:
        """Whether there are points to show: answered ones, or such as the resident named."""
        return any(point.outcome or point.echo or point.text for point in self.points)

    @property
    def is_complaint(self) -> bool:
        """Whether it concerns an officer, an auxiliary or the station."""
        return self.kind is Kind.COMPLAINT

    @property
    def is_textable(self) -> bool:
        """Whether the resident wants texts, and left a phone for them."""
        return self.reply_by is Channel.SMS and self.contact is not None and self.contact.phone_sealed is not None

    @property
    def seen_at(self) -> list[Unit]:
        """The units whose heads see it."""
        return list(dict.fromkeys([self.station.bureau, self.station]))

    @property
    def told_by(self) -> Unit:
        """The unit whom the resident rings about it: of a complaint the bureau."""
        return self.station.bureau if self.is_complaint else self.station

    def raised_before(self, by) -> "Matter | None":
        """What the resident says she raised before, where her number is that of a matter that `by` may see."""
        named = select(Matter).where(Matter.number == digits(self.earlier), Matter.seen_by(by))
        return object_session(self).scalars(named).one_or_none() if self.earlier else None

    @property
    def added(self) -> list[Entry]:
        """What the resident said after her first words."""
        return [entry for entry in self.entries if entry.step == "add"]

    def hides_numbers_from(self, by: Officer) -> bool:
        """Whether `by` reads numbers typed into free text masked: all staff but the handler."""
        return by.id != self.handler_id

    @property
    def question(self) -> str | None:
        """What the resident was asked last."""
        return next((entry.text for entry in reversed(self.entries) if entry.step == "ask"), None)

    @property
    def left_a_wrong_number(self) -> bool:
        """Whether the phone that she left last was somebody else's."""
        last = next((entry.step for entry in reversed(self.entries) if entry.step in ("wrong_number", "reach", "erase")), None)
        return last == "wrong_number"

    @property
    def points_to_answer(self) -> list[Point]:
        """The points without an end: open ones while in hand, else those under way."""
        return [point for point in self.points if point.is_under_way or (point.is_open and self.state is State.IN_HAND)]

    @property
    def comes_next(self) -> str | None:
        """The name of the step that its handling asks for before any other."""
        return self.open_handling.next if self.open_handling else None

    @property
    def open_handling(self) -> Handling | None:
        """The handling that is not ended, if any."""
        return self._open(Handling)

    @property
    def orders(self) -> list[RectificationOrder]:
        """The rectification orders that there were, in their order."""
        return [task for task in self.tasks if isinstance(task, RectificationOrder)]

    @property
    def judge(self) -> Role:
        """The level that may judge what was done here: the head, or the bureau where a head handled it, or it lies there."""
        by_head = any(officer.role in HEADS for officer in self.handlers)
        return Role.BUREAU if by_head or self.station.kind is UnitKind.BUREAU else Role.HEAD

    @property
    def open_callback(self) -> Callback | None:
        """The callback that is not ended, if any."""
        return next((callback for callback in self.callbacks if callback.ended_at is None), None)

    @property
    def last_callback(self) -> Callback | None:
        """The latest callback that was made, or is to be made."""
        made = (callback for callback in self.callbacks if callback.state is not TaskState.CALLED_OFF)
        return max(made, key=lambda callback: callback.id, default=None)

    @property
    def callbacks(self) -> list[Callback]:
        """All of them, whatever became of them."""
        return [task for task in self.tasks if task.kind == "callback"]

    @property
    def askings(self) -> list[Callback]:
        """All that is to ask her just now: the callback, and what a campaign wants to know."""
        return [task for task in self.tasks if isinstance(task, Callback) and task.ended_at is None]

    @property
    def points_to_review(self) -> list[Point]:
        """The points that were refused, and whose resident is not content with that, until every level has looked at them."""
        return [point for point in self.points if point.echo is Echo.NOT_SOLVED and point.was_refused and not point.is_reviewed]

    @property
    def review_level(self) -> Role | None:
        """Who is to review it now: the head, and after that, or where a head handled it, the bureau."""
        if not self.points_to_review:
            return None
        return Role.BUREAU if any(point.confirmed_by for point in self.points_to_review) else self.judge

    @property
    def is_disputed(self) -> bool:
        """Whether the resident still says that something is not solved."""
        return any(point.echo is Echo.NOT_SOLVED for point in self.points)

    @property
    def ticks(self) -> list[tuple[str, bool]]:
        """掌握 · 登记 · 兑现 · 销号 (004), each read off the matter, never ticked by hand: a message id, and whether it is so."""
        kept = all(Echo.SOLVED is point.echo or (point.echo is None and point.outcome is Outcome.DONE) for point in self.points)
        return [
            (N_("掌握"), self.contacted_at is not None),
            (N_("登记"), self.summary is not None),
            (N_("兑现"), kept),
            (N_("销号"), self.state is State.SIGNED_OFF),
        ]

    def points_to_ask(self, at: datetime) -> list[Point]:
        """What the resident is asked about: points not asked about yet, else (to correct, to object) all that have an end."""
        askable = [point for point in self.points if point.can_be_asked_about(at)]
        return [point for point in askable if point.echo is None] or askable

    def _open(self, kind):
        return next((task for task in self.tasks if isinstance(task, kind) and task.ended_at is None), None)

    def moved_on(self):
        last = next(
            entry for entry in reversed(self.entries) if entry.step in ("receive", "take_down") or self._was_moved_by(entry)
        )
        return Refused(
            N_("%(who)s在%(at)s已经处理过了，这件事现在是“%(state)s”。"),
            who=last.who,
            at=last.at,
            state=self.state,
        )

    def _was_moved_by(self, entry: Entry) -> bool:
        return entry.record == self.shelf and entry.step in self.steps and self.steps[entry.step].moves

    def is_without_news(self, at: datetime) -> bool:
        """Whether the resident has heard nothing for 5 working days of what is still owed to her (DESIGN §4).

        Not while it waits for her, and not before a promised date; her own doing is no news.
        """
        return self._is_one_of(is_without_news(at))

    def what_next(self, at: datetime) -> tuple[str, dict]:
        """What happens next, for the resident: a message id and its values."""
        if said := self.visit_next(at):
            return said
        who = self.handler.called if self.handler else self.station.name
        values = {"who": who, "due": self.due_at, "phone": self.told_by.duty_phone}
        asked = self.open_callback if self.state in PROMISED else None
        if asked and asked.channel is Channel.SMS and any(m.callback is asked and m.sent_at for m in self.messages):
            return N_("我们发短信问您解决了没有。请您%(until)s前回短信，或者在这里说。"), {"until": asked.due_at}
        if asked and asked.channel is not Channel.CARD:
            return N_("答复了。%(due)s前会有人问您解决了没有（%(how)s）；您也可以现在就在这里说。"), {
                "due": asked.due_at,
                "how": asked.channel,
            }
        if asked and self.left_a_wrong_number:
            return N_("我们打过您留的电话，号码不对，已经删掉。请留一个新的，或者%(until)s前在这里说说解决了没有。"), {
                "until": asked.due_at
            }
        if asked:
            return N_("请您说说解决了没有。%(until)s前没有说，就记为“没有表态”，以后仍可以说没解决。"), {"until": asked.due_at}
        if self.state is State.THANKED:
            return N_("谢谢您，话带到了。"), {}
        if self.state is State.WITHDRAWN:
            return N_("您已经撤回这件事。要是又需要，请重新提一件。"), {}
        if self.points_to_review and self.state in (State.CALLED_BACK, State.SIGNED_OFF):
            return N_("您说还没解决。%(level)s会复核一遍，结果写在这里。"), {"level": self.review_level}
        if self.state is State.SIGNED_OFF:
            end = self.closed_at + timedelta(days=rules.OBJECTION_DAYS)
            if at > end:
                return N_("这件事已经办结。如果又有情况，请重新提一件。"), {}
            return N_("这件事已经办结。%(until)s前如果发现没解决，还可以在这里说。"), {"until": end}
        if self.state is State.WAITING:
            return N_("%(who)s在等您回答。%(until)s前没有回答，就按知道的情况接着办。"), values | {"until": self.waits_until}
        if self.due_at is None:
            return N_("您的话记下了。所领导核对以后，这件事就办结了。"), {}
        if at > self.due_at:
            return N_("%(who)s本该在%(due)s前给您回音，现在晚了。您可以打%(phone)s问一声。"), values
        if self.state is State.RECEIVED and self.kind is Kind.PRAISE:
            return N_("%(who)s会在%(due)s前看到您的表扬。"), values
        if self.state is State.RECEIVED:
            return N_("%(who)s会先受理，最晚%(due)s前答复您。"), values
        if self.state is State.IN_HAND:
            return N_("%(who)s会在%(due)s前答复您。"), values
        return N_("还有没办完的，%(who)s会在%(due)s前再答复您。"), values

    def dialled(self, at: datetime) -> str:
        """The phone that she left, for a text, inside a write, with a line in the audit log."""
        return self.contact.dialled(at)

    # ── the ledger

    def to_lock(self):
        """Itself, and the open tasks whose states its steps change."""
        return [self, *(task for task in self.tasks if task.ended_at is None)]

    def write_down(self, step, by, at, told, shelf="matters"):
        """Add a line to the ledger, where the step leaves one; a public one is news to the resident, unless it is in NO_NEWS."""
        if step.public and step.says and step.name not in NO_NEWS:
            self.news_by = Calendar.load(object_session(self)).deadline(at, rules.WITHOUT_NEWS_DAYS)
        if step.says:
            self.write_line(by, at, step.name, public=step.public, values=told.values, text=told.text, shelf=shelf)
        days = [day for name, day in told.values.items() if name in ("day", "was")]
        outbox.tell(self, step.name, at, days)

    def hear_late(self, reply: Reply, at: datetime) -> None:
        """A reply to a text that waits for none any more is a line for staff."""
        self.write_line(BY_TEXT, at, "late_reply", public=False, values={"reply": reply})


def waited_in_vain(session: Session, at: datetime) -> list[Matter]:
    """The matters that have waited for the resident until their time was over at `at`."""
    over = select(Matter).where(Matter.state == State.WAITING, Matter.waits_until < at)
    return list(session.scalars(over.order_by(Matter.waits_until, Matter.id)))


def kept_too_long(session: Session, at: datetime) -> list[Matter]:
    """The matters whose contact data and photos have had their time at `at` (DESIGN §3)."""
    ended = privacy_notice.kept_too_long(session, Matter, "contact", at)
    forgotten = ~Matter.entries.any(Entry.at >= at - rules.CONTACT_KEPT_AT_MOST)
    personal = Matter.id.in_(union(select(Contact.matter_id), select(Photo.matter_id)))
    return list(session.scalars(select(Matter).where(personal, or_(ended, forgotten)).order_by(Matter.id)))


def worded_too_long(session: Session, at: datetime) -> list[Matter]:
    """The matters whose residents' own words have had their time at `at` (DESIGN §3)."""
    over = select(Matter).where(privacy_notice.kept_too_long(session, Matter, "text", at), Matter.body != "")
    return list(session.scalars(over.order_by(Matter.id)))


def promises_over(session: Session, at: datetime) -> list[Matter]:
    """The matters whose promised date is over at `at` and whose resident was not asked about it yet."""
    over = select(Matter).where(Matter.state.in_(PROMISED), Matter.due_at < at)
    waiting = over.where(Matter.points.any(and_(Point.outcome == Outcome.UNDER_WAY, Point.echo.is_(None))))
    return [matter for matter in session.scalars(waiting.order_by(Matter.due_at, Matter.id)) if not matter.open_callback]


def is_without_news(at: datetime):
    """The condition on rows whose residents have heard nothing for 5 working days of what is still owed to them."""
    owed = or_(Matter.state.in_(OWED), and_(Matter.state.in_(PROMISED), Matter.due_at < at))
    return and_(Matter.closed_at.is_(None), Matter.news_by < at, owed)

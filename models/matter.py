"""A matter 事项: one thing raised, one ledger, from the resident's words to the sign-off."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, and_, false, or_, select, true
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, relationship

from models import audit, rules
from models.base import AUTOINCREMENT, N_, Base, Word, Worded, beijing_date, new_uid
from models.callback import Callback, CallbackResult, TypedBy
from models.card import EchoCard, digits
from models.category import Category
from models.complaint import concerns, judge_of, matter_concerns, officer_of
from models.contact import Channel, Contact, Daypart, Reachable
from models.danger import sounds_dangerous
from models.handling import Handling, matter_handler
from models.ledger import Entry
from models.officer import Officer, Role, responsible_for
from models.photo import Drawn, Photo
from models.point import Echo, Outcome, Point
from models.steps import CLOCK, THE_CLOCK, Fault, Refused, Stepped, Told, step, through
from models.task import OF_ITS_MATTER, Task, TaskState, units_below
from models.unit import Community, Grid, Unit, UnitKind
from models.who import ACCEPTORS, BUREAU, CARD, COLLEAGUE, DESK, HANDLER, HEAD, RESPONSIBLE, SIGNING_HEAD
from models.workdays import ONE_DAY, Calendar, day_end


class Kind(Word):
    """What the resident wants."""

    QUESTION = N_("想问个事")
    REQUEST = N_("想请帮忙")
    SUGGESTION = N_("提个建议")
    COMPLAINT = N_("对民警、辅警或派出所有意见")
    PRAISE = N_("表扬")


class Door(Word):
    """The way a matter came in."""

    FORM = N_("网上表格")
    PLATE = N_("门牌二维码")
    CONTACT_CARD = N_("联系卡二维码")


class State(Word):
    """Where a matter stands."""

    RECEIVED = N_("已收到"), "soon"
    IN_HAND = N_("办理中"), "soon"
    WAITING = N_("等您补充"), "soon"
    ANSWERED = N_("已答复"), "done"
    CALLED_BACK = N_("已回访"), "done"
    SIGNED_OFF = N_("已销号"), "done", N_("已办结")
    THANKED = N_("已致谢"), "done"
    WITHDRAWN = N_("已撤回")


class Resumed(Word):
    """How waiting for the resident ended."""

    ANSWERED = N_("回答：")
    TOLD = N_("接着办了")
    TIME_OVER = N_("没有等到回答，按知道的情况接着办")


def _only_praise(matter, by, at):
    if matter.kind is not Kind.PRAISE:
        return Refused(N_("致谢只用于表扬。"))


def _nothing_to_erase(matter, by, at):
    if not (matter.photos or matter.contact):
        return Refused(N_("没有联系方式，也没有照片，不用删。"))


def _handled_it(matter, by, at):
    if by.id in matter.handler_ids:
        return Refused(N_("这件事您经办过，要由别的同事来补发。"))


def _not_praise(matter, by, at):
    if matter.kind is Kind.PRAISE:
        return Refused(N_("表扬用“致谢”来回。"))


def _has_point_to_answer(matter, by, at):
    if not matter.points_to_answer:
        return Refused(N_("每一件都已经答复了。"))


def _may_ask(matter, by, at):
    if matter.questions >= rules.QUESTIONS_MAX:
        return Refused(N_("已经问过%(n)s次，请按知道的情况答复。"), n=rules.QUESTIONS_MAX)


def _may_extend(matter, by, at):
    if matter.extended_by:
        return Refused(N_("已经延过一次，不能再延。"))


def _has_waited(matter, by, at):
    if by is CLOCK and at <= matter.waits_until:
        return Refused(N_("还没有等到时候。"))


def _may_still_rate(matter, by, at):
    if not matter.points_to_ask(at):
        return Refused(N_("还在办，办好了再请您说说解决没有。"))
    if matter.state is State.SIGNED_OFF and at > matter.closed_at + timedelta(days=rules.OBJECTION_DAYS):
        return Refused(N_("办结已经超过%(days)s天。如果又有情况，请重新提一件。"), days=rules.OBJECTION_DAYS)


def _is_being_asked(matter, by, at):
    if matter.open_callback is None or (by is CLOCK and at <= matter.open_callback.due_at):
        return Refused(N_("回访还没有到期。"))


def _may_sign_off(matter, by, at):
    if by.id in matter.handler_ids:
        return Refused(N_("这件事您经办过，要由别的所领导销号。"))
    if any(point.is_open or point.is_under_way for point in matter.points):
        return Refused(N_("还有没办完的，不能销号。"))
    if any(point.echo is None for point in matter.points):
        return Refused(N_("还没有回访，不能销号。"))
    if any(point.echo is Echo.NOT_SOLVED for point in matter.points):
        return Refused(N_("群众说还没解决，不能销号。"))


class Matter(Stepped, Base):
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
    summary: Mapped[str | None] = mapped_column(String(40))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), index=True)

    station: Mapped[Unit] = relationship()
    community: Mapped[Community | None] = relationship()
    grid: Mapped[Grid | None] = relationship()
    category: Mapped[Category | None] = relationship()
    handler: Mapped[Officer | None] = relationship()
    handlers: Mapped[list[Officer]] = relationship(secondary=matter_handler)
    concerns: Mapped[list[Officer]] = relationship(secondary=matter_concerns)
    points: Mapped[list[Point]] = relationship(order_by=Point.ordinal)
    entries: Mapped[list[Entry]] = relationship(order_by=Entry.id)
    tasks: Mapped[list[Task]] = relationship(order_by=Task.id, back_populates="matter")
    cards: Mapped[list[EchoCard]] = relationship(order_by=EchoCard.id, back_populates="matter")
    contact: Mapped[Contact | None] = relationship(back_populates="matter", cascade="all, delete-orphan")
    photos: Mapped[list[Photo]] = relationship(order_by=Photo.id, cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}
    __table_args__ = (
        CheckConstraint(
            "(state IN ('signed_off', 'thanked', 'withdrawn')) = (closed_at IS NOT NULL)", name="closed_when_ended"
        ),
        CheckConstraint("(state = 'waiting') = (waits_until IS NOT NULL)", name="waiting_has_an_end"),
        CheckConstraint("(waits_until IS NULL) = (days_left IS NULL)", name="waiting_has_days_left"),
        CheckConstraint("state IN ('received', 'thanked', 'withdrawn') OR summary IS NOT NULL", name="in_hand_has_summary"),
        Index("ix_matter_station", "station_id", "id"),
        Index("ix_matter_state", "station_id", "state", "id"),
        AUTOINCREMENT,
    )

    shelf = "matters"
    label = N_("事项")
    lines = {"receive": N_("已收到"), "open_contact": N_("%(who)s看了联系方式")}

    # ── who sees it

    @classmethod
    def seen_by(cls, by):
        """DESIGN §6: the own station's for staff, the led officer's for auxiliaries, all below for the bureau, a card's own.

        A complaint is seen by whom it went to and whoever that person named, never by whom it concerns (DESIGN §4).
        """
        if by is CLOCK:
            return true()
        if isinstance(by, EchoCard):
            return cls.id == by.matter_id
        no_complaint = cls.kind != Kind.COMPLAINT
        if by.role is Role.BUREAU:
            return and_(cls.station_id.in_(units_below(by)), or_(no_complaint, ~concerns(cls.id, by)))
        if by.role is Role.HEAD:
            return and_(cls.station_id == by.unit_id, or_(no_complaint, ~concerns(cls.id, by)))
        if by.role is Role.AUXILIARY:
            return and_(cls.station_id == by.unit_id, cls.handler_id == by.led_by_id, no_complaint)
        if by.role in (Role.OFFICER, Role.DESK):
            return and_(cls.station_id == by.unit_id, or_(no_complaint, cls.handler_id == by.id))
        return false()

    # ── what can be read off the row

    @property
    def matter(self) -> "Matter":
        """Itself: every record of a shelf has a matter."""
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
    def points_to_answer(self) -> list[Point]:
        """The points without an end: open ones while in hand, else those under way."""
        return [point for point in self.points if point.is_under_way or (point.is_open and self.state is State.IN_HAND)]

    @property
    def open_handling(self) -> Handling | None:
        """The handling that is not ended, if any."""
        return self._open(Handling)

    @property
    def open_callback(self) -> Callback | None:
        """The callback that is not ended, if any."""
        return self._open(Callback)

    @property
    def last_callback(self) -> Callback | None:
        """The latest callback, open or not."""
        return max((task for task in self.tasks if isinstance(task, Callback)), key=lambda task: task.id, default=None)

    def points_to_ask(self, at: datetime) -> list[Point]:
        """What the resident is asked about: points not asked about yet, else (to correct, to object) all that have an end."""
        askable = [point for point in self.points if point.can_be_asked_about(at)]
        return [point for point in askable if point.echo is None] or askable

    def _open(self, kind):
        return next((task for task in self.tasks if isinstance(task, kind) and task.ended_at is None), None)

    def moved_on(self):
        last = next(entry for entry in reversed(self.entries) if entry.step == "receive" or self._was_moved_by(entry))
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

        Not while it waits for her, and not before a promised date; her own words are no news.
        """
        owed = any(point.is_open or (point.is_under_way and at > day_end(point.until)) for point in self.points)
        if not owed or self.closed_at or self.state is State.WAITING:
            return False
        last = max(entry.at for entry in self.entries if entry.public and entry.step not in ("add", "erase"))
        return at > Calendar.load(object_session(self)).deadline(last, rules.WITHOUT_NEWS_DAYS)

    def what_next(self, at: datetime) -> tuple[str, dict]:
        """What happens next, for the resident: a message id and its values."""
        who = self.handler.called if self.handler else self.station.name
        values = {"who": who, "due": self.due_at, "phone": self.told_by.duty_phone}
        if self.open_callback and self.open_callback.channel is not Channel.CARD:
            return N_("答复了。%(due)s前会有人问您解决了没有（%(how)s）；您也可以现在就在这里说。"), {
                "due": self.open_callback.due_at,
                "how": self.open_callback.channel,
            }
        if self.open_callback:
            return N_("请您说说解决了没有。%(until)s前没有说，就记为“没有表态”，以后仍可以说没解决。"), {
                "until": self.open_callback.due_at
            }
        if self.state is State.THANKED:
            return N_("谢谢您，话带到了。"), {}
        if self.state is State.WITHDRAWN:
            return N_("您已经撤回这件事。要是又需要，请重新提一件。"), {}
        if self.state is State.SIGNED_OFF:
            last_day = beijing_date(self.closed_at) + timedelta(days=rules.OBJECTION_DAYS)
            return N_("这件事已经办结。%(until)s前如果发现没解决，还可以在这里说。"), {"until": last_day}
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

    # ── the ledger

    def to_lock(self):
        """Itself, and the open tasks whose states its steps change."""
        return [self, *(task for task in self.tasks if task.ended_at is None)]

    def write_down(self, step, by, at, told, shelf="matters"):
        """Add a line to the ledger, where the step leaves one."""
        if step.says:
            self.write_line(by, at, step.name, public=step.public, values=told.values, text=told.text, shelf=shelf)

    def write_line(self, by, at, name, *, public, values=None, text=None, shelf="matters"):
        """Add a line called `name`, which stands in `lines` of the shelf's record."""
        self.entries.append(
            Entry(
                at=at,
                actor=by.audited_as[0],
                officer=by if isinstance(by, Officer) else None,
                record=shelf,
                step=name,
                public=public,
                values=values or {},
                text=text,
            )
        )

    # ── the steps

    @step(
        N_("受理"),
        says=N_("%(who)s受理了：%(summary)s"),
        frm=[State.RECEIVED],
        to=[State.IN_HAND],
        by=ACCEPTORS,
        why_not=_not_praise,
    )
    def accept(self, by, at, summary, category, handler=None):
        """Take it in hand. `summary` is one line, `category` a Category, `handler` the officer whom desk or head name."""
        if by.role is Role.AUXILIARY:
            handler = by.led_by
        elif by.role is Role.OFFICER:
            handler = by
        else:
            handler = handler or self.handler or (by if by.role is not Role.DESK else None)
        if handler is None:
            raise Fault("handler", N_("请选由谁来办。"))
        self._take_in_hand(by, at, summary, category, handler)
        return Told(values={"summary": summary})

    @step(
        N_("致谢"),
        says=N_("%(who)s向您致谢"),
        frm=[State.RECEIVED],
        to=[State.THANKED],
        by=[RESPONSIBLE, HEAD, BUREAU],
        why_not=_only_praise,
    )
    def thank(self, by, at, text):
        """Thank for praise, in one line that the resident reads."""
        self._add_handler(by)
        self.closed_at, self.due_at = at, None
        Task.finish.follow(self.open_handling, by=by, at=at, because=OF_ITS_MATTER)
        return Told(text=text)

    @step(
        N_("答复"),
        says=N_("%(who)s答复%(point)s：%(outcome)s"),
        frm=[State.IN_HAND, State.ANSWERED, State.CALLED_BACK],
        to=[State.IN_HAND, State.ANSWERED],
        by=[HANDLER, HEAD, BUREAU],
        why_not=_has_point_to_answer,
    )
    def answer(self, by, at, point, outcome, text, until=None):
        """Answer the point with the ordinal `point`. `until` is the promised date of what is under way."""
        target = next((p for p in self.points_to_answer if p.ordinal == point), None)
        if target is None:
            raise Fault("point", N_("这一件已经答复了，请选还没答复的。"))
        self._give_outcome(target, by, at, outcome, text, until)
        self._add_handler(by)
        return Told(
            to=self._after_outcomes(by, at),
            text=text,
            values={"point": self._named(point), "outcome": outcome, "until": until},
        )

    @step(
        N_("问一句"),
        says=N_("%(who)s想问您："),
        frm=[State.IN_HAND],
        to=[State.WAITING],
        by=[HANDLER],
        why_not=_may_ask,
    )
    def ask(self, by, at, text):
        """Ask the resident what is missing; the clock stands still while it waits for her, for 5 working days (10 by card only)."""
        calendar, today = Calendar.load(object_session(self)), beijing_date(at)
        by_card = self.reply_by is Channel.CARD
        self.questions += 1
        self.days_left = max(1, calendar.workdays_between(today, beijing_date(self.due_at)))
        self.waits_until = calendar.deadline(at, rules.WAIT_DAYS_BY_CARD if by_card else rules.WAIT_DAYS)
        self.due_at = self.open_handling.due_at = None
        return Told(text=text)

    @step(
        N_("接着办"),
        told=N_("回答民警的问题"),
        says=N_("%(who)s%(how)s"),
        frm=[State.WAITING],
        to=[State.IN_HAND],
        by=[CARD, HANDLER, THE_CLOCK],
        why_not=_has_waited,
    )
    def resume(self, by, at, words=None):
        """Go on with the days that were left: the resident has answered, told the handler, or let her time pass."""
        if isinstance(by, EchoCard) and not words:
            raise Fault("words", N_("请写一下您的回答。"))
        self.due_at = Calendar.load(object_session(self)).deadline(at, self.days_left)
        self.open_handling.due_at = self.due_at
        self.waits_until = self.days_left = None
        how = Resumed.TIME_OVER if by is CLOCK else Resumed.ANSWERED if isinstance(by, EchoCard) else Resumed.TOLD
        return Told(text=words or None, values={"how": how})

    @step(
        N_("延期"),
        says=N_("%(who)s把答复的日子延到%(due)s前："),
        frm=[State.IN_HAND],
        to=[State.IN_HAND],
        by=[HEAD, BUREAU],
        why_not=_may_extend,
        aside=True,
    )
    def extend(self, by, at, days, text):
        """A head adds `days` working days to the time of the answer, once, and says why; what is overdue counts from today."""
        if not 1 <= days <= rules.EXTENSION_DAYS:
            raise Fault("days", N_("可以延1到%(most)s个工作日。"), most=rules.EXTENSION_DAYS)
        self.extended_by = days
        calendar = Calendar.load(object_session(self))
        since = max(beijing_date(self.due_at), beijing_date(at))
        self.due_at = self.open_handling.due_at = day_end(calendar.workday_after(since, days))
        return Told(text=text, values={"due": self.due_at})

    @step(
        N_("当场办结"),
        says=N_("%(who)s当场办结：%(outcome)s"),
        frm=[State.RECEIVED, State.IN_HAND],
        to=[State.ANSWERED],
        by=[HANDLER, *ACCEPTORS],
        why_not=_not_praise,
    )
    def settle(self, by, at, outcome, text, until=None, summary=None, category=None):
        """One outcome and one line for every open point, raised and answered face to face or by phone.

        From `received` it is accepted in the same breath; without a `summary` the line itself is the title.
        """
        handler = by.led_by if by.role is Role.AUXILIARY else by
        to = self._close(by, at, handler, outcome, text, until, summary, category)
        return Told(to=to, text=text, values={"outcome": outcome, "until": until})

    @step(
        N_("不属受理范围"),
        says=N_("%(who)s：这件事不属派出所受理的范围。"),
        frm=[State.RECEIVED, State.IN_HAND],
        to=[State.ANSWERED],
        by=[HEAD, DESK, BUREAU],
        why_not=_not_praise,
        aside=True,
    )
    def decline(self, by, at, text, summary=None):
        """It is nothing that a police station may take up; the resident reads why, and whom to ask."""
        return Told(to=self._close(by, at, self.handler or by, Outcome.NOT_OURS, text, summary=summary), text=text)

    @step(
        N_("转接处警"),
        says=N_("%(who)s已经转接处警，按警情来办："),
        frm=[State.RECEIVED, State.IN_HAND],
        to=[State.ANSWERED],
        by=[HEAD, DESK, BUREAU],
        why_not=_not_praise,
        aside=True,
    )
    def alarm(self, by, at, text, summary=None):
        """It is a matter for the duty police; the resident reads how to get the receipt of her report 接报案回执."""
        return Told(to=self._close(by, at, self.handler or by, Outcome.NOT_OURS, text, summary=summary), text=text)

    @step(
        N_("说说解决了没有"),
        says=N_("%(resident)s评价：%(rating)s%(typed)s"),
        frm=[State.ANSWERED, State.CALLED_BACK, State.SIGNED_OFF],
        to=[State.CALLED_BACK, State.SIGNED_OFF],
        by=[CARD, through("record")],
        why_not=_may_still_rate,
    )
    def rate(self, by, at, rating=None, solved=None, words=None):
        """The resident says which points are solved (`solved`, their ordinals) and how satisfied she is.

        A rating can be corrected for 7 days; later only "not solved" can be said. What is not solved is ordered anew.
        """
        asked = self.points_to_ask(at)
        typed = TypedBy.STAFF if isinstance(by, Officer) else TypedBy.REISSUED if by.shown_by_staff else None
        is_new = any(point.echo is None for point in asked)
        callback = self.open_callback or (self._ask(at) if is_new else self.last_callback)
        missing = [point.ordinal for point in asked if point.ordinal not in (solved or ())]
        if not is_new and callback.rated_at and at > callback.rated_at + timedelta(days=rules.CORRECTION_DAYS):
            if not missing:
                raise Fault(
                    "solved", N_("评价已经过了%(days)s天，不能再改。没解决的还可以在这里说。"), days=rules.CORRECTION_DAYS
                )
            rating = None
        elif rating is None:
            raise Fault("rating", N_("请选一下满意不满意。"))
        for point in asked:
            point.echo = Echo.NOT_SOLVED if point.ordinal in missing else Echo.SOLVED
        if rating:
            callback.closes_as(CallbackResult.RATED, at, rating, typed_by_staff=typed is not None)
        if self.open_callback:
            Task.finish.follow(self.open_callback, by=by, at=at, because=OF_ITS_MATTER)
        return Told(
            to=State.CALLED_BACK if self.state is State.ANSWERED else None,
            text=words or None,
            values={"rating": rating or Echo.NOT_SOLVED, "typed": typed or ""},
            then=lambda: missing and Matter.order.follow(self, by=by, at=at, because="rate", points=missing),
        )

    @step(
        N_("补充几句"),
        says=N_("%(resident)s补充："),
        frm=[State.RECEIVED, State.IN_HAND, State.WAITING, State.ANSWERED, State.CALLED_BACK],
        to=[State.RECEIVED, State.IN_HAND, State.WAITING, State.ANSWERED, State.CALLED_BACK],
        by=[CARD],
        aside=True,
    )
    def add(self, by, at, words=None, photos=(), danger_seen=False):
        """The resident adds to what she said, in words or `photos` (Drawn); the first words stay, and the state too.

        Words of danger are taken once she has read that she should dial 110, and make the matter urgent.
        """
        if sounds_dangerous(words or ""):
            if not danger_seen:
                raise Fault("danger_seen", N_("听起来可能有危险：请马上打110。这里夜间无人查看，也不会有人马上赶到。"))
            self.urgent = True
            for task in self.tasks:
                task.urgent = task.urgent or task.ended_at is None
        if not words and not photos:
            raise Fault("words", N_("请写一下要补充什么，或者选照片。"))
        self._keep_photos(photos, at)
        return Told(text=words or None)

    @step(
        N_("补发回音卡"),
        says=N_("%(who)s补发了回音卡，旧的查询码作废"),
        frm=State,
        to=State,
        by=[COLLEAGUE],
        why_not=_handled_it,
        aside=True,
    )
    def reissue(self, by, at):
        """The card is lost: a new code, handed over by somebody who did not handle the matter; the old one is dead."""
        card = self.cards[0]
        card.issue_anew()
        return Told(card=card)

    @step(
        N_("留下或改联系方式"),
        says=N_("%(who)s改了联系方式：%(how)s"),
        frm=[State.RECEIVED, State.IN_HAND, State.WAITING, State.ANSWERED, State.CALLED_BACK],
        to=[State.RECEIVED, State.IN_HAND, State.WAITING, State.ANSWERED, State.CALLED_BACK],
        by=[CARD],
        aside=True,
    )
    def reach(self, by, at, reply_by, daypart=None, name="", phone="", address="", consent=False):
        """The resident leaves how she can be reached, or corrects it: what was left before goes, unless nothing is given."""
        if given := Reachable(name, phone, address):
            if not consent:
                raise Fault("consent", N_("没有您同意，联系方式不能存。"))
            self.contact = self.contact or Contact(uid=new_uid())
            self.contact.keep(object_session(self).info["keys"], given)
        self.reply_by, self.daypart = reply_by, daypart
        if self.open_callback:
            self._ask(at)
        return Told(values={"how": reply_by})

    @step(
        N_("删掉联系方式和照片"),
        says=N_("%(who)s删掉了联系方式和照片"),
        frm=State,
        to=State,
        by=[CARD, THE_CLOCK],
        why_not=_nothing_to_erase,
        aside=True,
    )
    def erase(self, by, at):
        """The resident has contact data and photos erased at once, or their time is over; her words and the ledger stay."""
        was_reachable = self.contact is not None
        self.photos.clear()
        self.contact, self.daypart, self.reply_by = None, None, Channel.CARD
        if self.open_callback and was_reachable:
            self._ask(at)

    @step(
        N_("撤回这件事"),
        says=N_("%(resident)s撤回了这件事"),
        frm=[State.RECEIVED, State.IN_HAND, State.WAITING],
        to=[State.WITHDRAWN],
        by=[CARD],
        aside=True,
    )
    def withdraw(self, by, at, words=None):
        """The resident wants nothing more: no answer is due, and nobody asks back."""
        self.closed_at, self.due_at = at, None
        self.waits_until = self.days_left = None
        for task in self.tasks:
            if task.ended_at is None:
                Task.call_off.follow(task, by=by, at=at, because=OF_ITS_MATTER)
        return Told(text=words or None)

    @step(
        N_("视为未表态"),
        says=N_("回访：%(result)s"),
        frm=[State.ANSWERED, State.CALLED_BACK],
        to=[State.CALLED_BACK],
        by=[THE_CLOCK, through("record")],
        why_not=_is_being_asked,
    )
    def lapse(self, by, at, result):
        """The callback ends without a rating; `result` (a CallbackResult) says how. Never counted as satisfied."""
        for point in self.points:
            if point.echo is None and point.can_be_asked_about(at):
                point.echo = Echo.SILENT
        callback = self.open_callback
        callback.closes_as(result, at)
        Task.finish.follow(callback, by=by, at=at, because=OF_ITS_MATTER)
        return Told(values={"result": result})

    @step(
        N_("退回重办"),
        says=N_("还没解决，重新办理%(points)s，%(due)s前再答复"),
        frm=[State.ANSWERED, State.CALLED_BACK, State.SIGNED_OFF],
        to=[State.IN_HAND],
        by=[through("rate")],
    )
    def order(self, by, at, points):
        """The points with these ordinals are open again, to be mended within 5 working days."""
        return self._open_again(points, at)

    @step(
        N_("退回"),
        says=N_("%(who)s看过答复，要求重新办理%(points)s，%(due)s前再答复："),
        frm=[State.ANSWERED, State.CALLED_BACK],
        to=[State.IN_HAND],
        by=[HEAD, BUREAU],
        aside=True,
    )
    def send_back(self, by, at, points, text):
        """A head is not content with the answer: the points with these ordinals are open again, and nobody asks back yet."""
        sent_back = [point for point in self.points if point.ordinal in points and not point.is_open]
        if not sent_back:
            raise Fault("points", N_("请选退回哪一件。"))
        told = self._open_again([point.ordinal for point in sent_back], at)
        for point in sent_back:
            point.echo = None
        if (callback := self.open_callback) and not any(point.echo is None for point in self.points_to_ask(at)):
            Task.call_off.follow(callback, by=by, at=at, because=OF_ITS_MATTER)
        told.text = text
        return told

    @step(
        N_("销号"),
        says=N_("%(who)s核对过，办结"),
        frm=[State.CALLED_BACK],
        to=[State.SIGNED_OFF],
        by=[SIGNING_HEAD],
        why_not=_may_sign_off,
    )
    def sign_off(self, by, at):
        """Strike it off: every point has an end and was asked about, and none was said not to be solved."""
        self.closed_at = at

    # ── what several steps do

    def _named(self, ordinal: int) -> int | None:
        """The ordinal for the ledger; None where there is only one point and nobody would count."""
        return ordinal if len(self.points) > 1 else None

    def _take_in_hand(self, by, at, summary, category, handler):
        if handler.role not in (Role.OFFICER, Role.HEAD, Role.DESK, Role.BUREAU) or handler.unit_id != self.station_id:
            raise Fault("handler", N_("请选本单位的同事来办。"))
        if handler in self.concerns:
            raise Fault("handler", N_("群众反映的就是这位同事，请选别人来办。"))
        self.summary, self.category, self.handler = summary, category, handler
        self._add_handler(handler)
        if by.role is Role.AUXILIARY:
            self._add_handler(by)
        days = min(rules.ANSWER_DAYS[self.kind.code], category.answer_days or 99)
        self.due_at = Calendar.load(object_session(self)).deadline(self.received_at, days)
        handling = self.open_handling
        handling.title, handling.assignee, handling.due_at = summary, handler, self.due_at
        Task.start.follow(handling, by=by, at=at, because=OF_ITS_MATTER)

    def _keep_photos(self, photos: Sequence[Drawn], at):
        if len(self.photos) + len(photos) > rules.PHOTOS_OF_MATTER:
            raise Fault("photos", N_("一件事最多存%(n)s张照片。"), n=rules.PHOTOS_OF_MATTER)
        for drawn in photos:
            self.photos.append(Photo(made_at=at, data=drawn.data, width=drawn.width, height=drawn.height))

    def _open_again(self, points: list[int], at) -> Told:
        for point in self.points:
            if point.ordinal in points:
                point.outcome = point.until = None
        self.closed_at = None
        self.due_at = Calendar.load(object_session(self)).deadline(at, rules.RECTIFICATION_DAYS)
        if handling := self.open_handling:
            handling.due_at = self.due_at
        else:
            self._hand_out(at, self.due_at, state=TaskState.UNDER_WAY)
        return Told(values={"points": [self._named(n) for n in points], "due": self.due_at})

    def _close(self, by, at, handler, outcome, text, until=None, summary=None, category=None) -> State | None:
        """One outcome and one line for every open point; from `received` it is accepted in the same breath."""
        if self.state is State.RECEIVED:
            other = select(Category).where(Category.code == "other")
            self._take_in_hand(
                by,
                at,
                summary or text.strip().splitlines()[0][: rules.SUMMARY_MAX],
                category or object_session(self).scalars(other).one(),
                handler,
            )
        for point in self.points:
            if point.is_open:
                self._give_outcome(point, by, at, outcome, text, until)
        self._add_handler(by)
        return self._after_outcomes(by, at)

    def _add_handler(self, officer: Officer):
        if officer not in self.handlers:
            self.handlers.append(officer)

    def _give_outcome(self, point, by, at, outcome, text, until):
        if outcome is Outcome.UNDER_WAY:
            self._check_promise(point, by, at, until)
            point.moves += point.until is not None and until != point.until
        point.outcome, point.answer, point.echo = outcome, text, None
        point.until = until if outcome is Outcome.UNDER_WAY else None

    def _check_promise(self, point, by, at, until):
        today = beijing_date(at)
        if until is None:
            raise Fault("until", N_("请选最晚哪天办好。"))
        if until <= today:
            raise Fault("until", N_("日期要在今天以后。"))
        latest = Calendar.load(object_session(self)).workday_after(today, rules.PROMISE_DAYS)
        if until > latest and by.role not in (Role.HEAD, Role.BUREAU):
            raise Fault("until", N_("最晚可以选%(latest)s；再往后要由所领导来定。"), latest=latest)
        if point.moves >= rules.PROMISE_MOVES and until != point.until:
            raise Fault("until", N_("办好的日期最多改%(times)s次，已经改满了。"), times=rules.PROMISE_MOVES)

    def _after_outcomes(self, by, at) -> State | None:
        """Once no point is open: the next date promised or the end of the handling, and the question to the resident."""
        if any(point.is_open for point in self.points):
            return None
        promised = [point.until for point in self.points if point.is_under_way]
        self.due_at = day_end(min(promised)) if promised else None
        handling = self.open_handling
        handling.due_at = self.due_at or handling.due_at
        if not promised:
            Task.finish.follow(handling, by=by, at=at, because=OF_ITS_MATTER)
        self.ask_if_due(at)
        return State.ANSWERED if self.state in (State.RECEIVED, State.IN_HAND) else None

    def ask_if_due(self, at: datetime) -> None:
        """Have the resident asked about points that have an end, or whose date is over, and were not asked about."""
        if any(point.echo is None for point in self.points_to_ask(at)):
            self._ask(at)

    def _ask(self, at) -> Callback:
        how = {"channel": self.reply_by, "due_at": self._ask_by(at)}
        callback = self.open_callback
        if callback is None:
            row = self._row(at) | {"station_id": self.told_by.id}
            callback = Callback(state=TaskState.PLANNED, **how, **row)
            self.tasks.append(callback)
        callback.channel, callback.due_at = how["channel"], how["due_at"]
        return callback

    def _ask_by(self, at) -> datetime:
        """By when the resident is asked; of a card, how long it waits for her word."""
        calendar = Calendar.load(object_session(self))
        return {
            Channel.CARD: lambda: day_end(beijing_date(at) + timedelta(days=rules.CARD_CALLBACK_DAYS)),
            Channel.SMS: lambda: day_end(beijing_date(at) + ONE_DAY),
            Channel.PHONE: lambda: calendar.deadline(at, rules.CALL_BACK_BY_PHONE_DAYS),
            Channel.VISIT: lambda: calendar.deadline(at, rules.CALL_BACK_IN_PERSON_DAYS),
        }[self.reply_by]()

    def _hand_out(self, at, due_at, state=TaskState.PLANNED):
        self.tasks.append(Handling(assignee=self.handler, due_at=due_at, state=state, **self._row(at)))

    def _row(self, at) -> dict:
        """What a task's row shows of this matter."""
        return {
            "station_id": self.station_id,
            "version": 1,
            "made_at": at,
            "urgent": self.urgent,
            "reserved": self.is_complaint,
            "topic": self.kind,
            "title": self.summary,
            "area": self.area,
            "number": self.number,
        }


def receive(
    session: Session,
    *,
    community: Community | None,
    kind: Kind,
    body: str,
    points: list[str],
    place: str,
    submission_id: str,
    at: datetime,
    grid_id: int | None = None,
    door: Door = Door.FORM,
    urgent: bool = False,
    photos: Sequence[Drawn] = (),
    contact: Reachable | None = None,
    reply_by: Channel = Channel.CARD,
    daypart: Daypart | None = None,
    about: str = "",
    earlier: str = "",
) -> EchoCard:
    """Take in what a resident sent, inside a write; returns her card.

    Without a community it goes to the bureau, and so does a complaint, unless `about` is the code of the contact card of
    an officer who is no head: that one goes to the officer's head. Both have a number of the bureau's. The same submission id with the same body, kind and community gives the
    same card again; with another, Refused. Two at once: the loser gets IntegrityError at the flush, and asks again.
    """
    submission = hashlib.sha256(submission_id.encode()).hexdigest()
    if known := session.scalars(select(Matter).where(Matter.submission == submission)).one_or_none():
        if (known.body, known.kind, known.community_id) != (body, kind, community.id if community else None):
            raise Refused(N_("这张表已经交过了，内容和这次不一样。要再提一件，请重新打开表格。"))
        if known.cards[0].issue > 1:  # whoever still has the form must not see the code that was issued since
            raise Refused(N_("这张表已经交过了，请凭回音卡看。"))
        return known.cards[0]
    bureau = session.scalars(select(Unit).where(Unit.kind == UnitKind.BUREAU)).first()
    is_complaint = kind is Kind.COMPLAINT
    officer = officer_of(session, about, at) if is_complaint else None
    near = judge_of(officer) if is_complaint else (community and community.station)
    station = near or bureau
    if station is None:
        raise Refused(N_("这里还没有设好，暂时收不了。请打派出所电话。"))
    calendar = Calendar.load(session)
    card = EchoCard.give_out(session, bureau if is_complaint else station, at)
    matter = card.matter = Matter(
        number=card.number,
        state=State.RECEIVED,
        station=station,
        community=community,
        kind=kind,
        body=body,
        place=place,
        grid_id=grid_id,
        door=door,
        urgent=urgent,
        submission=submission,
        received_at=at,
        due_at=calendar.deadline(at, rules.ANSWER_DAYS[kind.code]),
        handler=responsible_for(community.post, at) if community and not is_complaint else None,
        about=about if is_complaint and not officer else "",
        concerns=[officer] if officer else [],
        earlier=earlier,
        notice=rules.NOTICE,
        reply_by=reply_by,
        daypart=daypart,
        contact=Contact.of(session.info["keys"], contact) if contact else None,
        points=[Point(ordinal=i, text=text) for i, text in enumerate(points or [""], 1)],
    )
    session.add(matter)
    matter._keep_photos(photos, at)
    session.flush()
    matter._hand_out(at, calendar.deadline(at, rules.FIRST_CONTACT_DAYS))
    matter.entries.append(Entry(at=at, actor="card", record=Matter.shelf, step="receive", public=True, values={}))
    audit.note(session, at=at, by=card, action="receive", record=matter)
    return card


def waited_in_vain(session: Session, at: datetime) -> list[Matter]:
    """The matters that have waited for the resident until their time was over at `at`."""
    over = select(Matter).where(Matter.state == State.WAITING, Matter.waits_until < at)
    return list(session.scalars(over.order_by(Matter.id)))


def kept_too_long(session: Session, at: datetime) -> list[Matter]:
    """The matters whose contact data and photos have had their time at `at` (DESIGN §3)."""
    ended = Matter.closed_at < at - rules.CONTACT_KEPT
    forgotten = ~Matter.entries.any(Entry.at >= at - rules.CONTACT_KEPT_AT_MOST)
    personal = or_(Matter.contact.has(), Matter.photos.any())
    return list(session.scalars(select(Matter).where(personal, or_(ended, forgotten)).order_by(Matter.id)))


def promises_over(session: Session, at: datetime) -> list[Matter]:
    """The matters whose promised date is over at `at` and whose resident was not asked about it yet."""
    over = select(Matter).where(Matter.state.in_([State.ANSWERED, State.CALLED_BACK]), Matter.due_at < at)
    waiting = over.where(Matter.points.any(and_(Point.outcome == Outcome.UNDER_WAY, Point.echo.is_(None))))
    return [matter for matter in session.scalars(waiting.order_by(Matter.id)) if not matter.open_callback]

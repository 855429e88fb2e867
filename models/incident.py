"""Asking back after a 110 call 警情回访: a task without a matter, which came in by a spreadsheet over an approved exchange."""

import re
from collections import defaultdict
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, Select, String, Text, and_, false, func, or_, select, text, true
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, relationship

from models import audit, outbox, rules, setting
from models.asking import Asked, CallbackResult, Rating, Reach, Reply, may_be_rung
from models.base import N_, beijing_date, new_uid
from models.contact import Channel, Reachable, Sealing
from models.keys import Keys
from models.ledger import Actor
from models.officer import Officer, Role
from models.outbox import OUT, Message
from models.satisfaction import Figures
from models.steps import A_REPLY, BY_TEXT, CLOCK, THE_CLOCK, Fault, Refused, Told, Who, step
from models.task import ROW, Task, TaskState, units_below
from models.unit import Community, Unit
from models.who import ORDERING_HEAD
from models.workdays import ONE_DAY, Calendar, day_begin, day_end

CALLERS = (Role.DESK, Role.HEAD, Role.BUREAU)
MOBILE = re.compile(r"(\+?86)?1[3-9]\d{9}")
RATINGS = {Reply.SOLVED: Rating.SATISFIED, Reply.PARTLY: Rating.FAIRLY, Reply.NOT_SOLVED: Rating.UNSATISFIED}  # by 1, 2 and 3


def is_on_for(by) -> bool:
    """Whether `by` has to do with asking back about 110 calls: the bureau's exchange is approved, and `by` is one of the callers.

    The file does not say who attended. Most likely it was an officer of the community, or the auxiliary along: so neither
    asks, sees, or is offered any of it; the desk, heads and the bureau do.
    """
    return isinstance(by, Officer) and by.role in CALLERS and by.unit.bureau.incident_approval is not None


def _calls(callback, by, at):
    return isinstance(by, Officer) and by.role in CALLERS


def _not_yours(callback, by, at):
    if callback.assignee_id not in (None, by.id) and by.role is Role.DESK:
        return Refused(N_("%(who)s已经在回访这件事。"), who=callback.assignee.called)


def _nobody_took_it(callback, by, at):
    if callback.assignee_id is None:
        return Refused(N_("这件回访还没有人认领。"))


def _may_reply(callback, by, at):
    if not callback.is_asked_by_text or at <= callback.due_at:
        return Refused(N_("还没有到期，再等等群众的短信。"))


def _may_be_kept(callback, by, at):
    is_over = at > callback.happened_at + rules.INCIDENT_KEPT or callback.bureau.incident_approval is None
    if callback.phone_sealed is None or not is_over:
        return Refused(N_("还没有到删掉的时候。"))


CALLER = Who("desk, head or bureau", N_("综合指挥室、所领导"), _calls)


class IncidentCallback(Sealing, Asked, Task):
    """One call about one incident. The unsatisfied stay with the head, as under way, until it was looked after."""

    __tablename__ = "incident_callback"
    __mapper_args__ = {"polymorphic_identity": "incident_callback"}

    id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    sealed_as: Mapped[str] = mapped_column("uid", String(32), unique=True, default=new_uid)
    bureau_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    import_id: Mapped[int] = mapped_column(ForeignKey("incident_import.id"))
    incident_number: Mapped[str] = mapped_column(String(40))
    incident_kind: Mapped[str] = mapped_column(String(12))
    happened_at: Mapped[datetime]
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    words: Mapped[str | None] = mapped_column(Text)  # the resident's; they go with the phone
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    remedy: Mapped[str | None] = mapped_column(Text)  # what the head did

    bureau: Mapped[Unit] = relationship(foreign_keys=bureau_id)
    community: Mapped[Community] = relationship()
    asked_by: Mapped[Officer | None] = relationship(foreign_keys=asked_by_id)
    message: Mapped[Message | None] = relationship(backref="incident")

    label = N_("警情回访")
    shelf = "incidents"
    has_ledger = False
    next_step = {TaskState.PLANNED: "record", TaskState.UNDER_WAY: "close"}
    passed_on_by = "pass_on"

    @classmethod
    def of(
        cls, keys: Keys, phone: str, *, channel: Channel, community: Community, at: datetime, due_at: datetime, **incident
    ) -> "IncidentCallback":
        """A new one, unclaimed at the station of the community, its phone sealed, and with its text where it is asked by one."""
        callback = cls(
            sealed_as=new_uid(),
            bureau_id=community.station.bureau.id,
            station_id=community.station_id,
            community=community,
            area=community.name,
            title=incident["incident_kind"],
            channel=channel,
            made_at=at,
            due_at=due_at,
            **incident,
        )
        if channel is Channel.SMS:
            callback.due_at = day_end(beijing_date(at) + ONE_DAY)
            callback.message = outbox.asking_after(callback, at)
        callback.keep(keys, Reachable(phone=phone))
        return callback

    # ── who sees it

    @classmethod
    def seen_by(cls, by):
        """Callers see those of their units; who was not satisfied, and what she said, only heads and the bureau."""
        if by in (CLOCK, BY_TEXT):
            return true()
        if not is_on_for(by):
            return false()
        content = or_(cls.rating.is_(None), cls.rating != Rating.UNSATISFIED) if by.role is Role.DESK else true()
        return and_(super().seen_by(by), content)

    @classmethod
    def is_for(cls, by):
        """Callers, while the exchange is approved."""
        return is_on_for(by)

    @classmethod
    def offered_to(cls, by):
        """To callers, once no text is waited for; what is to be looked after only to heads."""
        if not is_on_for(by):
            return false()
        table = cls.__table__
        is_rung = select(table.c.channel).where(table.c.id == Task.id).scalar_subquery() != Channel.SMS
        return and_(Task.state == TaskState.PLANNED, is_rung) if by.role is Role.DESK else is_rung

    @classmethod
    def offers(cls, row, by):
        return None if row.state is TaskState.UNDER_WAY and by.role is Role.DESK else super().offers(row, by)

    @property
    def is_rated_by_text(self) -> bool:
        """Whether the rating is her own, by her reply."""
        return self.rating is not None and not self.typed_by_staff

    # ── the phone

    def dialled(self, at: datetime) -> str:
        """The phone, for a text, inside a write, with a line in the audit log."""
        audit.note(object_session(self), at=at, by=CLOCK, action="open_contact", record=self, detail="message")
        return self.in_clear.dial

    def why_no_look(self, by: Officer, at: datetime) -> Refused | None:
        """Why `by` does not need the number at `at`: only who may take the next step does."""
        if self.phone_sealed is None or self.ended_at:
            return Refused(N_("电话已经不用了。"))
        return self.steps[self.next_step[self.state]].refusal(self, by, at)

    def open_phone(self, by: Officer, at: datetime) -> Reachable:
        """One look, inside a write, with a line in the audit log; whoever looks has taken it.

        Raises Refused where `by` does not need it, and at hours at which no resident is rung.
        """
        if refusal := self.why_no_look(by, at):
            raise refusal
        self.ring(by, at)
        audit.note(object_session(self), at=at, by=by, action="open_contact", record=self, detail="caller")
        return self.in_clear

    # ── asked by text

    @property
    def told_by(self) -> Unit:
        """The unit that a text names."""
        return self.community.station

    @classmethod
    def is_to_be_texted(cls):
        """The condition on rows that somebody still is to be asked by text, and may be."""
        is_on = cls.bureau.has(Unit.incident_approval.is_not(None))
        return and_(cls.ended_at.is_(None), cls.channel == Channel.SMS, cls.phone_sealed.is_not(None), is_on)

    def hear_late(self, reply: Reply, at: datetime) -> None:
        """A reply to a text that waits for none any more is a line in the log, and no more."""
        audit.note(object_session(self), at=at, by=BY_TEXT, action="late_reply", record=self, detail=reply.code)

    # ── its steps

    def moved_on(self):
        if self.state is TaskState.PLANNED:
            return Refused(N_("还没有回访，先打电话问一问。"))
        by_itself = Actor.SMS if self.is_rated_by_text else self.asked_by or Actor.CLOCK
        who, at = self.assignee or by_itself, self.ended_at or self.rated_at
        who = who.called if isinstance(who, Officer) else who
        return Refused(N_("%(who)s在%(at)s已经处理过了，这件回访现在是“%(state)s”。"), who=who, at=at, state=self.state)

    @step(
        N_("回访"),
        frm=[TaskState.PLANNED],
        to=[TaskState.PLANNED, TaskState.UNDER_WAY, TaskState.DONE],
        by=[CALLER],
        public=False,
        why_not=_not_yours,
    )
    def record(self, by, at, result, rating=None, words=None):
        """Write down one try.

        Reached: the rating, typed by staff; the unsatisfied go to the head, not to who attended. Refused, or the third try
        in vain on a second day: it ends. So it does where the number is wrong, which is erased at once.
        """
        self.taken_by(by)
        self.asked_by = by
        if result is Reach.REACHED:
            return self._said(at, rating, words, typed_by_staff=True)
        if result is Reach.UNREACHED:
            self.missed(at)
            if not self.is_unreachable:
                return Told(to=TaskState.PLANNED)
        if result is Reach.WRONG:
            self.phone_sealed = None
        self.closes_as(CallbackResult.REFUSED if result is Reach.REFUSED else CallbackResult.UNREACHABLE, at)
        self.ended_at = at
        return Told(to=TaskState.DONE)

    def _said(self, at, rating, words=None, typed_by_staff=False) -> Told:
        if rating is None:
            raise Fault("rating", N_("请选一下群众满意不满意。"))
        self.closes_as(CallbackResult.RATED, at, rating, typed_by_staff)
        self.words = words or None
        if rating is Rating.UNSATISFIED:
            self.assignee_id, self.channel = None, Channel.PHONE
            self.due_at = Calendar.load(object_session(self)).deadline(
                at, setting.of(object_session(self), "rectification_days", self.station_id)
            )
            return Told(to=TaskState.UNDER_WAY)
        self.ended_at = at
        return Told(to=TaskState.DONE)

    @step(
        N_("回短信"),
        frm=[TaskState.PLANNED],
        to=[TaskState.UNDER_WAY, TaskState.DONE],
        by=[A_REPLY],
    )
    def reply(self, by, at, answer):
        """The rating, given by whoever was asked, by 1, 2 or 3; the unsatisfied go to the head."""
        self.assignee_id = None
        return self._said(at, RATINGS[answer])

    @step(
        N_("改打电话"),
        frm=[TaskState.PLANNED],
        to=[TaskState.PLANNED],
        by=[A_REPLY, THE_CLOCK],
        public=False,
        why_not=may_be_rung,
    )
    def call_instead(self, by, at, why):
        """Asking by text came to nothing, `why` (NotByText) says how: somebody rings on the next working day."""
        due = Calendar.load(object_session(self)).deadline(at, rules.CALL_BACK_BY_PHONE_DAYS)
        self.channel, self.due_at = Channel.PHONE, due

    @step(
        N_("视为未表态"),
        frm=[TaskState.PLANNED],
        to=[TaskState.DONE],
        by=[THE_CLOCK],
        public=False,
        why_not=_may_reply,
    )
    def lapse(self, by, at, result):
        """The time for a reply is over: it ends without a rating, `result` (a CallbackResult) says how; never counted as satisfied."""
        self.closes_as(result, at)
        self.ended_at = at

    @step(N_("处理完"), frm=[TaskState.UNDER_WAY], to=[TaskState.DONE], by=[ORDERING_HEAD], public=False)
    def close(self, by, at, text):
        """A head has looked after what she was not satisfied with; `text` says what was done."""
        self.assignee, self.remedy, self.ended_at = by, text, at

    @step(
        N_("交给同事"),
        frm=[TaskState.PLANNED, TaskState.UNDER_WAY],
        to=[TaskState.PLANNED, TaskState.UNDER_WAY],
        by=[ORDERING_HEAD],
        public=False,
        why_not=_nobody_took_it,
        aside=True,
    )
    def pass_on(self, by, at, handler):
        """Whoever took it is away: it is `handler`'s, or anybody's again where that one is not to make it."""
        may = handler.works_as(CALLERS, self.station_id)
        may = may and (self.state is TaskState.PLANNED or handler.role is not Role.DESK)
        self.assignee = handler if may else None

    @step(
        N_("删掉电话和原话"),
        frm=TaskState,
        to=[TaskState.UNDER_WAY, TaskState.DONE, TaskState.CALLED_OFF],
        by=[THE_CLOCK],
        public=False,
        why_not=_may_be_kept,
    )
    def forget(self, by, at):
        """30 days after the incident, or once the approval is gone, phone and words go; what nobody asked about ends."""
        self.phone_sealed = self.words = None
        if self.ended_at:
            return Told(to=self.state)
        if self.bureau.incident_approval is None:
            self.ended_at = at
            return Told(to=TaskState.CALLED_OFF)
        if self.state is TaskState.PLANNED:
            self.closes_as(CallbackResult.SILENT, at)
            self.ended_at = at
            return Told(to=TaskState.DONE)
        return Told(to=self.state)


Index("ix_incident_callback_number", IncidentCallback.bureau_id, IncidentCallback.incident_number, unique=True)
PERSONAL = text("phone_sealed IS NOT NULL")
Index("ix_incident_callback_kept", IncidentCallback.happened_at, sqlite_where=PERSONAL, postgresql_where=PERSONAL)
STILL_OPEN = text("ended_at IS NULL AND kind = 'incident_callback'")
Index("ix_task_incident", Task.station_id, Task.due_at, sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN)


def channel_for(session: Session, phone: str) -> Channel:
    """How somebody is asked: by text where a gateway sends it and it is a mobile number, else by phone; nobody texts by hand."""
    is_texted = session.info.get("gateway") and MOBILE.fullmatch(Reachable(phone=phone).dial)
    return Channel.SMS if is_texted else Channel.PHONE


def waiting(by: Officer) -> Select:
    """The rows of those that `by` may make or look after, what a head is to look after on top."""
    ours = and_(Task.kind == "incident_callback", Task.ended_at.is_(None), Task.seen_by(by), IncidentCallback.offered_to(by))
    return select(*ROW).where(ours).order_by(Task.state.desc(), Task.due_at, Task.id)


def texted(session: Session, by: Officer) -> int:
    """How many of those that `by` sees are asked by text just now."""
    asked = IncidentCallback.ended_at.is_(None), IncidentCallback.channel == Channel.SMS, IncidentCallback.seen_by(by)
    return session.scalar(select(func.count(IncidentCallback.id)).where(STILL_OPEN, *asked))


def not_replied(session: Session, at: datetime) -> list[IncidentCallback]:
    """Those whose text went out, and whose time for a reply was over at `at`."""
    return _late(session, at, IncidentCallback.message.has(Message.state.in_(OUT)))


def never_asked(session: Session, at: datetime) -> list[IncidentCallback]:
    """Those whose text had not gone out by the end of its day."""
    return _late(session, at, ~IncidentCallback.message.has(Message.state.in_(OUT)))


def _late(session, at, condition) -> list[IncidentCallback]:
    late = select(IncidentCallback).where(STILL_OPEN, IncidentCallback.channel == Channel.SMS, IncidentCallback.due_at < at)
    return list(session.scalars(late.where(condition).order_by(IncidentCallback.id)))


def kept_too_long(session: Session, at: datetime) -> list[IncidentCallback]:
    """Those whose phone and words have had their time at `at`."""
    off = IncidentCallback.bureau_id.in_(select(Unit.id).where(Unit.incident_approval.is_(None)))
    over = or_(IncidentCallback.happened_at < at - rules.INCIDENT_KEPT, off)
    personal = select(IncidentCallback).where(IncidentCallback.phone_sealed.is_not(None), over)
    return list(session.scalars(personal.order_by(IncidentCallback.id)))


def counts(session: Session, since: date, until: date, units) -> dict[int, Figures]:
    """What came of asking at these units (their ids) where that ended on these Beijing days, by the id of the unit."""
    ended = func.coalesce(IncidentCallback.rated_at, IncidentCallback.ended_at)
    theirs = IncidentCallback.station_id.in_(units), ended >= day_begin(since), ended < day_begin(until + ONE_DAY)
    said = IncidentCallback.station_id, IncidentCallback.typed_by_staff, IncidentCallback.result, IncidentCallback.rating
    query = select(*said, func.count()).where(*theirs, IncidentCallback.result.is_not(None)).group_by(*said)
    found = defaultdict(Figures)
    for station_id, typed, result, rating, count in session.execute(query):
        (found[station_id].typed if typed else found[station_id].own)[rating or result] += count
    return found


def counts_for(session: Session, by: Officer, since: date, until: date) -> list[tuple[Unit, Figures]]:
    """The same of each unit that `by` looks after and that has any. None while it is off."""
    if not is_on_for(by):
        return []
    looked_after = units_below(by) if by.role is Role.BUREAU else [by.unit_id]
    found = counts(session, since, until, looked_after)
    units = session.scalars(select(Unit).where(Unit.id.in_(found)).order_by(Unit.number))
    return [(unit, found[unit.id]) for unit in units]

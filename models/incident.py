"""Asking back after a 110 call 警情回访: a task without a matter, which came in by a spreadsheet over an approved exchange."""

from collections import defaultdict
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, Select, String, Text, and_, false, func, or_, select, text, true
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, relationship

from models import audit, rules
from models.asking import Asked, CallbackResult, Rating, Reach
from models.base import N_, new_uid
from models.contact import Channel, Reachable
from models.keys import Keys
from models.ledger import Actor
from models.officer import Officer, Role
from models.satisfaction import Figures, Tally
from models.sealed import seal, unseal
from models.steps import CLOCK, THE_CLOCK, Fault, Refused, Told, Who, step
from models.task import ROW, Task, TaskState, units_below
from models.unit import Community, Unit
from models.who import ORDERING_HEAD
from models.workdays import ONE_DAY, Calendar, day_begin

CALLERS = (Role.DESK, Role.HEAD, Role.BUREAU)


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


def _may_be_kept(callback, by, at):
    is_over = at > callback.happened_at + rules.INCIDENT_KEPT or callback.bureau.incident_approval is None
    if callback.phone_sealed is None or not is_over:
        return Refused(N_("还没有到删掉的时候。"))


CALLER = Who("desk, head or bureau", N_("综合指挥室、所领导"), _calls)


class IncidentCallback(Asked, Task):
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

    label = N_("警情回访")
    shelf = "incidents"
    has_ledger = False
    next_step = {TaskState.PLANNED: "record", TaskState.UNDER_WAY: "close"}
    passed_on_by = "pass_on"

    @classmethod
    def of(
        cls, keys: Keys, phone: str, *, community: Community, at: datetime, due_at: datetime, **incident
    ) -> "IncidentCallback":
        """A new one, unclaimed at the station of the community, its phone sealed."""
        callback = cls(
            sealed_as=new_uid(),
            bureau_id=community.station.bureau.id,
            station_id=community.station_id,
            community_id=community.id,
            area=community.name,
            title=incident["incident_kind"],
            channel=channel_for(phone),
            made_at=at,
            due_at=due_at,
            **incident,
        )
        callback.phone_sealed = seal(keys.contact, phone, table=cls.__tablename__, uid=callback.sealed_as, field="phone")
        return callback

    # ── who sees it

    @classmethod
    def seen_by(cls, by):
        """Callers see those of their units; who was not satisfied, and what she said, only heads and the bureau."""
        if by is CLOCK:
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
        """To callers; what is to be looked after only to heads."""
        if not is_on_for(by):
            return false()
        return Task.state == TaskState.PLANNED if by.role is Role.DESK else true()

    @classmethod
    def offers(cls, row, by):
        return None if row.state is TaskState.UNDER_WAY and by.role is Role.DESK else super().offers(row, by)

    # ── the phone

    @property
    def _reachable(self) -> Reachable:
        ring = object_session(self).info["keys"].contact
        return Reachable(phone=unseal(ring, self.phone_sealed, table=self.__tablename__, uid=self.sealed_as, field="phone"))

    @property
    def masked(self) -> str:
        """What may stand on a page of the phone without a logged look; nothing once it is gone."""
        return self._reachable.masked.phone if self.phone_sealed else ""

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
        return self._reachable

    # ── its steps

    def moved_on(self):
        if self.state is TaskState.PLANNED:
            return Refused(N_("还没有回访，先打电话问一问。"))
        who, at = self.assignee or self.asked_by or Actor.CLOCK, self.ended_at or self.rated_at
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
            return self._said(by, at, rating, words)
        if result is Reach.UNREACHED:
            self.missed(at)
            if not self.is_unreachable:
                return Told(to=TaskState.PLANNED)
        if result is Reach.WRONG:
            self.phone_sealed = None
        self.closes_as(CallbackResult.REFUSED if result is Reach.REFUSED else CallbackResult.UNREACHABLE, at)
        self.ended_at = at
        return Told(to=TaskState.DONE)

    def _said(self, by, at, rating, words) -> Told:
        if rating is None:
            raise Fault("rating", N_("请选一下群众满意不满意。"))
        self.closes_as(CallbackResult.RATED, at, rating, typed_by_staff=True)
        self.words = words or None
        if rating is Rating.UNSATISFIED:
            self.assignee_id = None
            self.due_at = Calendar.load(object_session(self)).deadline(at, rules.RECTIFICATION_DAYS)
            return Told(to=TaskState.UNDER_WAY)
        self.ended_at = at
        return Told(to=TaskState.DONE)

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
    def pass_on(self, by, at, handler, text=""):
        """Whoever took it is away: it is `handler`'s, or anybody's again where that one is not to make it."""
        may = handler.unit_id == self.station_id and handler.role in CALLERS
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


def channel_for(phone: str) -> Channel:
    """How somebody is asked: by phone. The one place to choose a text message once a gateway can send it."""
    return Channel.PHONE


def waiting(by: Officer) -> Select:
    """The rows of those that `by` may make or look after, what a head is to look after on top."""
    ours = and_(Task.kind == "incident_callback", Task.ended_at.is_(None), Task.seen_by(by), IncidentCallback.offered_to(by))
    return select(*ROW).where(ours).order_by(Task.state.desc(), Task.due_at, Task.id)


def kept_too_long(session: Session, at: datetime) -> list[IncidentCallback]:
    """Those whose phone and words have had their time at `at`."""
    off = IncidentCallback.bureau_id.in_(select(Unit.id).where(Unit.incident_approval.is_(None)))
    over = or_(IncidentCallback.happened_at < at - rules.INCIDENT_KEPT, off)
    personal = select(IncidentCallback).where(IncidentCallback.phone_sealed.is_not(None), over)
    return list(session.scalars(personal.order_by(IncidentCallback.id)))


def counts(session: Session, since: date, until: date, units) -> dict[int, Tally]:
    """What came of the calls at these units (their ids) that ended on these Beijing days, by the id of the unit."""
    ended = func.coalesce(IncidentCallback.rated_at, IncidentCallback.ended_at)
    theirs = IncidentCallback.station_id.in_(units), ended >= day_begin(since), ended < day_begin(until + ONE_DAY)
    said = IncidentCallback.station_id, IncidentCallback.result, IncidentCallback.rating
    query = select(*said, func.count()).where(*theirs, IncidentCallback.result.is_not(None)).group_by(*said)
    found = defaultdict(Tally)
    for station_id, result, rating, count in session.execute(query):
        found[station_id][rating or result] += count
    return found


def counts_for(session: Session, by: Officer, since: date, until: date) -> list[tuple[Unit, Figures]]:
    """The same of each unit that `by` looks after and that has any; staff typed all of it. None while it is off."""
    if not is_on_for(by):
        return []
    looked_after = units_below(by) if by.role is Role.BUREAU else [by.unit_id]
    found = counts(session, since, until, looked_after)
    units = session.scalars(select(Unit).where(Unit.id.in_(found)).order_by(Unit.number))
    return [(unit, Figures(typed=found[unit.id])) for unit in units]

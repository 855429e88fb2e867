"""A talk 说事: who wanted what, what was agreed, who does what by when; read back to each side, and asked about on the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, String, and_, false, or_, select, true
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, object_session, relationship, selectinload

from models import audit, rules, setting
from models.base import AUTOINCREMENT, BEIJING, N_, Base, Values, Word, Worded, beijing_date, new_uid
from models.card import EchoCard
from models.contact import Reachable
from models.duty import has_duty
from models.ledger import Entry, Ledgered, nobody_spoke
from models.moving import lies_with_a_station
from models.officer import COMPANIONS, GOERS, Officer, Role
from models.photo import Drawn, Photo
from models.steps import CLOCK, SENT_BEFORE, THE_CLOCK, Fault, Refused, Stepped, Told, step, through
from models.talk_agreement import Agreement, AgreementWord, Kept, bare
from models.talk_callback import TalkCallback, call_days
from models.talk_handling import TalkHandling
from models.talk_side import SideState, TalkSide
from models.task import OF_ITS_MATTER, Task, TaskState, units_below
from models.unit import Community, Room, Unit
from models.who import BUREAU, HEAD, HOLDER, LED_BY_HOLDER, TAKER
from models.workdays import ONE_DAY, Calendar


class TalkState(Word):
    """Where a talk stands."""

    OPEN = N_("正在谈"), "soon"
    READ_BACK = N_("等各方确认"), "soon", N_("等您确认")
    CLOSED = N_("谈完了"), "done"


class Where(Word):
    """Where people talk."""

    ROOM = N_("警务室"), "plain", N_("到警务室来说")
    HOME = N_("上门"), "plain", N_("请民警上门来说")
    PHONE = N_("打电话"), "plain", N_("在电话里说")


class Present(Word):
    """Who else was there, by role; never a name."""

    GRID = N_("网格员")
    MEDIATOR = N_("调解员")
    COMMITTEE = N_("居委会")
    VILLAGE = N_("村干部")
    PROPERTY = N_("物业")
    LAWYER = N_("律师")
    JUSTICE = N_("司法所")
    ELDER = N_("老党员、乡贤")
    OTHER = N_("其他人")


class Ending(Word):
    """What a talk came to."""

    SETTLED = N_("当场解决"), "done"
    AGREED = N_("达成一致"), "done"
    MATTER = N_("转为事项"), "plain", N_("另记成一件事接着办，提出来的一方凭新卡看")
    ELSEWHERE = N_("请找别处"), "plain", N_("要请您到别处去办")
    FAILED = N_("没有谈成"), "late"


LOOKED_BACK = {  # asked about after, too, by settings; a matter has its own callback
    Ending.SETTLED: ("look_back_first", "look_back_second"),
    Ending.AGREED: ("look_back_first", "look_back_second"),
    Ending.FAILED: ("look_back_first",),
}


class Again(Word):
    """Why a talk goes on."""

    WANTED = N_("还有要谈的")
    BROKEN = N_("说好的没有全做到")


class Instead(Word):
    """That an agreed point takes the place of another."""

    CORRECTED = N_("（改前面的一条）")


NOTHING = Reachable()


@dataclass(frozen=True)
class Brought:
    """What one side brings to a talk: staff's neutral word for it, what it wants, and how it can be reached."""

    called: str
    wants: str
    contact: Reachable = NOTHING
    consent: bool = False  # that it is kept


def _has_agreed_points(talk, by, at):
    if not talk.current:
        return Refused(N_("还没有说好的，没有要念的。先加一条。"))
    return next((one.gap for one in talk.current if one.gap), None)


def _sides_fit(talk, by, at):
    if len(talk.sides) >= rules.SIDES_MAX:
        return Refused(N_("一次说事最多记%(n)s方。"), n=rules.SIDES_MAX)


def _photos_may_be_kept(talk, by, at):
    if not talk.photos or not talk._is_one_of(_kept_too_long(at)):
        return Refused(N_("照片还没有到删掉的时候。"))


def _words_may_be_kept(talk, by, at):
    if not talk._is_one_of(_worded_too_long(at)):
        return Refused(N_("原话还没有到删掉的时候。"))


def _nobody_holds_it(talk, by, at):
    if talk.officer:
        return Refused(N_("%(who)s正在接着谈。"), who=talk.officer.called)


RECORDERS = (HOLDER, LED_BY_HOLDER, HEAD)
GOING_ON = (TalkState.OPEN, TalkState.READ_BACK)


class Talk(Ledgered, Stepped, Base):
    """One talk, with one to four sides. It is a record of the station, and no 治安调解协议书."""

    __tablename__ = "talk"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid)
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[TalkState] = mapped_column(Worded(TalkState), default=TalkState.OPEN)
    station_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    held_in: Mapped[Where] = mapped_column(Worded(Where))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), index=True)  # who holds it now, if anybody
    receiver_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))  # 首问责任人: who had it first
    off_duty: Mapped[bool]  # written down by somebody who had no duty then
    held_at: Mapped[datetime]
    held_until: Mapped[datetime]
    subject: Mapped[str] = mapped_column(String(40))  # staff's own summary
    present: Mapped[list] = mapped_column(Values, default=list)  # roles, no names
    outcome: Mapped[Ending | None] = mapped_column(Worded(Ending))
    made_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    station: Mapped[Unit] = relationship()
    community: Mapped[Community] = relationship()
    room: Mapped[Room | None] = relationship()
    officer: Mapped[Officer | None] = relationship(foreign_keys=officer_id)
    receiver: Mapped[Officer] = relationship(foreign_keys=receiver_id)
    sides: Mapped[list[TalkSide]] = relationship(order_by=TalkSide.ordinal, back_populates="talk")
    agreements: Mapped[list[Agreement]] = relationship(order_by=Agreement.ordinal, back_populates="talk")
    entries: Mapped[list[Entry]] = relationship(order_by=Entry.id)
    photos: Mapped[list[Photo]] = relationship(order_by=Photo.id, cascade="all, delete-orphan")
    tasks: Mapped[list[Task]] = relationship(order_by=Task.id, backref="talk")

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}
    __table_args__ = (
        CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name="closed_with_an_outcome"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_when_closed"),
        CheckConstraint("(held_in = 'room') = (room_id IS NOT NULL)", name="room_where_in_one"),
        CheckConstraint("held_at < held_until", name="ends_after_it_begins"),
        Index("ix_talk_station", "station_id", "id"),
        AUTOINCREMENT,
    )

    shelf = "talks"
    label = N_("说事")
    lines = {"begin": N_("%(who)s记下这次说事（%(sides)s）"), "off_duty": N_("那时候%(who)s不值班，碰上了先接的")}
    urgent = False
    number = None  # each side's card has its own

    @classmethod
    def begin(
        cls,
        session: Session,
        by: Officer,
        at: datetime,
        *,
        community: Community,
        held_in: Where,
        held_at: datetime,
        held_until: datetime,
        subject: str,
        sides: Sequence[Brought],
        room: Room | None = None,
        present: Sequence[Present] = (),
        photos: Sequence[Drawn] = (),
        appointment=None,
        uid: str = "",
    ) -> "Talk":
        """Write one down, inside a write, with a card for each side. The same `uid`, 32 hex digits, gives the same talk again.

        Whoever writes it down holds it, and is its first receiver. It is marked where `by` had no duty then (see `has_duty`)
        and it is no appointment of `by`'s own.
        An `appointment` that it was made for ends with it; nothing leads from one to the other. Refused where that has ended:
        a colleague may have written it down. Fault where the hours can't be, or something is missing.
        """
        subject = bare("subject", subject, rules.SUMMARY_MAX)
        if known := session.scalars(select(cls).where(cls.uid == uid)).one_or_none():
            if (known.subject, known.held_at, known.community_id) != (subject, held_at, community.id):
                raise Fault("subject", SENT_BEFORE)
            return known
        if appointment and appointment.ended_at:
            raise appointment.moved_on()
        if community.station_id != by.unit_id:
            raise Fault("community", N_("请选本所的社区。"))
        if (held_in is Where.ROOM) != (room is not None) or (room and room.station_id != by.unit_id):
            raise Fault("room", N_("在警务室谈的，请选是哪个警务室；不在警务室谈的，就不选。"))
        _check_hours(at, held_at, held_until)
        if not sides:
            raise Fault("called", N_("请写一下是哪几方。"))
        talk = cls(
            uid=uid or new_uid(),
            version=1,
            state=TalkState.OPEN,
            station=by.unit,
            station_id=by.unit_id,
            community=community,
            held_in=held_in,
            room=room,
            officer=by,
            officer_id=by.id,
            receiver=by,
            off_duty=not (appointment and appointment.is_received_by(by)) and not has_duty(session, by, held_at, room),
            held_at=held_at,
            held_until=held_until,
            subject=subject,
            present=list(present),
            made_at=at,
        )
        session.add(talk)
        for side in sides:
            talk._take_in(session, side, at)
        talk._keep_photos(photos, at)
        talk._hand_out(session, at)
        talk.write_line(by, at, "begin", public=True, values={"sides": [side.called for side in talk.sides]})
        if talk.off_duty:
            talk.write_line(by, at, "off_duty", public=False)
        if appointment and appointment.may_be_held(by):
            appointment.steps["finish"].follow(appointment, by=by, at=at, because="begin of a talk")
        session.flush()
        audit.note(session, at=at, by=by, action="begin", record=talk)
        return talk

    # ── who sees it, and what can be read off the row

    @classmethod
    def seen_by(cls, by):
        """Those of the station who go on visits, and the bureau of all below; the first receiver, until its end.

        What went up to the bureau the station keeps reading. A side reads its card, never the talk.
        """
        if by is CLOCK:
            return true()
        if not isinstance(by, Officer) or by.role not in COMPANIONS:
            return false()
        at_home = cls.community.has(station_id=by.unit_id)
        return or_(cls.lying_with(by), at_home, and_(cls.receiver_id == by.id, cls.closed_at.is_(None)))

    @classmethod
    def lying_with(cls, by: Officer):
        """For those who go on visits those of the own unit, for the bureau also all below."""
        if by.role not in COMPANIONS:
            return false()
        return cls.station_id.in_(units_below(by)) if by.role is Role.BUREAU else cls.station_id == by.unit_id

    @property
    def told_in(self) -> "Talk":
        """Itself: it has a ledger."""
        return self

    def lies_with(self, by: Officer) -> bool:
        """Whether `by` reads all of it; else only what is public."""
        return self._is_one_of(Talk.lying_with(by))

    def hides_numbers_from(self, by: Officer) -> bool:
        """Whether `by` reads numbers typed into free text masked: all staff but whoever holds it."""
        return by.id != self.officer_id

    @property
    def title(self) -> str:
        """What it is about."""
        return self.subject

    @property
    def held_by(self) -> str:
        """Who goes on with it: an officer by surname and title, else the unit."""
        return self.officer.called if self.officer else self.station.name

    @property
    def area(self) -> str:
        """The community."""
        return self.community.name

    @property
    def ended_at(self) -> datetime | None:
        """When it was closed."""
        return self.closed_at

    @property
    def due_at(self) -> datetime | None:
        """By when somebody is to go on with it."""
        return self.open_handling and self.open_handling.due_at

    @property
    def open_handling(self) -> TalkHandling | None:
        """The task to go on with it, while it is open."""
        return next((task for task in self.tasks if isinstance(task, TalkHandling) and task.ended_at is None), None)

    @property
    def callbacks(self) -> list[TalkCallback]:
        """All calls to its sides, whatever became of them."""
        return [task for task in self.tasks if isinstance(task, TalkCallback)]

    @property
    def current(self) -> list[Agreement]:
        """The agreed points as they stand: without those that were corrected."""
        replaced = [one.replaces for one in self.agreements]
        return [one for one in self.agreements if one not in replaced]

    @property
    def came_to_nothing(self) -> bool:
        """Whether no agreement was reached: nothing was promised."""
        return self.outcome is Ending.FAILED

    @property
    def broken(self) -> list[Agreement]:
        """What stands and was not done."""
        return [one for one in self.current if one.kept is Kept.BROKEN]

    def shows_codes_to(self, by: Officer, at: datetime) -> bool:
        """Whether `by` may hold its sides' QRs out to them: whoever writes it down, while it goes on. A card opened could rate."""
        return self.state in GOING_ON and any(who.is_it(self, by, at) for who in RECORDERS)

    @property
    def is_read_back(self) -> bool:
        """Whether its sides may confirm just now."""
        return self.state is TalkState.READ_BACK

    @property
    def not_read_back(self) -> Refused:
        """Why they may not."""
        if self.state is TalkState.CLOSED:
            return Refused(N_("这次说事已经谈完了。"))
        return Refused(N_("还在谈，或者正在改；等当面念过再确认。"))

    @property
    def handler_ids(self) -> set[int]:
        """Everybody who had a hand in it: none of them asks the rating."""
        hands = {entry.officer_id for entry in self.entries if entry.is_a_hand}
        return (hands | {self.officer_id, self.receiver_id}) - {None}

    @property
    def comes_next(self) -> str | None:
        """The name of the step that is next, while it is open."""
        if self.officer is None:
            return "take_on"
        if self.state is TalkState.OPEN:
            return "read_back" if self.current and not self.broken else "agree"
        if self.state is TalkState.READ_BACK:
            return "agree" if any(one.is_wrong for one in self.current) else "close"
        return None

    def moved_on(self):
        last = next(entry for entry in reversed(self.entries) if entry.step == "begin" or self._was_moved_by(entry))
        return Refused(
            N_("%(who)s在%(at)s已经处理过了，这次说事现在是“%(state)s”。"), who=last.who, at=last.at, state=self.state
        )

    def _was_moved_by(self, entry: Entry) -> bool:
        return entry.record == self.shelf and entry.step in self.steps and self.steps[entry.step].moves

    def to_lock(self):
        """Itself, and the open tasks whose states its steps change."""
        return [self, *(task for task in self.tasks if task.ended_at is None)]

    def write_down(self, step, by, at, told, shelf=None):
        """Add a line to the ledger, where the step leaves one; the row of the queue says what is next."""
        if step.says:
            self.write_line(by, at, step.name, public=step.public, values=told.values, text=told.text, shelf=shelf)
        if handling := self.open_handling:
            handling.next = self.comes_next

    # ── its sides and its tasks

    def _take_in(self, session, brought: Brought, at) -> TalkSide:
        if refusal := _sides_fit(self, None, at):
            raise Fault("called", refusal.message, **refusal.values)
        if brought.contact and not brought.consent:
            raise Fault("consent", N_("没有本人同意，联系方式不能存。"))
        card = EchoCard.give_out(session, self.station, at, shown_by_staff=True)
        side = TalkSide(
            uid=new_uid(),
            version=1,
            state=SideState.PRESENT,
            talk=self,
            ordinal=len(self.sides) + 1,
            called=bare("called", brought.called, rules.CALLED_MAX),
            wants=brought.wants,
            card=card,
        )
        session.add(side)
        if side.called in [other.called for other in self.sides if other is not side]:
            raise Fault("called", N_("两方不能用同一个称呼。"))
        side.keep(session.info["keys"], brought.contact)
        return side

    def _keep_photos(self, photos: Sequence[Drawn], at) -> None:
        if len(self.photos) + len(photos) > rules.PHOTOS_OF_MATTER:
            raise Fault("photos", N_("一次说事最多存%(n)s张照片。"), n=rules.PHOTOS_OF_MATTER)
        self.photos += [Photo.of(drawn, at) for drawn in photos]

    def _hand_out(self, session, at) -> None:
        due = Calendar.load(session).deadline(at, rules.TALK_DAYS)
        row = {"station_id": self.station_id, "title": self.subject, "area": self.area, "next": self.comes_next}
        task = TalkHandling(state=TaskState.PLANNED, version=1, assignee=self.officer, made_at=at, due_at=due, **row)
        self.tasks.append(task)

    # ── its steps

    @step(
        N_("再加一方"),
        says=N_("%(who)s记下又来了一方：%(side)s"),
        frm=[TalkState.OPEN],
        to=[TalkState.OPEN],
        by=RECORDERS,
        why_not=_sides_fit,
        aside=True,
    )
    def join(self, by, at, called, wants, name="", phone="", consent=False):
        """One more side, with a card of its own. What it leaves is kept only by its consent."""
        side = self._take_in(object_session(self), Brought(called, wants, Reachable(name, phone), consent), at)
        return Told(values={"side": side.called})

    @step(
        N_("记一条说好的"),
        says=N_("%(who)s记下第%(n)s条%(instead)s："),
        frm=GOING_ON,
        to=[TalkState.OPEN],
        by=RECORDERS,
    )
    def agree(self, by, at, text, side=None, owner="", until=None, replaces=None):
        """Add an agreed point: `side`, a side's ordinal, or `owner`, in words, does it until the date `until`.

        `replaces` is the ordinal of one that it corrects: that one stays as it was, and no longer holds. What was read back
        is read back again.
        """
        if len(self.agreements) >= rules.AGREEMENTS_MAX:
            raise Fault("text", N_("一次说事最多记%(n)s条。"), n=rules.AGREEMENTS_MAX)
        if side and owner:
            raise Fault("owner", N_("由谁来做，只选一个。"))
        if until and until < beijing_date(at):
            raise Fault("until", N_("日子不能在今天以前。"))
        if until and until > beijing_date(at) + rules.PLANNED_AHEAD:
            raise Fault("until", N_("日子太远了，请写一年以内的。"))
        old = next((one for one in self.current if one.ordinal == replaces), None)
        if replaces and old is None:
            raise Fault("replaces", N_("这一条已经改过了。"))
        one = Agreement(
            ordinal=len(self.agreements) + 1,
            text=bare("text", text, rules.AGREED_MAX),
            side=next((each for each in self.sides if each.ordinal == side), None),
            owner=bare("owner", owner, rules.CALLED_MAX),
            until=until,
            replaces=old,
        )
        self.agreements.append(one)
        return Told(text=text, values={"n": one.ordinal, "instead": Instead.CORRECTED if old else ""})

    @step(
        N_("念给各方听"),
        says=N_("%(who)s把说好的念给各方听，请各方确认"),
        frm=[TalkState.OPEN],
        to=[TalkState.READ_BACK],
        by=RECORDERS,
        why_not=_has_agreed_points,
    )
    def read_back(self, by, at):
        """The agreed points are read aloud, and each side confirms them one by one, or says what is wrong."""

    @step(
        N_("谈完了"),
        says=N_("%(who)s记下结果：%(outcome)s"),
        frm=GOING_ON,
        to=[TalkState.CLOSED],
        by=RECORDERS,
    )
    def close(self, by, at, outcome, text="", photos: Sequence[Drawn] = ()):
        """It ends, with an outcome and perhaps photos of what was mended. Agreed is only what every side confirmed; each promise becomes a call on its day to each side."""
        if outcome is not Ending.FAILED:
            self._check_promises(outcome)
        self.outcome, self.closed_at = outcome, at
        self._keep_photos(photos, at)
        Task.finish.follow(self.open_handling, by=by, at=at, because=OF_ITS_MATTER)
        looks, calendar = self.looks_back(outcome), Calendar.load(object_session(self))
        open_still = [] if self.came_to_nothing else [one for one in self.current if one.kept is not Kept.KEPT]
        promised = [one.until for one in open_still if one.until]
        for side in self.sides:
            for day in call_days(beijing_date(at), promised, looks):
                self.tasks.append(TalkCallback.of(side, day, at, calendar))
        return Told(text=text or None, values={"outcome": outcome})

    def looks_back(self, outcome: Ending) -> list[int]:
        """Days after which each side is asked, as the station has it where its people live."""
        session, station = object_session(self), self.community.station_id
        return [setting.of(session, name, station) for name in LOOKED_BACK.get(outcome, ())]

    def _check_promises(self, outcome: Ending) -> None:
        for one in self.current:
            if one.gap:
                raise Fault("outcome", one.gap.message, **one.gap.values)
            if one.kept is Kept.BROKEN:
                raise Fault("outcome", N_("第%(n)s条没有做到。请先改成新的一条，或者记“没有谈成”。"), n=one.ordinal)
        if outcome is not Ending.AGREED:
            return
        if not self.current:
            raise Fault("outcome", N_("还没有说好的，不能记“达成一致”。"))
        for side in self.sides:
            for one in side.to_confirm:
                raise Fault("outcome", N_("%(side)s还没有确认第%(n)s条，不能记“达成一致”。"), side=side.called, n=one.ordinal)

    @step(
        N_("接着谈"),
        says=N_("%(why)s，%(officer)s接着谈"),
        frm=[TalkState.CLOSED],
        to=[TalkState.OPEN],
        by=[*RECORDERS, through("record"), through("tell")],
        aside=True,
    )
    def reopen(self, by, at, text=""):
        """It goes on: by hand, or because a promise was broken. Calls that are not made yet are called off; there will be new ones."""
        self.outcome = self.closed_at = None
        for call in self.callbacks:
            if call.ended_at is None:
                Task.call_off.follow(call, by=by, at=at, because=OF_ITS_MATTER)
        self._hand_out(object_session(self), at)
        why = Again.BROKEN if self.broken else Again.WANTED
        return Told(text=text or None, values={"why": why, "officer": self.held_by})

    @step(
        N_("交给同事"),
        says=N_("%(who)s把这次说事交给%(handler)s接着谈"),
        frm=GOING_ON,
        to=GOING_ON,
        by=[HOLDER, HEAD, BUREAU],
        aside=True,
    )
    def pass_on(self, by, at, handler, text=""):
        """A colleague of the unit goes on with it, a head for instance; `text` says why. The first receiver keeps reading."""
        if handler is None or handler is self.officer:
            raise Fault("handler", N_("请选另一位同事。"))
        if not handler.works_as(COMPANIONS, self.station_id):
            raise Fault("handler", N_("请选本单位的同事。"))
        self.officer = self.open_handling.assignee = handler
        return Told(text=text or None, values={"handler": handler.called})

    @step(
        N_("接过来"),
        says=N_("%(who)s接过这次说事"),
        frm=GOING_ON,
        to=GOING_ON,
        by=[TAKER],
        why_not=_nobody_holds_it,
    )
    def take_on(self, by, at):
        """Nobody holds it, as it went up or came down: `by` does."""
        self.officer = self.open_handling.assignee = by

    @step(
        N_("报给县局"),
        says=N_("%(who)s把这次说事报给%(unit)s接着谈："),
        frm=GOING_ON,
        to=GOING_ON,
        by=[HOLDER, HEAD],
        why_not=lies_with_a_station,
        aside=True,
    )
    def escalate(self, by, at, text):
        """The station can't bring them together: the bureau goes on with it, and the sides read why. The station keeps reading."""
        return self._move_to(self.station.bureau, None, at, text)

    @step(
        N_("交给派出所"),
        says=N_("%(who)s把这次说事交给%(unit)s接着谈："),
        frm=GOING_ON,
        to=GOING_ON,
        by=[BUREAU],
        aside=True,
    )
    def return_(self, by, at, text):
        """The bureau gives it back where the people live: to the first receiver, or to whoever takes it on."""
        home, first = self.community.station, self.receiver
        return self._move_to(home, first if first.works_as(GOERS, home.id) else None, at, text)

    def _move_to(self, unit: Unit, officer: Officer | None, at, text: str) -> Told:
        self.station, self.station_id, self.officer = unit, unit.id, officer
        task = self.open_handling
        task.station_id, task.assignee = unit.id, officer
        task.due_at = Calendar.load(object_session(self)).deadline(at, rules.TALK_DAYS)
        return Told(text=text, values={"unit": unit.name})

    @step(
        N_("删掉照片"),
        says=N_("按规定删掉了照片"),
        frm=TalkState,
        to=TalkState,
        by=[THE_CLOCK],
        public=False,
        why_not=_photos_may_be_kept,
        aside=True,
    )
    def erase(self, by, at):
        """The photos go with the contact of the side that was asked last."""
        self.photos.clear()

    @step(
        N_("删掉原话"),
        says=N_("按规定删掉了各方的原话，说好的和结果还在"),
        frm=TalkState,
        to=TalkState,
        by=[THE_CLOCK],
        public=False,
        why_not=_words_may_be_kept,
        aside=True,
    )
    def forget(self, by, at):
        """What the sides said goes three years after the end (DESIGN §3), or after the last line of a talk that nobody closed; what was agreed, the outcome and the counts remain."""
        for side in self.sides:
            side.wants = ""
        for one in self.agreements:
            for word in one.words:
                word.words = None
        for entry in self.entries:
            if entry.record != self.shelf:
                entry.text = None


def hours_of(at: datetime, day: date, begins: time, ends: time | None) -> tuple[datetime, datetime]:
    """From when to when, from what was typed in Beijing; without an end up to now. An end before the beginning is the next day's."""
    held_at = datetime.combine(day, begins.replace(second=0, microsecond=0), BEIJING)
    held_until = datetime.combine(day, ends, BEIJING) if ends else at
    return held_at, held_until + ONE_DAY if ends and held_until <= held_at else held_until


def _check_hours(at: datetime, held_at: datetime, held_until: datetime) -> None:
    if held_at > at:
        raise Fault("begins", N_("还没到这个时间。"))
    if held_at < at - rules.TALK_BACK:
        raise Fault("day", N_("太久以前的，不能再补记。"))
    if not held_at < held_until <= held_at + rules.TALK_MAX:
        raise Fault("ends", N_("结束要在开始以后；一次说事最长%(n)s小时。"), n=rules.TALK_MAX // (ONE_DAY / 24))
    if held_until > at:
        raise Fault("ends", N_("还没到这个时间。"))


def listed(by: Officer) -> Select:
    """The talks that `by` sees, the latest on top."""
    query = select(Talk).options(
        joinedload(Talk.community), joinedload(Talk.officer), joinedload(Talk.station), selectinload(Talk.agreements)
    )
    return query.where(Talk.seen_by(by)).order_by(Talk.id.desc())


def is_broken():
    """A promise was not kept."""
    return Talk.agreements.any(Agreement.kept == Kept.BROKEN)


def is_in_trouble(at: datetime):
    """What a head looks at: it goes on as a promise was broken, nobody went on in time, or it came to nothing within seven days."""
    late = Talk.tasks.any(and_(Task.kind == "talk_handling", Task.ended_at.is_(None), Task.due_at < at))
    going_on = and_(Talk.closed_at.is_(None), or_(is_broken(), late))
    return or_(going_on, and_(Talk.outcome == Ending.FAILED, Talk.closed_at > at - rules.FAILED_SHOWN))


def _kept_too_long(at: datetime):
    """As for a side (DESIGN §3), by the last of all calls."""
    since = at - rules.CONTACT_KEPT
    asked = Talk.tasks.any(or_(Task.ended_at.is_(None), Task.ended_at >= since))
    return or_(and_(Talk.closed_at < since, ~asked), nobody_spoke(Talk.id, at - rules.CONTACT_KEPT_AT_MOST))


def _worded_too_long(at: datetime):
    """Three years after the end, or after somebody's last line where there is none, something is left of what `forget` takes."""
    since = at - rules.TEXT_KEPT
    wants = Talk.sides.any(TalkSide.wants != "")
    words = Talk.agreements.any(Agreement.words.any(AgreementWord.words.is_not(None)))
    told = Talk.entries.any(and_(Entry.record != Talk.shelf, Entry.text.is_not(None)))
    return and_(or_(Talk.closed_at < since, nobody_spoke(Talk.id, since)), or_(wants, words, told))


def photos_kept_too_long(session: Session, at: datetime) -> list[Talk]:
    """The talks whose photos have had their time at `at`."""
    return list(session.scalars(select(Talk).where(Talk.photos.any(), _kept_too_long(at)).order_by(Talk.id)))


def worded_too_long(session: Session, at: datetime) -> list[Talk]:
    """The talks whose sides' own words have had their time at `at`."""
    return list(session.scalars(select(Talk).where(_worded_too_long(at)).order_by(Talk.id)))

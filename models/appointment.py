"""An appointment 预约说事: a resident comes to talk, is called on or rung, at a time of a shift that was free."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, Select, String, Text, or_, select, text
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, object_session, relationship

from models import audit, rules
from models.base import N_, Word, Worded, beijing_date, new_uid
from models.card import EchoCard
from models.contact import FIELDS, Reachable, Sealing
from models.free_time import FreeTime, cut
from models.officer import GOERS, Officer
from models.slot import Slot, keep_free, one_at_a_time, taken_between
from models.steps import AN_ACCOUNT_CLOSED, THE_CLOCK, Fault, Refused, Told, step, through
from models.talk import Where
from models.task import OPEN, Task, TaskState
from models.unit import Community, Room, Unit
from models.who import CARD, DESK, HEAD, RECEIVER
from models.workdays import ONE_DAY, day_begin

TAKEN = N_("这个时间刚刚约出去了，或者已经太近。请在下面另选一个。")
SENT_BEFORE = N_("这张表已经交过了，内容和这次不一样。要再约一次，请重新打开表格。")
RECEIVERS = (RECEIVER, DESK, HEAD)


class Came(Word):
    """What became of an appointment."""

    HELD = N_("谈过了"), "done"
    MISSED = N_("没来"), "late"
    CANCELLED = N_("群众取消了")
    CALLED_OFF = N_("派出所取消了")


def _is_ahead(appointment, by, at):
    if appointment.begins_at <= at:
        return Refused(N_("约的时间已经到了。要改，请打派出所电话。"))


def _has_begun(appointment, by, at):
    if appointment.begins_at > at:
        return Refused(N_("约的是%(when)s，还没到。"), when=appointment.begins_at)


def _is_unclaimed(appointment, by, at):
    if appointment.assignee_id is not None:
        return Refused(N_("%(who)s已经接了。"), who=appointment.assignee.called)


def _holds_contact(appointment, by, at):
    if not appointment.is_reachable:
        return Refused(N_("没有联系方式，不用删。"))


def _may_be_kept(appointment, by, at):
    if not (appointment.subject or appointment.is_reachable) or not appointment._is_one_of(_is_over(at)):
        return Refused(N_("还没有到删掉的时候。"))


STILL_OPEN = text("ended_at IS NULL AND kind = 'appointment'")


class Appointment(Sealing, Task):
    """Booked with the officer who has the shift; not with a person of the resident's choice, but with the room."""

    __tablename__ = "appointment"
    __table_args__ = {}
    __mapper_args__ = {"polymorphic_identity": "appointment", "polymorphic_load": "selectin"}

    id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    sealed_as: Mapped[str] = mapped_column("uid", String(32), unique=True, default=new_uid)
    submission: Mapped[str] = mapped_column(String(64), unique=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), index=True)  # of whose shift it is a part, wherever they talk
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    held_in: Mapped[Where] = mapped_column(Worded(Where))
    subject: Mapped[str] = mapped_column(String(rules.SUMMARY_MAX))  # the resident's words; they go with the contact
    came: Mapped[Came | None] = mapped_column(Worded(Came))
    why: Mapped[str | None] = mapped_column(Text)  # why staff moved it, or called it off
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    station: Mapped[Unit] = relationship(primaryjoin=Task.station_id == Unit.id, foreign_keys=Task.station_id, viewonly=True)
    room: Mapped[Room] = relationship()
    community: Mapped[Community] = relationship()

    label = N_("预约说事")
    shelf = "appointments"
    has_ledger = False  # it is told on its card and in the audit log
    passed_on_by = "pass_on"

    @classmethod
    def book(
        cls,
        session: Session,
        at: datetime,
        *,
        room: Room,
        free_time: datetime,
        held_in: Where,
        subject: str,
        community: Community,
        contact: Reachable,
        submission_id: str,
        consent: bool = False,
        urgent: bool = False,
    ) -> EchoCard:
        """Take the time that begins at `free_time`, inside a write; returns the card. The same submission gives the same card.

        Refused where it was sent before with something else in it. Fault where the time is no free time of the room, or something is missing.
        """
        one_at_a_time(session, room.station)  # whoever was quicker is through from here on
        submission = hashlib.sha256(submission_id.encode()).hexdigest()
        if known := session.scalars(select(cls).where(cls.submission == submission)).one_or_none():
            if not known._is_as_sent(room, held_in, subject, community, free_time, contact):
                raise Refused(SENT_BEFORE)
            if known.card.issue > 1:  # whoever still has the form must not see the code that was issued since
                raise Refused(N_("这张表已经交过了，请凭回音卡看。"))
            return known.card
        if community.station_id != room.station_id:
            raise Fault("community", N_("请选本所的社区。"))
        for fault in lacks(held_in, contact, consent):
            raise fault
        taken = _find(session, room, held_in, free_time, at)
        appointment = cls(
            state=TaskState.PLANNED,
            version=1,
            made_at=at,
            sealed_as=new_uid(),
            submission=submission,
            station_id=room.station_id,
            area=community.name,
            topic=held_in,
            urgent=urgent,
            room=room,
            community=community,
            held_in=held_in,
            subject=subject,
        )
        appointment._at(taken)
        appointment.keep(session.info["keys"], contact)
        session.add(appointment)
        card = EchoCard.give_out(session, room.station, at, task=appointment)
        appointment.number = card.number
        session.flush()
        audit.note(session, at=at, by=card, action="book", record=appointment)
        return card

    def _is_as_sent(self, room, held_in, subject, community, free_time, contact) -> bool:
        """Whether it says what she booked; its time may have been moved since, and what she left erased."""
        untouched = self.version == 1
        return (
            (self.room, self.held_in, self.subject, self.community) == (room, held_in, subject, community)
            and (not untouched or self.begins_at == free_time)
            and (self.in_clear == contact or not (untouched or self.is_reachable))
        )

    def _at(self, time: FreeTime) -> None:
        self.begins_at, self.due_at, self.assignee = time.begins_at, time.ends_at, time.officer

    # ── what can be read off the row

    @classmethod
    def offers(cls, row, by):
        if row.assignee_id is None and not row.ended_at:
            return "take_up" if by.role in GOERS else "pass_on"

    @property
    def slot(self) -> Slot:
        """When it is, or was to be."""
        return Slot(self.begins_at, self.due_at)

    @property
    def place(self) -> str:
        """Where she comes to; nothing where she is called on or rung."""
        return f"{self.room.name} {self.room.address}".strip() if self.held_in is Where.ROOM else ""

    @property
    def is_a_call(self) -> bool:
        """Whether somebody calls at her door."""
        return self.held_in is Where.HOME

    def is_over(self, at: datetime) -> bool:
        """Whether its time went by and nobody has written down anything."""
        return self.ended_at is None and self.due_at < at

    def may_be_held(self, by: Officer) -> bool:
        """Whether `by` may write down the talk that it was made for: any colleague who holds talks."""
        return self.ended_at is None and by.role in GOERS and by.unit_id == self.station_id

    def is_received_by(self, by: Officer) -> bool:
        """Whether it is `by`'s own, or that of the officer who leads one."""
        return self.assignee_id is not None and self.assignee_id in (by.id, by.led_by_id)

    def free_times(self, at: datetime) -> list[FreeTime]:
        """To which times of its room it can be moved at `at`."""
        return [time for time in free_times(object_session(self), [self.room], at, but=self) if _suits(self.held_in, time)]

    def hides_numbers_from(self, by: Officer) -> bool:
        """Whether `by` reads numbers typed into the subject masked: all but whoever has it."""
        return not RECEIVER.is_it(self, by, None)

    def to_lock(self):
        """The station before itself, as wherever its times are given out or let go of."""
        return [self.station, *super().to_lock()]

    def write_down(self, step, by, at, told):
        """What happens to it stands in the audit log."""

    def moved_on(self):
        return Refused(N_("这次预约已经是“%(came)s”了（%(when)s）。"), came=self.came, when=self.ended_at)

    def what_next(self, at: datetime) -> tuple[str, dict]:
        """What happens next, for whoever holds the card: a message id and its values."""
        station = self.station
        who = self.assignee.called if self.assignee else station.name
        values = {"who": who, "phone": station.duty_phone, "why": self.why, "room": self.room.name}
        values |= {"day": beijing_date(self.begins_at), "hours": self.slot.hours}
        if self.came is None and at > self.due_at:
            return N_("约的是%(day)s%(hours)s。没谈成的话请再约一次，或者打%(phone)s。"), values
        told = _AHEAD[self.held_in] if self.came is None else _AFTER[self.came]
        return told, values

    # ── how she can be reached

    def why_no_look(self, by: Officer, at: datetime) -> Refused | None:
        """Why `by` does not need it: it is for whoever has it, desk and head, until they have talked."""
        if not self.is_reachable:
            return Refused(N_("没有留联系方式，或者已经删掉了。"))
        if self.came not in (None, Came.CALLED_OFF):  # whom staff called it off for may have to be told
            return Refused(N_("联系方式已经不用了。"))
        if not any(who.is_it(self, by, at) for who in RECEIVERS):
            return Refused(N_("这一步由%(who)s来做。"), who=[who.title for who in RECEIVERS])
        if self.assignee_id is None and RECEIVER.is_it(self, by, at) and not HEAD.is_it(self, by, at):
            return Refused(N_("还没有人接。请先点“我来接”。"))

    def open_contact(self, by: Officer, at: datetime) -> Reachable:
        """One look, inside a write, with a line in the audit log. Refused where `by` does not need it."""
        if refusal := self.why_no_look(by, at):
            raise refusal
        audit.note(object_session(self), at=at, by=by, action="open_contact", record=self, detail="appointment")
        return self.in_clear

    # ── what she does by card

    @step(N_("换个时间"), frm=[TaskState.PLANNED], to=[TaskState.PLANNED], by=[CARD], why_not=_is_ahead)
    def pick(self, by, at, free_time):
        """She takes another free time of the room, until the one she has begins."""
        self._move(at, free_time)
        self.why = None

    @step(N_("取消预约"), frm=[TaskState.PLANNED], to=[TaskState.CALLED_OFF], by=[CARD], why_not=_is_ahead, aside=True)
    def cancel(self, by, at):
        """She does not come, nor need anybody come or ring: what she left goes at once."""
        self._ends(Came.CANCELLED, at)
        self._lose_contact()

    @step(N_("删掉联系方式"), frm=TaskState, to=TaskState, by=[CARD], why_not=_holds_contact, aside=True)
    def erase(self, by, at):
        """What she left goes at once. Nobody can call on her or ring her then: where that is still ahead it is cancelled."""
        self._lose_contact()
        if self.ended_at is None and self.held_in is not Where.ROOM and at < self.begins_at:
            self._ends(Came.CANCELLED, at)
            return Told(to=TaskState.CALLED_OFF)

    # ── what staff do

    @step(N_("我来接"), frm=[TaskState.PLANNED], to=[TaskState.PLANNED], by=[RECEIVER], why_not=_is_unclaimed)
    def take_up(self, by, at):
        """Whoever had it is not there any more: somebody else of the station receives her."""
        self._give_to(by)

    @step(N_("没来"), frm=[TaskState.PLANNED], to=[TaskState.CALLED_OFF], by=RECEIVERS, why_not=_has_begun, aside=True)
    def miss(self, by, at):
        """She did not come, was not at home, or not on the phone."""
        self._ends(Came.MISSED, at)

    @step(N_("改时间"), frm=[TaskState.PLANNED], to=[TaskState.PLANNED], by=RECEIVERS, aside=True)
    def move(self, by, at, free_time, reason):
        """Another free time of the room, with whoever has that shift; her card says why."""
        self._move(at, free_time)
        self.why = reason

    @step(
        N_("交给同事"),
        frm=[TaskState.PLANNED],
        to=[TaskState.PLANNED],
        by=[*RECEIVERS, through("swap of shifts")],
        aside=True,
    )
    def pass_on(self, by, at, handler):
        """A colleague of the station receives her, who must be free then; her card says who."""
        self._give_to(handler)

    @step(N_("取消"), frm=[TaskState.PLANNED], to=[TaskState.CALLED_OFF], by=RECEIVERS, aside=True)
    def call_off(self, by, at, reason):
        """It does not take place; her card says why."""
        self._ends(Came.CALLED_OFF, at)
        self.why = reason

    # ── what follows

    @step(
        N_("放回去"),
        frm=[TaskState.PLANNED],
        to=[TaskState.PLANNED],
        by=[through("swap of shifts"), AN_ACCOUNT_CLOSED],
    )
    def put_back(self, by, at):
        """Whoever had it is not there then: somebody else is to take it."""
        self.assignee = None

    @step(N_("谈过了"), frm=OPEN, to=[TaskState.DONE], by=[through("begin of a talk")])
    def finish(self, by, at):
        """The talk that it was made for is written down, in the same write."""
        self._ends(Came.HELD, at)

    @step(N_("删掉联系方式和事由"), frm=TaskState, to=TaskState, by=[THE_CLOCK], why_not=_may_be_kept)
    def forget(self, by, at):
        """What she left and what it was about go 7 days after (DESIGN §3); her card still says what became of it."""
        self._lose_contact()
        self.subject = ""

    def _lose_contact(self) -> None:
        self.name_sealed = self.phone_sealed = self.address_sealed = None

    def _move(self, at, free_time) -> None:
        session = object_session(self)
        one_at_a_time(session, self.station)
        self._at(_find(session, self.room, self.held_in, free_time, at, but=self))

    def _give_to(self, officer: Officer | None) -> None:
        if officer is None or not officer.works_as(GOERS, self.station_id):
            raise Fault("handler", N_("请选本所走访的同事。"))
        keep_free(object_session(self), self.station, [officer], [self.slot], but=self)
        self.assignee = officer

    def _ends(self, came: Came, at: datetime) -> None:
        self.came, self.ended_at = came, at


Index(
    "uq_task_appointment", Task.assignee_id, Task.begins_at, unique=True, sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN
)

_AHEAD = {
    Where.ROOM: N_("%(day)s%(hours)s请到%(room)s来，%(who)s等您。来不了的话，开始以前可以在这里换个时间，或者取消。"),
    Where.HOME: N_("%(day)s%(hours)s%(who)s上门来说。不方便的话，开始以前可以在这里换个时间，或者取消。"),
    Where.PHONE: N_("%(day)s%(hours)s%(who)s打您留的电话。不方便的话，开始以前可以在这里换个时间，或者取消。"),
}
_AFTER = {
    Came.HELD: N_("谈过了，当时给了您一张新的回音卡，说好的都在那张卡上。还有事，请打%(phone)s。"),
    Came.MISSED: N_("约的是%(day)s%(hours)s，没有等到您。还想说，请再约一次，或者打%(phone)s。"),
    Came.CANCELLED: N_("您取消了这次预约。还想说，请再约一次，或者打%(phone)s。"),
    Came.CALLED_OFF: N_("这次预约取消了（%(why)s），对不起。请再约一次，或者打%(phone)s。"),
}


# ── free times


def free_times(session: Session, rooms: Collection[Room], at: datetime, but: Appointment | None = None) -> list[FreeTime]:
    """What can be booked in these rooms at `at`, in the order of the clock, in as many queries for one room as for many.

    From two hours on and up to seven days ahead; without what is taken in the room, or crosses anything else that its
    officer has to do. `but` is what is being moved.
    """
    pieces = cut(session, rooms, at + rules.BOOKED_NOTICE, at + rules.BOOKED_AHEAD)
    if not pieces:
        return []
    officers = {piece.officer.id: piece.officer for piece in pieces}
    taken = defaultdict(list)  # by officer and by room: each piece is held against its own alone
    for one in taken_between(session, officers.values(), pieces[0].begins_at, pieces[-1].ends_at, but):
        taken[one.officer].append(one.slot)
    for room, slot in _taken_in(session, {room.id: room for room in rooms}, pieces[0].begins_at, but):
        taken[room].append(slot)
    return [
        piece
        for piece in pieces
        if not any(slot.crosses(piece) for whose in (piece.officer, piece.room) for slot in taken[whose])
    ]


def _taken_in(session, rooms, since, but) -> list[tuple[Room, Slot]]:
    """When somebody comes to the rooms, to whomever: an appointment may have been given to a colleague."""
    query = select(Appointment.room_id, Task.begins_at, Task.due_at).where(
        Appointment.room_id.in_(rooms),
        Appointment.held_in == Where.ROOM,
        Task.ended_at.is_(None),
        Task.due_at > since,
        Task.id != (but.id if but else 0),
    )
    return [(rooms[id], Slot(begins_at, due_at)) for id, begins_at, due_at in session.execute(query)]


def _suits(held_in: Where, time: Slot) -> bool:
    """Nobody is rung before 08:00 or after 20:00."""
    return held_in is not Where.PHONE or time.is_within(rules.RING_FROM, rules.RING_UNTIL)


def _find(session, room, held_in, begins_at, at, but=None) -> FreeTime:
    found = next((time for time in free_times(session, [room], at, but) if time.begins_at == begins_at), None)
    if found is None:
        raise Fault("free_time", TAKEN)
    if not _suits(held_in, found):
        raise Fault("free_time", N_("打电话只在早上8点到晚上8点，请另选一个时间。"))
    return found


def lacks(held_in: Where | None, given: Reachable, consent: bool) -> Iterator[Fault]:
    """What is missing for it to be held there: the phone where somebody calls or rings, the address where somebody calls."""
    if held_in is Where.HOME and not given.address:
        yield Fault("address", N_("要上门，请写一下地址。"))
    if held_in in (Where.HOME, Where.PHONE) and not given.phone:
        yield Fault("phone", N_("要上门或者打电话，请留个电话。"))
    if given and not consent:
        yield Fault("consent", N_("留了联系方式，请在这里打勾同意我们使用；不同意就把上面的清空。"))


# ── lists


def listed(by: Officer) -> Select:
    """The open ones of the station, the next one on top."""
    query = select(Appointment).options(joinedload(Appointment.assignee), joinedload(Appointment.room))
    return query.where(Appointment.seen_by(by), Task.ended_at.is_(None)).order_by(Task.begins_at, Task.id)


def of_today(by: Officer, at: datetime) -> Select:
    """What `by` has on the Beijing day of `at`; an auxiliary's is also that of the officer who leads."""
    begin = day_begin(beijing_date(at))
    mine = Task.assignee_id.in_([by.id, by.led_by_id] if by.led_by_id else [by.id])
    return listed(by).where(mine, Task.begins_at >= begin, Task.begins_at < begin + ONE_DAY)


def not_written_down(by: Officer, at: datetime) -> Select:
    """The ids of those whose time went by and of which nobody wrote down anything."""
    return select(Appointment.id).where(Appointment.seen_by(by), Task.ended_at.is_(None), Task.due_at < at)


def _is_over(at: datetime):
    """7 days after its end, or after its time where nobody ended it (DESIGN §3)."""
    since = at - rules.BOOKING_KEPT
    return or_(Task.ended_at < since, Task.due_at < since)


def kept_too_long(session: Session, at: datetime) -> list[Appointment]:
    """Those of which something personal is left that has had its time at `at`."""
    sealed = [getattr(Appointment, f"{field}_sealed").is_not(None) for field in FIELDS]
    left = or_(Appointment.subject != "", *sealed)
    return list(session.scalars(select(Appointment).where(left, _is_over(at)).order_by(Task.id)))

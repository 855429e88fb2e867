"""The roster 值班表: who has duty where, from when to when; and the hours at which nobody has."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from sqlalchemy import CheckConstraint, ForeignKey, Index, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, relationship

from models import audit, rules
from models.base import AUTOINCREMENT, BEIJING, N_, ONE_DAY, Base, Word, beijing_date
from models.officer import ROSTERED, Officer
from models.steps import Fault, Refused
from models.task import Task, TaskState, task_companion
from models.unit import Room, Unit

ONE_WEEK = timedelta(days=7)


class Place(Word):
    """Where somebody has duty who is in no room."""

    DESK = N_("派出所值班室")


class Duty(Base):
    """A shift of an officer in a room, or at the station's own duty desk where `room` is None.

    A room has one officer at a time, the desk may have several. What an officer does during a shift, a visit for
    instance, is no other duty.
    """

    __tablename__ = "duty"
    __table_args__ = (
        CheckConstraint("begins_at < ends_at", name="ends_after_it_begins"),
        Index("ix_duty_station", "station_id", "begins_at"),
        AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"), index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    station: Mapped[Unit] = relationship()
    room: Mapped[Room | None] = relationship(lazy="joined")
    officer: Mapped[Officer] = relationship(lazy="joined")

    @classmethod
    def seen_by(cls, by: Officer):
        """Everybody's own station's."""
        return cls.station_id == by.unit_id

    @classmethod
    def plan(cls, session: Session, by: Officer, at: datetime, **shift) -> "Duty":
        """One more shift at the station of `by`: officer, room, begins_at, ends_at. The same again is the one there is.

        Inside a write that locks the station's row. Fault, beside `officer`, `room`, `day`, `begins` or `ends`, where it
        can't be.
        """
        duty = cls(station=by.unit, station_id=by.unit_id, **shift)
        others = duty.beside(session)
        if known := duty.known_among(others):
            return known
        if fault := duty.fault(others, at):
            raise fault
        session.add(duty)
        session.flush()
        audit.note(session, at=at, by=by, action="plan_duty", detail=str(duty.id))
        return duty

    @property
    def place(self) -> str | Place:
        """Where it is."""
        return self.room.name if self.room else Place.DESK

    @property
    def day(self) -> date:
        """The Beijing day on which it begins."""
        return beijing_date(self.begins_at)

    @property
    def stands(self) -> bool:
        """Whether its officer still works there: nobody else comes."""
        return self.officer.active and self.officer.unit_id == self.station_id

    def covers(self, at: datetime) -> bool:
        """Whether somebody is there at `at`: from the minute of the beginning up to that of the end."""
        return self.stands and self.begins_at <= at < self.ends_at

    def beside(self, session: Session) -> list["Duty"]:
        """The station's other shifts at the same time."""
        return [duty for duty in between(session, [self.station], self.begins_at, self.ends_at) if duty is not self]

    def known_among(self, others: Collection["Duty"]) -> "Duty | None":
        """The very same shift."""
        return next((other for other in others if other.what == self.what), None)

    def fault(self, others: Collection["Duty"], at: datetime) -> Fault | None:
        """Why it can't stand beside the others, if it can't: what is said, and beside which field."""
        if not (self.stands and self.officer.role in ROSTERED):
            return Fault("officer", N_("%(who)s现在不在本所，排不了班。"), who=self.officer.name)
        if self.room and self.room.station_id != self.station_id:
            return Fault("room", N_("%(place)s不是本所的。"), place=self.place)
        if not timedelta(0) < self.ends_at - self.begins_at <= rules.DUTY_MAX:
            return Fault("ends", N_("结束要在开始以后，一个班最长24小时。"))
        if self.ends_at <= at - rules.ROSTER_BACK:
            return Fault("day", N_("过去一个多星期的，不能再排了。"))
        if self.begins_at > at + rules.PLANNED_AHEAD:
            return Fault("day", N_("最多排一年以内的。"))
        return next(filter(None, (self._crossed_by(other) for other in others)), None)

    def moved(self, to: Officer | None = None, later: timedelta = timedelta(0)) -> "Duty":
        """The same shift as it would be another officer's, or at another time: not kept anywhere."""
        return Duty(
            station=self.station,
            station_id=self.station_id,
            room=self.room,
            officer=to or self.officer,
            begins_at=self.begins_at + later,
            ends_at=self.ends_at + later,
        )

    def take_off(self, by: Officer, at: datetime) -> None:
        """It is no longer, inside a write that locks the station's row. Refused where a resident is to be received in it."""
        session = object_session(self)
        if booked := self.booked(at):
            told = {"who": self.officer.called, "when": booked[0].begins_at, "n": len(booked)}
            raise Refused(
                N_(
                    "这一班里约了%(n)s次说事，最早的是%(when)s，由%(who)s接待。请先在“预约说事”里交给同事或者改时间，也可以和别人对调。"
                ),
                **told,
            )
        audit.note(session, at=at, by=by, action="take_off_duty", detail=str(self.id))
        session.delete(self)

    def swap_with(self, other: "Duty", by: Officer, at: datetime) -> None:
        """The officers of two shifts change places, inside a write that locks the station's row.

        What residents booked goes to whoever is there then. Refused where one of them would be in two places at once.
        """
        if self.officer is other.officer:
            raise Refused(N_("这两班本来就是同一个人，不用对调。"))
        session = object_session(self)
        for one, two in ((self, other), (other, self)):
            others = [duty for duty in one.beside(session) if duty is not two]
            if fault := one.moved(two.officer).fault(others, at):
                raise Refused(fault.message, **fault.values)
        booked = [(task, to) for one, to in ((self, other.officer), (other, self.officer)) for task in one.booked(at)]
        self.officer, other.officer = other.officer, self.officer
        _give_over(session, booked, by, at)
        audit.note(session, at=at, by=by, action="swap_duties", detail=f"{self.id} {other.id}")

    def booked(self, at: datetime) -> list[Task]:
        """The appointments of its officer in it that are not over at `at`, in the order of the clock."""
        query = select(Task).where(
            Task.kind == "appointment",
            Task.assignee_id == self.officer.id,
            Task.ended_at.is_(None),
            Task.due_at > at,
            Task.begins_at >= self.begins_at,
            Task.begins_at < self.ends_at,
        )
        return list(object_session(self).scalars(query.order_by(Task.begins_at)))

    @property
    def what(self) -> tuple:
        """Who, where, from when to when: what makes two of them the same."""
        return self.officer.id, self.room and self.room.id, self.begins_at, self.ends_at

    def _crossed_by(self, other: "Duty") -> Fault | None:
        if not (self.begins_at < other.ends_at and other.begins_at < self.ends_at):
            return None
        told = {"who": other.officer.called, "place": other.place, "begins": other.begins_at, "ends": other.ends_at}
        if self.officer is other.officer:
            return Fault("officer", N_("%(who)s从%(begins)s到%(ends)s已经排在%(place)s，同一时间不能在两处。"), **told)
        if self.room and self.room is other.room:
            return Fault("begins", N_("%(place)s从%(begins)s到%(ends)s已经排了%(who)s。"), **told)
        return None


def _give_over(session: Session, booked: list[tuple[Task, Officer]], by: Officer, at: datetime) -> None:
    """Each appointment to another officer. Two may be at the same hour: so first nobody has any of them."""
    for task, _to in booked:
        task.steps["put_back"].follow(task, by=by, at=at, because="swap of shifts")
    session.flush()
    for task, to in booked:
        try:
            task.steps["pass_on"].follow(task, by=by, at=at, because="swap of shifts", handler=to)
        except Fault as fault:
            raise Refused(fault.message, **fault.values) from None
        session.flush()


def between(session: Session, stations: Collection[Unit], since: datetime, until: datetime) -> list[Duty]:
    """The stations' shifts of which some part lies between two moments, in the order of the clock."""
    query = select(Duty).where(
        Duty.station_id.in_([station.id for station in stations]),
        Duty.begins_at > since - rules.DUTY_MAX,  # none lasts longer: so the index ends the search
        Duty.begins_at < until,
        Duty.ends_at > since,
    )
    return list(session.scalars(query.order_by(Duty.begins_at, Duty.id)))


def rooms_of(session: Session, stations: Collection[Unit]) -> list[Room]:
    """The stations' rooms that are in use."""
    here = Room.station_id.in_([one.id for one in stations]), Room.active
    return list(session.scalars(select(Room).where(*here).order_by(Room.id)))


# ── weeks


def monday(day: date) -> date:
    """The Monday of its week."""
    return day - day.weekday() * ONE_DAY


def week_of(day: date) -> tuple[datetime, datetime]:
    """From midnight to midnight in Beijing, Monday to Monday."""
    since = datetime.combine(monday(day), time(), BEIJING)
    return since, since + ONE_WEEK


def copy_week(session: Session, by: Officer, at: datetime, week: date) -> tuple[list[Duty], list[tuple[Duty, Fault]]]:
    """The shifts that begin in this week a week later, inside a write that locks the station's row.

    Returns what was added, and what was left out and why. What stands there already is neither.
    """
    since, until = week_of(week)
    here = [duty for duty in between(session, [by.unit], since, until) if duty.begins_at >= since]
    taken, added, left_out = between(session, [by.unit], since + ONE_WEEK, until + ONE_WEEK + rules.DUTY_MAX), [], []
    for copied in (duty.moved(later=ONE_WEEK) for duty in here):
        if copied.known_among(taken):
            continue
        if fault := copied.fault([*taken, *added], at):
            left_out.append((copied, fault))
        else:
            added.append(copied)
    add(session, by, at, added, "copy_roster")
    return added, left_out


def add(session: Session, by: Officer, at: datetime, duties: Collection[Duty], action: str) -> None:
    """Keep what was held against the roster before, with one line in the audit log."""
    if duties:
        session.add_all(duties)
        session.flush()
        audit.note(session, at=at, by=by, action=action, detail=f"{len(duties)} duties")


# ── gaps


@dataclass(frozen=True)
class Gap:
    """Hours at which nobody is in these rooms nor at the station's desk; without rooms it is the desk alone."""

    begins_at: datetime
    ends_at: datetime
    rooms: tuple[Room, ...]


def gaps(session: Session, station: Unit, week: date) -> list[Gap]:
    """The gaps of a week."""
    return gaps_between(session, station, *week_of(week))


def gaps_between(session: Session, station: Unit, since: datetime, until: datetime) -> list[Gap]:
    """The gaps from one moment to another.

    An hour without a room's officer falls to the station's duty phone, so it alone is none (004).
    """
    duties = [duty for duty in between(session, [station], since, until) if duty.stands]
    rooms, found = rooms_of(session, [station]), []
    turns = {moment for duty in duties for moment in (duty.begins_at, duty.ends_at) if since < moment < until}
    for begins_at, ends_at in pairwise(sorted({since, until, *turns})):
        there = {duty.room for duty in duties if duty.covers(begins_at)}
        without = tuple(room for room in rooms if room not in there)
        if None in there or (rooms and not without):
            continue
        if found and (found[-1].ends_at, found[-1].rooms) == (begins_at, without):
            found[-1] = replace(found[-1], ends_at=ends_at)
        else:
            found.append(Gap(begins_at, ends_at, without))
    return found


# ── who is there


def room_of(session: Session, officer: Officer, at: datetime) -> Room | None:
    """The room in which `officer`, or whoever leads one, has the shift at `at`."""
    shifts = [duty for duty in between(session, [officer.unit], at, at) if duty.officer_id in (officer.id, officer.led_by_id)]
    return next((duty.room for duty in shifts if duty.room), None)


def has_duty(session: Session, officer: Officer, at: datetime, room: Room | None = None) -> bool:
    """Whether `officer`, or whoever leads one, had duty at `at`: the shift of `room`, or elsewhere any shift, or an errand of one's own.

    A station that planned nobody at all that week keeps no roster: there nobody is off duty.
    """
    week = between(session, [officer.unit], *week_of(beijing_date(at)))
    who = {officer.id, officer.led_by_id}
    shifts = [duty for duty in week if duty.covers(at) and duty.officer_id in who and room in (None, duty.room)]
    return not week or bool(shifts) or (room is None and _is_on_an_errand(session, officer, at))


def _is_on_an_errand(session: Session, officer: Officer, at: datetime) -> bool:
    along = Task.id.in_(select(task_companion.c.task_id).where(task_companion.c.officer_id == officer.id))
    mine = or_(Task.assignee_id == officer.id, along)
    now = select(Task.id).where(Task.begins_at <= at, Task.due_at > at, Task.state != TaskState.CALLED_OFF, mine)
    return session.scalar(now.limit(1)) is not None


def end_of_tomorrow(at: datetime) -> datetime:
    """Midnight after the Beijing day that follows that of `at`."""
    return datetime.combine(beijing_date(at) + 2 * ONE_DAY, time(), BEIJING)


@dataclass(frozen=True)
class Presence:
    """Who is in a room, or at a station's desk where `room` is None; and who comes by the end of tomorrow.

    Where the station keeps no roster this week, nobody stands for nothing known: `is_known` is false.
    """

    room: Room | None
    there: list[Duty]
    later: list[Duty]
    is_known: bool


def presences(session: Session, stations: Collection[Unit], at: datetime) -> dict[Unit, tuple[Presence, list[Presence]]]:
    """By station, in their order: its desk, and its rooms."""
    duties = [duty for duty in between(session, stations, at, end_of_tomorrow(at)) if duty.stands]
    rooms, (since, until) = rooms_of(session, stations), week_of(beijing_date(at))
    here = Duty.station_id.in_([station.id for station in stations])
    this_week = select(Duty.station_id).where(
        here, Duty.begins_at > since - rules.DUTY_MAX, Duty.begins_at < until, Duty.ends_at > since
    )
    rostered = {duty.station_id for duty in duties} | set(session.scalars(this_week.distinct()))

    def presence(station: Unit, room: Room | None) -> Presence:
        here = [duty for duty in duties if duty.station_id == station.id and duty.room is room]
        there, later = [duty for duty in here if duty.covers(at)], [duty for duty in here if duty.begins_at > at]
        return Presence(room, there, later, station.id in rostered)

    return {
        station: (presence(station, None), [presence(station, room) for room in rooms if room.station_id == station.id])
        for station in stations
    }

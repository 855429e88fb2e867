"""The talks that residents of the demo booked: two to come, and one to which nobody came. All of it is invented."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from uuid import NAMESPACE_URL, uuid5

from models.appointment import Appointment, free_times
from models.base import BEIJING, beijing_date
from models.contact import Reachable
from models.talk import NOTHING, Where
from models.workdays import ONE_DAY


@dataclass(frozen=True)
class Booking:
    """Somebody took the first free time of the room of a community."""

    community: str
    held_in: Where
    subject: str
    contact: Reachable = NOTHING


COMING = (
    Booking("10101", Where.ROOM, "楼道里堆东西，想当面说说"),
    Booking("10301", Where.HOME, "两家为一堵墙争了半年", Reachable("周素芬", "0000-5550171", "山前社区5号院")),
)
MISSED = Booking("10102", Where.ROOM, "楼下店铺夜里卸货", Reachable("孟先生", "0000-5550172"))
BOOKED_AT = time(17, 10)  # of the evening before


def events(session, people, communities, at: datetime) -> list[tuple[datetime, Callable]]:
    """Moments and what happens then: the one that was missed was for the last weekday before the day of `at`."""
    day = beijing_date(at) - ONE_DAY
    while day.weekday() > 4:
        day -= ONE_DAY
    missed = []
    booked = datetime.combine(day - ONE_DAY, BOOKED_AT, BEIJING)
    over = datetime.combine(day, time(23), BEIJING)
    return [
        (booked, lambda at: missed.append(_book(session, communities, MISSED, at))),
        (over, lambda at: _miss(session, missed[0], people["officer1b"], at)),
        *((at, partial(_book, session, communities, booking)) for booking in COMING),
    ]


def _book(session, communities, booking: Booking, at: datetime) -> Appointment:
    community = communities[booking.community]
    card = Appointment.book(
        session,
        at,
        room=community.room,
        free_time=free_times(session, [community.room], at)[0].begins_at,
        held_in=booking.held_in,
        subject=booking.subject,
        community=community,
        contact=booking.contact,
        consent=True,
        submission_id=str(uuid5(NAMESPACE_URL, booking.subject)),
    )
    return card.task


def _miss(session, appointment: Appointment, by, at: datetime) -> None:
    appointment.steps["miss"].take(appointment, by=by, version=appointment.version, at=at)
    session.flush()

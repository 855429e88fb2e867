"""Free times 空着的时间: the shifts in police rooms, cut into what a resident may book with whoever is there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models import rules
from models.duty import Duty, between
from models.officer import GOERS, Officer
from models.slot import Slot
from models.unit import Room


@dataclass(frozen=True, kw_only=True)
class FreeTime(Slot):
    """A part of a shift in a room, with whoever is there then."""

    room: Room
    officer: Officer


def cut(session: Session, rooms: Collection[Room], since: datetime, until: datetime) -> list[FreeTime]:
    """The shifts in these rooms, in whole pieces that begin from `since` on and before `until`, in the order of the clock.

    Only the shifts of those who may write a talk down, and between 08:00 and 22:00 (002).
    """
    stations = {room.station_id: room.station for room in rooms}.values()
    shifts = [duty for duty in between(session, stations, since, until) if duty.room in rooms and _is_with_a_talker(duty)]
    pieces = [
        piece
        for duty in shifts
        for piece in _pieces(duty)
        if since <= piece.begins_at < until and piece.is_within(rules.VISIT_FROM, rules.VISIT_UNTIL)
    ]
    return sorted(pieces, key=lambda piece: (piece.begins_at, piece.room.id))


def _is_with_a_talker(duty: Duty) -> bool:
    return duty.stands and duty.officer.role in GOERS


def _pieces(duty: Duty) -> list[FreeTime]:
    count = (duty.ends_at - duty.begins_at) // rules.TALK_LENGTH
    begins = [duty.begins_at + n * rules.TALK_LENGTH for n in range(count)]
    return [FreeTime(begin, begin + rules.TALK_LENGTH, room=duty.room, officer=duty.officer) for begin in begins]

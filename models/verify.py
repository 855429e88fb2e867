"""The check at the door 上门核验: four digits that whoever goes on a visit shows, and that the resident types in."""

import hmac
from datetime import datetime

from sqlalchemy import and_, or_, select, union_all
from sqlalchemy.orm import Session, joinedload, selectinload

from models import rules
from models.base import beijing_date
from models.card import digits
from models.place import Plate
from models.task import TaskState
from models.unit import Community
from models.visit import Visit
from models.workdays import ONE_DAY, day_begin

LENGTH = 4


def code_of(key: bytes, visit: Visit) -> str:
    """The digits of a visit: HMAC-SHA256 over its uid and its slot. Computed, never stored, and others once it was moved."""
    slot = visit.begins_at and visit.begins_at.timestamp()
    mac = hmac.digest(key, f"{visit.uid}|{visit.moves}|{slot}".encode(), "sha256")
    return f"{int.from_bytes(mac) % 10**LENGTH:0{LENGTH}}"


def find(session: Session, key: bytes, typed: str, community: Community, plate: Plate | None, at: datetime) -> Visit | None:
    """The visit with these digits that is known at this place at `at`; None where there is none. A plate narrows to its grid.

    Known is a visit from 30 minutes before its slot begins to 90 minutes after the slot ends: a slot is a walk along several
    doors, and whoever runs late at the last of them is no stranger. What is under way is known all that Beijing day,
    whenever it was to be. What is done stays known within its slot's time, for whoever let somebody in and asks afterwards;
    what was called off never is.
    """
    today = day_begin(beijing_date(at))
    slot = (
        Visit.station_id == community.station_id,  # with the next line: few rows of one index, however many there are
        Visit.begins_at.between(at - rules.VERIFY_AFTER - ONE_DAY, at + rules.VERIFY_BEFORE),
        Visit.due_at >= at - rules.VERIFY_AFTER,
        Visit.state != TaskState.CALLED_OFF,
    )
    started = Visit.state == TaskState.UNDER_WAY, Visit.went_at >= today
    there = Visit.community_id == community.id
    if plate and plate.grid_id:
        there = and_(there, or_(Visit.grid_id.is_(None), Visit.grid_id == plate.grid_id))
    known = union_all(*(select(Visit.id).where(there, *when) for when in (slot, started)))
    people = joinedload(Visit.assignee), selectinload(Visit.companions)
    visits = session.scalars(select(Visit).where(Visit.id.in_(known)).options(*people).order_by(Visit.id))
    return next((visit for visit in visits if hmac.compare_digest(code_of(key, visit), digits(typed))), None)

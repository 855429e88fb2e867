"""By which door matters came in, month by month: what the paper on walls and in hands brings."""

from datetime import date
from itertools import pairwise

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from models import rules
from models.life import Door, Kind
from models.matter import Matter
from models.officer import Officer
from models.task import units_below
from models.workdays import ONE_DAY, day_begin


def months_until(today: date) -> list[date]:
    """The first days of the months that are looked at, that of `today` last."""
    months = [today.replace(day=1)]
    while len(months) < rules.ARRIVAL_MONTHS:
        months.append((months[-1] - ONE_DAY).replace(day=1))
    return months[::-1]


def arrivals(session: Session, by: Officer, months: list[date], today: date) -> dict[Door, list[int]]:
    """How many came in by each door in each of these months, of what lies with the units that `by` looks after now.

    Doors by which none came are left out; complaints are tallied apart (DESIGN §4).
    """
    moments = [day_begin(day) for day in (*months, today + ONE_DAY)]
    spans = pairwise(moments)
    counts = [func.sum(case((and_(Matter.received_at >= a, Matter.received_at < b), 1), else_=0)) for a, b in spans]
    here = and_(Matter.station_id.in_(units_below(by)), Matter.received_at >= moments[0], Matter.received_at < moments[-1])
    rows = session.execute(select(Matter.door, *counts).where(here, Matter.kind != Kind.COMPLAINT).group_by(Matter.door))
    found = {door: list(of_it) for door, *of_it in rows}
    return {door: found[door] for door in Door if door in found}

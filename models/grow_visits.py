"""Visits of a demo database made large: each outing is played through the real steps, and copied by whole weeks."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from models.base import BEIJING, beijing_date, new_uid
from models.contact import Daypart
from models.going import Carried
from models.grow import NAMES, REACH, Copy, Sample, moving
from models.officer import Officer, Role, responsible_for
from models.rules import DAYPARTS
from models.slot import Slot
from models.task import Task, task_companion
from models.unit import Community, Unit
from models.visit import Visit, VisitKind
from models.workdays import ONE_DAY

TASK, VISIT = Task.__table__, Visit.__table__
PLANNED_OF = 500  # of so many visits one is still to come
AHEAD = 3  # weeks: what is to come is played in the last of them, and copied into those before


@dataclass(frozen=True)
class Outing:
    """One sort of outing: how often, in which part of a day, why, what came of it; `led` by a head."""

    weight: int
    daypart: Daypart
    reason: str
    minutes: int
    came_of_it: dict
    led: bool = False
    diary: str = ""


OUTINGS = (
    Outing(30, Daypart.MORNING, "挨户发防骗提示", 70, {"households": 6, "people": 9, "leaflets": 9}),
    Outing(25, Daypart.EVENING, "晚上走访，白天家里没有人", 55, {"households": 4, "people": 8, "opinions": 1}, diary="路灯和停车说得最多。"),
    Outing(15, Daypart.NOON, "看看沿街店铺的消防通道", 45, {"units": 5, "people": 5, "hazards": 2, "hazards_settled": 1}),
    Outing(10, Daypart.MORNING, "回访独居的老人", 60, {"households": 3, "people": 3, "deeds": 1}, diary="帮着换了一个灯泡。"),
    Outing(8, Daypart.EVENING, "调解楼上楼下的纠纷", 80, {"households": 2, "people": 5, "disputes": 1, "disputes_settled": 1}),
    Outing(4, Daypart.MORNING, "领导带队走访社区", 90, {"households": 5, "units": 1, "people": 12, "opinions": 3}, led=True),
)  # fmt: skip


def plan(session: Session, count: int, at: datetime) -> list[Copy]:
    """`count` visits, the oldest first: most are done, a few still to come. Ends with a rollback."""
    chance = random.Random(f"visits {session.scalar(select(func.max(TASK.c.id)))}")
    done, ahead = _samples(session, at, back=True), _samples(session, at, back=False)
    coming = -(-count // PLANNED_OF)
    copies = []
    for samples, n in ((done, count - coming), (ahead, coming)):
        weights = [weight for weight, _sample in samples]
        for _weight, sample in chance.choices(samples, weights, k=n):
            seconds = timedelta(seconds=chance.randrange(50 * 60))
            copies.append(Copy(sample, timedelta(weeks=chance.choice(sample.weeks)), seconds, ""))
    session.rollback()
    return sorted(copies, key=lambda copy: copy.began)


def _samples(session: Session, at: datetime, back: bool) -> list[tuple[int, Sample]]:
    """Every outing in every community where somebody goes, made on days of the last week, or of the next."""
    samples = []
    for place in session.scalars(select(Community).join(Unit).order_by(Unit.number, Community.code)).all():
        for n, outing in enumerate(OUTINGS):
            days = 1 + (n + len(samples)) % 7
            day = beijing_date(at) + (-days - 1 if back else days + 7 * AHEAD) * ONE_DAY
            visit = _play(session, outing, place, n, day, at, back)
            began = visit.begins_at
            weeks = range((REACH - days) // 7 if back else AHEAD + 1)
            samples.append((outing.weight, Sample(began, visit.station_id, list(weeks), _rows(session, visit))))
    return samples


def _play(session: Session, outing: Outing, place: Community, n: int, day, at: datetime, back: bool) -> Visit:
    """Plan it two days before, set out, and write it down; what is still to come is only planned, just now."""
    begins, ends = (datetime.combine(day, hour, BEIJING) for hour in DAYPARTS[outing.daypart.code])
    staff = select(Officer).where(Officer.unit_id == place.station_id, Officer.active).order_by(Officer.id)
    heads, officers = (session.scalars(staff.where(Officer.role == role)).all() for role in (Role.HEAD, Role.OFFICER))
    goer = heads[0] if outing.led else responsible_for(place.post, begins) or officers[0]
    companions = [officers[0]] if outing.led else [officer for officer in officers if officer is not goer][:1]
    made = begins - 2 * ONE_DAY + timedelta(minutes=1) if back else at - timedelta(hours=1)
    [visit] = Visit.plan(
        session,
        heads[0],
        made,
        officers=[goer, *companions],
        slots=[Slot(begins, ends, outing.daypart)],
        community=place,
        grid=place.grids[n % len(place.grids)] if place.grids else None,
        reason=outing.reason,
        sort=VisitKind.LEADER if outing.led else VisitKind.DOOR,
        uid=new_uid(),
    )
    if back:
        went = begins + timedelta(minutes=1)
        steps = (
            ("start", went, {"carried": list(Carried)}),
            ("record", went + timedelta(minutes=outing.minutes), {"diary": outing.diary, **outing.came_of_it}),
        )
        for name, when, fields in steps:
            visit.steps[name].take(visit, by=goer, version=visit.version, at=when, **fields)
    session.flush()
    return visit


def _rows(session: Session, visit: Visit) -> dict:
    rows = {}
    for table, column in ((TASK, TASK.c.id), (VISIT, VISIT.c.id), (task_companion, task_companion.c.task_id)):
        found = session.execute(select(table).where(column == visit.id)).mappings()
        rows[table] = [moving({name: value for name, value in row.items() if name not in ("id", "task_id")}) for row in found]
    return rows


def add(session: Session, copies: list[Copy]) -> None:
    """Write these visits, inside a write; the caller commits."""
    names = random.Random(f"{session.scalar(select(func.max(TASK.c.id)))}")
    tasks = [_row(copy, TASK, 0, names) for copy in copies]
    given = session.execute(insert(TASK).returning(TASK.c.id, TASK.c.uid), tasks).all()
    ids = {uid: id for id, uid in given}
    ids = [ids[task["uid"]] for task in tasks]
    session.execute(insert(VISIT), [{"id": id} | _row(copy, VISIT, 0, names) for id, copy in zip(ids, copies, strict=True)])
    along = [
        {"task_id": id} | _row(copy, task_companion, n, names)
        for id, copy in zip(ids, copies, strict=True)
        for n in range(len(copy.sample.rows[task_companion]))
    ]
    if along:
        session.execute(insert(task_companion), along)


def _row(copy: Copy, table, n: int, names: random.Random) -> dict:
    stays, moves = copy.sample.rows[table][n]
    row = stays | {name: copy.of(value) for name, value in moves.items()}
    for name in row.keys() & NAMES.keys():
        row[name] = names.randbytes(NAMES[name]).hex()
    return row

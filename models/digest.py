"""The morning digest 每日通报 (004: 次日回访通报): what a unit's heads read at half past eight, and that says the same all day."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint, delete, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import gathering, rules, setting
from models.asking import Rating
from models.base import AUTOINCREMENT, BEIJING, N_, Base, Values, beijing_date, ensure
from models.callback import Callback
from models.complaint import matter_concerns
from models.life import Kind
from models.matter import Matter
from models.officer import Officer
from models.point import Echo, Point
from models.pressing import SECTIONS
from models.satisfaction import Tally, figures, last_made
from models.talk import Talk, is_broken, is_in_trouble
from models.task import Task, TaskState
from models.unit import Community, Unit
from models.workdays import ONE_DAY, Calendar

LISTS = {  # what is named by number, in the order of the page
    "unhappy": N_("不满意或者说没解决"),
    "silent": N_("久无进展"),
    "overdue": N_("超期"),
    "unclaimed": N_("还没人接手"),
    "callbacks": N_("回访超期"),
}
VISITS = N_("走访没去成")
TALKS = N_("说事没做到、没谈成或者超期")
PRESSING = ("silent", "overdue", "unclaimed")
FIELDS = ("id", "number", "kind", "community", "station", "answers")  # no words of anybody's, not even a summary
LINE = select(Matter.id, Matter.number, Matter.kind, Community.name, Unit.name, Officer.name).outerjoin(Matter.community)
NO_COMPLAINT = Matter.kind != Kind.COMPLAINT, Matter.id.not_in(select(matter_concerns.c.matter_id))
MATTERS = LINE.join(Unit, Unit.id == Matter.station_id).outerjoin(Matter.handler).where(*NO_COMPLAINT)
CALLBACKS = (
    LINE.join(Task, Task.matter_id == Matter.id)
    .join(Unit, Unit.id == Task.station_id)
    .outerjoin(Task.assignee)
    .where(*NO_COMPLAINT, Task.kind == "callback", Task.ended_at.is_(None))
)
VISIT_FIELDS = ("id", "station", "community", "answers", "begins_at", "due_at", "daypart")
SLOT = Task.begins_at, Task.due_at, Task.daypart
MISSED = (
    select(Task.id, Unit.name, Task.area, Officer.name, *SLOT)
    .join(Unit, Unit.id == Task.station_id)
    .outerjoin(Task.assignee)
    .where(Task.kind == "visit", Task.state == TaskState.PLANNED, Task.ended_at.is_(None), ~Task.reserved)
)

TALK_FIELDS = ("id", "station", "community", "answers", "outcome", "broken")
TROUBLED = (
    select(Talk.id, Unit.name, Community.name, Officer.name, Talk.outcome, is_broken())
    .join(Unit, Unit.id == Talk.station_id)
    .join(Community, Community.id == Talk.community_id)
    .outerjoin(Officer, Officer.id == Talk.officer_id)
)


class Digest(Base):
    """One morning of a unit; of a bureau with all its stations. `told` holds figures, numbers, and who answers for them."""

    __tablename__ = "digest"
    __table_args__ = (UniqueConstraint("unit_id", "day"), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    day: Mapped[date]
    told: Mapped[dict] = mapped_column(Values)

    def lists(self, session: Session, by: Officer) -> dict[str, tuple[int, list[dict]]]:
        """By the name in LISTS how many there are, and the first of them; without what became a complaint since."""
        lists = self.told["lists"]
        named = [line["id"] for _count, lines in lists.values() for line in lines]
        shown = set(session.scalars(select(Matter.id).where(Matter.id.in_(named), Matter.seen_by(by), *NO_COMPLAINT)))
        kept = {name: [line for line in lines if line["id"] in shown] for name, (_count, lines) in lists.items()}
        return {name: (count - len(lines) + len(kept[name]), kept[name]) for name, (count, lines) in lists.items()}

    @property
    def untold(self) -> int:
        """How many gatherings were written down long ago without a word about what came of them."""
        return self.told.get("untold", 0)

    def visits(self, session: Session, by: Officer) -> tuple[int, list[dict]]:
        """How many visits nobody had set out for, and the first of them; without those about what became a complaint since."""
        count, lines = self.told.get("visits", (0, []))
        named = Task.id.in_([line["id"] for line in lines])
        shown = set(session.scalars(select(Task.id).where(named, Task.seen_by(by), ~Task.reserved)))
        kept = [line for line in lines if line["id"] in shown]
        return count - len(lines) + len(kept), kept

    @property
    def talks(self) -> tuple[int, list[dict]]:
        """How many talks went wrong, and the first of them."""
        return self.told.get("talks", (0, []))


def due(session: Session, at: datetime) -> list[int]:
    """The ids of the units whose digest of this working day is due at `at`, and not there yet."""
    today = beijing_date(at)
    if at < datetime.combine(today, rules.DIGEST_SETTABLE[1], BEIJING) or not Calendar.load(session).is_workday(today):
        return []
    there = select(Digest.unit_id).where(Digest.day == today)
    units = session.scalars(select(Unit.id).where(Unit.id.not_in(there)).order_by(Unit.id))
    return [unit for unit in units if at >= datetime.combine(today, setting.of(session, "digest", unit), BEIJING)]


def drawn_up(session: Session, unit_id: int, at: datetime) -> dict:
    """What the unit's digest tells at `at`: of the callbacks made since the last working day began, and of what presses."""
    today = beijing_date(at)
    since, until = Calendar.load(session).workday_after(today, -1), today - ONE_DAY
    units = list(session.scalars(select(Unit.id).where(or_(Unit.id == unit_id, Unit.parent_id == unit_id))))
    found = figures(session, since, until, units)
    asked = sum((found[unit, False].all for unit in units), Tally())
    unsolved = Matter.points.any(Point.echo == Echo.NOT_SOLVED)
    said = select(Callback.matter_id, Callback.rating).where(Callback.id.in_(last_made(since, until, units))).subquery()
    unhappy = MATTERS.join(said, said.c.matter_id == Matter.id).where(or_(said.c.rating == Rating.UNSATISFIED, unsolved))
    here = MATTERS.where(Matter.station_id.in_(units))
    presses = {section.name: here.where(section.holds(at, None)) for section in SECTIONS if section.name in PRESSING}
    untold = gathering.untold(gathering.owing_since(session, at)).where(Task.station_id.in_(units))
    missed = MISSED.where(Task.station_id.in_(units), Task.due_at < at)
    callbacks = CALLBACKS.where(Task.station_id.in_(units), Task.due_at < at)
    talks = TROUBLED.where(Talk.station_id.in_(units), is_in_trouble(at))
    lists = {"unhappy": unhappy, **presses, "callbacks": callbacks}
    return {
        "since": since,
        "until": until,
        "asked": {word.code: count for word, count in asked.items()},
        "lists": {name: _counted(session, lists[name].order_by(Matter.id), FIELDS) for name in LISTS},
        "untold": session.scalar(select(func.count()).select_from(untold.subquery())),
        "visits": _counted(session, missed.order_by(Task.due_at, Task.id), VISIT_FIELDS),
        "talks": _counted(session, talks.order_by(Talk.id), TALK_FIELDS),
    }


def _counted(session: Session, found, fields) -> tuple[int, list[dict]]:
    """How many there are, and the first of them."""
    lines = session.execute(found.add_columns(func.count().over()).limit(rules.DIGEST_LINES)).all()
    return lines[0][-1] if lines else 0, [dict(zip(fields, line, strict=False)) for line in lines]


def keep(session: Session, unit_id: int, at: datetime, told: dict) -> None:
    """Keep it, unless another machine was faster; what is older than can be leafed back to goes."""
    day = beijing_date(at)
    ensure(session, Digest, unit_id=unit_id, day=day, told=told)
    oldest = Calendar.load(session).workday_after(day, 1 - rules.DIGESTS_KEPT)
    session.execute(delete(Digest).where(Digest.unit_id == unit_id, Digest.day < oldest))

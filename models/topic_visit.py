"""Topic visits 专题家访 (004): the open matters of the month's topic, by community, and one visit led by a head about several."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models import rules
from models.base import N_, beijing_date
from models.category import Category
from models.digest import NO_COMPLAINT
from models.matter import Matter
from models.officer import HEADS, Officer, Role
from models.slot import Slot
from models.steps import Fault
from models.task import ROW, Task, units_below
from models.topic import Topic
from models.unit import Community, Unit
from models.visit import Visit, VisitKind, visit_matter
from models.visit_sums import after
from models.workdays import day_begin

GOING = (  # when the topic visit is that somebody planned about it already
    select(func.min(Task.begins_at))
    .join(visit_matter, visit_matter.c.visit_id == Task.id)
    .where(visit_matter.c.matter_id == Matter.id, Task.ended_at.is_(None))
    .correlate(Matter)
    .scalar_subquery()
)
OPEN_ABOUT = (
    Matter.id,
    Matter.number,
    Matter.summary,
    Matter.state,
    Matter.due_at,
    Matter.station_id,
    Category.name.label("category"),
    Community.name.label("community"),
    Unit.name.label("station"),
    Officer.name.label("handler"),
    GOING.label("going"),
)


def open_about(by: Officer, topic: Topic) -> Select:
    """The open matters of this topic that lie with `by`, by station and community; complaints stand apart (DESIGN §4)."""
    here = select(*OPEN_ABOUT).join(Matter.category).join(Matter.community).join(Unit, Unit.id == Matter.station_id)
    wanted = Category.topic == topic, Matter.closed_at.is_(None), Matter.lying_with(by), *NO_COMPLAINT
    return here.outerjoin(Matter.handler).where(*wanted).order_by(Unit.number, Community.code, Matter.due_at, Matter.id)


def to_visit(session: Session, by: Officer, ids: Sequence[int]) -> list[Matter]:
    """Those of these matters that `by` may turn into one visit: open, of a topic, at the own station."""
    own = Matter.station_id == by.unit_id, Matter.closed_at.is_(None), Matter.lying_with(by), *NO_COMPLAINT
    of_a_topic = select(Matter).join(Matter.category).where(Matter.id.in_(ids), Category.topic.is_not(None), *own)
    return list(session.scalars(of_a_topic.order_by(Matter.id)))


def planned_in(by: Officer, month: date) -> Select:
    """The rows of the topic visits of a month at every unit that `by` looks after, in their order."""
    at_units = Visit.station_id.in_(units_below(by)) if by.role is Role.BUREAU else Visit.station_id == by.unit_id
    in_it = Visit.begins_at >= day_begin(month), Visit.begins_at < day_begin(after(month)), Visit.theme.is_not(None)
    columns = [getattr(Visit, column.key) for column in ROW]
    return select(*columns).where(at_units, Visit.seen_by(by), *in_it).order_by(Visit.begins_at, Visit.id)


def plan(
    session: Session,
    by: Officer,
    at: datetime,
    *,
    matters: Sequence[Matter],
    leader: Officer,
    slot: Slot,
    companions: Sequence[Officer] = (),
    departments: str = "",
    place: str = "",
    reason: str = "",
    uid: str = "",
) -> Visit:
    """One visit about several matters of one community, led by a head, inside a write that locked the matters.

    `departments` come along from elsewhere. Fault where no head leads, or one of the matters can't be talked about any more.
    """
    if leader is None or leader.role not in HEADS:
        raise Fault("leader", N_("专题家访由所领导带队，请选一位。"))
    first = matters[0]
    if any(matter.community_id != first.community_id for matter in matters):
        raise Fault("leader", N_("一次只去一个社区，请返回重新勾。"))
    if len(matters) > rules.TOPIC_MATTERS_MAX:
        raise Fault("leader", N_("一次最多谈%(most)s件，请返回重新勾。"), most=rules.TOPIC_MATTERS_MAX)
    theme = first.category.topic
    if any(matter.category.topic is not theme for matter in matters):
        raise Fault("leader", N_("一次只谈一个主题，请返回重新勾。"))
    known = session.scalars(select(Visit).where(Visit.planned_as == uid)).first() if uid else None
    if known:
        return known
    if going := session.scalars(_going_about(matters)).first():
        raise Fault("leader", N_("%(number)s已经排了专题家访，请返回重新勾。"), number=going.number)
    [visit] = Visit.plan(
        session,
        by,
        at,
        officers=[leader, *companions],
        slots=[slot],
        community=first.community,
        reason=reason,
        uid=uid,
        sort=VisitKind.JOINT if departments else VisitKind.LEADER,
        theme=theme,
        topic=theme,
        departments=departments,
        place=place,
        matters=list(matters),
    )
    visit.tell_of_plan(by, at)
    return visit


def _going_about(matters: Sequence[Matter]) -> Select:
    """Those of these matters about which somebody is to go already."""
    ids = [matter.id for matter in matters]
    return select(Matter).where(Matter.id.in_(ids), Matter.topic_visits.any(Visit.ended_at.is_(None))).order_by(Matter.id)


def month_of(at: datetime) -> date:
    """The first day of the Beijing month at `at`."""
    return beijing_date(at).replace(day=1)

"""A task is something one person must do by a time. This is what all kinds share, and the queue over them."""

import re
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Select,
    String,
    Table,
    and_,
    false,
    func,
    or_,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import AUTOINCREMENT, N_, Base, Values, Word, Worded, beijing_date, new_uid
from models.card import EchoCard
from models.complaint import concerns
from models.contact import Daypart
from models.ledger import Entry
from models.officer import HEADS, STAFF, Officer, Role
from models.steps import BY_TEXT, CLOCK, Stepped, step, through
from models.unit import Unit
from models.workdays import ONE_DAY, day_begin


class TaskState(Word):
    """All that a task knows of its life."""

    PLANNED = N_("待办"), "soon"
    UNDER_WAY = N_("在办"), "soon"
    DONE = N_("已办"), "done"
    CALLED_OFF = N_("已取消")


class Due(Word):
    """What a queue can be narrowed to by its deadlines."""

    TODAY = N_("今天到期")
    LATE = N_("已超期")


OPEN = (TaskState.PLANNED, TaskState.UNDER_WAY)
OF_ITS_MATTER = "a step of its matter"
TIMED = text("begins_at IS NOT NULL")


task_companion = Table(  # who goes along, beside the assignee
    "task_companion",
    Base.metadata,
    Column("task_id", ForeignKey("task.id"), primary_key=True),
    Column("officer_id", ForeignKey("officer.id"), primary_key=True, index=True),
)


def _partial(name: str, owner: str, where: str) -> Index:
    order = text("urgent DESC"), text("(due_at IS NULL)"), "due_at", "id"  # of the queue, so that nothing is sorted
    return Index(name, owner, *order, sqlite_where=text(where), postgresql_where=text(where))


class Task(Stepped, Base):
    """The base row holds all that a row of the queue shows. `title` is staff's own words, or None until there are any."""

    __tablename__ = "task"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid)
    kind: Mapped[str] = mapped_column(String(32))
    state: Mapped[TaskState] = mapped_column(Worded(TaskState), default=TaskState.PLANNED)
    version: Mapped[int] = mapped_column(default=1)
    station_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    matter_id: Mapped[int | None] = mapped_column(ForeignKey("matter.id"), index=True)
    talk_id: Mapped[int | None] = mapped_column(ForeignKey("talk.id"), index=True)  # models.talk adds `talk`
    made_at: Mapped[datetime]
    begins_at: Mapped[datetime | None]  # of a slot, which ends when the task is due
    daypart: Mapped[Daypart | None] = mapped_column(Worded(Daypart))  # of a slot that says no more than that
    due_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    urgent: Mapped[bool] = mapped_column(default=False)
    next: Mapped[str | None] = mapped_column(String(32))  # the step to offer, where the state alone does not say
    reserved: Mapped[bool] = mapped_column(default=False)  # a complaint's: for heads, the bureau, and whom they name
    topic: Mapped[Word | None] = mapped_column(Values)  # stands in for a title
    title: Mapped[str | None] = mapped_column(String(80))
    area: Mapped[str] = mapped_column(String(80), default="")  # community and grid at most
    number: Mapped[str | None] = mapped_column(String(16))

    matter: Mapped["Matter | None"] = relationship(back_populates="tasks")  # noqa: F821  in models.matter
    assignee: Mapped[Officer | None] = relationship()
    companions: Mapped[list[Officer]] = relationship(secondary=task_companion, order_by=Officer.id)
    card: Mapped[EchoCard | None] = relationship(back_populates="task")

    __mapper_args__ = {"polymorphic_on": "kind", "version_id_col": version, "version_id_generator": False}
    __table_args__ = (
        CheckConstraint("(state IN ('planned', 'under_way')) = (ended_at IS NULL)", name="ended_when_closed"),
        CheckConstraint("begins_at IS NULL OR begins_at < due_at", name="slot_ends_after_it_begins"),
        CheckConstraint("matter_id IS NULL OR talk_id IS NULL", name="one_subject_at_most"),
        _partial("ix_task_mine", "assignee_id", where="ended_at IS NULL"),
        _partial("ix_task_unclaimed", "station_id", where="ended_at IS NULL AND assignee_id IS NULL"),
        Index("ix_task_begins", "station_id", "begins_at", sqlite_where=TIMED, postgresql_where=TIMED),
        AUTOINCREMENT,
    )

    comes_next: ClassVar[None] = None  # its page offers its steps in their order
    label: ClassVar[str]  # of the kind, a message id
    next_step: ClassVar[dict[TaskState, str]] = {}  # what there is to do in each state

    passed_on_by: ClassVar[str]  # the step of its home that gives it to a `handler`, perhaps with a `text`, why

    @classmethod
    def seen_by(cls, by):
        """Staff see the tasks of their station, the bureau those of all its stations; a card its own; of a complaint see DESIGN §4."""
        if by in (CLOCK, BY_TEXT):
            return true()
        if isinstance(by, EchoCard):
            return cls.id == by.task_id
        if not isinstance(by, Officer) or by.role not in STAFF:
            return false()
        near = cls.station_id.in_(units_below(by)) if by.role is Role.BUREAU else cls.station_id == by.unit_id
        named = true() if by.role in HEADS else or_(~cls.reserved, cls.assignee_id == by.id)
        return and_(near, named, ~concerns(cls.matter_id, by))

    @classmethod
    def is_for(cls, by: Officer) -> bool:
        """Whether `by` ever has to do with tasks of this kind."""
        return True

    @classmethod
    def offered_to(cls, by: Officer):
        """The condition on unclaimed rows of this kind that `by` may take up."""
        return true()

    @classmethod
    def offers(cls, row, by: Officer) -> str | None:
        """The name of the step that a row of the queue offers `by`, if any."""
        return row.next or cls.next_step.get(row.state)

    @classmethod
    def waits_for(cls, row) -> Word | None:
        """What a row of the queue says in place of a time, where the time is somebody else's to choose."""
        return None

    @classmethod
    def home(cls, row) -> tuple[str, int]:
        """Shelf and id of the page that a row of the queue leads to."""
        return cls.shelf, row.id

    @property
    def officers(self) -> list[Officer]:
        """Those who do it, whoever answers for it first."""
        return [officer for officer in (self.assignee, *self.companions) if officer]

    @property
    def told_in(self):
        """What it is a task of: a matter, a talk, or nothing with a ledger."""
        return self.matter or self.talk

    def to_lock(self):
        return [self.told_in, self] if self.told_in else [self]

    def write_down(self, step, by, at, told):
        """What happens to a task is told in the ledger of what it is a task of."""
        if step.says:
            self.told_in.write_down(step, by, at, told, shelf=self.shelf)

    def moved_on(self):
        return self.told_in.moved_on()

    @step(N_("开始"), frm=[TaskState.PLANNED], to=[TaskState.UNDER_WAY], by=[through(OF_ITS_MATTER)])
    def start(self, by, at):
        """The task is taken up."""

    @step(N_("完成"), frm=OPEN, to=[TaskState.DONE], by=[through(OF_ITS_MATTER)])
    def finish(self, by, at):
        """The task has done what it was for."""
        self.ended_at = at

    @step(N_("取消"), frm=OPEN, to=[TaskState.CALLED_OFF], by=[through(OF_ITS_MATTER)])
    def call_off(self, by, at):
        """What it was for is no longer wanted."""
        self.ended_at = at


COUNTED = 100  # more is shown as 99+
LOOKED_AT = 1000  # rows, to find out which kinds there are
EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
PLACE = re.compile(r"([01])-(\d{0,16})-(\d{1,9})")
ROW = (
    Task.id,
    Task.kind,
    Task.state,
    Task.station_id,
    Task.assignee_id,
    Task.matter_id,
    Task.talk_id,
    Task.begins_at,
    Task.daypart,
    Task.due_at,
    Task.ended_at,
    Task.urgent,
    Task.next,
    Task.topic,
    Task.title,
    Task.area,
    Task.number,
)


def kinds() -> dict[str, type[Task]]:
    """Every kind of task by its code."""
    return {code: mapper.class_ for code, mapper in Task.__mapper__.polymorphic_map.items()}


def mine(by: Officer) -> Select:
    """The open tasks of `by`, those that press first; an auxiliary's are also those of the officer who leads."""
    return _queue(Task.assignee_id.in_([by.id, by.led_by_id] if by.led_by_id else [by.id]), by)


def unclaimed(by: Officer) -> Select:
    """The open tasks that nobody has taken and `by` may take."""
    offered = or_(*(and_(Task.kind == code, kind.offered_to(by)) for code, kind in kinds().items()))
    return _queue(and_(Task.station_id == by.unit_id, Task.assignee_id.is_(None), offered), by)


def _queue(whose, by: Officer) -> Select:
    order = Task.urgent.desc(), Task.due_at.is_(None), Task.due_at, Task.id
    return select(*ROW).where(Task.seen_by(by), whose, Task.ended_at.is_(None)).order_by(*order)


def loads(session: Session, unit: Unit) -> dict[int, int]:
    """How many open tasks at the unit each officer has, by the officer's id."""
    open_there = Task.ended_at.is_(None) & Task.assignee_id.is_not(None) & (Task.station_id == unit.id)
    return dict(session.execute(select(Task.assignee_id, func.count()).where(open_there).group_by(Task.assignee_id)).all())


def held_by(holder: Officer, by: Officer) -> Select:
    """The open tasks of `holder` at the unit of `by`: what is to be handed over."""
    return _queue((Task.assignee_id == holder.id) & (Task.station_id == by.unit_id), by)


def narrowed(query: Select, at: datetime, kind: str | None = None, due: Due | None = None) -> Select:
    """Only this kind of task, only what is due on the Beijing day of `at`, or was due before `at`."""
    if kind:
        query = query.where(Task.kind == kind)
    if due is Due.LATE:
        query = query.where(Task.due_at < at)
    if due is Due.TODAY:
        today = beijing_date(at)
        query = query.where(Task.due_at >= day_begin(today), Task.due_at < day_begin(today + ONE_DAY))
    return query


def place_of(row) -> str:
    """Where a row stands in the order of the queue, for an address: urgent, due, id."""
    return f"{row.urgent:d}-{'' if row.due_at is None else (row.due_at - EPOCH) // MICROSECOND}-{row.id}"


def behind(query: Select, place: str) -> Select:
    """Only what stands behind this place, wherever its row has gone by now; all of it if it is no place."""
    found = PLACE.fullmatch(place)
    if not found:
        return query
    urgent, due, id = found[1] == "1", found[2] and EPOCH + int(found[2]) * MICROSECOND, int(found[3])
    next_ones = and_(Task.due_at.is_(None), Task.id > id)
    if due:
        next_ones = or_(Task.due_at > due, Task.due_at.is_(None), and_(Task.due_at == due, Task.id > id))
    alike = and_(Task.urgent == urgent, next_ones)
    return query.where(or_(alike, ~Task.urgent) if urgent else alike)


def changed_since(query: Select, at: datetime, by: Officer) -> Select:
    """Only what came in after `at`, or whose ledger, a matter's or a talk's, has a line since that is not of `by`'s own hand."""
    by_others = or_(Entry.officer_id.is_(None), Entry.officer_id != by.id)
    ledgers = Entry.matter_id == Task.matter_id, Entry.talk_id == Task.talk_id
    last = [select(func.max(Entry.at)).where(its, by_others).scalar_subquery() for its in ledgers]  # exists() may scan them all
    return query.where(or_(Task.made_at > at, *(one > at for one in last)))


def counted(session: Session, query: Select) -> int:
    """How many rows a queue has, counted no further than 100."""
    few = query.with_only_columns(Task.id).order_by(None).limit(COUNTED)
    return session.scalar(select(func.count()).select_from(few.subquery()))


def open_kinds(session: Session, *queries: Select) -> set[str]:
    """The codes of the kinds that these queues hold, asked for once; of every kind where more than a thousand rows are open."""
    few = [query.with_only_columns(Task.kind).order_by(None).limit(LOOKED_AT).subquery() for query in queries]
    kind = union_all(*(select(one.c.kind) for one in few)).subquery().c.kind
    found = dict(session.execute(select(kind, func.count()).group_by(kind)).all())
    return set(found if sum(found.values()) < LOOKED_AT else kinds())


def row(session: Session, id: int, by: Officer):
    """The row of one task, open or not, as the queue shows it; None if `by` may not see it, as its kind has it."""
    found = session.execute(select(*ROW).where(Task.id == id, Task.seen_by(by))).one_or_none()
    kind = found and kinds()[found.kind]
    return found if kind and session.scalar(select(kind.id).where(kind.id == id, kind.seen_by(by))) else None


def units_below(by: Officer):
    """The ids of a bureau and all its stations, as a subquery."""
    return select(Unit.id).where((Unit.id == by.unit_id) | (Unit.parent_id == by.unit_id))

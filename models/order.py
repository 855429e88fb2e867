"""Rectification order 交办单: what was not solved is mended within 5 working days, and checked before the resident is asked."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, UniqueConstraint, and_, exists, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, relationship

from models import rules
from models.base import N_, Base, Values, Word, Worded
from models.counter import Counter
from models.handling import Handling, matter_handler
from models.ledger import Entry
from models.officer import HEADS, Officer, Role
from models.steps import THE_CLOCK, Fault, Refused, Told, step
from models.task import Task, TaskState
from models.unit import Unit
from models.who import CHECKER, HANDLER, LED
from models.workdays import Calendar


class OrderCounter(Counter, Base):
    """The last number of an order at a unit."""

    __tablename__ = "order_counter"


class Check(Word):
    """What the check of an order comes to."""

    PASSED = N_("整改好了，去回访")
    AGAIN = N_("没有整改好，再交办一次")


class Late(Word):
    """What of an order was not done in time."""

    MENDING = N_("整改超期"), "late", N_("到期还没办好")
    CHECKING = N_("核查超期"), "late", N_("到期还没去看办好没有")


def _may_check(order, by, at):
    if not order.is_to_check:
        return order.matter.moved_on()
    if by.id in order.matter.handler_ids:
        return Refused(N_("这件事您经办过，要由别的所领导核查。"))


def not_the_bureaus(matter, by, at):
    """What the bureau ordered, or had to look after, no head takes back: it checks what comes of it."""
    theirs = any(order.level is Role.BUREAU and (order.ended_at is None or order.is_to_check) for order in matter.orders)
    if theirs and by.role is Role.HEAD:
        return Refused(N_("这张交办单由县局核查，要退回、重办、延期，请找县局。"))


def _need_not_rise(order, by, at):
    if order.level is Role.BUREAU:
        return Refused(N_("已经在县局了。"))
    if not order.is_late(at):
        return Refused(N_("还没有到转给县局的时候。"))


UNSETTLED = text("settled_at IS NULL")


class RectificationOrder(Handling):
    """A handling with a number, which somebody checks. Issued by itself where the resident says "not solved", else by a head."""

    __tablename__ = "rectification_order"
    __mapper_args__ = {"polymorphic_identity": "order", "polymorphic_load": "selectin"}  # a matter's tasks come at once
    __table_args__ = (
        UniqueConstraint("unit_id", "year", "serial"),
        CheckConstraint("level IN ('head', 'bureau')", name="checked_by_a_head"),
        Index("ix_rectification_order_unsettled", "id", sqlite_where=UNSETTLED, postgresql_where=UNSETTLED),
    )

    id: Mapped[int] = mapped_column(ForeignKey("handling.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # whose number it bears
    year: Mapped[int]
    serial: Mapped[int]
    level: Mapped[Role] = mapped_column(Worded(Role))  # who checks it: heads of the station, or the bureau
    points: Mapped[list] = mapped_column(Values)  # the ordinals of what is to be mended
    checker_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    settled_at: Mapped[datetime | None]  # checked, or overtaken by the resident's own word

    unit: Mapped[Unit] = relationship()
    checker: Mapped[Officer | None] = relationship()

    label = N_("交办单")
    shelf = "orders"
    has_ledger = False  # its own lines stand on the sheet

    @classmethod
    def seen_by(cls, by):
        """As all tasks; an auxiliary sees those of the officer who leads, as of matters."""
        seen = super().seen_by(by)
        if isinstance(by, Officer):  # what became a complaint elsewhere is not its old station's
            seen = and_(seen, or_(~cls.reserved, cls.matter.has(cls.matter.property.mapper.class_.lying_with(by))))
        return and_(seen, cls.assignee_id == by.led_by_id) if isinstance(by, Officer) and by.led_by_id else seen

    @classmethod
    def home(cls, row):
        """What was done is checked on its own page; until then it is mended by answering its matter."""
        return ("orders", row.id) if row.ended_at else super().home(row)

    @classmethod
    def offers(cls, row, by):
        if row.ended_at:
            return "check" if row.state is TaskState.DONE and by.role in HEADS else None
        return super().offers(row, by)

    @property
    def is_to_check(self) -> bool:
        """Whether it was reported done and nobody has looked at it, nor has the resident said anything yet."""
        return self.state is TaskState.DONE and self.settled_at is None

    @property
    def check_by(self) -> datetime:
        """The moment by which what was reported done is to be checked."""
        return Calendar.load(object_session(self)).deadline(self.ended_at, rules.CHECK_DAYS)

    def is_late(self, at: datetime) -> bool:
        """Whether it is not mended in time, or not checked in time."""
        if self.is_to_check:
            return at > self.check_by
        return self.ended_at is None and self.due_at is not None and at > self.due_at

    def promised(self, due):
        """A promise never lasts longer than the order."""
        return min(due, self.due_at) if self.due_at else due

    @property
    def is_mended(self) -> bool:
        """Whether all that it names has an end, whatever else of its matter is still promised."""
        return not any(point.is_open or point.is_under_way for point in self.matter.points if point.ordinal in self.points)

    @property
    def reasons(self) -> list[Entry]:
        """What is wrong, in the words of whoever said so: the lines of the ledger that it was issued with."""
        return [entry for entry in self.matter.entries if entry.at == self.made_at and entry.text]

    @property
    def issuer(self) -> Officer | None:
        """Who issued it; None where it came by itself, from the resident's "not solved"."""
        return next((entry.officer for entry in self.reasons if entry.step in ("order", "review", "check")), None)

    @property
    def doings(self) -> list[Entry]:
        """The lines of the ledger since then, up to the answer: the steps taken, and their result."""
        end = self.settled_at or self.ended_at
        return [entry for entry in self.matter.entries if entry.at > self.made_at and (end is None or entry.at <= end)]

    @step(
        N_("记一条措施"),
        says=N_("%(who)s采取的措施："),
        frm=[TaskState.UNDER_WAY],
        to=[TaskState.UNDER_WAY],
        by=[HANDLER, LED],
        public=False,
    )
    def measure(self, by, at, text):
        """Write down a step taken, for the head who will check it; the result is the answer itself."""
        self.matter._add_handler(by)
        return Told(text=text)

    @step(
        N_("核查"),
        says=N_("%(who)s核查整改：%(verdict)s"),
        frm=[TaskState.DONE],
        to=[TaskState.DONE],
        by=[CHECKER],
        public=False,
        why_not=_may_check,
    )
    def check(self, by, at, verdict, text=""):
        """Look at what was done (`verdict`, a Check): the resident is asked now, or it is ordered once more, and `text` says why."""
        if verdict is Check.AGAIN and not text:
            raise Fault("text", N_("请写一下哪里没有整改好。"))
        matter, self.checker = self.matter, by
        self.settled_at = at

        def then():
            if verdict is Check.PASSED:
                matter.ask_about_promises(at)
            else:
                matter.steps["order"].follow(matter, by=by, at=at, because="check", points=self.points)

        return Told(text=text or None, values={"verdict": verdict}, then=then)

    @step(
        N_("转县局督办"),
        says=N_("%(what)s，由%(unit)s盯着办"),
        frm=[TaskState.PLANNED, TaskState.UNDER_WAY, TaskState.DONE],
        to=[TaskState.PLANNED, TaskState.UNDER_WAY, TaskState.DONE],
        by=[THE_CLOCK],
        why_not=_need_not_rise,
    )
    def rise(self, by, at):
        """It was not mended, or not checked, in time: the level above looks after it."""
        self.level = Role.BUREAU
        what = Late.CHECKING if self.is_to_check else Late.MENDING
        return Told(values={"what": what, "unit": self.matter.station.bureau.name})


LISTED = (
    RectificationOrder.id,
    RectificationOrder.year,
    RectificationOrder.serial,
    RectificationOrder.level,
    RectificationOrder.settled_at,
    Unit.name.label("unit"),
    Task.state,
    Task.title,
    Task.area,
    Task.number,
    Task.due_at,
    Task.ended_at,
    Officer.name.label("handler"),
)


def listed(by: Officer) -> Select:
    """The orders that `by` sees, over columns: number, what, where, who, and how far."""
    orders = select(*LISTED).join(Unit, Unit.id == RectificationOrder.unit_id)
    return orders.outerjoin(Officer, Officer.id == Task.assignee_id).where(RectificationOrder.seen_by(by))


def being_mended(by: Officer) -> Select:
    """Those under way, the one due first on top."""
    return listed(by).where(Task.ended_at.is_(None)).order_by(Task.due_at.is_(None), Task.due_at, Task.id)


def reported(by: Officer) -> Select:
    """Those that wait for a check, whoever is to make it, the one that was done first on top."""
    waiting = listed(by).where(Task.state == TaskState.DONE, RectificationOrder.settled_at.is_(None))
    return waiting.order_by(Task.ended_at, Task.id)


def to_check(by: Officer) -> Select:
    """The same, only those that `by` is to check."""
    handled = and_(matter_handler.c.matter_id == Task.matter_id, matter_handler.c.officer_id == by.id)
    mine = and_(RectificationOrder.level == by.role, ~exists().where(handled))
    if by.role is not Role.BUREAU:
        mine = and_(mine, Task.station_id == by.unit_id)
    return reported(by).where(mine)


def closed(by: Officer) -> Select:
    """Those that need nobody any more, newest first."""
    over = or_(Task.state == TaskState.CALLED_OFF, RectificationOrder.settled_at.is_not(None))
    return listed(by).where(over).order_by(Task.id.desc())


def late_orders(session: Session, at: datetime) -> list[RectificationOrder]:
    """The orders that were not mended, or not checked, in time at `at`."""
    unsettled = select(RectificationOrder).where(RectificationOrder.settled_at.is_(None), Task.state != TaskState.CALLED_OFF)
    return [order for order in session.scalars(unsettled.order_by(Task.id)) if order.is_late(at)]


def never_checked(session: Session, at: datetime) -> list:
    """The matters whose order was reported done, not checked in time at `at`, and whose resident was not asked yet."""
    return [order.matter for order in late_orders(session, at) if order.is_to_check and not order.matter.open_callback]

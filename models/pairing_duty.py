"""The tasks of a pairing 结对任务: this week's word, this month's visit, and the deeds of the year."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, and_, false, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import rules
from models.base import N_, Word, Worded, beijing_date
from models.masking import masked
from models.officer import PAIRED, Officer, Role
from models.rhythm import Duty, Turn, span
from models.steps import THE_CLOCK, Fault, Refused, Who, step, through
from models.task import OF_ITS_MATTER, Task, TaskState
from models.who import HEAD

TITLES = {
    Duty.CONTACT: N_("%(code)s 每周联系"),
    Duty.VISIT: N_("%(code)s 每月走访"),
    Duty.DEED: N_("%(code)s 今年实事 %(done)s/%(all)s"),
}


class How(Word):
    """How somebody was in touch with the household."""

    CALL = N_("打电话")
    MEET = N_("见面")
    MESSAGE = N_("发消息")


def bare(field: str, line: str | None) -> str | None:
    """One line about a household, or None for nothing. Fault beside `field` where it is too long or holds somebody's number."""
    if line and len(line) > rules.PAIRING_LINE_MAX:
        raise Fault(field, N_("请写在%(n)s个字以内。"), n=rules.PAIRING_LINE_MAX)
    if line and masked(line) != line:
        raise Fault(field, N_("这里不写电话、证件和银行卡的号码。"))
    return line or None


def _has_it(duty, by, at):
    return isinstance(by, Officer) and by.id == duty.assignee_id


def _is_led(duty, by, at):
    return isinstance(by, Officer) and by.role is Role.AUXILIARY and by.led_by_id == duty.assignee_id


def _is_over(duty, by, at):
    if duty.is_over(at):
        return Refused(N_("时候已经过了，不能再补记。"))


def _is_not_over(duty, by, at):
    if not duty.is_over(at):
        return Refused(N_("还没有过期。"))


WHO_HAS_IT = Who("whoever has it", N_("结对民警"), _has_it)
LED = Who("auxiliary led by that officer", N_("结对民警带的辅警"), _is_led)


class PairingDuty(Task):
    """One turn of a pairing's rhythm. What went by undone is called off by the clock and stays counted as missed."""

    __tablename__ = "pairing_duty"
    __mapper_args__ = {"polymorphic_identity": "pairing_duty"}
    __table_args__ = (
        UniqueConstraint("pairing_id", "duty", "since", "serial"),
        CheckConstraint("NOT missed OR done_by_id IS NULL", name="done_or_missed"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairing.id"))
    duty: Mapped[Duty] = mapped_column(Worded(Duty))
    since: Mapped[date]  # the first day of its week, month or year
    serial: Mapped[int]  # of the year's deeds
    how: Mapped[How | None] = mapped_column(Worded(How))
    line: Mapped[str | None] = mapped_column(Text)  # what was done, or why somebody else is to; goes with the pairing
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    missed: Mapped[bool] = mapped_column(default=False)

    pairing: Mapped["Pairing"] = relationship()  # noqa: F821  in models.pairing
    done_by: Mapped[Officer | None] = relationship(foreign_keys=done_by_id)

    label = N_("结对任务")
    shelf = "duties"
    has_ledger = False
    next_step = {TaskState.PLANNED: "record"}
    passed_on_by = "pass_on"

    @classmethod
    def of(cls, pairing, turn: Turn, at: datetime) -> "PairingDuty":
        """A new one, in the hands of the officer paired."""
        said = {"code": pairing.code, "done": turn.serial - 1, "all": turn.all}
        return cls(
            pairing=pairing,
            station_id=pairing.station_id,
            assignee_id=pairing.officer_id,
            duty=turn.duty,
            since=turn.since,
            serial=turn.serial,
            title=TITLES[turn.duty] % said,
            area=pairing.area,
            made_at=at,
            due_at=turn.due_at,
        )

    # ── who sees it

    @classmethod
    def seen_by(cls, by):
        """Whoever has it, the auxiliary led by that officer, and the heads of the station."""
        seen = super().seen_by(by)
        if not isinstance(by, Officer) or by.role is Role.HEAD:
            return seen
        return and_(seen, cls.assignee_id.in_([by.id, by.led_by_id] if by.led_by_id else [by.id]))

    @classmethod
    def is_for(cls, by):
        """Officers and heads, and auxiliaries."""
        return by.role in (*PAIRED, Role.AUXILIARY)

    @classmethod
    def offered_to(cls, by):
        """To nobody: each is somebody's from the first."""
        return false()

    def is_over(self, at: datetime) -> bool:
        """Whether its week, month or year has gone by at `at`."""
        return beijing_date(at) >= span(self.duty, self.since)[1]

    # ── its steps

    def to_lock(self):
        return [*{self.pairing, self, *self.pairing.open_duties}]

    def moved_on(self):
        if self.done_by:
            return Refused(N_("%(who)s在%(at)s已经记过了。"), who=self.done_by.called, at=self.ended_at)
        return Refused(N_("时候已经过了，不能再补记。") if self.missed else N_("这个结对已经结束，不用再做了。"))

    @step(
        N_("记一笔"),
        frm=[TaskState.PLANNED],
        to=[TaskState.DONE],
        by=[WHO_HAS_IT, LED],
        public=False,
        why_not=_is_over,
    )
    def record(self, by, at, how=None, text=None):
        """Write down that it was done: `how` (a How) of a contact, `text` of a deed. A visit is its week's contact too."""
        if self.duty is Duty.CONTACT and how is None:
            raise Fault("how", N_("请选是怎么联系的。"))
        if self.duty is Duty.DEED and not text:
            raise Fault("text", N_("请写一下办了什么。"))
        how = how if self.duty is Duty.CONTACT else How.MEET if self.duty is Duty.VISIT else None
        contact = self._contact_of_the_week(at) if self.duty is Duty.VISIT else None
        self._is_done(by, at, how, bare("text", text))
        if contact:
            contact._is_done(by, at, how, None)
            contact.steps["finish"].follow(contact, by=by, at=at, because=OF_ITS_MATTER)

    def _contact_of_the_week(self, at):
        monday, _end = span(Duty.CONTACT, beijing_date(at))
        return next((one for one in self.pairing.open_duties if (one.duty, one.since) == (Duty.CONTACT, monday)), None)

    def _is_done(self, by, at, how, line):
        self.done_by, self.how, self.line, self.ended_at = by, how, line, at

    @step(
        N_("交给同事"),
        frm=[TaskState.PLANNED],
        to=[TaskState.PLANNED],
        by=[HEAD, through("pass_on")],
        public=False,
        aside=True,
    )
    def pass_on(self, by, at, handler, text=""):
        """Somebody else does it this once, `text` says why; the pairing stays whose it is."""
        if not handler.works_as(PAIRED, self.station_id):
            raise Fault("handler", N_("请选本所的民警或者所领导。"))
        self.assignee, self.line = handler, text or None

    @step(
        N_("算没做到"),
        frm=[TaskState.PLANNED],
        to=[TaskState.CALLED_OFF],
        by=[THE_CLOCK],
        public=False,
        why_not=_is_not_over,
    )
    def miss(self, by, at):
        """Its week, month or year went by: that stays counted, and the next one comes."""
        self.missed, self.ended_at = True, at


STILL_OPEN = text("ended_at IS NULL AND kind = 'pairing_duty'")
Index("ix_task_pairing_duty", Task.due_at, sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN)


def gone_by(session: Session, at: datetime) -> list[PairingDuty]:
    """Those whose week, month or year was over at `at`, and that nobody did."""
    late = select(PairingDuty).where(STILL_OPEN, Task.due_at < at).order_by(PairingDuty.id)
    return [duty for duty in session.scalars(late) if duty.is_over(at)]

"""A task for the service team 社区公安服务队 (004): a slip of paper with place and task, and afterwards what came of it."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Select, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import audit, rules
from models.base import BEIJING, N_, Base, Word, Worded, beijing_date, new_uid
from models.counter import Counter
from models.masking import holds_numbers
from models.officer import GOERS, ISSUERS, STATION_KEEPERS, Officer
from models.slot import one_at_a_time
from models.steps import SENT_BEFORE, Fault, Refused, Told, step, through
from models.task import OF_ITS_MATTER, Task, TaskState
from models.unit import Unit
from models.visit import Visit
from models.who import DESK, HEAD, ISSUER, LED_BY_ISSUER


class Member(Word):
    """In which role somebody is in the team; each is a column of the task, a count and no names."""

    OFFICERS = N_("民警")
    AUXILIARIES = N_("辅警")
    GRID_WORKERS = N_("网格员")
    CADRES = N_("村居干部")
    GUARDS = N_("保安")
    VOLUNTEERS = N_("志愿者")
    OTHERS = N_("其他人")


class TeamOutcome(Word):
    """What the team achieved."""

    DONE = N_("办好了"), "done"
    PARTLY = N_("办了一部分"), "soon"
    NOT_DONE = N_("没办成"), "late"


class TeamCounter(Counter, Base):
    """The last number of a station's slips for its team."""

    __tablename__ = "team_counter"


class TeamTask(Task):
    """Whoever sends the team has it in the queue until what came of it is typed in. About a matter, a visit, or by itself."""

    __tablename__ = "team_task"
    __mapper_args__ = {"polymorphic_identity": "team_task"}
    __table_args__ = (
        UniqueConstraint("unit_id", "year", "serial"),
        *(CheckConstraint(f"{member.code} >= 0", name=f"{member.code}_counted") for member in Member),
        CheckConstraint(" + ".join(member.code for member in Member) + " > 0", name="somebody_goes"),
        CheckConstraint("(outcome IS NULL) = (came IS NULL)", name="counted_when_recorded"),
        CheckConstraint("came >= 0", name="came_counted"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # whose number it bears
    year: Mapped[int]
    serial: Mapped[int]
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"), index=True)
    place: Mapped[str] = mapped_column(String(rules.PLACE_MAX))  # where exactly; gone once it is over
    details: Mapped[str] = mapped_column(Text, default="")  # how it is to be done, what to bring
    sent_as: Mapped[str] = mapped_column(String(32), unique=True)
    officers: Mapped[int] = mapped_column(default=0)
    auxiliaries: Mapped[int] = mapped_column(default=0)
    grid_workers: Mapped[int] = mapped_column(default=0)
    cadres: Mapped[int] = mapped_column(default=0)
    guards: Mapped[int] = mapped_column(default=0)
    volunteers: Mapped[int] = mapped_column(default=0)
    others: Mapped[int] = mapped_column(default=0)
    issuer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    outcome: Mapped[TeamOutcome | None] = mapped_column(Worded(TeamOutcome))
    result: Mapped[str | None] = mapped_column(Text)  # or why nobody went
    came: Mapped[int | None]  # how many took part
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))

    unit: Mapped[Unit] = relationship()
    visit: Mapped[Visit | None] = relationship(foreign_keys=visit_id, backref="team_tasks")
    issuer: Mapped[Officer] = relationship(foreign_keys=issuer_id)
    leader: Mapped[Officer | None] = relationship(foreign_keys=leader_id)

    label = N_("服务队任务")
    shelf = "teams"
    has_ledger = False  # its page is a slip for volunteers' hands
    next_step = {TaskState.PLANNED: "record"}
    passed_on_by = "pass_on"

    @classmethod
    def issue(
        cls,
        session: Session,
        by: Officer,
        at: datetime,
        *,
        title: str,
        day: date,
        place: str,
        area: str,
        team: Mapping[Member, int],
        details: str = "",
        matter=None,
        visit: Visit | None = None,
        uid: str = "",
    ) -> "TeamTask":
        """Send the team of `by`'s station on a Beijing `day`, inside a write, under the station's next number.

        `team` says how many of each role are to go; `area` is all of the place that a list may show. The same `uid`, 32 hex
        digits, gives the same slip again. Fault where nobody goes, the day is over, or somebody's number was typed.
        """
        _check_bare(title=title, place=place, details=details)
        for member, n in team.items():
            if not 0 <= n <= rules.TEAM_MAX:
                raise Fault(member.code, N_("请写0到%(n)s之间的数。"), n=rules.TEAM_MAX)
        if not any(team.values()):
            raise Fault(Member.OFFICERS.code, N_("至少要有一个人去。请写各来几人。"))
        due_at = datetime.combine(day, rules.VISIT_UNTIL, BEIJING)
        if due_at <= at:
            raise Fault("day", N_("这个时间已经过了，请改到以后。"))
        if day > beijing_date(at) + rules.PLANNED_AHEAD:
            raise Fault("day", N_("最多排一年以内的。"))
        one_at_a_time(session, by.unit)
        uid = uid or new_uid()
        if known := session.scalars(select(cls).where(cls.sent_as == uid)).one_or_none():
            if (known.title, known.place) != (title, place):
                raise Fault("title", SENT_BEFORE)
            return known
        year = beijing_date(at).year
        task = cls(
            state=TaskState.PLANNED,
            version=1,
            station_id=by.unit_id,
            made_at=at,
            due_at=due_at,
            assignee=by,
            issuer=by,
            title=title,
            area=area,
            place=place,
            details=details,
            matter=matter,
            visit=visit,
            unit=by.unit,
            year=year,
            serial=TeamCounter.count_on(session, by.unit, year),
            sent_as=uid,
            **{member.code: n for member, n in team.items()},
        )
        session.add(task)
        session.flush()
        audit.note(session, at=at, by=by, action="issue", record=task)
        return task

    # ── what can be read off the row

    @classmethod
    def offers(cls, row, by):
        may = by.id == row.assignee_id or by.role in STATION_KEEPERS or (by.led_by_id and by.led_by_id == row.assignee_id)
        return super().offers(row, by) if may else None

    @property
    def team(self) -> dict[Member, int]:
        """How many of each role are to go."""
        return {member: n for member in Member if (n := getattr(self, member.code))}

    def write_down(self, step, by, at, told):
        """What is about a matter stands in its ledger, for staff alone; the rest in the audit log."""
        if self.matter:
            super().write_down(step, by, at, told)

    def moved_on(self):
        return Refused(N_("这张任务单已经是“%(state)s”了（%(when)s）。"), state=self.state, when=self.ended_at)

    # ── its steps

    @step(
        N_("记结果"),
        says=N_("%(who)s记：服务队去了%(came)s人，%(outcome)s："),
        frm=[TaskState.PLANNED],
        to=[TaskState.DONE],
        by=[ISSUER, LED_BY_ISSUER, DESK, HEAD],
        public=False,
    )
    def record(self, by, at, outcome, result, came, leader=None):
        """Type in what stands on the slip: the `outcome` (a TeamOutcome), what was done, how many took part, who led them."""
        _check_bare(result=result)
        if not 0 <= came <= rules.COUNT_MAX:
            raise Fault("came", N_("请写0到%(n)s之间的数。"), n=rules.COUNT_MAX)
        if not came and outcome is not TeamOutcome.NOT_DONE:
            raise Fault("came", N_("办了事，总有人去。请写去了几个人。"))
        if came and leader is None:
            raise Fault("leader", N_("请选谁带的队。"))
        if leader and (leader.unit_id != self.station_id or leader.role not in GOERS):
            raise Fault("leader", N_("请选本所的民警、辅警。"))
        self.outcome, self.result, self.came, self.leader = outcome, result, came, leader if came else None
        self.ended_at, self.place = at, ""
        return Told(text=result, values={"came": came, "outcome": outcome})

    @step(
        N_("交给同事"),
        frm=[TaskState.PLANNED],
        to=[TaskState.PLANNED],
        by=[ISSUER, HEAD],
        public=False,
        aside=True,
    )
    def pass_on(self, by, at, handler):
        """Somebody else sees to it: `handler`, of the same station."""
        if not handler.works_as(ISSUERS, self.station_id):
            raise Fault("handler", N_("请选本所的民警、所领导，或者综合指挥室。"))
        self.assignee = handler

    @step(
        N_("取消"),
        says=N_("%(who)s取消了派服务队"),
        frm=[TaskState.PLANNED],
        to=[TaskState.CALLED_OFF],
        by=[ISSUER, HEAD, through(OF_ITS_MATTER)],
        public=False,
        aside=True,
    )
    def call_off(self, by, at, reason=""):
        """The team does not go."""
        self.result, self.ended_at, self.place = reason or None, at, ""
        return Told(text=reason or None)


def _check_bare(**texts: str) -> None:
    """Nobody's number stands on a slip that goes from hand to hand."""
    for field, words in texts.items():
        if words and holds_numbers(words):
            raise Fault(field, N_("里面有电话或者证件号码，任务单上不能有，请删掉。"))


def open_ones(by: Officer) -> Select:
    """Those whose result is still to come, what is due first on top."""
    return select(TeamTask).where(TeamTask.seen_by(by), TeamTask.ended_at.is_(None)).order_by(TeamTask.due_at, TeamTask.id)


def over(by: Officer) -> Select:
    """Those that are over, the latest on top."""
    return select(TeamTask).where(TeamTask.seen_by(by), TeamTask.ended_at.is_not(None)).order_by(TeamTask.id.desc())

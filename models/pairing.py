"""Pairing 结对联建 (004): an officer's rhythm with one household, by its consent, under a code. No name, no address, no biography."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    Select,
    String,
    UniqueConstraint,
    and_,
    false,
    or_,
    select,
    true,
    update,
)
from sqlalchemy import func as sql
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, object_session, relationship

from models import audit
from models.base import AUTOINCREMENT, N_, Base, Values, Word, Worded, beijing_date, new_uid
from models.contact import Reachable, Sealing
from models.counter import Counter as Numbers
from models.officer import PAIRED, Officer, Role
from models.pairing_duty import PairingDuty, bare
from models.rhythm import Duty, Turn, owed, span, turns
from models.steps import CLOCK, Fault, Refused, Stepped, Who, step
from models.task import OF_ITS_MATTER, Task, TaskState
from models.unit import Community, Grid
from models.visit import area_of
from models.who import HEAD
from models.workdays import Calendar

SHOWN = 20  # of what was done
EVER = 0  # codes are counted on from year to year
NO_NEEDS = "[]"


class PairingCounter(Numbers, Base):
    """The last code of a station's pairings."""

    __tablename__ = "pairing_counter"


class Need(Word):
    """What a household wants, instead of who lives there."""

    PAPERS = N_("办证代跑")
    DOCTOR = N_("就医陪同")
    HOUSE = N_("家电水电")
    LESSONS = N_("孩子功课")
    FRAUD = N_("防骗提醒")
    OTHER = N_("其他")


class Consent(Word):
    """How the household agreed."""

    SAID = N_("当面")
    WRITTEN = N_("书面")


class PairingState(Word):
    """All there is to know of a pairing's life."""

    GOING = N_("结对中")
    ENDED = N_("已结束")


class Wanted(Word):
    """Who wanted it to end."""

    HOUSEHOLD = N_("这一家提出的")
    OFFICER = N_("结对民警提出的")
    STATION = N_("所里提出的")


class Why(Word):
    """Why it ends, where somebody says so: words of a list, for a line of one's own would outlast the household's wish."""

    DONE = N_("要办的都办好了")
    MOVED = N_("搬走了")
    UNWANTED = N_("不想再联系了")
    OTHER = N_("别的原因")


def _is_paired(pairing, by, at):
    return isinstance(by, Officer) and by.id == pairing.officer_id


OFFICER_PAIRED = Who("officer paired", N_("结对民警"), _is_paired)


class Pairing(Sealing, Stepped, Base):
    """One household that agreed, by code, community and grid. At its end all but these, its dates and its counts goes."""

    __tablename__ = "pairing"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid)
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[PairingState] = mapped_column(Worded(PairingState), default=PairingState.GOING)
    station_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    code: Mapped[str] = mapped_column(String(16))
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.id"))
    needs: Mapped[list] = mapped_column(Values)
    line: Mapped[str | None] = mapped_column(String(80))
    consent: Mapped[Consent] = mapped_column(Worded(Consent))
    consented_on: Mapped[date]
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    wanted: Mapped[Wanted | None] = mapped_column(Worded(Wanted))
    why: Mapped[Why | None] = mapped_column(Worded(Why))

    officer: Mapped[Officer] = relationship()
    community: Mapped[Community] = relationship()
    grid: Mapped[Grid | None] = relationship()

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}
    __table_args__ = (
        UniqueConstraint("station_id", "code"),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_when_ended"),
        CheckConstraint(
            f"ended_at IS NULL OR (phone_sealed IS NULL AND line IS NULL AND needs = '{NO_NEEDS}')", name="bare_once_ended"
        ),
        AUTOINCREMENT,
    )

    shelf = "pairings"
    label = N_("结对联建")
    has_ledger = urgent = False
    number = due_at = comes_next = None  # what the page of any record asks

    @classmethod
    def begin(
        cls,
        session: Session,
        by: Officer,
        at: datetime,
        *,
        officer: Officer,
        community: Community,
        grid: Grid | None,
        needs: Iterable[Need],
        line: str = "",
        consent: Consent | None,
        consented_on: date | None,
        phone: str = "",
        uid: str = "",
    ) -> "Pairing":
        """Begin one, inside a write, with what is to be done this week, month and year. Fault where the household did not agree.

        The same `uid`, 32 hex digits, gives the same pairing again.
        """
        if known := session.scalars(select(cls).where(cls.uid == uid)).one_or_none():
            return known
        if consent is None or consented_on is None:
            raise Fault("consented_on" if consent else "consent", N_("这一家同意了才能结对：请写是哪天、怎么同意的。"))
        if consented_on > beijing_date(at):
            raise Fault("consented_on", N_("同意的日子还没有到。"))
        if not (needs := list(needs)):
            raise Fault("needs", N_("请勾一下这一家想要什么。"))
        if Need.OTHER in needs and not line:
            raise Fault("line", N_("请写一下“其他”是什么。"))
        if not officer.works_as(PAIRED, by.unit_id) or community.station_id != by.unit_id:
            raise Fault("officer", N_("请选本所的民警或者所领导。"))
        pairing = cls(
            uid=uid or new_uid(),
            station_id=by.unit_id,
            officer=officer,
            code=f"J-{PairingCounter.count_on(session, by.unit, EVER):02}",
            community=community,
            grid=grid,
            needs=needs,
            line=bare("line", line),
            consent=consent,
            consented_on=consented_on,
            begun_at=at,
        )
        pairing.keep(session.info["keys"], Reachable(phone=phone or ""))
        session.add(pairing)
        session.flush()
        pairing.raise_duties(at)
        audit.note(session, at=at, by=by, action="begin", record=pairing)
        return pairing

    # ── what it is called and who sees it

    @property
    def title(self) -> str:
        """Its code, and nothing else."""
        return self.code

    @property
    def area(self) -> str:
        """Community and grid."""
        return area_of(self.community, self.grid)

    @classmethod
    def seen_by(cls, by):
        """The officer paired, whoever was given one of its open tasks, and the heads of the station; nobody else."""
        if by is CLOCK:
            return true()
        if not isinstance(by, Officer) or by.role not in PAIRED:
            return false()
        here = cls.station_id == by.unit_id
        given = select(PairingDuty.id).where(PairingDuty.pairing_id == cls.id, *_open_of(by)).exists()
        return here if by.role is Role.HEAD else and_(here, or_(cls.officer_id == by.id, given))

    # ── the phone

    def why_no_look(self, by: Officer) -> Refused | None:
        """Why `by` does not need the number: only the officer paired does, or whoever was given what is to be done now."""
        if self.phone_sealed is None:
            return Refused(N_("这里没有电话。"))
        if by.id not in {self.officer_id, *(duty.assignee_id for duty in self.open_duties)}:
            return Refused(N_("电话只给结对民警看。"))
        return None

    def open_phone(self, by: Officer, at: datetime) -> Reachable:
        """One look, inside a write, with a line in the audit log. Refused where `by` does not need it."""
        if refusal := self.why_no_look(by):
            raise refusal
        audit.note(object_session(self), at=at, by=by, action="open_contact", record=self, detail="paired")
        return self.in_clear

    # ── its rhythm

    @property
    def open_duties(self) -> list[PairingDuty]:
        """What is to be done now, the one due first on top."""
        query = select(PairingDuty).where(PairingDuty.pairing_id == self.id, PairingDuty.ended_at.is_(None))
        return list(object_session(self).scalars(query.order_by(PairingDuty.due_at, PairingDuty.id)))

    @property
    def last_done(self) -> list[PairingDuty]:
        """What was done last, the latest on top; a visit stands for its week's word too."""
        did = PairingDuty.pairing_id == self.id, PairingDuty.state == TaskState.DONE
        query = select(PairingDuty).options(joinedload(PairingDuty.done_by)).where(*did)
        found = object_session(self).scalars(query.order_by(Task.ended_at.desc(), Task.id.desc()).limit(SHOWN)).all()
        visits = {duty.ended_at for duty in found if duty.duty is Duty.VISIT}
        return [duty for duty in found if duty.duty is not Duty.CONTACT or duty.ended_at not in visits]

    @property
    def counted(self) -> Counter:
        """How often each duty was done, by its code, and how often one was `missed`."""
        return counts(object_session(self), [self])[self.id]

    @property
    def begun_on(self) -> date:
        """The Beijing day on which it began."""
        return beijing_date(self.begun_at)

    def raise_duties(self, at: datetime) -> None:
        """Make what is to be done now and is not there yet, inside a write that has locked this very row."""
        session = object_session(self)
        session.add_all(PairingDuty.of(self, turn, at) for turn in _missing(session, at, Pairing.id == self.id)[self])

    # ── its steps

    def to_lock(self):
        return [self, *self.open_duties]

    def moved_on(self):
        return Refused(N_("这个结对%(at)s已经结束了。"), at=self.ended_at)

    def write_down(self, step, by, at, told):
        """A pairing has no ledger: what was done stands in its tasks."""

    @step(
        N_("结束结对"),
        frm=[PairingState.GOING],
        to=[PairingState.ENDED],
        by=[OFFICER_PAIRED, HEAD],
        public=False,
        aside=True,
    )
    def end(self, by, at, wanted, why=None):
        """Either side wants no more of it: phone, needs and all that was written go at once; code, grid, dates and counts stay."""
        session = object_session(self)
        for duty in self.open_duties:
            duty.steps["call_off"].follow(duty, by=by, at=at, because=OF_ITS_MATTER)
        self.phone_sealed, self.needs, self.line = None, [], None
        self.ended_at, self.wanted, self.why = at, wanted, why
        lines = update(PairingDuty.__table__).where(PairingDuty.__table__.c.pairing_id == self.id)
        session.execute(lines.values(line=None))

    @step(
        N_("换人结对"),
        frm=[PairingState.GOING],
        to=[PairingState.GOING],
        by=[HEAD],
        public=False,
        aside=True,
    )
    def pass_on(self, by, at, handler):
        """Another officer is paired from now on, and has what is to be done now."""
        if not handler.works_as(PAIRED, self.station_id) or handler.id == self.officer_id:
            raise Fault("handler", N_("请选本所的另一位民警或者所领导。"))
        self.officer = handler
        for duty in self.open_duties:
            duty.steps["pass_on"].follow(duty, by=by, at=at, because="pass_on", handler=handler)


def _open_of(by: Officer):
    return PairingDuty.ended_at.is_(None), PairingDuty.assignee_id == by.id


GOING = Pairing.ended_at.is_(None)


def _missing(session: Session, at: datetime, which) -> dict[Pairing, list[Turn]]:
    """What is to be done now by pairings that go on, as far as it is not there yet."""
    calendar, there, missing = Calendar.load(session), _turns_there(session, at, which), defaultdict(list)
    for pairing in session.scalars(select(Pairing).where(GOING, which).order_by(Pairing.id)):
        known = there[pairing.id]
        for turn in turns(calendar, pairing.begun_on, beijing_date(at), _deeds(known)):
            if turn.key not in known:
                missing[pairing].append(turn)
    return missing


def _turns_there(session: Session, at: datetime, which) -> dict[int, dict[tuple, TaskState]]:
    """The state of each task of this week, month and year, by its turn's key, by the id of the pairing."""
    there = defaultdict(dict)
    firsts = [span(duty, beijing_date(at))[0] for duty in Duty]
    columns = PairingDuty.pairing_id, PairingDuty.duty, PairingDuty.since, PairingDuty.serial, PairingDuty.state
    query = select(*columns).join(Pairing, Pairing.id == PairingDuty.pairing_id).where(which, PairingDuty.since.in_(firsts))
    for pairing_id, *key, state in session.execute(query):
        there[pairing_id][tuple(key)] = state
    return there


def _deeds(known: dict[tuple, TaskState]) -> int:
    return sum(duty is Duty.DEED and state is TaskState.DONE for (duty, *_which), state in known.items())


def to_raise(session: Session, at: datetime) -> list[Pairing]:
    """The pairings for which something is to be done now that is not there yet."""
    return list(_missing(session, at, true()))


@dataclass(frozen=True)
class Standing:
    """How far a pairing is: whether this week's word and this month's visit are done (None: not due yet), and the year's deeds."""

    contact: bool | None
    visit: bool | None
    deeds: int
    owed: int


def standings(session: Session, at: datetime, pairings: Iterable[Pairing]) -> dict[int, Standing]:
    """How far each of these is at `at`, by its id, in one statement."""
    today, found = beijing_date(at), {}
    there = _turns_there(session, at, Pairing.id.in_([pairing.id for pairing in pairings]))
    for pairing in pairings:
        known = there[pairing.id]
        states = (known.get((duty, span(duty, today)[0], 1)) for duty in (Duty.CONTACT, Duty.VISIT))
        done = [state and state is TaskState.DONE for state in states]
        found[pairing.id] = Standing(*done, _deeds(known), len(owed(pairing.begun_on, today.year)))
    return found


def counts(session: Session, pairings: Iterable[Pairing]) -> dict[int, Counter]:
    """How often each duty was done, by its code, and how often one was `missed`, by the id of the pairing, in one statement."""
    found = {pairing.id: Counter() for pairing in pairings}
    columns = PairingDuty.pairing_id, PairingDuty.duty, PairingDuty.missed
    over = PairingDuty.pairing_id.in_(found), or_(PairingDuty.state == TaskState.DONE, PairingDuty.missed)
    for pairing_id, duty, missed, count in session.execute(select(*columns, sql.count()).where(*over).group_by(*columns)):
        found[pairing_id]["missed" if missed else duty.code] += count
    return found


def listed(by: Officer, ended: bool = False) -> Select:
    """The pairings that `by` sees, in the order of their codes; those that ended, the last on top."""
    query = select(Pairing).options(*map(joinedload, (Pairing.officer, Pairing.community, Pairing.grid)))
    if ended:
        return query.where(Pairing.seen_by(by), ~GOING).order_by(Pairing.ended_at.desc())
    return query.where(Pairing.seen_by(by), GOING).order_by(Pairing.id)

"""A gathering 警民活动: police and residents in one place. It counts who came; it keeps none of them."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, String, Text, and_, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, relationship

from models import audit, rules
from models.asking import Rating
from models.base import N_, Values, Word, Worded, beijing_date, new_uid
from models.officer import GOERS, Officer, Role
from models.photo import Drawn, Photo
from models.publishing import check_bare
from models.slot import Slot, keep_free, one_at_a_time
from models.steps import SENT_BEFORE, THE_CLOCK, Fault, Refused, Told, step
from models.task import Task, TaskState
from models.unit import Community, Room, Unit
from models.who import HEAD, HOST
from models.workdays import Calendar, day_begin


class GatheringKind(Word):
    """What sort of gathering it is (000, 001, 003, 004)."""

    TALK = N_("恳谈会")
    FORUM = N_("座谈会")
    APPRAISAL = N_("评议会")
    REPORT = N_("公安工作报告会")
    OPEN_DAY = N_("开放日")
    AT_THE_ROOM = N_("相约警务室")
    NIGHT_TALK = N_("警民夜谈")
    ONLINE = N_("网上恳谈")


class Audience(Word):
    """For whom it is; whoever is invited need not say that they come."""

    EVERYONE = N_("大家都能来")
    SUPERVISORS = N_("特邀监督员")
    INTEGRITY = N_("廉政监督员")
    DEPUTIES = N_("代表委员")
    CADRES = N_("村居干部")


class Attended(Word):
    """In which role people came; each is a column of the gathering, a count and no names."""

    RESIDENTS = N_("群众")
    CADRES = N_("村居干部")
    DEPUTIES = N_("代表委员")
    SUPERVISORS = N_("监督员")
    TRADERS = N_("商户")
    OTHERS = N_("其他人")


def _may_announce(gathering, by, at):
    if gathering.announced_at:
        return Refused(N_("已经发布过了（%(when)s）。"), when=gathering.announced_at)
    if gathering.begins_at <= at:
        return Refused(N_("活动的时间已经过了，请先改时间再发布。"))


def _has_begun(gathering, by, at):
    if gathering.begins_at > at:
        return Refused(N_("活动%(when)s才开始，开完再记。"), when=gathering.begins_at)


def _is_not_published(gathering, by, at):
    if gathering.published_at:
        return Refused(
            N_("结果已经公布过了（%(who)s，%(when)s）。"), who=gathering.publisher.called, when=gathering.published_at
        )


def _may_publish(gathering, by, at):
    if refusal := _is_not_published(gathering, by, at):
        return refusal
    if not gathering.results:
        return Refused(N_("还没有写结果。请先写“问了什么、办了什么”，一条一条写。"))


def _may_withhold(gathering, by, at):
    if refusal := _is_not_published(gathering, by, at):
        return refusal
    if gathering.withheld:
        return Refused(N_("已经定了不公布：%(reason)s"), reason=gathering.withheld)


def _photos_may_be_kept(gathering, by, at):
    if not gathering.photos or at <= gathering.ended_at + rules.VISIT_PHOTOS_KEPT:
        return Refused(N_("照片还没有到删掉的时候。"))


COUNTS = [*(count.code for count in Attended), *(rating.code for rating in Rating)]
PUBLISHED = text("published_at IS NOT NULL")


class Gathering(Task):
    """Whoever holds it has it in the queue until it is written down. Held for a community, or for the whole station."""

    __tablename__ = "gathering"
    __mapper_args__ = {"polymorphic_identity": "gathering"}
    __table_args__ = (
        *(CheckConstraint(f"{count} >= 0", name=f"{count}_counted") for count in ["coming", "raised", *COUNTS]),
        CheckConstraint("(published_at IS NULL) = (publisher_id IS NULL)", name="published_by_somebody"),
        Index("ix_gathering_published", "published_at", sqlite_where=PUBLISHED, postgresql_where=PUBLISHED),
    )

    id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    sort: Mapped[GatheringKind] = mapped_column(Worded(GatheringKind))
    audience: Mapped[Audience] = mapped_column(Worded(Audience), default=Audience.EVERYONE)
    community_id: Mapped[int | None] = mapped_column(ForeignKey("community.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    place: Mapped[str] = mapped_column(String(rules.PLACE_MAX), default="")
    planned_as: Mapped[str] = mapped_column(String(32), unique=True)
    announced_at: Mapped[datetime | None]
    why: Mapped[str | None] = mapped_column(Text)  # why it was changed, or called off, the last time
    coming: Mapped[int] = mapped_column(default=0)  # people who are to come, as residents said: a sum, and no more
    taps: Mapped[list] = mapped_column(Values, default=list)  # hashes of the last taps, so that a double one counts once
    residents: Mapped[int] = mapped_column(default=0)
    cadres: Mapped[int] = mapped_column(default=0)
    deputies: Mapped[int] = mapped_column(default=0)
    supervisors: Mapped[int] = mapped_column(default=0)
    traders: Mapped[int] = mapped_column(default=0)
    others: Mapped[int] = mapped_column(default=0)
    satisfied: Mapped[int] = mapped_column(default=0)  # slips of an appraisal
    fairly: Mapped[int] = mapped_column(default=0)
    unsatisfied: Mapped[int] = mapped_column(default=0)
    raised: Mapped[int] = mapped_column(default=0)  # matters taken down: how many, not which
    reported: Mapped[str | None] = mapped_column(Text)  # what the police told those who came
    diary: Mapped[str | None] = mapped_column(Text)
    results: Mapped[list] = mapped_column(Values, default=list)  # what was asked and what was done, in staff's own words
    approved: Mapped[list | None] = mapped_column(Values)  # which of them a head let be published, from 1 on
    published_at: Mapped[datetime | None]
    publisher_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    withheld: Mapped[str | None] = mapped_column(String(rules.REASON_MAX))  # why a head has nothing of it published

    station: Mapped[Unit] = relationship(primaryjoin=Task.station_id == Unit.id, foreign_keys=Task.station_id, viewonly=True)
    community: Mapped[Community | None] = relationship()
    room: Mapped[Room | None] = relationship()
    publisher: Mapped[Officer | None] = relationship(foreign_keys=publisher_id)
    photos: Mapped[list[Photo]] = relationship(order_by=Photo.id, cascade="all, delete-orphan")

    label = N_("警民活动")
    shelf = "gatherings"
    has_ledger = False  # it is about no matter
    grid_id: ClassVar[None] = None  # it is held for a community at least
    next_step = {TaskState.PLANNED: "record"}
    passed_on_by = "pass_on"

    @classmethod
    def plan(
        cls,
        session: Session,
        by: Officer,
        at: datetime,
        *,
        title: str,
        sort: GatheringKind,
        slot: Slot,
        officers: Sequence[Officer],
        community: Community | None = None,
        room: Room | None = None,
        place: str = "",
        audience: Audience = Audience.EVERYONE,
        uid: str = "",
    ) -> "Gathering":
        """Plan one at the station of `by`, inside a write; nobody outside sees it until it is announced.

        `officers` hold it, the first of them answers for it. The same `uid`, 32 hex digits, gives the same one again. Fault
        where somebody is elsewhere then, nobody of the station holds it, or it is not said where.
        """
        station = by.unit
        _check_holders(officers, station, by)
        _check_place(room, place, station)
        if community is not None and community.station_id != station.id:
            raise Fault("community", N_("请选本所的社区。"))
        one_at_a_time(session, station)
        uid = uid or new_uid()
        if known := session.scalars(select(cls).where(cls.planned_as == uid)).one_or_none():
            if (known.title, known.place) != (title, place):
                raise Fault("title", SENT_BEFORE)
            return known
        if not slot.is_over(at):
            keep_free(session, station, officers, [slot])
        gathering = cls(
            state=TaskState.PLANNED,
            version=1,
            station_id=station.id,
            made_at=at,
            next="announce",
            title=title,
            area=community.name if community else station.name,
            community=community,
            room=room,
            place=place,
            sort=sort,
            audience=audience,
            planned_as=uid,
            begins_at=slot.begins_at,
            due_at=slot.ends_at,
            assignee=officers[0],
            companions=list(officers[1:]),
        )
        session.add(gathering)
        session.flush()
        audit.note(session, at=at, by=by, action="plan", record=gathering)
        return gathering

    @classmethod
    def write_up(cls, session: Session, by: Officer, at: datetime, *, record: dict, **what) -> "Gathering":
        """Write down one that is over and that nobody had planned, inside a write: `what` is that of `plan`, `record` of its step."""
        gathering = cls.plan(session, by, at, **what)
        if not gathering.was_held:
            gathering.record(by=by, version=gathering.version, at=at, **record)
        return gathering

    # ── what can be read off the row

    @classmethod
    def offers(cls, row, by):
        """Only heads publish, whoever looks at the row."""
        may = by.role is Role.HEAD if row.next == "publish_results" else by.role in GOERS
        return super().offers(row, by) if may else None

    @property
    def slot(self) -> Slot:
        """When it is, or was to be."""
        return Slot(self.begins_at, self.due_at)

    @property
    def where(self) -> str:
        """The room with its address, and the place in words."""
        room = f"{self.room.name} {self.room.address}".strip() if self.room else ""
        return " ".join(part for part in (room, self.place) if part)

    @property
    def was_held(self) -> bool:
        """Whether it took place and was written down."""
        return self.state is TaskState.DONE

    @property
    def was_planned(self) -> bool:
        """Whether somebody planned it, rather than write it down afterwards."""
        return self.made_at < self.begins_at

    @property
    def was_called_off(self) -> bool:
        """Whether it does not take place."""
        return self.state is TaskState.CALLED_OFF

    def hears(self, by: Officer, at: datetime) -> bool:
        """Whether `by` may write down what somebody says there: any colleague, from its beginning on."""
        return by.unit_id == self.station_id and self.begins_at <= at and not self.was_called_off

    def is_open(self, at: datetime) -> bool:
        """Whether residents can say at `at` that they come."""
        announced = self.announced_at is not None and self.state is TaskState.PLANNED
        return announced and self.audience is Audience.EVERYONE and at < self.begins_at

    @property
    def attendance(self) -> dict[Attended, int]:
        """How many came, by role."""
        return {role: getattr(self, role.code) for role in Attended}

    @property
    def slips(self) -> dict[Rating, int]:
        """How those who came rated the police, of an appraisal."""
        return {rating: getattr(self, rating.code) for rating in Rating}

    @property
    def published(self) -> list[tuple[str, str]]:
        """What was asked and what was done, as far as a head approved it."""
        return [tuple(self.results[n - 1]) for n in self.approved or ()]

    def write_down(self, step, by, at, told):
        """What happens to it stands in the audit log; it has no matter with a ledger."""

    def moved_on(self):
        if self.ended_at is None:
            return Refused(N_("活动还没有记。开完先“记活动”。"))
        return Refused(N_("这次活动已经是“%(state)s”了（%(when)s）。"), state=self.state, when=self.ended_at)

    # ── what residents say

    def expect(self, at: datetime, people: int, tap: str, instead_of: int = 0) -> bool:
        """`people` come, somebody says at `at` inside a write; `instead_of` is what she had said before. 0: not any more.

        Only the sum is kept. The same `tap`, a random id of the form, counts once: then it is False. Refused where nobody is waited for.
        """
        if not self.is_open(at):
            raise Refused(N_("这次活动现在不能报人数了。要问什么，请打派出所电话。"))
        mark = hashlib.sha256(tap.encode()).hexdigest()[:16]
        if mark in self.taps:
            return False
        if not (0 if instead_of else 1) <= people <= rules.COMING_MAX:
            raise Fault("people", N_("请写1到%(n)s人。再多，请打派出所电话。"), n=rules.COMING_MAX)
        self.taps = [*self.taps, mark][-rules.TAPS_KEPT :]
        self.coming = min(max(0, self.coming + people - instead_of), rules.GATHERED_MAX)
        return True

    # ── its steps

    @step(
        N_("发布"),
        frm=[TaskState.PLANNED],
        to=[TaskState.PLANNED],
        by=[HOST, HEAD],
        why_not=_may_announce,
    )
    def announce(self, by, at):
        """Have it stand on the page of its community, or of all the station's."""
        self.announced_at, self.next, self.why = at, None, None  # nobody outside had read of the time before

    @step(
        N_("记活动"),
        frm=[TaskState.PLANNED],
        to=[TaskState.DONE],
        by=[HOST, HEAD],
        why_not=_has_begun,
    )
    def record(
        self,
        by,
        at,
        residents=0,
        cadres=0,
        deputies=0,
        supervisors=0,
        traders=0,
        others=0,
        satisfied=0,
        fairly=0,
        unsatisfied=0,
        reported="",
        diary="",
        photos: Sequence[Drawn] = (),
    ):
        """Write down who came, by counts and roles; of an appraisal the slips; what was told, one line of diary, photos."""
        given = locals()
        counts = {name: given[name] or 0 for name in COUNTS}
        for name, value in counts.items():
            if not 0 <= value <= rules.GATHERED_MAX:
                raise Fault(name, N_("请写0到%(n)s之间的数。"), n=rules.GATHERED_MAX)
        came = sum(counts[role.code] for role in Attended)
        slips = sum(counts[rating.code] for rating in Rating)
        if not came:
            raise Fault("residents", N_("来了多少人？一个人也没来，就点“取消”，写明原因。"))
        if slips and self.sort is not GatheringKind.APPRAISAL:
            raise Fault("satisfied", N_("只有评议会才有评议票。"))
        if slips > came:
            raise Fault("satisfied", N_("评议票有%(slips)s张，比到场的%(came)s人还多。"), slips=slips, came=came)
        if len(photos) > rules.PHOTOS_OF_VISIT:
            raise Fault("photos", N_("一次活动最多存%(n)s张照片。"), n=rules.PHOTOS_OF_VISIT)
        self.photos += [Photo.of(drawn, at) for drawn in photos]
        for name, value in counts.items():
            setattr(self, name, value)
        self.reported, self.diary = reported or None, diary or None
        self.ended_at, self.next, self.taps = at, None, []

    @step(
        N_("公布结果"),
        frm=[TaskState.DONE],
        to=[TaskState.DONE],
        by=[HEAD],
        why_not=_may_publish,
    )
    def publish_results(self, by, at, lines):
        """Let these lines (ordinals, from 1 on) be read by everybody, each approved by the head who ticked it (DESIGN §3)."""
        if not lines or not set(lines) <= set(range(1, len(self.results) + 1)):
            raise Fault("lines", N_("请勾一下哪几条可以公布。"))
        self.approved, self.published_at, self.publisher = sorted(set(lines)), at, by
        self.announced_at, self.withheld, self.next = self.announced_at or at, None, None

    @step(
        N_("写一条结果"),
        frm=[TaskState.DONE],
        to=[TaskState.DONE],
        by=[HOST, HEAD],
        why_not=_is_not_published,
    )
    def sum_up(self, by, at, asked, did):
        """One thing that was asked, and what was done, in the station's own words: for everybody, once a head approved it."""
        check_bare(self.station, asked=asked, did=did)
        if len(self.results) >= rules.RESULTS_MAX:
            raise Refused(N_("最多写%(n)s条。"), n=rules.RESULTS_MAX)
        self.results, self.withheld, self.next = [*self.results, [asked, did]], None, "publish_results"

    @step(
        N_("不公布结果"),
        frm=[TaskState.DONE],
        to=[TaskState.DONE],
        by=[HEAD],
        why_not=_may_withhold,
        aside=True,
    )
    def withhold(self, by, at, reason):
        """A head has nothing of it published, `reason` says why to colleagues; a line that is written later asks again."""
        self.withheld, self.next = reason, None

    @step(
        N_("删掉照片"),
        frm=[TaskState.DONE],
        to=[TaskState.DONE],
        by=[THE_CLOCK],
        why_not=_photos_may_be_kept,
        aside=True,
    )
    def erase(self, by, at):
        """The photos go 90 days after the record, as those of a visit; counts and results remain."""
        self.photos.clear()

    @step(
        N_("改时间地点"),
        frm=[TaskState.PLANNED],
        to=[TaskState.PLANNED],
        by=[HOST, HEAD],
        aside=True,
    )
    def change(self, by, at, day, begins, ends, room=None, place="", reason=""):
        """Another time, and another place where one is named; once it was announced, `reason` says why to everybody."""
        slot = Slot.of(at, day, begins, ends)
        if self.announced_at and not reason:
            raise Fault("reason", N_("已经发布了，请写一下为什么要改。"))
        if room or place:
            _check_place(room, place, self.station)
            self.room, self.place = room, place
        keep_free(object_session(self), self.station, self.officers, [slot], but=self)
        self.begins_at, self.due_at, self.why = slot.begins_at, slot.ends_at, reason or None
        return Told(values={"day": day, "hours": slot.hours})

    @step(
        N_("交给同事"),
        frm=[TaskState.PLANNED],
        to=[TaskState.PLANNED],
        by=[HOST, HEAD],
        aside=True,
    )
    def pass_on(self, by, at, handler):
        """Somebody else answers for it: `handler`, who must be free then."""
        _check_holders([handler], self.station, None)
        keep_free(object_session(self), self.station, [handler], [self.slot], but=self)
        self.companions = [officer for officer in self.companions if officer is not handler]
        self.assignee = handler

    @step(
        N_("取消"),
        frm=[TaskState.PLANNED],
        to=[TaskState.CALLED_OFF],
        by=[HOST, HEAD],
        aside=True,
    )
    def call_off(self, by, at, reason):
        """It does not take place; `reason` stands where it was announced."""
        self.why, self.ended_at, self.next, self.taps = reason, at, None, []


def _check_holders(officers: Sequence[Officer], station: Unit, by: Officer | None) -> None:
    if not officers or officers[0] is None:
        raise Fault("officers", N_("请选谁来办。"))
    for officer in officers:
        if not officer.works_as(GOERS, station.id):
            raise Fault("officers", N_("%(who)s不是本所的民警、辅警，不能由他（她）来办。"), who=officer.called)
    if by is not None and by.role is not Role.HEAD and by not in officers:
        raise Fault("officers", N_("给别人排活动，要由所领导来排。"))


def _check_place(room: Room | None, place: str, station: Unit) -> None:
    if room is not None and room.station_id != station.id:
        raise Fault("room", N_("请选本所的警务室。"))
    if room is None and not place:
        raise Fault("place", N_("请写在哪里，或者选一个警务室。"))


# ── lists


def _of_station(by: Officer) -> Select:
    return select(Gathering).where(Gathering.seen_by(by))


def to_come(by: Officer) -> Select:
    """Those that are not written down yet, the next one on top."""
    return _of_station(by).where(Gathering.ended_at.is_(None)).order_by(Gathering.begins_at, Gathering.id)


def over(by: Officer) -> Select:
    """Those that were held or called off, what was planned last on top."""
    return _of_station(by).where(Gathering.ended_at.is_not(None)).order_by(Gathering.id.desc())


def owing_since(session: Session, at: datetime) -> datetime:
    """Whatever was written down before this moment, and nobody reads of yet at `at`, is late."""
    return day_begin(Calendar.load(session).workday_after(beijing_date(at), -rules.RESULTS_DAYS))


def untold(since: datetime) -> Select:
    """Those written down before `since` of which nobody reads yet what came of them."""
    return select(Gathering).where(_is_untold(), Gathering.ended_at < since)


def _is_untold():
    held = Gathering.state == TaskState.DONE
    return and_(held, Gathering.published_at.is_(None), Gathering.withheld.is_(None))


def to_publish(by: Officer, since: datetime) -> Select:
    """What heads are to look at: lines that wait for an approval, and what was written down before `since`; the oldest on top."""
    late = Gathering.ended_at < since
    due = or_(late, Gathering.next == "publish_results") if by.role is Role.HEAD else late
    return _of_station(by).where(_is_untold(), due).order_by(Gathering.ended_at, Gathering.id)


def photos_kept_too_long(session: Session, at: datetime) -> list[Gathering]:
    """Those whose photos have had their time at `at`."""
    over = select(Gathering).where(Gathering.photos.any(), Gathering.ended_at < at - rules.VISIT_PHOTOS_KEPT)
    return list(session.scalars(over.order_by(Gathering.id)))


def _near(community: Community):
    here = or_(Gathering.community_id == community.id, Gathering.community_id.is_(None))
    return here & (Gathering.station_id == community.station_id) & Gathering.announced_at.is_not(None)


def announced_in(community: Community, at: datetime) -> Select:
    """What is to come in a community, and what was called off before its hour was over: for everybody."""
    coming = Gathering.state.in_([TaskState.PLANNED, TaskState.CALLED_OFF])
    return select(Gathering).where(_near(community), coming, Gathering.due_at > at).order_by(Gathering.begins_at, Gathering.id)


def published_in(community: Community) -> Select:
    """Whose results everybody may read, the latest on top."""
    told = select(Gathering).where(_near(community), Gathering.published_at.is_not(None))
    return told.order_by(Gathering.published_at.desc(), Gathering.id.desc())

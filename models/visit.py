"""A visit 走访: one outing to one place, a plan and, after it, its record. It counts households; it keeps none."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    false,
    literal_column,
    select,
    text,
    true,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, relationship

from models import audit, rules
from models.base import N_, Base, Word, Worded, beijing_date, new_uid
from models.checking import Checking
from models.correcting import Correcting
from models.going import Counted, Going
from models.ledger import Actor
from models.meeting import Meeting
from models.officer import COMPANIONS, GOERS, Officer, Role, responsible_for
from models.photo import Photo
from models.series import InSeries
from models.site import Site
from models.slip import Chosen, Slip, Slipping
from models.slot import Slot, keep_free, one_at_a_time
from models.steps import CLOCK, Fault, Refused, Told, step, through
from models.task import OF_ITS_MATTER, Task, TaskState
from models.topic import Topic
from models.topical import Topical
from models.unit import Community, Grid, Unit
from models.who import HEAD, VISITOR
from models.workdays import Calendar


class VisitKind(Word):
    """What sort of visit it is; that it is at night, at a must-visit site or on a topic follows from the rest."""

    DOOR = N_("上门走访")
    JOINT = N_("联合走访")
    LEADER = N_("领导走访")
    DEPUTY = N_("走访代表委员")


class Timed(Word):
    """What a time is, when somebody sets it."""

    AGREED = N_("约好")
    MOVED = N_("改到")


visit_matter = Table(  # what a topic visit is about
    "visit_matter",
    Base.metadata,
    Column("visit_id", ForeignKey("visit.id"), primary_key=True),
    Column("matter_id", ForeignKey("matter.id"), primary_key=True, index=True),
)


THEMED = text("theme IS NOT NULL")


class Visit(Going, Correcting, Meeting, Slipping, InSeries, Topical, Checking, Task):
    """Planned for a place, a site or a matter, never a person. Without `begins_at` its time is not set yet."""

    __tablename__ = "visit"
    __mapper_args__ = {"polymorphic_identity": "visit", "polymorphic_load": "selectin"}  # a matter's tasks come at once
    __table_args__ = (
        CheckConstraint("(went_at IS NULL) OR (left_at IS NULL) OR went_at <= left_at", name="left_after_it_went"),
        *(CheckConstraint(f"{count.code} >= 0", name=f"{count.code}_counted") for count in Counted),
        Index(
            "ix_visit_left",
            "left_at",
            "id",
            sqlite_where=text("left_at IS NOT NULL"),
            postgresql_where=text("left_at IS NOT NULL"),
        ),
        Index("ix_visit_community", "community_id", "left_at"),
        Index("ix_visit_grid", "grid_id", "left_at"),
        Index("ix_visit_went", "community_id", "went_at"),
        Index(
            "ix_visit_site",
            "site_id",
            "left_at",
            sqlite_where=text("site_id IS NOT NULL"),
            postgresql_where=text("site_id IS NOT NULL"),
        ),
        Index("ix_visit_theme", "theme", sqlite_where=THEMED, postgresql_where=THEMED),
    )

    id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    sort: Mapped[VisitKind] = mapped_column(Worded(VisitKind), default=VisitKind.DOOR)
    community_id: Mapped[int | None] = mapped_column(ForeignKey("community.id"))
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    place: Mapped[str] = mapped_column(String(rules.PLACE_MAX), default="")  # where exactly; on its own page, in no list
    reason: Mapped[str] = mapped_column(String(rules.REASON_MAX), default="")
    theme: Mapped[Topic | None] = mapped_column(Worded(Topic))
    departments: Mapped[str] = mapped_column(String(rules.DEPARTMENTS_MAX), default="")
    planned_as: Mapped[str] = mapped_column(String(32), index=True)  # the same for all that was planned at once: a series
    walk: Mapped[int | None]  # its turn on the day's walk, where somebody set one
    why: Mapped[str | None] = mapped_column(Text)  # why its time was changed, or it was called off, the last time
    moves: Mapped[int] = mapped_column(default=0)
    went_at: Mapped[datetime | None]  # the true times
    left_at: Mapped[datetime | None]
    late_because: Mapped[str | None] = mapped_column(String(rules.REASON_MAX))
    households: Mapped[int] = mapped_column(default=0)
    units: Mapped[int] = mapped_column(default=0)
    people: Mapped[int] = mapped_column(default=0)
    leaflets: Mapped[int] = mapped_column(default=0)
    deeds: Mapped[int] = mapped_column(default=0)
    opinions: Mapped[int] = mapped_column(default=0)
    disputes: Mapped[int] = mapped_column(default=0)
    disputes_settled: Mapped[int] = mapped_column(default=0)
    hazards: Mapped[int] = mapped_column(default=0)
    hazards_settled: Mapped[int] = mapped_column(default=0)
    absent: Mapped[int] = mapped_column(default=0)  # slips left where nobody was at home
    surveyed: Mapped[int] = mapped_column(default=0)  # questionnaires filled in
    raised: Mapped[int] = mapped_column(default=0)  # matters taken down: how many, not which
    diary: Mapped[str | None] = mapped_column(Text)  # 民情日记, one line
    outcome: Mapped[str | None] = mapped_column(Text)  # of a topic visit, for each of its matters
    checker_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    remark: Mapped[str | None] = mapped_column(Text)  # the head's line, after a spot check

    station: Mapped[Unit] = relationship(primaryjoin=Task.station_id == Unit.id, foreign_keys=Task.station_id, viewonly=True)
    community: Mapped[Community | None] = relationship()
    grid: Mapped[Grid | None] = relationship()
    site: Mapped[Site | None] = relationship()
    matters: Mapped[list["Matter"]] = relationship(  # noqa: F821
        secondary=visit_matter, order_by=visit_matter.c.matter_id, back_populates="topic_visits"
    )
    checker: Mapped[Officer | None] = relationship(foreign_keys=checker_id)
    slip: Mapped[Slip | None] = relationship(foreign_keys=Slip.visit_id, back_populates="visit")  # of which it comes
    photos: Mapped[list[Photo]] = relationship(order_by=Photo.id, cascade="all, delete-orphan")

    label = N_("走访")
    shelf = "visits"
    next_step = {TaskState.PLANNED: "start", TaskState.UNDER_WAY: "record"}
    passed_on_by = "pass_on"

    # ── planning

    @classmethod
    def plan(
        cls,
        session: Session,
        by,
        at: datetime,
        *,
        officers: Sequence[Officer],
        slots: Sequence[Slot],
        community: Community | None = None,
        grid: Grid | None = None,
        site: Site | None = None,
        matter=None,
        reason: str = "",
        uid: str = "",
        **more,
    ) -> list["Visit"]:
        """Plan one visit for each slot, inside a write: `officers` go, the first of them answers for it.

        `uid`, 32 hex digits, names what was planned together; the same gives the same visits again. `more`: sort, place, theme,
        departments, matters. Fault where somebody is elsewhere then, where nobody or only others are to go, or where it is
        said neither where nor why.
        """
        where = community
        community, grid = (
            (site.community, site.grid)
            if site
            else (community or (matter and matter.community), grid or (matter and matter.grid))
        )
        if site and where and where is not site.community:
            raise Fault(
                "where", N_("%(site)s在%(place)s。选了单位，就不用再选社区。"), site=site.name, place=site.community.name
            )
        if community is None and matter is None:
            raise Fault("where", N_("请选去哪个社区（网格），或者哪个重点单位。"))
        if not (site or matter or reason or more.get("theme")):
            raise Fault("reason", N_("请写一下去做什么。"))
        station = matter.station if matter else community.station
        _check_officers(officers, station, by)
        one_at_a_time(session, station)
        uid = uid or new_uid()
        if known := session.scalars(select(cls).where(cls.planned_as == uid).order_by(cls.id)).all():
            return list(known)
        keep_free(session, station, officers, slots)
        shown = (
            matter._row(at)
            if matter
            else {"station_id": station.id, "version": 1, "made_at": at, "area": area_of(community, grid)}
        )
        what = {"community": community, "grid": grid, "site": site, "matter": matter, "reason": reason, "planned_as": uid}
        if site or not matter:
            shown["title"] = site.name if site else reason or None
        visits = [cls(state=TaskState.PLANNED, **shown, **what, **more)._in(slot)._by(officers) for slot in slots]
        session.add_all(visits)
        session.flush()
        for visit in visits:
            audit.note(session, at=at, by=by, action="plan", record=visit)
        return visits

    @classmethod
    def rise(cls, session: Session, at: datetime, site: Site) -> "Visit":
        """A site was not seen in its time: a visit without a time, for whoever is in charge there, inside a write."""
        visit = cls(
            state=TaskState.PLANNED,
            station_id=site.station_id,
            made_at=at,
            area=area_of(site.community, site.grid),
            title=site.name,
            community=site.community,
            grid=site.grid,
            site=site,
            assignee=responsible_for(site.community.post, at),
            due_at=Calendar.load(session).deadline(at, rules.SITE_VISIT_DAYS),
            planned_as=new_uid(),
        )
        session.add(visit)
        session.flush()
        audit.note(session, at=at, by=CLOCK, action="plan", record=visit)
        return visit

    def _in(self, slot: Slot) -> "Visit":
        self.begins_at, self.due_at, self.daypart, self.walk = slot.begins_at, slot.ends_at, slot.daypart, None
        return self

    def _by(self, officers: Sequence[Officer]) -> "Visit":
        self.assignee, self.companions = officers[0], list(officers[1:])
        return self

    # ── who sees it, and what can be read off the row

    @classmethod
    def offered_to(cls, by):
        """To those who go on visits."""
        return true() if by.role in GOERS else false()

    @classmethod
    def offers(cls, row, by):
        if by.role not in GOERS or cls.waits_for(row) is Chosen.OPEN:
            return None
        return "call" if cls.waits_for(row) is Chosen.CALL else super().offers(row, by)

    @classmethod
    def waits_for(cls, row):
        return row.topic if isinstance(row.topic, Chosen) and row.begins_at is None and not row.ended_at else None

    @property
    def has_ledger(self) -> bool:
        """Only what is about a matter stands in its ledger."""
        return self.matter_id is not None

    @property
    def slot(self) -> Slot | None:
        """When it is planned for; None while no time is set."""
        return Slot(self.begins_at, self.due_at, self.daypart) if self.begins_at else None

    def is_missed(self, at: datetime) -> bool:
        """Whether its time was over at `at` and nobody had set out."""
        return self.state is TaskState.PLANNED and self.due_at is not None and self.due_at < at

    @property
    def counts(self) -> dict[Counted, int]:
        """What it counted."""
        return {count: getattr(self, count.code) for count in Counted}

    def moved_on(self):
        who = self.assignee.called if self.assignee else Actor.CLOCK
        return Refused(N_("这次走访已经是“%(state)s”了（%(who)s）。"), state=self.state, who=who)

    # ── its steps

    @step(
        N_("定时间"),
        says=N_("%(who)s%(so)s%(day)s%(hours)s上门"),
        frm=[TaskState.PLANNED],
        to=[TaskState.PLANNED],
        by=[VISITOR, HEAD],
        aside=True,
    )
    def schedule(self, by, at, day, begins=None, ends=None, daypart=None, reason=""):
        """Set its time, or another one, and then `reason` says why: whoever waits reads it. Who takes it up so, goes."""
        slot = Slot.of(at, day, begins, ends, daypart)
        if self.begins_at and not reason:
            raise Fault("reason", N_("请写一下为什么要改时间。"))
        if self.assignee is None and by.role in GOERS:
            self.assignee = by
        keep_free(object_session(self), self.station, self.officers, [slot], but=self)
        so, was = (Timed.MOVED, beijing_date(self.begins_at)) if self.begins_at else (Timed.AGREED, "")
        self.moves += so is Timed.MOVED
        self.why = reason or None
        self._in(slot)
        return Told(values={"so": so, "day": day, "hours": slot.hours, "was": was}, text=reason or None)

    @step(
        N_("交给同事"),
        says=N_("上门改由%(handler)s来"),
        frm=[TaskState.PLANNED, TaskState.UNDER_WAY],
        to=[TaskState.PLANNED, TaskState.UNDER_WAY],
        by=[VISITOR, HEAD],
        aside=True,
    )
    def pass_on(self, by, at, handler):
        """Somebody else goes: `handler`, who must be free then; whoever waits reads who comes, not why."""
        _check_officers([handler], self.station, None)
        if self.slot:
            keep_free(object_session(self), self.station, [handler], [self.slot], but=self)
        self.companions = [officer for officer in self.companions if officer is not handler]
        self.assignee = handler
        return Told(values={"handler": handler.called})

    @step(
        N_("取消"),
        says=N_("%(who)s取消了%(was)s上门"),
        frm=[TaskState.PLANNED, TaskState.UNDER_WAY],
        to=[TaskState.CALLED_OFF],
        by=[HEAD, through(OF_ITS_MATTER)],
        aside=True,
    )
    def call_off(self, by, at, reason="", whole_series=False):
        """Nobody goes; `reason` is read by whoever waits. With `whole_series` nobody goes to the later ones of it either."""
        self.why, self.ended_at, self.place = reason or None, at, ""
        if whole_series:
            self._call_off_later_ones(by, at, reason)
        return Told(values={"was": beijing_date(self.begins_at) if self.begins_at else ""}, text=reason or None)


STILL_OPEN = text("ended_at IS NULL AND kind = 'visit'")
Index("ix_task_visit", Task.station_id, Task.due_at, sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN)
IS_A_VISIT = Task.kind == literal_column("'visit'")  # spelled out, so that this index is known to hold them all


def area_of(community: Community | None, grid: Grid | None) -> str:
    """All of a place that a list may show."""
    return " ".join(place.name for place in (community, grid) if place)


def _check_officers(officers: Sequence[Officer], station, by: Officer | None) -> None:
    if not officers or officers[0] is None:
        raise Fault("officers", N_("请选谁去。"))
    for officer in officers:
        is_ours = officer.active and officer.role in COMPANIONS and officer.unit_id in (station.id, station.parent_id)
        if not is_ours or (officer is officers[0] and officer.unit_id != station.id):
            raise Fault("officers", N_("%(who)s不是本所的，不能由他（她）去。"), who=officer.called)
    if by is not None and by.role is not Role.HEAD and by not in officers:
        raise Fault("officers", N_("给别人排走访，要由所领导来排。"))

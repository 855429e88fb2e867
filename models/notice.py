"""A notice: what a station publishes on its communities' pages, 警情动态 or 防范提示. It tells of matters, never of a person or a home."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, Column, ForeignKey, Select, String, Table, Text, and_, case, false, or_, select, tuple_
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, object_session, relationship, selectinload

from models import audit, rules
from models.base import AUTOINCREMENT, N_, Base, Word, Worded, beijing_date, new_uid
from models.officer import STAFF, Officer, Role
from models.publishing import check_bare
from models.slot import one_at_a_time
from models.steps import SENT_BEFORE, Fault, Refused, Stepped, step
from models.task import units_below
from models.unit import Community, Unit
from models.who import DESK, ORDERING_HEAD, WRITER


class NoticeKind(Word):
    """What it tells of: what happened hereabouts, or what to beware of."""

    NEWS = N_("警情动态")
    ADVICE = N_("防范提示")


class NoticeState(Word):
    """All that a notice knows of its life; that its last day is over is read off the date."""

    DRAFT = N_("草稿"), "soon"
    SHOWN = N_("发布了"), "done"
    TAKEN_DOWN = N_("撤下了")


notice_community = Table(  # where it stands; a notice that names none stands on all pages of its station
    "notice_community",
    Base.metadata,
    Column("notice_id", ForeignKey("notice.id"), primary_key=True),
    Column("community_id", ForeignKey("community.id"), primary_key=True, index=True),
)


def _may_be_shown(notice, by, at):
    if notice.shown_until < beijing_date(at):
        return Refused(N_("写的是挂到%(day)s，已经过了。请先“改一改”，换一个日子。"), day=notice.shown_until)


def _is_not_over(notice, by, at):
    if notice.has_lapsed(at):
        return Refused(N_("只挂到%(day)s，页面上已经没有了，不用撤。"), day=notice.shown_until)


class Notice(Stepped, Base):
    """Written and changed as a draft, published by a head, never changed after; on its last day it ends by itself."""

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[NoticeState] = mapped_column(Worded(NoticeState), default=NoticeState.DRAFT)
    station_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    kind: Mapped[NoticeKind] = mapped_column(Worded(NoticeKind))
    title: Mapped[str] = mapped_column(String(rules.NOTICE_TITLE_MAX))
    body: Mapped[str] = mapped_column(Text)
    shown_until: Mapped[date]  # the last Beijing day on which it is read
    author_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    made_at: Mapped[datetime]
    publisher_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    published_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    ended_at: Mapped[datetime | None]  # when it was taken down, …
    why: Mapped[str | None] = mapped_column(String(rules.REASON_MAX))  # … and why

    station: Mapped[Unit] = relationship()
    communities: Mapped[list[Community]] = relationship(secondary=notice_community, order_by=Community.code)
    author: Mapped[Officer] = relationship(foreign_keys=author_id)
    publisher: Mapped[Officer | None] = relationship(foreign_keys=publisher_id)
    ended_by: Mapped[Officer | None] = relationship(foreign_keys=ended_by_id)

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}
    __table_args__ = (
        CheckConstraint("(published_at IS NULL) = (publisher_id IS NULL)", name="published_by_somebody"),
        CheckConstraint("state <> 'shown' OR published_at IS NOT NULL", name="published_when_shown"),
        CheckConstraint("(state = 'taken_down') = (ended_at IS NOT NULL)", name="ended_when_taken_down"),
        CheckConstraint(
            "(ended_at IS NULL) = (ended_by_id IS NULL) AND (ended_at IS NULL) = (why IS NULL)", name="taken_down_with_a_reason"
        ),
        AUTOINCREMENT,
    )

    shelf = "notices"
    has_ledger = urgent = False
    number = due_at = comes_next = None  # what the page of any record asks

    @classmethod
    def write(
        cls,
        session: Session,
        by: Officer,
        at: datetime,
        *,
        station: Unit,
        kind: NoticeKind,
        title: str,
        body: str,
        communities: Collection[Community],
        shown_until: date,
        uid: str = "",
    ) -> "Notice":
        """Write a draft, inside a write; nobody outside sees it until it is published. No `communities`: all of the `station`.

        The same `uid`, 32 hex digits, gives the same one again. Fault where somebody's number stands in it, or the day can't be.
        """
        one_at_a_time(session, station)
        if known := session.scalars(select(cls).where(cls.uid == uid)).one_or_none():
            if (known.title, known.body) != (title, body):
                raise Fault("title", SENT_BEFORE)
            return known
        notice = cls(uid=uid or new_uid(), station=station, author=by, made_at=at)
        notice._say(at, kind, title, body, communities, shown_until)
        session.add(notice)
        session.flush()
        audit.note(session, at=at, by=by, action="write", record=notice)
        return notice

    def _say(self, at, kind, title, body, communities, shown_until) -> None:
        today = beijing_date(at)
        last = today + timedelta(days=rules.NOTICE_DAYS_MAX)
        if not today <= shown_until <= last:
            raise Fault("shown_until", N_("请选今天到%(last)s之间的日子。"), last=last)
        if any(community.station_id != self.station.id for community in communities):
            raise Fault("communities", N_("请选本所的社区。"))
        check_bare(self.station, title=title, body=body)
        self.kind, self.title, self.body, self.shown_until = kind, title, body, shown_until
        self.communities = list(communities)

    # ── what it is called, who sees it, where it stands

    @property
    def label(self) -> str:
        """Its kind."""
        return self.kind.label

    @property
    def area(self) -> str:
        """The communities named, or the station."""
        return "、".join(community.name for community in self.communities) or self.station.name

    @classmethod
    def seen_by(cls, by):
        """All staff of its station, and the bureau."""
        if not isinstance(by, Officer) or by.role not in STAFF:
            return false()
        return cls.station_id.in_(units_below(by)) if by.role is Role.BUREAU else cls.station_id == by.unit_id

    @property
    def is_draft(self) -> bool:
        """Whether nobody outside has read it yet."""
        return self.state is NoticeState.DRAFT

    def hangs(self, at: datetime) -> bool:
        """Whether everybody reads it at `at`."""
        return self.state is NoticeState.SHOWN and beijing_date(at) <= self.shown_until

    def has_lapsed(self, at: datetime) -> bool:
        """Whether everybody read it to the end of its last day."""
        return self.state is NoticeState.SHOWN and not self.hangs(at)

    @property
    def stands_in(self) -> list[Community]:
        """The communities on whose pages it stands, or is to stand."""
        every = select(Community).where(Community.station_id == self.station_id).order_by(Community.code)
        return self.communities or list(object_session(self).scalars(every))

    # ── its steps

    def write_down(self, step, by, at, told):
        """A notice has no ledger: its row says who wrote it, published it and took it down, the audit log all else."""

    def moved_on(self):
        if self.ended_at:
            return Refused(N_("%(who)s已经撤下了（%(when)s）。"), who=self.ended_by.called, when=self.ended_at)
        return Refused(
            N_("%(who)s已经发布了（%(when)s）。要改，请先撤下，再写一条新的。"),
            who=self.publisher.called,
            when=self.published_at,
        )

    @step(
        N_("发布"),
        frm=[NoticeState.DRAFT],
        to=[NoticeState.SHOWN],
        by=[ORDERING_HEAD],
        why_not=_may_be_shown,
    )
    def publish(self, by, at):
        """Have everybody read it, to the end of its last day."""
        self.publisher, self.published_at = by, at

    @step(
        N_("改一改"),
        frm=[NoticeState.DRAFT],
        to=[NoticeState.DRAFT],
        by=[WRITER],
    )
    def change(self, by, at, kind, title, body, communities, shown_until):
        """Say it otherwise, as long as nobody outside has read it."""
        self._say(at, kind, title, body, communities, shown_until)

    @step(
        N_("撤下"),
        frm=[NoticeState.DRAFT, NoticeState.SHOWN],
        to=[NoticeState.TAKEN_DOWN],
        by=[DESK, ORDERING_HEAD],
        why_not=_is_not_over,
        aside=True,
    )
    def take_down(self, by, at, reason):
        """Nobody reads it any more; `reason` says why to colleagues. A draft that is not wanted goes the same way."""
        self.ended_by, self.ended_at, self.why = by, at, reason


# ── lists

OF_A_ROW = joinedload(Notice.station), joinedload(Notice.author), selectinload(Notice.communities)


def _hangs(at: datetime):
    return and_(Notice.state == NoticeState.SHOWN, Notice.shown_until >= beijing_date(at))


def listed(by: Officer, at: datetime, behind: tuple[int, int] | None = None) -> Select:
    """All that `by` sees: drafts (0), then what everybody reads (1), then what is over (2), each the newest on top.

    Gives notices, each with the number of its part; only those behind the place `behind`, a part and an id.
    """
    part = case((Notice.state == NoticeState.DRAFT, 0), (_hangs(at), 1), else_=2).label("part")
    query = select(Notice, part).options(*OF_A_ROW).where(Notice.seen_by(by))
    if behind:
        query = query.where(or_(part > behind[0], and_(part == behind[0], Notice.id < behind[1])))
    return query.order_by(part, Notice.id.desc())


def to_publish(by: Officer) -> Select:
    """The drafts that wait for a head at the unit of `by`, the oldest on top."""
    drafts = select(Notice).where(Notice.seen_by(by), Notice.station_id == by.unit_id, Notice.state == NoticeState.DRAFT)
    return drafts.options(*OF_A_ROW).order_by(Notice.id)


def shown_in(community: Community, at: datetime, behind: Notice | None = None) -> Select:
    """What everybody reads on the page of a community at `at`, what was published last on top; or only what stands behind one."""
    here = or_(~Notice.communities.any(), Notice.communities.any(Community.id == community.id))
    query = select(Notice).where(Notice.station_id == community.station_id, _hangs(at), here)
    if behind:
        query = query.where(tuple_(Notice.published_at, Notice.id) < (behind.published_at, behind.id))
    return query.order_by(Notice.published_at.desc(), Notice.id.desc())

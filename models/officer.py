"""The people who work here: one account, one role, one unit; and the posts they hold from one day to another."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from itertools import count

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import AUTOINCREMENT, N_, Base, Word, Worded, beijing_date, new_uid
from models.steps import Fault, Refused
from models.unit import Unit, UnitKind

STILL_LEADS = N_("%(who)s还由他带，请先改由别人带。")
COMPOUND_SURNAMES = ("欧阳", "司马", "上官", "诸葛", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "令狐", "长孙", "宇文", "司徒")


class Role(Word):
    """What an account may do; the table of DESIGN §6."""

    OFFICER = N_("民警")
    AUXILIARY = N_("辅警")
    DESK = N_("综合指挥室")
    HEAD = N_("所领导")
    BUREAU = N_("县局")
    ADMIN = N_("管理员")
    AUDITOR = N_("审计员")

    @property
    def walks(self) -> bool:
        """Whether visits are the daily work, so that their day comes before their calendar."""
        return self in (Role.OFFICER, Role.AUXILIARY)


STAFF = (Role.OFFICER, Role.AUXILIARY, Role.DESK, Role.HEAD, Role.BUREAU)  # those who see matters
HEADS = (Role.HEAD, Role.BUREAU)  # those who judge what others did
KEEPERS = (Role.DESK, *HEADS)  # those who look after all that lies with their unit
STATION_KEEPERS = (Role.DESK, Role.HEAD)  # … of a station
HANDLERS = (Role.OFFICER, *HEADS)  # those to whom a matter may be given
GOERS = (Role.OFFICER, Role.AUXILIARY, Role.HEAD)  # those who go on visits (DESIGN §6) …
COMPANIONS = (*GOERS, Role.BUREAU)  # … and who may come along
TAKERS = (Role.OFFICER, *HEADS)  # those who may go on with a talk that nobody holds
ISSUERS = (Role.OFFICER, *STATION_KEEPERS)  # those who send the service team
WRITERS = (*ISSUERS, Role.BUREAU)  # those who write notices
PAIRED = (Role.OFFICER, Role.HEAD)  # those with whom a household may be paired
AT_STATIONS = (Role.OFFICER, Role.AUXILIARY, *STATION_KEEPERS)  # those who belong to a station, not to the bureau
ROSTERED = AT_STATIONS  # those who may stand on the roster, which the latter set


class Officer(Base):
    """An account. `title` is how residents call its owner after the surname; `led_by` is an auxiliary's officer."""

    __tablename__ = "officer"
    __table_args__ = (CheckConstraint("role <> 'auxiliary' OR led_by_id IS NOT NULL", name="auxiliary_is_led"), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid)
    username: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(20))
    police_number: Mapped[str] = mapped_column(String(12), default="")
    role: Mapped[Role] = mapped_column(Worded(Role))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    led_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    password_hash: Mapped[str] = mapped_column(String(200))
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_on: Mapped[bool] = mapped_column(default=False)
    totp_used: Mapped[int | None]  # the time step of the last code: none counts twice
    active: Mapped[bool] = mapped_column(default=True)
    activate_by: Mapped[datetime | None]  # until then the password is a code, good for choosing one's own and nothing else

    unit: Mapped[Unit] = relationship(lazy="joined")
    led_by: Mapped["Officer | None"] = relationship(remote_side=id)
    postings: Mapped[list["Posting"]] = relationship(back_populates="officer")

    def misfit(self, session: Session, at: datetime) -> Fault | None:
        """It is as `unfit` wants it; whom others lean on stays as it is."""
        leader = self.led_by_id and session.get(Officer, self.led_by_id)
        fault = self.unfit(self.role, session.get(Unit, self.unit_id), leader)
        return fault or (self._leaves_alone(session) or self.takes_along(session, at) if self.id else None)

    @staticmethod
    def unfit(role: Role, unit: Unit, leader: "Officer | None") -> Fault | None:
        """The role is one of the unit's, and an auxiliary is led by an officer there."""
        if (role is Role.BUREAU) > (unit.kind is UnitKind.BUREAU):
            return Fault("role", N_("这个角色只有县局的账号才有。"))
        if role in AT_STATIONS and unit.kind is UnitKind.BUREAU:
            return Fault("role", N_("这个角色要在派出所；县局的请选“县局”。"))
        if (role is Role.AUXILIARY) != bool(leader):
            return Fault("led_by_id", N_("辅警要选由谁带；别的角色不选。"))
        if leader and not (leader.active and leader.role is Role.OFFICER and leader.unit is unit):
            return Fault("led_by_id", N_("带辅警的要是同一个所在岗的民警。"))
        return None

    def _leaves_alone(self, session) -> Refused | None:
        """Whom the account would leave alone."""
        others = select(Officer.id).where(Officer.role == Role.ADMIN, Officer.active, Officer.id != self.id)
        was = session.execute(select(Officer.role, Officer.unit_id, Officer.active).where(Officer.id == self.id)).one()
        is_admin, moves = self.active and self.role is Role.ADMIN, was.unit_id != self.unit_id
        if was.role is Role.ADMIN and was.active and not is_admin and not session.scalar(others.limit(1)):
            return Refused(N_("这是最后一个管理员的账号，不能停，也不能改成别的角色。"))
        led = select(Officer.name).where(Officer.led_by_id == self.id, Officer.active).limit(1)
        if (moves or not self.active or self.role is not Role.OFFICER) and (name := session.scalar(led)):
            return Refused(STILL_LEADS, who=name)
        return None

    def takes_along(self, session: Session, at: datetime, but: Collection[str] = ()) -> Fault | None:
        """What a known account would take along to another unit, or into a role that may not have it: a post, or open tasks.

        Tasks of the kinds in `but` are let go in the same write.
        """
        was = session.execute(select(Officer.role, Officer.unit_id).where(Officer.id == self.id)).one()
        moves, turns = was.unit_id != self.unit_id, was.role is not self.role
        field, task = "unit_id" if moves else "role", self.metadata.tables["task"]
        if (moves or (turns and self.role not in HANDLERS)) and any(posting.lasts(at) for posting in self.postings):
            return Fault(field, N_("还在原来的岗位上任职，请先结束任职。"))
        in_hand = select(task.c.id).where(task.c.assignee_id == self.id, task.c.ended_at.is_(None), task.c.kind.not_in(but))
        if (moves or (turns and self.role not in GOERS)) and session.scalar(in_hand.limit(1)):
            return Fault(field, N_("手上还有没办完的，请原来的所领导先转交。"))
        return None

    def works_as(self, roles: Collection[Role], unit_id: int) -> bool:
        """Whether something of this unit may be given to whoever has one of these roles, and so to this account: open, and there."""
        return self.active and self.role in roles and self.unit_id == unit_id

    @property
    def audited_as(self) -> tuple[str, str]:
        """Role and opaque id, as the audit log keeps them."""
        return self.role.code, self.uid

    @property
    def called(self) -> str:
        """Surname and title, as residents say it: 张警官."""
        return (self.name[:2] if self.name.startswith(COMPOUND_SURNAMES) else self.name[:1]) + self.title

    def serves(self, community_id: int | None, at: datetime) -> bool:
        """Whether this officer is responsible for the community at `at`, or stands in."""
        return any(community_id in posting.post.community_ids for posting in self.postings if posting.holds(at))


class Post(Base):
    """A post serves communities; officers come and go. `code` is the station's own, by which its spreadsheets know it."""

    __tablename__ = "post"
    __table_args__ = (Index("ix_post_known_again", "station_id", "code", unique=True), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid)
    station_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    code: Mapped[str | None] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(60))
    phone: Mapped[str] = mapped_column(String(30), default="")  # the duty phone that goes with the post, whoever holds it

    station: Mapped[Unit] = relationship()
    postings: Mapped[list["Posting"]] = relationship(back_populates="post")
    communities: Mapped[list["Community"]] = relationship(back_populates="post")  # noqa: F821  in models.unit

    @staticmethod
    def free_code(session: Session, station_id: int) -> str:
        """The first number that no post of the station bears: 01, 02, …"""
        taken = set(session.scalars(select(Post.code).where(Post.station_id == station_id)))
        return next(code for n in count(1) if (code := f"{n:02}") not in taken)

    @property
    def community_ids(self) -> list[int]:
        """The communities that it serves."""
        return [community.id for community in self.communities]

    def held(self, at: datetime) -> list["Posting"]:
        """The postings in force at `at`: the responsible officer's first, then stand-ins'."""
        in_force = [posting for posting in self.postings if posting.holds(at)]
        return sorted(in_force, key=lambda posting: (posting.kind is PostingKind.STAND_IN, posting.id))

    def held_before(self, at: datetime) -> "Posting | None":
        """Who was responsible last before whoever is at `at`: the name on cards that were printed then."""
        day, now_there = beijing_date(at), {posting.officer_id for posting in self.held(at)[:1]}
        over = [
            posting
            for posting in self.postings
            if posting.kind is PostingKind.RESPONSIBLE and posting.since <= day and not posting.holds(at)
        ]
        others = [posting for posting in over if posting.officer_id not in now_there]
        return max(others, key=lambda posting: (posting.until or day, posting.id), default=None)


class PostingKind(Word):
    """How a post is held."""

    RESPONSIBLE = N_("责任民警")
    STAND_IN = N_("B 角"), "plain", N_("替班民警")


class Posting(Base):
    """An officer holds a post from one day up to, not including, another."""

    __tablename__ = "posting"
    __table_args__ = (CheckConstraint("until IS NULL OR until > since", name="ends_after_it_begins"), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    kind: Mapped[PostingKind] = mapped_column(Worded(PostingKind))
    since: Mapped[date]
    until: Mapped[date | None]

    post: Mapped[Post] = relationship(back_populates="postings")
    officer: Mapped[Officer] = relationship(back_populates="postings", lazy="joined")

    def misfit(self, session: Session, at: datetime) -> Fault | None:
        """It is as `unfit` wants it beside the others of its post."""
        post, officer = session.get(Post, self.post_id), session.get(Officer, self.officer_id)
        others = select(Posting).where(Posting.post_id == post.id, Posting.id.is_distinct_from(self.id))
        return self.unfit(post, officer, session.scalars(others))

    def unfit(self, post: Post, officer: Officer, others: "Iterable[Posting]") -> Fault | None:
        """Somebody of the station, or of its bureau, who may handle; one responsible at a time, nobody twice at once."""
        if officer.role not in HANDLERS or officer.unit_id not in (post.station_id, post.station.parent_id):
            return Fault("officer_id", N_("要选这个岗位所在派出所或县局的民警、领导。"))
        if self.until and self.until <= self.since:
            return Fault("until", N_("结束要在开始以后。"))
        for other in others:
            if not self.meets(other):
                continue
            if officer is other.officer:
                return Fault("officer_id", N_("这个岗位上已经有他的任职了，时间有重叠。"))
            if self.kind is other.kind is PostingKind.RESPONSIBLE:
                return Fault("since", N_("这段时间%(who)s是责任民警，请先结束他的任职。"), who=other.officer.name)
        return None

    def meets(self, other: "Posting") -> bool:
        """Whether there is a day on which both are in force."""
        return all(one.until is None or two.since < one.until for one, two in ((self, other), (other, self)))

    def lasts(self, at: datetime) -> bool:
        """Whether it is not over at `at`: in force, or to begin."""
        return self.until is None or self.until > beijing_date(at)

    def holds(self, at: datetime) -> bool:
        """Whether the post is held at the moment `at`, by someone whose account is open."""
        day = beijing_date(at)
        return self.officer.active and self.since <= day and (self.until is None or day < self.until)


def responsible_for(post: Post | None, at: datetime) -> Officer | None:
    """Who answers for the post's communities at `at`: the responsible officer, else the stand-in, else nobody."""
    held = post.held(at) if post else []
    return held[0].officer if held else None

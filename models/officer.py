"""The people who work here: one account, one role, one unit; and the posts they hold from one day to another."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import AUTOINCREMENT, N_, Base, Word, Worded, beijing_date, new_uid
from models.unit import Unit

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
PAIRED = (Role.OFFICER, Role.HEAD)  # those with whom a household may be paired
ROSTERED = (Role.OFFICER, Role.AUXILIARY, *STATION_KEEPERS)  # those who may stand on the roster, which the latter set


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

    unit: Mapped[Unit] = relationship(lazy="joined")
    led_by: Mapped["Officer | None"] = relationship(remote_side=id)
    postings: Mapped[list["Posting"]] = relationship(back_populates="officer")

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

    def holds(self, at: datetime) -> bool:
        """Whether the post is held at the moment `at`, by someone whose account is open."""
        day = beijing_date(at)
        return self.officer.active and self.since <= day and (self.until is None or day < self.until)


def responsible_for(post: Post | None, at: datetime) -> Officer | None:
    """Who answers for the post's communities at `at`: the responsible officer, else the stand-in, else nobody."""
    held = post.held(at) if post else []
    return held[0].officer if held else None

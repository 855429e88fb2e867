"""The organisation on the ground: bureau and stations, police rooms, communities and their grids."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, contains_eager, mapped_column, relationship

from models.base import AUTOINCREMENT, N_, ONE_DAY, Base, Values, Word, Worded, beijing_date, span
from models.steps import Fault, Refused


class UnitKind(Word):
    """A unit is a bureau or one of its stations."""

    BUREAU = N_("公安局")
    STATION = N_("派出所")


class Unit(Base):
    """A bureau or a station; `number` opens the numbers of its cards (000 is the bureau's)."""

    __tablename__ = "unit"
    __table_args__ = (CheckConstraint("length(number) = 3", name="three_digits"), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[UnitKind] = mapped_column(Worded(UnitKind))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    number: Mapped[str] = mapped_column(String(3), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(120), default="")
    duty_phone: Mapped[str] = mapped_column(String(30))
    head_phone: Mapped[str] = mapped_column(String(30), default="")
    incident_approval: Mapped[str | None] = mapped_column(String(80))  # of a bureau: what allows it to ask back about 110 calls

    parent: Mapped["Unit | None"] = relationship(remote_side=id)

    @property
    def bureau(self) -> "Unit":
        """The bureau that it belongs to, or is."""
        return self.parent or self


class Room(Base):
    """A police room of a station, or a contact point 警民联系点; `hall` says whether it holds a talk hall 说事厅.

    `opens` says from when to when, for each weekday from "0", Monday, on which it does: {"0": ["09:00", "17:00"], …}.
    """

    __tablename__ = "room"

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(30), default="")
    hall: Mapped[bool] = mapped_column(default=False)
    opens: Mapped[dict] = mapped_column(Values, default=dict)
    active: Mapped[bool] = mapped_column(default=True)

    station: Mapped[Unit] = relationship()

    def misfit(self, session: Session, at: datetime) -> Refused | None:
        """A closed room serves no community, and nobody is to have duty there."""
        if self.active is not False:
            return None
        if served := session.scalar(select(Community.name).filter_by(room_id=self.id).limit(1)):
            return Refused(N_("%(community)s还用着它，请先给社区换一个。"), community=served)
        duty = self.metadata.tables["duty"]
        later = select(duty.c.id).where(duty.c.room_id == self.id, duty.c.ends_at > at).limit(1)
        return Refused(N_("这里还排着班，请先从值班表上去掉。")) if session.scalar(later) else None

    def opening(self, day: date) -> tuple[datetime, datetime] | None:
        """From when to when it is open on a Beijing day; it may close after midnight."""
        hours = self.opens.get(str(day.weekday()))
        return hours and span(day, *map(time.fromisoformat, hours))

    def is_open(self, at: datetime) -> bool:
        """Whether `at` lies in its opening hours, today's or what is left of yesterday's."""
        days = (beijing_date(at), beijing_date(at) - ONE_DAY)
        return any(begins <= at < ends for begins, ends in filter(None, map(self.opening, days)))


class Community(Base):
    """A community or village of a station, in a town, served by a room and by a post."""

    __tablename__ = "community"

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    town: Mapped[str] = mapped_column(String(60))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)

    station: Mapped[Unit] = relationship()
    room: Mapped[Room | None] = relationship()
    grids: Mapped[list["Grid"]] = relationship(order_by="Grid.number", back_populates="community")
    post: Mapped["Post | None"] = relationship(back_populates="communities")  # noqa: F821  in models.officer

    def misfit(self, session: Session, at: datetime) -> Fault | None:
        """Room and post are the own station's, and open."""
        if fault := self.unfit(self.station_id, self.room_id and session.get(Room, self.room_id)):
            return fault
        post = self.post_id and session.get(type(self).post.property.mapper.class_, self.post_id)
        return Fault("post_id", N_("这个岗位不是本所的。")) if post and post.station_id != self.station_id else None

    @staticmethod
    def unfit(station_id: int, room: Room | None) -> Fault | None:
        """A community is served by a room of its own station that is open, or by none."""
        if room and (room.station_id != station_id or not room.active):
            return Fault("room_id", N_("这个警务室不是本所的，或者已经停用了。"))
        return None


def all_communities() -> Select:
    """All communities with their stations, in order of station and code."""
    return select(Community).join(Unit).options(contains_eager(Community.station)).order_by(Unit.number, Community.code)


class Grid(Base):
    """The smallest place that a list or a count may name."""

    __tablename__ = "grid"
    __table_args__ = (UniqueConstraint("community_id", "number"), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    community: Mapped[Community] = relationship(back_populates="grids")
    served_by: Mapped[str] = mapped_column(String(40), default="")  # 网格员, as the community calls them …
    helps_with: Mapped[str] = mapped_column(String(200), default="")  # … what they help with, …
    phone: Mapped[str] = mapped_column(String(30), default="")  # … and the phone of the service; all of it public

    @property
    def is_served(self) -> bool:
        """Whether there is anything to tell of its service."""
        return bool(self.served_by or self.helps_with or self.phone)

    @staticmethod
    def misplaced(session: Session, record) -> Fault | None:
        """What is wrong where a record names a community, and a grid that is not of it."""
        grid = record.grid_id and session.get(Grid, record.grid_id)
        wrong = grid and grid.community_id != record.community_id
        return Fault("where", N_("这个网格不在这个社区里。")) if wrong else None

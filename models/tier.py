"""Tiers 分层联系: a leader for each town, a cadre for each community, an officer for each grid (004), and when each was last seen."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, func, select, union_all
from sqlalchemy.orm import Mapped, Session, contains_eager, mapped_column, relationship, selectinload

from models import audit, rules
from models.base import AUTOINCREMENT, N_, Base, Word, beijing_date
from models.officer import COMPANIONS, GOERS, HEADS, Officer, Post, Role, responsible_for
from models.slot import one_at_a_time
from models.steps import Fault
from models.task import task_companion, units_below
from models.unit import Community, Grid
from models.visit import Visit


class Level(Word):
    """What somebody looks after."""

    TOWN = N_("领导联系街道、镇")
    COMMUNITY = N_("中层干部联系社区、村")
    GRID = N_("民警联系网格")


MAY_HOLD = {Level.TOWN: HEADS, Level.COMMUNITY: COMPANIONS, Level.GRID: GOERS}
MAY_SET = {Role.BUREAU: (Level.TOWN,), Role.HEAD: (Level.COMMUNITY, Level.GRID)}


class TierLink(Base):
    """Who looks after one place: a town, a community or a grid. The unit is the station whose head says so, or the bureau."""

    __tablename__ = "tier_link"
    __table_args__ = (
        CheckConstraint(
            "(town IS NOT NULL AND community_id IS NULL AND grid_id IS NULL)"
            " OR (town IS NULL AND community_id IS NOT NULL AND grid_id IS NULL)"
            " OR (town IS NULL AND community_id IS NULL AND grid_id IS NOT NULL)",
            name="one_place",
        ),
        UniqueConstraint("unit_id", "town"),
        UniqueConstraint("community_id"),
        UniqueConstraint("grid_id"),
        AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    town: Mapped[str | None] = mapped_column(String(60))
    community_id: Mapped[int | None] = mapped_column(ForeignKey("community.id"))
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.id"))

    officer: Mapped[Officer] = relationship()


@dataclass(frozen=True)
class Place:
    """A town, a community or a grid; the `code` that stands for it in addresses and forms."""

    level: Level
    town: str
    community: Community | None = None
    grid: Grid | None = None

    @property
    def code(self) -> str:
        """An address's word for it: 10101/2, 10101, or the town's own name."""
        if self.grid:
            return f"{self.community.code}/{self.grid.number}"
        return self.community.code if self.community else self.town

    @property
    def name(self) -> str:
        """What a list calls it."""
        return " ".join(part.name for part in (self.community, self.grid) if part) or self.town

    @property
    def key(self) -> dict:
        """The columns of its link."""
        if self.grid:
            return {"grid_id": self.grid.id}
        return {"community_id": self.community.id} if self.community else {"town": self.town}


@dataclass(frozen=True)
class Tier:
    """One place with who looks after it, and the days on which anybody, and that person, was last there."""

    place: Place
    officer: Officer | None
    seen: date | None
    seen_by_officer: date | None
    is_set: bool  # by somebody; else it is the community's responsible officer

    def is_neglected(self, today: date) -> bool:
        """Whether nobody went there for 30 days."""
        return self.seen is None or today - self.seen >= timedelta(days=rules.TIER_DAYS)


def places(session: Session, by: Officer) -> list[Place]:
    """Every place that `by` sees: those of the station; the bureau's end at the community."""
    below = units_below(by) if by.role is Role.BUREAU else (by.unit_id,)
    query = select(Community).where(Community.station_id.in_(below)).order_by(Community.code)
    communities = session.scalars(
        query.options(selectinload(Community.grids), selectinload(Community.post).selectinload(Post.postings))
    ).all()
    found = [Place(Level.TOWN, town) for town in dict.fromkeys(community.town for community in communities)]
    found += [Place(Level.COMMUNITY, community.town, community) for community in communities]
    if by.role is not Role.BUREAU:
        found += [Place(Level.GRID, one.town, one, grid) for one in communities for grid in one.grids]
    return found


def tiers(session: Session, by: Officer, at: datetime) -> dict[Level, list[Tier]]:
    """All places that `by` sees, by level, with who went there within a year before `at`."""
    links, found, listed = _links(session, by), places(session, by), {level: [] for level in Level}
    went = _went(session, found, at)
    for place in found:
        link, there = links.get(_key(place)), went[_key(place)]
        officer = link.officer if link else _responsible(place, at)
        seen_by_officer = there.get(officer.id) if officer else None
        listed[place.level].append(Tier(place, officer, max(there.values(), default=None), seen_by_officer, link is not None))
    return listed


def may_hold(session: Session, by: Officer, place: Place) -> list[Officer]:
    """Those whom `by` may name for this place: leaders of bureau and stations, or people of the own station and the bureau."""
    if place.level not in MAY_SET.get(by.role, ()):
        return []
    units = [by.unit_id, by.unit.parent_id] if place.level is Level.COMMUNITY else units_below(by)
    who = Officer.unit_id.in_(units), Officer.active, Officer.role.in_(MAY_HOLD[place.level])
    return list(session.scalars(select(Officer).where(*who).order_by(Officer.unit_id != by.unit_id, Officer.id)))


def appoint(session: Session, by: Officer, at: datetime, place: Place, officer: Officer | None) -> None:
    """From now on `officer` looks after the place, or nobody in particular; inside a write. Fault where that is not for `by`."""
    one_at_a_time(session, by.unit)
    if officer not in [*may_hold(session, by, place), None] or place.level not in MAY_SET.get(by.role, ()):
        raise Fault("officer", N_("请从列出的里面选。"))
    link = session.scalars(select(TierLink).filter_by(unit_id=by.unit_id, **place.key)).one_or_none()
    if link and officer:
        link.officer = officer
    elif link:
        session.delete(link)
    elif officer:
        session.add(TierLink(unit_id=by.unit_id, officer=officer, **place.key))
    audit.note(session, at=at, by=by, action="appoint", record=officer, detail=place.level.code)


def _key(place: Place) -> tuple:
    return next(iter(place.key.items()))


def _links(session, by) -> dict[tuple, TierLink]:
    units = units_below(by) if by.role is Role.BUREAU else (by.unit_id, by.unit.parent_id)
    still = select(TierLink).join(TierLink.officer).where(TierLink.unit_id.in_(units), Officer.active)
    links = session.scalars(still.options(contains_eager(TierLink.officer)))
    columns = ("town", "community_id", "grid_id")
    return {(column, value): link for link in links for column in columns if (value := getattr(link, column)) is not None}


def _responsible(place, at) -> Officer | None:
    return responsible_for(place.community.post, at) if place.level is Level.GRID else None


def _went(session, found, at) -> dict[tuple, dict[int, date]]:
    """For each place the last day on which each officer was there; who was in a grid was in its community and its town.

    A visit about a complaint is none of them.
    """
    towns = {place.community.id: place.town for place in found if place.community}
    where, last = (Visit.community_id, Visit.grid_id), func.max(Visit.left_at)
    lately = Visit.community_id.in_(towns), Visit.left_at > at - rules.TIER_REACH, ~Visit.reserved
    first = select(*where, Visit.assignee_id, last).where(*lately).group_by(*where, Visit.assignee_id)
    along = select(*where, task_companion.c.officer_id, last).join(task_companion, task_companion.c.task_id == Visit.id)
    along = along.where(*lately).group_by(*where, task_companion.c.officer_id)
    went = defaultdict(dict)
    for community_id, grid_id, officer_id, left_at in session.execute(union_all(first, along)):
        day = beijing_date(left_at)
        for key in (("town", towns[community_id]), ("community_id", community_id), ("grid_id", grid_id)):
            went[key][officer_id] = max(day, went[key].get(officer_id, day))
    return went

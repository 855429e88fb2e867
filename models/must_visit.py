"""Must-visit sites: when each was seen last and is due again, and which of them rise by themselves."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, joinedload

from models.base import beijing_date
from models.officer import Officer
from models.site import Site
from models.task import TaskState
from models.visit import Visit
from models.workdays import day_begin

THERE = Visit.site_id == Site.id, ~Visit.reserved  # a complaint stands in nobody's figures
SEEN = select(func.max(Visit.left_at)).select_from(Visit).where(*THERE).scalar_subquery()
TO_BE_SEEN = select(Visit.id).where(*THERE, Visit.ended_at.is_(None)).exists()


@dataclass(frozen=True)
class Standing:
    """A site, the day it was seen last, and whether somebody is to go there."""

    site: Site
    seen: date | None
    is_planned: bool

    @property
    def due(self) -> date:
        """The day from which on it rises by itself."""
        return (self.seen or self.site.since) + timedelta(days=self.site.interval_days)


def standings(session: Session, by: Officer, at: datetime) -> list[Standing]:
    """The sites of the station of `by`, in the order in which they are due."""
    return sorted(_standings(session, at, Site.seen_by(by)), key=lambda one: (one.due, one.site.id))


def sites_to_visit(session: Session, at: datetime, only: Site | None = None) -> list[Site]:
    """The sites that nobody has seen in their interval at `at`, and to which nobody is to go yet; of them `only` this one.

    Where a visit was called off it rises again on another day: else it would come back within a minute.
    """
    called_off = and_(Visit.state == TaskState.CALLED_OFF, Visit.ended_at >= day_begin(beijing_date(at)))
    rests = select(Visit.id).where(*THERE, called_off).exists()
    found = _standings(session, at, ~TO_BE_SEEN, ~rests, *([Site.id == only.id] if only else []))
    return [one.site for one in found if one.due <= beijing_date(at)]


def _standings(session, at, *which) -> list[Standing]:
    query = select(Site, SEEN, TO_BE_SEEN).where(Site.on_the_list(at), *which).order_by(Site.id)
    rows = session.execute(query.options(joinedload(Site.community), joinedload(Site.grid)))
    return [Standing(site, left_at and beijing_date(left_at), is_planned) for site, left_at, is_planned in rows]

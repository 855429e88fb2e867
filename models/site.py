"""Sites 重点单位: schools, markets, factories; a place that must be visited, and rises by itself when it was not."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, relationship

from models import audit, rules
from models.base import AUTOINCREMENT, N_, Base, beijing_date
from models.officer import Officer
from models.slot import one_at_a_time
from models.steps import Fault, Stale
from models.unit import Community, Grid


class Site(Base):
    """One such place. It must be seen every `interval` days, counted from `since`."""

    __tablename__ = "site"
    __table_args__ = (CheckConstraint("interval_days > 0", name="seen_now_and_then"), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    station_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.id"))
    name: Mapped[str] = mapped_column(String(rules.SITE_NAME_MAX))
    address: Mapped[str] = mapped_column(String(rules.SITE_ADDRESS_MAX), default="")
    phone: Mapped[str] = mapped_column(String(rules.PHONE_MAX), default="")
    interval_days: Mapped[int] = mapped_column(default=rules.SITE_INTERVAL_DAYS)
    since: Mapped[date]
    until: Mapped[date | None]  # closed, or no longer on the list

    community: Mapped[Community] = relationship()
    grid: Mapped[Grid | None] = relationship()

    def misfit(self, session: Session, at: datetime) -> Fault | None:
        """Its place stays the station's, its rhythm within bounds, and the station keeps no more than it can walk."""
        if self.id and self.station_id != session.scalar(select(Site.station_id).where(Site.id == self.id)):
            return Fault("where", N_("这是别的派出所的社区。请在这里把它从名单里去掉，到那边另加一个。"))
        here, others = Site.station_id == self.station_id, Site.id.is_distinct_from(self.id)
        if (
            self.id is None
            and session.scalar(select(func.count()).where(here, others, Site.on_the_list(at))) >= rules.SITES_MAX
        ):
            return Fault("name", N_("已经有%(n)s个了，请先去掉不用去的。"), n=rules.SITES_MAX)
        return _unfit(self.interval_days) or Grid.misplaced(session, self)

    @classmethod
    def on_the_list(cls, at: datetime):
        """The condition on what is to be visited at `at`."""
        return or_(cls.until.is_(None), cls.until > beijing_date(at))

    still_counts = on_the_list

    @classmethod
    def seen_by(cls, by: Officer):
        """Everybody's own station's."""
        return cls.station_id == by.unit_id

    @classmethod
    def add(cls, session: Session, by: Officer, at: datetime, *, interval_days: int, **given) -> "Site":
        """One more for the station of `by`, inside a write; its days count from now. Fault where that can't be."""
        one_at_a_time(session, by.unit)
        if session.scalar(select(func.count()).where(cls.seen_by(by), cls.on_the_list(at))) >= rules.SITES_MAX:
            raise Fault("name", N_("已经有%(n)s个了，请先去掉不用去的。"), n=rules.SITES_MAX)
        _check(interval_days)
        site = cls(version=1, station_id=by.unit_id, since=beijing_date(at), interval_days=interval_days, **given)
        session.add(site)
        session.flush()
        site._note(by, at, "add_site")
        return site

    def change(self, by: Officer, at: datetime, version: int, *, interval_days: int, **given) -> None:
        """Put what is given in place of what was there, inside a write. Stale where somebody was faster."""
        self._is_still(version)
        _check(interval_days)
        for column, value in given.items():
            setattr(self, column, value)
        self.interval_days = interval_days
        self.version += 1
        self._note(by, at, "change_site")

    def take_off(self, by: Officer, at: datetime, version: int) -> None:
        """From today on nobody needs to go there, inside a write. Stale where somebody was faster."""
        self._is_still(version)
        self.until = beijing_date(at)
        self.version += 1
        self._note(by, at, "take_off_site")

    def _is_still(self, version):
        if version != self.version or self.until:
            raise Stale(N_("您打开之后，这一条有人改过。请看看现在的内容，再决定要不要改。"))

    def _note(self, by, at, action):
        audit.note(object_session(self), at=at, by=by, action=action, detail=str(self.id))


def _check(interval_days: int) -> None:
    if fault := _unfit(interval_days):
        raise fault


def _unfit(interval_days: int) -> Fault | None:
    _usual, least, most = rules.SITE_INTERVAL_SETTABLE
    if not least <= interval_days <= most:
        return Fault("interval_days", N_("请写%(least)s到%(most)s之间的天数。"), least=least, most=most)
    return None

"""Sites 重点单位: schools, markets, factories; a place that must be visited, and rises by itself when it was not."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models import rules
from models.base import AUTOINCREMENT, Base
from models.unit import Community, Grid


class Site(Base):
    """One such place. It must be seen every `interval` days, counted from `since`."""

    __tablename__ = "site"
    __table_args__ = (CheckConstraint("interval_days > 0", name="seen_now_and_then"), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.id"))
    name: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(30), default="")
    interval_days: Mapped[int] = mapped_column(default=rules.SITE_INTERVAL_DAYS)
    since: Mapped[date]
    until: Mapped[date | None]  # closed, or no longer on the list

    community: Mapped[Community] = relationship()
    grid: Mapped[Grid | None] = relationship()

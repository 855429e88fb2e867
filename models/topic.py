"""The topic of the month 专题 (004): what a unit's topic visits are about; the bureau's stands where a station chose none."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import audit
from models.base import N_, Base, Word, Worded, beijing_date, ensure
from models.officer import Officer
from models.unit import Unit


class Topic(Word):
    """What a month's visits are about ○ (004)."""

    SAFETY = N_("治安防范")
    SERVICE = N_("执法服务")
    CONDUCT = N_("队伍建设")
    LEGAL = N_("涉法涉诉")


class MonthTopic(Base):
    """What one unit chose for one month, named by its first day."""

    __tablename__ = "month_topic"
    __table_args__ = {}

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    topic: Mapped[Topic] = mapped_column(Worded(Topic))

    unit: Mapped[Unit] = relationship()

    @classmethod
    def of(cls, session: Session, unit: Unit, at: datetime) -> "MonthTopic | None":
        """What stands for the unit in the month of `at`: its own choice, else the bureau's."""
        month = beijing_date(at).replace(day=1)
        return session.get(cls, (unit.id, month)) or session.get(cls, (unit.bureau.id, month))

    @classmethod
    def choose(cls, session: Session, by: Officer, at: datetime, topic: Topic) -> None:
        """The topic of this month for the unit of `by`, in the place of what was chosen before, inside a write."""
        key = {"unit_id": by.unit_id, "month": beijing_date(at).replace(day=1)}
        ensure(session, cls, **key, topic=topic)
        session.get(cls, tuple(key.values()), with_for_update=True).topic = topic
        audit.note(session, at=at, by=by, action="month_topic", detail=topic.code)

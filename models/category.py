"""What a matter is about; each may set a shorter clock than its kind."""

from datetime import datetime

from sqlalchemy import Select, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import N_, Base, Worded
from models.steps import Refused
from models.topic import Topic

OTHER = "other"


class Category(Base):
    """A category, given when a matter is accepted. `answer_days` are working days, or None for the kind's own."""

    __tablename__ = "category"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(30))
    answer_days: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True)  # offered when a matter is accepted
    topic: Mapped[Topic | None] = mapped_column(Worded(Topic))  # of topic visits: what matters of it belong to

    @classmethod
    def offered(cls) -> Select:
        """Those in use, in order."""
        return select(cls).where(cls.active).order_by(cls.id)

    def misfit(self, session: Session, at: datetime) -> Refused | None:
        """The one for all else stays in use: what nobody sorts is given it."""
        return Refused(N_("“其他”一直要用，不能停。")) if self.code == OTHER and self.active is False else None

"""What a matter is about; each may set a shorter clock than its kind."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Worded
from models.topic import Topic


class Category(Base):
    """A category, given when a matter is accepted. `answer_days` are working days, or None for the kind's own."""

    __tablename__ = "category"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(30))
    answer_days: Mapped[int | None]
    topic: Mapped[Topic | None] = mapped_column(Worded(Topic))  # of topic visits: what matters of it belong to

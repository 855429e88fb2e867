"""A few facts about the database itself."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class About(Base):
    """One fact: `demo` stands in a database that the demo made, with the password of its accounts."""

    __tablename__ = "about"
    __table_args__ = {}

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))

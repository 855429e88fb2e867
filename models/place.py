"""How residents arrive: the QR of a door plate names a place, the QR of a contact card names a post."""

import secrets

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import AUTOINCREMENT, Base
from models.officer import Post
from models.unit import Community, Grid


def new_code() -> str:
    """What a QR carries: ten characters that say nothing and can't be counted up."""
    return secrets.token_hex(5)


def by_code(session: Session, table: type[Base], code: str):
    """The row with this code, or None; what a stranger put into an address may hold anything, NUL included."""
    return session.scalars(select(table).where(table.code == code)).one_or_none() if code and code.isprintable() else None


class Plate(Base):
    """A QR on a building. `shared` by several households, it may be kept with a matter; a household's own may not.

    `number` is the station's own within the community, by which its spreadsheets know it.
    """

    __tablename__ = "plate"
    __table_args__ = (Index("ix_plate_known_again", "community_id", "number", unique=True), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True, default=new_code)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.id"))
    number: Mapped[str | None] = mapped_column(String(20))
    building: Mapped[str] = mapped_column(String(80))
    shared: Mapped[bool]

    community: Mapped[Community] = relationship()
    grid: Mapped[Grid | None] = relationship()


class ContactCard(Base):
    """The card and public sign of a post: its QR outlives a transfer."""

    __tablename__ = "contact_card"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True, default=new_code)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), unique=True)

    post: Mapped[Post] = relationship()

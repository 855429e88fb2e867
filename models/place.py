"""How residents arrive: the QR of a door plate names a place, the QR of a contact card names a post."""

import secrets
import unicodedata
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import audit
from models.base import AUTOINCREMENT, Base, ensure
from models.officer import Officer, Post
from models.steps import Fault
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

    def misfit(self, session: Session, at: datetime) -> Fault | None:
        """Its grid is one of its community."""
        return Grid.misplaced(session, self)


class ContactCard(Base):
    """The card and public sign of a post: its QR outlives a transfer."""

    __tablename__ = "contact_card"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True, default=new_code)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), unique=True)

    post: Mapped[Post] = relationship()

    @classmethod
    def of(cls, session: Session, post: Post) -> "ContactCard | None":
        """The one that the post has, if any."""
        return session.scalars(select(cls).where(cls.post_id == post.id)).one_or_none()

    @classmethod
    def make(cls, session: Session, post: Post, by: Officer, at: datetime) -> None:
        """Give the post its card; two at once, or again, make one."""
        if cls.of(session, post) is None:
            ensure(session, cls, code=new_code(), post_id=post.id)
            audit.note(session, at=at, by=by, action="make_contact_card", record=post)


LOOKALIKES = str.maketrans("oil", "011")  # a code holds only digits and the letters a to f


def typed_by_hand(session: Session, typed: str) -> Plate | ContactCard | None:
    """The plate or contact card whose code was typed from the paper, in any way; None if there is none."""
    letters = unicodedata.normalize("NFKC", typed).lower()
    code = "".join(c for c in letters if c.isascii() and c.isalnum()).translate(LOOKALIKES)
    return by_code(session, Plate, code) or by_code(session, ContactCard, code)

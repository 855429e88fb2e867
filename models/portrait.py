"""A portrait 照片 of an officer: who serves a community can be known by the face, where that officer agreed."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, new_uid
from models.officer import Officer
from models.photo import Drawn


class Portrait(Base):
    """The one photo of an officer: public, under a name that says nothing."""

    __tablename__ = "portrait"
    __table_args__ = {}

    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    made_at: Mapped[datetime]
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

    officer: Mapped[Officer] = relationship()

    @classmethod
    def of(cls, session: Session, officers: Iterable[Officer]) -> dict[int, str]:
        """The names of their photos, by the ids of those who have one."""
        found = select(cls.officer_id, cls.uid).where(cls.officer_id.in_([officer.id for officer in officers]))
        return dict(session.execute(found).all())

    @classmethod
    def put(cls, session: Session, officer: Officer, drawn: Drawn | None, at: datetime) -> None:
        """Take a photo, drawn small already, for the one before; None takes it away. Inside a write."""
        if known := session.get(cls, officer.id):
            session.delete(known)
            session.flush()
        if drawn:
            session.add(cls(officer_id=officer.id, uid=new_uid(), made_at=at, data=drawn.data))
        session.flush()

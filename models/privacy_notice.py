"""The privacy notice 个人信息说明: what of it is the bureau's own, in versions that are never changed."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import rules
from models.base import Base
from models.officer import Officer


class PrivacyNotice(Base):
    """Who is responsible for the data, where, and whom to ask: one version. The text around it is that of the app's own."""

    __tablename__ = "privacy_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    responsible: Mapped[str] = mapped_column(String(60))
    seat: Mapped[str] = mapped_column(String(120))
    contact: Mapped[str] = mapped_column(String(60))

    made_by: Mapped[Officer] = relationship()

    @classmethod
    def current(cls, session: Session) -> "PrivacyNotice | None":
        """The newest, or None while the bureau has written none."""
        return session.scalars(select(cls).order_by(cls.id.desc()).limit(1)).one_or_none()


def version_of(session: Session) -> str:
    """What stands with every matter: the version of the text, and of the bureau's own part of it."""
    newest = PrivacyNotice.current(session)
    return f"{rules.NOTICE}/{newest.id}" if newest else rules.NOTICE

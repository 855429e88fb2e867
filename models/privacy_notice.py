"""The privacy notice 个人信息说明: what of it is the bureau's own, in versions that are never changed, and kept to."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, String, and_, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import rules
from models.base import AUTOINCREMENT, Base
from models.officer import Officer


class PrivacyNotice(Base):
    """Who is responsible for the data, where, whom to ask, how long it is kept: one version. The text around it is the app's own."""

    __tablename__ = "privacy_notice"
    __table_args__ = (CheckConstraint(f"contact_days >= {rules.CONTACT_KEPT.days}", name="never_fewer"), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    responsible: Mapped[str] = mapped_column(String(60))
    seat: Mapped[str] = mapped_column(String(120))
    contact: Mapped[str] = mapped_column(String(60))
    contact_days: Mapped[int] = mapped_column(default=rules.CONTACT_KEPT.days)
    text_years: Mapped[int] = mapped_column(default=rules.TEXT_KEPT // rules.YEAR)

    made_by: Mapped[Officer] = relationship()

    @classmethod
    def current(cls, session: Session) -> "PrivacyNotice | None":
        """The newest, or None while the bureau has written none."""
        return session.scalars(select(cls).order_by(cls.id.desc()).limit(1)).one_or_none()


@dataclass(frozen=True)
class Kept:
    """How long after the end of a matter its contact data and photos are kept, and what the resident wrote."""

    contact: timedelta = rules.CONTACT_KEPT
    text: timedelta = rules.TEXT_KEPT

    @classmethod
    def by(cls, notice: PrivacyNotice | None) -> "Kept":
        """As a version promises it; None is the app's own text alone."""
        return cls(timedelta(days=notice.contact_days), notice.text_years * rules.YEAR) if notice else cls()

    @classmethod
    def of(cls, session: Session, version: str) -> "Kept":
        """As the version promised it that stands with a matter."""
        id = version.partition("/")[2]
        return cls.by(session.get_one(PrivacyNotice, int(id)) if id else None)


def kept_too_long(session: Session, matter: type, what: str, at: datetime):
    """The condition on matters that ended longer ago than their versions promise; `what` is a figure of Kept."""
    own = ((matter.notice.endswith(f"/{one.id}"), Kept.by(one)) for one in session.scalars(select(PrivacyNotice)))
    versions = [(matter.notice.not_like("%/%"), Kept()), *own]
    return or_(*(and_(shown, matter.closed_at < at - getattr(kept, what)) for shown, kept in versions))


def version_of(session: Session) -> str:
    """What stands with every matter: the version of the text, and of the bureau's own part of it."""
    newest = PrivacyNotice.current(session)
    return f"{rules.NOTICE}/{newest.id}" if newest else rules.NOTICE

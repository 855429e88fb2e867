"""A complaint 投诉 is what concerns an officer, an auxiliary or the station. Whom it concerns never sees it (DESIGN §4)."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Table, and_, func, select
from sqlalchemy.orm import Session

from models.base import Base
from models.officer import Officer, Role, responsible_for
from models.place import ContactCard, by_code
from models.unit import Unit

matter_concerns = Table(  # the officers whom a complaint concerns
    "matter_concerns",
    Base.metadata,
    Column("matter_id", ForeignKey("matter.id"), primary_key=True),
    Column("officer_id", ForeignKey("officer.id"), primary_key=True, index=True),
)


def concerns(matter_id, by: Officer):
    """The condition that the matter with this id concerns `by`."""
    them = and_(matter_concerns.c.matter_id == matter_id, matter_concerns.c.officer_id == by.id)
    return select(func.count()).where(them).scalar_subquery() > 0  # EXISTS: PostgreSQL gathers all that ever concerned them


def officer_of(session: Session, about: str, at: datetime) -> Officer | None:
    """The officer who holds the post of the contact card with the code `about`; None for words, and for nothing at all."""
    card = by_code(session, ContactCard, about)
    return responsible_for(card.post, at) if card else None


def judge_of(officer: Officer | None) -> Unit | None:
    """The station whose heads take a complaint about this officer; None where the bureau does.

    That is so for a head, for one of the bureau, and where nobody knows who it is.
    """
    is_judged_there = officer is not None and officer.role in (Role.OFFICER, Role.AUXILIARY) and officer.unit.parent
    return officer.unit if is_judged_there else None

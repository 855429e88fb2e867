"""A complaint 投诉 is what concerns an officer, an auxiliary or the station. Whom it concerns never sees it (DESIGN §4)."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Table, exists
from sqlalchemy.orm import Session

from models.base import Base
from models.officer import Officer, Role, responsible_for
from models.place import ContactCard, by_code

matter_concerns = Table(  # the officers whom a complaint concerns
    "matter_concerns",
    Base.metadata,
    Column("matter_id", ForeignKey("matter.id"), primary_key=True),
    Column("officer_id", ForeignKey("officer.id"), primary_key=True, index=True),
)


def concerns(matter_id, by: Officer):
    """The condition that the matter with this id concerns `by`."""
    return exists().where(matter_concerns.c.matter_id == matter_id, matter_concerns.c.officer_id == by.id)


def officer_of(session: Session, about: str, at: datetime) -> Officer | None:
    """The officer whose contact card has the code `about`, if it is one who is no head; the head then takes the complaint.

    Anything else, free text and nothing at all, gives None: the bureau takes it.
    """
    card = by_code(session, ContactCard, about)
    officer = responsible_for(card.post, at) if card else None
    return officer if officer and officer.role in (Role.OFFICER, Role.AUXILIARY) and officer.unit.parent else None

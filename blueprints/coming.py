"""Saying "I am coming" without a name: what a community's page and a gathering's own have in common."""

from uuid import uuid4

from flask import session

from models import rules
from models.base import now
from models.gathering import Gathering


def said_here(gathering: Gathering) -> int:
    """How many people this browser said just now that it brings to the gathering; 0 after 30 minutes."""
    uid, people, until = session.get("coming", (None, 0, 0))
    return people if uid == gathering.uid and now().timestamp() < until else 0


def remember_said(gathering: Gathering, people: int) -> None:
    """Keep it in the browser, so that it can be changed or taken back there; of one gathering, like a card."""
    session["coming"] = [gathering.uid, people, int((now() + rules.CARD_OPEN_FOR).timestamp())]


def asking() -> dict:
    """What `gatherings/_coming.html` needs beside the gathering."""
    return {"said_here": said_here, "submission_id": str(uuid4()), "coming_max": rules.COMING_MAX, "at": now()}

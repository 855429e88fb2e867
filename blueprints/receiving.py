"""Taking in what a form brought, a resident's or one that staff filled in for her: committed once, whoever taps twice."""

from functools import partial

from sqlalchemy.exc import IntegrityError

from blueprints.extensions import db
from models.base import now, writing
from models.card import EchoCard
from models.receiving import receive, receive_on


def take_in(outing=None, **what) -> EchoCard:
    """The committed card of a matter; `what` is that of `models.receiving.receive`. Refused where it refuses.

    What was said on a visit or at a gathering, the `outing`, is counted there; a printed `card` is locked.
    """
    for last_try in (False, True):
        try:
            writing(db.session, *(row for row in (outing, what.get("card")) if row))
            take = partial(receive_on, outing) if outing else receive
            card = take(db.session, at=now(), **what)
            db.session.commit()
            return card
        except IntegrityError:  # the same form from another tap was faster: ask again, and find its card
            db.session.rollback()
            if last_try:
                raise

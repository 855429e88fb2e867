"""Taking in what a form brought, a resident's or one that staff filled in for her: committed once, whoever taps twice."""

from functools import partial

from sqlalchemy.exc import IntegrityError

from blueprints.extensions import db
from models.base import N_, now, writing
from models.card import EchoCard
from models.receiving import receive, receive_on
from models.steps import Fault


def take_in(outing=None, **what) -> EchoCard:
    """The committed card of a matter; `what` is that of `models.receiving.receive`. Refused where it refuses.

    What was said on a visit or at a gathering, the `outing`, is counted there; a printed `card` is locked, and Fault where it
    was printed anew since it was found: whoever is given the new paper must not read this.
    """
    card, issue = what.get("card"), what.get("card") and what["card"].issue
    for last_try in (False, True):
        try:
            writing(db.session, *(row for row in (outing, card) if row))
            if card and card.issue != issue:
                raise Fault("echo_card", N_("这张回音卡刚刚重新打印过，原来的查询码不能用了。"))
            take = partial(receive_on, outing) if outing else receive
            taken = take(db.session, at=now(), **what)
            db.session.commit()
            return taken
        except IntegrityError:  # the same form from another tap was faster: ask again, and find its card
            db.session.rollback()
            if last_try:
                raise

"""Who may enter: every route declares its policy where it is defined, and the app refuses to start without one."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app, request, session
from flask_login import current_user
from werkzeug.exceptions import Forbidden

from blueprints import answers
from blueprints.extensions import db, login_manager
from models import audit, officer, rules
from models.base import now, writing
from models.blank import UNUSED, CardState
from models.card import EchoCard
from models.officer import Officer, Role
from models.signin import SignIn


@dataclass(frozen=True)
class Policy:
    """A name, and the roles let in; None lets everybody in. What is `polled` keeps no session awake: nobody may be there."""

    name: str
    roles: tuple[Role, ...] | None
    polled: bool = False


PUBLIC = Policy("public", None)
SIGNED_IN = Policy("signed in", tuple(Role))
STAFF = Policy("staff", officer.STAFF)
POLLING_STAFF = Policy("staff, polled", officer.STAFF, polled=True)
KEEPERS = Policy("heads and desk", officer.KEEPERS)
POLLING_KEEPERS = Policy("heads and desk, polled", KEEPERS.roles, polled=True)
PRINTERS = Policy("heads, desk and administrators", (*officer.KEEPERS, Role.ADMIN))
ADMINS = Policy("administrators", (Role.ADMIN,))
BUREAU = Policy("the bureau", (Role.BUREAU,))
HEADS = Policy("heads", officer.HEADS)
STATION_KEEPERS = Policy("heads and desk of a station", officer.STATION_KEEPERS)
ROSTERED = Policy("staff of a station", officer.ROSTERED)
GOERS = Policy("those who go on visits", officer.GOERS)
ISSUERS = Policy("those who send the service team", officer.ISSUERS)
WRITERS = Policy("those who write notices", officer.WRITERS)
TALKERS = Policy("those who go on visits, and the bureau", officer.COMPANIONS)
PAIRED = Policy("officers and heads", officer.PAIRED)
STATION_HEADS = Policy("heads of stations", (Role.HEAD,))


class Unguarded(RuntimeError):
    """A route was defined without a policy."""


def policy(policy: Policy) -> Callable:
    """Declare who may enter a view. Stands between the route and the function."""

    def declare(view):
        view.policy = policy
        return view

    return declare


def me() -> Officer:
    """The officer who is signed in. Only behind a policy that asks for one."""
    return current_user.officer


def may(endpoint: str) -> bool:
    """Whether whoever is signed in may enter there: what a menu shows."""
    allowed = current_app.view_functions[endpoint].policy.roles
    return allowed is None or me().role in allowed


def open_card() -> EchoCard | None:
    """The one card that is open in this browser; none after 30 minutes, or once it was issued anew."""
    return _card("card")


def card_to_hand_over() -> EchoCard | None:
    """The card that staff issued here and now hand over: its digits, not what stands on it; nobody's once they are signed out."""
    return _card("to_hand_over") if current_user.is_authenticated else None


def blank_card() -> EchoCard | None:
    """The blank card that was opened in this browser, for 30 minutes."""
    return _card("card", UNUSED)


def card_to_bind(number: str) -> EchoCard | None:
    """The printed card with this number that was opened in this browser, whatever became of it, and however long she wrote."""
    uid, issue, _until = session.get("card", (None, 0, 0))
    of_it = db.select(EchoCard).filter_by(uid=uid, issue=issue, number=number).where(EchoCard.batch_id.is_not(None))
    return db.session.scalars(of_it).one_or_none()


def remember_card(card: EchoCard, to_hand_over: bool = False) -> None:
    """Open this card in the browser, and no other, for 30 minutes; or only its digits, for staff to hand over."""
    kept = [card.uid, card.issue, int((now() + rules.CARD_OPEN_FOR).timestamp())]
    session["to_hand_over" if to_hand_over else "card"] = kept


def _card(name: str, states: tuple[CardState, ...] = (CardState.BOUND,)) -> EchoCard | None:
    uid, issue, until = session.get(name, (None, 0, 0))
    if uid is None or now().timestamp() > until:
        return None
    of_it = db.select(EchoCard).filter_by(uid=uid, issue=issue).where(EchoCard.state.in_(states))
    return db.session.scalars(of_it).one_or_none()


def note_refusal(record, action: str, by) -> None:
    """Refusals commit a line of their own in the audit log; whatever was begun is rolled back."""
    writing(db.session)
    audit.note(db.session, at=now(), by=by, action=action, record=record, detail="refused")
    db.session.commit()


def init_app(app: Flask) -> None:
    """Check that no route is unguarded, and stand at every door."""
    for rule in app.url_map.iter_rules():
        if not isinstance(getattr(app.view_functions[rule.endpoint], "policy", None), Policy):
            raise Unguarded(f"{rule.rule} has no policy")
    login_manager.session_protection = None  # its own would keep a hash of the address in the cookie …
    login_manager._session_identifier_generator = lambda: None  # … and stores one even so
    app.before_request(_enforce)
    app.jinja_env.globals |= {"me": me, "may": may}


@login_manager.user_loader
def _load(secret: str) -> SignIn | None:
    return SignIn.find(db.session, secret, now())


def _enforce():
    if request.endpoint is None:
        return None  # the 404 speaks for itself
    policy = current_app.view_functions[request.endpoint].policy
    if policy.roles is None:
        return None
    if not current_user.is_authenticated:
        return answers.sign_in_first()
    if me().role not in policy.roles:
        raise Forbidden
    if not policy.polled and current_user.is_due_a_look(now()):
        sign_in = current_user._get_current_object()
        writing(db.session, sign_in)
        sign_in.seen = now()
        db.session.commit()
    return None

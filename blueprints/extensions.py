"""The libraries that the app is built on, each made once and bound in create_app()."""

import hmac

from flask import current_app, request
from flask_babel import Babel
from flask_compress import Compress
from flask_limiter import Limiter
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from limits import parse_many

from models.base import Base


class KeyedSession(Session):
    """A session that knows the app's keys, for the audit chain, and its SMS gateway, if it has one."""

    def __init__(self, db, **kwargs):
        super().__init__(db, **kwargs)
        self.info["keys"] = current_app.extensions["keys"]
        self.info["gateway"] = current_app.extensions["gateway"]


def _hashed_address() -> str:
    """Whom to slow down: a keyed hash of the address, which itself is kept nowhere."""
    return hmac.digest(current_app.extensions["keys"].secret, (request.remote_addr or "").encode(), "sha256").hex()


def refused(response) -> bool:
    """Whether an answer counts as a wrong try: many honest people may share one address."""
    return response.status_code == 422


def booked(response) -> bool:
    """Whether an answer took a time that nobody else can have now: looking, and wrong tries, cost nobody anything."""
    return response.status_code == 303


# what was committed was just written: it is answered from, not read again; `writing()` reads anew before it changes anything
db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": KeyedSession, "expire_on_commit": False})
migrate = Migrate()
babel = Babel()
compress = Compress()
login_manager = LoginManager()
limiter = Limiter(_hashed_address, storage_uri="memory://", headers_enabled=False)

TRIES = parse_many("10/minute;60/hour")  # in vain, where one field of a long form is a code: the rest must not be lost with it


def tried_too_often(*who: str) -> bool:
    """Whether so many tries of theirs were in vain that the next one has to wait, right or wrong."""
    return limiter.enabled and not all(limiter.limiter.test(limit, *who) for limit in TRIES)


def tried_in_vain(*who: str) -> None:
    """Count one."""
    if limiter.enabled:
        for limit in TRIES:
            limiter.limiter.hit(limit, *who)

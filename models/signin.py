"""Sign-in: passwords, one-time codes, revocable sessions, and the lock after wrong tries."""

import hashlib
import hmac
import secrets
import threading
from datetime import datetime, timedelta

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import ForeignKey, Select, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import rules
from models.base import N_, Base, Values, ensure
from models.keys import Keys
from models.officer import Officer
from models.sealed import seal, unseal
from models.steps import Refused

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
AT_ONCE = threading.BoundedSemaphore(2)  # each hash takes 19 MiB
NOBODY = HASHER.hash(secrets.token_hex(16))  # checked where there is no account, so that this takes as long
SEEN_EVERY = timedelta(minutes=1)


def hash_password(password: str) -> str:
    """The argon2id hash of a password, to be stored."""
    with AT_ONCE:
        return HASHER.hash(password)


def password_fits(officer: Officer | None, password: str) -> bool:
    """Whether the password is this account's. Takes as long for no account at all."""
    with AT_ONCE:
        try:
            return HASHER.verify(officer.password_hash if officer else NOBODY, password) and officer is not None
        except (Argon2Error, InvalidHashError):
            return False


def new_totp(keys: Keys, officer: Officer) -> str:
    """Give the account a new secret for one-time codes; returns it in base32 for the owner's phone."""
    secret = pyotp.random_base32()
    officer.totp_sealed = seal(keys.contact, secret, table="officer", uid=officer.uid, field="totp")
    return secret


def totp_secret(keys: Keys, officer: Officer) -> str | None:
    """The account's secret in base32, or None."""
    return (
        unseal(keys.contact, officer.totp_sealed, table="officer", uid=officer.uid, field="totp")
        if officer.totp_sealed
        else None
    )


def totp_fits(keys: Keys, officer: Officer, code: str, at: datetime, required: bool) -> bool:
    """Whether the one-time code is right and new, where the account or the station (`required`) asks for one.

    Uses the code up: call it on a locked row, inside the write that opens the session.
    """
    if not (required or officer.totp_on):
        return True
    secret = totp_secret(keys, officer)
    if secret is None:
        return False
    totp, step = pyotp.TOTP(secret), int(at.timestamp()) // 30
    fitting = [
        n
        for n in (step - 1, step, step + 1)
        if n > (officer.totp_used or 0) and hmac.compare_digest(totp.generate_otp(n), code)
    ]
    officer.totp_used = max(fitting, default=officer.totp_used)
    return bool(fitting)


def new_code() -> str:
    """A code for one activation: twelve digits, in groups that can be read aloud."""
    digits = f"{secrets.randbelow(10**12):012}"
    return " ".join(digits[n : n + 4] for n in range(0, 12, 4))


def waiting(at: datetime) -> Select:
    """The open accounts whose owners have no password yet: first those without a code that still counts, unit by unit."""
    waits = select(Officer).where(Officer.active, Officer.activate_by.is_not(None))
    return waits.order_by(Officer.activate_by > at, Officer.unit_id, Officer.username)


def await_activation(officer: Officer, hashed: str, at: datetime) -> None:
    """From now on the account only takes the code whose hash this is, for a week: its owner then chooses a password."""
    officer.password_hash, officer.activate_by = hashed, at + rules.ACTIVATE_WITHIN
    officer.totp_sealed = officer.totp_used = None


def still_opens(officer: Officer, fitted: str) -> bool:
    """Whether what fitted the hash `fitted` before the row was locked still does: the account is open, nothing was set anew."""
    return officer.active and officer.password_hash == fitted


def activate(keys: Keys, officer: Officer, fitted: str, hashed: str, at: datetime, required: bool) -> str | None:
    """The owner has chosen a password; call it on a locked row. Returns the secret of one-time codes where they are asked for.

    Refused where the code, which fitted `fitted`, was used up or replaced meanwhile, or is too old.
    """
    if officer.activate_by is None or at > officer.activate_by or not still_opens(officer, fitted):
        raise Refused(N_("这个激活码过期了，或者已经用过。请找管理员再要一个。"))
    officer.password_hash, officer.activate_by = hashed, None
    return new_totp(keys, officer) if required or officer.totp_on else None


class SignInTries(Base):
    """The last wrong tries at one user name, there or not, kept under a keyed hash of the name."""

    __tablename__ = "sign_in_tries"
    __table_args__ = {}

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    tried: Mapped[list] = mapped_column(Values, default=list)
    locked_until: Mapped[datetime | None]

    @classmethod
    def at(cls, session: Session, keys: Keys, username: str) -> "SignInTries":
        """The locked row of this user name; call it inside a write."""
        key = hmac.digest(keys.secret, b"tries:" + username.encode(), "sha256").hex()
        ensure(session, cls, key=key, tried=[])
        return session.scalars(
            select(cls).where(cls.key == key).with_for_update().execution_options(populate_existing=True)
        ).one()

    def reserve(self, at: datetime) -> bool:
        """Take one of the five tries in 15 minutes before the password is looked at; False while locked."""
        if self.locked_until:
            if at < self.locked_until:
                return False
            self.locked_until, self.tried = None, []
        self.tried = [moment for moment in self.tried if at - moment < rules.WRONG_WITHIN] + [at]
        if len(self.tried) >= rules.WRONG_SIGN_INS:
            self.locked_until = at + rules.LOCKED_FOR
        return True

    def is_over(self, at: datetime) -> bool:
        """Whether nothing in this row counts any more."""
        locked = self.locked_until is not None and at < self.locked_until
        return not locked and all(at - moment >= rules.WRONG_WITHIN for moment in self.tried)

    def forget(self) -> None:
        """The right password was given: nothing stands against this name."""
        self.tried, self.locked_until = [], None


class SignIn(Base):
    """One session of one officer. The browser holds a secret, the table its hash; ending the row ends the session."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    began: Mapped[datetime]
    seen: Mapped[datetime]
    ended: Mapped[datetime | None]

    officer: Mapped[Officer] = relationship(lazy="joined")

    is_authenticated = is_active = True  # what Flask-Login asks of whom it loads
    is_anonymous = False

    @classmethod
    def begin(cls, session: Session, officer: Officer, at: datetime) -> "SignIn":
        """Open a session; the secret for the browser is on it only now."""
        secret = secrets.token_urlsafe(24)
        begun = cls(officer=officer, secret_hash=_hash(secret), began=at, seen=at)
        begun.secret = secret
        session.add(begun)
        return begun

    def get_id(self) -> str:
        """What the browser holds."""
        return self.secret

    @classmethod
    def find(cls, session: Session, secret: str, at: datetime) -> "SignIn | None":
        """The living session of this secret: not ended, not idle for 15 minutes, younger than 12 hours."""
        found = session.scalars(select(cls).where(cls.secret_hash == _hash(secret))).one_or_none()
        return found if found and found.is_alive(at) else None

    def is_alive(self, at: datetime) -> bool:
        """Whether the session still counts at `at`."""
        return (
            self.ended is None
            and self.officer.active
            and at - self.seen < rules.IDLE
            and at - self.began < rules.SIGNED_IN_AT_MOST
        )

    def is_due_a_look(self, at: datetime) -> bool:
        """Whether `seen` is old enough to be written again."""
        return at - self.seen >= SEEN_EVERY


def end_all(session: Session, officer: Officer, at: datetime) -> None:
    """End every open session of an account."""
    session.execute(update(SignIn).where(SignIn.officer_id == officer.id, SignIn.ended.is_(None)).values(ended=at))


def sweep(session: Session, at: datetime) -> None:
    """Leave nothing of sign-ins that are long over, and of tries that no longer count."""
    session.execute(delete(SignIn).where(SignIn.began < at - 2 * rules.SIGNED_IN_AT_MOST))
    for tries in session.scalars(select(SignInTries).with_for_update(skip_locked=True)):
        if tries.is_over(at):
            session.delete(tries)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

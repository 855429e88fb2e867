"""The audit log: lines chained with a key, the head locked last of all before the commit.

Lines hold opaque ids, never a name, a number or a text. Triggers keep them from change (see the migrations).
"""

import hmac
import json
from datetime import datetime

from sqlalchemy import CheckConstraint, Integer, String, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import AUTOINCREMENT, Base

START = "0" * 64
FIELDS = ("at", "actor", "actor_uid", "action", "subject", "subject_uid", "detail")


class AuditLine(Base):
    """Who did what to what. `actor` is a role, `card`, `sms`, `clock` or `stranger`; the uids are opaque."""

    __tablename__ = "audit_line"
    __table_args__ = AUTOINCREMENT

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(32))
    actor_uid: Mapped[str | None] = mapped_column(String(32))
    action: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str | None] = mapped_column(String(32))
    subject_uid: Mapped[str | None] = mapped_column(String(32))
    detail: Mapped[str | None] = mapped_column(String(64))
    mac: Mapped[str] = mapped_column(String(64))

    def chained(self, key: bytes, before: str) -> str:
        """The MAC of this line behind the one whose MAC is `before`."""
        values = [getattr(self, name) for name in FIELDS]
        values[0] = f"{self.at.timestamp():.6f}"
        return hmac.digest(key, json.dumps([before, *values]).encode(), "sha256").hex()


class AuditHead(Base):
    """The one row that says where the chain ends."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    lines: Mapped[int] = mapped_column(Integer)
    mac: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str | None] = mapped_column(String(64))  # over both; None before the first line

    def sealed(self, key: bytes) -> str:
        """The MAC over count and end: without the key nobody can move the end back."""
        return hmac.digest(key, f"{self.lines}|{self.mac}".encode(), "sha256").hex()


def note(session: Session, *, at: datetime, by, action: str, record=None, detail: str | None = None) -> None:
    """Have one line written with this commit. `by` is an officer, a card, the clock, or None for a stranger."""
    actor, actor_uid = by.audited_as if by is not None else ("stranger", None)
    session.info.setdefault("audit", []).append(
        AuditLine(
            at=at,
            actor=actor,
            actor_uid=actor_uid,
            action=action,
            subject=record.__tablename__ if record is not None else None,
            subject_uid=record.uid if record is not None else None,
            detail=detail,
        )
    )


@event.listens_for(Session, "before_commit")
def _chain(session: Session) -> None:
    lines = session.info.pop("audit", None)
    if not lines:
        return
    session.flush()
    head = session.scalars(select(AuditHead).with_for_update().execution_options(populate_existing=True)).one()
    for line in lines:
        line.mac = head.mac = line.chained(session.info["keys"].audit, head.mac)
    session.add_all(lines)  # in their order: so they get their ids
    head.lines += len(lines)
    head.seal = head.sealed(session.info["keys"].audit)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("audit", None)


def verify(session: Session, key: bytes) -> tuple[int, int | None]:
    """Walk the chain. Returns the number of lines, and the id of the first line that does not fit, or None.

    A missing end counts as a fault of the line after the last: its id is given as the last id + 1.
    """
    head = session.scalars(select(AuditHead)).one()  # first: lines may come after it while we walk
    before, count, last, end = START, 0, 0, START
    with session.scalars(select(AuditLine).order_by(AuditLine.id).execution_options(yield_per=1000)) as lines:
        for line in lines:
            count, last = count + 1, line.id
            if line.chained(key, before) != line.mac:
                return count, line.id
            before = line.mac
            end = before if count == head.lines else end
    whole = count >= head.lines and head.mac == end and head.seal == (head.sealed(key) if head.lines else None)
    return count, None if whole else last + 1

"""Replies to texts, and what a gateway tells: which text one belongs to, and what follows from it."""

import hashlib
import re
import unicodedata
from datetime import datetime

from sqlalchemy import String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import rules
from models.asking import NotByText, Reply
from models.base import Base, insert_of
from models.gateway import CODE
from models.outbox import Message, hashed
from models.steps import BY_TEXT
from models.task import TaskState

REPLY = re.compile(r"\W*([123])\W*")


class GatewayEvent(Base):
    """Something that a gateway told: the hash of its id, so that the same again has no effect."""

    __tablename__ = "gateway_event"
    __table_args__ = {}

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)

    @classmethod
    def is_new(cls, session: Session, event: str, at: datetime) -> bool:
        """Whether this was never told before, inside a write; from now on it was."""
        hashed = hashlib.sha256(event.encode()).hexdigest()
        told = insert_of(session, cls).values(id=hashed, at=at).on_conflict_do_nothing()
        return session.scalar(told.returning(cls.id)) is not None


def named(session: Session, uid: str, gateway_id: str) -> Message | None:
    """The text that a gateway means, by our name for it or by its own."""
    known = Message.uid == uid if uid else Message.gateway_id == gateway_id
    return session.scalars(select(Message).where(known).limit(1)).first() if uid or gateway_id else None


def reported(code: str) -> str:
    """The code of a failure that a gateway reports, or that there was one; never its words."""
    return f"told_{code}" if CODE.fullmatch(code) else "told"


def asked(session: Session, extension: str, number: str, at: datetime) -> list[Message]:
    """The texts that a reply may belong to: the extension's, if the number fits; else all open ones to that number, or the last."""
    came_from = hashed(session.info["keys"], number)
    if extension:
        named = session.scalars(select(Message).where(Message.extension == extension)).one_or_none()
        return [named] if named and named.phone_hash in (None, came_from) else []
    lately = select(Message).where(Message.tried_at > at - rules.NUMBER_KEPT, Message.phone_hash.is_not(None))
    found = [message for message in session.scalars(lately.order_by(Message.id)) if message.phone_hash == came_from]
    return [message for message in found if message.asking.state is TaskState.PLANNED] or found[-1:]


def read_reply(words: str) -> Reply | None:
    """What was meant by 1, 2 or 3, however it was typed; None by anything else."""
    found = REPLY.fullmatch(unicodedata.normalize("NFKC", words))
    return list(Reply)[int(found[1]) - 1] if found else None


def heed(messages: list[Message], reply: Reply | None, at: datetime) -> None:
    """Do what follows from a reply, inside a write that locks the texts with what they are about.

    Two texts that it may belong to: no guess, both are asked about by phone. To one whose callback was made, or that was
    replied to, it is written down and changes nothing.
    """
    for message in messages:
        callback = message.asking
        if len(messages) > 1:
            _ring(callback, at, NotByText.SEVERAL)
        elif callback.state is not TaskState.PLANNED or message.replied_at:
            message.about.hear_late(reply or Reply.OTHER, at)
        elif reply is None:
            _ring(callback, at, NotByText.UNCLEAR)
        else:
            callback.steps["reply"].take(callback, by=BY_TEXT, version=callback.version, at=at, answer=reply)
        message.replied_at = message.replied_at or at
        message.reply = message.reply or (reply if len(messages) == 1 else None)


def _ring(callback, at, why):
    if callback.is_asked_by_text:
        callback.steps["call_instead"].take(callback, by=BY_TEXT, version=callback.version, at=at, why=why)


def sweep(session: Session, at: datetime) -> None:
    """Nothing is left by which a number could be recognised, once a reply can hardly come; nor of what a gateway told."""
    stands = {"hash": Message.phone_hash.is_not(None), "extension": Message.extension.is_not(None)}
    old = Message.tried_at <= at - rules.NUMBER_KEPT
    session.execute(update(Message).where(old, stands["hash"]).values(phone_hash=None))
    older = Message.tried_at <= at - rules.EXTENSION_KEPT
    session.execute(update(Message).where(older, stands["extension"]).values(extension=None))
    session.execute(delete(GatewayEvent).where(GatewayEvent.at < at - rules.EVENTS_KEPT))

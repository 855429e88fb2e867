"""flask tick and flask worker: whatever is due by the clock."""

import signal
import threading
from datetime import timedelta

import click
from flask import current_app
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from blueprints.extensions import db
from blueprints.queue import bp
from models import digest, incident, outbox, replying, sqlite
from models.asking import NotByText
from models.base import now, writing
from models.callback import CallbackResult, not_taken, unanswered
from models.campaign import recalls_over
from models.incident_import import IncidentImport, to_work_on
from models.matter import Matter, kept_too_long, promises_over, waited_in_vain, worded_too_long
from models.order import late_orders
from models.outbox import Message, Parcel
from models.signin import sweep
from models.steps import CLOCK, Refused, Stepped

EVERY = 60  # seconds


@bp.cli.command("tick")
def tick():
    """Do everything that is due, once. Safe to repeat, and on several machines at a time."""
    click.echo(f"{do_what_is_due()} callbacks lapsed.")


@bp.cli.command("worker")
def worker():
    """Tick every minute until told to stop."""
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    while not stop.is_set():
        try:
            do_what_is_due()
        except DBAPIError as error:  # the database was away for a moment
            current_app.logger.error("%s in worker", type(error).__name__)
        db.session.remove()
        stop.wait(EVERY)


def do_what_is_due() -> int:
    """Each matter in a write of its own, asked again once it is locked: another machine may have been faster."""
    at, lapsed = now(), 0
    for matter in promises_over(db.session, at):
        _ask(matter, at)
    for matter in [callback.matter for callback in unanswered(db.session, at)]:
        lapsed += _take("lapse", matter, at, result=CallbackResult.SILENT)
    for matter in [callback.matter for callback in outbox.not_replied(db.session, at)]:
        lapsed += _take("lapse", matter, at, result=CallbackResult.NO_REPLY)
    for callback in outbox.never_asked(db.session, at):
        _take("ring", callback, at, why=NotByText.NOT_SENT)
    for message in outbox.no_longer_wanted(db.session, at):
        _take("call_off", message, at)
    for matter in waited_in_vain(db.session, at):
        _take("resume", matter, at)
    for matter in kept_too_long(db.session, at):
        _take("erase", matter, at)
    for matter in worded_too_long(db.session, at):
        _take("forget", matter, at)
    for order in late_orders(db.session, at):
        _take("rise", order, at)
        if order.is_to_check and not order.matter.open_callback:
            _ask(order.matter, at)
    for recall in recalls_over(db.session, at):
        _take("expire", recall, at)
    for callback in not_taken(db.session, at):
        _take("rise", callback, at)
    for callback in incident.kept_too_long(db.session, at):
        _take("forget", callback, at)
    for found in to_work_on(db.session, at):
        _bring_in(found)
    for unit_id in digest.due(db.session, at):
        told = digest.drawn_up(db.session, unit_id, at)
        writing(db.session)
        digest.keep(db.session, unit_id, at, told)
        db.session.commit()
    writing(db.session)
    sweep(db.session, at)
    replying.sweep(db.session, at)
    db.session.commit()
    send_texts()
    if db.engine.dialect.name == "sqlite":
        sqlite.settle(db.engine)
    return lapsed


def _ask(matter: Matter, at) -> None:
    """Have the resident asked about what has an end, in a write of its own."""
    writing(db.session, *matter.to_lock())
    matter.ask_about_promises(at)
    db.session.commit()


def _bring_in(found: IncidentImport) -> None:
    """Bring in a spreadsheet, each portion in a write of its own, unless another worker does."""
    lease = None
    while True:
        writing(db.session, found, found.bureau)
        lease = found.work(now(), lease)
        db.session.commit()
        if lease is None:
            return


def _take(step: str, record: Stepped, at, **fields) -> bool:
    """The clock takes a step of a record, in a write of its own; False where another machine was faster."""
    writing(db.session, *record.to_lock())
    try:
        record.steps[step].take(record, by=CLOCK, version=record.version, at=at, **fields)
    except (Refused, StaleDataError):
        db.session.rollback()
        return False
    db.session.commit()
    return True


def send_texts() -> None:
    """Hand what is due to the gateway, a few at a time, for a minute at most; without a gateway people do it.

    Taken in a write of its own, sent, and what came of it kept in another: a worker that dies in between leaves a text that
    is sent again under the same id once its lease is over. Where nothing goes through any more the next tick tries again.
    """
    if current_app.extensions["gateway"] is None:
        return
    end = now() + timedelta(seconds=EVERY)
    while now() < end and sum(_send(parcel) for parcel in _leased()):
        pass


def _leased() -> list[Parcel]:
    writing(db.session)
    parcels = outbox.lease(db.session, now())
    db.session.commit()
    return parcels


def _send(parcel: Parcel) -> bool:
    """Whether the gateway took it."""
    if now() >= parcel.until:
        return False  # it is somebody else's by now
    words = {"phone": parcel.phone, "text": parcel.text, "id": parcel.uid, "extension": parcel.extension}
    answer = current_app.extensions["gateway"].send(**words, at=now())
    message = db.session.get(Message, parcel.message_id)
    writing(db.session, *message.to_lock())
    message.came_back(now(), parcel.version, answer)
    db.session.commit()
    return answer.error is None

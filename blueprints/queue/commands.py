"""flask tick and flask worker: whatever is due by the clock."""

import signal
import sys
import threading
from datetime import timedelta

import click
from flask import current_app
from sqlalchemy.orm.exc import StaleDataError

from blueprints.extensions import db
from blueprints.queue import bp
from models import (
    appointment,
    digest,
    gathering,
    importing,
    incident,
    outbox,
    pairing,
    pairing_duty,
    replying,
    slip,
    sqlite,
    talk,
    talk_callback,
    talk_side,
)
from models.asking import NotByText
from models.base import now, writing
from models.callback import CallbackResult, not_taken, unanswered
from models.campaign import recalls_over
from models.correcting import photos_kept_too_long
from models.incident_import import IncidentImport, to_work_on
from models.matter import kept_too_long, promises_over, waited_in_vain, worded_too_long
from models.must_visit import sites_to_visit
from models.order import late_orders, never_checked
from models.outbox import Message, Parcel
from models.signin import sweep
from models.steps import CLOCK, Refused, Stepped
from models.visit import Visit

EVERY = 60  # seconds


@bp.cli.command("tick")
def tick():
    """Do everything that is due, once. Safe to repeat, and on several machines at a time."""
    try:
        click.echo(f"{do_what_is_due()} callbacks lapsed.")
    except ExceptionGroup as faults:
        _log(faults)
        sys.exit(1)


@bp.cli.command("worker")
def worker():
    """Tick every minute until told to stop."""
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    while not stop.is_set():
        try:
            do_what_is_due()
        except ExceptionGroup as faults:  # the database was away for a moment, or worse: the next minute is another one
            _log(faults)
        db.session.remove()
        stop.wait(EVERY)


def _log(faults: ExceptionGroup) -> None:
    """Types only: the text of an error may hold what a resident wrote."""
    for fault in faults.exceptions:
        current_app.logger.error("%s in %s by the clock", type(fault).__name__, *fault.__notes__)


STEPS = (  # what the clock takes: the step, the records it is due for, its fields
    ("lapse", lambda session, at: [callback.matter for callback in unanswered(session, at)], {"result": CallbackResult.SILENT}),
    ("lapse", lambda session, at: [c.matter for c in outbox.not_replied(session, at)], {"result": CallbackResult.NO_REPLY}),
    ("lapse", incident.not_replied, {"result": CallbackResult.NO_REPLY}),
    ("call_instead", outbox.never_asked, {"why": NotByText.NOT_SENT}),
    ("call_instead", incident.never_asked, {"why": NotByText.NOT_SENT}),
    ("call_off", outbox.no_longer_wanted, {}),
    ("resume", waited_in_vain, {}),
    ("erase", kept_too_long, {}),
    ("forget", worded_too_long, {}),
    ("rise", late_orders, {}),
    ("expire", recalls_over, {}),
    ("rise", not_taken, {}),
    ("forget", incident.kept_too_long, {}),
    ("miss", pairing_duty.gone_by, {}),
    ("expire", slip.not_chosen, {}),
    ("forget", slip.kept_too_long, {}),
    ("erase", photos_kept_too_long, {}),
    ("lapse", talk_callback.silent, {}),
    ("rise", talk_callback.not_taken, {}),
    ("erase", talk_side.kept_too_long, {}),
    ("erase", talk.photos_kept_too_long, {}),
    ("forget", talk.worded_too_long, {}),
    ("erase", gathering.photos_kept_too_long, {}),
    ("forget", appointment.kept_too_long, {}),
)


def do_what_is_due() -> int:
    """Each record in a write of its own, asked again once it is locked: another machine may have been faster.

    Returns how many callbacks lapsed. What goes wrong keeps nothing else from being done; ExceptionGroup tells at the end.
    """
    at, lapsed, faults = now(), 0, []
    _by_itself(faults, _ask_in_time, at)
    for step, due, fields in STEPS:
        taken = _by_itself(faults, _take_all, step, due, at, fields)
        lapsed += taken or 0 if step == "lapse" else 0
    for found in _by_itself(faults, to_work_on, db.session, at) or ():
        _by_itself(faults, _bring_in, found)
    for job in (_raise_duties, _send_to_sites, _keep_digests, _sweep):
        _by_itself(faults, job, at)
    _by_itself(faults, send_texts)
    if faults:
        raise ExceptionGroup("by the clock", faults)
    return lapsed


def _by_itself(faults: list[Exception], job, *given):
    try:
        return job(*given)
    except Exception as fault:
        db.session.rollback()
        fault.add_note(given[0] if job is _take_all else job.__name__.strip("_"))
        faults.append(fault)


def _take_all(step: str, due, at, fields: dict) -> int:
    return sum(_take(step, record, at, **fields) for record in due(db.session, at))


def _ask_in_time(at) -> None:
    for matter in [*promises_over(db.session, at), *never_checked(db.session, at)]:
        writing(db.session, *matter.to_lock())
        matter.ask_about_promises(at)
        db.session.commit()


def _raise_duties(at) -> None:
    for found in pairing.to_raise(db.session, at):
        writing(db.session, found)
        found.raise_duties(at)
        db.session.commit()


def _send_to_sites(at) -> None:
    for site in sites_to_visit(db.session, at):
        writing(db.session, site)
        for still_due in sites_to_visit(db.session, at, only=site):
            Visit.rise(db.session, at, still_due)
        db.session.commit()


def _keep_digests(at) -> None:
    for unit_id in digest.due(db.session, at):
        told = digest.drawn_up(db.session, unit_id, at)
        writing(db.session)
        digest.keep(db.session, unit_id, at, told)
        db.session.commit()


def _sweep(at) -> None:
    writing(db.session)
    sweep(db.session, at)
    replying.sweep(db.session, at)
    importing.sweep(db.session, at)
    db.session.commit()
    if db.engine.dialect.name == "sqlite":
        sqlite.settle(db.engine)


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

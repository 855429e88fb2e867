"""The clock after a long pause: everything that is due is done, once, however often it is asked."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from blueprints.queue.commands import do_what_is_due
from models import audit
from models.asking import CallbackResult, Rating
from models.audit import AuditLine
from models.base import beijing_date, now
from models.callback import Callback
from models.contact import Channel, Reachable
from models.ledger import Entry
from models.life import State
from models.matter import Matter
from models.pairing_duty import PairingDuty
from models.point import Outcome
from models.slip import Slip
from models.task import TaskState
from tests.cast import DAY

CHEN = Reachable("陈静", "0000-5550142")
YEAR = 365 * DAY


@pytest.fixture
def due(cast, session, any_hour):
    """One matter for each thing that the clock does, all of it long due."""
    waits = cast.accepted(now() - 40 * DAY)
    cast.step(waits, "ask", cast.li, now() - 40 * DAY, text="哪一盏？")
    promised = cast.accepted(now() - 30 * DAY)
    until = (now() - 20 * DAY).date()
    cast.step(promised, "answer", cast.li, now() - 30 * DAY, point=1, outcome=Outcome.UNDER_WAY, text="等配件。", until=until)
    silent = cast.answered(now() - 30 * DAY)
    ringing = cast.answered(now() - 10 * DAY, contact=CHEN, reply_by=Channel.PHONE)
    over = cast.answered(now() - 4 * YEAR, contact=CHEN)
    cast.step(over, "rate", over.cards[0], now() - 4 * YEAR, rating=Rating.SATISFIED, solved=[1])
    cast.step(over, "sign_off", cast.wang, now() - 4 * YEAR)
    long_ago = now() - 40 * DAY
    cast.slip(long_ago)
    cast.pairing(long_ago - beijing_date(long_ago).weekday() * DAY)  # a Monday
    session.commit()
    return {"waits": waits.id, "promised": promised.id, "silent": silent.id, "ringing": ringing.id, "over": over.id}


def counted(session):
    session.rollback()
    session.expire_all()
    return [session.scalar(select(func.count()).select_from(table)) for table in (Entry, AuditLine, Callback, PairingDuty)]


def test_after_a_pause_all_is_done_once(app, cast, session, due):
    with app.app_context():
        do_what_is_due()
    after = counted(session)
    found = {name: session.get(Matter, id) for name, id in due.items()}
    assert found["waits"].state is State.IN_HAND and found["waits"].due_at < now(), "it counts from the end of the wait"
    assert found["promised"].open_callback is not None
    assert found["silent"].last_callback.result is CallbackResult.SILENT
    assert found["ringing"].open_callback.station_id == cast.bureau.id
    assert found["over"].contact is None and found["over"].body == "" and found["over"].summary
    assert {duty.missed for duty in session.scalars(select(PairingDuty))} == {True, False}, "what went by is kept"
    slip = session.scalars(select(Slip)).one()
    assert slip.erased_at and slip.visit.state is TaskState.CALLED_OFF
    with app.app_context():
        for _again in range(2):
            do_what_is_due()
    assert counted(session) == after
    assert audit.verify(session, app.extensions["keys"].audit)[1] is None


def test_two_machines_at_once_do_it_once(another_app, session, due):
    def tick(app):
        with app.app_context():
            do_what_is_due()

    with ThreadPoolExecutor() as machines:
        list(machines.map(tick, [another_app(), another_app()]))
    after = counted(session)
    callbacks = session.scalars(select(Callback).order_by(Callback.id)).all()
    assert len([one for one in callbacks if one.matter_id == due["promised"]]) == 1
    duties = [(duty.duty, duty.since, duty.serial) for duty in session.scalars(select(PairingDuty))]
    assert len(duties) == len(set(duties)) > 3
    lines = session.scalars(select(Entry).where(Entry.actor == "clock")).all()
    assert sorted(line.step for line in lines) == ["erase", "forget", "lapse", "resume", "rise"]
    tick(another_app())
    assert counted(session) == after

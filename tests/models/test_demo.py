"""The demo: who and what is in it, that it is the same each time, and what it stays away from."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from models import audit, demo
from models.about import About
from models.audit import AuditLine
from models.callback import Callback
from models.demo import NotADemo
from models.ledger import Entry
from models.life import State
from models.matter import Matter
from models.officer import Officer, Posting, PostingKind, Role, responsible_for
from models.signin import password_fits, totp_secret
from models.task import Task
from models.unit import Community, Unit, UnitKind
from tests.cast import MONDAY, PASSWORD, PASSWORD_HASH
from tests.conftest import _new_sqlite

AFTER_MIDNIGHT = datetime(2026, 12, 31, 16, 5, tzinfo=UTC)  # 00:05 on New Year's Day in Beijing
EARLY = datetime(2027, 2, 14, 23, 59, tzinfo=UTC)  # 07:59 on a Monday after the spring festival


@pytest.fixture
def keys(app):
    return app.extensions["keys"]


@pytest.fixture
def fill(keys):
    """Make the demo in the database of a session."""

    def fill(session, at=MONDAY):
        demo.make(session, keys, PASSWORD, PASSWORD_HASH, at)
        session.commit()
        return session

    return fill


@pytest.fixture
def second(sqlite_template, tmp_path_factory, keys):
    """A session on another empty database."""
    path = tmp_path_factory.mktemp("second") / "huiyin.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = create_engine(f"sqlite:///{path}")
    with Session(engine, info={"keys": keys}) as session:
        yield session
    engine.dispose()


# ── what is in it


def test_it_has_one_bureau_three_stations_and_their_thirteen_accounts(session, fill):
    fill(session)
    accounts = session.execute(select(Officer.username, Officer.role, Unit.number).join(Unit).order_by(Officer.id)).all()
    assert accounts == [
        ("bureau", Role.BUREAU, "000"),
        ("head1", Role.HEAD, "101"),
        ("deputy1", Role.HEAD, "101"),
        ("desk1", Role.DESK, "101"),
        ("officer1a", Role.OFFICER, "101"),
        ("officer1b", Role.OFFICER, "101"),
        ("auxiliary1", Role.AUXILIARY, "101"),
        ("head2", Role.HEAD, "102"),
        ("officer2a", Role.OFFICER, "102"),
        ("head3", Role.HEAD, "103"),
        ("officer3a", Role.OFFICER, "103"),
        ("admin", Role.ADMIN, "000"),
        ("auditor", Role.AUDITOR, "000"),
    ]
    kinds = session.execute(select(Unit.number, Unit.kind).order_by(Unit.number)).all()
    assert kinds == [("000", UnitKind.BUREAU), *((number, UnitKind.STATION) for number in ("101", "102", "103"))]


def test_everybody_signs_in_with_the_password_and_has_a_secret_for_one_time_codes(session, fill, keys):
    officers = fill(session).scalars(select(Officer)).all()
    assert len({officer.password_hash for officer in officers}) == 1 and password_fits(officers[0], PASSWORD)
    assert len({totp_secret(keys, officer) for officer in officers} - {None}) == 13
    assert not any(officer.totp_on for officer in officers)


def test_the_first_community_is_of_head1s_station_with_officer1a_responsible(session, fill):
    first = fill(session).scalars(select(Community).join(Unit).order_by(Unit.number, Community.code)).first()
    assert first.station_id == session.scalar(select(Officer.unit_id).filter_by(username="head1"))
    assert responsible_for(first.post, MONDAY).username == "officer1a"
    holders = session.scalars(select(Posting).filter_by(post_id=first.post_id, kind=PostingKind.RESPONSIBLE)).all()
    assert [posting.officer.username for posting in holders] == ["officer1a"]


def test_every_station_has_an_open_card_to_look_at(session, fill):
    stations = fill(session).scalars(select(Unit).filter_by(kind=UnitKind.STATION).order_by(Unit.number))
    cards = [demo.open_card(session, station) for station in stations]
    assert [card.number[:3] for card in cards] == ["101", "102", "103"]
    assert {card.matter.state for card in cards} <= {State.RECEIVED, State.IN_HAND}


def test_every_step_of_it_is_in_the_audit_log_and_the_chain_holds(session, fill, keys):
    lines, fault = audit.verify(fill(session), keys.audit)
    assert fault is None and lines > 30


# ── when it is made


@pytest.mark.parametrize("settings", [_new_sqlite], ids=["sqlite"], indirect=True)
@pytest.mark.parametrize("at", [MONDAY, AFTER_MIDNIGHT, EARLY], ids=["10:00", "after midnight", "early in the morning"])
def test_nothing_lies_in_the_future(session, fill, at):
    fill(session, at)
    happened = (Matter.received_at, Matter.closed_at, Task.made_at, Task.ended_at, Callback.rated_at, Entry.at, AuditLine.at)
    assert [str(moment) for moment in happened if not session.scalar(select(func.max(moment))) <= at] == []


def test_made_twice_with_one_clock_it_is_the_same(session, second, fill):
    told = select(Matter.number, Matter.state, Matter.summary).order_by(Matter.id)
    first, again = (fill(database).execute(told).all() for database in (session, second))
    assert first[0] == ("10126000001", State.SIGNED_OFF, "菜市场南门早高峰拥堵")
    assert len(first) > 12 and first == again


# ── what it stays away from


def test_it_refuses_a_database_that_holds_something_it_did_not_make(session, make, fill):
    make.unit("000", "云溪县公安局")
    session.commit()
    with pytest.raises(NotADemo):
        fill(session)
    session.commit()
    assert session.get(About, "demo") is None and session.scalar(select(func.count()).select_from(Officer)) == 0


def test_it_is_not_made_twice_in_one_database(session, fill):
    fill(session)
    with pytest.raises(NotADemo):
        fill(session)

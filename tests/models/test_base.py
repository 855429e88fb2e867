"""What all tables share: moments, fixed words, small values, and the one way to open a write."""

import fcntl
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import InvalidRequestError, OperationalError, StatementError
from sqlalchemy.orm import Session

from models.asking import Rating
from models.base import Word, beijing_date, new_uid, writing
from models.category import Category
from models.gathering import Gathering
from models.officer import Officer, Role
from models.point import Outcome
from models.signin import SignIn, SignInTries
from models.unit import Community
from tests.cast import MONDAY
from tests.conftest import _new_postgres, _new_sqlite

BEIJING = timezone(timedelta(hours=8))
on_sqlite = pytest.mark.parametrize("settings", [_new_sqlite], ids=["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("settings", [_new_postgres], ids=["postgresql"], indirect=True)


@pytest.fixture
def other(session):
    """A second session on the same database: somebody else at work."""
    with Session(session.get_bind()) as other:
        yield other


def kept(session, **values):
    """A row with these values, as it comes back from the database."""
    row = SignInTries(key=new_uid(), **values)
    session.add(row)
    session.flush()
    session.expire(row)
    return row


# ── moments


def test_a_naive_datetime_is_refused(session):
    with pytest.raises(StatementError, match="a moment must know its time zone"):
        kept(session, locked_until=datetime(2026, 11, 16, 10, 0))  # noqa: DTZ001  that is the point


def test_a_moment_comes_back_aware_and_in_utc(session):
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET TIME ZONE 'America/New_York'"))
    for stored in (datetime(2026, 11, 16, 2, 0, 0, 123456, UTC), datetime(2026, 11, 16, 10, 0, 0, 123456, BEIJING)):
        assert kept(session, locked_until=stored).locked_until.isoformat() == "2026-11-16T02:00:00.123456+00:00"
    assert kept(session, locked_until=None).locked_until is None


def test_the_day_begins_at_midnight_in_beijing():
    assert beijing_date(datetime(2026, 12, 31, 15, 59, tzinfo=UTC)) == date(2026, 12, 31)
    assert beijing_date(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)) == date(2027, 1, 1)


# ── fixed words


def test_a_word_is_stored_by_its_code_and_comes_back_as_itself(cast, session):
    session.expire_all()
    assert session.scalar(text("SELECT role FROM officer WHERE username = 'wang'")) == "head"
    assert session.scalars(select(Officer).filter_by(role=Role.AUDITOR)).one() is cast.auditor
    assert cast.zhou.role is Role.AUXILIARY


def test_a_word_that_is_none_of_the_set_is_refused(cast, session):
    cast.li.role = Rating.SATISFIED
    with pytest.raises(StatementError, match="not a valid Role"):
        session.flush()


# ── small values


def test_values_come_back_as_what_they_were(session):
    for values in (
        [],
        ["路灯不亮", 3, None, True],
        {"outcome": Outcome.UNDER_WAY, "rating": Rating.FAIRLY, "who": [Role.HEAD, Role.BUREAU]},
        {"until": date(2026, 11, 27)},
        {"due": datetime(2026, 11, 27, 10, 0, tzinfo=UTC)},
    ):
        assert kept(session, tried=values).tried == values


def test_a_date_stays_a_date_and_a_moment_a_moment(session):
    day, moment = kept(session, tried=[date(2026, 11, 27), MONDAY]).tried
    assert (type(day), type(moment), moment.utcoffset()) == (date, datetime, timedelta(0))


def test_no_value_at_all_is_null_and_no_word_of_json(cast, session):
    bare = cast.gathering()
    assert session.scalars(select(Gathering).where(Gathering.approved.is_(None), Gathering.topic.is_(None))).all() == [bare]


# ── opening a write


@pytest.fixture
def gangnan(cast, session):
    """A row that was committed and read: what it says may be old."""
    session.commit()
    assert cast.gangnan.name == "港南社区"
    return cast.gangnan


def test_a_write_reads_again_what_somebody_else_committed(gangnan, session, other):
    other.get(Community, gangnan.id).name = "港南新村"
    other.commit()
    assert gangnan.name == "港南社区", "the read that is open knows nothing of it"
    writing(session, gangnan)
    assert gangnan.name == "港南新村"


def test_a_write_forgets_what_was_changed_before_it(gangnan, session):
    gangnan.name = "港南新村"
    writing(session, gangnan)
    assert gangnan.name == "港南社区"


def test_a_record_that_is_gone_can_not_be_written(gangnan, session, other):
    other.delete(other.get(Community, gangnan.id))
    other.commit()
    with pytest.raises(InvalidRequestError):
        writing(session, gangnan)


def test_a_record_that_is_read_together_with_others_can_be_written(cast, session):
    sign_in = SignIn.begin(session, cast.li, MONDAY)
    session.commit()
    writing(session, sign_in, cast.li)
    sign_in.ended = MONDAY
    session.commit()
    assert sign_in.ended == MONDAY


def test_writers_at_once_lose_nothing(cast, session):
    cast.make.category().answer_days = 0
    session.commit()
    engine, id = session.get_bind(), cast.make.category().id
    session.rollback()

    def add_five(_):
        with Session(engine) as own:
            for _ in range(5):
                category = own.get(Category, id)
                writing(own, category)
                category.answer_days = category.answer_days + 1
                own.commit()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add_five, range(4)))
    assert session.get(Category, id).answer_days == 20


@on_sqlite
def test_sqlite_keeps_what_was_committed_and_holds_references(session):
    pragmas = ("journal_mode", "synchronous", "foreign_keys")
    assert [session.scalar(text(f"PRAGMA {name}")) for name in pragmas] == ["wal", 2, 1], "2 is FULL"


@on_sqlite
def test_sqlite_lets_one_writer_in_from_the_first_moment_to_the_commit(session):
    with closing(sqlite3.connect(session.get_bind().url.database, timeout=0, isolation_level=None)) as stranger:
        writing(session)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            stranger.execute("BEGIN IMMEDIATE")
        session.commit()
        stranger.execute("BEGIN IMMEDIATE")


@on_sqlite
def test_sqlite_queues_its_writers_on_a_lock_of_the_kernel(session):
    with Path(session.get_bind().url.database + ".lock").open("w") as file:
        writing(session)
        with pytest.raises(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        session.rollback()
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@on_sqlite
def test_sqlite_lets_others_read_while_somebody_writes(gangnan, session, other):
    writing(session, gangnan)
    gangnan.name = "港南新村"
    session.flush()
    assert other.get(Community, gangnan.id).name == "港南社区"


@on_postgresql
def test_postgresql_locks_the_rows_that_are_written_and_no_others(gangnan, session, other):
    writing(session, gangnan)
    rows = select(Community.code).with_for_update(nowait=True)
    assert other.scalars(rows.filter_by(code="10103")).all() == ["10103"]
    with pytest.raises(OperationalError):
        other.scalars(rows.filter_by(code="10101")).all()


@on_postgresql
def test_postgresql_writers_of_the_same_rows_never_wait_for_each_other(cast, session):
    ids = [cast.gangnan.id, cast.rixin.id]
    session.commit()
    engine = session.get_bind()

    def lock_both(order):
        with Session(engine) as own:
            for _ in range(50):
                writing(own, *[own.get(Community, id) for id in order])
                own.commit()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lock_both, [ids, ids[::-1]]))


def test_no_two_sets_of_words_share_a_name_by_which_they_are_stored():
    with pytest.raises(TypeError, match="Outcome"):

        class Outcome(Word):
            LATER = "以后"

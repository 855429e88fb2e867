"""The audit log: one line for each step, opaque, kept by the database, and chained where the database is forced."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models import audit
from models.asking import Rating
from models.audit import AuditLine
from models.base import writing
from models.point import Outcome
from models.steps import CLOCK, Refused
from tests.cast import MONDAY

KEY = b"\x22" * 32
TRIGGERS = {
    "sqlite": {"audit_line_no_update", "audit_line_no_delete", "audit_line_no_replace"},
    "postgresql": {"audit_line_no_update", "audit_line_no_delete", "audit_line_no_truncate"},
}
CATALOGUE = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_line'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit_line'::regclass AND tgenabled = 'O' AND NOT tgisinternal",
}


@pytest.fixture
def database(session):
    return session.get_bind().dialect.name


@pytest.fixture
def matter(cast, session):
    """A matter received, accepted and answered: lines 1, 2 and 3."""
    matter = cast.answered()
    session.commit()
    return matter


@pytest.fixture
def force(session, database):
    """Change the lines as somebody could who owns the database: without its triggers. A rollback brings them back."""

    def force(*changes):
        for name in TRIGGERS[database]:
            session.execute(text(f"DROP TRIGGER {name}" + (" ON audit_line" if database == "postgresql" else "")))
        for change in changes:
            session.execute(text(change))
        session.expire_all()

    return force


# ── what a line holds


def test_a_step_leaves_one_line_and_the_chain_holds(cast, session):
    matter = cast.accepted()
    session.commit()
    line = session.scalars(select(AuditLine).order_by(AuditLine.id.desc())).first()
    assert (line.actor, line.actor_uid, line.action) == ("officer", cast.li.uid, "accept")
    assert (line.at, line.subject, line.subject_uid, line.detail) == (MONDAY, "matter", matter.uid, "received > in_hand")
    assert audit.verify(session, KEY) == (2, None)


def test_what_follows_from_a_step_leaves_no_line_of_its_own(matter, cast, session):
    cast.step(matter, "rate", matter.cards[0], MONDAY, rating=Rating.UNSATISFIED, solved=[])
    session.commit()
    actions = session.scalars(select(AuditLine.action).order_by(AuditLine.id)).all()
    assert actions == ["receive", "accept", "answer", "rate"]
    assert audit.verify(session, KEY) == (4, None)


def test_a_resident_the_clock_and_a_stranger_have_no_id(cast, session):
    for by in (cast.make.card(cast.gangnan), CLOCK, None):
        audit.note(session, at=MONDAY, by=by, action="look")
    session.commit()
    actors = session.execute(select(AuditLine.actor, AuditLine.actor_uid).filter_by(action="look").order_by(AuditLine.id))
    assert actors.all() == [("card", None), ("clock", None), ("stranger", None)]


def test_no_line_holds_a_name_a_number_or_a_word_of_the_matter(matter, cast, session):
    cast.step(matter, "rate", matter.cards[0], MONDAY, rating=Rating.SATISFIED, solved=[1], words="亮了。")
    cast.step(matter, "sign_off", cast.wang, MONDAY)
    session.commit()
    kept = repr(session.execute(text("SELECT * FROM audit_line")).all())
    assert "sign_off" in kept and cast.wang.uid in kept
    assert kept.isascii(), "a name, a summary or a text would be Chinese"
    assert matter.number not in kept and matter.cards[0].uid not in kept


# ── what the database refuses


def test_triggers_stand_guard_after_the_migrations(session, database):
    assert set(session.scalars(text(CATALOGUE[database]))) == TRIGGERS[database]


def test_no_line_is_changed_or_taken_out(matter, session, database):
    for change in ("UPDATE audit_line SET actor = 'head' WHERE id = 2", "DELETE FROM audit_line WHERE id = 2"):
        with pytest.raises(DBAPIError, match="lines of the audit log stay as they are"):
            session.execute(text(change))
        session.rollback()
    if database == "postgresql":
        with pytest.raises(DBAPIError, match="lines of the audit log stay as they are"):
            session.execute(text("TRUNCATE audit_line"))
        session.rollback()
    assert audit.verify(session, KEY) == (3, None)


# ── what the chain finds


def test_a_line_changed_by_force_is_found_whatever_was_changed(matter, session, force):
    changes = dict.fromkeys(("actor", "actor_uid", "action", "subject", "subject_uid", "detail", "mac"), "0000")
    for column, value in (changes | {"at": "2026-11-16 02:00:00.000001"}).items():
        force(f"UPDATE audit_line SET {column} = '{value}' WHERE id = 2")
        assert audit.verify(session, KEY) == (2, 2), column
        session.rollback()
    assert audit.verify(session, KEY) == (3, None)


def test_two_lines_in_each_others_place_are_found(matter, session, force):
    force(*(f"UPDATE audit_line SET id = {new} WHERE id = {old}" for old, new in ((2, 9), (3, 2), (9, 3))))
    assert audit.verify(session, KEY) == (2, 2)


def test_a_line_taken_out_by_force_is_found(matter, session, force):
    taken = {"id = 1": (1, 2), "id = 2": (2, 3), "id = 3": (2, 3), "id > 1": (1, 2), "id > 0": (0, 1)}
    for lines, found in taken.items():
        force(f"DELETE FROM audit_line WHERE {lines}")
        assert audit.verify(session, KEY) == found, lines
        session.rollback()


def test_a_line_added_past_the_app_is_found(matter, session):
    session.add(AuditLine(at=MONDAY, actor="head", action="look", mac="0" * 64))
    session.flush()
    assert audit.verify(session, KEY) == (4, 4)


def test_the_chain_holds_with_its_own_key_only(matter, session):
    assert audit.verify(session, b"\x23" * 32) == (1, 1)


# ── when a line is written


def test_a_step_that_is_rolled_back_leaves_no_line_not_even_later(matter, cast, session):
    cast.step(matter, "rate", matter.cards[0], MONDAY, rating=Rating.SATISFIED, solved=[1])
    session.rollback()
    cast.make.card(cast.rixin)
    session.commit()
    assert session.scalars(select(AuditLine.action).order_by(AuditLine.id)).all() == ["receive", "accept", "answer", "receive"]
    assert audit.verify(session, KEY) == (4, None)


def test_a_step_that_is_refused_leaves_no_line(matter, cast, session):
    with pytest.raises(Refused):
        cast.step(matter, "answer", cast.li, MONDAY, point=1, outcome=Outcome.DONE, text="修好了。")
    session.commit()
    assert audit.verify(session, KEY) == (3, None)


def test_writers_at_once_make_one_chain(session, app):
    engine, keys = session.get_bind(), app.extensions["keys"]

    def note_five(_):
        with Session(engine, info={"keys": keys}) as own:
            for _ in range(5):
                writing(own)
                audit.note(own, at=MONDAY, by=None, action="look")
                own.commit()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(note_five, range(4)))
    assert audit.verify(session, KEY) == (20, None)

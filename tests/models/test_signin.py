"""Sign-in: the lock after wrong tries, one-time codes, sessions that end, and the sweep behind them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models.base import writing
from models.keys import Keys
from models.officer import Officer
from models.sealed import seal
from models.signin import (
    HASHER,
    NOBODY,
    SignIn,
    SignInTries,
    hash_password,
    new_totp,
    password_fits,
    sweep,
    totp_fits,
    totp_secret,
)
from tests.cast import DAY, MONDAY, PASSWORD, PASSWORD_HASH

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
MOMENT = timedelta(microseconds=1)
KEYS = Keys(secret=b"for tests only", card=b"\x11" * 32, audit=b"\x22" * 32, folder=Path(), contact_given="33" * 32)
RFC_6238_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # the example of RFC 6238, appendix B …
RFC_6238_TIME, RFC_6238_CODE = datetime(2005, 3, 18, 1, 58, 29, tzinfo=UTC), "081804"  # … last six of its eight digits


@pytest.fixture
def may_try(session):
    """Try the name at a moment: may the password be looked at?"""
    return lambda name, at: SignInTries.at(session, KEYS, name).reserve(at)


# ── passwords


def test_only_the_right_password_of_this_account_fits():
    li, zhao = Officer(password_hash=PASSWORD_HASH), Officer(password_hash=hash_password("another long password"))
    assert password_fits(li, PASSWORD) and password_fits(zhao, "another long password")
    assert not any(password_fits(li, wrong) for wrong in ("another long password", PASSWORD + " ", PASSWORD.upper(), ""))


def test_a_password_is_kept_as_an_argon2id_hash_never_the_same_twice():
    one, two = hash_password("correct horse"), hash_password("correct horse")
    assert one.startswith("$argon2id$") and "correct" not in one and one != two


def test_a_broken_hash_fits_nothing():
    assert not password_fits(Officer(password_hash="!"), "!")


def test_an_account_that_does_not_exist_is_checked_at_the_same_cost():
    assert not password_fits(None, PASSWORD)
    assert not HASHER.check_needs_rehash(NOBODY)


# ── the lock


def test_five_wrong_tries_lock_a_name_known_or_not_for_30_minutes_exactly(cast, may_try):
    for name in (cast.li.username, "nobody"):
        assert [may_try(name, MONDAY + n * MINUTE) for n in range(6)] == [True] * 5 + [False]
        assert not may_try(name, MONDAY + 34 * MINUTE - MOMENT), "the fifth try was in minute 4"
        assert may_try(cast.zhao.username, MONDAY + 10 * MINUTE), "nobody else is locked"
        assert [may_try(name, MONDAY + 34 * MINUTE) for _ in range(6)] == [True] * 5 + [False], "and it begins anew"


def test_tries_older_than_15_minutes_do_not_count(may_try):
    assert [may_try("li", MONDAY) for _ in range(4)] == [True] * 4
    assert [may_try("li", MONDAY + 15 * MINUTE) for _ in range(5)] == [True] * 5
    assert not may_try("li", MONDAY + 15 * MINUTE)


def test_tries_just_under_15_minutes_old_do_count(may_try):
    assert [may_try("li", MONDAY) for _ in range(4)] == [True] * 4
    assert [may_try("li", MONDAY + 15 * MINUTE - MOMENT) for _ in range(2)] == [True, False]


def test_the_right_password_forgets_even_at_the_fifth_try(session, may_try):
    assert [may_try("li", MONDAY) for _ in range(5)] == [True] * 5
    SignInTries.at(session, KEYS, "li").forget()
    assert [may_try("li", MONDAY) for _ in range(6)] == [True] * 5 + [False]


def test_the_name_that_was_tried_is_not_kept(session, may_try):
    may_try("a password typed into the wrong field", MONDAY)
    session.flush()
    assert "password" not in repr(session.execute(text("SELECT * FROM sign_in_tries")).all())


def test_twelve_tries_at_once_are_still_only_five(session):
    engine = session.get_bind()

    def attempt(_):
        with Session(engine) as own:
            writing(own)
            allowed = SignInTries.at(own, KEYS, "li").reserve(MONDAY)
            own.commit()
            return allowed

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, range(12))) == [False] * 7 + [True] * 5


# ── one-time codes


@pytest.fixture
def li():
    """Li, with the secret of the RFC in his phone, not yet asked for."""
    li = Officer(uid="a" * 32, totp_on=False)
    li.totp_sealed = seal(KEYS.contact, RFC_6238_SECRET, table="officer", uid=li.uid, field="totp")
    return li


def test_a_code_is_asked_for_where_the_station_requires_it_or_the_account_has_it_on(li):
    asked = {}
    for on in (False, True):
        li.totp_on = on
        for required in (False, True):
            li.totp_used = None
            fits = [totp_fits(KEYS, li, code, RFC_6238_TIME, required) for code in (RFC_6238_CODE, "081805", "")]
            asked[on, required] = fits
    assert asked.pop((False, False)) == [True, True, True]
    assert list(asked.values()) == [[True, False, False]] * 3


def test_a_code_fits_half_a_minute_early_or_late_and_no_more(li):
    for seconds, fits in ((-60, False), (-30, True), (0, True), (30, True), (60, False)):
        li.totp_used = None
        assert totp_fits(KEYS, li, RFC_6238_CODE, RFC_6238_TIME + timedelta(seconds=seconds), True) is fits, seconds


def test_a_code_counts_once_and_so_does_every_earlier_one(li):
    assert totp_fits(KEYS, li, RFC_6238_CODE, RFC_6238_TIME, True)
    assert not totp_fits(KEYS, li, RFC_6238_CODE, RFC_6238_TIME, True)
    li.totp_used += 1
    assert not totp_fits(KEYS, li, RFC_6238_CODE, RFC_6238_TIME, True)


def test_without_a_secret_nothing_fits_where_a_code_is_asked_for():
    for li, required in ((Officer(totp_on=False), True), (Officer(totp_on=True), False)):
        assert not any(totp_fits(KEYS, li, code, RFC_6238_TIME, required) for code in (RFC_6238_CODE, ""))


def test_a_new_secret_is_sealed_for_its_own_account():
    li, zhao = Officer(uid="a" * 32), Officer(uid="b" * 32)
    secret = new_totp(KEYS, li)
    assert totp_secret(KEYS, li) == secret and totp_secret(KEYS, zhao) is None
    assert secret.encode() not in li.totp_sealed
    zhao.totp_sealed = li.totp_sealed
    with pytest.raises(InvalidTag):
        totp_secret(KEYS, zhao)


# ── sessions


@pytest.fixture
def sign_in(cast, session):
    """Li's session; Zhao has one too."""
    begun = SignIn.begin(session, cast.li, MONDAY)
    SignIn.begin(session, cast.zhao, MONDAY)
    session.flush()
    return begun


def test_a_session_is_found_by_its_secret_of_which_only_a_hash_is_kept(sign_in, session):
    assert SignIn.find(session, sign_in.get_id(), MONDAY) is sign_in
    assert SignIn.find(session, sign_in.get_id() + "x", MONDAY) is None
    assert SignIn.find(session, sign_in.secret_hash, MONDAY) is None
    assert sign_in.get_id() not in repr(session.execute(text("SELECT * FROM sign_in")).all())


def test_a_session_dies_after_15_minutes_without_a_click(sign_in, session):
    sign_in.seen = MONDAY + HOUR
    assert SignIn.find(session, sign_in.secret, MONDAY + HOUR + 15 * MINUTE - MOMENT) is sign_in
    assert SignIn.find(session, sign_in.secret, MONDAY + HOUR + 15 * MINUTE) is None


def test_a_session_dies_after_12_hours_however_busy(sign_in, session):
    sign_in.seen = MONDAY + 12 * HOUR - MINUTE
    assert SignIn.find(session, sign_in.secret, MONDAY + 12 * HOUR - MOMENT) is sign_in
    assert SignIn.find(session, sign_in.secret, MONDAY + 12 * HOUR) is None


def test_a_session_dies_when_it_is_ended(sign_in, session):
    sign_in.ended = MONDAY
    assert SignIn.find(session, sign_in.secret, MONDAY) is None


def test_a_session_dies_when_the_account_is_closed(sign_in, cast, session):
    cast.li.active = False
    assert SignIn.find(session, sign_in.secret, MONDAY) is None


def test_a_look_is_written_down_at_most_once_a_minute(sign_in):
    after = [SECOND, MINUTE - MOMENT, MINUTE, HOUR]
    assert [sign_in.is_due_a_look(MONDAY + late) for late in after] == [False, False, True, True]


# ── the sweep


def test_the_sweep_takes_sessions_that_are_long_over_and_no_others(cast, session):
    for officer, began in ((cast.li, MONDAY - DAY - MOMENT), (cast.zhao, MONDAY - 11 * HOUR), (cast.wang, MONDAY)):
        SignIn.begin(session, officer, began)
    sweep(session, MONDAY)
    assert {sign_in.officer for sign_in in session.scalars(select(SignIn))} == {cast.zhao, cast.wang}


def test_the_sweep_takes_tries_that_no_longer_count_and_keeps_locks(session, may_try):
    for name, minute, times in (("old", 0, 4), ("unlocked", 0, 5), ("locked", 1, 5), ("fresh", 16, 1)):
        for _ in range(times):
            may_try(name, MONDAY + minute * MINUTE)
    may_try("right", MONDAY)
    SignInTries.at(session, KEYS, "right").forget()
    sweep(session, MONDAY + 30 * MINUTE)
    assert sorted(len(tries.tried) for tries in session.scalars(select(SignInTries))) == [1, 5]
    assert not may_try("locked", MONDAY + 31 * MINUTE - MOMENT)

"""The echo card: its number, its code, and how it is found again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.asking import Rating
from models.base import writing
from models.card import CardState, EchoCard, luhn, next_number
from models.matter import Matter
from models.steps import OutOfSight
from models.task import Task
from models.unit import Unit
from models.who import CARD
from tests.cast import MONDAY

KEY, OTHER_KEY = b"\x11" * 32, b"\x12" * 32
OLD_YEAR = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
NEW_YEAR = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)  # 00:30 on 1 January in Beijing
NOUGHTS = "0" * 32
CODE = "1985624385334499"  # of NOUGHTS, first issue: HMAC by openssl, its remainder by bc, the last digit on paper
SECOND_CODE = "0978012266541666"


def passes_luhn(code):
    """The check as a bank's clerk does it: from the right, every second digit doubled, its digits added up."""
    doubled = dict(zip("0123456789", (0, 2, 4, 6, 8, 1, 3, 5, 7, 9), strict=True))
    return (sum(map(int, code[-1::-2])) + sum(doubled[digit] for digit in code[-2::-2])) % 10 == 0


@pytest.fixture
def card(cast, session):
    """The first card of the year; somebody else has the second."""
    card = EchoCard.give_out(session, cast.station, MONDAY)
    card.uid = NOUGHTS
    EchoCard.give_out(session, cast.station, MONDAY)
    session.flush()
    return card


# ── the number


def test_a_number_is_the_station_the_year_and_a_sequence(cast, session):
    numbers = [next_number(session, cast.station, MONDAY) for _ in range(3)]
    assert numbers == ["10126000001", "10126000002", "10126000003"]


def test_each_station_counts_by_itself(cast, session):
    numbers = [next_number(session, unit, MONDAY) for unit in (cast.station, cast.elsewhere, cast.bureau, cast.station)]
    assert numbers == ["10126000001", "10226000001", "00026000001", "10126000002"]


def test_the_year_turns_at_midnight_in_beijing(cast, session):
    numbers = [next_number(session, cast.station, at) for at in (OLD_YEAR, NEW_YEAR, NEW_YEAR, OLD_YEAR)]
    assert numbers == ["10126000001", "10127000001", "10127000002", "10126000002"]


def test_two_at_once_never_get_the_same_number(cast, session):
    station_id, engine = cast.station.id, session.get_bind()
    session.commit()

    def five(_):
        with Session(engine) as own:
            for _ in range(5):
                writing(own)
                yield next_number(own, own.get(Unit, station_id), MONDAY)
                own.commit()

    with ThreadPoolExecutor(4) as pool:
        numbers = [number for numbers in pool.map(lambda i: list(five(i)), range(4)) for number in numbers]
    assert sorted(numbers) == [f"10126{n:06}" for n in range(1, 21)]


# ── the code


@pytest.mark.parametrize(("body", "digit"), [("7992739871", "3"), ("453201511283036", "6"), ("0000", "0"), ("9", "1")])
def test_the_last_digit_is_luhns(body, digit):
    assert luhn(body) == digit
    assert passes_luhn(body + digit) and not passes_luhn(body + str((int(digit) + 1) % 10))


def test_every_code_is_16_digits_that_pass_luhn():
    codes = [EchoCard(uid=f"{n:032x}", issue=1).code(KEY) for n in range(500)]
    assert len(set(codes)) == 500
    assert all(len(code) == 16 and code.isdecimal() and passes_luhn(code) for code in codes)


def test_a_code_is_what_it_always_was():
    assert EchoCard(uid=NOUGHTS, issue=1).code(KEY) == CODE
    assert EchoCard(uid=NOUGHTS, issue=2).code(KEY) == SECOND_CODE, "cards lie in people's homes"


def test_another_key_or_another_card_has_another_code():
    assert EchoCard(uid=NOUGHTS, issue=1).code(OTHER_KEY) != CODE
    assert EchoCard(uid="1" * 32, issue=1).code(KEY) != CODE


# ── finding it again


def test_it_is_found_however_it_is_typed(card, session):
    typed = [
        ("10126000001", "1985624385334499"),
        ("101 26 000001", "1985 6243 8533 4499"),
        ("101-26-000001", "1985-6243-8533-4499"),
        ("１０１２６０００００１", "１９８５６２４３８５３３４４９９"),
        (" 101　26　000001\n", "１９８５　６２４３－８５３３–4499\t"),
    ]
    assert [EchoCard.find(session, KEY, number, code) for number, code in typed] == [card] * 5


def test_a_wrong_code_or_a_wrong_number_finds_nothing(card, session):
    typed = [
        ("10126000001", "1985624385334498"),
        ("10126000001", "985624385334499"),
        ("10126000001", ""),
        ("10126000002", CODE),
        ("10126000003", CODE),
        ("", CODE),
        ("一〇一", "码"),
    ]
    assert [EchoCard.find(session, KEY, number, code) for number, code in typed] == [None] * 7


def test_the_code_that_stands_in_for_a_missing_card_opens_nothing(card, session):
    stand_in = EchoCard(uid=NOUGHTS, issue=0).code(KEY)
    assert EchoCard.find(session, KEY, "10126000009", stand_in) is None


def test_another_key_finds_nothing(card, session):
    assert EchoCard.find(session, OTHER_KEY, card.number, CODE) is None


def test_a_new_issue_kills_the_old_code(card, session):
    card.issue = 2
    session.flush()
    assert EchoCard.find(session, KEY, card.number, CODE) is None
    assert EchoCard.find(session, KEY, card.number, SECOND_CODE) is card


def test_a_void_card_is_not_found(card, session):
    card.state = CardState.VOID
    session.flush()
    assert EchoCard.find(session, KEY, card.number, CODE) is None


# ── what the database itself keeps


def test_a_card_has_at_most_one_subject(cast, session):
    card = cast.make.card(cast.gangnan)
    card.task_id = card.matter.tasks[0].id
    with pytest.raises(IntegrityError, match="one_subject_at_most"):
        session.flush()


def test_a_number_is_given_out_once(card, session):
    session.add(EchoCard(station_id=card.station_id, number=card.number, state=CardState.BOUND))
    with pytest.raises(IntegrityError, match="number"):
        session.flush()


# ── whose it is


def test_the_card_of_a_task_opens_and_moves_no_matter(cast, session):
    matter = cast.answered()
    task = next(task for task in matter.tasks if task.id == matter.id)
    card = EchoCard.give_out(session, cast.station, MONDAY, task=task)
    session.flush()
    assert session.scalars(select(Task).where(Task.seen_by(card))).all() == [task] and CARD.is_it(task, card, MONDAY)
    assert session.scalars(select(Matter).where(Matter.seen_by(card))).all() == [] and matter.open_steps(card, MONDAY) == []
    with pytest.raises(OutOfSight):
        cast.step(matter, "rate", card, MONDAY, rating=Rating.SATISFIED, solved=[1])


def test_the_card_of_a_matter_opens_no_task(cast, session):
    matter = cast.answered()
    task, card = next(task for task in matter.tasks if task.id == matter.id), matter.cards[0]
    assert session.scalars(select(Task).where(Task.seen_by(card))).all() == [] and not CARD.is_it(task, card, MONDAY)
    assert CARD.is_it(matter, card, MONDAY)

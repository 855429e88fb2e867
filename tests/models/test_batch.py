"""Blank echo cards: numbered, printed, printed again, handed out, used, void."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import rules
from models.audit import AuditLine
from models.base import writing
from models.batch import CardBatch
from models.blank import CardState
from models.card import EchoCard
from models.life import Door, Kind
from models.matter import Matter
from models.officer import Officer
from models.receiving import receive
from models.steps import Fault, OutOfSight, Refused, Stale
from tests.cast import MONDAY

KEY = b"\x11" * 32
WIDE = {code: code + 0xFEE0 for code in range(0x30, 0x3A)}


@pytest.fixture
def batch(cast, session):
    """Five cards that He had made, printed once."""
    batch = CardBatch.number(session, cast.he, MONDAY, 5)
    batch.print_out(cast.he, MONDAY, 0)
    for n, card in enumerate(batch.cards):
        card.uid = f"{n:032}"  # so that no two have the same check digits by chance
    session.flush()
    return batch


def states(batch):
    return "".join(card.state.code[0] for card in batch.cards)


def codes(batch):
    return [card.code(KEY) for card in batch.cards]


def test_a_batch_takes_the_next_numbers_of_the_station(cast, session, batch):
    assert batch.numbers == ("10126000001", "10126000005") and states(batch) == "bbbbb"
    assert cast.make.card(cast.gangnan).number == "10126000006"


@pytest.mark.parametrize("count", [0, -1, 10**9, rules.BATCH_MAX + 1])
def test_a_batch_of_no_cards_or_of_too_many_takes_no_number(cast, session, count):
    with pytest.raises(Fault, match="一批最少1张"):
        CardBatch.number(session, cast.he, MONDAY, count)
    assert cast.make.card(cast.gangnan).number == "10126000001"


def test_printing_again_kills_the_codes_of_what_lies_at_the_station_and_of_nothing_else(cast, session, batch):
    handed, used, void, *rest = batch.cards
    cast.step(handed, "hand_out", cast.he, MONDAY)
    cast.make.card(cast.gangnan, card=used)
    cast.step(void, "void", cast.he, MONDAY)
    before = codes(batch)
    assert batch.print_out(cast.he, MONDAY, 1) == rest
    after = codes(batch)
    assert before[:3] == after[:3] and not set(before[3:]) & set(after[3:])
    for card, old, new in zip(rest, before[3:], after[3:], strict=True):
        assert EchoCard.find(session, KEY, card.number, old) is None
        assert EchoCard.find(session, KEY, card.number, new) is card


def test_a_number_with_its_check_digits_names_a_card_of_the_last_print_and_of_the_own_unit(cast, session, batch):
    first, second = batch.cards[:2]
    old = first.check(KEY)
    assert EchoCard.checked(session, KEY, cast.station, f"101 26 000001 · 核对 {old.translate(WIDE)}") is first
    for typed in (
        first.number,
        first.number + "-",
        second.number + old,
        first.number + second.check(KEY),
        f"{old}{first.number}",
        "",
        old,
    ):
        assert EchoCard.checked(session, KEY, cast.station, typed) is None, typed
    assert EchoCard.checked(session, KEY, cast.elsewhere, first.number + old) is None
    batch.print_out(cast.he, MONDAY, 1)
    assert EchoCard.checked(session, KEY, cast.station, first.number + old) is None
    assert EchoCard.checked(session, KEY, cast.station, first.number + first.check(KEY)) is first


def test_check_digits_are_three_of_their_own_and_no_part_of_the_code(batch):
    card = batch.cards[0]
    assert card.check(KEY).isdecimal() and len(card.check(KEY)) == 3
    assert card.check(b"\x22" * 32) != card.check(KEY) not in card.code(KEY)


def test_a_second_tap_prints_nothing_and_kills_nothing(cast, session, batch):
    before = codes(batch)
    with pytest.raises(Stale):
        batch.print_out(cast.he, MONDAY, 0)
    assert codes(batch) == before and batch.prints == 1


def test_of_a_batch_that_is_used_up_nothing_is_printed(cast, session, batch):
    for card in batch.cards:
        cast.step(card, "void", cast.he, MONDAY)
    with pytest.raises(Refused, match="没有可以打印的"):
        batch.print_out(cast.he, MONDAY, 1)


def test_a_used_card_can_be_neither_voided_nor_handed_out_nor_used_again(cast, session, batch):
    card = batch.cards[0]
    matter = cast.make.card(cast.gangnan, card=card).matter
    assert (card.state, card.subject, matter.number) == (CardState.BOUND, matter, "10126000001")
    for step in ("void", "hand_out"):
        with pytest.raises(Refused, match="现在是"):
            cast.step(card, step, cast.he, MONDAY)
    with pytest.raises(Fault, match="已经用过"):
        cast.make.card(cast.gangnan, card=card)


def test_a_void_card_opens_nothing_and_takes_no_matter(cast, session, batch):
    card = batch.cards[0]
    cast.step(card, "void", cast.wang, MONDAY)
    assert EchoCard.find(session, KEY, card.number, card.code(KEY)) is None
    with pytest.raises(Fault, match="作废"):
        cast.make.card(cast.gangnan, card=card)
    assert session.scalar(select(func.count(Matter.id))) == 0


def test_of_several_handed_out_at_once_those_that_were_used_meanwhile_are_told_apart(cast, session, batch):
    cast.make.card(cast.gangnan, card=batch.cards[1])
    refused = batch.hand_out(cast.he, MONDAY, [card.id for card in batch.cards[:3]])
    assert [bool(one) for one in refused] == [False, True, False] and states(batch) == "hbhbb"
    assert batch.cards[1].state is CardState.BOUND


@pytest.mark.parametrize(
    ("ends", "which"),
    [
        (("2", "4"), [2, 4]),
        (("101 26 000004", "０００００２"), [2, 4]),
        (("10126000001", "5"), [1, 2, 4, 5]),
        (("3", "3"), []),
    ],
)
def test_a_run_is_all_that_still_lies_at_the_station_between_two_numbers(cast, session, batch, ends, which):
    cast.step(batch.cards[2], "void", cast.he, MONDAY)
    found = batch.run(*(batch.card_of(end) for end in ends))
    assert [int(card.number[5:]) for card in found] == which


@pytest.mark.parametrize("typed", ["0", "6", "", "10126", "10226000001", "x"])
def test_a_number_of_no_card_of_the_batch_names_none(batch, typed):
    assert batch.card_of(typed) is None


def test_the_code_of_a_printed_card_is_its_holders_alone_until_it_is_issued_anew(cast, session, batch):
    card = batch.cards[0]
    matter = cast.make.card(cast.gangnan, card=card, received_by=cast.li, door=Door.VISIT).matter
    assert not card.shown_by_staff and matter.cards == [card] and matter.receiver is cast.li
    cast.step(matter, "reissue", cast.zhao, MONDAY)
    assert card.shown_by_staff


@pytest.mark.parametrize("prints", [1, 2])
def test_the_same_form_sent_again_finds_its_card(cast, session, batch, prints):
    card, id = batch.cards[0], str(uuid4())
    if prints == 2:
        batch.print_out(cast.he, MONDAY, 1)
    assert [cast.make.card(cast.gangnan, card=card, submission_id=id) for _tap in range(2)] == [card, card]


def test_a_complaint_keeps_the_number_of_a_printed_card_and_goes_to_the_bureau(cast, session, batch):
    matter = cast.make.card(cast.gangnan, kind=Kind.COMPLAINT, card=batch.cards[0]).matter
    assert (matter.number, matter.station) == ("10126000001", cast.bureau)


def test_staff_write_down_only_on_cards_of_their_own_a_resident_uses_hers_anywhere(cast, session, batch):
    with pytest.raises(Fault, match="不是本单位印的"):
        cast.make.card(cast.hedong, card=batch.cards[0], received_by=cast.sun)
    assert cast.make.card(cast.hedong, card=batch.cards[0]).matter.station is cast.elsewhere
    assert EchoCard.printed(session, cast.elsewhere, "10126000002") is None
    assert EchoCard.printed(session, cast.station, "１０１－２６－000002") is batch.cards[1]
    assert EchoCard.printed(session, cast.station, cast.make.card(cast.gangnan).number) is None


def test_only_those_who_print_see_a_blank_card_and_of_a_used_one_nothing_more(cast, session, batch):
    card = batch.cards[0]
    cast.make.card(cast.gangnan, card=card)
    assert {name for name, who in vars(cast).items() if isinstance(who, Officer) and card.is_seen_by(who)} == {
        "wang",
        "liu",
        "he",
    }
    assert not cast.make.card(cast.gangnan).is_seen_by(cast.wang), "a card that was never blank is on no list"
    with pytest.raises(OutOfSight):
        cast.step(batch.cards[1], "void", cast.ma, MONDAY)


def test_a_print_leaves_a_line_in_the_audit_log(cast, session, batch):
    session.commit()
    lines = session.execute(select(AuditLine.action, AuditLine.detail, AuditLine.subject_uid).order_by(AuditLine.id)).all()
    assert lines == [("number_batch", "5 cards", batch.uid), ("print_batch", "5 cards", batch.uid)]


def test_of_two_who_bind_one_card_at_once_one_is_told(cast, session, batch):
    session.commit()
    engine, card, community = session.get_bind(), batch.cards[0].id, cast.gangnan

    def bind(n):
        with Session(engine, info=session.info) as own:
            mine = own.get(EchoCard, card)
            here = own.get(type(community), community.id)
            writing(own, mine)
            try:
                told = {"kind": Kind.REQUEST, "body": f"第{n}件事", "points": [], "place": "", "submission_id": str(n)}
                receive(own, community=here, at=MONDAY, card=mine, **told)
                own.commit()
                return "bound"
            except Fault:
                own.rollback()
                return "told"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(bind, range(4))) == ["bound", "told", "told", "told"]
    assert session.scalar(select(func.count(Matter.id))) == 1


def test_a_blank_card_belongs_to_a_batch_and_to_nothing_else(cast, session, batch):
    batch.cards[0].batch_id = None
    with pytest.raises(IntegrityError, match="blank_in_a_batch"):
        session.flush()

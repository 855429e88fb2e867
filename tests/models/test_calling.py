"""Ringing a resident: when, by whom, and what becomes of a try in vain."""

from datetime import datetime

import pytest

from models.asking import CallbackResult, Reach, tries_again
from models.base import BEIJING
from models.callback import unanswered
from models.contact import Channel, Daypart, Reachable
from models.ledger import Entry
from models.steps import Fault, Refused
from models.workdays import day_end
from tests.cast import DAY, MONDAY

CHEN = Reachable("陈静", "13900001234")


def at(day, hours):
    """A moment of November 2026 in Beijing."""
    return datetime.strptime(f"2026-11-{day} {hours}", "%Y-%m-%d %H:%M").replace(tzinfo=BEIJING)


@pytest.fixture
def callback(cast):
    """Of Chen's matter, answered on Monday, which she wants to be rung about."""
    return cast.answered(contact=CHEN, reply_by=Channel.PHONE).open_callback


@pytest.mark.parametrize(
    ("tried", "again"),
    [("07:59", "17 08:00"), ("08:00", None), ("19:59", None), ("20:00", "18 08:00"), ("23:30", "18 08:00")],
)
def test_no_number_is_opened_to_ring_before_eight_or_after_eight(cast, callback, tried, again):
    contact, moment = callback.matter.contact, at(17, tried)
    if again is None:
        assert contact.open(cast.qian, moment) == CHEN
        assert callback.assignee_id == cast.qian.id
        return
    with pytest.raises(Refused, match="会打扰群众") as refused:
        contact.open(cast.qian, moment)
    assert refused.value.values == {"begin": at(*again.split())} and callback.assignee_id is None
    assert contact.open(cast.li, moment) == CHEN, "the handler does not ring to ask back"
    cast.step(callback, "record", cast.qian, moment, result=Reach.UNREACHED)


@pytest.mark.parametrize(
    ("tried", "nth", "wish", "again"),
    [
        ("16 08:10", 1, None, "16 12:00"),  # three hours later it is still morning
        ("16 09:30", 1, None, "16 12:30"),
        ("16 13:00", 1, None, "16 16:00"),
        ("16 16:30", 1, None, "16 19:30"),
        ("16 17:01", 1, None, "17 08:00"),  # it would be past eight
        ("16 09:30", 2, None, "17 08:00"),
        ("16 22:00", 1, None, "17 08:00"),  # noted late at night
        ("16 03:00", 1, None, "16 08:00"),
        ("16 09:30", 1, Daypart.EVENING, "16 18:00"),
        ("16 10:30", 1, Daypart.NOON, "16 13:30"),
        ("16 18:30", 1, Daypart.EVENING, "17 18:00"),  # her part of the day is over
        ("16 08:30", 1, Daypart.MORNING, "17 08:00"),
        ("16 09:30", 2, Daypart.EVENING, "17 18:00"),
    ],
)
def test_the_next_try_is_in_another_part_of_the_day_or_on_another_day(tried, nth, wish, again):
    assert tries_again(at(*tried.split()), nth, wish) == at(*again.split())


def test_a_try_in_vain_sets_the_next_one_by_her_wish_and_a_new_number_is_tried_at_once(cast):
    matter = cast.answered(contact=CHEN, reply_by=Channel.PHONE, daypart=Daypart.EVENING)
    callback, chen = matter.open_callback, matter.cards[0]
    cast.step(callback, "record", cast.qian, at(17, "09:30"), result=Reach.UNREACHED)
    assert callback.next_try == at(17, "18:00")
    cast.step(callback, "record", cast.qian, at(17, "18:10"), result=Reach.UNREACHED)
    assert callback.next_try == at(18, "18:00") and callback.result is None
    wish = {"reply_by": Channel.PHONE, "phone": "13900005678", "consent": True}
    cast.step(matter, "reach", chen, at(17, "19:00"), **wish)
    assert callback.next_try is None
    cast.step(callback, "record", cast.qian, at(18, "09:00"), result=Reach.UNREACHED)
    assert callback.result is CallbackResult.UNREACHABLE, "three tries on two days"


def test_a_wrong_number_is_erased_and_she_is_asked_on_her_card_which_says_so(cast, callback, session):
    matter, chen = callback.matter, callback.matter.cards[0]
    cast.step(callback, "record", cast.qian, MONDAY, result=Reach.UNREACHED)
    cast.step(callback, "record", cast.qian, MONDAY + DAY, result=Reach.WRONG)
    session.commit()
    assert matter.contact.phone_sealed is None and matter.contact.masked.name == "陈*"
    assert (callback.channel, callback.due_at) == (Channel.CARD, day_end(at(24, "00:00").date()))
    assert callback.tried == [] and callback.next_try is None and callback.assignee_id is None
    assert [(entry.step, entry.public) for entry in matter.entries[-2:]] == [("wrong_number", True), ("record", False)]
    assert "号码不对" in matter.what_next(MONDAY + DAY)[0]
    assert unanswered(session, MONDAY + 9 * DAY) == [callback], "it lapses as silence, not as unreachable"
    cast.step(matter, "reach", chen, MONDAY + DAY, reply_by=Channel.PHONE, phone="13900005678", consent=True)
    assert callback.channel is Channel.PHONE and "号码不对" not in matter.what_next(MONDAY + DAY)[0]


def test_who_left_no_way_to_be_reached_is_not_missed(cast):
    with pytest.raises(Fault, match="没有留联系方式"):
        cast.step(cast.answered().open_callback, "record", cast.qian, MONDAY, result=Reach.UNREACHED)


def test_at_night_a_head_looks_as_a_head(cast, callback):
    night = at(17, "21:00")
    assert callback.matter.contact.needed_by(cast.wang, night) == "head"
    assert callback.matter.contact.needed_by(cast.qian, night) == "caller"


def test_where_nothing_but_a_wrong_number_was_left_no_contact_stays(cast):
    matter = cast.answered(contact=Reachable(phone="13900001234"), reply_by=Channel.PHONE)
    cast.step(matter.open_callback, "record", cast.qian, MONDAY, result=Reach.WRONG)
    cast.session.commit()
    cast.session.expire_all()
    assert matter.contact is None


def test_no_number_is_no_wrong_number(cast):
    callback = cast.answered().open_callback
    with pytest.raises(Fault, match="没有留电话"):
        cast.step(callback, "record", cast.qian, MONDAY, result=Reach.WRONG)


def test_whoever_took_it_can_put_it_back_and_nobody_else(cast, callback, session):
    callback.matter.contact.open(cast.qian, MONDAY)
    session.flush()
    for other in (cast.he, cast.wang, callback.matter.cards[0]):
        assert callback.steps["put_back"].refusal(callback, other, MONDAY)
    cast.step(callback, "put_back", cast.qian, MONDAY)
    session.commit()
    assert callback.assignee is None and callback.matter.contact.needed_by(cast.he, MONDAY) == "caller"
    assert session.get(Entry, callback.matter.entries[-1].id).step == "put_back"


def test_nothing_is_given_to_a_closed_account(cast, callback):
    cast.step(callback, "record", cast.qian, MONDAY, result=Reach.UNREACHED)
    cast.zhao.active = False
    given = {"handler": cast.zhao, "text": "老钱休假。"}
    for record, name in ((callback, "pass_on"), (cast.accepted(), "transfer")):
        with pytest.raises(Fault, match="请选本单位的同事"):
            cast.step(record, name, cast.wang, MONDAY, **given)

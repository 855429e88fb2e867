"""Contact data: sealed, masked, opened by those who need it, ended in time."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from models.asking import Rating, Reach
from models.audit import AuditLine
from models.base import beijing_date
from models.callback import unanswered
from models.contact import Channel, Contact, Daypart, Reachable
from models.going import Carried
from models.matter import kept_too_long
from models.photo import Drawn
from models.steps import CLOCK, Fault, Refused
from models.workdays import day_end
from tests.cast import DAY, MONDAY

CHEN = Reachable("陈静", "13900001234", "港南小区7号楼301室")


@pytest.fixture
def left(cast):
    """Chen's matter, answered by Li, with contact data and the wish to be rung."""
    matter = cast.answered(contact=CHEN, reply_by=Channel.PHONE, daypart=Daypart.MORNING, photos=[Drawn(b"a photo", 4, 3)])
    cast.session.commit()
    return matter


def test_nothing_of_it_can_be_read_in_the_database(left, session):
    row = session.execute(text("SELECT * FROM contact")).one()
    for secret in vars(CHEN).values():
        assert secret.encode() not in b"".join(bytes(value) for value in row if isinstance(value, bytes | memoryview))
        assert secret not in str(row)


def test_masked_it_can_be_recognised_and_not_used(left):
    assert left.contact.masked == Reachable("陈*", "139****34", "港南****")
    assert Reachable("", "1234567", "").masked.phone == "123****67" and Reachable("", "123456", "").masked.phone == "******"


@pytest.mark.parametrize(
    ("phone", "wrong"),
    [
        *((fine, False) for fine in ("13900001234", "139 0000 1234", "0513-82212345", "82212345", "+86 13900001234", "")),
        *((odd, True) for odd in ("1390000123", "139000012345", "微信同号", "123")),
    ],
)
def test_a_phone_that_can_hardly_be_one_is_noticed(phone, wrong):
    assert Reachable(phone=phone).looks_wrong == wrong


def test_who_needs_it(cast, left):
    needs = {
        name: left.contact.needed_by(getattr(cast, name), MONDAY)
        for name in ("li", "zhao", "qian", "wang", "he", "zhou", "gao")
    }
    assert needs == {
        "li": "handler",
        "zhao": "caller",
        "qian": "caller",
        "wang": "caller",
        "he": "caller",
        "zhou": "caller",
        "gao": "bureau",
    }
    for stranger in (cast.sun, cast.ma, cast.admin, cast.auditor):
        assert left.contact.needed_by(stranger, MONDAY) is None
        with pytest.raises(Refused):
            left.contact.open(stranger, MONDAY)


def test_before_the_answer_only_the_handler_and_heads_need_it(cast):
    contact = cast.accepted(contact=CHEN).contact
    assert [
        name for name in ("li", "zhao", "qian", "he", "zhou", "wang") if contact.needed_by(getattr(cast, name), MONDAY)
    ] == [
        "li",
        "wang",
    ]


def test_a_look_is_logged_and_takes_the_callback(cast, left, session):
    assert left.contact.open(cast.qian, MONDAY) == CHEN
    session.commit()
    line = session.scalars(select(AuditLine).where(AuditLine.action == "open_contact")).one()
    assert (line.actor_uid, line.subject_uid, line.detail) == (cast.qian.uid, left.contact.uid, "caller")
    assert left.open_callback.assignee_id == cast.qian.id
    assert left.contact.needed_by(cast.he, MONDAY) is None, "the callback is Qian's now"


def test_the_bureaus_reason_stands_in_the_ledger_for_staff(cast, left, session):
    left.contact.open(cast.gao, MONDAY, reason="核对投诉")
    session.flush()
    entry = left.entries[-1]
    assert (entry.step, entry.text, entry.public) == ("open_contact", "核对投诉", False)


def test_after_the_end_the_handler_needs_it_no_more(cast, left):
    cast.step(left, "rate", left.cards[0], MONDAY, rating=Rating.SATISFIED, solved=[1])
    cast.step(left, "sign_off", cast.wang, MONDAY)
    assert left.contact.needed_by(cast.li, MONDAY) is None and left.contact.needed_by(cast.qian, MONDAY) is None


@pytest.mark.parametrize(
    ("channel", "due"),
    [(Channel.CARD, 7 * DAY), (Channel.SMS, DAY), (Channel.PHONE, DAY), (Channel.VISIT, 7 * DAY)],
)
def test_she_is_asked_back_the_way_she_wished_and_in_time(cast, channel, due):
    """From a Monday: SMS the next day, phone the next working day, in person within 5 working days."""
    matter = cast.answered(contact=CHEN, reply_by=channel)
    assert matter.open_callback.channel is channel
    assert matter.open_callback.due_at == day_end(beijing_date(MONDAY + due))


def test_a_callback_by_phone_does_not_lapse_by_the_clock(cast, left, session):
    assert unanswered(session, MONDAY + 30 * DAY) == []


def test_erased_by_card_nothing_is_left_and_the_callback_waits_on_the_card(cast, left, session):
    cast.step(left, "erase", left.cards[0], MONDAY)
    session.commit()
    assert session.scalars(select(Contact)).all() == [] and left.photos == []
    assert (left.open_callback.channel, left.reply_by, left.daypart) == (Channel.CARD, Channel.CARD, None)
    assert left.body and left.points[0].answer


def test_90_days_after_the_end_contact_and_photos_go(cast, left, session):
    cast.step(left, "rate", left.cards[0], MONDAY, rating=Rating.SATISFIED, solved=[1])
    cast.step(left, "sign_off", cast.wang, MONDAY)
    other = cast.accepted(MONDAY + 80 * DAY, contact=CHEN)
    session.commit()
    assert kept_too_long(session, MONDAY + 90 * DAY) == []
    assert kept_too_long(session, MONDAY + 90 * DAY + DAY / 24) == [left]
    cast.step(left, "erase", CLOCK, MONDAY + 91 * DAY)
    session.commit()
    assert left.contact is None and left.photos == [] and other.contact
    assert kept_too_long(session, MONDAY + 91 * DAY) == []


def test_a_reopened_matter_counts_anew(cast, left, session):
    cast.step(left, "rate", left.cards[0], MONDAY, rating=Rating.SATISFIED, solved=[1])
    cast.step(left, "sign_off", cast.wang, MONDAY)
    cast.step(left, "rate", left.cards[0], MONDAY + 80 * DAY, solved=[])
    session.commit()
    assert kept_too_long(session, MONDAY + 100 * DAY) == []


def test_a_year_after_the_last_entry_they_go_in_any_state(cast, left, session):
    cast.step(left.open_callback, "record", cast.qian, MONDAY + 10 * DAY, result=Reach.UNREACHED)
    session.commit()
    assert kept_too_long(session, MONDAY + 374 * DAY) == []
    assert kept_too_long(session, MONDAY + 376 * DAY) == [left]


def test_by_card_she_corrects_it_or_changes_only_her_wish(cast, left, session):
    chen, uid = left.cards[0], left.contact.uid
    wish = {"reply_by": Channel.SMS, "phone": "13900005678", "consent": True}
    cast.step(left, "reach", chen, MONDAY, **wish)
    session.commit()
    assert left.contact.open(cast.wang, MONDAY) == Reachable(phone="13900005678") and left.contact.uid == uid
    assert (left.reply_by, left.daypart, left.open_callback.channel) == (Channel.SMS, None, Channel.SMS)
    cast.step(left, "reach", chen, MONDAY, reply_by=Channel.VISIT, daypart=Daypart.NOON)
    assert left.contact.masked.phone == "139****78" and left.open_callback.channel is Channel.VISIT


def test_without_consent_nothing_new_is_kept(cast, left):
    with pytest.raises(Fault, match="没有您同意"):
        cast.step(left, "reach", left.cards[0], MONDAY, reply_by=Channel.SMS, phone="13900005678")
    assert left.contact.masked.phone == "139****34"


def test_what_was_raised_without_contact_data_can_get_them_later(cast, session):
    matter = cast.accepted()
    cast.step(matter, "reach", matter.cards[0], MONDAY, reply_by=Channel.PHONE, phone="13900001234", consent=True)
    session.commit()
    assert matter.contact.needed_by(cast.li, MONDAY) == "handler" and matter.contact.phone_sealed


def test_who_goes_there_today_needs_it_as_a_visitor(cast):
    """Zhao goes along with Li on Tuesday; Qian doesn't. Zhou is led by Li, and has nothing to ask yet."""
    matter = cast.accepted(contact=CHEN)
    cast.step(
        matter,
        "visit",
        cast.li,
        MONDAY,
        day=beijing_date(MONDAY + DAY),
        daypart=Daypart.MORNING,
        companions=[cast.zhao, cast.gao],
    )

    def visitors(at):
        return [who.username for who in cast.everyone() if matter.contact.needed_by(who, at) == "visitor"]

    before, on_the_day = day_end(beijing_date(MONDAY)) + timedelta(hours=5, minutes=59), MONDAY + DAY
    assert visitors(before) == [] and visitors(before + timedelta(minutes=1)) == ["zhao", "zhou"]
    assert all(matter.contact.is_seen_by(getattr(cast, who)) for who in ("zhao", "zhou"))
    assert visitors(MONDAY + 2 * DAY) == []
    assert matter.contact.open(cast.zhao, on_the_day) == CHEN
    cast.step(matter.visits[0], "start", cast.zhao, on_the_day, carried=list(Carried))
    assert visitors(MONDAY + 2 * DAY) == ["zhao", "zhou"], "still under way"
    cast.step(matter.visits[0], "record", cast.li, on_the_day + timedelta(hours=1), households=1)
    assert visitors(on_the_day) == []
    with pytest.raises(Refused):
        matter.contact.open(cast.zhao, on_the_day + timedelta(hours=1))

"""What the clock does by itself: first contact, news, callbacks that nobody takes, words that have had their time."""

from datetime import timedelta

import pytest

from models import rules
from models.answering import Contacted
from models.asking import Rating, Reach
from models.callback import not_taken
from models.contact import Channel, Reachable
from models.life import Kind, State
from models.matter import Matter, is_without_news, kept_too_long, worded_too_long
from models.point import Outcome
from models.privacy_notice import Kept, PrivacyNotice
from models.steps import CLOCK, Refused
from models.workdays import day_end
from tests.cast import DAY, MONDAY

TUESDAY = MONDAY + DAY
HOUR = timedelta(hours=1)
CHEN = Reachable("陈静", "0000-5550142")


def end(days):
    return day_end((MONDAY + days * DAY).date())


def test_with_contact_data_the_first_thing_due_is_to_speak_to_the_resident(cast):
    matter = cast.accepted(contact=CHEN)
    handling = matter.open_handling
    assert (handling.due_at, handling.next, matter.due_at) == (end(1), "contact", end(3))
    cast.step(matter, "contact", cast.zhou, TUESDAY, how=Contacted.PHONE)
    assert (handling.due_at, handling.next, matter.contacted_at) == (end(3), None, TUESDAY)
    assert matter.entries[-1].public
    cast.step(matter, "contact", cast.li, TUESDAY + HOUR, how=Contacted.VISIT, text="看过了。")
    assert matter.contacted_at == TUESDAY


def test_without_contact_data_the_line_of_accepting_is_the_contact(cast):
    matter = cast.accepted()
    assert (matter.open_handling.due_at, matter.open_handling.next, matter.contacted_at) == (end(3), None, MONDAY)


@pytest.mark.parametrize("step", ["answer", "settle", "erase"])
def test_an_answer_is_a_contact_and_nobody_can_be_rung_once_it_is_erased(cast, step):
    matter = cast.accepted(contact=CHEN)
    if step == "erase":
        cast.step(matter, "erase", matter.cards[0], TUESDAY)
    else:
        point = {"point": 1} if step == "answer" else {}
        until = (TUESDAY + DAY).date()
        cast.step(matter, step, cast.li, TUESDAY, outcome=Outcome.UNDER_WAY, text="约好了。", until=until, **point)
    assert matter.contacted_at == TUESDAY
    assert (matter.open_handling.due_at, matter.open_handling.next) == (matter.due_at, None)


def test_a_question_is_no_contact_for_somebody_who_wants_to_be_rung(cast):
    matter = cast.accepted(contact=CHEN)
    cast.step(matter, "ask", cast.li, MONDAY, text="哪一盏？")
    assert matter.open_handling.next == "resume"
    cast.step(matter, "resume", matter.cards[0], TUESDAY, words="南门那盏。")
    assert matter.open_handling.next == "contact"


def test_matters_without_news_are_found_by_the_row_alone(cast, session):
    matter = cast.accepted()
    cast.answered()  # nothing is owed
    found = lambda at: session.scalars(cast.all_matters().where(is_without_news(at))).all()  # noqa: E731
    assert found(end(7)) == [] and not matter.is_without_news(end(7))
    assert found(end(7) + HOUR) == [matter] and matter.is_without_news(end(7) + HOUR)
    cast.step(matter, "add", matter.cards[0], end(7), words="怎么样了？")
    assert matter.is_without_news(end(7) + HOUR)
    cast.step(matter, "ask", cast.li, end(7) + HOUR, text="哪一盏？")
    assert found(end(30)) == []
    cast.step(matter, "resume", CLOCK, matter.waits_until + HOUR)
    assert found(end(7) + 8 * DAY) == [] and found(matter.news_by + HOUR) == [matter]


def test_what_she_says_herself_and_what_is_done_with_her_card_is_no_news(cast):
    matter = cast.accepted(contact=CHEN, reply_by=Channel.PHONE, points=["灯", "井盖"])
    for point, until in ((1, None), (2, (MONDAY + 10 * DAY).date())):
        outcome = Outcome.UNDER_WAY if until else Outcome.DONE
        cast.step(matter, "answer", cast.li, MONDAY, point=point, outcome=outcome, text="看过了。", until=until)
    card, news_by = matter.cards[0], matter.news_by
    for name, by, fields in (
        ("add", card, {"words": "怎么样了？"}),
        ("reach", card, {"reply_by": Channel.CARD}),
        ("reissue", cast.qian, {}),
        ("rate", card, {"rating": Rating.SATISFIED, "solved": [1]}),
        ("erase", card, {}),
    ):
        cast.step(matter, name, by, TUESDAY, **fields)
        assert matter.entries[-1].step == name and matter.news_by == news_by, name


def test_before_a_promised_date_no_news_is_due(cast, session):
    matter = cast.accepted()
    until = (MONDAY + 20 * DAY).date()
    cast.step(matter, "answer", cast.li, MONDAY, point=1, outcome=Outcome.UNDER_WAY, text="等配件。", until=until)
    assert not matter.is_without_news(end(20)) and matter.is_without_news(end(20) + HOUR)
    assert session.scalars(cast.all_matters().where(is_without_news(end(20) + HOUR))).all() == [matter]


def ringing(cast, **what):
    return cast.answered(contact=CHEN, reply_by=Channel.PHONE, **what).open_callback


def test_a_callback_that_nobody_took_by_noon_of_its_day_is_the_bureaus(cast, session):
    callback = ringing(cast)
    noon = end(1) - 6 * HOUR
    assert not_taken(session, noon - HOUR) == []
    with pytest.raises(Refused):
        cast.step(callback, "rise", CLOCK, noon - HOUR)
    assert not_taken(session, noon) == [callback]
    cast.step(callback, "rise", CLOCK, noon)
    assert callback.station_id == cast.bureau.id and not_taken(session, noon + HOUR) == []
    assert callback.is_seen_by(cast.gao) and not callback.is_seen_by(cast.zhao)
    assert not callback.matter.entries[-1].public
    cast.step(callback, "record", cast.gao, noon + HOUR, result=cast.reach("reached"), rating=Rating.SATISFIED, solved=[1])
    assert callback.matter.state is State.CALLED_BACK


def test_a_callback_that_was_put_back_does_not_rise_before_it_is_to_be_tried_again(cast, session):
    callback = ringing(cast)
    noon = end(1) - 6 * HOUR
    cast.step(callback, "record", cast.zhao, noon - HOUR, result=cast.reach("unreached"))
    cast.step(callback, "put_back", cast.zhao, noon - HOUR)
    assert not_taken(session, callback.next_try - HOUR) == [] and not_taken(session, callback.next_try) == [callback]


def test_a_callback_that_somebody_took_or_that_a_card_answers_does_not_rise(cast, session):
    taken, by_card = ringing(cast), cast.answered().open_callback
    cast.step(taken, "record", cast.zhao, TUESDAY, result=cast.reach("unreached"))
    assert not_taken(session, by_card.due_at) == []
    for callback in (taken, by_card):
        with pytest.raises(Refused):
            cast.step(callback, "rise", CLOCK, by_card.due_at)


def test_after_settling_one_in_ten_is_rung_and_the_others_have_their_card(cast, session):
    channels = []
    for i in range(20):
        matter = cast.make.card(cast.gangnan, contact=CHEN, reply_by=Channel.PHONE).matter
        matter.uid = f"{i:032x}"
        cast.step(matter, "settle", cast.li, MONDAY, outcome=Outcome.DONE, text="说清了。")
        channels.append(matter.open_callback.channel)
    assert channels.count(Channel.PHONE) == 2 and channels.count(Channel.CARD) == 18
    by_sms = cast.make.card(cast.gangnan, contact=CHEN, reply_by=Channel.SMS).matter
    cast.step(by_sms, "settle", cast.li, MONDAY, outcome=Outcome.DONE, text="说清了。")
    assert by_sms.open_callback.channel is Channel.SMS


def test_three_years_after_the_end_the_words_go_and_the_ledger_stays(cast, session):
    matter = cast.accepted()
    cast.step(matter, "split", cast.li, MONDAY, points=["南门的灯", "北门的灯"])
    cast.step(matter, "add", matter.cards[0], MONDAY, words="就在南门边上。")
    cast.step(matter, "ask", cast.li, MONDAY, text="哪一盏？")
    cast.step(matter, "resume", cast.li, MONDAY, words="电话里说是南门第二盏。")
    for point in (1, 2):
        cast.step(matter, "answer", cast.li, MONDAY, point=point, outcome=Outcome.DONE, text="灯修好了。")
    said = {"rating": Rating.SATISFIED, "solved": [1, 2], "words": "谢谢小李。"}
    cast.step(matter.open_callback, "record", cast.zhao, MONDAY, result=Reach.REACHED, **said)
    cast.step(matter, "sign_off", cast.wang, MONDAY)
    over = MONDAY + timedelta(days=3 * 365)
    assert worded_too_long(session, over) == []
    with pytest.raises(Refused):
        cast.step(matter, "forget", CLOCK, over)
    assert worded_too_long(session, over + HOUR) == [matter]
    cast.step(matter, "forget", CLOCK, over + HOUR)
    left = str([(matter.body, matter.place), [p.text for p in matter.points], [e.text for e in matter.entries]])
    assert "很黑" not in left and "南门" not in left and "小李" not in left
    assert matter.summary == "路灯不亮" and "灯修好了。" in left and matter.kind is Kind.REQUEST
    assert worded_too_long(session, over + DAY) == []
    assert session.get(Matter, matter.id).rating is Rating.SATISFIED


def test_each_matter_is_kept_as_long_as_the_notice_said_that_was_shown(cast, session):
    what = {"made_at": MONDAY, "made_by_id": cast.gao.id, "responsible": "县局", "seat": "人民路1号", "contact": "0000-5550000"}
    ended = []
    for more in ({}, {"contact_days": 120, "text_years": 1}, {"text_years": 5}):
        if more:
            session.add(PrivacyNotice(**what, **more))
            session.flush()
        card = cast.make.card(cast.gangnan, contact=CHEN)
        cast.step(card.matter, "withdraw", card, MONDAY)
        ended.append(card.matter)
    kept = [(Kept.of(session, one.notice).contact.days, Kept.of(session, one.notice).text // rules.YEAR) for one in ended]
    assert kept == [(90, 3), (120, 1), (90, 5)]
    plain, longer, longest = ended
    assert kept_too_long(session, MONDAY + 90 * DAY) == [] and kept_too_long(session, MONDAY + 91 * DAY) == [plain, longest]
    assert kept_too_long(session, MONDAY + 121 * DAY) == [plain, longer, longest]
    for years, over in ((1, [longer]), (3, [plain, longer]), (5, ended)):
        assert worded_too_long(session, MONDAY + years * rules.YEAR + HOUR) == over
        assert over[0] not in worded_too_long(session, MONDAY + (1 if over[0] is longer else 3) * rules.YEAR)
    with pytest.raises(Refused):
        cast.step(longest, "forget", CLOCK, MONDAY + 4 * rules.YEAR)
    cast.step(longer, "forget", CLOCK, MONDAY + 2 * rules.YEAR)
    assert longer.body == ""


def test_a_callback_keeps_its_day_unless_the_way_to_ask_changes(cast):
    matter = cast.accepted(points=["灯", "井盖"], contact=CHEN, reply_by=Channel.PHONE)
    until = (MONDAY + 10 * DAY).date()
    cast.step(matter, "answer", cast.li, MONDAY, point=1, outcome=Outcome.DONE, text="修好了。")
    cast.step(matter, "answer", cast.li, MONDAY, point=2, outcome=Outcome.UNDER_WAY, text="等。", until=until)
    callback = matter.open_callback
    assert callback.due_at == end(1)
    cast.step(matter, "answer", cast.li, TUESDAY, point=2, outcome=Outcome.DONE, text="也好了。")
    assert matter.open_callback is callback and callback.due_at == end(1)
    cast.step(matter, "reach", matter.cards[0], TUESDAY, reply_by=Channel.CARD)
    assert callback.due_at == end(8)

"""Texts to residents: made with the news, sent in hours, asked about by phone where they come to nothing."""

import hashlib
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from models import message_template, outbox, replying, rules
from models.asking import CallbackResult, NotByText, Rating, Reply
from models.audit import AuditLine
from models.base import BEIJING
from models.calling import Desk
from models.contact import Channel, Contact, Reachable
from models.gateway import Answer
from models.life import Kind, State
from models.message_template import MessageTemplate, Occasion
from models.outbox import Message, MessageState, Outbox
from models.point import Echo, Outcome
from models.steps import CLOCK, Fault, OutOfSight, Refused, Stale
from tests.cast import DAY, MONDAY

CHEN = Reachable("陈静", "13900001234")
TEXTED = {"contact": CHEN, "reply_by": Channel.SMS}
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TUESDAY = MONDAY + DAY
AT_EIGHT = datetime(2026, 11, 17, 8, tzinfo=BEIJING)


def texts(session):
    session.flush()
    return session.scalars(select(Message).order_by(Message.id)).all()


def news(session):
    return [message.occasion for message in texts(session) if message.occasion is not Occasion.ASKED]


@pytest.fixture
def gateway(session):
    """There is a gateway, which a worker speaks to; nobody sends by hand."""
    session.info["gateway"] = object()


@pytest.fixture
def asking(cast, session, gateway):
    """Make Chen's answered matter, whose callback asks by text, sent on Tuesday morning."""

    def asking(number="13900001234"):
        matter = cast.answered(contact=Reachable("陈静", number), reply_by=Channel.SMS)
        for parcel in outbox.lease(session, AT_EIGHT):
            message = session.get(Message, parcel.message_id)
            message.came_back(AT_EIGHT, parcel.version, Answer())
        session.flush()
        return next(message for message in matter.messages if message.callback)

    return asking


def test_the_card_says_before_that_she_will_be_asked_and_after_that_she_was(cast, asking):
    waiting = cast.answered(contact=Reachable("陈静", "13900001235"), reply_by=Channel.SMS)
    assert "会有人问您" in waiting.what_next(MONDAY)[0]
    message = asking()
    said, values = message.matter.what_next(AT_EIGHT)
    assert "发短信问您" in said and values["until"] == message.callback.due_at


# ── what is made


def test_each_step_that_is_news_makes_a_text_and_no_other_does(cast, session):
    matter = cast.accepted(points=["灯", "井盖"], **TEXTED)
    later = [MONDAY + 2 * n * HOUR for n in range(9)]
    cast.step(matter, "ask", cast.li, later[0], text="哪一盏？")
    cast.step(matter, "resume", matter.cards[0], later[0], words="南门那盏。")
    assert news(session) == [Occasion.QUESTION]
    cast.step(matter, "extend", cast.wang, later[1], days=2, text="等配件。")
    cast.step(matter, "answer", cast.li, later[2], point=1, outcome=Outcome.DONE, text="修好了。")
    assert news(session) == [Occasion.QUESTION, Occasion.LATER], "one of two points is no answer yet"
    cast.step(matter, "answer", cast.li, later[3], point=2, outcome=Outcome.CANNOT, text="不归我们。")
    cast.step(matter, "rate", matter.cards[0], later[4], rating=Rating.UNSATISFIED, solved=[1])
    cast.step(matter, "review", cast.wang, later[5], verdict=cast.verdict("confirm"), text="复核过。")
    other = cast.accepted(**TEXTED)
    cast.step(other, "escalate", cast.li, later[6], text="所里定不了。")
    assert news(session)[2:] == [Occasion.ANSWERED, Occasion.REVIEWED, Occasion.MOVED]
    assert other.messages[0].station_id == cast.bureau.id


def test_whoever_wants_no_texts_or_left_no_phone_gets_none(cast, session):
    cast.answered(contact=CHEN, reply_by=Channel.PHONE)
    cast.answered(contact=Reachable("陈静"), reply_by=Channel.SMS)
    cast.answered()
    assert news(session) == []


def test_two_news_of_one_hour_are_one_text(cast, session):
    matter = cast.accepted(**TEXTED)
    cast.step(matter, "extend", cast.wang, MONDAY, days=2, text="等配件。")
    cast.step(matter, "answer", cast.li, MONDAY + HOUR - MINUTE, point=1, outcome=Outcome.DONE, text="修好了。")
    assert news(session) == [Occasion.ANSWERED]
    cast.step(matter, "send_back", cast.wang, MONDAY + 2 * HOUR, points=[1], text="再看看。")
    assert news(session) == [Occasion.ANSWERED, Occasion.LATER]


def test_the_news_goes_or_stays_with_the_step_that_brings_it(cast, session):
    matter = cast.accepted(**TEXTED)
    session.commit()
    cast.step(matter, "ask", cast.li, MONDAY, text="哪一盏？")
    assert len(texts(session)) == 1
    session.rollback()
    assert texts(session) == []


def test_a_text_says_who_and_which_and_nothing_of_what_it_is_about(cast, session):
    matter = cast.answered(**TEXTED)
    assert [message.text for message in matter.messages] == [
        f"城南派出所：您反映的事（{matter.number}）解决了吗？请回：1解决了也满意，2解决了一部分，3没解决。我们不会要验证码，也不会要钱。",
        f"城南派出所：您反映的事（{matter.number}）有答复了，请凭回音卡看，或打0000-5550110。我们不会要验证码，也不会要钱。",
    ]
    for occasion, words in message_template.TEXTS.items():
        message_template.check(occasion, words)
        said = message_template.filled_in(words, matter)
        assert len(said) <= 70, (occasion, len(said))


@pytest.mark.parametrize(
    ("occasion", "words", "fault"),
    [
        (Occasion.ANSWERED, "{station}：{body}。不要验证码。", "“{body}”填不上"),
        (Occasion.ANSWERED, "{station}：{due}前答复。不要验证码。", "“{due}”填不上"),
        (Occasion.ANSWERED, "{station}：{number 有答复了。不要验证码。", "“{number”填不上"),
        (Occasion.ANSWERED, "{station}：有答复了}。不要验证码。", "“}”填不上"),
        (Occasion.ANSWERED, "{station}：请看 https://a/b。不要验证码。", "不放网址"),
        (Occasion.ANSWERED, "{station}：请看huiyin.cn。不要验证码。", "不放网址"),
        (Occasion.ANSWERED, "{station}：请看ｈｕｉｙｉｎ．ｃｎ。不要验证码。", "不放网址"),
        (Occasion.ANSWERED, "有答复了。不要验证码。", "是谁发的"),
        (Occasion.ANSWERED, "{station}：有答复了。", "不会要验证码"),
        (Occasion.ASKED, "{station}：解决了吗？回1或2。不要验证码。", "1、2、3"),
        (Occasion.ANSWERED, "{station}：不要验证码。" + "字" * 140, "140个字"),
    ],
)
def test_words_that_may_not_stand_in_a_text_are_refused(cast, session, occasion, words, fault):
    with pytest.raises(Fault) as refused:
        MessageTemplate.keep(session, occasion, words, by=cast.gao, at=MONDAY, version=0)
    assert fault in refused.value.message % refused.value.values and refused.value.field == "text"


def test_the_bureaus_own_words_go_out_and_none_gives_the_houses_back(cast, session):
    matter = cast.answered(**TEXTED)
    answered = next(message for message in matter.messages if not message.callback)
    own = "{station}说：{number}有答复了，打{phone}。不要验证码。"
    MessageTemplate.keep(session, Occasion.ANSWERED, own, by=cast.gao, at=MONDAY, version=0)
    assert answered.text == f"城南派出所说：{matter.number}有答复了，打0000-5550110。不要验证码。"
    with pytest.raises(Stale):
        MessageTemplate.keep(session, Occasion.ANSWERED, own, by=cast.gao, at=MONDAY, version=0)
    MessageTemplate.keep(session, Occasion.ANSWERED, "", by=cast.gao, at=MONDAY, version=1)
    assert "请凭回音卡看" in answered.text


# ── when it goes out


@pytest.mark.parametrize(
    ("hour", "minute", "goes"), [(7, 59, False), (8, 0, True), (19, 59, True), (20, 0, False), (23, 0, False)]
)
def test_texts_go_out_from_8_to_20_in_beijing(cast, session, hour, minute, goes):
    cast.accepted(**TEXTED)
    cast.step(cast.accepted(**TEXTED), "ask", cast.li, MONDAY, text="哪一盏？")
    assert bool(outbox.lease(session, datetime(2026, 11, 18, hour, minute, tzinfo=BEIJING))) == goes


def test_the_question_whether_it_is_solved_goes_out_the_next_morning(cast, session):
    matter = cast.answered(**TEXTED)
    (news,) = outbox.lease(session, MONDAY)
    session.get(Message, news.message_id).came_back(MONDAY, news.version, Answer())
    assert news.extension == "" and outbox.lease(session, AT_EIGHT - DAY) == []
    assert outbox.lease(session, AT_EIGHT - MINUTE) == []
    (parcel,) = outbox.lease(session, AT_EIGHT)
    assert parcel.phone == "13900001234" and parcel.extension and "解决了吗" in parcel.text
    assert parcel.uid == matter.messages[0].uid


def test_no_more_go_out_than_the_hour_allows_and_none_while_they_are_stopped(cast, session):
    for _n in range(5):
        cast.step(cast.accepted(**TEXTED), "ask", cast.li, MONDAY, text="哪一盏？")
    Outbox.locked(session).allow(3, cast.gao, MONDAY)
    assert len(outbox.lease(session, MONDAY, 2)) == 2 and len(outbox.lease(session, MONDAY + MINUTE)) == 1
    assert outbox.lease(session, MONDAY + 2 * MINUTE) == []
    Outbox.locked(session).stop(cast.he, MONDAY + 2 * HOUR)
    assert outbox.lease(session, MONDAY + 2 * HOUR) == []
    Outbox.locked(session).go_on(cast.gao, MONDAY + 2 * HOUR)
    assert outbox.lease(session, MONDAY + 2 * HOUR)
    session.commit()
    found = session.execute(select(AuditLine.actor_uid, AuditLine.detail).where(AuditLine.action.like("%messages%"))).all()
    assert [tuple(line) for line in found] == [(cast.gao.uid, "3"), (cast.he.uid, None), (cast.gao.uid, None)]


def test_a_number_is_read_with_a_line_in_the_log_and_kept_nowhere(cast, session):
    matter = cast.answered(**TEXTED)
    session.commit()
    outbox.lease(session, AT_EIGHT)
    session.commit()
    lines = session.execute(select(AuditLine).where(AuditLine.action == "open_contact")).scalars().all()
    assert [(line.actor, line.subject_uid, line.detail) for line in lines] == [("clock", matter.contact.uid, "message")] * 2
    kept = str([vars(message) for message in texts(session)])
    assert "13900001234" not in kept and all(bool(m.phone_hash) == bool(m.callback) for m in matter.messages)


def test_what_nobody_wants_any_more_is_not_sent_but_called_off(cast, session):
    erased, rated, asked, done = (cast.accepted(**TEXTED) for _n in range(4))
    for matter in (erased, asked):
        cast.step(matter, "ask", cast.li, MONDAY, text="哪一盏？")
    cast.step(erased, "erase", erased.cards[0], MONDAY)
    cast.step(asked, "resume", cast.li, MONDAY)
    for matter in (rated, done):
        cast.step(matter, "answer", cast.li, MONDAY, point=1, outcome=Outcome.DONE, text="好了。")
    cast.step(rated, "rate", rated.cards[0], MONDAY, rating=Rating.SATISFIED, solved=[1])
    session.flush()
    idle = outbox.no_longer_wanted(session, AT_EIGHT)
    assert [(message.matter, message.occasion) for message in idle] == [
        (erased, Occasion.QUESTION),
        (asked, Occasion.QUESTION),
        (rated, Occasion.ASKED),
    ]
    for message in idle:
        cast.step(message, "call_off", CLOCK, AT_EIGHT)
    sent = outbox.lease(session, AT_EIGHT)
    assert sorted(session.get(Message, parcel.message_id).matter.id for parcel in sent) == [rated.id, done.id, done.id]


def test_a_wish_that_changes_and_changes_back_makes_one_text(cast, session):
    matter = cast.answered(**TEXTED)
    for wish in (Channel.CARD, Channel.SMS):
        cast.step(matter, "reach", matter.cards[0], MONDAY, reply_by=wish)
    assert [message.occasion for message in matter.messages].count(Occasion.ASKED) == 1
    assert matter.open_callback.channel is Channel.SMS


# ── what comes of it


def test_a_text_that_fails_is_tried_after_1_5_25_and_125_minutes_and_then_stands_before_the_desk(cast, session, gateway):
    cast.step(cast.accepted(**TEXTED), "ask", cast.li, MONDAY - 6 * HOUR, text="哪一盏？")
    at, waits = MONDAY - HOUR, []
    for _try in range(5):
        (parcel,) = outbox.lease(session, at)
        message = session.get(Message, parcel.message_id)
        assert outbox.by_hand(session, cast.he, at) == []
        message.came_back(at, parcel.version, Answer("http_503"))
        waits.append((message.next_try_at - at) / MINUTE)
        assert message.state is MessageState.FAILED or outbox.lease(session, message.next_try_at - MINUTE / 2) == []
        at = max(at, message.next_try_at)
    assert waits[:4] == [1, 5, 25, 125] and (message.state, message.error) == (MessageState.FAILED, "http_503")
    session.flush()
    assert outbox.by_hand(session, cast.he, at) == [message] and outbox.by_hand(session, cast.ma, at) == []
    cast.step(message, "mark_sent", cast.he, at)
    assert (message.state, message.sent_by) == (MessageState.SENT, cast.he)


def test_a_worker_that_dies_leaves_a_text_that_is_sent_again_under_the_same_id(cast, session, gateway):
    cast.step(cast.accepted(**TEXTED), "ask", cast.li, MONDAY, text="哪一盏？")
    (first,) = outbox.lease(session, MONDAY)
    assert outbox.lease(session, first.until - MINUTE) == []
    (second,) = outbox.lease(session, first.until)
    message = session.get(Message, second.message_id)
    assert second.uid == first.uid and message.tries == 2
    message.came_back(first.until, first.version, Answer("timeout"))
    assert message.state is MessageState.SENDING, "what the first one says is too late"
    message.came_back(first.until, second.version, Answer(gateway_id="g1"))
    assert (message.state, message.gateway_id) == (MessageState.SENT, "g1")


def test_a_callback_whose_text_can_not_be_sent_becomes_a_phone_call(cast, session, gateway, asking):
    message = asking()
    message.is_reported(TUESDAY, "said_7")
    callback = message.callback
    assert message.state is MessageState.FAILED
    assert (callback.channel, callback.due_at) == (Channel.PHONE, message.matter.ask_by(Channel.PHONE, TUESDAY))
    entry = message.matter.entries[-1]
    assert (entry.step, entry.values, entry.public) == ("call_instead", {"why": NotByText.FAILED}, False)
    cast.step(message.matter, "reach", message.matter.cards[0], TUESDAY, reply_by=Channel.SMS)
    assert callback.channel is Channel.PHONE, "it is not tried by text again"


def test_reports_come_in_any_order_and_again(cast, session, asking):
    message = asking()
    message.is_reported(TUESDAY, None)
    message.is_reported(TUESDAY + HOUR, None)
    message.is_reported(TUESDAY + HOUR, "late")
    assert (message.state, message.error, message.sent_at) == (MessageState.DELIVERED, None, AT_EIGHT)


def test_what_nobody_sent_by_the_end_of_the_day_is_asked_by_phone(cast, session):
    matter = cast.answered(**TEXTED)
    end = matter.open_callback.due_at
    assert outbox.never_asked(session, end) == [] and outbox.never_asked(session, end + MINUTE) == [matter.open_callback]
    with pytest.raises(Refused):
        cast.step(matter.open_callback, "call_instead", CLOCK, end, why=NotByText.NOT_SENT)
    cast.step(matter.open_callback, "call_instead", CLOCK, end + MINUTE, why=NotByText.NOT_SENT)
    assert matter.open_callback.channel is Channel.PHONE and outbox.never_asked(session, end + 9 * DAY) == []


def test_without_a_gateway_the_desk_sends_it_and_the_reply_is_waited_for(cast, session):
    matter = cast.answered(**TEXTED)
    asked, answered = matter.messages
    session.flush()
    assert outbox.by_hand(session, cast.he, MONDAY) == [answered] and outbox.by_hand(session, cast.he, AT_EIGHT) == [
        answered,
        asked,
    ]
    for nobody, said in ((cast.li, Refused), (cast.gao, Refused), (cast.sun, OutOfSight), (cast.ma, OutOfSight)):
        assert outbox.by_hand(session, nobody, MONDAY) == [] or nobody is cast.li
        with pytest.raises(said):
            cast.step(answered, "mark_sent", nobody, MONDAY)
    with pytest.raises(Refused, match="现在不用人来发"):
        cast.step(asked, "mark_sent", cast.he, MONDAY)
    cast.step(asked, "mark_sent", cast.he, AT_EIGHT)
    assert matter.open_callback.due_at == datetime(2026, 11, 20, 8, tzinfo=BEIJING)
    assert outbox.never_asked(session, AT_EIGHT + 9 * DAY) == []
    with pytest.raises(Refused, match="现在是"):
        cast.step(asked, "mark_sent", cast.wang, AT_EIGHT)


def test_what_is_asked_by_text_is_not_to_be_rung_until_that_came_to_nothing(cast, session):
    callback = cast.answered(**TEXTED).open_callback
    session.flush()
    desk = Desk.of(session, cast.zhao, MONDAY)
    assert ([row.id for row in desk.now], [row.id for row in desk.quiet]) == ([], [callback.id])
    cast.step(callback, "call_instead", CLOCK, callback.due_at + MINUTE, why=NotByText.NOT_SENT)
    assert [row.id for row in Desk.of(session, cast.zhao, AT_EIGHT).now] == [callback.id]


def test_the_desk_sees_the_number_while_there_is_something_to_send(cast, session):
    matter = cast.accepted(**TEXTED)
    assert matter.contact.needed_by(cast.he, MONDAY) is None
    cast.step(matter, "ask", cast.li, MONDAY, text="哪一盏？")
    session.flush()
    assert matter.contact.needed_by(cast.he, MONDAY) == "sender" and matter.contact.needed_by(cast.zhao, MONDAY) is None
    session.info["gateway"] = object()
    assert matter.contact.needed_by(cast.he, MONDAY) is None, "the gateway sends it"


def test_texts_about_a_complaint_are_the_bureaus(cast, session):
    card = cast.make.card(cast.gangnan, kind=Kind.COMPLAINT, **TEXTED)
    matter = card.matter
    cast.step(matter, "accept", cast.gao, MONDAY, summary="排队", category=cast.make.category("other"))
    cast.step(matter, "ask", cast.gao, MONDAY, text="哪一天？")
    session.flush()
    assert outbox.by_hand(session, cast.gao, MONDAY) == matter.messages
    assert not any(matter.messages[0].is_seen_by(other) for other in (cast.he, cast.wang, cast.li))


# ── replies


def reply(session, words, number="13900001234", extension="", at=TUESDAY):
    session.flush()
    found = replying.asked(session, extension, number, at)
    replying.heed(found, replying.read_reply(words), at)
    session.flush()
    return found


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("1", Reply.SOLVED),
        (" ２。", Reply.PARTLY),
        ("3!", Reply.NOT_SOLVED),
        ("回1", None),
        ("12", None),
        ("谢谢", None),
        ("", None),
    ],
)
def test_1_2_and_3_are_read_however_they_are_typed(words, meant):
    assert replying.read_reply(words) is meant


def test_1_is_a_rating_by_the_resident_herself(session, asking):
    message = asking()
    reply(session, "1")
    matter = message.matter
    assert (matter.state, matter.rating, matter.points[0].echo) == (State.CALLED_BACK, Rating.SATISFIED, Echo.SOLVED)
    assert (message.callback.result, message.callback.typed_by_staff) == (CallbackResult.RATED, False)
    assert (message.reply, message.replied_at) == (Reply.SOLVED, TUESDAY)
    assert [(entry.step, entry.actor, entry.public) for entry in matter.entries[-2:]] == [
        ("reply", "sms", True),
        ("rate", "sms", True),
    ]


@pytest.mark.parametrize(("words", "kept"), [("2", Reply.PARTLY), ("3", Reply.NOT_SOLVED), ("灯还是不亮，找张三", None)])
def test_anything_else_is_no_rating_and_somebody_rings(session, asking, words, kept):
    message = asking()
    reply(session, words)
    callback, matter = message.callback, message.matter
    assert (callback.channel, callback.result, matter.rating, matter.state) == (Channel.PHONE, None, None, State.ANSWERED)
    assert callback.due_at == matter.ask_by(Channel.PHONE, TUESDAY)
    assert (message.reply, message.replied_at) == (kept, TUESDAY)
    assert matter.entries[-1].step == ("reply" if kept else "call_instead") and "张三" not in str(
        [vars(e) for e in matter.entries]
    )


def test_no_reply_in_three_days_is_never_satisfied(cast, session, asking):
    message = asking()
    end = datetime(2026, 11, 20, 8, tzinfo=BEIJING)
    assert message.callback.due_at == end and outbox.not_replied(session, end) == []
    assert outbox.not_replied(session, end + MINUTE) == [message.callback]
    cast.step(message.matter, "lapse", CLOCK, end + MINUTE, result=CallbackResult.NO_REPLY)
    assert (message.callback.result, message.matter.rating) == (CallbackResult.NO_REPLY, None)
    assert message.matter.points[0].echo is Echo.SILENT and outbox.not_replied(session, end + DAY) == []


def test_what_is_answered_later_is_asked_about_by_phone_not_by_the_text_that_went_out(cast, session):
    matter = cast.accepted(points=["灯", "井盖"], **TEXTED)
    until = (MONDAY + 8 * DAY).date()
    cast.step(matter, "answer", cast.li, MONDAY, point=2, outcome=Outcome.UNDER_WAY, text="等。", until=until)
    cast.step(matter, "answer", cast.li, MONDAY, point=1, outcome=Outcome.DONE, text="好了。")
    asked = next(message for message in matter.messages if message.callback)
    cast.step(asked, "mark_sent", cast.he, AT_EIGHT)
    cast.step(matter, "answer", cast.li, AT_EIGHT, point=2, outcome=Outcome.DONE, text="也好了。")
    assert matter.open_callback.channel is Channel.PHONE


def test_a_worker_that_died_with_a_text_leaves_a_call_to_make(cast, session):
    matter = cast.answered(**TEXTED)
    session.flush()
    outbox.lease(session, AT_EIGHT)
    assert matter.open_callback in outbox.never_asked(session, AT_EIGHT + 2 * DAY)


def test_two_open_texts_to_one_number_are_no_guess_and_both_are_rung(session, asking):
    first, second = asking(), asking()
    assert reply(session, "1") == [first, second]
    assert {m.callback.channel for m in (first, second)} == {Channel.PHONE} and {first.matter.rating, second.matter.rating} == {
        None
    }
    assert first.matter.entries[-1].values == {"why": NotByText.SEVERAL}


def test_the_extension_says_which_of_two_it_is(session, asking):
    first, second = asking(), asking()
    assert first.extension != second.extension
    assert reply(session, "1", extension=second.extension) == [second]
    assert (first.callback.channel, second.matter.rating) == (Channel.SMS, Rating.SATISFIED)


def test_an_extension_that_was_given_to_somebody_else_since_finds_nothing(session, asking):
    message = asking()
    assert reply(session, "1", "13911112222", message.extension) == [] and message.matter.rating is None


def test_a_number_is_known_with_its_country_and_not_by_another_key(session, asking):
    message = asking("139 0000 1234")
    assert replying.asked(session, "", "+8613900001234", TUESDAY) == [message]
    assert replying.asked(session, "", "13900001235", TUESDAY) == []
    assert message.phone_hash not in (hashlib.sha256(b"13900001234").hexdigest(), None)


def test_a_reply_to_what_was_opened_again_meanwhile_changes_nothing(cast, session, asking):
    message = asking()
    cast.step(message.matter, "send_back", cast.wang, AT_EIGHT, points=[1], text="再看看。")
    assert reply(session, "1") == [message]
    matter = message.matter
    assert (matter.state, matter.rating, matter.points[0].echo) == (State.IN_HAND, None, None)
    entry = matter.entries[-1]
    assert (entry.step, entry.values, entry.public) == ("late_reply", {"reply": Reply.SOLVED}, False)


def test_the_second_reply_to_one_text_is_a_line_and_no_more(session, asking):
    message = asking()
    reply(session, "3")
    reply(session, "1", at=TUESDAY + HOUR)
    assert (message.reply, message.matter.rating) == (Reply.NOT_SOLVED, None)
    assert message.matter.entries[-1].step == "late_reply"


def test_after_72_hours_nothing_is_left_of_the_number_and_later_of_the_extension(session, asking):
    message = asking()
    for after, left in ((72 * HOUR - MINUTE, (True, True)), (72 * HOUR, (False, True)), (rules.EXTENSION_KEPT, (False, False))):
        session.flush()
        replying.sweep(session, AT_EIGHT + after)
        session.refresh(message)
        assert (message.phone_hash is not None, message.extension is not None) == left, after


def test_extensions_go_round_and_skip_those_that_are_out(cast, session):
    box = Outbox.locked(session)
    box.last_extension = 99_999
    matter = cast.answered(**TEXTED)
    matter.messages[0].extension = "1000"
    session.flush()
    assert box.next_extension(session) == "1001"


def test_a_contact_that_is_gone_is_never_read(cast, session):
    matter = cast.answered(**TEXTED)
    session.delete(matter.contact)
    session.flush()
    session.expire_all()
    assert session.scalars(select(Contact)).all() == [] and outbox.lease(session, AT_EIGHT) == []

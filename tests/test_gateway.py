"""The way to an SMS gateway and back, over real HTTP on loopback, by one worker and by two."""

import json
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import func, select, text

from app import create_app
from blueprints.extensions import db
from blueprints.queue import commands
from blueprints.queue.commands import do_what_is_due, send_texts
from models import audit, gateway, outbox, rules
from models.asking import CallbackResult, Rating
from models.audit import AuditLine
from models.base import BEIJING, now, writing
from models.contact import Channel, Reachable
from models.gateway import Answer, Gateway, Misconfigured
from models.message_template import Occasion
from models.outbox import Message, MessageState, Outbox
from models.task import TaskState
from tests.conftest import KEYS
from tests.gateway import FakeGateway, signed
from tests.visitor import Visitor

TEN = datetime(2026, 11, 17, 10, tzinfo=BEIJING)  # a Tuesday
CHEN = {"contact": Reachable("陈静", "13900001234"), "reply_by": Channel.SMS}
ONE = {"phone": "1", "text": "t", "id": "i", "extension": ""}
MINUTE = timedelta(minutes=1)


@pytest.fixture
def provider(another_app):
    """Start a gateway in some mood; gives it, and an app that sends through it."""
    stack = []

    def provider(*mood, **more):
        fake = FakeGateway(*mood, **more)
        serving = fake.serving()
        settings = serving.__enter__()
        stack.append(serving)
        return fake, another_app(**settings)

    yield provider
    for serving in stack:
        serving.__exit__(None, None, None)


@pytest.fixture
def at_ten(time_machine):
    time_machine.move_to(TEN, tick=False)
    return time_machine


def waiting(cast, count):
    """So many residents are asked something."""
    for _n in range(count):
        cast.step(cast.accepted(TEN, **CHEN), "ask", cast.li, TEN, text="哪一盏？")
    cast.session.commit()


def asked_back(cast, at=TEN - timedelta(days=1)):
    """Chen's answered matter; the text that asks is due."""
    matter = cast.answered(at, **CHEN)
    cast.session.commit()
    return matter


def send(app):
    with app.app_context():
        send_texts()


def states(session):
    session.rollback()
    session.expire_all()
    return session.scalars(select(Message.state).order_by(Message.id)).all()


# ── settings


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"SMS_URL": "http://gateway.example/send"}, "must begin with https"),
        ({"SMS_URL": "https:///send"}, "names no host"),
        ({"SMS_BODY": "not json"}, "HUIYIN_SMS_BODY must be JSON"),
        ({"SMS_BODY": '{"a": "{phone}", "b": "{text} {name}"}'}, "has {name}"),
        ({"SMS_BODY": '{"a": "{phone}"}'}, "lacks {text}"),
        ({"SMS_HEADERS": "[1]"}, "HUIYIN_SMS_HEADERS must be a JSON object"),
        ({"SMS_SUCCESS": "code"}, "HUIYIN_SMS_SUCCESS must be a path and a value"),
        ({"SMS_URL": ""}, "without HUIYIN_SMS_URL"),
    ],
)
def test_wrong_settings_stop_the_start_and_say_why(tmp_path, changes, said):
    right = {"SMS_URL": "https://gateway.example/send", "SMS_BODY": '{"a": "{phone}", "b": ["{text}"]}'}
    create_app(KEYS | {"DATA_DIR": str(tmp_path)} | right)
    with pytest.raises(Misconfigured, match=said):
        create_app(KEYS | {"DATA_DIR": str(tmp_path)} | right | changes)


# ── handing over: the gateway alone


@pytest.mark.parametrize(
    ("mood", "answer"),
    [
        (None, Answer(gateway_id="g-i")),
        (503, Answer("http_503")),
        (302, Answer("http_302")),
        ("deny", Answer("said_7")),
        ("lose", Answer("no_answer")),
        ("delay", Answer("no_answer")),
    ],
)
def test_what_a_gateway_answers_is_read_as_a_code_and_never_as_words(monkeypatch, mood, answer):
    if mood == "delay":
        monkeypatch.setattr(gateway, "TIMEOUT", 0.05)  # nobody waits for ten seconds
    fake = FakeGateway(lambda n, told: mood)
    with fake.serving() as settings:
        assert Gateway.of(settings).send(**ONE | {"text": '"说"{phone}'}, at=now()) == answer
    assert fake.told == [{"mobile": "1", "content": '"说"{phone}', "uid": "i", "ext": "", "v": [1, True]}]
    assert fake.headers[0]["Authorization"] == "Bearer secret"
    assert fake.headers[0]["X-Huiyin-Signature"] == Gateway.of(settings).signature(
        fake.headers[0]["X-Huiyin-Timestamp"], fake.headers[0]["body"]
    )


def test_nobody_there_is_an_error_like_another():
    with FakeGateway().serving() as settings:
        pass
    assert Gateway.of(settings).send(**ONE, at=now()) == Answer("no_answer")


# ── the worker


def test_what_is_due_is_sent_once_by_tick(provider, cast, session, at_ten):
    matter = asked_back(cast)
    fake, app = provider()
    with app.app_context():
        do_what_is_due()
        do_what_is_due()
    assert [(told["mobile"], told["content"][:5]) for told in fake.sent] == [("13900001234", "城南派出所")] * 2
    assert {told["ext"] for told in fake.sent} == {"", matter.messages[0].extension or "1001"}
    assert states(session) == [MessageState.SENT] * 2 and matter.messages[0].gateway_id.startswith("g-")
    assert audit.verify(session, app.extensions["keys"].audit)[1] is None


def test_out_of_hours_and_while_stopped_nothing_leaves_the_house(provider, cast, session, at_ten):
    waiting(cast, 1)
    fake, app = provider()
    at_ten.move_to(TEN.replace(hour=21), tick=False)
    send(app)
    at_ten.move_to(TEN + timedelta(days=1), tick=False)
    writing(session)
    Outbox.locked(session).stop(cast.he, now())
    session.commit()
    send(app)
    assert fake.told == []


def test_a_worker_that_dies_after_sending_sends_it_again_under_the_same_id(provider, cast, session, at_ten):
    """Between the gateway's answer and the commit: what was sent is not known; an honest gateway knows the id."""
    waiting(cast, 1)
    fake, app = provider()
    with app.app_context():
        for parcel in commands._leased():
            words = {"phone": parcel.phone, "text": parcel.text, "id": parcel.uid, "extension": parcel.extension}
            app.extensions["gateway"].send(**words, at=now())
    send(app)
    assert len(fake.told) == 1, "the lease still runs"
    at_ten.move_to(TEN + rules.MESSAGE_LEASE, tick=False)
    send(app)
    assert len(fake.told) == 2 and len(fake.sent) == 1 and states(session) == [MessageState.SENT]


def test_a_gateway_that_loses_or_denies_is_asked_again_later(provider, cast, session, at_ten):
    waiting(cast, 2)
    fake, app = provider(lambda n, told: {1: "lose", 2: "deny"}.get(n))
    send(app)
    assert states(session) == [MessageState.WAITING] * 2
    assert session.scalars(select(Message.error).order_by(Message.id)).all() == ["no_answer", "said_7"]
    at_ten.move_to(TEN + MINUTE, tick=False)
    send(app)
    assert states(session) == [MessageState.SENT] * 2 and len(fake.told) == 4 and fake.doubles == []


def test_a_gateway_that_is_gone_holds_nobody_up(provider, cast, session, at_ten):
    waiting(cast, outbox.AT_ONCE + 5)
    fake, app = provider(lambda n, told: 503)
    send(app)
    assert len(fake.told) == outbox.AT_ONCE, "it is left alone until the next tick"


def test_two_workers_at_once_take_different_texts(provider, cast, session, at_ten):
    waiting(cast, 2 * outbox.AT_ONCE)
    _fake, app = provider()

    def lease(_n):
        with app.app_context():
            return [parcel.message_id for parcel in commands._leased()]

    with ThreadPoolExecutor(2) as workers:
        first, second = workers.map(lease, range(2))
    assert len(first) == len(second) == outbox.AT_ONCE and not set(first) & set(second)


def test_the_demo_sends_no_texts_to_people_who_do_not_exist(provider, session):
    _fake, app = provider()
    done = app.test_cli_runner().invoke(args=["demo"])
    assert done.exit_code != 0 and "sends no texts" in done.output


def mend(app, time_machine):
    """Two workers, minute after minute, until nothing is due any more."""

    def work(_n):
        with app.app_context():
            send_texts()
            db.session.remove()

    at = TEN
    while True:
        with ThreadPoolExecutor(2) as workers:
            list(workers.map(work, range(2)))
        with app.app_context():
            left = select(func.count()).select_from(Message)
            if not db.session.scalar(left.where(Message.state.in_([MessageState.WAITING, MessageState.SENDING]))):
                return
        at += timedelta(minutes=30)
        at = at if 8 <= at.astimezone(BEIJING).hour < 20 else (at + timedelta(days=1)).replace(hour=8, minute=0)
        time_machine.move_to(at, tick=False)


@pytest.mark.parametrize("count", [60, pytest.param(10_000, marks=pytest.mark.torture)])
@pytest.mark.parametrize("honest", [True, False], ids=["honest", "dishonest"])
def test_none_is_lost_by_two_workers_and_a_gateway_that_fails_one_in_three(
    provider, cast, session, at_ten, monkeypatch, honest, count
):
    """It loses the answer, denies inside a 200, or is out of order: each exactly once where it knows ids again."""
    monkeypatch.setattr(rules, "NEWS_KEPT", timedelta(days=365))  # so that none is too old by the time it went through
    monkeypatch.setattr(rules, "MESSAGE_BACKOFF", (MINUTE,) * 40)
    matters = [cast.accepted(TEN, **CHEN) for _n in range(min(count, 20))]
    for n in range(count):
        matters[n % len(matters)].messages.append(
            outbox._made(matters[n % len(matters)], Occasion.ANSWERED, TEN + n * timedelta(microseconds=1), TEN)
        )
    session.flush()
    Outbox.locked(session).allow(100_000, cast.gao, TEN)
    session.commit()
    chance, lock = Random(4), threading.Lock()
    moods = ["lose", "deny", 503]

    def mood(n, told):
        with lock:
            return moods[n % 3] if chance.random() < 1 / 3 else None

    fake, app = provider(mood, honest=honest)
    mend(app, at_ten)
    assert set(states(session)) == {MessageState.SENT}
    assert {told["uid"] for told in fake.sent} == set(session.scalars(select(Message.uid)))
    assert (len(fake.sent) == count and fake.doubles == []) if honest else fake.doubles
    assert audit.verify(session, app.extensions["keys"].audit)[1] is None


# ── what it tells


@pytest.fixture
def told(provider, cast, session, at_ten):
    """An asking text that was sent, and how the gateway tells of it."""
    matter = asked_back(cast)
    _fake, app = provider()
    send(app)
    session.expire_all()
    message = next(message for message in matter.messages if message.callback_id)

    def tell(path, headers=None, **what):
        body = json.dumps({"event": "e1"} | what).encode()
        return Visitor(app).client.post(f"/messages/{path}", data=body, headers=headers or signed(body)).status_code

    def shown():
        session.rollback()
        session.expire_all()
        return message

    tell.message, tell.app = shown, app
    return tell


def lines(session, action):
    session.rollback()
    return session.execute(select(AuditLine.actor, AuditLine.detail).where(AuditLine.action == action)).all()


def test_a_report_is_taken_by_our_name_or_the_gateways(told, session):
    assert told("report", event="a", gateway_id=told.message().gateway_id, status="delivered") == 200
    assert told.message().state is MessageState.DELIVERED
    assert told("report", event="b", id="0" * 32, status="delivered") == 200
    assert lines(session, "report_unknown") == [("sms", None)]


def test_a_reported_failure_makes_it_a_phone_call(told):
    assert told("report", id=told.message().uid, status="failed", code="号码 139") == 200
    message = told.message()
    assert (message.state, message.error, message.callback.channel) == (MessageState.FAILED, "told", Channel.PHONE)


def test_a_110_call_is_asked_about_by_text_and_replied_to(provider, cast, session, at_ten):
    fake, app = provider(lambda n, told: "lose" if n == 1 else None)
    session.info["gateway"] = app.extensions["gateway"]
    callback = cast.incident(TEN - timedelta(days=1))
    session.commit()
    for minute in range(2):
        at_ten.move_to(TEN + minute * MINUTE, tick=False)
        with app.app_context():
            do_what_is_due()
    assert len(fake.told) == 2 and len(fake.sent) == 1 and fake.doubles == []
    assert (
        fake.sent[0]["mobile"] == "13900001234" and "110" in fake.sent[0]["content"] and "噪音" not in fake.sent[0]["content"]
    )
    wang, page = Visitor(app, cast.wang), f"/incidents/{callback.id}"
    assert "等群众回，不用打电话" in wang.page(page).text and "另有1件在发短信问" in wang.page("/incidents/").text
    body = json.dumps({"event": "e", "from": "+8613900001234", "text": "3", "extension": fake.sent[0]["ext"]}).encode()
    for _again in range(2):
        assert Visitor(app).client.post("/messages/reply", data=body, headers=signed(body)).status_code == 200
    session.rollback()
    session.refresh(callback)
    assert (callback.rating, callback.typed_by_staff, callback.state) == (Rating.UNSATISFIED, False, TaskState.UNDER_WAY)
    assert "不满意（回短信评的）" in wang.page(page).text and f"{page}/close" in wang.page("/queue").links
    assert "城南派出所 1件 0件 不满10件" in wang.page("/stats").text and Visitor(app, cast.he).get(page).status_code == 404
    assert "13900001234" not in str(session.execute(text("SELECT * FROM message")).all())
    assert audit.verify(session, app.extensions["keys"].audit)[1] is None


def test_the_clock_ends_what_nobody_replied_to_and_has_rung_what_was_never_sent(provider, cast, session, at_ten):
    _fake, app = provider()
    session.info["gateway"] = app.extensions["gateway"]
    sent = cast.incident(TEN - timedelta(days=1))
    session.commit()
    send(app)
    writing(session)
    Outbox.locked(session).stop(cast.he, now())
    never_sent = cast.incident(TEN)
    session.commit()
    at_ten.move_to(TEN + timedelta(days=4), tick=False)
    with app.app_context():
        do_what_is_due()
    session.rollback()
    session.expire_all()
    assert (sent.state, sent.result, sent.rating) == (TaskState.DONE, CallbackResult.NO_REPLY, None)
    assert (never_sent.state, never_sent.channel) == (TaskState.PLANNED, Channel.PHONE)


def test_a_reply_is_taken_once(told, session):
    reply = {"from": "+8613900001234", "text": "1", "extension": told.message().extension}
    assert told("reply", **reply) == 200
    message = told.message()
    assert (message.matter.rating, message.callback.result) == (Rating.SATISFIED, CallbackResult.RATED)
    entries = len(message.matter.entries)
    assert told("reply", **reply | {"text": "3"}) == 200
    assert len(told.message().matter.entries) == entries
    assert told("reply", event="e2", **reply) == 200 and len(told.message().matter.entries) == entries + 1


@pytest.mark.parametrize("text", ["3\n路灯还是不亮", "1\u3000", "👨\u200d👩\u200d👧"])
def test_whatever_she_types_is_taken(told, text):
    assert told("reply", **{"from": "13900001234", "text": text, "extension": told.message().extension}) == 200
    message = told.message()
    assert message.matter.rating is (Rating.SATISFIED if "1" in text else None)
    assert message.callback.channel is (Channel.SMS if "1" in text else Channel.PHONE)


def test_a_report_and_a_reply_may_bear_the_same_number(told):
    assert told("report", event="7", id=told.message().uid, status="delivered") == 200
    assert told("reply", event="7", **{"from": "13900001234", "text": "1"}) == 200
    assert told.message().matter.rating is Rating.SATISFIED


def test_a_reply_is_believed_though_the_gateway_never_said_that_the_text_went_out(provider, cast, session, at_ten):
    matter = asked_back(cast)
    _fake, app = provider(lambda n, told: "lose")
    send(app)
    body = json.dumps({"event": "e", "from": "13900001234", "text": "1"}).encode()
    assert Visitor(app).client.post("/messages/reply", data=body, headers=signed(body)).status_code == 200
    session.rollback()
    session.expire_all()
    assert matter.rating is Rating.SATISFIED


def test_an_answer_that_trickles_keeps_nothing_waiting(monkeypatch):
    monkeypatch.setattr(gateway, "ANSWERED_IN", -1)
    with FakeGateway().serving() as settings:
        assert Gateway.of(settings).send(**ONE, at=now()) == Answer("no_answer")


def test_an_unknown_number_leaves_a_line_and_nothing_else(told, session):
    for _again in range(2):
        assert told("reply", **{"from": "13811112222", "text": "1"}) == 200
    assert lines(session, "reply_unknown") == [("sms", None)] and told.message().matter.rating is None


@pytest.mark.parametrize("path", ["report", "reply"])
def test_what_is_forged_late_or_unsigned_is_refused_with_a_line(told, session, path, caplog):
    caplog.set_level(logging.DEBUG)
    what = {"from": "13900001234", "text": "1", "id": told.message().uid, "status": "failed"}
    body = json.dumps({"event": "e1"} | what).encode()
    odd = [
        {"X-Huiyin-Timestamp": "now"},
        signed(body, key="another key"),
        signed(body + b" "),
        signed(body, at=now() - rules.SIGNED_WITHIN - MINUTE),
        signed(body, at=now() + rules.SIGNED_WITHIN + MINUTE),
    ]
    assert [told(path, headers=headers, **what) for headers in odd] == [403] * 5
    message = told.message()
    assert (message.state, message.matter.rating) == (MessageState.SENT, None)
    assert lines(session, "gateway_refused") == [("stranger", f"messages.{path}")] * 5
    assert "13900001234" not in caplog.text
    assert told(path, headers=signed(body, at=now() - rules.SIGNED_WITHIN), **what) == 200


def test_without_a_gateway_nobody_is_believed(app):
    body = b'{"event": "e"}'
    assert Visitor(app).client.post("/messages/report", data=body, headers=signed(body, key="")).status_code == 403


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"\xff", b"{}", b'{"event": ""}', b'{"event": "a\\u0000"}', b'{"event": "e", "status": "x"}', b"[" * 5000],
)
def test_what_is_signed_and_can_not_be_read_is_a_bad_request(told, body):
    assert Visitor(told.app).client.post("/messages/report", data=body, headers=signed(body)).status_code == 400

"""Texts by hand: listed for the desk, copied, the number opened by a logged look, marked as sent; the switch, the pace, the words."""

import pytest
from sqlalchemy import event, select

from blueprints.extensions import db
from models.audit import AuditLine
from models.base import now
from models.contact import Channel, Reachable
from models.message_template import MessageTemplate, Occasion
from models.outbox import MessageState, Outbox
from tests.gateway import FakeGateway
from tests.visitor import Page, Visitor

CHEN = Reachable("陈静", "13900001234")


@pytest.fixture
def message(cast, session):
    """Chen was asked something, and wants to hear of it by text."""
    matter = cast.accepted(now(), contact=CHEN, reply_by=Channel.SMS)
    cast.step(matter, "ask", cast.li, now(), text="哪一盏灯？")
    session.commit()
    return matter.messages[0]


@pytest.fixture
def he(app, cast):
    return Visitor(app, cast.he)


def fresh(session, record):
    session.rollback()
    session.expire_all()
    return record


def test_the_desk_copies_it_opens_the_number_and_says_that_it_was_sent(he, cast, message, session):
    page, path = he.page("/messages/"), f"/messages/{message.id}"
    assert "想问一句" in page.text and path in page.links and "13900001234" not in page.html
    page = he.page(path)
    assert f'data-copy="{message.text}"' in page.html and "139****34" in page.html and "13900001234" not in page.html
    contact = f"/contacts/{message.matter.contact.id}"
    assert "13900001234" in he.post(contact, page=path).text
    assert he.post(f"{path}/mark_sent").status_code == 303
    assert (fresh(session, message).state, message.sent_by.username) == (MessageState.SENT, "he")
    assert session.scalars(select(AuditLine.detail).where(AuditLine.action == "open_contact")).all() == ["sender"]
    assert path not in he.page("/messages/").links and "何静发的" in he.page(path).text
    again = he.get(f"{path}/mark_sent")
    assert again.status_code == 409 and "这条短信现在是“发出去了”" in again.text
    assert f'action="{contact}"' not in he.get(path).text, "there is nothing more to send"


def test_in_the_list_it_is_sent_without_leaving_it_and_whoever_is_second_reads_so(app, he, cast, message, session):
    path, wang = f"/messages/{message.id}/mark_sent", Visitor(app, cast.wang)
    mine, his = (visitor.page(path).form(path)["fields"] for visitor in (he, wang))
    part = he.send(path, mine, htmx=f"message-{message.id}")
    assert part.status_code == 200 and f'id="message-{message.id}"' in part.text and "发出去了" in part.text
    late = wang.send(path, his)
    assert late.status_code == 409 and "现在是“发出去了”" in late.text
    assert fresh(session, message).sent_by.username == "he"


def test_the_part_stands_in_the_page_letter_for_letter(he, message):
    part = he.post(f"/messages/{message.id}/call_off", htmx="").text
    assert "不用发了" in part and part.strip() in he.get(f"/messages/{message.id}").text


def test_others_do_not_find_it_in_their_list(app, cast, message):
    assert f"/messages/{message.id}" not in Visitor(app, cast.ma).page("/messages/").links
    assert Visitor(app, cast.ma).get(f"/messages/{message.id}").status_code == 404


def test_with_a_gateway_only_what_it_could_not_send_is_listed(another_app, cast, message, session):
    with FakeGateway().serving() as settings:
        he = Visitor(another_app(**settings), cast.he)
        page = he.page("/messages/")
        assert f"/messages/{message.id}" not in page.links and "等着发的有1条" in page.text
        for step, fields in (("lease", {}), ("fail", {"error": "http_500"})):
            message.steps[step].follow(message, by=cast.he, at=now(), because="clock", **fields)
        message.next_try_at = now()
        session.commit()
        assert (
            f"/messages/{message.id}" in he.page("/messages/").links and "http_500" in he.page(f"/messages/{message.id}").text
        )


def test_the_desk_stops_everything_and_only_the_bureau_lets_it_go_on(another_app, cast, session):
    with FakeGateway().serving() as settings:
        app = another_app(**settings)
        he, gao = Visitor(app, cast.he), Visitor(app, cast.gao)
        assert he.post("/messages/stop", page="/messages/").status_code == 303
        assert "由何静停的" in he.page("/messages/").text and "/messages/go-on" not in he.get("/messages/").text
        assert session.scalars(select(Outbox)).one().stopped_by_id == cast.he.id
        assert gao.post("/messages/pace", {"per_hour": "０"}, page="/messages/").status_code == 422
        assert gao.post("/messages/pace", {"per_hour": "60"}, page="/messages/").status_code == 303
        assert gao.post("/messages/go-on", page="/messages/").status_code == 303
        box = fresh(session, session.get(Outbox, 1))
        assert (box.stopped_at, box.per_hour) == (None, 60) and "每小时最多60条" in he.page("/messages/").text


def test_the_bureau_writes_the_words_and_heads_read_them(app, cast, message, session):
    gao, path = Visitor(app, cast.gao), "/messages/words/question"
    assert path in gao.page("/messages/").links and path not in Visitor(app, cast.wang).page("/messages/").links
    refused = gao.post(path, {"text": "{station}：请看www.huiyin.cn。不要验证码。"})
    assert refused.status_code == 422 and "短信里不放网址" in Page(refused.text).text_of("f-text-fault")
    assert "www.huiyin.cn" in refused.text, "what was typed stays"
    form = gao.page(path).form(path)["fields"]
    own = "{station}：{number}想问一句，打{phone}。不要验证码。"
    assert gao.post(path, {"text": own}).status_code == 303
    assert own in Visitor(app, cast.wang).page("/messages/").text
    assert f"城南派出所：{message.number}想问一句" in Visitor(app, cast.he).get(f"/messages/{message.id}").text
    late = gao.send(path, form | {"text": own + "！"})
    assert late.status_code == 409 and own in late.text
    assert gao.post(path, {"text": ""}).status_code == 303
    assert fresh(session, session.get(MessageTemplate, Occasion.QUESTION)).text.startswith("{station}：您反映的事")
    assert gao.get("/messages/words/nonsense").status_code == 404


def test_the_words_about_110_calls_are_there_once_the_bureau_may_ask(app, cast, session):
    gao, path = Visitor(app, cast.gao), "/messages/words/incident"
    assert gao.get(path).status_code == 404 and path not in gao.page("/messages/").links
    cast.bureau.incident_approval = "云公网安〔2026〕12号"
    session.commit()
    assert path in gao.page("/messages/").links and "能填的有{station}{phone}。" in gao.page(path).text


def test_the_list_asks_as_many_questions_for_one_as_for_many(app, cast, he, message, session):
    """The number of SQL statements does not grow with the rows."""

    def statements():
        with app.app_context():
            engine, seen = db.engine, []
        count = lambda *what: seen.append(what[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", count)
        he.get("/messages/")
        event.remove(engine, "before_cursor_execute", count)
        return len(seen)

    one = statements()
    for _n in range(5):
        matter = cast.accepted(now(), contact=CHEN, reply_by=Channel.SMS)
        cast.step(matter, "ask", cast.li, now(), text="哪一盏灯？")
    session.commit()
    assert statements() == one

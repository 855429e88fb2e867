"""Pairings on the pages: begun by a form, done from the queue, looked at by heads, ended and empty."""

import pytest
import time_machine
from sqlalchemy import event, select

from blueprints.extensions import db
from models.audit import AuditLine
from models.pairing import Pairing
from models.rhythm import Duty
from models.unit import Grid
from tests.cast import DAY, MONDAY
from tests.visitor import Page, Visitor

WISHES = {
    "consent": "said",
    "place": "10101/2",
    "needs": ["fraud", "house"],
    "line": "想学会认骗子电话",
    "phone": "13900001234",
}


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def begun(app, cast, session):
    """Li has begun one, in the second grid of his community; its address."""
    session.add(Grid(community_id=cast.gangnan.id, number=2, name="2网格"))
    session.commit()
    return Visitor(app, cast.li).post("/pairings/begin", WISHES).location


def test_an_officer_begins_one_and_finds_it_in_the_queue(app, cast, begun):
    li = Visitor(app, cast.li)
    page = li.page(begun)
    assert "J-01" in page.text and "港南社区 2网格" in page.text and "139****34" in page.text and "13900001234" not in page.html
    queue = li.page("/queue")
    assert "J-01 每周联系" in queue.text and "J-01 今年实事 0/1" in queue.text and "想学会" not in queue.text
    assert "/pairings/" in queue.links and "/pairings/" not in Visitor(app, cast.he).page("/queue").links


@pytest.mark.parametrize(
    "gap", [{"consent": ""}, {"needs": []}, {"consented_on": ""}, {"consented_on": "2026-11-17"}, {"line": "打13900001234"}]
)
def test_without_consent_or_with_a_number_in_it_the_form_asks_again_and_keeps_what_was_typed(app, cast, session, begun, gap):
    answer = Visitor(app, cast.li).post("/pairings/begin", WISHES | gap)
    assert answer.status_code == 422 and "有1处要改" in answer.text
    assert Page(answer.text).form("/pairings/begin")["fields"]["line"] == (WISHES | gap)["line"]
    assert len(session.scalars(select(Pairing)).all()) == 1


def test_a_head_says_whose_it_is_and_the_same_form_twice_begins_one(app, cast, session, begun):
    wang = Visitor(app, cast.wang)
    assert wang.post("/pairings/begin", WISHES).status_code == 422, "whose?"
    fields = wang.page("/pairings/begin").form("/pairings/begin")["fields"] | WISHES | {"officer": "zhao"}
    first, second = (wang.send("/pairings/begin", fields).location for _twice in range(2))
    assert first == second != begun and len(session.scalars(select(Pairing)).all()) == 2
    shown = wang.page("/pairings/").text
    assert "J-01" in shown and "J-02" in shown and "赵一鸣" in shown and "– 本周还没联系" in shown
    assert "J-01" not in Visitor(app, cast.zhao).page("/pairings/").text


def test_the_phone_is_opened_by_one_click_that_is_logged(app, cast, session, begun):
    li, path = Visitor(app, cast.li), f"{begun}/phone"
    assert "13900001234" not in li.get(path).text
    assert "13900001234" in li.post(path, {}).text and "13900001234" not in li.get(path).text
    wang = Visitor(app, cast.wang)
    assert (
        wang.send(path, {"csrf_token": li.page("/pairings/begin").form("/pairings/begin")["fields"]["csrf_token"]}).status_code
        == 422
    )
    token = wang.page("/pairings/begin").form("/pairings/begin")["fields"]["csrf_token"]
    refused = wang.send(path, {"csrf_token": token})
    assert refused.status_code == 409 and "13900001234" not in refused.text
    looks = session.execute(
        select(AuditLine.actor_uid, AuditLine.detail).where(AuditLine.action == "open_contact").order_by(AuditLine.id)
    ).all()
    assert looks == [(cast.li.uid, "paired"), (cast.wang.uid, "refused")]


@pytest.mark.parametrize("htmx", [None, "row"], ids=["plain", "htmx"])
def test_a_visit_is_written_down_from_the_queue_without_a_question_of_how(app, cast, session, begun, htmx):
    visit = next(duty for duty in session.scalars(select(Pairing)).one().open_duties if duty.duty is Duty.VISIT)
    zhou, path = Visitor(app, cast.zhou), f"/duties/{visit.id}/record"
    assert "how" not in zhou.page(path).form(path)["choices"]
    answer = zhou.post(path, {"text": "看了煤气管"}, htmx=htmx and f"row-{visit.id}")
    assert answer.status_code == (200 if htmx else 303)
    assert zhou.get(begun).status_code == 404, "whom Li leads does what is to be done, and reads no more"
    page = Visitor(app, cast.li).page(begun).text
    assert "看了煤气管" in page and "联系1次，走访1次，实事0件" in page and "J-01 每月走访" not in page
    assert "每月走访 · 见面" in page and "每周联系 ·" not in page
    assert "本周联系了" in Visitor(app, cast.li).page("/pairings/").text


def test_once_ended_its_page_tells_dates_and_counts_and_nothing_else(app, cast, begun):
    li = Visitor(app, cast.li)
    assert "骗子" in li.get(begun).text
    assert li.post(f"{begun}/end", {"wanted": "household"}).status_code == 303
    page = li.page(begun)
    assert "这一家提出的" in page.text and not [said for said in ("骗子", "防骗", "139", "phone") if said in page.text]
    assert li.get(f"{begun}/end").status_code == 409 and "J-01" not in li.page("/queue").text
    assert "结束了的" in li.page("/pairings/").text


def test_the_list_costs_the_same_number_of_statements_however_long_it_is(app, cast, session, begun):
    wang, statements = Visitor(app, cast.wang), []

    def counted():
        with app.app_context():
            engine = db.engine
        statements.clear()
        event.listen(engine, "before_cursor_execute", note)
        wang.get("/pairings/")
        event.remove(engine, "before_cursor_execute", note)
        return len(statements)

    def note(*call):
        statements.append(call[2])

    wang.get("/pairings/")
    few = counted()
    for _n in range(5):
        cast.pairing(MONDAY - 30 * DAY, officer=cast.qian)
    session.commit()
    assert counted() == few


def test_a_head_hands_over_what_is_to_be_done_with_all_else_in_an_officers_hands(app, cast, session, begun):
    duties = session.scalars(select(Pairing)).one().open_duties
    session.rollback()
    path = "/review/hand-over?officer=li"
    assert "J-01 每周联系" in Visitor(app, cast.wang).page(path).text
    given = {"picked": [f"{duty.id}:{duty.version}" for duty in duties], "handler": "zhao", "text": "休假"}
    Visitor(app, cast.wang).post(path, given)
    zhao = Visitor(app, cast.zhao)
    assert "J-01 每周联系" in zhao.page("/queue").text and "休假" in zhao.page(f"/duties/{duties[0].id}").text
    page = zhao.page(begun).text
    assert "这次由赵一鸣来做" in page and "看电话" in page and "J-01" not in Visitor(app, cast.li).page("/queue").text

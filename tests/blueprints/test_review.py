"""A head's morning: what presses, what may be signed off in one tap, and giving work to somebody."""

import re

import pytest

from models.asking import Rating
from models.base import now
from models.contact import Channel, Reachable
from models.life import Kind, State
from models.matter import Matter
from models.point import Outcome
from models.steps import CLOCK
from tests.cast import DAY
from tests.visitor import Page, Visitor


@pytest.fixture
def wang(app, cast):
    return Visitor(app, cast.wang)


def happy(cast, **what):
    matter = cast.answered(now(), **what)
    cast.step(matter, "rate", matter.cards[0], now(), rating=Rating.SATISFIED, solved=[1])
    return matter


def listed(page, heading):
    """The rows under a heading of the page."""
    return page.html.split(f'id="{heading}"')[1].split("<h2")[0] if f'id="{heading}"' in page.html else ""


def offered(page, action):
    """What a form of the page would send as picked, if nothing was tapped but its button."""
    form = page.html.split(f'action="{action}"')[1].split("</form>")[0]
    return re.findall(r'type="(?:hidden|checkbox)" name="picked" value="([^"]+)"(?: checked)?>', form)


def again(session, *records):
    session.rollback()
    session.expire_all()
    return [session.get(Matter, record.id) for record in records]


def test_each_matter_stands_in_the_list_that_presses_most(cast, session, wang):
    urgent = cast.make.card(cast.gangnan, urgent=True, at=now() - 20 * DAY)
    overdue = cast.accepted(now() - 6 * DAY)
    silent = cast.accepted(now() - 20 * DAY)
    unhappy = cast.answered(now())
    cast.step(unhappy, "rate", unhappy.cards[0], now(), rating=Rating.UNSATISFIED, solved=[1])
    refused = cast.answered(now(), outcome=Outcome.NOT_OURS)
    cast.step(refused, "rate", refused.cards[0], now(), rating=Rating.FAIRLY, solved=[])
    nobodys = cast.make.card(cast.rixin, at=now())
    fresh, elsewhere = cast.accepted(now()), cast.make.card(cast.hedong, urgent=True, at=now())
    for matter, summary in ((overdue, "超期的"), (silent, "没消息的"), (unhappy, "不满意的"), (refused, "要复核的")):
        matter.summary = summary
    session.commit()
    page = wang.page("/review")
    rows = {name: listed(page, name) for name in ("urgent", "unclaimed", "silent", "overdue", "unhappy", "reviews")}
    assert urgent.number[5:] in rows["urgent"] and "超期的" in rows["overdue"] and "没消息的" in rows["silent"]
    assert "不满意的" in rows["unhappy"] and "要复核的" in rows["reviews"] and nobodys.number[5:] in rows["unclaimed"]
    assert [rows[name].count('<li class="row">') for name in rows] == [1] * 6
    assert "没消息的" not in rows["overdue"] and fresh.number[5:] not in "".join(rows.values())
    assert "河东社区" not in page.text and elsewhere.number.startswith("102")


def test_all_that_is_solved_and_satisfied_is_signed_off_in_one_tap(cast, session, wang):
    two = [happy(cast), happy(cast)]
    fairly = cast.answered(now())
    cast.step(fairly, "rate", fairly.cards[0], now(), rating=Rating.FAIRLY, solved=[1])
    own = happy(cast)
    cast.step(own, "send_back", cast.wang, now(), points=[1], text="再看。")
    cast.step(own, "answer", cast.wang, now(), point=1, outcome=Outcome.DONE, text="我看了。")
    cast.step(own, "rate", own.cards[0], now(), rating=Rating.SATISFIED, solved=[1])
    session.commit()
    picked = offered(wang.page("/review"), "/review/sign-off")
    assert wang.post("/review/sign-off", {"picked": picked}, page="/review").status_code == 303
    assert [matter.state for matter in again(session, *two)] == [State.SIGNED_OFF] * 2
    assert [matter.state for matter in again(session, fairly, own)] == [State.CALLED_BACK] * 2
    assert "销号2件" in wang.page("/review").text


def test_what_changed_meanwhile_is_left_and_said(cast, session, wang):
    one, other = happy(cast), happy(cast)
    session.commit()
    picked = [f"{one.id}:{one.version}", f"{other.id}:{other.version - 1}", "nonsense", "1:2:3", f"{10**12}:1"]
    wang.post("/review/sign-off", {"picked": picked}, page="/review")
    assert [matter.state for matter in again(session, one, other)] == [State.SIGNED_OFF, State.CALLED_BACK]
    assert "还有1件没办成" in wang.page("/review").text
    assert wang.post("/review/sign-off", {"picked": []}, page="/review").status_code == 422


def test_several_are_assigned_with_each_officers_load_in_view(cast, session, wang):
    cast.accepted(now())
    two = [cast.make.card(cast.rixin, at=now()).matter for _i in range(2)]
    session.commit()
    page = wang.page("/review")
    assert "李建平（手上1件）" in page.text and "钱进（手上0件）" in page.text
    picked = {"picked": [f"{matter.id}:{matter.version}" for matter in two]}
    assert wang.post("/review/assign", picked, page="/review").status_code == 422
    assert wang.post("/review/assign", picked | {"handler": "sun"}, page="/review").status_code == 422
    assert wang.post("/review/assign", picked | {"handler": "qian"}, page="/review").status_code == 303
    assert [matter.handler_id for matter in again(session, *two)] == [cast.qian.id] * 2


def test_all_that_an_absent_officer_has_is_handed_over_and_each_resident_is_told(cast, session, wang):
    held = [cast.accepted(now()), cast.make.card(cast.gangnan, at=now()).matter, cast.accepted(now()), cast.accepted(now())]
    cast.step(held[2], "ask", cast.li, now(), text="哪一盏？")
    cast.step(
        held[3], "answer", cast.li, now(), point=1, outcome=Outcome.UNDER_WAY, text="等。", until=(now() + 3 * DAY).date()
    )
    other = cast.make.card(cast.rixin, at=now(), contact=Reachable("陈静", "0000-5550142")).matter
    cast.step(other, "settle", cast.qian, now(), outcome=Outcome.DONE, text="说清了。")
    cast.step(other.open_callback, "record", cast.li, now(), result=cast.reach("unreached"))
    cast.li.active = False
    session.commit()
    page = wang.page("/review/hand-over?officer=li")
    address = "/review/hand-over?officer=li"
    given = {"picked": offered(page, address), "handler": "qian"}
    assert len(given["picked"]) == 5
    assert wang.post(address, given, page=address).status_code == 422  # each resident is told why
    done = wang.post(address, given | {"text": "李警官休假。"}, page=address)
    assert done.status_code == 200 and "交出去5件" in done.text and done.request.path == "/review/hand-over"
    matters = again(session, *held)
    assert {matter.handler_id for matter in matters} == {cast.qian.id}
    assert {matter.open_handling.assignee_id for matter in matters} == {cast.qian.id}
    for matter in matters:
        assert [entry.text for entry in matter.entries if entry.public][-1] == "李警官休假。"
    # Qian handled it: whoever did not may take the callback
    assert again(session, other)[0].open_callback.assignee_id is None
    assert "都交出去了" in wang.page(address).text


def test_the_bureau_sees_what_waits_for_its_review_and_the_stations_names(app, cast, session):
    refused = cast.answered(now(), outcome=Outcome.CANNOT)
    cast.step(refused, "rate", refused.cards[0], now(), rating=Rating.UNSATISFIED, solved=[])
    session.commit()
    gao = Visitor(app, cast.gao)
    assert "城南派出所" in listed(gao.page("/review"), "unhappy")
    assert not listed(gao.page("/review"), "reviews")
    cast.step(refused, "review", cast.wang, now(), verdict=cast.verdict("confirm"), text="确实。")
    refused.rating = Rating.FAIRLY
    session.commit()
    assert refused.number[5:] in listed(gao.page("/review"), "reviews")
    assert not listed(Visitor(app, cast.wang).page("/review"), "reviews")


def test_why_something_was_not_handed_over_is_said_and_no_reason_stands_in_an_address(cast, session, wang):
    complaint = cast.accepted(now())
    cast.step(complaint, "sort", cast.wang, now(), kind=Kind.COMPLAINT, text="说的是他。", officer=cast.zhao)
    cast.step(complaint, "transfer", cast.wang, now(), handler=cast.qian)
    session.commit()
    address = "/review/hand-over?officer=qian"
    picked = offered(wang.page(address), address)
    said = wang.post(address, {"picked": picked, "handler": "zhao", "text": "出差了。"}, page=address)
    assert "还有1件没办成：群众反映的就是这位同事" in Page(said.text).text
    assert Page(said.text).form(address)["fields"]["text"] == "出差了。" and "出差" not in said.request.full_path
    assert wang.get("/review/hand-over?officer=nobody").status_code == 404
    assert wang.get("/review/hand-over?officer=sun").status_code == 404


def test_after_a_fault_just_what_was_ticked_is_ticked(cast, session, wang):
    held = [cast.accepted(now()) for _i in range(3)]
    free = [cast.make.card(cast.rixin, at=now()).matter for _i in range(2)]
    session.commit()
    address = "/review/hand-over?officer=li"
    one = offered(wang.page(address), address)[1]
    again = wang.post(address, {"picked": [one], "handler": "qian"}, page=address)
    assert again.status_code == 422 and re.findall(r'value="([^"]+)" checked', again.text) == [one] and len(held) == 3
    nothing = wang.post(address, {"picked": [], "handler": "qian", "text": "出差了。"}, page=address)
    assert nothing.status_code == 422 and " checked" not in nothing.text and "请先勾上" in nothing.text
    one = f"{free[1].id}:{free[1].version}"
    again = wang.post("/review/assign", {"picked": [one]}, page="/review")
    assert again.status_code == 422 and re.findall(r'value="([^"]+)" checked', again.text) == [one]


def test_an_overdue_callback_is_shown_to_the_head_and_to_the_bureau_once_it_has_risen(app, cast, session, wang):
    chen = {"contact": Reachable("陈静", "0000-5550142"), "reply_by": Channel.PHONE}
    late, fresh = cast.answered(now() - 9 * DAY, **chen), cast.answered(now(), **chen)
    late.open_callback.title = "晚了的回访"
    session.commit()
    gao = Visitor(app, cast.gao)
    assert "晚了的回访" in listed(wang.page("/review"), "callbacks")
    assert listed(wang.page("/review"), "callbacks").count("<li") == 1 and fresh.open_callback
    cast.step(late.open_callback, "rise", CLOCK, now())
    session.commit()
    assert not listed(wang.page("/review"), "callbacks") and "晚了的回访" in listed(gao.page("/review"), "callbacks")


def test_the_bureau_signs_off_what_a_head_handled_and_leaves_the_rest_to_the_heads(app, cast, session):
    heads = happy(cast)
    by_head = cast.accepted(now())
    cast.step(by_head, "answer", cast.wang, now(), point=1, outcome=Outcome.DONE, text="我办了。")
    cast.step(by_head, "rate", by_head.cards[0], now(), rating=Rating.SATISFIED, solved=[1])
    session.commit()
    picked = offered(Visitor(app, cast.gao).page("/review"), "/review/sign-off")
    assert picked == [f"{by_head.id}:{by_head.version}"]
    assert offered(Visitor(app, cast.wang).page("/review"), "/review/sign-off") == [f"{heads.id}:{heads.version}"]


def test_what_cannot_be_signed_off_yet_does_not_wait_for_it(cast, session, wang):
    refused = cast.answered(now(), outcome=Outcome.CANNOT)
    cast.step(refused, "rate", refused.cards[0], now(), rating=Rating.FAIRLY, solved=[])
    half = cast.answered(now(), points=["灯", "井盖"])
    until = (now() + 3 * DAY).date()
    cast.step(half, "send_back", cast.wang, now(), points=[2], text="再看。")
    cast.step(half, "answer", cast.li, now(), point=2, outcome=Outcome.UNDER_WAY, text="等。", until=until)
    cast.step(half, "rate", half.cards[0], now(), rating=Rating.SATISFIED, solved=[1])
    session.commit()
    assert "没有待销号的事项" in wang.page("/review").text

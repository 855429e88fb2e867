"""The caller's desk: one at a time, what to say, and what to say to whoever rings back."""

import re
from datetime import time

import pytest
from sqlalchemy import select

from models import rules
from models.asking import Rating, Reach
from models.audit import AuditLine
from models.base import now
from models.contact import Channel, Daypart, Reachable
from models.life import Kind
from models.point import Outcome
from tests.cast import DAY
from tests.visitor import Page, Visitor

pytestmark = pytest.mark.usefixtures("any_hour")
CHEN = {"contact": Reachable("陈静", "13900001234"), "reply_by": Channel.PHONE}


@pytest.fixture
def ringing(cast, session):
    """Two to ring, the later one a no, each called by its title; and one that waits on its card."""
    made = []
    for title, outcome, days, more in (
        ("灯亮了", Outcome.DONE, 1, CHEN),
        ("管不了", Outcome.CANNOT, 0, CHEN),
        ("用卡的", Outcome.DONE, 0, {}),
    ):
        matter = cast.answered(now() - days * DAY, outcome=outcome, body="隔壁王某天天闹。", **more)
        matter.open_callback.title = title
        made.append(matter)
    session.commit()
    return made


def at_hand(page):
    """The id of the callback whose form stands on the desk, if any."""
    actions = [form["action"] for form in page.forms if "/record" in form["action"]]
    return int(actions[0].split("/")[2]) if actions else None


def lines(session, action):
    session.rollback()
    return session.scalars(select(AuditLine).where(AuditLine.action == action).order_by(AuditLine.id)).all()


def test_one_at_a_time_a_refusal_first_and_each_can_be_skipped(app, cast, ringing):
    solved, refused, _by_card = (matter.open_callback.id for matter in ringing)
    qian = Visitor(app, cast.qian)
    page = qian.page("/callbacks/")
    assert at_hand(page) == refused and f"/callbacks/?call={solved}" in page.links
    page = qian.page(f"/callbacks/?call={solved}")
    assert at_hand(page) == solved and f"/callbacks/?call={refused}" in page.links
    assert at_hand(qian.page("/callbacks/?call=99999")) == at_hand(qian.page("/callbacks/?call=x")) == refused
    listed = qian.page("/callbacks/?view=list")
    assert at_hand(listed) is None and "不用打电话的" in listed.text
    assert [link for link in listed.links if link.endswith("/record")] == [
        f"/callbacks/{matter.open_callback.id}/record" for matter in (ringing[1], ringing[0], ringing[2])
    ]


def test_what_i_handled_is_not_offered_and_why_is_said(app, cast, ringing):
    page = Visitor(app, cast.li).page("/callbacks/")
    assert at_hand(page) is None and "还有3件没有列出来：您经办过" in page.text
    assert at_hand(Visitor(app, cast.li).page(f"/callbacks/?call={ringing[0].open_callback.id}")) is None
    sun = Visitor(app, cast.sun).page("/callbacks/")
    assert at_hand(sun) is None and "没有列出来" not in sun.text


def test_after_a_try_in_vain_the_next_one_is_at_hand_and_it_stands_below_with_its_time(app, cast, ringing, session):
    solved, refused, _by_card = (matter.open_callback for matter in ringing)
    qian = Visitor(app, cast.qian)
    path = f"/callbacks/{refused.id}/record?back=/callbacks/"
    form = qian.page("/callbacks/").form(f"/callbacks/{refused.id}")
    assert form["action"] == path
    done = qian.send(path, form["fields"] | {"result": "unreached"})
    assert (done.status_code, done.location) == (303, "/callbacks/")
    page = qian.page("/callbacks/")
    assert at_hand(page) == solved.id and "记下了" in page.text
    listed = qian.page("/callbacks/?view=list").text
    assert (
        listed.index("灯亮了")
        < listed.index("过一会儿再打的")
        < listed.index("管不了")
        < listed.index("以后")
        < listed.index("用卡的")
    )
    session.rollback()
    session.expire_all()
    assert refused.next_try > now()


def test_htmx_is_told_where_to_go_on_and_nobody_is_sent_elsewhere(app, cast, ringing):
    qian, path = Visitor(app, cast.qian), f"/callbacks/{ringing[0].open_callback.id}/record"
    form = qian.page(path).form(path)["fields"] | {"result": "unreached"}
    strayed = qian.send(f"{path}?back=//elsewhere.example/", form)
    assert strayed.location == path.removesuffix("/record")
    form = qian.page(path).form(path)["fields"] | {"result": "refused"}
    assert qian.send(f"{path}?back=/callbacks/", form, htmx="").headers["HX-Redirect"] == "/callbacks/"


def test_the_script_says_who_rings_from_where_and_what_is_never_asked_and_not_her_words(app, cast, ringing):
    page = Visitor(app, cast.qian).page("/callbacks/")
    script = page.text_of(f"script-{ringing[1].open_callback.id}")
    for said in ("城南派出所的钱警官", "0000-5550110", "0 0 0 2", "查询码、身份证、银行卡", "验证码", "挂断", "请领导再看一遍"):
        assert said in script, said
    assert ringing[1].open_callback.title in script and "隔壁王某" not in script
    code = ringing[1].cards[0].code(app.extensions["keys"].card)
    assert code not in page.html and code[-4:] not in script


def test_of_a_complaint_the_bureau_rings_and_names_itself(app, cast, session):
    matter = cast.make.card(cast.gangnan, kind=Kind.COMPLAINT, at=now(), **CHEN).matter
    cast.step(matter, "accept", cast.gao, now(), summary="说话难听", category=cast.make.category())
    cast.step(matter, "answer", cast.gao, now(), point=1, outcome=Outcome.DONE, text="已经批评。")
    qin = cast.make.officer("秦川", cast.bureau, cast.gao.role, "科员", username="qin")
    session.commit()
    page = Visitor(app, qin).page("/callbacks/")
    script = page.text_of(f"script-{matter.open_callback.id}")
    assert "云溪县公安局的秦科员" in script and "看不到您今天讲的话" in script and "说话难听" not in script


def test_a_wish_and_several_points_stand_in_the_script(app, cast, session):
    matter = cast.answered(now(), points=["灯", "井盖"], daypart=Daypart.EVENING, **CHEN)
    session.commit()
    script = Visitor(app, cast.qian).page("/callbacks/").text_of(f"script-{matter.open_callback.id}")
    assert "您说过晚上方便" in script and "第一件，" in script and "第二件，" in script


def test_only_where_a_phone_was_left_can_its_number_be_wrong(app, cast, ringing):
    offered = [
        "wrong" in Visitor(app, cast.qian).page(path).form(path)["choices"]["result"]
        for path in (f"/callbacks/{ringing[n].open_callback.id}/record" for n in (0, 2))
    ]
    assert offered == [True, False]


# ── at night, and races


def test_at_night_no_number_is_offered_nor_opened_and_a_call_can_still_be_recorded(app, cast, ringing, session, monkeypatch):
    qian, contact = Visitor(app, cast.qian), f"/contacts/{ringing[1].contact.id}"
    form = qian.page("/callbacks/").form(contact)["fields"]
    monkeypatch.setattr(rules, "RING_UNTIL", time.min)
    page = qian.page("/callbacks/")
    assert contact not in "".join(form["action"] for form in page.forms)
    assert "明天00:00以后再打" in page.text
    late = qian.send(contact, form)
    assert late.status_code == 409 and "会打扰群众" in late.text and "13900001234" not in late.text
    assert [line.detail for line in lines(session, "open_contact")] == ["refused"]
    path = f"/callbacks/{ringing[1].open_callback.id}/record"
    assert qian.post(path, {"result": "unreached"}).status_code == 303


@pytest.mark.parametrize("meanwhile", ["rated by card", "sent back", "taken"])
def test_a_result_that_comes_too_late_is_refused_and_what_was_typed_stays(app, cast, ringing, session, meanwhile):
    matter, qian = ringing[1], Visitor(app, cast.qian)
    path = f"/callbacks/{matter.open_callback.id}/record"
    form = qian.page("/callbacks/").form(path)
    if meanwhile == "rated by card":
        cast.step(matter, "rate", matter.cards[0], now(), rating=Rating.FAIRLY, solved=[1])
    elif meanwhile == "sent back":
        cast.step(matter, "send_back", cast.wang, now(), points=[1], text="再去看看。")
    else:
        matter.contact.open(cast.he, now())
    session.commit()
    said = {"result": "reached", "rating": "satisfied", "solved": "1", "words": "就是要说的话"}
    late = qian.send(form["action"], form["fields"] | said)
    assert late.status_code == 409 and "就是要说的话" in late.text and "接着打下一个" in late.text
    assert {"rated by card": "已经处理过了", "sent back": "已经处理过了", "taken": "何警官已经在回访"}[meanwhile] in late.text
    assert [line.detail for line in lines(session, "record")] == ["refused"]


def test_the_handler_who_rings_all_the_same_is_refused(app, cast, ringing, session):
    li, path = Visitor(app, cast.li), f"/callbacks/{ringing[0].open_callback.id}/record"
    refused = li.get(path)
    assert refused.status_code == 409 and "要由别的同事来做" in refused.text
    token = li.page("/matters/new").form("/matters/new")["fields"]["csrf_token"]
    fields = {"csrf_token": token, "version": 1, "result": "reached", "rating": "satisfied", "solved": "1"}
    assert li.send(path, fields).status_code == 409
    assert [line.detail for line in lines(session, "record")] == ["refused"]


# ── who rang?


def asks(app, who, number):
    return Visitor(app, who).post("/callbacks/", {"number": number})


def test_who_rings_back_hears_whether_when_and_who_and_nothing_else(app, cast, ringing, session):
    matter = ringing[0]
    before = asks(app, cast.he, matter.number)
    assert before.status_code == 200 and "没有查到我们为这个编号打过电话" in before.text
    matter.contact.open(cast.qian, now())
    session.commit()
    assert "在钱警官手上，可能刚打过" in asks(app, cast.he, matter.number).text
    cast.step(matter.open_callback, "record", cast.qian, now(), result=Reach.UNREACHED)
    session.commit()
    answer = Page(asks(app, cast.li, " ".join(matter.number)).text).text_of("who-rang")
    assert "今天" in answer and "钱警官为这个编号回访过" in answer
    assert "陈" not in answer and "没联系上" not in answer and "灯亮了" not in answer and "隔壁" not in answer
    assert [line.subject_uid for line in lines(session, "ask_who_rang")] == [matter.uid] * 3


def test_a_number_out_of_sight_is_answered_like_one_that_is_not_there(app, cast, ringing, session):
    matter = ringing[0]
    cast.step(matter.open_callback, "record", cast.qian, now(), result=Reach.UNREACHED)
    session.commit()
    hidden, missing = (
        Page(asks(app, cast.sun, number).text).html.replace(number, "") for number in (matter.number, "10126999999")
    )
    assert _blanked(hidden) == _blanked(missing) and "没有查到" in hidden
    assert [line.subject for line in lines(session, "ask_who_rang")] == [None, None]


def test_a_code_is_not_asked_for_and_the_answer_is_a_part_of_the_page(app, cast, ringing):
    code = ringing[0].cards[0].code(app.extensions["keys"].card)
    for typed in ("", "没有数字", code):
        assert asks(app, cast.he, typed).status_code == 422
    he = Visitor(app, cast.he)
    part = he.post("/callbacks/", {"number": ringing[0].number}, htmx="who-rang").text
    assert "<html" not in part and _blanked(part).strip() in _blanked(
        he.post("/callbacks/", {"number": ringing[0].number}).text
    )


def _blanked(html):
    return re.sub(r'(name="csrf_token" value=)"[^"]*"', r'\1""', html)

"""Booking a talk on the pages: from the hall to the card, and what staff do with it."""

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import delete, select

from blueprints.queue.commands import do_what_is_due
from models.appointment import Appointment, Came
from models.base import BEIJING, now
from models.duty import Duty
from models.officer import Posting
from models.talk import Talk, Where
from tests.cast import MONDAY
from tests.visitor import Visitor

AT = MONDAY.astimezone(BEIJING)
BOOKED = {"free_time": "20261116T1400", "subject": "楼上漏水"}
LEFT = {"name": "陈静", "phone": "13900001234", "address": "幸福里3幢402", "consent": "y"}


@pytest.fixture
def room(cast, session, time_machine):
    """It is Monday, 10 o'clock; Li is in the room from 9 to 17."""
    time_machine.move_to(MONDAY, tick=False)
    room = cast.gangnan.room = cast.make.room(cast.station, "港南社区警务室", hall=True, address="港南路1号")
    cast.duty(cast.li, room, AT.date(), "09:00", "17:00")
    session.commit()
    return room


@pytest.fixture
def chen(app, room):
    return Visitor(app)


def path_of(room):
    return f"/hall/{room.id}/book"


def only(session):
    session.rollback()
    return session.scalars(select(Appointment)).one()


def test_from_the_hall_to_the_card_without_a_name(chen, room, session, cast):
    hall = chen.page("/hall?community=10101")
    assert "今天12:00 今天12:30 今天13:00 预约说事" in hall.text
    link = next(link for link in hall.links if link.endswith("T1230"))
    form = chen.page(link).form(path_of(room))
    assert (form["fields"]["free_time"], form["fields"]["community"]) == ("20261116T1230", "10101")
    assert "consent" not in form["fields"] and len(form["choices"]["free_time"]) == 10
    answer = chen.post(path_of(room), BOOKED)
    assert (answer.status_code, answer.location) == (303, "/card")
    card = chen.page("/card")
    assert "14:00–14:30请到港南社区警务室来，李警官等您" in card.text and "港南路1号" in card.text and card.text_of("number")
    appointment = only(session)
    assert (appointment.assignee_id, appointment.held_in, appointment.is_reachable) == (cast.li.id, Where.ROOM, False)
    assert "今天14:00" not in chen.page("/hall?community=10101").text


def test_the_same_form_sent_twice_gives_the_same_card(chen, room, session, app):
    fields = chen.page(path_of(room)).form(path_of(room))["fields"] | BOOKED
    numbers = set()
    for visitor in (chen, chen):
        assert visitor.send(path_of(room), fields).status_code == 303
        numbers.add(visitor.page("/card").text_of("number"))
    assert len(numbers) == 1 and only(session)
    assert chen.send(path_of(room), fields | {"subject": "别的事"}).status_code == 409


def test_one_address_takes_ten_times_an_hour_and_may_look_as_often_as_it_likes(room, session, another_app):
    chen = Visitor(another_app(RATELIMIT_ENABLED=True))
    fields = chen.page(path_of(room)).form(path_of(room))["fields"] | BOOKED
    assert {chen.send(path_of(room), fields | {"subject": ""}).status_code for _n in range(12)} == {422}
    assert [chen.send(path_of(room), fields).status_code for _n in range(11)] == [303] * 10 + [429]
    assert only(session)


def test_whoever_was_slower_keeps_what_she_typed_and_reads_what_is_still_free(chen, room, app, session):
    slower = Visitor(app)
    form = slower.page(path_of(room)).form(path_of(room))["fields"]
    chen.post(path_of(room), BOOKED)
    answer = slower.send(path_of(room), form | BOOKED | LEFT)
    assert answer.status_code == 422 and "这个时间刚刚约出去了" in answer.text
    again = slower.page(path_of(room)).form(path_of(room))
    assert "20261116T1400" not in answer.text and "20261116T1430" in again["choices"]["free_time"]
    assert all(typed in answer.text for typed in ("楼上漏水", "陈静", "13900001234", "幸福里3幢402"))
    assert only(session)


def test_what_can_not_be_is_a_sentence_and_nothing_is_kept(chen, room, session, cast):
    for changes, sentence in (
        ({"free_time": "-1"}, "请从列出的里面选"),
        ({"free_time": "00010101T0000"}, "另选一个"),
        ({"free_time": "20261116T1415"}, "另选一个"),
        ({"free_time": "20261116T0900"}, "另选一个"),
        ({"free_time": ""}, "请选一个时间"),
        ({"held_in": "home"}, "要上门，请写一下地址"),
        ({"held_in": "phone"}, "要上门或者打电话，请留个电话"),
        ({"held_in": "-1"}, "请从列出的里面选"),
        ({"phone": "13900001234"}, "请在这里打勾同意我们使用"),
        ({"subject": " "}, "请写一下是什么事"),
        ({"subject": "漏" * 41}, "请写在40个字以内"),
        ({"community": "10201"}, "请从列出的里面选"),
    ):
        answer = chen.post(path_of(room), BOOKED | changes)
        assert answer.status_code == 422 and sentence in answer.text, changes
    missing = chen.post(path_of(room), BOOKED | {"held_in": "home", "free_time": ""}).text
    assert all(words in missing for words in ("请选一个时间", "请写一下地址", "请留个电话")), "all of it at once"
    session.rollback()
    assert session.scalars(select(Appointment)).all() == []
    assert chen.get("/hall/999/book").status_code == 404 and chen.get("/hall/-1/book").status_code == 404


def test_words_of_danger_lead_to_110_first(chen, room, session, cast):
    typed = BOOKED | {"subject": "楼上要打死人"} | LEFT
    answer = chen.post(path_of(room), typed)
    assert answer.status_code == 422 and "请马上打110" in answer.text
    session.rollback()
    assert session.scalars(select(Appointment)).all() == []
    again = chen.page(path_of(room)).form(path_of(room))["fields"] | typed | {"danger_seen": "1"}
    assert chen.send(path_of(room), again).status_code == 303 and only(session).urgent


def test_by_card_she_moves_it_cancels_it_and_books_again(chen, room, session):
    chen.post(path_of(room), BOOKED | LEFT | {"held_in": "home"})
    card = chen.page("/card").text
    assert "先别开门，打0000-5550110问一问" in card and "/verify" not in chen.page("/card").links
    assert "14:00–14:30李警官上门来说" in card and "陈* 139****34 幸福****" in card and "13900001234" not in card
    assert chen.post("/card/pick", {"free_time": "20261116T1415"}).status_code == 422
    assert chen.post("/card/pick", {"free_time": "20261116T1600"}).status_code == 303
    assert "16:00–16:30" in chen.page("/card").text
    assert chen.post("/card/cancel").status_code == 303
    card = chen.page("/card")
    assert "您取消了这次预约" in card.text and path_of(room) in card.links and only(session).phone_sealed is None
    assert chen.get("/card/pick").status_code == 409


def test_staff_find_it_look_move_and_call_it_off(chen, room, app, cast, session):
    chen.post(path_of(room), BOOKED | LEFT | {"held_in": "home"})
    li, he = Visitor(app, cast.li), Visitor(app, cast.he)
    id = only(session).id
    for visitor, path in ((li, "/queue"), (li, "/visits/today"), (he, "/appointments/"), (he, f"/appointments/{id}")):
        text = visitor.page(path).text
        assert "14:00–14:30" in text and "13900001234" not in text and "幸福里" not in text, path
    assert "楼上漏水" not in li.page("/queue").text and "楼上漏水" in li.page(f"/appointments/{id}").text
    opened = he.post(f"/appointments/{id}/contact").text
    assert "13900001234" in opened and "幸福里3幢402" in opened
    zhao = Visitor(app, cast.zhao)
    page = zhao.page(f"/appointments/{id}")
    assert "看联系方式" not in page.text
    assert zhao.send(f"/appointments/{id}/contact", page.form("/logout")["fields"]).status_code == 409
    move = {"free_time": "20261116T1500", "reason": "下午先要开会"}
    assert he.post(f"/appointments/{id}/move", move | {"reason": ""}).status_code == 422
    assert he.post(f"/appointments/{id}/move", move).status_code == 303
    assert "时间改过了（下午先要开会）" in chen.page("/card").text and "15:00–15:30" in chen.page("/card").text
    handed = he.page(f"/appointments/{id}/pass_on").form(f"/appointments/{id}/pass_on")["fields"]
    assert "handler" in handed and "text" not in handed, "why is kept nowhere, so nobody is asked"
    assert he.post(f"/appointments/{id}/call_off", {"reason": "全所有任务"}).status_code == 303
    assert "这次预约取消了（全所有任务）" in chen.page("/card").text


def test_the_record_of_the_talk_is_filled_in_and_ends_it(chen, room, app, cast, session, time_machine):
    chen.post(path_of(room), BOOKED | {"subject": "楼上漏水，打13900001234"})
    id = only(session).id
    time_machine.move_to(datetime.combine(AT.date(), time(14, 40), BEIJING), tick=False)
    li = Visitor(app, cast.li)
    link = f"/talks/new?appointment={id}"
    assert link in li.page(f"/appointments/{id}").links
    page = li.page(link)
    fields = page.form("/talks/new")["fields"]
    assert "楼上漏水，打139******34" in page.text and "13900001234" not in page.text, "to be read, not to be copied"
    booked = {"subject": "", "community": "10101", "held_in": "room", "room": str(room.id), "appointment": str(id)}
    hours = {"day": "2026-11-16", "begins": "14:00", "ends": "14:30"}
    assert {name: fields[name] for name in booked | hours} == booked | hours
    assert (
        li.send("/talks/new", fields | {"subject": "邻里漏水", "called": ""}).status_code == 422 and only(session).came is None
    )
    assert li.send("/talks/new", fields | {"subject": "邻里漏水", "called": "楼下住户"}).status_code == 303
    assert only(session).came is Came.HELD and session.scalars(select(Talk)).one().subject == "邻里漏水"
    other = Visitor(app, cast.sun).page(f"/talks/new?appointment={id}")
    assert "楼上漏水" not in other.text and not other.form("/talks/new")["fields"]["appointment"], (
        "of another station nothing is filled in"
    )


def test_a_colleague_who_has_it_open_too_writes_no_second_talk_of_it_and_loses_nothing(
    chen, room, app, cast, session, time_machine
):
    chen.post(path_of(room), BOOKED)
    link = f"/talks/new?appointment={only(session).id}"
    time_machine.move_to(datetime.combine(AT.date(), time(14, 40), BEIJING), tick=False)
    li, zhao = Visitor(app, cast.li), Visitor(app, cast.zhao)
    told = {"called": "楼下住户", "subject": "漏水的事"}
    first, second = (who.page(link).form("/talks/new")["fields"] | told for who in (zhao, li))
    assert zhao.send("/talks/new", first).status_code == 303
    answer = li.send("/talks/new", second)
    assert answer.status_code == 409 and "这次预约已经是“谈过了”了" in answer.text and "楼下住户" in answer.text
    session.rollback()
    assert session.scalars(select(Talk)).one().receiver_id == cast.zhao.id
    late = li.page(link)
    assert "已经是“谈过了”" in late.text and not late.form("/talks/new")["fields"]["appointment"]


def test_what_is_over_is_told_to_the_head_and_gone_after_a_week(chen, room, app, cast, session, time_machine):
    chen.post(path_of(room), BOOKED | LEFT)
    wang = Visitor(app, cast.wang)
    assert "没有人记" not in wang.page("/review").text
    time_machine.move_to(datetime.combine(AT.date(), time(14, 31), BEIJING), tick=False)
    wang = Visitor(app, cast.wang)
    assert "有1次预约说事过了时间，没有人记" in wang.page("/review").text
    assert "过了时间，还没记" in wang.page("/appointments/").text
    time_machine.move_to(datetime.combine(AT.date(), time(14, 31), BEIJING) + timedelta(days=7), tick=False)
    with app.app_context():
        do_what_is_due()
    appointment = only(session)
    assert (appointment.subject, appointment.is_reachable) == ("", False)


def test_the_roster_keeps_the_shift_and_a_swap_gives_it_over(chen, room, app, cast, session):
    there = cast.make.room(cast.station, "日新社区警务室")
    cast.duty(cast.zhao, there, AT.date(), "09:00", "17:00", now())
    session.commit()
    chen.post(path_of(room), BOOKED)
    session.rollback()
    wang, (own, other) = Visitor(app, cast.wang), session.scalars(select(Duty.id).order_by(Duty.id)).all()
    marked = f"/roster?shift={own}"
    refused = wang.post(f"/roster/{own}/take-off", page=marked)
    assert refused.status_code == 409 and "约了1次说事，最早的是今天14:00，由李警官接待" in refused.text
    assert wang.post(f"/roster/{own}/swap", {"other": other}, page=marked).status_code == 303
    assert only(session).assignee_id == cast.zhao.id and "赵警官等您" in chen.page("/card").text


@pytest.mark.parametrize("how", ["by command", "in the browser", "sent to the desk"])
def test_a_closed_account_leaves_it_to_whoever_takes_it_up(chen, room, app, cast, session, how):
    cast.zhou.led_by, admin, here = cast.qian, Visitor(app, cast.admin), f"/admin/accounts/{cast.li.id}"
    session.commit()
    chen.post(path_of(room), BOOKED)
    if how == "by command":
        assert app.test_cli_runner().invoke(args=["user", "close", "li"]).exit_code == 0
    elif how == "in the browser":
        assert admin.send(f"{here}/close", admin.page(here).form(here)["fields"]).status_code == 303
    else:  # which nobody is while holding a post
        session.execute(delete(Posting).where(Posting.officer == cast.li))
        session.commit()
        assert admin.post(here, {"role": "desk"}).status_code == 303
    assert "城南派出所等您" in chen.page("/card").text
    zhao = Visitor(app, cast.zhao)
    assert "我来接" in zhao.page("/queue").text
    assert zhao.post(f"/appointments/{only(session).id}/take_up").status_code == 303
    assert "赵警官等您" in chen.page("/card").text

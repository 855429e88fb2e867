"""A talk is booked on a phone: from the hall to the card, moved, cancelled; and written down by whoever received her."""

from playwright.sync_api import expect
from sqlalchemy import select

from models.appointment import Appointment, Came
from models.base import now
from tests.cast import DAY


def test_a_talk_is_booked_from_the_hall_moved_by_card_and_cancelled(phone, cast, session, scripted):
    cast.hall(now())
    session.commit()
    chen = phone()
    chen.goto("/hall?community=10101")
    chen.locator(".buttons a").first.click()
    expect(chen.locator("[name=community]")).to_have_value("10101")
    expect(chen.locator("[name=free_time]:checked")).to_have_count(1)
    if scripted:
        expect(chen.locator("[name=address]")).to_be_hidden()
    chen.locator(".choice", has_text="请民警上门来说").click()
    chen.fill("[name=subject]", "楼上漏水")
    chen.fill("[name=phone]", "13900001234")
    chen.get_by_role("button", name="约好").click()
    expect(chen.locator(".faults")).to_contain_text("要上门，请写一下地址")
    expect(chen.locator("[name=subject]")).to_have_value("楼上漏水")
    chen.fill("[name=address]", "幸福里3幢402")
    chen.locator(".choice", has_text="我同意").click()
    chen.get_by_role("button", name="约好").click()
    expect(chen.locator("#number")).to_have_text("101 26 000001")
    expect(chen.locator(".next")).to_contain_text("李警官上门来说")

    before = chen.locator(".next").inner_text()
    chen.get_by_role("link", name="换个时间").click()
    chen.locator(".slot-day[open] .choice").last.click()
    chen.get_by_role("button", name="提交").click()
    expect(chen.locator("#number")).to_be_visible()
    assert chen.locator(".next").inner_text() != before
    chen.get_by_role("link", name="取消预约").click()
    chen.get_by_role("button", name="取消预约").click()
    expect(chen.locator(".next")).to_contain_text("您取消了这次预约")
    chen.get_by_role("link", name="再约一次").click()
    expect(chen.locator("h1")).to_contain_text("预约说事")


def test_whoever_received_her_writes_the_talk_down_from_the_queue(phone, cast, session, scripted):
    cast.appointment(now() - DAY)
    session.commit()
    li = phone("li")
    li.goto("/queue")
    li.locator(".row", has_text="预约说事").locator(".row-title").click()
    li.get_by_role("link", name="记下这次说事").click()
    expect(li.locator("main")).to_contain_text("楼上漏水")
    li.fill("[name=subject]", "邻里漏水")
    li.fill("[name=called]", "楼下住户")
    li.get_by_role("button", name="记下来，开始谈").click()
    expect(li.locator("h1")).to_have_text("邻里漏水")
    session.rollback()
    assert session.scalars(select(Appointment.came)).all() == [Came.HELD]

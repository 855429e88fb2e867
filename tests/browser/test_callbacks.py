"""The caller's desk under a thumb: the next one, the number, not reached, reached; and somebody who rings back."""

from playwright.sync_api import expect

from models.base import now
from models.contact import Channel, Reachable
from models.point import Outcome
from tests.browser.test_days import start
from tests.cast import DAY

CHEN = {"contact": Reachable("陈静", "13900001234"), "reply_by": Channel.PHONE}


def ring(hand, scripted):
    """Open the number: the taps are counted from there."""
    hand.tap(hand.page.get_by_role("button", name="看联系方式"))
    dial = hand.page.get_by_role("link", name="打给")
    expect(dial).to_have_attribute("href", "tel:13900001234")
    expect(dial).to_be_in_viewport()
    expect(hand.page.get_by_text("您有一张回音卡")).to_be_visible()
    hand.taps = 0
    if not scripted:
        hand.tap(hand.page.get_by_role("link", name="打完了，记下回访"))


def test_one_after_the_other_until_nobody_is_left_to_ring(phone, cast, session, scripted):
    solved = cast.answered(now() - DAY, **CHEN)
    refused = cast.answered(now(), outcome=Outcome.CANNOT, **CHEN)
    solved.open_callback.title, refused.open_callback.title = "灯亮了", "管不了"
    session.commit()
    qian = phone("qian")
    hand, title = start(qian, "/callbacks/"), qian.locator(".record h1")
    expect(title).to_have_text("管不了")
    hand.tap(qian.get_by_role("link", name="先跳过这个"))
    expect(title).to_have_text("灯亮了")
    hand.tap(qian.get_by_role("link", name="先跳过这个"))
    expect(title).to_have_text("管不了")

    ring(hand, scripted)
    hand.choose("没联系上")
    expect(qian.locator("[name=words]")).to_be_hidden()
    assert hand.done() <= 3
    expect(title).to_have_text("灯亮了")
    expect(qian.get_by_role("status").filter(has_text="记下了")).to_be_visible()

    ring(hand, scripted)
    for label in ("解决了", "满意"):
        hand.tap(qian.locator("label.choice").get_by_text(label, exact=True))
    assert hand.done() <= 4
    expect(qian.locator("h2", has_text="过一会儿再打的")).to_be_visible()
    row = qian.locator(".row", has_text="管不了")
    expect(row).to_contain_text("以后")
    expect(qian.locator(".row", has_text="灯亮了")).to_have_count(0)

    row.locator(".row-title").click()
    qian.get_by_text("还可以做的").click()
    qian.get_by_role("link", name="先放回去").click()
    qian.get_by_role("button", name="先放回去").click()
    expect(qian.locator(".ledger")).to_contain_text("钱警官把回访放了回去")

    he = phone("he")
    he.goto("/callbacks/?view=list")
    he.fill("[name=number]", refused.number)
    he.get_by_role("button", name="查一查").click()
    expect(he.locator("#who-rang .notice")).to_contain_text("钱警官为这个编号回访过")
    session.rollback()
    session.expire_all()
    assert (solved.rating.code, refused.open_callback.assignee) == ("satisfied", None)

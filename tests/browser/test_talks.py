"""Two neighbours talk a leak over: written down on a tablet, confirmed on two phones, broken, and gone on with."""

from datetime import timedelta

from playwright.sync_api import expect
from sqlalchemy import select, update

from models.base import BEIJING, beijing_date, now
from models.talk import Talk
from models.talk_callback import TalkCallback
from tests.browser.test_loop import taken


def open_card(phone, side, app, scripted):
    """On a phone of its own: by the QR that the tablet holds out, or typed in where there is no JavaScript."""
    page, code = phone(), side.card.code(app.extensions["keys"].card)
    page.goto(f"/card#{side.card.number}-{code}")
    if not scripted:
        page.fill("[name=number]", side.card.number)
        page.fill("[name=code]", code)
        page.click("button.main")
    page.wait_for_selector("#number")
    return page


def test_two_sides_agree_on_two_phones_and_what_is_broken_goes_on(phone, cast, session, app, scripted):
    li = phone("li", viewport={"width": 820, "height": 1180})
    li.goto("/talks/")
    li.get_by_role("link", name="记一次说事").click()
    li.fill("[name=subject]", "楼上漏水")
    li.select_option("[name=community]", "10101")
    li.locator(".choice", has_text="上门").click()
    begun = (now() - timedelta(hours=1)).astimezone(BEIJING)
    li.fill("[name=day]", str(begun.date()))
    li.fill("[name=begins]", f"{begun:%H:%M}")
    for name, words in {
        "called": "楼上住户",
        "wants": "不是我家漏的。",
        "other_called": "楼下住户",
        "other_wants": "赔我天花板。",
    }.items():
        li.fill(f"[name={name}]", words)
    li.get_by_role("button", name="记下来，开始谈").click()
    expect(li.locator("h1")).to_have_text("楼上漏水")

    li.get_by_role("link", name="记一条说好的").click()
    li.fill("[name=text]", "修好水管")
    li.select_option("[name=side]", label="楼上住户")
    li.fill("[name=until]", str(beijing_date(now())))
    li.get_by_role("button", name="记一条说好的").click()
    li.get_by_role("link", name="念给各方听", exact=True).click()
    li.get_by_role("button", name="念给各方听").click()
    li.get_by_role("link", name="大字念给各方听").click()
    expect(li.locator(".aloud")).to_contain_text("修好水管")
    expect(li.locator("main")).not_to_contain_text("赔我天花板")

    session.rollback()
    talk = session.scalars(select(Talk)).one()
    upstairs, downstairs = (open_card(phone, side, app, scripted) for side in talk.sides)
    expect(upstairs.locator("main")).not_to_contain_text("赔我天花板")
    for page in (upstairs, downstairs):
        page.get_by_role("link", name="确认说好的").click()
    for page in (upstairs, downstairs):  # both have the form open: neither finds it stale
        page.locator(".choice", has_text="修好水管").click()
        page.locator("button.main").click()
        expect(page.locator(".points")).to_contain_text("确认了")
    li.reload()
    expect(li.locator(".aloud")).not_to_contain_text("还没确认")
    li.get_by_role("link", name="交还给民警").click()
    li.get_by_role("link", name="谈完了").click()
    li.locator(".choice", has_text="达成一致").click()
    li.get_by_role("button", name="谈完了").click()
    expect(li.locator(".record")).to_contain_text("达成一致")

    session.rollback()
    session.execute(update(TalkCallback).values(asks_on=beijing_date(now())))  # a day later
    session.commit()
    qian = phone("qian")
    qian.goto("/queue")
    row = qian.locator(".row", has_text="楼上漏水（楼下住户）").first
    row.get_by_role("link", name="回访").click()
    qian.locator(".choice", has_text="没做到").click()
    qian.locator(".choice").get_by_text("不满意", exact=True).click()
    qian.fill("[name=words]", "水还在漏。")
    taken(qian)

    for page in (upstairs, downstairs):
        page.reload()
        expect(page.locator(".ledger")).to_contain_text("说好的没有全做到，李警官接着谈")
    li.goto("/queue")
    li.locator(".row-title", has_text="楼上漏水").first.click()
    told = li.locator(".ledger > li").all_inner_texts()
    story = [
        "李警官记下这次说事（楼上住户、楼下住户）",
        "李警官记下第1条：",
        "李警官把说好的念给各方听，请各方确认",
        "住户确认了第1条",
        "住户确认了第1条",
        "李警官记下结果：达成一致",
        "水还在漏。",
        "说好的没有全做到，李警官接着谈",
    ]
    assert [part in line for part, line in zip(story, reversed(told), strict=True)] == [True] * len(story), told
    expect(li.get_by_role("link", name="念给各方听", exact=True)).to_be_visible()

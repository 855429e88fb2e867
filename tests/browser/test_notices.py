"""A notice on its way from the desk to the residents, and off the page again."""

from playwright.sync_api import expect

TITLE, BODY = "接到“客服退款”的电话，先挂断", "真客服退款不问验证码。\n拿不准，打96110问。"


def test_the_desk_writes_a_head_publishes_a_resident_reads_and_it_is_taken_down(phone):
    he, chen = phone("he"), phone()
    he.get_by_role("link", name="警情动态和防范提示").click()
    he.get_by_role("link", name="写一条").click()
    he.locator(".choice", has_text="防范提示").click()
    he.fill("[name=title]", TITLE)
    he.fill("[name=body]", BODY + "骗子用的号码是139 0000 1234。")
    he.locator(".choice", has_text="港南社区").click()
    he.click("button.main")
    expect(he.locator(".field.faulty")).to_contain_text("“139******34”像是个人的电话")
    he.fill("[name=body]", BODY)
    he.click("button.main")
    expect(he.locator(".record")).to_contain_text("还没发布，居民看不到")

    chen.goto("/c/10101")
    expect(chen.locator("#main")).not_to_contain_text("防范提示")
    wang = phone("wang", viewport={"width": 1366, "height": 768})
    wang.goto("/review")
    wang.locator(".row", has_text=TITLE).get_by_role("link", name="发布").click()
    expect(wang.locator(".ask")).to_contain_text("记事不记人")
    wang.click("button.main")
    expect(wang).to_have_url("/review")
    expect(wang.locator("#main")).not_to_contain_text(TITLE)

    chen.reload()
    expect(chen.get_by_text("真客服退款不问验证码。")).to_be_hidden()
    chen.locator("summary", has_text=TITLE).click()
    expect(chen.get_by_text("真客服退款不问验证码。")).to_be_visible()

    wang.goto("/notices/")
    wang.get_by_role("link", name=TITLE).click()
    wang.locator("summary", has_text="还可以做的").click()
    wang.get_by_role("link", name="撤下").click()
    wang.fill("[name=reason]", "要改写。")
    wang.click("button.main")
    expect(wang.locator(".record")).to_contain_text("要改写。")
    for path in ("/c/10101", "/c/10101/notices"):
        chen.goto(path)
        expect(chen.locator("#main")).not_to_contain_text(TITLE)

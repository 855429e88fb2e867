"""The main job, walked by hand: words, card, officer, answer, not solved, callback, sign-off."""

import pytest
from playwright.sync_api import expect

from models.base import now


def test_from_a_residents_words_to_the_sign_off(phone):
    chen = phone()
    chen.goto("/")
    chen.click("text=我要说一件事")
    chen.check("text=想请帮忙")
    chen.fill("[name=body]", "菜市场南门早上全是三轮车，\n老人只能走到马路中间。")
    chen.select_option("[name=community]", "10101")
    chen.fill("[name=place]", "菜市场南门")
    chen.click("text=提交")
    number, code = chen.inner_text("#number"), chen.inner_text("#code")
    expect(chen.locator(".next")).to_contain_text("李警官会先受理")

    li = phone("li")
    row = li.locator(".row", has_text="想请帮忙")
    row.get_by_text("受理").click()
    expect(li.locator(".said.own")).to_contain_text("老人只能走到马路中间")
    li.fill("[name=summary]", "菜市场南门早高峰拥堵")
    li.select_option("[name=category]", "traffic")
    li.click("button.main")
    expect(li.locator("#main")).to_contain_text("菜市场南门早高峰拥堵")
    li.goto("/queue")
    answer(li, "已经划了停车线，早上有人疏导。")

    chen.goto("/card")
    expect(chen.locator(".points")).to_contain_text("已经划了停车线")
    say(chen, solved="还没解决", rating="不满意", words="车还是停在门口。")
    expect(chen.locator(".next")).to_contain_text("李警官会在")
    expect(chen.locator(".ledger")).to_contain_text("车还是停在门口。")

    li.goto("/queue")
    answer(li, "三轮车改走西门，今天起有人看着。")
    li.goto("/callbacks/")
    expect(li.locator("#main")).to_contain_text("现在没有要回访的")

    wang = phone("wang")
    wang.goto("/orders/")
    wang.locator(".row", has_text="菜市场南门").get_by_role("link", name="核查").click()
    wang.locator("label", has_text="整改好了").click()
    taken(wang)

    qian = phone("qian")
    qian.goto("/callbacks/")
    qian.locator(".row", has_text="菜市场南门").get_by_role("link", name="回访 菜市场南门早高峰拥堵").click()
    qian.locator("label", has_text="没联系上").click()
    taken(qian)
    qian.goto("/callbacks/")
    qian.locator(".row", has_text="菜市场南门").get_by_role("link", name="回访 菜市场南门早高峰拥堵").click()
    qian.locator("label", has_text="联系上了").first.click()
    qian.locator("label", has_text="解决了").first.click()
    qian.locator("label", has_text="基本满意").click()
    taken(qian)

    wang.goto("/review")
    wang.locator(".row", has_text="菜市场南门").get_by_role("button").click()
    expect(wang.locator("#main")).to_contain_text("已销号")

    elsewhere = phone()
    elsewhere.goto("/card")
    elsewhere.fill("[name=number]", number)
    elsewhere.fill("[name=code]", code)
    elsewhere.click("text=查看")
    expect(elsewhere.locator(".next")).to_contain_text("这件事已经办结")
    expect(elsewhere.locator(".ledger")).to_contain_text("王所长核对过，办结")


def taken(page):
    """Tap the main button, and wait for what the server says: the next page must not be faster."""
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.click("button.main")


def answer(li, text):
    li.locator(".row", has_text="菜市场南门").get_by_text("答复").click()
    li.locator("label", has_text="已办").click()
    li.fill("[name=text]", text)
    li.click("button.main")
    expect(li.locator(".tag.done").first).to_be_visible()


def say(chen, solved, rating, words):
    chen.get_by_role("link", name="说说解决了没有").click()
    chen.locator("label", has_text=solved).click()
    chen.locator("label", has_text=rating).last.click()
    chen.fill("[name=words]", words)
    chen.click("text=提交")


def test_what_is_missing_is_said_beside_its_field_and_takes_the_focus(phone, scripted):
    chen = phone()
    chen.goto("/suggest")
    chen.fill("[name=body]", "灯坏")
    chen.click("text=提交")
    expect(chen.locator(".faults li")).to_have_count(3)
    expect(chen).to_have_title("有错误：说一件事 · 回音")
    expect(chen.locator("[name=body]")).to_have_value("灯坏")
    if scripted:
        expect(chen.locator(".faults")).to_be_focused()
    chen.click(".faults >> text=请再多写几个字")
    expect(chen.locator("[name=body]")).to_be_in_viewport()


def test_no_switch_for_large_type_loses_what_is_not_sent_yet(phone, scripted):
    chen = phone()
    chen.goto("/suggest")
    chen.locator(".choice", has_text="想请帮忙").click()
    chen.fill("[name=body]", "楼下有人持刀，我很害怕。")
    chen.select_option("[name=community]", "10101")
    chen.get_by_role("button", name="提交").click()
    chen.get_by_text("没有危险，或者已经打过110").wait_for()
    assert chen.locator("#type").is_visible() == scripted
    if scripted:
        chen.click("text=长辈版")
    expect(chen.locator("#main")).to_contain_text("楼下有人持刀")


def test_large_type_is_one_tap_and_keeps_what_was_typed(phone):
    chen = phone()
    chen.goto("/suggest")
    chen.check("text=想问个事")
    chen.fill("[name=body]", "我还没有写完")
    chen.click("text=长辈版")
    expect(chen.locator("html.large")).to_have_count(1)
    expect(chen.locator("[name=body]")).to_have_value("我还没有写完")
    expect(chen.locator("[name=kind][value=question]")).to_be_checked()
    chen.press("[name=place]", "Enter")
    expect(chen.locator(".faults")).to_be_visible()
    expect(chen.locator("html.large")).to_have_count(1)
    chen.goto("/")
    expect(chen.locator("html.large")).to_have_count(1)
    expect(chen.locator("body")).to_have_css("font-size", "22px")
    chen.click("text=标准版")
    expect(chen.locator("html.large")).to_have_count(0)


@pytest.mark.parametrize("scripted", [True], indirect=True)
def test_a_session_that_ended_leaves_the_form_as_typed(phone, session):
    li = phone("li")
    chen = phone()
    chen.goto("/suggest")
    chen.check("text=想问个事")
    chen.fill("[name=body]", "户口本丢了怎么补？")
    chen.select_option("[name=community]", "10101")
    chen.click("text=提交")
    expect(chen.locator("#number")).to_be_visible()
    li.goto("/queue")
    li.locator(".row").first.get_by_text("受理").click()
    li.fill("[name=summary]", "补户口本")
    li.context.clear_cookies()
    li.click("button.main")
    expect(li.locator("#signed-out")).to_contain_text("登录过期了，您写的都在")
    expect(li.locator("[name=summary]")).to_have_value("补户口本")


@pytest.mark.parametrize("scripted", [True], indirect=True)  # without, the digits are typed: see the loop above
def test_the_qr_opens_the_card_and_its_digits_never_reach_the_server(phone, cast, app):
    card = cast.make.card(cast.gangnan)
    cast.session.commit()
    chen, seen = phone(), []
    chen.on("request", lambda request: seen.append(request.url))
    chen.goto(f"/card#{card.number}-{card.code(app.extensions['keys'].card)}")
    expect(chen.locator("#number")).to_have_text(f"{card.number[:3]} {card.number[3:5]} {card.number[5:]}")
    assert not [url for url in seen if card.number in url.split("#")[0]] and "#" not in chen.url


def test_words_of_danger_lead_to_110_first_and_can_be_sent_all_the_same(phone):
    chen = phone()
    chen.goto("/c/10101")
    chen.click("text=我要说一件事")
    expect(chen.locator("[name=community]")).to_have_value("10101")
    chen.check("text=想请帮忙")
    chen.fill("[name=body]", "楼下有人打起来了，\n还有人拿刀。")
    chen.get_by_role("button", name="提交").click()
    expect(chen.get_by_role("link", name="打110")).to_have_attribute("href", "tel:110")
    chen.get_by_role("button", name="交上去").click()
    expect(chen.locator(".said.own")).to_have_text("楼下有人打起来了，\n还有人拿刀。")
    expect(chen.locator(".notice")).to_contain_text("不会有人马上赶到")


def test_chen_adds_a_word_and_then_withdraws(phone):
    chen = phone()
    chen.goto("/suggest?community=10101")
    chen.check("text=提个建议")
    chen.fill("[name=body]", "门口的减速带能不能换一条？")
    chen.get_by_role("button", name="提交").click()
    chen.get_by_role("link", name="补充几句").click()
    chen.fill("[name=words]", "就是靠近\n菜市场那一条。")
    chen.get_by_role("button", name="提交").click()
    expect(chen.locator(".ledger")).to_contain_text("您补充：")
    expect(chen.locator(".ledger .typed")).to_have_text("就是靠近\n菜市场那一条。")
    chen.get_by_role("link", name="撤回这件事").click()
    expect(chen.locator("#main")).to_contain_text("就不再办，也不再回访")
    chen.get_by_role("button", name="撤回这件事").click()
    expect(chen.locator(".next")).to_contain_text("您已经撤回这件事")
    expect(chen.get_by_role("link", name="补充几句")).to_have_count(0)


def test_li_asks_and_chen_answers_by_card(phone, cast, session, app):
    matter = cast.accepted(now())
    session.commit()
    li = phone("li")
    li.goto(f"/matters/{matter.id}")
    li.get_by_role("link", name="问一句").click()
    li.fill("[name=text]", "是靠近菜市场的那一盏吗？")
    li.click("button.main")
    expect(li.locator("#main")).to_contain_text("等群众补充")
    li.goto("/queue")
    expect(li.locator(".row", has_text="路灯不亮").first).to_contain_text("等群众回答")

    chen = phone()
    chen.goto("/card")
    chen.fill("[name=number]", matter.number)
    chen.fill("[name=code]", matter.cards[0].code(app.extensions["keys"].card))
    chen.get_by_role("button", name="查看").click()
    expect(chen.locator(".next")).to_contain_text("李警官在等您回答")
    expect(chen.locator("#main")).to_contain_text("问您：是靠近菜市场的那一盏吗？")
    chen.get_by_role("link", name="回答民警的问题").click()
    expect(chen.locator("label[for=f-words]")).to_have_text("是靠近菜市场的那一盏吗？")
    chen.fill("[name=words]", "对，南门那一盏。")
    chen.get_by_role("button", name="提交").click()
    expect(chen.locator(".next")).to_contain_text("李警官会在")
    li.goto(f"/matters/{matter.id}")
    expect(li.locator(".ledger")).to_contain_text("对，南门那一盏。")

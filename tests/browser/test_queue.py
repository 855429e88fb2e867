"""The queue in the hand: what is typed into a row outlives whatever happens around it."""

import pytest
from playwright.sync_api import expect

from models.answer_template import AnswerTemplate
from models.base import now
from models.contact import Channel, Reachable
from models.life import Kind
from models.point import Outcome
from tests.cast import PASSWORD


@pytest.fixture
def scripted():
    return True


@pytest.fixture
def typing(phone, cast, session):
    """Li's phone, with an answer half written in a row of the queue, and time in our hands."""
    cast.accepted(now())
    session.commit()
    li = phone("li")
    li.clock.install()
    li.goto("/queue")
    li.get_by_role("link", name="答复 路灯不亮").click()
    li.fill("[name=text]", "灯已经")
    return li


def test_news_come_without_touching_what_is_typed(typing, cast, session):
    cast.make.card(cast.rixin, at=now())
    session.commit()
    with typing.expect_response("**/queue/news**"):
        typing.clock.fast_forward("01:01")
    news = typing.get_by_role("link", name="1条新的，点此查看")
    expect(news).to_be_in_viewport()
    expect(typing.locator("[name=text]")).to_have_value("灯已经")
    expect(typing.locator("[name=text]")).to_be_focused()
    news.click()
    expect(typing.locator("#unclaimed")).to_contain_text("1")
    expect(news).to_have_count(0)


def test_a_session_that_ended_is_said_once_and_leaves_what_is_typed(typing):
    asked = []
    typing.on("request", lambda request: asked.append(request.url))
    typing.context.clear_cookies()
    with typing.expect_response(lambda response: response.status == 401):
        typing.clock.fast_forward("01:01")
    expect(typing.locator("#signed-out")).to_contain_text("登录过期了，您写的都在")
    expect(typing.locator("#signed-out")).to_be_in_viewport()
    expect(typing.locator("[name=text]")).to_have_value("灯已经")
    typing.clock.fast_forward("05:00")
    expect(typing.locator("#news")).to_have_count(0)
    assert len(asked) == 1, asked


# ── drafts


DRAFT = "接着上次没写完的写"


def kept(page):
    """The drafts, once the page has done what it does on opening."""
    page.wait_for_load_state()
    return page.evaluate("JSON.stringify(localStorage)")


def open_answer(page):
    page.goto("/queue")
    page.get_by_role("link", name="答复 路灯不亮").click()


def test_what_was_not_sent_is_there_when_the_form_is_opened_again_and_goes_with_one_tap(typing):
    open_answer(typing)
    expect(typing.locator("[name=text]")).to_have_value("灯已经")
    expect(typing.locator(".draft")).to_contain_text(DRAFT)
    typing.goto(typing.get_by_role("link", name="答复 路灯不亮").get_attribute("href"))
    expect(typing.locator("[name=text]")).to_have_value("灯已经")
    typing.get_by_role("button", name="不要了").click()
    expect(typing.locator("[name=text]")).to_have_value("")
    expect(typing.locator(".draft")).to_be_hidden()
    typing.reload()
    expect(typing.locator("[name=text]")).to_have_value("")
    assert kept(typing) == "{}"


def test_it_outlives_a_sign_in_that_ran_out_and_goes_when_the_step_is_taken(typing):
    typing.context.clear_cookies()
    typing.locator(".choice", has_text="已办").click()
    typing.click("button.main")
    expect(typing.locator("#signed-out")).to_contain_text("登录过期了")
    sign_in(typing, "li")
    typing.goto("/matters/1")  # a look at the record first
    open_answer(typing)
    expect(typing.locator(".draft")).to_contain_text(DRAFT)
    expect(typing.locator("[name=text]")).to_have_value("灯已经")
    typing.locator(".choice", has_text="已办").click()
    typing.click("button.main")
    expect(typing.locator(".row-ask")).to_have_count(0)
    assert kept(typing) == "{}"


def test_a_form_asked_again_keeps_the_draft_and_says_nothing(typing):
    typing.click("button.main")
    expect(typing.locator(".faults")).to_be_focused()
    expect(typing.locator(".draft")).to_be_hidden()
    assert "灯已经" in kept(typing)


def test_after_a_day_it_is_gone(typing):
    typing.clock.fast_forward("24:00:01")
    typing.goto("/")
    assert kept(typing) == "{}"


def test_without_htmx_it_goes_once_the_step_is_taken(typing, phone, server):
    typing.route("**/htmx.min.js", lambda route: route.abort("connectionreset"))
    open_answer(typing)
    expect(typing.locator("[name=text]")).to_have_value("灯已经")
    typing.fill("[name=text]", "灯已经修好了。")
    typing.click("button.main")
    expect(typing.locator(".faults")).to_be_visible()
    assert "修好了" in kept(typing)
    typing.locator(".choice", has_text="已办").click()
    typing.click("button.main")
    expect(typing.locator(".ledger")).to_contain_text("灯已经修好了。")
    assert kept(typing) == "{}"


def test_signing_out_clears_a_tablet_and_nobody_else_reads_a_draft(typing):
    typing.context.clear_cookies()
    sign_in(typing, "wang")
    typing.goto("/matters/1/answer")
    expect(typing.locator("[name=text]")).to_have_value("")
    typing.fill("[name=text]", "所长写的")
    assert "灯已经" in kept(typing) and "所长写的" in kept(typing)
    typing.get_by_role("button", name="退出").click()
    expect(typing.locator("#main")).to_contain_text("工作人员登录")
    assert kept(typing) == "{}"


def test_of_a_complaint_and_of_contact_data_nothing_is_kept(phone, cast, session, app):
    matter = cast.make.card(None, kind=Kind.COMPLAINT, at=now(), contact=Reachable("陈静", "13900001234")).matter
    session.commit()
    gao = phone("gao")
    gao.goto(f"/matters/{matter.id}/accept")
    gao.fill("[name=summary]", "一件投诉")
    gao.goto(f"/contacts/{matter.contact.id}")
    gao.fill("[name=reason]", "要核对")
    assert kept(gao) == "{}"


def sign_in(page, username):
    page.goto("/login")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("button.main")
    page.wait_for_url("**/queue")


# ── what a station often answers


@pytest.fixture
def phrases(cast, session):
    for title, text, outcome in (("修好了", "【哪天】修好了。", Outcome.DONE), ("请找谁", "归【谁】管。", Outcome.NOT_OURS)):
        AnswerTemplate.add(session, cast.wang, now(), title=title, text=text, kind=None, outcome=outcome)
    session.commit()


def test_a_tap_puts_a_template_behind_what_is_typed_and_marks_what_to_fill_in(phrases, typing):
    typing.get_by_role("button", name="修好了").click()
    expect(typing.locator("[name=text]")).to_have_value("灯已经\n【哪天】修好了。")
    expect(typing.locator("[name=outcome][value=done]")).to_be_checked()
    expect(typing.get_by_role("button", name="请找谁")).to_be_hidden()
    typing.keyboard.type("昨天")
    expect(typing.locator("[name=text]")).to_have_value("灯已经\n昨天修好了。")
    assert "昨天修好了" in kept(typing)
    typing.locator(".choice", has_text="不归派出所管").click()
    expect(typing.get_by_role("button", name="修好了")).to_be_hidden()
    expect(typing.get_by_role("button", name="请找谁")).to_be_visible()


@pytest.mark.parametrize("scripted", [False])
def test_without_javascript_the_texts_are_there_to_copy(phrases, phone, cast, session):
    matter = cast.accepted(now())
    session.commit()
    li = phone("li")
    li.goto(f"/matters/{matter.id}/answer")
    li.click("summary:has-text('常用答复')")
    expect(li.get_by_text("【哪天】修好了。")).to_be_visible()


# ── three taps to a call


@pytest.mark.parametrize("scripted", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_three_taps_lead_to_a_call_and_the_form_of_the_callback_is_at_hand(phone, scripted, cast, session):
    matter = cast.answered(now(), contact=Reachable("陈静", "139 0000-1234"), reply_by=Channel.PHONE)
    session.commit()
    qian = phone("qian")
    row = qian.locator(".row", has_text=matter.number[-5:]) if scripted else qian.locator("#main")
    qian.get_by_role("link", name="回访 路灯不亮").click()  # one
    row.get_by_role("button", name="看联系方式").click()  # two
    dial = row.get_by_role("link", name="打给 139 0000-1234")  # three
    expect(dial).to_have_attribute("href", "tel:13900001234")
    expect(dial).to_be_in_viewport()
    assert dial.bounding_box()["height"] >= 60 and dial.bounding_box()["width"] >= 260
    if scripted:
        assert qian.url.endswith("/queue")
        expect(dial).to_be_focused()
    else:
        qian.get_by_role("link", name="打完了，记下回访").click()
    for choice in ("联系上了", "解决了", "基本满意"):
        row.locator("label.choice").get_by_text(choice, exact=True).click()
    row.get_by_role("button", name="记下来", exact=True).click()
    expect(qian.locator("#main")).to_contain_text("已办")

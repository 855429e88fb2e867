"""The queue in the hand: what is typed into a row outlives whatever happens around it."""

import pytest
from playwright.sync_api import expect

from models.base import now


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

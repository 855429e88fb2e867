"""A head's way on a phone: the topic of the month, some of its matters, one visit, and what came of it on two cards."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from models.base import beijing_date, now
from models.life import Kind
from models.visit import Visit
from tests.browser.test_loop import taken
from tests.cast import DAY


@pytest.fixture
def cards(cast, session):
    """Chen's and another resident's cards, of matters about fraud that Li has in hand."""
    cards = [cast.make.card(cast.gangnan, kind=Kind.SUGGESTION, at=now()) for _n in range(2)]
    for card, summary in zip(cards, ("楼道里讲讲防骗", "菜场里讲讲防骗"), strict=True):
        cast.step(card.matter, "accept", cast.li, now(), summary=summary, category=cast.make.category("fraud"))
    session.commit()
    return cards


def test_from_the_topic_of_the_month_to_the_outcome_on_two_cards(phone, cards, app, session):
    wang = phone("wang")
    wang.goto("/review")
    wang.get_by_role("link", name="专题家访").click()
    wang.locator("label.choice", has_text="治安防范").click()
    wang.get_by_role("button", name="就谈这个").click()
    expect(wang.locator("#main")).to_contain_text("这个月谈：治安防范")
    for box in wang.locator(".pick input").all():
        box.check()
    wang.get_by_role("button", name="勾上的一起去一次").click()
    expect(wang.locator("#main")).to_contain_text("谈这2件")
    wang.fill("[name=day]", str(beijing_date(now()) + DAY))
    wang.fill("[name=begins]", "09:00")
    wang.fill("[name=ends]", "10:00")
    wang.fill("[name=departments]", "反诈中心、银行")
    taken(wang)
    expect(wang.locator("#main")).to_contain_text("反诈中心、银行")
    chens = [phone() for _card in cards]
    for chen, card in zip(chens, cards, strict=True):
        open_card(chen, card, app)
        expect(chen.locator(".next")).to_contain_text("王所长明天09:00–10:00上门")
        expect(chen.locator(".ledger")).to_contain_text("带着反诈中心、银行上门，谈这件事")
    visit = session.scalars(select(Visit)).one()
    visit.begins_at, visit.due_at = visit.begins_at - DAY, visit.due_at - DAY  # the day has come
    session.commit()
    wang.reload()
    wang.get_by_role("link", name="记走访").first.click()
    wang.fill("[name=households]", "2")
    wang.fill("[name=outcome]", "说好每月在活动室讲一次，银行的人也来。")
    taken(wang)
    for chen in chens:
        chen.goto("/card")
        expect(chen.locator(".ledger")).to_contain_text("王所长上门来过")
        expect(chen.locator(".ledger")).to_contain_text("说好每月在活动室讲一次")


def open_card(page, card, app):
    page.goto("/card")
    page.fill("[name=number]", card.number)
    page.fill("[name=code]", card.code(app.extensions["keys"].card))
    page.click("button.main")
    page.wait_for_selector("#number")

"""A day of an officer on a phone, a morning of a head at a desk; every tap of the daily things is counted."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from models.asking import Rating
from models.base import now
from models.contact import Channel, Daypart, Reachable
from models.life import Kind
from models.point import Outcome
from tests.browser.test_loop import taken
from tests.cast import DAY

CHEN = {"contact": Reachable("陈静", "0000-5550142"), "reply_by": Channel.PHONE, "daypart": Daypart.EVENING}
DESK = {"viewport": {"width": 1366, "height": 768}, "has_touch": False}


class Hand:
    """A thumb on a page, which counts what it does. Typing is not counted, reaching for the field is."""

    def __init__(self, page):
        self.page, self.taps = page, 0

    def tap(self, target):
        self.taps += 1
        (self.page.locator(target) if isinstance(target, str) else target).click()

    def choose(self, label):
        self.tap(self.page.locator("label.choice", has_text=label).first)

    def write(self, name, text):
        self.tap(f"[name={name}]")
        self.page.keyboard.type(text)

    def done(self):
        self.taps += 1
        taken(self.page)
        return self.taps

    def row(self, title, button):
        """The next step of a row, one tap away."""
        self.tap(self.page.locator(".row", has_text=title).get_by_role("link", name=button))


def start(page, path="/queue"):
    page.goto(path)
    return Hand(page)


def test_an_officers_day(phone, cast, session, scripted):
    told = cast.make.card(cast.gangnan, kind=Kind.QUESTION, at=now(), body="养狗证到哪里办？").matter
    ringing = cast.make.card(cast.gangnan, at=now(), body="楼下修车铺天天占道。", **CHEN).matter
    theirs = cast.make.card(cast.rixin, points=["井盖", "路灯"], at=now(), **CHEN).matter
    cast.step(theirs, "accept", cast.qian, now(), summary="日新巷的井盖和路灯", category=cast.make.category())
    for point in (1, 2):
        cast.step(theirs, "answer", cast.qian, now(), point=point, outcome=Outcome.DONE, text="换好了。")
    others = cast.answered(now(), points=["棋牌室", "楼道"])
    others.open_callback.channel = Channel.PHONE
    session.commit()
    li = phone("li")

    hand = start(li)
    hand.row("想请帮忙", "受理")
    li.fill("[name=summary]", "修车铺占道")
    li.select_option("[name=category]", "traffic")
    hand.done()
    expect(li.locator("#main")).to_contain_text("联系过了")  # she left a phone: ring first

    hand = start(li)
    hand.row("修车铺占道", "联系过了")
    hand.tap(li.get_by_role("button", name="看联系方式"))
    assert li.locator("a[href^='tel:']").first.get_attribute("href") == "tel:00005550142"
    hand = start(li)
    hand.row("修车铺占道", "联系过了")
    hand.choose("打电话")
    assert hand.done() == 3
    li.goto("/matters/2")  # the same from its page: what was done is said, and one is back on the record
    li.get_by_text("还可以做的").click()
    li.get_by_role("link", name="联系过了").click()
    li.locator("label.choice", has_text="上门").click()
    taken(li)
    expect(li).to_have_title(re.compile("修车铺占道"))
    if scripted:
        expect(li.get_by_role("heading", name="修车铺占道")).to_be_focused()
    else:
        expect(li.get_by_role("status").filter(has_text="记下了")).to_be_visible()

    hand = start(li)
    hand.row("修车铺占道", "答复")
    hand.choose("已办")
    hand.write("text", "和铺主说好了，车都停到后院，门口画了线。")
    assert hand.done() == 4  # an answer

    hand = start(li)
    hand.tap(li.locator(".row", has_text="想问个事").locator(".row-title, a").first)
    hand.tap(li.get_by_role("link", name="当场办结"))
    hand.choose("已办")
    hand.write("text", "电话里说清了：带身份证和狗的免疫证，到所里窗口办。")
    assert hand.done() == 5  # settled on the spot, from the row to the end

    hand = start(li, "/callbacks/")
    expect(li.get_by_role("heading", name="日新巷的井盖和路灯")).to_be_visible()
    hand.choose("都解决了")
    hand.choose("满意")
    assert hand.done() == 3  # a callback, all of it solved

    qian = phone("qian")
    hand = start(qian, f"/callbacks/?call={others.open_callback.id}")
    hand.choose("第二件还没解决")
    hand.choose("满意")
    assert hand.done() <= 4  # one more for a point that is not

    hand = start(li, "/matters/new")
    hand.choose("打电话来说的")
    hand.choose("想请帮忙")
    hand.write("body", "楼道的灯坏了三天了。")
    li.select_option("[name=community]", "10101")
    hand.done()
    expect(li.locator("#number")).to_be_visible()

    session.rollback()
    session.expire_all()
    assert told.state.code == ringing.state.code == "answered" and theirs.state.code == "called_back"
    assert theirs.rating is Rating.SATISFIED and [point.is_open for point in others.points] == [False, True]


def test_a_heads_morning(phone, cast, session):
    overdue = cast.accepted(now() - 6 * DAY)
    nobodys = [cast.make.card(cast.rixin, at=now() - timedelta(hours=n)).matter for n in (1, 2)]
    happy = [cast.answered(now()) for _n in range(3)]
    refused = cast.answered(now(), outcome=Outcome.NOT_OURS)
    for matter in happy:
        cast.step(matter, "rate", matter.cards[0], now(), rating=Rating.SATISFIED, solved=[1])
    cast.step(refused, "rate", refused.cards[0], now(), rating=Rating.FAIRLY, solved=[])
    overdue.summary, refused.summary = "拖了一周的", "群众不认的"
    session.commit()
    wang = phone("wang", **DESK)

    hand = start(wang, "/review")
    for box in wang.locator("form[action='/review/assign'] .pick input").all():
        box.check()
    wang.select_option("[name=handler]", "qian")
    with wang.expect_response(lambda response: response.request.method == "POST"):
        wang.get_by_role("button", name="把勾上的交给这位同事").click()
    expect(wang.locator("#main, .notice").first).to_be_visible()
    expect(wang.get_by_role("status").filter(has_text="2件交给了钱进")).to_be_visible()

    hand.tap(wang.get_by_role("button", name="解决了、满意的3件，一起销号"))
    expect(wang.get_by_role("status").filter(has_text="销号3件")).to_be_visible()
    assert hand.taps == 1

    wang.locator(".row", has_text="群众不认的").get_by_role("link", name="复核").first.click()
    wang.locator("label.choice", has_text="维持答复").click()
    wang.fill("[name=text]", "我去现场看过，这盏灯是供电所的，已经替您报了修，单号写在这里。")
    taken(wang)

    wang.goto("/review")
    wang.get_by_role("link", name="交接").click()
    wang.get_by_role("link", name="李建平").click()
    wang.select_option("[name=handler]", "zhao")
    wang.fill("[name=text]", "李警官这周休假。")
    wang.get_by_role("button", name="把勾上的交过去").click()
    expect(wang.locator(".empty")).to_contain_text("李建平手上没有事了")

    session.rollback()
    session.expire_all()
    assert {matter.handler for matter in nobodys} == {cast.qian} and overdue.handler is cast.zhao
    assert {matter.state.code for matter in happy} == {"signed_off"}
    assert refused.review_level.code == "bureau"


@pytest.mark.parametrize("scripted", [True], indirect=True)
def test_two_who_answer_at_once_read_each_others_words(phone, cast, session):
    cast.accepted(now())
    session.commit()
    li, wang = phone("li"), phone("wang", **DESK)
    for page in (li, wang):
        page.goto("/matters/1/answer")
        page.locator("label.choice", has_text="已办").click()
    li.fill("[name=text]", "灯已经换好了。")
    wang.fill("[name=text]", "供电所明天来换灯。")
    taken(li)
    taken(wang)
    expect(wang.locator("#main")).to_contain_text("灯已经换好了。")
    expect(wang.locator("#main")).to_contain_text("供电所明天来换灯。")
    expect(wang.get_by_role("alert").first).to_contain_text("李警官")

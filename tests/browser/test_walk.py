"""A day of visits, lived on a phone: today, turned, set out, written down, a matter on the spot; and without a signal."""

import re

import pytest
from playwright.sync_api import expect

from models.base import now
from models.contact import Daypart
from models.matter import Matter
from models.photo import Photo
from models.visit import Visit
from tests.browser.test_days import start
from tests.models.test_photo import JPEG


def planned(cast, **what):
    """A visit for today, at whatever hour it is."""
    visit = cast.visit(now(), 0.01, Daypart.MORNING, **what)
    cast.session.commit()
    return visit


def visits(session):
    session.rollback()
    session.expire_all()
    return session.query(Visit).order_by(Visit.id).all()


def set_out(hand):
    """Three ticks and the button, unless they are ticked from before."""
    boxes = hand.page.locator(".setting-out").first.locator("label.choice")
    for n in range(3):
        if not boxes.nth(n).locator("input").is_checked():
            hand.tap(boxes.nth(n))
    hand.tap(hand.page.locator(".setting-out button").first)
    hand.page.wait_for_url(re.compile("/record"))


def test_the_plainest_visit_takes_at_most_six_taps(phone, cast, session, scripted):
    planned(cast)
    li = phone("li")
    hand = start(li, "/visits/today")
    set_out(hand)
    if scripted:
        hand.tap(li.get_by_role("button", name="见到几户 多一个"))
    else:
        hand.write("households", "1")
    hand.tap("button.main")
    expect(li.get_by_role("status").filter(has_text="记下了")).to_be_visible()
    assert hand.taps <= 6 and li.url.endswith("/visits/today")
    planned(cast, site=cast.make.site(cast.gangnan, "港南小学"))
    hand = start(li, "/visits/today")
    set_out(hand)
    hand.tap("button.main")
    expect(li.get_by_role("status").filter(has_text="记下了")).to_be_visible()
    assert hand.taps == 2, "what is true stands there already, and what was taken along this morning still is"
    assert [(visit.state.code, visit.households, visit.units) for visit in visits(session)] == [("done", 1, 0), ("done", 0, 1)]


def test_a_day_is_lived_on_a_phone(phone, cast, session, scripted):
    site = cast.make.site(cast.gangnan, "港南小学")
    site.phone, site.address = "0000-5550199", "港南路8号"
    planned(cast, reason="看看路灯"), planned(cast, site=site)
    li = phone("li")
    li.locator("header").get_by_role("link", name="走访").click()
    stops = li.locator("#walk ol > li")
    expect(stops.first).to_contain_text("看看路灯")
    expect(li.get_by_role("link", name="打电话")).to_have_attribute("href", "tel:0000-5550199")
    li.get_by_role("button", name="上移 港南小学").click()
    expect(stops.first).to_contain_text("港南小学")
    set_out(start(li, "/visits/today"))

    li.get_by_role("link", name="记一件群众说的事").click()
    li.fill("[name=body]", "校门口早上堵得走不动。")
    li.locator("label.choice", has_text="想请帮忙").click()
    li.get_by_role("button", name="记下来，给卡").click()
    expect(li.locator("#number")).to_be_visible()
    expect(li.locator("#code")).to_be_visible()
    li.get_by_role("link", name="交给本人了，接着走访").click()
    expect(li.locator("#main")).to_contain_text("这次记了1件")
    li.get_by_role("link", name="记走访", exact=True).click()

    if scripted:
        for _tap in range(3):
            li.get_by_role("button", name="见到几人 多一个").click()
        li.get_by_role("button", name="见到几人 少一个").click()
    else:
        li.fill("[name=people]", "2")
    li.fill("[name=diary]", "校门口要人疏导。")
    li.locator("summary", has_text="还有别的").click()
    li.fill("[name=hazards]", "1")
    li.set_input_files("[name=photos]", {"name": "一.jpg", "mimeType": "image/jpeg", "buffer": JPEG})
    if scripted:
        expect(li.locator("ul.photos canvas")).to_be_visible()
    li.click("button.main")
    li.wait_for_url(re.compile(r"/visits/2$"))
    expect(li.locator(".sheet")).to_contain_text("校门口要人疏导。")
    expect(li.locator(".photos img")).to_be_visible()
    li.locator("header").get_by_role("link", name="走访").click()
    li.get_by_role("link", name="日记").click()
    expect(li.locator(".stops li")).to_have_count(1)
    expect(li.locator(".stops li")).to_contain_text("校门口要人疏导。")
    expect(li.locator(".stops li")).to_contain_text("群众说的事 1")

    light, school = visits(session)
    assert (school.units, school.people, school.hazards, school.raised, len(school.photos)) == (1, 2, 1, 1, 1)
    assert light.state.code == "planned" and session.query(Matter).one().door.code == "visit"


@pytest.mark.parametrize("scripted", [True], indirect=True)
def test_without_a_signal_what_was_typed_stays_and_sent_again_it_is_recorded_once(phone, cast, session):
    visit = planned(cast)
    li = phone("li")
    li.goto(f"/visits/{visit.id}/record")
    li.get_by_role("button", name="见到几户 多一个").click()
    li.fill("[name=diary]", "楼道里没有信号。")
    li.locator("summary", has_text="还有别的").click()
    li.set_input_files("[name=photos]", {"name": "一.jpg", "mimeType": "image/jpeg", "buffer": JPEG})
    expect(li.locator("ul.photos canvas")).to_be_visible()
    li.context.set_offline(True)
    li.click("button.main")
    expect(li.get_by_role("alert")).to_contain_text("没发出去，您写的都在")
    expect(li.locator("button.main")).to_have_text("没信号，再发一次")
    expect(li.locator("[name=diary]")).to_have_value("楼道里没有信号。")
    li.context.set_offline(False)
    li.reload()  # even so
    expect(li.locator("[name=diary]")).to_have_value("楼道里没有信号。")
    expect(li.locator("[name=households]")).to_have_value("1")
    expect(li.locator(".draft")).to_contain_text("接着上次没写完的写")

    def lost(route):  # it arrives, but its answer does not
        route.fetch()
        route.abort("connectionreset")

    li.route("**/record", lost)
    li.click("button.main")
    expect(li.locator("button.main")).to_have_text("没信号，再发一次")
    assert visits(session)[0].households == 1
    li.unroute("**/record")
    li.click("button.main")
    expect(li.get_by_role("alert").first).to_contain_text("这次走访已经是“已办”了")
    assert (visits(session)[0].households, session.query(Photo).count()) == (1, 0)

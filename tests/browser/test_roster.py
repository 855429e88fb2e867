"""The roster at phone size: the desk plans two shifts, lets two change places, and a resident reads who is there."""

import pytest
from playwright.sync_api import expect

from models.base import beijing_date, now


@pytest.fixture
def halls(cast, session):
    cast.gangnan.room = cast.make.room(cast.station, "港南社区警务室", hall=True, opens={})
    session.commit()


def test_from_the_roster_to_who_is_there_now(phone, halls, cast):
    he, today = phone("he"), str(beijing_date(now()))
    he.click("footer >> text=值班表")
    expect(he.locator("#main")).to_contain_text("缺人")
    for officer, place, hours in (("li", "港南社区警务室", "00:00"), ("zhao", "派出所值班室", "00:00")):
        he.get_by_role("link", name="加一班", exact=True).click()
        he.select_option("[name=officer]", officer)
        he.select_option("[name=room]", label=place)
        he.fill("[name=day]", today)
        for end in ("begins", "ends"):
            he.fill(f"[name={end}]", hours)
        he.click("text=排好了")
        expect(he.get_by_role("status").filter(has_text="排好了")).to_be_visible()

    chen = phone()
    chen.goto("/")
    chen.click("text=警务室现在谁在")
    expect(chen.locator("#station-101")).to_contain_text("李警官在，到明天00:00。")
    expect(chen.locator("#station-101")).to_contain_text("值班的是赵警官（到明天00:00）。")

    he.get_by_role("link", name="李警官").click()
    expect(he.locator(".marked")).to_be_in_viewport()
    he.get_by_role("button", name="赵警官").click()
    expect(he.get_by_role("status").filter(has_text="对调好了")).to_be_visible()
    chen.reload()
    expect(chen.locator("#station-101")).to_contain_text("赵警官在，到明天00:00。")

    he.get_by_role("link", name="赵警官").click()
    he.get_by_role("button", name="拿掉这一班").click()
    chen.reload()
    expect(chen.locator("#station-101")).to_contain_text("没有人")
    assert chen.get_by_role("link", name=f"打值班电话 {cast.station.duty_phone}").first.get_attribute("href") == (
        f"tel:{cast.station.duty_phone}"
    )

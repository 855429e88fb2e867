"""A week of visits planned on a desktop and on a phone: a place, a site, a series of nights, and a crossing that is refused."""

from datetime import date

import pytest
from playwright.sync_api import expect

from models.base import beijing_date, now
from models.workdays import ONE_DAY

DESKTOP = {"viewport": {"width": 1366, "height": 800}, "has_touch": False}
PHONE = {"viewport": {"width": 360, "height": 740}}


def plan(page, **typed):
    page.click("text=排走访")
    for name, value in typed.items():
        if name in ("where", "site", "officer"):
            page.select_option(f"[name={name}]", value)
        elif name == "companions":
            page.locator("label", has_text=value).click()
        else:
            page.fill(f"[name={name}]", value)
    page.get_by_role("button", name="排好了").click()


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_head_plans_a_week(phone, cast, session, scripted, screen):
    site = cast.make.site(cast.rixin, "日新菜市场")
    session.commit()
    day = beijing_date(now()) + 8 * ONE_DAY
    wang = phone("wang", **screen)
    wang.click("text=走访")
    plan(
        wang,
        where="10101",
        reason="看看路灯修好没有",
        day=str(day),
        begins="09:30",
        ends="10:30",
        officer="li",
        companions="赵警官",
    )
    expect(wang.get_by_role("status").first).to_have_text("排好了1次。")
    entry = wang.locator(".outing", has_text="看看路灯修好没有")
    expect(entry).to_contain_text("09:30–10:30")
    expect(entry).to_contain_text("李警官、赵警官")

    plan(wang, site=str(site.id), day=str(day), begins="15:00", ends="16:00", officer="zhao")
    expect(wang.locator(".outing", has_text="日新菜市场")).to_contain_text("日新社区 · 赵警官")

    plan(wang, where="10103", reason="电动车充电", day=str(day), begins="10:00", ends="11:00", officer="zhao")
    expect(wang.locator(".faults")).to_contain_text("赵警官在")
    expect(wang.locator(".faults")).to_contain_text("09:30–10:30已经有别的安排，请换个时间。")
    expect(wang.locator("[name=reason]")).to_have_value("电动车充电")
    wang.fill("[name=begins]", "10:30")
    wang.get_by_role("button", name="排好了").click()
    expect(wang.locator(".outing", has_text="电动车充电")).to_contain_text("10:30–11:00")

    wang.click("text=排走访")
    wang.click("text=排夜访")
    first = date.fromisoformat(wang.input_value("[name=day]"))
    wang.select_option("[name=where]", "10101")
    wang.select_option("[name=officer]", "qian")
    wang.fill("[name=reason]", "警民夜谈")
    wang.fill("[name=until]", str(first + 6 * ONE_DAY))
    wang.locator("label", has_text="放假也去").click()
    wang.get_by_role("button", name="排好了").click()
    expect(wang.get_by_role("status").first).to_have_text("排好了3次。")
    expect(wang.locator(".outing", has_text="警民夜谈").first).to_contain_text("20:00–21:00")
    assert wang.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_same_week_is_a_table_on_a_desktop_and_a_list_on_a_phone(phone, cast, session, scripted):
    day = now() + 8 * ONE_DAY
    cast.visit(day, hours=0.01)
    session.commit()
    address = f"/visits/?view=week&day={beijing_date(day)}"
    where = "els => els.map(e => Math.round(e.getBoundingClientRect().left))"
    below = "els => els.map(e => Math.round(e.getBoundingClientRect().top))"
    desktop, small = phone("li", **DESKTOP), phone("li", **PHONE)
    for page, columns in ((desktop, 7), (small, 1)):
        page.goto(address)
        assert len(set(page.locator(".week td").evaluate_all(where))) == columns
    heads, cells = small.locator(".week th").evaluate_all(below), small.locator(".week td").evaluate_all(below)
    assert [top for pair in zip(heads, cells, strict=True) for top in pair] == sorted(heads + cells), "each day below its name"
    small.goto(address.replace("week", "month"))
    small.locator("td a", has_text="1次").first.click()
    expect(small.locator("#main")).to_contain_text("看看路灯修好没有")

"""Nobody at home, told on a phone: the slip, what the resident chooses by its card, and the check at her door."""

import re

from playwright.sync_api import expect
from sqlalchemy import select

from models.base import now
from models.going import Carried
from models.place import Plate
from models.slip import Slip


def test_nobody_is_at_home_and_the_resident_says_when(phone, cast, session, app, any_hour, scripted):
    cast.li.police_number = "101015"
    plate = Plate(community=cast.gangnan, building="幸福里3幢", shared=True)
    session.add(plate)
    visit = cast.visit(now())
    cast.step(visit, "start", cast.li, now(), carried=list(Carried))
    session.commit()

    li = phone("li")
    li.goto(f"/visits/{visit.id}")
    digits = li.locator(".door-code").inner_text()
    li.get_by_role("button", name="没人在家，留张条").click()
    expect(li.locator(".slip")).to_contain_text("李警官")
    number, code = (re.sub(r"\D", "", li.locator(f"#{which}").inner_text()) for which in ("number", "code"))
    li.get_by_role("link", name="留好了，接着走").click()
    expect(li.locator("#main")).to_contain_text("已经留了1张")

    chen = phone()
    chen.goto(f"/card#{number}-{code}")
    if not scripted:
        chen.fill("[name=number]", number)
        chen.fill("[name=code]", code)
        chen.get_by_role("button", name="查看").click()
    expect(chen.locator(".next")).to_contain_text("请选一个方便的时间")
    chen.get_by_role("link", name="选个时间").click()
    chen.locator(".slot-day").nth(1).locator("summary").click()
    chosen = chen.locator(".slot-day").nth(1).locator(".choice").first
    hours = chosen.inner_text()
    chosen.click()
    chen.click("button.main")
    expect(chen.locator(".next")).to_contain_text(f"{hours}来")

    li.goto("/queue")
    row = li.locator(".row", has_text=re.sub(r"(\d{3})(\d\d)(\d+)", "\\1\N{NO-BREAK SPACE}\\2\N{NO-BREAK SPACE}\\3", number))
    expect(row).to_contain_text(hours)
    row.locator(".row-title").click()
    expect(li.locator("#main")).to_contain_text("群众选了时间")

    chen.get_by_role("link", name="打个电话就行").click()
    chen.fill("[name=phone]", "139 0000 1234")
    chen.locator("label", has_text="我同意").click()
    chen.click("button.main")
    expect(chen.locator(".next")).to_contain_text("前打您留的电话")
    li.reload()
    li.get_by_role("button", name="看电话").click()
    expect(li.locator(".dial")).to_have_attribute("href", "tel:13900001234")
    li.goto(f"/visits/{session.scalars(select(Slip)).one().visit_id}")
    li.get_by_role("link", name="电话里说过了").click()
    li.click("button.main")
    expect(li.locator("#main")).to_contain_text("已办")
    chen.goto("/card")
    expect(chen.locator(".next")).to_contain_text("电话里说过了")

    chen.goto(f"/d/{plate.code}")
    chen.get_by_role("link", name="有民警上门？核对一下").click()
    chen.fill("[name=code]", digits)
    chen.get_by_role("button", name="核对").click()
    expect(chen.locator(".notice.done")).to_contain_text("李警官，警号最后两位是 15")

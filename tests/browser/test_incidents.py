"""A 110 call asked back about, at phone size: the desk brings in a file, rings, and the head looks after the unsatisfied."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from blueprints.queue.commands import do_what_is_due
from models.base import BEIJING, now
from tests.browser.test_loop import taken
from tests.models.test_incident import PHONE, TITLES, workbook


@pytest.fixture
def file(tmp_path, cast, session):
    """A spreadsheet with one call to make and one that nobody makes; the bureau allows it."""
    cast.bureau.incident_approval = "云公网安〔2026〕12号"
    session.commit()
    yesterday = f"{(now() - timedelta(days=1)).astimezone(BEIJING):%Y-%m-%d %H:%M}"
    path = tmp_path / "警情.xlsx"
    rows = [["110-2026-1", yesterday, "港南社区", kind, int(PHONE)] for kind in ("噪音扰民", "家庭暴力")]
    path.write_bytes(workbook(*rows, titles=TITLES))
    return path


def test_from_the_file_over_the_call_to_the_head(phone, app, file, scripted):
    he = phone("he")
    he.click("footer >> text=警情回访")
    he.set_input_files("[name=sheet]", file)
    he.click("text=传上去")
    expect(he.locator("#main")).to_contain_text("核对了0行")
    with app.app_context():
        do_what_is_due()
    he.get_by_text("传完了，点这里看结果" if scripted else "看现在到哪里了").click()
    expect(he.locator("#main")).to_contain_text("1行排进了回访，1行没有收")
    expect(he.locator("#main")).to_contain_text("第3行")
    he.click("text=回到警情回访")
    he.get_by_role("link", name="回访 噪音扰民").click()
    expect(he.locator(".script")).to_contain_text("验证码我都不会问")
    he.get_by_role("button", name="看电话").click()
    expect(he.get_by_role("link", name=f"打给 {PHONE}")).to_be_visible()
    if not scripted:
        he.click("text=打完了，记下来")
    he.locator("label", has_text="不满意").click()
    he.fill("[name=words]", "一个小时才来人。")
    taken(he)

    wang = phone("wang")
    wang.locator(".row", has_text="噪音扰民").get_by_role("link", name="处理完").click()
    expect(wang.locator("#main")).to_contain_text("一个小时才来人。")
    wang.fill("[name=text]", "当天警力调度慢了，已经打电话说明并道歉。")
    taken(wang)
    expect(wang.locator(".tag.done").first).to_be_visible()

    he.goto("/incidents/")
    expect(he.locator("#main")).not_to_contain_text("噪音扰民")

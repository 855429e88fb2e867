"""One morning: from an empty database and spreadsheets to the first matter that a door plate brings in."""

import re
from io import BytesIO

import pytest
from pypdfium2 import PdfDocument
from sqlalchemy import func, select

from models.officer import Officer
from models.place import Plate
from models.unit import Community
from tests.browser.test_codes import activated
from tests.browser.test_paper import printed
from tests.models.test_importing import TITLES, xls, xlsx
from tests.models.test_incident import sheet

SLIP = re.compile(r"用户名(\w+?)激活码(\d{12})")
COMMUNITIES, OFFICERS = 12, 30
CODES = [f"101{n:02}" for n in range(1, COMMUNITIES + 1)]
ROWS = {
    "communities": [["101", code, f"{code[3:]}号社区", "城南街道", "", "1网格、2网格"] for code in CODES],
    "officers": [
        ["101", "何一", "综合指挥室", "", "he", "", ""],
        ["101", "王二", "所领导", "", "wang", "", ""],
        *(["101", f"李{n}", "民警", f"1010{n:02}", f"li{n}", "警官", ""] for n in range(1, OFFICERS - 1)),
    ],
    "posts": [["101", str(n), f"{n}号责任岗", "", code, f"li{n}", f"li{n + 12}", ""] for n, code in enumerate(CODES, 1)],
}
FILES = {  # which link leads to it, what the file is called, and what writes it
    "communities": ("社区", "社区.xlsx", xlsx),
    "officers": ("人员", "人员.xls", xls),
    "posts": ("岗位", "岗位.xlsx", xlsx),
    "plates": ("二维码门牌", "门牌.csv", lambda titles, *rows: sheet(*rows, titles=titles, encoding="gb18030")),
}


@pytest.fixture(params=[True], ids=["with JavaScript"])
def scripted(request):
    return request.param


@pytest.fixture
def server(servers, settings, app):
    """The server on an empty database."""
    return servers(frozenset(settings.items()))


@pytest.mark.parametrize("plates", [120, pytest.param(5000, marks=pytest.mark.torture)])
def test_a_station_is_set_up_from_spreadsheets_and_a_plate_brings_the_first_matter(phone, app, session, plates):
    made = app.test_cli_runner().invoke(args=["setup", "--bureau", "云溪县公安局", "--phone", "0000-5550000"]).stdout
    admin = activated(phone(viewport={"width": 1366, "height": 768}), "admin", made.strip()[-14:])
    admin.goto("/admin/units/new")
    for name, typed in (("number", "101"), ("name", "城南派出所"), ("duty_phone", "0000-5550110")):
        admin.fill(f"[name={name}]", typed)
    admin.get_by_role("button", name="存好").click()
    doors = [[CODES[n % COMMUNITIES], n, f"幸福里{n}幢", "是", ""] for n in range(plates)]
    for kind, rows in (ROWS | {"plates": doors}).items():
        admin.goto("/admin/import/")
        link, name, write = FILES[kind]
        admin.get_by_role("link", name=link).click()
        file = {"name": name, "mimeType": "application/octet-stream", "buffer": write(TITLES[kind], *rows)}
        admin.set_input_files("[name=sheet]", file)
        admin.get_by_role("button", name="先看看").click()
        admin.get_by_text(f"要新增 {len(rows)}").wait_for()
        admin.get_by_role("button", name="导入").click()
        admin.get_by_text("导好了").wait_for()
    assert [session.scalar(select(func.count(table.id))) for table in (Community, Officer, Plate)] == [
        COMMUNITIES,
        OFFICERS + 1,
        plates,
    ]
    admin.goto("/admin/accounts/codes")
    admin.get_by_role("button", name="出激活码，去打印").click()
    admin.get_by_text("沿线裁开").wait_for()  # the codes are hashed first
    with PdfDocument(BytesIO(admin.pdf(prefer_css_page_size=True))) as sheets:
        told = "".join("".join(page.get_textpage().get_text_range().split()) for page in sheets)
    codes = dict(SLIP.findall(told))
    assert len(codes) == OFFICERS

    he = activated(phone(), "he", codes["he"])
    he.goto("/paper/")
    he.get_by_role("link", name="03号社区").click()
    first, *_others = printed(he)
    li, chen = activated(phone(), "li3", codes["li3"]), phone()
    chen.goto(first[2][0])
    chen.locator(".choice", has_text="想请帮忙").click()
    chen.fill("[name=body]", "楼道的灯坏了三天了，晚上上楼看不见。")
    chen.get_by_role("button", name="提交").click()
    chen.wait_for_selector("#number")
    number = chen.inner_text("#number").replace(" ", "")
    assert number.startswith("101")
    li.goto("/queue")
    li.locator(".row", has_text="想请帮忙").get_by_text("受理").click()
    li.fill("[name=summary]", "楼道灯坏了")
    assert "幸福里" in li.inner_text("main")
    li.select_option("[name=category]", "other")
    li.click("button.main")
    li.get_by_text("楼道灯坏了").first.wait_for()
    chen.goto("/card")
    assert "李警官" in chen.inner_text("main") and number in chen.inner_text("#number").replace(" ", "")

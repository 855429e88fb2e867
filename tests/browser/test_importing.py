"""The administrator brings a spreadsheet in, with and without JavaScript."""

from sqlalchemy import func, select

from models import rules
from models.place import Plate
from tests.models.test_importing import TITLES
from tests.models.test_incident import sheet


def test_plates_are_tried_out_and_brought_in_and_the_bars_make_room_for_what_came_of_it(phone, cast, session):
    count = rules.SETUP_PORTION + 1
    rows = [["港南社区", n, f"幸福里{n}幢", "是", ""] for n in range(count)]
    page = phone("admin")
    page.get_by_role("link", name="从表格导入", exact=True).click()
    page.get_by_role("link", name="二维码门牌").click()
    page.set_input_files(
        "[name=sheet]", {"name": "门牌.csv", "mimeType": "text/csv", "buffer": sheet(*rows, titles=TITLES["plates"])}
    )
    page.get_by_role("button", name="先看看").click()
    page.get_by_text(f"要新增 {count}").wait_for()
    assert page.locator(".so-far").count() == 1 and not page.locator(".so-far >> visible=true").count()
    page.get_by_role("button", name="导入").click()
    page.get_by_text("导好了").wait_for()
    assert page.get_by_text(f"新增了 {count}").is_visible()
    assert session.scalar(select(func.count(Plate.id))) == count

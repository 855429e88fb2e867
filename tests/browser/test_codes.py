"""Two officers start to work with what the administrator printed for them."""

import re
from datetime import timedelta
from io import BytesIO

import zxingcpp
from pypdfium2 import PdfDocument

from models.base import now
from models.signin import NOBODY
from tests.browser.test_paper import scripted  # noqa: F401  print is the same with JavaScript
from tests.cast import PASSWORD

SLIP = re.compile(r"用户名(new\d)激活码(\d{12})")


def activated(page, username, code, address="/activate"):
    """A page on which the owner of an account chose a password with the code, and signed in."""
    page.goto(address)
    for name, typed in (("username", username), ("code", code), ("password", PASSWORD), ("again", PASSWORD)):
        page.fill(f"[name={name}]", typed)
    page.get_by_role("button", name="就用这个密码").click()
    page.get_by_role("link", name="去登录").click()
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("button.main")
    page.wait_for_url(lambda url: "/login" not in url)
    return page


def test_two_are_activated_from_the_printed_sheet_which_is_never_shown_again(phone, server, cast, session):
    for n, name in enumerate(("唐一", "宋二")):
        new = cast.make.officer(name, cast.station, username=f"new{n}")
        new.password_hash, new.activate_by = NOBODY, now() - timedelta(days=1)
    session.commit()
    admin = phone("admin")
    admin.goto("/admin/accounts/")
    admin.get_by_role("link", name="给还没激活的人打印激活码").click()
    admin.get_by_role("button", name="出激活码，去打印").click()
    admin.get_by_text("沿线裁开").wait_for()  # the codes are hashed first
    with PdfDocument(BytesIO(admin.pdf(prefer_css_page_size=True))) as sheets:
        (sheet,) = sheets
        assert [round(points / 72 * 25.4) for points in sheet.get_size()] == [210, 297]
        slips = dict(SLIP.findall("".join(sheet.get_textpage().get_text_range().split())))
        addresses = {found.text for found in zxingcpp.read_barcodes(sheet.render(scale=4).to_pil())}
    assert set(slips) == {"new0", "new1"} and addresses == {f"{server}/activate"}
    admin.reload()
    assert "刚刚有人出过激活码" in admin.inner_text("main") and not re.search(r"\d{4} \d{4} \d{4}", admin.inner_text("main"))
    for username, code in slips.items():
        owner = activated(phone(), username, code, addresses.copy().pop())
        owner.wait_for_url("**/queue")

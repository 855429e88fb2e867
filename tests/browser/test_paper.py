"""Every sheet, drawn as a printer draws it: each QR is read from the picture, and what stands beside it is typed by hand."""

import re
from io import BytesIO

import pytest
import zxingcpp
from pypdfium2 import PdfDocument

from models.place import ContactCard, Plate

DOTS = 300  # to the inch
A4 = (210, 297)
CUT = 5  # millimetres that a printer leaves blank at each edge
SEALED = re.compile(r"回音卡\w+?派出所(101\d{8})·核对(\d{3})有事.*?查询码(\d{16})")
CUT_OFF = """() => [...document.querySelectorAll('.echo-card > div')].filter(
    part => part.scrollHeight > part.clientHeight + 1 || part.scrollWidth > part.clientWidth).map(part => part.innerText)"""
BY_HAND = re.compile(r"输入([0-9a-f]{10})")


@pytest.fixture(params=[False], ids=["without JavaScript"])
def scripted(request):
    return request.param


def printed(page):
    """The leaves of the page: each a picture, its text, and the addresses of its QRs, which are large enough and whole."""
    leaves = []
    with PdfDocument(BytesIO(page.pdf(prefer_css_page_size=True))) as sheets:
        for sheet in sheets:
            assert [round(points / 72 * 25.4) for points in sheet.get_size()] == list(A4)
            picture = sheet.render(scale=DOTS / 72).to_pil().convert("L")
            mm = DOTS / 25.4
            inside = picture.point(lambda grey: 255 * (grey < 128)).getbbox()
            width, height = picture.size
            assert inside[0] >= CUT * mm and inside[1] >= CUT * mm, inside
            assert inside[2] <= width - CUT * mm and inside[3] <= height - CUT * mm, inside
            read = zxingcpp.read_barcodes(picture)
            for found in read:
                at = found.position
                assert (at.top_right.x - at.top_left.x) / mm >= 20 and (at.bottom_left.y - at.top_left.y) / mm >= 20
            text = "".join(sheet.get_textpage().get_text_range().split())
            leaves.append((picture, text, [found.text for found in read]))
    return leaves


def test_contact_card_sign_and_stickers_lead_where_they_say(phone, server, cast, session):
    card = ContactCard(post=cast.gangnan.post)
    plates = [Plate(community=cast.gangnan, building=f"港南路{n}号", shared=True) for n in range(1, 30)]
    session.add_all([card, *plates])
    session.commit()
    he, chen = phone("he"), phone()
    he.goto(f"/paper/posts/{card.post_id}")
    front, back = printed(he)
    assert front[2] == [] and front[1].count("李警官") == 10
    assert back[2] == [f"{server}/o/{card.code}"] * 10
    he.goto(f"/paper/posts/{card.post_id}/sign")
    ((_picture, sign, read),) = printed(he)
    assert read == back[2][:1] and "李警官" in sign and BY_HAND.findall(sign) == [card.code]
    he.goto("/paper/plates/10101")
    sheets = printed(he)
    assert [len(read) for _picture, _text, read in sheets] == [24, 5]
    read = [address for _picture, _text, addresses in sheets for address in addresses]
    assert sorted(read) == sorted(f"{server}/d/{plate.code}" for plate in plates)

    chen.goto(read[0])
    scanned = next(plate for plate in plates if read[0].endswith(plate.code))
    assert chen.input_value("[name=place]") == scanned.building
    by_hand = [BY_HAND.findall(text) for _picture, text, _read in sheets]
    chen.goto("/")
    chen.get_by_text("二维码扫不了？").click()
    chen.fill("#f-code", f"{by_hand[1][-1][:5]} {by_hand[1][-1][5:]}".upper())
    chen.get_by_role("button", name="打开").click()
    assert chen.url.startswith(f"{server}/d/") and chen.input_value("[name=place]") == plates[-1].building
    chen.goto(back[2][0])
    assert "现在是李警官负责" in chen.inner_text("main")


@pytest.mark.parametrize("scripted", [True], ids=["with JavaScript"], indirect=True)
def test_blank_echo_cards_are_scanned_typed_and_written_down(phone, server, cast, session):
    he, chen, neighbour, li = phone("he"), phone(), phone(), phone("li")
    he.goto("/paper/")
    he.fill("[name=count]", "8")
    he.get_by_role("button", name="做一批").click()
    he.get_by_role("button", name="打印8张").click()
    assert "查询码和二维码在屏幕上看不到" in he.inner_text("main")
    assert not he.locator(".sealed p").first.is_visible(), "on the screen nobody sees a code"
    assert he.evaluate(CUT_OFF) == [], "all that a part of the card says fits into it"
    sheets = printed(he)
    read = [address for _picture, _text, addresses in sheets for address in addresses]
    assert [len(addresses) for _picture, _text, addresses in sheets] == [6, 2] and len(set(read)) == 8
    assert all(address.startswith(f"{server}/card#101") for address in read)
    typed = [pair for _picture, text, _read in sheets for pair in SEALED.findall(text)]
    assert sorted(f"{server}/card#{number}-{code}" for number, _check, code in typed) == sorted(read)

    def say(page):
        assert page.url == f"{server}/suggest", "a blank card opens the form; no code stands in the address"
        page.locator(".choice", has_text="想请帮忙").click()
        page.fill("[name=body]", "路口的灯坏了，晚上很黑。")
        page.select_option("[name=community]", "10101")
        page.get_by_role("button", name="提交").click()
        page.wait_for_selector("#number")
        return page.inner_text("#number").replace(" ", "")

    for address in read[:2]:  # the second while the first is still open
        chen.goto("/")
        chen.goto(address)
        chen.wait_for_selector("[name=body], #number")
        if chen.locator("#number").count():
            chen.wait_for_url("**/suggest")
        assert say(chen) in address
    number, code = next((number, code) for number, _check, code in typed if read[2].endswith(f"#{number}-{code}"))
    neighbour.goto("/card")
    neighbour.fill("[name=number]", f"{number[:3]} {number[3:5]} {number[5:]}")
    neighbour.fill("[name=code]", " ".join(code[i : i + 4] for i in range(0, 16, 4)))
    neighbour.get_by_role("button", name="查看").click()
    assert say(neighbour) == number
    li.goto("/matters/new?community=10101&kind=request&door=visit")
    li.fill("[name=body]", "楼道的灯坏了三天了。")
    li.fill("[name=echo_card]", typed[-1][0])
    li.get_by_role("button", name="记下来，给卡").click()
    assert "对不上" in li.inner_text("#f-echo_card-fault")
    li.fill("[name=echo_card]", " ".join(typed[-1][:2]))
    li.get_by_role("button", name="记下来，给卡").click()
    assert "查询码不用看" in li.inner_text("body")
    li.get_by_role("link", name="打开这件事").click()
    assert "楼道的灯坏了三天了。" in li.inner_text("main")
    he.goto("/paper/")
    he.locator("#batches ~ .rows .row-title").click()
    assert re.sub(r"\s+", "", he.inner_text("#counts")) == "一共8张没发4张发出去了0张用了4张作废了0张"
    he.fill("[name=first]", typed[0][0])
    he.fill("[name=last]", "8")
    he.get_by_role("button", name="这些发出去了").click()
    assert "记下了：发出去4张。" in he.inner_text("body")

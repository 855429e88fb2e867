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

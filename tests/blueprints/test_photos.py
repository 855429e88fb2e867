"""Photos through the form and by card: shown to whom they concern, refused in words, erased at once."""

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from models.matter import Matter
from models.photo import Photo
from tests.models.test_photo import GOOD, JPEG, SECRET, SVG
from tests.visitor import Page, Visitor

WORDS = {"kind": "request", "body": "路口的灯坏了，晚上很黑。", "community": "10101"}
GOOD_FILE = GOOD["EXIF orientation 6, GPS and maker"]


def files(*contents):
    return [FileStorage(BytesIO(content), f"照片{n}.jpg") for n, content in enumerate(contents)]


def photos(session):
    session.rollback()
    return session.scalars(select(Photo).order_by(Photo.id)).all()


@pytest.fixture
def chen(app, cast):
    return Visitor(app)


def test_photos_stand_on_the_card_and_with_staff_drawn_anew(chen, app, cast, session):
    assert chen.post("/suggest", WORDS | {"photos": files(GOOD_FILE, JPEG)}).status_code == 303
    kept = photos(session)
    assert [(photo.width, photo.height) for photo in kept] == [(120, 80)] * 2
    card = chen.get("/card").text
    for photo in kept:
        assert f"/card/photos/{photo.uid}" in card
        shown = chen.get(f"/card/photos/{photo.uid}")
        assert shown.mimetype == "image/jpeg" and SECRET not in shown.data
        assert Image.open(BytesIO(shown.data)).size == (120, 80)
    li = Visitor(app, cast.li)
    assert f"/photos/{kept[0].uid}" in li.get(f"/matters/{kept[0].matter_id}").text
    assert li.get(f"/photos/{kept[0].uid}").data == chen.get(f"/card/photos/{kept[0].uid}").data


def test_nobody_else_sees_them(chen, app, cast, session):
    chen.post("/suggest", WORDS | {"photos": files(JPEG)})
    (photo,) = photos(session)
    stranger = Visitor(app)
    assert stranger.get(f"/card/photos/{photo.uid}").status_code == 404
    stranger.post("/suggest", WORDS)
    assert stranger.get(f"/card/photos/{photo.uid}").status_code == 404, "another card is open"
    assert stranger.get(f"/photos/{photo.uid}").status_code == 303
    sun, admin = Visitor(app, cast.sun), Visitor(app, cast.admin)
    assert sun.get(f"/photos/{photo.uid}").status_code == 404 and admin.get(f"/photos/{photo.uid}").status_code == 403
    assert sun.get("/photos/%00").status_code == 404


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ([SVG], "这张照片打不开"),
        ([JPEG, SVG, JPEG[:300]], "第2张：这张照片打不开"),
        ([JPEG, SVG, JPEG[:300]], "第3张：这张照片打不开"),
        ([JPEG] * 7, "一次最多6张"),
        ([JPEG + b"\0" * 10_000_000], "10MB以内"),
    ],
)
def test_a_photo_that_cant_be_kept_is_said_beside_its_field_and_changes_nothing(chen, session, sent, sentence):
    answer = chen.post("/suggest", WORDS | {"place": "菜市场", "photos": files(*sent)})
    page = Page(answer.text)
    assert answer.status_code == 422 and sentence in page.text_of("f-photos-fault")
    assert page.text_of("f-body") == WORDS["body"] and page.form("/suggest")["fields"]["place"] == "菜市场"
    assert photos(session) == [] and session.scalar(select(func.count(Matter.id))) == 0


def test_words_of_danger_ask_for_the_photos_once_more(chen, session):
    """A page can't hold files: the 110 page has a field for them, and only where some were chosen."""
    dangerous = WORDS | {"body": "楼下有人拿刀，快来人"}
    assert "再选一次" not in chen.post("/suggest", dangerous).text
    assert "1张照片没有留住" in chen.post("/suggest", WORDS | {"kind": "", "photos": files(JPEG)}).text
    page = Page(chen.post("/suggest", dangerous | {"photos": files(JPEG)}).text)
    assert "再选一次" in page.text
    chen.send("/suggest", page.form("/suggest")["fields"] | {"photos": files(JPEG)})
    assert len(photos(session)) == 1


def test_more_photos_can_be_added_with_or_without_words_and_not_without_end(chen, session):
    chen.post("/suggest", WORDS)
    assert chen.post("/card/add", {"photos": files(JPEG)}).status_code == 303
    assert "请写一下要补充什么" in chen.post("/card/add", {}).text
    for _round in range(3):
        assert chen.post("/card/add", {"words": "又拍了几张", "photos": files(*[JPEG] * 6)}).status_code == 303
    refused = chen.post("/card/add", {"words": "还有", "photos": files(*[JPEG] * 6)})
    assert refused.status_code == 422 and "最多存24张" in refused.text
    assert len(photos(session)) == 19


def test_erased_they_are_gone_at_once_and_the_words_stay(chen, session):
    chen.post("/suggest", WORDS | {"photos": files(JPEG, JPEG)})
    (uid, _other) = [photo.uid for photo in photos(session)]
    assert "找不回来" in chen.get("/card/erase").text
    assert chen.post("/card/erase").status_code == 303
    assert photos(session) == [] and chen.get(f"/card/photos/{uid}").status_code == 404
    card = chen.get("/card").text
    assert WORDS["body"] in card and "您删掉了联系方式和照片" in card and "/card/erase" not in card
    assert chen.get("/card/erase").status_code == 409

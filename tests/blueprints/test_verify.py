"""The check at the door, as a page."""

import pytest

from models.base import now
from models.place import Plate
from models.verify import code_of
from tests.blueprints.test_steps import without_token
from tests.visitor import Page, Visitor


@pytest.fixture
def visit(cast, session):
    """Li and Zhou are at a door in Gangnan just now."""
    cast.li.police_number, cast.zhou.police_number = "101015", "101F03"
    visit = cast.visit(now(), officers=[cast.li, cast.zhou])
    session.commit()
    return visit


@pytest.fixture
def digits(app, visit):
    return code_of(app.extensions["keys"].visit, visit)


@pytest.fixture
def plate(cast, session):
    plate = Plate(community=cast.gangnan, building="幸福里3幢", shared=True)
    session.add(plate)
    session.commit()
    return plate


def test_by_the_plate_she_types_four_digits_and_reads_who_it_is(app, digits, plate):
    chen = Visitor(app)
    link = f"/verify?plate={plate.code}"
    assert link in chen.page(f"/d/{plate.code}").links
    asked = chen.page(link)
    assert asked.text.index("请先看人民警察证；拿不准，打派出所电话或110。") < asked.text.index("4位数字")
    assert {"tel:0000-5550110", "tel:110"} <= set(asked.links) and "community" not in asked.form("/verify")["fields"]
    said = Page(chen.post("/verify", {"code": digits}, page=link).text).text
    assert "是的" in said and "李警官 ，警号最后两位是 15" in said and "周辅警 ，警号最后两位是 03" in said
    assert "李建平" not in said and "101015" not in said


def test_without_a_plate_she_chooses_where_she_is(app, digits):
    chen = Visitor(app)
    assert "/verify" in chen.page("/").links
    assert "是的" in chen.post("/verify", {"community": "10101", "code": digits}).text
    elsewhere = chen.post("/verify", {"community": "10103", "code": digits})
    assert elsewhere.status_code == 422 and "没有找到" in elsewhere.text
    assert "请选一下社区" in chen.post("/verify", {"code": digits}).text


def test_wrong_digits_and_no_visit_are_answered_alike(app, digits, visit, session):
    chen = Visitor(app)
    form = chen.page("/verify").form("/verify")["fields"] | {"community": "10101", "code": f"{(int(digits) + 1) % 10000:04}"}
    with_visit = chen.send("/verify", form)
    visit.community_id = None
    session.commit()
    without = chen.send("/verify", form)
    assert with_visit.status_code == without.status_code == 422
    assert without_token(with_visit.text) == without_token(without.text)


def test_tries_are_slowed_per_address_and_whoever_is_right_is_not(another_app, cast, digits):
    guesser = Visitor(another_app(RATELIMIT_ENABLED=True))
    form = guesser.page("/verify").form("/verify")["fields"] | {"community": "10101", "code": "12345"}
    assert [guesser.client.post("/verify", data=form).status_code for _ in range(11)] == [422] * 10 + [429]
    guesser.client.environ_base["REMOTE_ADDR"] = "192.0.2.9"
    assert [guesser.client.post("/verify", data=form | {"code": digits}).status_code for _ in range(11)] == [200] * 11


def test_only_those_who_go_see_the_digits(app, cast, visit, digits):
    seen = {
        who
        for who in ("li", "zhou", "zhao", "wang", "he")
        if digits in Visitor(app, getattr(cast, who)).page(f"/visits/{visit.id}").texts
    }
    assert seen == {"li", "zhou"}

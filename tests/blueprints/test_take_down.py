"""What somebody is told by phone, at the counter, on a visit, in a chat group or by a firm becomes a matter all the same."""

import re

import pytest

from models.card import EchoCard
from models.life import Door, Kind, State
from models.matter import Matter
from tests.visitor import Visitor

TOLD = {
    "door": "phone",
    "kind": "request",
    "body": "楼道的灯坏了三天了，老人不敢下楼。",
    "community": "10101",
    "place": "3号楼",
    "reply_by": "phone",
    "name": "陈静",
    "phone": "0000-5550142",
    "consent": "y",
}


def only(session):
    session.rollback()
    return session.query(Matter).one()


@pytest.mark.parametrize("who", ["li", "qian", "zhou", "he", "wang", "gao"])
def test_all_staff_may_write_down_what_they_are_told_and_hand_the_card_over(app, cast, session, who):
    visitor = Visitor(app, getattr(cast, who))
    answer = visitor.post("/matters/new", TOLD)
    assert (answer.status_code, answer.location) == (303, "/card/hand-over")
    matter = only(session)
    assert (matter.body, matter.door, matter.kind, matter.state) == (TOLD["body"], Door.PHONE, Kind.REQUEST, State.RECEIVED)
    assert matter.receiver is session.get(type(matter.receiver), getattr(cast, who).id) and matter.handler.username == "li"
    assert matter.contact.needed_by(matter.handler, matter.received_at) == "handler"
    page = visitor.page("/card/hand-over")
    assert re.sub(r"\D", "", page.text_of("number")) == matter.number and "旧的查询码" not in page.text
    assert session.query(EchoCard).one().shown_by_staff
    assert visitor.get(f"/matters/{matter.id}").status_code == 200


def test_the_card_names_who_took_it_down_and_the_resident_can_open_it(app, cast, session):
    li, chen = Visitor(app, cast.li), Visitor(app)
    li.post("/matters/new", TOLD)
    page = li.page("/card/hand-over")
    chen.post("/card", {"number": page.text_of("number"), "code": page.text_of("code")})
    assert "李警官替您记下来" in chen.page("/card").text


def test_words_of_danger_make_it_urgent_and_staff_are_told_for_which_word(app, cast, session):
    li = Visitor(app, cast.li)
    li.post("/matters/new", TOLD)
    assert "标为紧急" not in li.page("/card/hand-over").text + li.page(f"/matters/{only(session).id}").text
    li.post("/matters/new", TOLD | {"body": "楼道里堆了纸箱，怕着火。"})
    assert "里面写了“着火”，已经标为紧急" in li.page("/card/hand-over").text
    session.rollback()
    urgent = session.query(Matter).filter_by(urgent=True).one()
    assert "标为紧急，是因为" in li.page(f"/matters/{urgent.id}").text


def test_two_taps_are_one_matter(app, cast, session):
    li = Visitor(app, cast.li)
    fields = li.page("/matters/new").form("/matters/new")["fields"] | TOLD
    assert [li.send("/matters/new", fields).status_code for _tap in range(2)] == [303, 303]
    assert only(session)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"door": ""}, "怎么说来的"),
        ({"door": "form"}, "请从列出的里面选"),
        ({"kind": "nonsense"}, "请从列出的里面选"),
        ({"door": "group"}, "同意了才能记"),
        ({"consent": None}, "打勾同意"),
        ({"community": "10201"}, "请从列出的里面选"),
        ({"body": "灯"}, "再多写几个字"),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_is_kept(app, cast, session, change, sentence):
    answer = Visitor(app, cast.li).post("/matters/new", TOLD | change)
    assert answer.status_code == 422 and sentence in answer.text and TOLD["place"] in answer.text
    session.rollback()
    assert session.query(Matter).count() == 0


def test_what_was_said_among_neighbours_is_kept_once_its_author_agreed(app, cast, session):
    Visitor(app, cast.li).post("/matters/new", TOLD | {"door": "group", "agreed": "y", "reply_by": "card"})
    assert only(session).door is Door.GROUP


def test_words_of_danger_make_it_urgent_and_a_complaint_goes_to_the_bureau(app, cast, session):
    he = Visitor(app, cast.he)
    he.post("/matters/new", TOLD | {"kind": "complaint", "body": "有人持刀，打电话没人管。", "about_officer": "值班的"})
    matter = only(session)
    assert matter.urgent and matter.station.id == cast.bureau.id and matter.about == "值班的"
    page = he.page("/card/hand-over")
    assert page.text_of("number") and "打开这件事" not in page.text
    assert he.get(f"/matters/{matter.id}").status_code == 404

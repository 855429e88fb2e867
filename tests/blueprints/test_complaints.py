"""A complaint on the pages: for heads and the bureau alone, at every door that leads to a matter."""

import pytest
from sqlalchemy import select

from models.matter import Matter
from models.place import ContactCard
from tests.visitor import Page, Visitor

WORDS = {"kind": "complaint", "body": "那天在路口，话说得很难听。", "community": "10101"}


@pytest.fixture
def chen(app, cast):
    return Visitor(app)


@pytest.fixture
def code(cast, session):
    card = ContactCard(post=cast.gangnan.post)
    session.add(card)
    session.commit()
    return card.code


def the_matter(session):
    session.rollback()
    return session.scalars(select(Matter)).one()


def test_behind_a_contact_card_its_holder_is_one_tick_away(chen, cast, code, session):
    page = chen.page(f"/o/{code}")
    assert "就是联系卡上的李警官" in page.text
    form = page.form("/suggest")
    assert form["choices"]["about_officer"] == [code]
    chen.send("/suggest", form["fields"] | WORDS | {"about_officer": [code, ""]})
    matter = the_matter(session)
    assert matter.station_id == cast.station.id and matter.number.startswith("000")


def test_words_count_more_than_the_tick(chen, cast, code, session):
    form = chen.page(f"/o/{code}").form("/suggest")["fields"]
    chen.send("/suggest", form | WORDS | {"about_officer": [code, "不是他，是王所长"]})
    matter = the_matter(session)
    assert (matter.station_id, matter.about) == (cast.bureau.id, "不是他，是王所长")


def test_a_fault_keeps_tick_and_words(chen, code):
    form = chen.page(f"/o/{code}").form("/suggest")["fields"] | WORDS | {"body": ""}
    ticked = Page(chen.send("/suggest", form | {"about_officer": [code, ""]}).text)
    assert f'value="{code}" checked' in ticked.html
    worded = Page(chen.send("/suggest", form | {"about_officer": [code, "王所长"]}).text)
    assert f'value="{code}" checked' not in worded.html and 'value="王所长"' in worded.html


def test_the_card_says_who_sees_it_and_whom_to_ring(chen, code):
    chen.post("/suggest", WORDS | {"about_officer": code})
    card = chen.page("/card")
    assert "您说的人看不到。回访由云溪县公安局来做" in card.text and "城南派出所的领导" in card.text
    assert card.text_of("number").startswith("000")


def test_no_page_of_the_station_shows_it_but_to_its_heads(app, chen, cast, code, session):
    chen.post("/suggest", WORDS | {"about_officer": code, "phone": "13900001234", "consent": "y"})
    matter = the_matter(session)
    pages = ["/queue", "/matters/", "/callbacks/", f"/matters/?number={matter.number}", f"/matters/{matter.id}"]
    pages += [f"/matters/{matter.id}/accept", f"/matters/{matter.id}/reissue", f"/contacts/{matter.contact.id}"]
    for name in ("li", "zhao", "qian", "he", "zhou", "sun", "ma"):
        visitor = Visitor(app, getattr(cast, name))
        for path in pages:
            answer = visitor.get(path)
            assert answer.status_code in (200, 404) and matter.number[:3] + " " not in answer.text, (name, path)
            assert answer.status_code == (200 if path in pages[:3] else 404), (name, path)
    wang = Visitor(app, cast.wang)
    assert "反映的是：李建平" in wang.page(f"/matters/{matter.id}").text
    assert "li" not in wang.page(f"/matters/{matter.id}/accept").form("/matters")["choices"]["handler"]
    assert f"/matters/{matter.id}" in wang.page("/queue").links


def test_an_earlier_number_leads_staff_to_it_where_they_may_see_it(app, chen, cast, session):
    first = cast.make.card(cast.gangnan)
    strange = cast.make.card(cast.hedong)
    session.commit()
    li = Visitor(app, cast.li)
    for earlier, leads in ((f" {first.number[:3]} {first.number[3:]}", True), (strange.number, False), ("记不清了", False)):
        chen.post("/suggest", {"kind": "request", "body": "又坏了，修了没几天。", "community": "10101", "earlier": earlier})
        session.rollback()
        id = session.scalar(select(Matter.id).order_by(Matter.id.desc()))
        page = li.page(f"/matters/{id}")
        assert "以前的编号" in page.text and (f"/matters/{first.matter_id}" in page.links) == leads
        assert "/matters/?number" not in page.html, "what she typed stands in no address"
        assert earlier.strip() in chen.page("/card").text

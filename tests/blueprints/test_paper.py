"""What is printed to bring residents in, and what they do who can't scan it."""

import re

import pytest
from sqlalchemy import func, select

from models import rules
from models.audit import AuditLine
from models.base import beijing_date, now
from models.officer import Posting, PostingKind
from models.place import ContactCard, Plate
from tests.cast import DAY
from tests.visitor import Visitor

WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@pytest.fixture
def he(app, cast):
    return Visitor(app, cast.he)


def contact_card(cast, session):
    card = ContactCard(post=cast.gangnan.post)
    session.add(card)
    session.commit()
    return card


def plates(cast, session, count):
    made = [Plate(community=cast.gangnan, building=f"{n}号楼", shared=True) for n in range(count)]
    session.add_all(made)
    session.commit()
    return made


def squares(page):
    return len(re.findall(r"<svg", page))


def test_a_post_is_given_one_card_however_often_it_is_asked_for(he, cast, session):
    post = cast.gangnan.post_id
    assert he.get(f"/paper/posts/{post}").location == "/paper/"
    token = he.page("/paper/").form(f"/paper/posts/{post}")["fields"]
    for _tap in range(2):
        assert he.send(f"/paper/posts/{post}", token).location == f"/paper/posts/{post}"
    card = session.scalars(select(ContactCard)).one()
    assert card.post_id == post
    assert session.scalar(select(func.count()).where(AuditLine.action == "make_contact_card")) == 1


def test_card_and_sign_name_who_holds_the_post_as_residents_call_them(he, cast, session):
    card = contact_card(cast, session)
    for path in (f"/paper/posts/{card.post_id}", f"/paper/posts/{card.post_id}/sign"):
        page = he.page(path)
        for told in ("李警官", "赵警官", "0000-5550188", "0000-5550110", "港南社区", f"{card.code[:5]} {card.code[5:]}"):
            assert told in page.text, (path, told)
        assert "李建国" not in page.text and "localhost/d" in page.text
    assert squares(he.get(f"/paper/posts/{card.post_id}").text) == 10


def test_stickers_come_a_portion_at_a_time_and_each_once(he, cast, session, monkeypatch):
    monkeypatch.setattr(rules, "PLATES_AT_ONCE", 3)
    made, path, seen = plates(cast, session, 7), "/paper/plates/10101", []
    while path:
        page = he.page(path)
        assert squares(page.html) <= 3
        seen += re.findall(r"(\w{5}) (\w{5})\s*</b>", page.html)
        path = next((link for link in page.links if "after=" in link), None)
    assert ["".join(code) for code in seen] == [plate.code for plate in made]


def test_what_is_printed_at_another_station_is_out_of_sight(he, cast, session):
    assert "河东" not in he.page("/paper/").text
    paths = ("/paper/plates/10201", f"/paper/posts/{cast.hedong.post_id}", "/paper/plates/%00", "/paper/plates/nowhere")
    assert {he.get(path).status_code for path in paths} == {404}


@pytest.mark.parametrize("write", [str.upper, lambda code: f" {code[:5]} {code[5:]} ", lambda code: code.translate(WIDE)])
def test_a_code_may_be_typed_in_any_way(app, cast, session, write):
    card, (plate,) = contact_card(cast, session), plates(cast, session, 1)
    plate.code, card.code = "0a1b2c3d4e", "f1e0d9c8b7"
    session.commit()
    chen = Visitor(app)
    for path, code in ((f"/d/{plate.code}", plate.code), (f"/o/{card.code}", card.code)):
        assert chen.get("/d/", query_string={"code": write(code)}).location == path
    assert chen.get("/d/", query_string={"code": write(plate.code).replace("0", "O").replace("1", "l")}).status_code == 303


@pytest.mark.parametrize("typed", ["0000000000", "\0", "' OR 1=1 --", "x" * 5000, "码", "-"])
def test_a_code_that_nobody_knows_is_asked_for_again(app, cast, typed):
    answer = Visitor(app).get("/d/", query_string={"code": typed})
    assert answer.status_code == 422 and "没有找到这个代码" in answer.text


def test_an_old_card_says_who_came_after_the_one_printed_on_it_and_since_when(app, cast, session):
    card, chen = contact_card(cast, session), Visitor(app)
    assert "换了岗位" not in chen.page(f"/o/{card.code}").text
    since = beijing_date(now()) - 3 * DAY
    (li,) = (posting for posting in cast.gangnan.post.postings if posting.officer is cast.li)
    li.until = since
    cast.gangnan.post.postings.append(Posting(officer=cast.qian, kind=PostingKind.RESPONSIBLE, since=since))
    session.commit()
    text = chen.page(f"/o/{card.code}").text
    assert "卡上印的是李警官？" in text and "李警官已经换了岗位，这张卡照样能用。" in text
    assert f"{since.month}月{since.day}日" in text and "起是钱警官。" in text and "现在是钱警官负责。" in text


def test_the_card_of_a_post_that_nobody_holds_leads_to_the_station(app, cast, session):
    card = contact_card(cast, session)
    for posting in cast.gangnan.post.postings:
        posting.until = beijing_date(now())
    session.commit()
    text = Visitor(app).page(f"/o/{card.code}").text
    assert "您说的事由城南派出所安排人办。" in text and "李警官已经换了岗位" in text

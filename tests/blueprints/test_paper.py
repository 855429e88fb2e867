"""What is printed to bring residents in, and what they do who can't scan it."""

import re
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from app import create_app, origin
from blueprints import receiving
from blueprints.qr import on_paper, qr_svg, whole
from models import rules
from models.audit import AuditLine
from models.base import beijing_date, now, writing
from models.batch import CardBatch
from models.card import EchoCard
from models.life import Door
from models.matter import Matter
from models.officer import Posting, PostingKind
from models.place import ContactCard, Plate
from tests.cast import DAY
from tests.visitor import Page, Visitor

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


def test_what_is_printed_leads_to_the_public_address_and_warns_where_no_phone_gets(app, monkeypatch):
    for public, opened, leads_to, near in (
        ("https://huiyin.example.cn/", "127.0.0.1:8000", "https://huiyin.example.cn", False),
        ("http://10.1.2.3:8000", "huiyin.example.cn", "http://10.1.2.3:8000", True),
        ("", "huiyin.example.cn:8443", "http://huiyin.example.cn:8443", False),
        ("", "localhost", "http://localhost", True),
        ("", "[::1]:8000", "http://[::1]:8000", True),
        ("", "127.0.0.1:8000", "http://127.0.0.1:8000", True),
    ):
        monkeypatch.setitem(app.config, "PUBLIC_URL", origin(public))
        with app.test_request_context(headers={"Host": opened}):
            host = leads_to.partition("://")[2]
            assert whole("/d/x") == f"{leads_to}/d/x"
            assert on_paper() == {"here": host, "is_public": bool(public), "only_near": near}, (public, opened)


def test_every_sheet_and_preview_bears_the_public_address(app, he, cast, session, monkeypatch):
    card, (plate,) = contact_card(cast, session), plates(cast, session, 1)
    paths = (f"/paper/posts/{card.post_id}", f"/paper/posts/{card.post_id}/sign", "/paper/plates/10101")
    for path in paths:
        text = he.page(path).text
        assert "先别印" in text and "先拿手机扫一张" in text and "localhost/d" in text
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://huiyin.example.cn")
    for path in paths:
        page = he.page(path)
        assert "先别印" not in page.text and "先拿手机扫一张" not in page.text
        assert "huiyin.example.cn/d" in page.text and "localhost" not in page.html
    assert str(qr_svg(f"https://huiyin.example.cn/d/{plate.code}")) in page.html
    shared = he.page("/c/10101")
    assert "https://huiyin.example.cn/c/10101?by=group " in shared.text_of("for-group")
    assert 'og:url" content="https://huiyin.example.cn/c/10101"' in shared.html


def test_a_public_address_with_a_path_is_refused_at_the_start(tmp_path):
    for wrong in ("huiyin.example.cn", "https://example.cn/huiyin", "ftp://example.cn", "https://a@b?c"):
        with pytest.raises(ValueError, match="HUIYIN_PUBLIC_URL"):
            create_app({"DATA_DIR": str(tmp_path), "PUBLIC_URL": wrong})


def test_an_administrator_prints_cards_and_stickers_but_numbers_no_echo_cards(app, cast, session):
    admin, post = Visitor(app, cast.admin), cast.gangnan.post_id
    plates(cast, session, 1)
    page = admin.page("/paper/")
    assert "/paper/plates/10101" in page.links and not any("batches" in form["action"] for form in page.forms)
    assert admin.post(f"/paper/posts/{post}", page="/paper/").location == f"/paper/posts/{post}"
    assert "李警官" in admin.page(f"/paper/posts/{post}").text
    assert admin.get("/paper/?number=10126000001").status_code == 200, "of echo cards nothing is said"


def test_a_sign_says_of_a_room_what_is_known(he, cast, session):
    path, room = f"/paper/posts/{contact_card(cast, session).post_id}/sign", cast.make.room(cast.station, "港南社区警务室")
    cast.gangnan.room, room.opens = room, {"0": ["09:00", "17:00"]}
    session.commit()
    assert "港南社区警务室，周一 09:00–17:00 " in he.page(path).text
    room.address, room.opens = "港南路1号", {}
    session.commit()
    assert "港南社区警务室，港南路1号 " in he.page(path).text


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


# ── blank echo cards


@pytest.fixture
def batch(cast, session):
    batch = CardBatch.number(session, cast.he, now(), 4)
    batch.print_out(cast.he, now(), 0)
    for n, card in enumerate(batch.cards):
        card.uid = f"{n:032}"  # so that no two have the same check digits by chance
    session.commit()
    return batch


@pytest.fixture
def code(app):
    return lambda card: card.code(app.extensions["keys"].card)


@pytest.fixture
def named(app):
    """The check digits of a card."""
    return lambda card: card.check(app.extensions["keys"].card)


def look_again(session):
    """What others committed meanwhile."""
    session.rollback()
    session.expire_all()


def sent(chen, **more):
    """Chen's words, over the form that is open."""
    return chen.post("/suggest", {"kind": "request", "body": "路口的灯坏了，晚上很黑。", "community": "10101"} | more)


@pytest.mark.parametrize("count", ["0", "-1", "1000000000", "", "二十", "1e3", "9" * 400])
def test_a_batch_of_a_wrong_size_is_asked_for_again(he, session, count):
    answer = he.post("/paper/batches", {"count": count}, page="/paper/")
    assert answer.status_code == 422 and "有1处要改" in answer.text
    assert session.scalar(select(func.count(CardBatch.id))) == 0


def test_a_batch_is_numbered_and_printed_and_its_codes_stand_only_in_the_answer(he, session, code, named):
    page = he.post("/paper/batches", {"count": "７"}, page="/paper/").location
    answer = he.post(f"{page}/print", page=page)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store" and squares(answer.text) == 7
    cards = session.scalars(select(EchoCard)).all()
    for card in cards:
        spaced = [code(card)[i : i + 4] for i in range(0, 16, 4)]
        assert re.search(r"\s*(<br>)?".join(spaced), answer.text)
        assert f"{card.number[5:]}<span>· 核对 {named(card)}</span>" in answer.text
        told = "".join(he.get(path).text for path in (page, "/paper/", f"/cards/{card.id}"))
        assert not any(f"{one}{between}{two}" in told for one, two in pairwise(spaced) for between in ("", " ", "<br>"))
    assert he.get(f"{page}/print").status_code == 405


def test_a_second_tap_on_print_is_told_and_kills_no_code(he, batch, session, code):
    page = f"/paper/batches/{batch.id}"
    shown = he.page(page).form(f"{page}/print")["fields"]
    before = [code(card) for card in batch.cards]
    assert he.send(f"{page}/print", shown | {"prints": "0"}).status_code == 409
    assert he.send(f"{page}/print", shown | {"prints": "x"}).status_code == 422
    look_again(session)
    assert [code(card) for card in batch.cards] == before
    assert he.send(f"{page}/print", shown).status_code == 200
    look_again(session)
    assert not set(before) & {code(card) for card in batch.cards}


def test_cards_are_handed_out_by_ticks_and_voided_by_their_number(he, batch, session):
    page, picked = f"/paper/batches/{batch.id}", [str(card.id) for card in batch.cards[:2]]
    nothing = he.post(f"{page}/hand-out", page=page)
    assert nothing.status_code == 422 and "请先勾上发出去的卡" in Page(nothing.text).text_of("f-picked-fault")
    for tampered in ("99999", "x"):
        answer = he.post(f"{page}/hand-out", {"picked": [*picked, tampered]}, page=page)
        assert answer.status_code == 422 and answer.text.count(" checked>") == 2, "what was ticked stays"
    assert he.post(f"{page}/hand-out", {"picked": picked}, page=page).location == page
    one = he.get("/paper/", query_string={"number": f" {batch.cards[0].number} "}).location
    assert he.post(f"{one}/void").status_code == 303
    look_again(session)
    assert [card.state.code for card in batch.cards] == ["void", "handed_out", "blank", "blank"]
    assert he.get("/paper/", query_string={"number": "10126999999"}).status_code == 404


def test_a_pile_is_handed_out_by_its_first_and_last_number_or_whole(he, batch, session):
    page = f"/paper/batches/{batch.id}"
    for typed, told in (
        ({"first": "2"}, "两个都要写"),
        ({"first": "2", "last": "7"}, "这一批里没有7这个编号"),
        ({"first": "2", "last": "3", "everything": "y"}, "只选一样"),
        ({"first": "\0", "last": "2"}, "读不出来"),
    ):
        answer = he.post(f"{page}/hand-out", typed, page=page)
        assert answer.status_code == 422 and told in answer.text, typed
    assert he.post(f"{page}/hand-out", {"first": "3", "last": batch.cards[1].number}, page=page).location == page
    look_again(session)
    assert [card.state.code for card in batch.cards] == ["blank", "handed_out", "handed_out", "blank"]
    assert "没有还没发的卡" in he.post(f"{page}/hand-out", {"first": "2", "last": "3"}, page=page).text
    assert he.post(f"{page}/hand-out", {"everything": "y"}, page=page).location == page
    assert "发出去2张" in he.page(page).text
    look_again(session)
    assert {card.state.code for card in batch.cards} == {"handed_out"}


def test_a_batch_of_another_station_is_out_of_sight(app, cast, batch):
    ma = Visitor(app, cast.ma)
    token = ma.page("/paper/").form("/paper/batches")["fields"]
    assert ma.get(f"/paper/batches/{batch.id}").status_code == 404
    assert ma.send(f"/paper/batches/{batch.id}/print", token | {"prints": "1"}).status_code == 404
    assert ma.send(f"/paper/batches/{batch.id}/hand-out", token | {"picked": "1"}).status_code == 404


def test_a_blank_card_opens_the_form_and_the_matter_takes_its_number(app, batch, session, code):
    card, chen = batch.cards[0], Visitor(app)
    assert chen.post("/card", {"number": card.number, "code": code(card)}).location == "/suggest"
    form = chen.page("/suggest")
    assert f"{card.number[:3]} {card.number[3:5]} {card.number[5:]}" in form.text
    assert sent(chen).location == "/card"
    assert chen.page("/card").text_of("number").replace(" ", "") == card.number
    look_again(session)
    matter = session.scalars(select(Matter)).one()
    assert (matter.number, matter.door, matter.cards) == (card.number, Door.ECHO_CARD, [card])
    again = Visitor(app)
    assert again.post("/card", {"number": card.number, "code": code(card)}).location == "/card"


def test_a_card_that_was_used_meanwhile_is_told_once_and_then_a_new_one_is_given(app, cast, batch, session, code):
    card, chen = batch.cards[0], Visitor(app)
    chen.post("/card", {"number": card.number, "code": code(card)})
    form = chen.page("/suggest").form("/suggest")["fields"]
    cast.make.card(cast.gangnan, card=card, at=now())
    session.commit()
    said = form | {"kind": "request", "body": "路口的灯坏了，晚上很黑。", "community": "10101"}
    answer = chen.send("/suggest", said)
    assert answer.status_code == 409 and "路口的灯坏了" in answer.text and "另给您一张新的回音卡" in answer.text
    again = Page(answer.text).form("/suggest")["fields"]
    assert chen.send("/suggest", said | {"echo_card": again["echo_card"]}).location == "/card"
    assert chen.page("/card").text_of("number").replace(" ", "") != card.number


def test_the_number_alone_binds_no_card(app, batch, session):
    chen = Visitor(app)
    assert sent(chen, echo_card=batch.cards[0].number).status_code == 409
    assert session.scalar(select(func.count(Matter.id))) == 0


def test_a_reprint_shuts_the_form_that_the_old_code_opened(app, cast, batch, session, code):
    card, chen = batch.cards[0], Visitor(app)
    chen.post("/card", {"number": card.number, "code": code(card)})
    form = chen.page("/suggest").form("/suggest")["fields"]
    batch.print_out(cast.he, now(), 1)
    session.commit()
    assert sent(chen, echo_card=form["echo_card"]).status_code == 409


def test_a_reprint_while_she_sends_keeps_her_matter_off_the_new_paper(app, cast, batch, session, code, monkeypatch):
    card, chen = batch.cards[0], Visitor(app)
    chen.post("/card", {"number": card.number, "code": code(card)})

    def after_the_printer(*rows):
        batch.print_out(cast.he, now(), batch.prints)
        session.commit()
        writing(*rows)

    monkeypatch.setattr(receiving, "writing", after_the_printer)
    assert sent(chen).status_code == 409
    assert session.scalar(select(func.count(Matter.id))) == 0


TOLD = {"door": "visit", "kind": "request", "body": "楼道的灯坏了三天了。", "community": "10101", "reply_by": "card"}


def test_li_writes_down_by_number_and_check_digits_and_never_sees_the_code(app, cast, batch, session, code, named):
    card, li = batch.cards[0], Visitor(app, cast.li)
    typed = f"{card.number} {named(card)}".translate(WIDE)
    assert li.post("/matters/new", TOLD | {"echo_card": typed}).location == "/queue"
    queue = li.page("/queue")
    assert code(card)[:4] not in queue.text and li.get("/card/hand-over").status_code == 303
    look_again(session)
    assert card.matter.number == card.number and not card.shown_by_staff
    assert f"/matters/{card.matter_id}" in queue.html.partition('role="status"')[2].partition("</p>")[0]
    sun = Visitor(app, cast.sun)
    answer = sun.post("/matters/new", TOLD | {"community": "10201", "echo_card": batch.cards[1].number + named(batch.cards[1])})
    assert answer.status_code == 422 and "对不上" in answer.text


def test_the_notice_of_a_complaint_written_down_on_a_card_leads_nowhere_for_who_may_not_read_it(
    app, cast, batch, session, named
):
    card, li = batch.cards[0], Visitor(app, cast.li)
    li.post("/matters/new", TOLD | {"kind": "complaint", "echo_card": card.number + named(card)})
    queue = li.page("/queue")
    assert "卡请交给本人" in queue.text and not [
        link for link in queue.links if link.startswith("/matters/") and link[9:].isdecimal()
    ]


def test_a_number_without_its_check_digits_or_with_those_of_another_print_binds_nothing(app, cast, batch, session, named):
    card, neighbour, li = *batch.cards[:2], Visitor(app, cast.li)
    old = named(card)
    batch.print_out(cast.he, now(), 1)
    session.commit()
    for typed in (card.number, card.number + old, neighbour.number + named(card), card.number + "x"):
        answer = li.post("/matters/new", TOLD | {"echo_card": typed})
        assert answer.status_code == 422 and "对不上" in Page(answer.text).text_of("f-echo_card-fault")
        assert typed in answer.text and TOLD["body"] in answer.text
    assert session.scalar(select(func.count(Matter.id))) == 0


@pytest.mark.parametrize("how", ["used", "void"])
def test_a_card_that_can_take_nothing_more_is_told_beside_the_field(app, cast, batch, session, named, how):
    card, li = batch.cards[0], Visitor(app, cast.li)
    cast.make.card(cast.gangnan, card=card) if how == "used" else cast.step(card, "void", cast.he, now())
    session.commit()
    answer = li.post("/matters/new", TOLD | {"echo_card": card.number + named(card)})
    assert answer.status_code == 422 and "已经用过" in Page(answer.text).text_of("f-echo_card-fault")
    assert TOLD["body"] in answer.text


def test_check_digits_can_be_guessed_only_so_often_and_the_rest_is_never_lost(another_app, cast, batch, session, named):
    app, card = another_app(RATELIMIT_ENABLED=True), batch.cards[0]
    li, zhao = Visitor(app, cast.li), Visitor(app, cast.zhao)
    wrong, right = card.number + named(batch.cards[1]), card.number + named(card)
    form = li.page("/matters/new").form("/matters/new")["fields"] | TOLD
    told = [Page(li.send("/matters/new", form | {"echo_card": wrong}).text).text_of("f-echo_card-fault") for _ in range(10)]
    assert all("对不上" in one for one in told)
    answer = li.send("/matters/new", form | {"echo_card": right})
    assert answer.status_code == 422 and "过几分钟再试" in answer.text and TOLD["body"] in answer.text
    assert li.post("/matters/new", TOLD).location == "/card/hand-over", "without a card nothing waits"
    assert zhao.post("/matters/new", TOLD | {"echo_card": right}).location == "/queue", "nobody waits for others"

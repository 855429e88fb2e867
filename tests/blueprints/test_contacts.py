"""Contact data on the pages: left with consent, masked, opened by one logged click, erased by card."""

import hashlib
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from blueprints import looking
from models import rules
from models.audit import AuditLine
from models.base import now, writing
from models.contact import Channel, Contact, Daypart, Reachable
from models.matter import Matter
from models.officer import Role
from models.photo import Drawn
from tests.visitor import Page, Visitor

pytestmark = pytest.mark.usefixtures("any_hour")

WORDS = {"kind": "request", "body": "路口的灯坏了，晚上很黑。", "community": "10101"}
LEFT = {"name": "陈静", "phone": "13900001234", "reply_by": "phone", "daypart": "evening", "consent": "y"}


@pytest.fixture
def chen(app, cast):
    return Visitor(app)


@pytest.fixture
def contact(cast, session):
    """Left with a matter that Li has answered; so it waits for somebody to ring."""
    contact = cast.answered(now(), contact=Reachable("陈静", "13900001234"), reply_by=Channel.PHONE).contact
    session.commit()
    return contact


def looks(session):
    session.rollback()
    return session.scalars(select(AuditLine.detail).where(AuditLine.action == "open_contact").order_by(AuditLine.id)).all()


def test_left_with_consent_it_is_kept_sealed_with_the_version_of_the_notice(chen, session):
    assert chen.post("/suggest", WORDS | LEFT).status_code == 303
    matter = session.scalars(select(Matter)).one()
    assert (matter.reply_by, matter.daypart, matter.notice) == (Channel.PHONE, Daypart.EVENING, rules.NOTICE)
    assert matter.contact.open(matter.handler, now()) == Reachable("陈静", "13900001234")
    card = chen.page("/card").text
    assert "陈* 139****34" in card and "13900001234" not in card and "好像不对" not in card


def test_consent_is_never_ticked_before(chen):
    assert "consent" not in chen.page("/suggest").form("/suggest")["fields"]


def test_a_phone_that_can_hardly_be_one_is_taken_and_said_on_the_card(chen):
    assert chen.post("/suggest", WORDS | LEFT | {"phone": "1390000123"}).status_code == 303
    assert "电话号码好像不对" in chen.get("/card").text


def test_a_refused_form_keeps_contact_data_as_typed(chen, session):
    page = Page(chen.post("/suggest", WORDS | LEFT | {"body": ""}).text)
    fields = page.form("/suggest")["fields"]
    assert {name: fields[name] for name in LEFT} == LEFT
    assert session.scalars(select(Contact)).all() == []


def test_one_click_opens_it_and_is_logged(app, cast, contact, session):
    li = Visitor(app, cast.li)
    path = f"/contacts/{contact.id}"
    before = li.page(f"/matters/{contact.matter_id}").text
    assert "陈* 139****34" in before and "13900001234" not in before and looks(session) == []
    part = li.post(path, page=f"/matters/{contact.matter_id}", htmx="")
    assert "tel:13900001234" in part.text and "陈静" in part.text and "<html" not in part.text
    page = li.post(path, page=f"/matters/{contact.matter_id}")
    assert part.text.strip() in page.text
    assert looks(session) == ["handler", "handler"]
    assert "13900001234" not in li.get(path).text


def test_whoever_calls_takes_the_callback_and_nobody_else_opens_it(app, cast, contact, session):
    qian, he = Visitor(app, cast.qian), Visitor(app, cast.he)
    callback = f"/callbacks/{contact.matter.open_callback.id}"
    assert f"/contacts/{contact.id}" in he.get(callback).text
    form = he.page(callback).form(f"/contacts/{contact.id}")["fields"]
    assert qian.post(f"/contacts/{contact.id}", page=callback).status_code == 200
    assert f"/contacts/{contact.id}" not in he.get(callback).text and "139****34" not in he.get(callback).text
    refused = he.send(f"/contacts/{contact.id}", form)
    assert refused.status_code == 409 and "联系方式只给经办人、去走访的人、回访人和所领导看" in refused.text
    assert looks(session) == ["caller", "refused"]


def test_a_look_and_the_record_of_the_call_go_on_one_page(app, cast, contact, session):
    """The form that stands below the number is not stale by the look."""
    qian, path = Visitor(app, cast.qian), f"/callbacks/{contact.matter.open_callback.id}/record"
    form = qian.page(path).form(path)["fields"]
    qian.post(f"/contacts/{contact.id}", page=path, htmx="")
    assert qian.send(path, form | {"result": "reached", "rating": "satisfied", "solved": "all"}).status_code == 303


def test_what_somebody_is_calling_about_nobody_else_records(app, cast, contact, session):
    path = f"/callbacks/{contact.matter.open_callback.id}"
    Visitor(app, cast.qian).post(f"/contacts/{contact.id}", page=path)
    refused = Visitor(app, cast.he).get(f"{path}/record")
    assert refused.status_code == 409 and "钱警官已经在回访这件事" in refused.text


def test_a_head_steps_in_for_whoever_is_away_but_a_look_alone_takes_nothing_from_her(app, cast, contact, session):
    callback = contact.matter.open_callback
    Visitor(app, cast.qian).post(f"/contacts/{contact.id}", page=f"/callbacks/{callback.id}")
    wang = Visitor(app, cast.wang)
    wang.post(f"/contacts/{contact.id}", page=f"/callbacks/{callback.id}")
    assert looks(session) == ["caller", "head"]
    session.expire_all()
    assert callback.assignee_id == cast.qian.id
    assert wang.post(f"/callbacks/{callback.id}/record", {"result": "unreached"}).status_code == 303
    session.rollback()
    session.expire_all()
    assert callback.assignee_id == cast.wang.id


def test_on_the_page_of_a_step_the_bureau_is_still_asked_why(app, cast, session):
    matter = cast.make.card(None, at=now(), contact=Reachable("陈静", "13900001234")).matter
    session.commit()
    gao = Visitor(app, cast.gao)
    page = gao.page(f"/matters/{matter.id}/accept")
    assert f"/contacts/{matter.contact.id}" in page.links and len(page.forms) == 2, "the step and the sign-out"


def test_an_auxiliary_who_calls_sees_no_broken_photos(app, cast, session):
    zhou_2 = cast.make.officer("吴辅", cast.station, Role.AUXILIARY, "辅警", led_by=cast.qian)
    matter = cast.answered(now(), photos=[Drawn(b"a photo", 4, 3)])
    session.commit()
    page = Visitor(app, zhou_2).page(f"/callbacks/{matter.open_callback.id}")
    assert matter.body in page.text and "/photos/" not in page.html


def test_the_bureau_says_why(app, cast, contact, session):
    gao, path = Visitor(app, cast.gao), f"/contacts/{contact.id}"
    asked = gao.post(path)
    assert asked.status_code == 422 and "为什么要看" in asked.text and looks(session) == []
    assert "tel:13900001234" in gao.post(path, {"reason": "复核答复"}).text
    assert "高科长看了联系方式" in gao.get(f"/matters/{contact.matter_id}").text


def test_once_erased_it_opens_for_nobody(app, chen, cast, session):
    chen.post("/suggest", WORDS | LEFT)
    contact = session.scalars(select(Contact)).one()
    li = Visitor(app, cast.li)
    form = li.page(f"/contacts/{contact.id}").form(f"/contacts/{contact.id}")["fields"]
    assert chen.post("/card/erase").status_code == 303
    assert li.send(f"/contacts/{contact.id}", form).status_code == 404
    assert "139****34" not in chen.get("/card").text and looks(session) == []


def test_erased_while_somebody_looks_it_is_gone(app, cast, contact, session, monkeypatch):
    """She erases it after the look was asked for and before the row is locked."""
    li, path = Visitor(app, cast.li), f"/contacts/{contact.id}"
    form = li.page(path).form(path)["fields"]

    def late(db_session, *records):
        cast.step(contact.matter, "erase", contact.matter.cards[0], now())
        session.commit()
        writing(db_session, *records)

    monkeypatch.setattr(looking, "writing", late)
    assert li.send(path, form).status_code == 404


def test_numbers_in_free_text_are_masked_for_all_staff_but_the_handler(app, chen, cast, session):
    typed = WORDS | {
        "body": "找我打13900001234，身份证110101199001011234",
        "points": ["卡号6222021234567890"],
        "place": "13900001235",
    }
    chen.post("/suggest", typed)
    chen.post("/card/add", {"words": "又换了号13900001236"})
    matter = session.scalars(select(Matter)).one()
    numbers = ("13900001234", "110101199001011234", "6222021234567890", "13900001235", "13900001236")
    seen = {
        name: [number in Visitor(app, getattr(cast, name)).get(f"/matters/{matter.id}").text for number in numbers]
        for name in ("li", "zhao", "wang", "he", "gao")
    }
    assert seen.pop("li") == [True] * 5 and set(map(tuple, seen.values())) == {(False,) * 5}
    assert all(number in chen.get("/card").text for number in numbers)


def test_the_notice_changes_its_version_with_its_text(chen):
    template = Path(__file__).parents[2] / "templates/start/privacy.html"
    texts = "".join(re.findall(r"_\('(.*?)'", template.read_text()))
    assert (rules.NOTICE, hashlib.sha256(texts.encode()).hexdigest()[:16]) == ("2026-11-22.10", "8bba76365f3ac5a4")
    assert rules.NOTICE in chen.get("/privacy").text and "tel:0000-5550110" in chen.page("/privacy").links


def test_by_card_she_corrects_her_phone(chen, session):
    chen.post("/suggest", WORDS | LEFT | {"phone": "1390000123"})
    assert "留了联系方式，请在这里打勾" in chen.post("/card/reach", {"phone": "13900005678"}).text
    assert chen.post("/card/reach", {"phone": "13900005678", "consent": "y"}).status_code == 303
    card = chen.page("/card").text
    assert "139****78（打电话）" in card.replace(" ", "") and "好像不对" not in card and "您改了联系方式：打电话" in card
    assert "13900005678" not in chen.get("/card/reach").text


@pytest.mark.parametrize(
    ("left", "typed", "enough"),
    [
        ({}, {}, False),
        ({"name": "陈静"}, {}, False),
        ({"phone": "13900001234"}, {}, True),
        ({"phone": "13900001234"}, {"name": "陈静"}, False),  # what is new takes the place of all that was left
        ({"phone": "13900001234"}, {"phone": "13900005678"}, True),
    ],
)
def test_who_leaves_no_phone_cant_wish_to_be_rung(chen, left, typed, enough):
    chen.post("/suggest", WORDS | left | {"consent": "y"})
    answer = chen.post("/card/reach", typed | {"reply_by": "phone", "consent": "y"})
    assert answer.status_code == (303 if enough else 422) and ("请留个电话" in answer.text) != enough

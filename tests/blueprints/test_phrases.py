"""The answers that a station often gives: kept by heads and desk, offered where an answer is written, never sent half filled."""

import pytest
from sqlalchemy import select

from models import rules
from models.answer_template import AnswerTemplate
from models.audit import AuditLine
from models.base import now
from models.life import Kind
from models.point import Outcome
from tests.visitor import Page, Visitor

PHRASE = {"title": "扰民：说好了", "kind": "request", "outcome": "done", "text": "【哪天】上门说了。"}


@pytest.fixture
def wang(app, cast):
    return Visitor(app, cast.wang)


@pytest.fixture
def keep(cast, session):
    """Keep one for Wang's station, or somebody else's."""

    def keep(by=cast.wang, **more):
        given = {"title": "修好了", "text": "【哪天】修好了。", "kind": None, "outcome": None} | more
        template = AnswerTemplate.add(session, by, now(), **given)
        session.commit()
        return template

    return keep


def kept(session):
    session.rollback()
    session.expire_all()
    return session.scalars(select(AnswerTemplate).order_by(AnswerTemplate.id)).all()


def test_one_is_added_changed_and_deleted(wang, cast, session):
    assert wang.post("/phrases/", PHRASE).location == "/phrases/"
    (one,) = kept(session)
    assert (one.station_id, one.kind, one.outcome) == (cast.station.id, Kind.REQUEST, Outcome.DONE)
    path = f"/phrases/{one.id}"
    assert path in wang.page("/phrases/").links
    fields = wang.page(path).form(path)["fields"]
    assert [fields[name] for name in ("title", "kind", "outcome")] == [PHRASE[name] for name in ("title", "kind", "outcome")]
    assert PHRASE["text"] + "</textarea>" in wang.get(path).text
    assert wang.post(path, {"kind": "", "outcome": "", "text": "第一行\r\n第二行"}).status_code == 303
    (one,) = kept(session)
    assert (one.title, one.kind, one.outcome, one.text) == ("扰民：说好了", None, None, "第一行\n第二行")
    assert wang.post(f"{path}/delete", page=path).status_code == 303
    assert kept(session) == [] and wang.get(path).status_code == 404
    actions = session.scalars(select(AuditLine.action).where(AuditLine.action.like("%template"))).all()
    assert actions == ["add_template", "change_template", "delete_template"]


def test_who_comes_second_sees_both_texts_and_can_send_again(app, cast, wang, keep, session):
    one = keep()
    path, he = f"/phrases/{one.id}", Visitor(app, cast.he)
    fields = he.page(path).form(path)["fields"] | {"text": "何静写的"}
    wang.post(path, {"text": "王海峰写的"})
    answer = he.send(path, fields)
    page = Page(answer.text)
    assert answer.status_code == 409 and "有人改过" in page.text and "何静写的" in page.text and "王海峰写的" in page.text
    assert he.send(f"{path}/delete", fields).status_code == 409
    assert he.send(path, fields | {"version": page.form(path)["fields"]["version"]}).status_code == 303
    assert [one.text for one in kept(session)] == ["何静写的"]


def test_who_comes_when_it_is_gone_finds_nothing(app, cast, wang, keep):
    path = f"/phrases/{keep().id}"
    fields = Visitor(app, cast.he).page(path).form(path)["fields"]
    he = Visitor(app, cast.he)
    fields["csrf_token"] = he.page(path).form(path)["fields"]["csrf_token"]
    wang.post(f"{path}/delete", page=path)
    assert he.send(path, fields).status_code == 404


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": " "}, "请写个名称。"),
        ({"title": "长" * 21}, "请写在20个字以内"),
        ({"text": ""}, "请写一下答复。"),
        ({"text": "长" * 2001}, "请写在2000个字以内"),
        ({"text": "好\0了"}, "读不出来的字符"),
        ({"kind": "praise"}, "请从列出的里面选"),
        ({"outcome": "gone"}, "请从列出的里面选"),
        ({"csrf_token": ""}, "您写的都还在"),
    ],
)
def test_bad_input_gets_its_sentence_and_keeps_nothing(wang, keep, session, fields, sentence):
    answer = wang.post("/phrases/", PHRASE | fields)
    assert answer.status_code == 422 and sentence in Page(answer.text).text
    assert kept(session) == []
    path = f"/phrases/{keep().id}"
    answer = wang.post(path, PHRASE | fields)
    assert answer.status_code == 422 and sentence in Page(answer.text).text
    assert wang.post(f"{path}/delete", {"csrf_token": ""}, page=path).status_code == 422
    assert [one.title for one in kept(session)] == ["修好了"]


def test_a_station_keeps_so_many_and_no_more(wang, cast, session):
    session.add_all(
        AnswerTemplate(station_id=cast.station.id, version=1, title="一条", text="好。")
        for _n in range(rules.TEMPLATES_MAX - 1)
    )
    session.commit()
    assert wang.post("/phrases/", PHRASE).status_code == 303
    full = wang.post("/phrases/", PHRASE)
    assert full.status_code == 422 and "已经有50条了" in full.text and len(kept(session)) == 50


def test_whoever_answers_is_offered_what_fits_the_kind(app, cast, session, keep):
    for title, more in {
        "都行": {},
        "帮忙的": {"kind": Kind.REQUEST, "outcome": Outcome.CANNOT},
        "问事的": {"kind": Kind.QUESTION},
        "别处的": {"by": cast.ma},
    }.items():
        keep(**more, title=title)
    matter, received = cast.accepted(now()), cast.make.card(cast.gangnan, at=now()).matter
    session.commit()
    li = Visitor(app, cast.li)
    for path in (f"/matters/{matter.id}/answer", f"/matters/{received.id}/settle"):
        page = li.page(path)
        assert "都行" in page.text and "帮忙的" in page.text, "to copy, without JavaScript"
        assert "问事的" not in page.text and "别处的" not in page.text
    assert "常用答复" not in li.page(f"/matters/{received.id}/accept").text


@pytest.mark.parametrize("step", ["answer", "settle"])
def test_what_is_not_filled_in_is_not_sent(app, cast, session, step):
    matter = cast.accepted(now())
    session.commit()
    li, path = Visitor(app, cast.li), f"/matters/{matter.id}/{step}"
    fields = {"point": "1", "outcome": "done", "text": "【哪天】修好了，【谁】修的。"}
    answer = li.post(path, fields)
    assert answer.status_code == 422 and "还有【哪天】没填好。" in answer.text and "【谁】修的" in answer.text
    assert li.post(path, fields | {"text": "昨天修好了。"}).status_code == 303


def test_the_page_is_linked_for_those_who_keep_them(app, cast):
    assert "/phrases/" in Visitor(app, cast.he).page("/queue").links
    assert "/phrases/" in Visitor(app, cast.wang).page("/review").links
    assert "/phrases/" not in Visitor(app, cast.li).page("/queue").links

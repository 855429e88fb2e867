"""What each side sees of a matter that moved, and the forms of moving it."""

import pytest

from models.answering import Referred
from models.base import now
from models.contact import Reachable
from models.matter import Matter
from models.photo import Drawn
from models.point import Outcome
from tests.visitor import Visitor


def test_who_had_it_before_reads_what_is_public_and_nothing_else(app, cast, session):
    matter = cast.accepted(now(), contact=Reachable("陈静", "0000-5550142"), photos=[Drawn(b"a photo", 4, 3)])
    photo = f"/photos/{matter.photos[0].uid}"
    matter.write_line(cast.li, now(), "open_contact", public=False, text="内部的一句话")
    cast.step(matter, "escalate", cast.li, now(), text="要几家一起定。")
    session.commit()
    li, gao = Visitor(app, cast.li).page(f"/matters/{matter.id}"), Visitor(app, cast.gao).page(f"/matters/{matter.id}")
    assert "要几家一起定。" in li.text and "这件事现在由云溪县公安局来办" in li.text
    assert "内部的一句话" not in li.text and "联系方式" not in li.text
    assert "内部的一句话" in gao.text and "看联系方式" in gao.text
    assert Visitor(app, cast.li).get(f"/contacts/{matter.contact.id}").status_code == 404
    assert Visitor(app, cast.li).get(photo).status_code == 404 and photo not in li.html
    assert Visitor(app, cast.gao).get(photo).status_code == 200 and photo in gao.html
    assert Visitor(app, cast.sun).get(f"/matters/{matter.id}").status_code == 404


def test_the_desk_names_whom_to_ask_from_the_stations_list(app, cast, session):
    matter = cast.make.card(cast.gangnan, at=now()).matter
    session.commit()
    he, path = Visitor(app, cast.he), f"/matters/{matter.id}/refer"
    fields = {"agency": "交警", "how": "passed_on", "text": "红绿灯归交警管，我们把您说的转过去了。"}
    assert "同意了才能转" in he.post(path, fields).text
    assert he.post(path, fields | {"agency": "隔壁"}).status_code == 422
    assert he.post(path, fields | {"consent": "y"}).status_code == 303
    session.rollback()
    session.expire_all()
    entry = session.get(Matter, matter.id).entries[-1]
    assert entry.values == {"agency": "交警 122", "how": Referred.PASSED_ON}
    assert session.get(Matter, matter.id).points[0].outcome is Outcome.NOT_OURS
    chen, card = Visitor(app), matter.cards[0]
    chen.post("/card", {"number": card.number, "code": card.code(app.extensions["keys"].card)})
    assert "何警官：这件事请找交警 122（您同意以后，已经替您转过去）" in chen.page("/card").text
    assert "替群众转过去" in Visitor(app, cast.wang).page(f"/matters/{matter.id}").text


@pytest.mark.parametrize(
    ("step", "fields", "sentence"),
    [
        ("transfer", {"handler": "sun", "text": "换人。"}, "请从列出的里面选"),
        ("transfer", {"handler": "li", "text": "换人。"}, "请从列出的里面选"),
        ("transfer", {"handler": "qian"}, "为什么要转"),
        ("sort", {"kind": "wonder", "text": "改。"}, "请从列出的里面选"),
        ("sort", {"kind": "question"}, "为什么要改"),
        ("sort", {"kind": "complaint", "text": "改。", "officer": "sun"}, "请从列出的里面选"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_changes_nothing(app, cast, session, step, fields, sentence):
    matter = cast.accepted(now())
    session.commit()
    answer = Visitor(app, cast.wang).post(f"/matters/{matter.id}/{step}", fields)
    assert answer.status_code == 422 and sentence in answer.text
    session.rollback()
    session.expire_all()
    assert session.get(Matter, matter.id).version == matter.version


@pytest.mark.parametrize(
    ("typed", "sentence"), [("灯", "至少写两件"), ("一\n二\n三\n四\n五\n六", "最多分成5件"), (" ", "分成哪几件")]
)
def test_splitting_takes_two_to_five_lines(app, cast, session, typed, sentence):
    matter = cast.accepted(now())
    session.commit()
    li, path = Visitor(app, cast.li), f"/matters/{matter.id}/split"
    assert sentence in li.post(path, {"points": typed}).text
    assert li.post(path, {"points": "路灯不亮\n\n 井盖翘起 "}).status_code == 303
    session.rollback()
    session.expire_all()
    assert [(point.ordinal, point.text) for point in session.get(Matter, matter.id).points] == [
        (1, "路灯不亮"),
        (2, "井盖翘起"),
    ]


def test_what_the_resident_named_herself_stays_as_it_is(cast):
    matter = cast.accepted(points=["灯", "井盖"])
    cast.step(matter, "answer", cast.li, now(), point=1, outcome=Outcome.DONE, text="好了。")
    cast.step(matter, "split", cast.li, now(), points=["狗"])
    assert [point.text for point in matter.points] == ["灯", "井盖", "狗"] and matter.points[0].answer == "好了。"

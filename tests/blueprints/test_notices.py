"""Notices as they are written, published from a head's morning page, and read on the pages of communities."""

from datetime import timedelta

import pytest

from models.base import beijing_date, now
from models.notice import Notice, NoticeState
from models.workdays import ONE_DAY
from tests.visitor import Visitor

HTML = "<b>先挂断</b><script>alert(1)</script>"


def said(**changes):
    given = {
        "kind": "advice",
        "title": "接到“客服退款”的电话，先挂断",
        "body": f"{HTML}\r\n再打96110问。",
        "communities": ["10101"],
    }
    return given | {"shown_until": str(beijing_date(now()) + 9 * ONE_DAY)} | changes


def only(session):
    session.rollback()
    session.expire_all()
    return session.query(Notice).one()


def test_the_desk_writes_once_a_head_publishes_from_the_morning_page_and_takes_it_down(app, cast, session):
    he, wang, chen = Visitor(app, cast.he), Visitor(app, cast.wang), Visitor(app)
    fields = he.page("/notices/new").form("/notices/new")["fields"] | said()
    assert [he.send("/notices/new", fields).status_code for _tap in range(2)] == [303, 303]
    notice = only(session)
    assert notice.body == f"{HTML}\n再打96110问。" and (notice.author_id, notice.is_draft) == (cast.he.id, True)
    assert "等发布的" in he.page("/notices/").text and "警情动态和防范提示" not in chen.page("/c/10101").text
    publish = f"/notices/{notice.id}/publish?back=/review"
    assert publish in wang.page("/review").links and publish not in Visitor(app, cast.gao).page("/review").links
    asked = wang.page(publish)
    assert "记事不记人" in asked.text and HTML in asked.text
    assert wang.post(publish).location == "/review" and publish not in wang.page("/review").links
    page = chen.page("/c/10101")
    assert fields["title"] in page.text and HTML in page.text and HTML not in page.html
    assert fields["title"] not in chen.page("/c/10103").text
    wang.post(f"/notices/{notice.id}/take_down", {"reason": "只给自己人看的原因"})
    assert only(session).state is NoticeState.TAKEN_DOWN and "只给自己人看的原因" in he.page(f"/notices/{notice.id}").text
    for path in ("/c/10101", "/c/10101/notices"):
        assert not [hidden for hidden in (fields["title"], "只给自己人看的原因") if hidden in chen.page(path).text]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"body": "骗子的电话是13900001234。"}, "“139******34”像是个人的电话"),
        ({"shown_until": str(beijing_date(now()) + 300 * ONE_DAY)}, "之间的日子"),
        ({"shown_until": ""}, "请选挂到哪一天"),
        ({"kind": ""}, "请选是警情动态还是防范提示"),
        ({"communities": []}, "请勾一下挂在哪些社区"),
        ({"communities": ["10201"]}, "请从列出的里面选"),
        ({"title": "长" * 41}, "请写在40个字以内"),
        ({"body": "长" * 1001}, "请写在1000个字以内"),
    ],
)
def test_what_can_not_stand_is_a_sentence_and_the_text_stays(app, cast, session, changes, sentence):
    given = said(**changes)
    answer = Visitor(app, cast.he).post("/notices/new", given)
    assert answer.status_code == 422 and sentence in answer.text and given["title"] in answer.text
    session.rollback()
    assert session.query(Notice).count() == 0


def test_a_head_changes_a_draft_and_finds_in_the_form_what_stands_there(app, cast, session):
    notice = cast.notice(now(), communities=[])
    session.commit()
    wang, path = Visitor(app, cast.wang), f"/notices/{notice.id}/change"
    fields = wang.page(path).form(path)["fields"]
    assert (fields["kind"], fields["communities"], fields["shown_until"]) == ("advice", "-", str(notice.shown_until))
    refused = wang.post(path, {"body": "电话是13900001234"})
    assert refused.status_code == 422 and "像是个人的电话" in refused.text and only(session).version == 1
    assert wang.post(path, {"body": "别转账。", "communities": ["10103", "10101"]}).status_code == 303
    assert (only(session).area, only(session).body) == ("港南社区、日新社区", "别转账。")


def test_the_bureau_names_the_station_that_it_writes_for(app, cast, session):
    gao = Visitor(app, cast.gao)
    assert "/notices/new?station=102" in gao.page("/notices/new").links
    assert gao.get("/notices/new?station=000").status_code == gao.get("/notices/new?station=%00").status_code == 404
    gao.post("/notices/new?station=102", said(communities=["-"]))
    gao.post(f"/notices/{only(session).id}/publish")
    assert only(session).station_id == cast.elsewhere.id and "先挂断" in Visitor(app).page("/c/10201").text
    assert Visitor(app, cast.sun).post("/notices/new?station=101", said(communities=["-"])).status_code == 303
    session.rollback()
    assert [notice.station_id for notice in session.query(Notice)] == [cast.elsewhere.id] * 2, "all others write for their own"


def test_three_stand_on_the_page_and_all_others_behind_its_link(app, cast, session):
    at = now() - timedelta(hours=1)
    notices = [cast.notice(at + timedelta(minutes=n), published=True, title=f"提示之{n}") for n in range(30)]
    session.commit()
    chen, newest = Visitor(app), [notice.title for notice in reversed(notices)]

    def titles(page):
        return [text for text in page.texts if text.startswith("提示之")]

    page = chen.page("/c/10101")
    behind = f"/c/10101/notices?behind={notices[-3].uid}"
    assert titles(page) == newest[:3] and behind in page.links
    second = chen.page(behind)
    [third] = [link for link in second.links if "behind=" in link]
    assert titles(second) + titles(chen.page(third)) == newest[3:] and not [
        link for link in chen.page(third).links if "behind=" in link
    ]
    draft = cast.notice(at)
    session.commit()
    for nowhere in ("%00", "x", draft.uid, "''"):
        assert titles(chen.page(f"/c/10101/notices?behind={nowhere}")) == newest[:25]
    assert chen.get("/c/nowhere/notices").status_code == 404


def test_the_list_of_staff_goes_on_behind_its_last_row(app, cast, session):
    for n in range(27):
        cast.notice(now(), published=n < 2, title=f"提示之{n}")
    session.commit()
    he = Visitor(app, cast.he)
    first = he.page("/notices/")
    [more] = [link for link in first.links if "behind=" in link]
    second = he.page(more)
    assert first.text.count("提示之") == 25 and "正挂着的" not in first.text
    assert second.text.count("提示之") == 2 and "等发布的" not in second.text
    assert he.get("/notices/?behind=9-x").status_code == 200

"""The service team on its pages: a slip without anybody's name or number, for a matter, a visit, or by itself."""

import pytest

from models.base import beijing_date, now
from models.contact import Reachable
from models.team_task import TeamTask
from models.workdays import ONE_DAY
from tests.visitor import Visitor

NEW = "/teams/new"


def sent(**changes):
    given = {"title": "清楼道里的旧自行车", "community": "10101", "place": "幸福里3号楼", "officers": "1", "volunteers": "3"}
    return given | {"day": str(beijing_date(now()) + ONE_DAY)} | changes


def only(session):
    session.rollback()
    session.expire_all()
    return session.query(TeamTask).one()


def test_a_slip_is_issued_once_printed_and_its_result_typed_in(app, cast, session):
    li = Visitor(app, cast.li)
    fields = li.page(NEW).form(NEW)["fields"] | sent()
    assert [li.send(NEW, fields).status_code for _tap in range(2)] == [303, 303]
    task = only(session)
    path = f"/teams/{task.id}"
    slip = li.page(path)
    for words in ("城南派出所社区公安服务队任务单〔2026〕1号", "幸福里3号楼", "民警1人", "志愿者3人", "李警官", "带队人签字"):
        assert words in slip.text, words
    assert f"{path}/record" in li.page("/queue").links and f"{path}/record" in li.page("/teams/").links
    assert f"{path}/record" not in Visitor(app, cast.qian).page("/teams/").links
    found = {"outcome": "partly", "result": "清走四辆，还有两辆等车主。", "came": "4", "leader": "li"}
    form = li.page(f"{path}/record").form(f"{path}/record")["fields"] | found
    assert [li.send(f"{path}/record", form).status_code for _tap in range(2)] == [303, 409]
    page = li.page(path).text
    assert "办了一部分" in page and "还有两辆等车主" in page and "4人 · 李警官带队" in page and "幸福里" not in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"officers": "-1"}, "请写0到99之间"),
        ({"officers": "0", "volunteers": ""}, "至少要有一个人去"),
        ({"day": str(beijing_date(now()) - ONE_DAY)}, "已经过了"),
        ({"day": ""}, "请选哪一天"),
        ({"place": "找13900001234"}, "有电话或者证件号码"),
        ({"community": "10201"}, "请从列出的里面选"),
        ({"title": ""}, "请写一下去做什么"),
    ],
)
def test_what_can_not_be_sent_is_a_sentence_and_the_text_stays(app, cast, session, changes, sentence):
    answer = Visitor(app, cast.li).post(NEW, sent(details="带两把钳子") | changes)
    assert answer.status_code == 422 and sentence in answer.text and "带两把钳子" in answer.text
    session.rollback()
    assert session.query(TeamTask).count() == 0


def test_the_slip_about_a_matter_bears_nothing_of_the_resident_and_her_card_nothing_of_the_slip(app, cast, session):
    matter = cast.accepted(now(), contact=Reachable("陈静", "0000-5550142"), body="我家门锁坏了，我姓陈。")
    session.commit()
    li, chen, card = Visitor(app, cast.li), Visitor(app), matter.cards[0]
    told = {"title": "换门锁", "day": sent()["day"], "place": "幸福里3号楼", "volunteers": "2"}
    assert li.post(f"/matters/{matter.id}/send_team", told).status_code == 303
    path = f"/teams/{only(session).id}"
    assert path in li.page(f"/matters/{matter.id}").links and "李警官派服务队明天去：" in li.page(f"/matters/{matter.id}").text
    slip = li.page(path).text
    assert "换门锁" in slip and not [words for words in ("陈", "5550142", "菜市场南门", card.number) if words in slip]
    li.post(f"{path}/record", {"outcome": "done", "result": "换好了。", "came": "3", "leader": "li"})
    assert "服务队去了3人，办好了：" in li.page(f"/matters/{matter.id}").text
    chen.post("/card", {"number": card.number, "code": card.code(app.extensions["keys"].card)})
    assert not [words for words in ("服务队", "换门锁", "换好了") if words in chen.page("/card").text]


def test_a_team_is_sent_for_a_visit_of_the_own_station_that_is_about_no_matter(app, cast, session):
    visit, about = cast.visit(now()), cast.visit(now() + ONE_DAY, matter=cast.accepted(now()))
    elsewhere = cast.visit(now(), officers=[cast.sun], by=cast.ma, community=cast.hedong)
    session.commit()
    li, path = Visitor(app, cast.li), f"{NEW}?visit={visit.id}"
    assert (
        path in li.page(f"/visits/{visit.id}").links and f"{NEW}?visit={about.id}" not in li.page(f"/visits/{about.id}").links
    )
    assert li.page(path).form(path)["fields"]["title"] == "看看路灯修好没有"
    assert li.post(path, sent(community=None)).status_code == 303
    task = only(session)
    assert (task.visit_id, task.area) == (visit.id, visit.area)
    assert f"/teams/{task.id}" in li.page(f"/visits/{visit.id}").links
    assert [li.get(f"{NEW}?visit={id}").status_code for id in (about.id, elsewhere.id, 10**12, -1, "x")] == [
        404,
        404,
        404,
        200,
        200,
    ]

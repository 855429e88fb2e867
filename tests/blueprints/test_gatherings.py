"""Gatherings as they are planned, announced to residents, and read about afterwards; and ideas."""

from datetime import timedelta
from io import BytesIO

import pytest

from models.base import beijing_date, now
from models.gathering import Gathering, GatheringKind
from models.life import Door, Kind
from models.matter import Matter
from models.point import Outcome
from models.workdays import ONE_DAY
from tests.models.test_photo import JPEG
from tests.visitor import Visitor

HOURS = timedelta(hours=1)


def planned(**changes):
    given = {"title": "秋季防盗恳谈会", "sort": "talk", "community": "10101", "place": "居委会二楼", "officers": "li"}
    return given | {"day": str(beijing_date(now()) + ONE_DAY), "begins": "19:00", "ends": "20:30"} | changes


def only(session, table=Gathering):
    session.rollback()
    session.expire_all()
    return session.query(table).one()


def held(cast, session, **what):
    """A gathering of this morning, written down and with two results."""
    gathering = cast.gathering(now() - 4 * HOURS, **what)
    cast.step(gathering, "record", cast.li, now(), residents=12, reported="只给自己人看的通报")
    for n in "一二":
        cast.step(gathering, "sum_up", cast.li, now(), asked=f"问题{n}", did=f"办法{n}")
    session.commit()
    return gathering


def test_it_is_planned_once_announced_and_then_stands_on_the_page_of_its_community(app, cast, session):
    li, chen = Visitor(app, cast.li), Visitor(app)
    fields = li.page("/gatherings/new").form("/gatherings/new")["fields"] | planned()
    assert [li.send("/gatherings/new", fields).status_code for _tap in range(2)] == [303, 303]
    gathering = only(session)
    assert "秋季防盗恳谈会" not in chen.page("/c/10101").text
    assert chen.get(f"/gatherings/{gathering.uid}").status_code == 404
    li.post(f"/gatherings/{gathering.id}/announce")
    for path in ("/c/10101", f"/gatherings/{gathering.uid}"):
        text = chen.page(path).text
        assert "秋季防盗恳谈会" in text and "明天19:00–20:30" in text and "居委会二楼" in text and "李警官来办" in text
    assert "秋季防盗恳谈会" in li.page("/gatherings/").text and "秋季防盗恳谈会" in li.page("/queue").text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ends": "18:00"}, "结束要在开始以后"),
        ({"begins": "06:00"}, "早上8点以前"),
        ({"day": str(beijing_date(now()) - ONE_DAY)}, "已经过了"),
        ({"sort": ""}, "请选办什么活动"),
        ({"community": ""}, "请选在哪个社区"),
        ({"place": ""}, "请写在哪里"),
    ],
)
def test_what_can_not_be_planned_is_a_sentence_and_the_text_stays(app, cast, session, changes, sentence):
    answer = Visitor(app, cast.li).post("/gatherings/new", planned(**changes))
    assert answer.status_code == 422 and sentence in answer.text and "秋季防盗恳谈会" in answer.text
    session.rollback()
    assert session.query(Gathering).count() == 0


def test_residents_say_how_many_come_change_their_mind_and_stay_away(app, cast, session):
    gathering = cast.gathering(now())
    session.commit()
    chen, other = Visitor(app), Visitor(app)
    path = f"/gatherings/{gathering.uid}/coming"
    fields = chen.page("/c/10101").form(path)["fields"] | {"people": "3"}
    assert [chen.send(path, fields).status_code for _tap in range(2)] == [303, 303]
    assert chen.send(path, fields | {"people": "5"}).status_code == 303, "back, and another number in the same form"
    other.post(path, {"people": "2"}, page="/c/10101")
    assert only(session).coming == 5
    page = chen.page("/c/10101")
    assert "您这边来3人" in page.text and "已经有5人说要来" in page.text and "您这边来2人" in other.page("/c/10101").text
    chen.post(path, {"people": "4"}, page="/c/10101")
    assert only(session).coming == 6
    away = chen.page("/c/10101").forms[-1]["fields"]
    assert [chen.send(path, away).status_code for _tap in range(2)] == [303, 303] and away["people"] == "0"
    assert only(session).coming == 2 and "您这边" not in chen.page("/c/10101").text


@pytest.mark.parametrize("people", ["-1", "0", "10", "1000000000", "很多", "", None])
def test_a_number_that_can_not_be_is_asked_for_again(app, cast, session, people):
    gathering = cast.gathering(now())
    session.commit()
    answer = Visitor(app).post(f"/gatherings/{gathering.uid}/coming", {"people": people}, page="/c/10101")
    assert answer.status_code == 422 and "有错误" in answer.text and only(session).coming == 0


def test_nobody_announces_herself_for_what_was_called_off_meanwhile_and_everybody_reads_why(app, cast, session):
    gathering = cast.gathering(now())
    session.commit()
    chen, path = Visitor(app), f"/gatherings/{gathering.uid}/coming"
    fields = chen.page("/c/10101").form(path)["fields"]
    cast.step(gathering, "call_off", cast.li, now(), reason="明天全所有任务。")
    session.commit()
    assert chen.send(path, fields).status_code == 409 and only(session).coming == 0
    assert "取消了 明天全所有任务。" in chen.page("/c/10101").text


def test_everybody_reads_what_a_head_approved_and_nothing_else(app, cast, session):
    gathering = held(cast, session)
    for _n in range(3):
        cast.make.card(cast.gangnan, received_by=cast.li, body="不该公开的原话", at=now())
        gathering.raised += 1
    session.commit()
    chen, wang = Visitor(app), Visitor(app, cast.wang)
    before = chen.page(f"/gatherings/{gathering.uid}").text
    assert "问题一" not in before and "已经开过了" in before
    assert wang.post(f"/gatherings/{gathering.id}/publish_results", {"lines": ["2"]}).status_code == 303
    page = chen.page(f"/gatherings/{gathering.uid}").text
    assert gathering.where in page and "问题二" in page and "办法二" in page and "来了12人" in page and "会上记下3件事" in page
    assert not [hidden for hidden in ("问题一", "通报", "原话") if hidden in page]
    assert f"/gatherings/{gathering.uid}" in chen.page("/c/10101").links


def test_what_was_said_there_is_taken_down_from_its_page_and_counted_once(app, cast, session):
    gathering, elsewhere = held(cast, session), cast.gathering(now() - 4 * HOURS, officers=[cast.sun], community=cast.hedong)
    session.commit()
    li = Visitor(app, cast.li)
    path = f"/matters/new?gathering={gathering.id}"
    assert path in li.page(f"/gatherings/{gathering.id}").links
    form = li.page(path).form(path)["fields"]
    assert (form["door"], form["community"]) == ("gathering", "10101")
    told = form | {"kind": "request", "body": "楼道的灯坏了三天了。", "reply_by": "card"}
    assert [li.send(path, told).status_code for _tap in range(2)] == [303, 303]
    assert only(session, Matter).door is Door.GATHERING and session.get(Gathering, gathering.id).raised == 1
    for nowhere in (elsewhere.id, 10**12, "x"):
        assert li.get(f"/matters/new?gathering={nowhere}").status_code == (200 if nowhere == "x" else 404)


def test_who_asked_reads_the_answer_on_her_card_and_others_only_what_the_station_wrote(app, cast, session):
    gathering, li = held(cast, session), Visitor(app, cast.li)
    path = f"/matters/new?gathering={gathering.id}"
    told = li.page(path).form(path)["fields"] | {"kind": "request", "body": "三楼的灯坏了三天了。", "reply_by": "card"}
    li.send(path, told)
    matter, gathering = only(session, Matter), only(session)
    li.post(f"/matters/{matter.id}/accept", {"summary": "楼道灯", "category": "traffic"})
    li.post(f"/matters/{matter.id}/answer", {"point": "1", "outcome": "done", "text": "换了新灯泡。"})
    Visitor(app, cast.wang).post(f"/gatherings/{gathering.id}/publish_results", {"lines": ["1"]})
    chen, card = Visitor(app), matter.cards[0]
    chen.post("/card", {"number": card.number, "code": card.code(app.extensions["keys"].card)})
    assert "换了新灯泡。" in chen.page("/card").text
    page = chen.page(f"/gatherings/{gathering.uid}").text
    assert "问题一" in page and not [hidden for hidden in ("换了新灯泡", "楼道灯", "三楼", card.number) if hidden in page]


def test_an_evening_under_the_tree_is_written_down_with_a_photo_that_only_colleagues_see(app, cast, session):
    li, path = Visitor(app, cast.li), "/gatherings/held"
    yesterday = {"day": str(beijing_date(now()) - ONE_DAY), "begins": "20:00", "ends": "21:00"}
    told = planned(title="树下夜谈", place="大榕树下", residents="9", **yesterday) | {"sort": "night_talk"}
    for changes, sentence in (
        ({"day": "2020-01-01"}, "太久以前的"),
        ({"residents": "-1"}, "请写0到9999"),
        ({"residents": ""}, "来了多少人"),
    ):
        answer = li.post(path, told | changes)
        assert answer.status_code == 422 and sentence in answer.text and "树下夜谈" in answer.text, changes
    fields = li.page(path).form(path)["fields"] | told
    answers = [li.client.post(path, data=fields | {"photos": (BytesIO(JPEG), "tree.jpg")}) for _tap in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    gathering = only(session)
    assert (gathering.sort, gathering.residents, len(gathering.photos)) == (GatheringKind.NIGHT_TALK, 9, 1)
    photo = f"/photos/{gathering.photos[0].uid}"
    assert photo in li.page(f"/gatherings/{gathering.id}").html and "事后补记" in li.page(f"/gatherings/{gathering.id}").text
    assert [Visitor(app, by).get(photo).status_code for by in (cast.qian, cast.sun)] == [200, 404]
    li.post(f"/gatherings/{gathering.id}/sum_up", {"asked": "灯", "did": "修了"})
    Visitor(app, cast.wang).post(f"/gatherings/{gathering.id}/publish_results", {"lines": ["1"]})
    page = Visitor(app).page(f"/gatherings/{gathering.uid}")
    assert "修了" in page.text and "/photos/" not in page.html
    assert "大榕树下" not in page.text, "a place that nobody was told of before stays untold"


def test_a_head_finds_what_waits_for_publishing_on_the_morning_page(app, cast, session):
    gathering = held(cast, session)
    wang, gao = Visitor(app, cast.wang), Visitor(app, cast.gao)
    assert f"/gatherings/{gathering.id}/publish_results" in wang.page("/review").links
    assert "活动结果" not in gao.page("/review").text
    wang.post(f"/gatherings/{gathering.id}/withhold", {"reason": "只问了一句。"})
    assert "活动结果" not in wang.page("/review").text and "只问了一句。" in wang.page(f"/gatherings/{gathering.id}").text
    assert "只问了一句" not in Visitor(app).get(f"/gatherings/{gathering.uid}").text


def test_an_idea_of_a_colleague_gets_its_card_and_stands_in_the_list_with_what_became_of_it(app, cast, session):
    li = Visitor(app, cast.li)
    told = {"kind": "idea", "body": "电梯里贴上民警电话。", "community": "10101", "door": "colleague", "reply_by": "card"}
    assert li.post("/matters/new", told).location == "/card/hand-over"
    idea = only(session, Matter)
    assert (idea.kind, idea.door) == (Kind.IDEA, Door.COLLEAGUE)
    partly = cast.idea([Outcome.DONE, Outcome.CANNOT], at=now())
    session.commit()
    text = li.page("/gatherings/ideas").text
    assert "同事提的" in text and "已收到" in text and "采纳了一部分" in text and "照这样改了。" in text
    assert "采纳了一部分" in li.page(f"/matters/{partly.id}").text
    chen, card = Visitor(app), partly.cards[0]
    chen.post("/card", {"number": card.number, "code": card.code(app.extensions["keys"].card)})
    assert "您的点子采纳了一部分" in chen.page("/card").text


def test_three_lines_of_a_head_about_ideas_stand_on_the_page_of_the_community(app, cast, session):
    ideas = [cast.idea(at=now()).id for _n in range(3)]
    session.commit()
    wang, chen = Visitor(app, cast.wang), Visitor(app)
    for n, id in enumerate(ideas, 1):
        assert "大家的金点子" not in chen.page("/c/10101").text
        assert wang.page(f"/matters/{id}/show").form(f"/matters/{id}/show")
        assert wang.post(f"/matters/{id}/show", {"text": f"点子{n}，照着改了。"}).status_code == 303
    assert "点子1，照着改了。 采纳了" in chen.page("/c/10101").text

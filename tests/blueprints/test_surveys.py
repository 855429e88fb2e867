"""The questionnaire in the browser: heads set it, all staff of the station read what people said."""

import re

import pytest

from models.base import beijing_date, now
from models.going import Carried
from models.survey import Question, fill_in, questions_of, sums
from models.workdays import ONE_DAY
from tests.cast import MONDAY
from tests.visitor import Page, Visitor

SAFE = {"text": "您晚上一个人走路，觉得安全吗？", "answers": "安全\r\n  一般 \r\n\r\n不安全\r\n"}
LIST = "/surveys/questions"


@pytest.fixture
def wang(app, cast):
    return Visitor(app, cast.wang)


@pytest.fixture
def safe(cast, session):
    """One question of Wang's station."""
    question = Question.add(session, cast.wang, now(), SAFE["text"], ["安全", "一般", "不安全"])
    session.commit()
    return question


def asked(session, station):
    session.rollback()
    session.expire_all()
    return [(question.text, question.answers) for question in questions_of(session, station)]


def holds(page, *typed):
    """Whether the fields of the form are filled with this."""
    return all(f"{text}</textarea>" in page.html for text in typed)


def test_a_head_adds_changes_moves_and_retires_questions(wang, cast, session):
    assert (
        wang.post(LIST, SAFE).location == LIST and wang.post(LIST, {"text": "二？", "answers": "好\n不好"}).status_code == 303
    )
    first, second = (question.id for question in questions_of(session, cast.station))
    assert holds(wang.page(f"{LIST}/{first}"), SAFE["text"], "安全\n一般\n不安全")
    assert wang.post(f"{LIST}/{second}/up", {"ordinal": "2"}, page=LIST).status_code == 303
    assert wang.post(f"{LIST}/{first}", {"text": "改了？", "answers": "好\n不好"}).status_code == 303
    assert asked(session, cast.station) == [("二？", ["好", "不好"]), ("改了？", ["好", "不好"])]
    assert wang.post(f"{LIST}/{second}/retire", page=f"{LIST}/{second}").status_code == 303
    assert asked(session, cast.station) == [("改了？", ["好", "不好"])]


def test_whoever_changes_what_a_colleague_has_just_changed_reads_so_and_keeps_what_was_typed(app, cast, wang, safe, session):
    path, liu = f"{LIST}/{safe.id}", Visitor(app, cast.liu)
    page = wang.page(path)
    liu.post(path, {"text": "刘慧改的？", "answers": "好\n不好"})
    for action in (path, f"{path}/retire"):
        answer = wang.client.post(action, data=page.form(action)["fields"] | {"text": "王海峰改的？", "answers": "好\n不好"})
        assert answer.status_code == 409 and "刚才有人改过" in answer.text and "刘慧改的？" in answer.text
        kept = Page(answer.text)
        assert kept.form(LIST)["action"] == LIST and holds(kept, "王海峰改的？") == (action == path)
    assert wang.get(path).status_code == 409 and asked(session, cast.station) == [("刘慧改的？", ["好", "不好"])]


def test_what_cannot_stand_is_said_beside_its_field_and_stays_as_typed(wang, cast, session, safe):
    for changes, sentence in (
        ({"text": "  "}, "请写一下问什么。"),
        ({"text": "长" * 61}, "请写在60个字以内。"),
        ({"text": SAFE["text"]}, "这一题已经有了。"),
        ({"answers": "只有一个"}, "请写2到5个答案，一行一个。"),
        ({"answers": "\n".join("一二三四五六")}, "请写2到5个答案，一行一个。"),
        ({"answers": "好\n\0不好"}, "读不出来的字符"),
        ({"answers": "好\n" + "长" * 13}, "每个答案请写在12个字以内。"),
    ):
        answer = wang.post(LIST, {"text": "新的一题？", "answers": "好\n不好", **changes})
        page = Page(answer.text)
        assert answer.status_code == 422 and sentence in page.text and "有错误" in page.title, changes
        assert holds(page, changes.get("text", "新的一题？").strip()), changes
    assert len(asked(session, cast.station)) == 1


def test_staff_read_the_sums_of_their_own_station_as_counts_first_and_shares_from_ten(app, cast, session, safe):
    zhou, today = Visitor(app, cast.zhou), now()
    for n in range(9):
        fill_in(session, cast.station, {safe.id: n % 2}, today)
    session.commit()
    page = zhou.page("/surveys/").text
    assert "9份回答，不满10份，只列份数" in page and "%" not in page
    fill_in(session, cast.station, {safe.id: 0}, today)
    session.commit()
    answer = zhou.get("/surveys/").text
    assert re.findall(r'<td class="count">(.+?)</td>', answer) == ["6", "60.0%", "4", "40.0%", "0", "0.0%"]
    assert re.findall(r'<rect width="(.+?)"', answer) == ["60.0%", "40.0%", "0.0%"]
    sun = Visitor(app, cast.sun).page("/surveys/?station=101")
    assert SAFE["text"] not in sun.text and "城南派出所" not in sun.text
    gao = Visitor(app, cast.gao)
    assert SAFE["text"] in gao.page("/surveys/").text and SAFE["text"] not in gao.page("/surveys/?station=102").text


def test_a_range_of_months_is_chosen_and_what_was_retired_stands_apart(app, cast, wang, session, safe):
    today = beijing_date(now())
    before = today.replace(day=1) - ONE_DAY
    fill_in(session, cast.station, {safe.id: 2}, now() - (today - before))
    session.commit()
    safe.change(cast.wang, now(), "改了？", ["好", "不好"])
    session.commit()
    month, last = f"{today:%Y-%m}", f"{before:%Y-%m}"
    assert SAFE["text"] not in wang.page("/surveys/").text and SAFE["text"] in wang.page("/surveys/?period=last_month").text
    page = wang.page(f"/surveys/?since={last}&until={month}")
    assert page.text.index("改了？") < page.text.index("已经不问的") < page.text.index(SAFE["text"])
    assert page.forms[0]["choices"] == {"since": [month, last], "until": [month, last]}
    for query in (f"since={month}&until={last}", f"since=1999-01&until={month}", "since=&until=x", "period=ever", "station=9"):
        answer = wang.get(f"/surveys/?{query}")
        assert answer.status_code == 200 and SAFE["text"] not in answer.text, query
    assert "结束的月份在开始的前面" in wang.page(f"/surveys/?since={month}&until={last}").text


@pytest.fixture
def visit(cast, session, safe):
    """Li's visit, under way, with two questions to ask."""
    Question.add(session, cast.wang, now(), "您认识社区民警吗？", ["认识", "不认识"])
    visit = cast.visit(MONDAY)
    cast.step(visit, "start", cast.li, MONDAY, carried=list(Carried))
    session.commit()
    return visit


def counts(session, cast):
    session.rollback()
    session.expire_all()
    [(_station, asked)] = sums(session, cast.wang, beijing_date(now()), beijing_date(now()))
    return [answered.counts for answered in asked]


@pytest.mark.parametrize("htmx", [None, ""])
def test_at_the_door_a_questionnaire_is_filled_in_once_however_often_it_is_tapped(app, cast, session, safe, visit, htmx):
    li, path = Visitor(app, cast.li), f"/visits/{visit.id}/survey"
    form = li.page(path).form(path)
    assert form["choices"] == {f"q{safe.id}": ["安全", "一般", "不安全", ""], f"q{safe.id + 1}": ["认识", "不认识", ""]}
    fields = form["fields"] | {f"q{safe.id}": "不安全", f"q{safe.id + 1}": ""}
    assert [li.send(path, fields, htmx).status_code for _tap in range(2)] == [200 if htmx == "" else 303, 409]
    assert counts(session, cast) == [[0, 0, 1], [0, 0]]
    assert "填了调查表 1张" in li.page(f"/visits/{visit.id}").text


def test_a_questionnaire_that_counts_nothing_is_asked_for_again_with_what_was_chosen(app, cast, session, safe, visit):
    li, path = Visitor(app, cast.li), f"/visits/{visit.id}/survey"
    one, two = f"q{safe.id}", f"q{safe.id + 1}"
    form = li.page(path).form(path)["fields"]
    empty = li.send(path, form)
    assert empty.status_code == 422 and "一题都没有选" in empty.text and f'href="#f-{one}"' in empty.text
    foreign = li.send(path, form | {one: "安全", two: "都行"})
    assert foreign.status_code == 422 and "请从列出的里面选" in foreign.text
    safe.change(cast.wang, now(), "改了？", ["好", "不好"])
    session.commit()
    changed = li.send(path, form | {one: "安全", two: "认识"})
    page = Page(changed.text)
    assert changed.status_code == 422 and "请照现在的题再选一次" in page.text and "改了？" in page.text
    assert page.form(path)["fields"][two] == "认识" and counts(session, cast) == [[0, 0], [0, 0]]


def test_a_station_without_questions_says_so(app, cast, session, safe, visit):
    for question in questions_of(session, cast.station):
        question.retire(cast.wang, now())
    session.commit()
    li, path = Visitor(app, cast.li), f"/visits/{visit.id}/survey"
    assert "本所还没有定调查表的题" in li.page(path).text and li.post(path).status_code == 422

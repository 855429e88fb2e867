"""The questionnaire, from the head who sets it over the door to the sums, by thumb."""

from models.going import Carried
from models.survey import Question
from tests.cast import MONDAY


def test_a_head_sets_questions_and_an_officer_fills_them_in_at_the_door(phone, cast, session):
    Question.add(session, cast.wang, MONDAY, "您认识社区民警吗？", ["认识", "不认识"])
    visit = cast.visit(MONDAY)
    cast.step(visit, "start", cast.li, MONDAY, carried=list(Carried))
    session.commit()

    wang = phone("wang")
    wang.goto("/queue")
    wang.get_by_role("link", name="走访调查").click()
    wang.get_by_role("link", name="定调查表的题").click()
    wang.get_by_label("问什么").fill("晚上走路安全吗？")
    wang.get_by_label("答案，一行写一个").fill("安全\n一般\n不安全")
    wang.get_by_role("button", name="存好").click()
    wang.get_by_role("button", name="往前移").click()
    wang.wait_for_selector("text=1、晚上走路安全吗？")

    li = phone("li")
    li.goto(f"/visits/{visit.id}")
    li.get_by_role("link", name="填一张调查表").click()
    li.get_by_label("不安全").click()
    li.get_by_role("button", name="存好这一张").click()
    li.wait_for_selector("text=1张")

    wang.goto("/surveys/")
    rows = wang.locator("table", has_text="晚上走路安全吗").locator("tbody tr").all_inner_texts()
    assert [row.split() for row in rows] == [["安全", "0"], ["一般", "0"], ["不安全", "1"]]

"""The questionnaire: questions that never change, and sums of which nobody reads one resident's answers."""

from datetime import date

import pytest
from sqlalchemy import event, select

from models import audit
from models.base import Base, writing
from models.going import Carried
from models.steps import Fault, Refused, Stale
from models.survey import Question, QuestionSum, fill_in, first_month, questions_of, sums
from models.visit import Visit
from tests.cast import DAY, MONDAY

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
SAFE = "您晚上一个人走路，觉得安全吗？"


@pytest.fixture
def ask(cast, session):
    """ask(text): one more question of Wang's station."""

    def ask(text=SAFE, answers=("安全", "一般", "不安全"), by=cast.wang):
        question = Question.add(session, by, MONDAY, text, list(answers))
        session.flush()
        return question

    return ask


def told(session, by, since=NOVEMBER, until=DECEMBER):
    """By station what was asked, with its counts."""
    found = sums(session, by, since, until)
    return {station.name: [(answered.question.text, answered.counts) for answered in asked] for station, asked in found}


def everything(session):
    session.flush()
    return {name: sorted(map(repr, session.execute(select(table)))) for name, table in Base.metadata.tables.items()}


def test_of_a_questionnaire_nothing_is_kept_but_that_sums_grew(ask, cast, session):
    safe, known = ask(), ask("您认识社区民警吗？", ["认识", "不认识"])
    session.commit()
    writing(session)
    before = everything(session)
    fill_in(session, cast.station, {safe.id: 2, known.id: None}, MONDAY)
    fill_in(session, cast.station, {safe.id: 2, known.id: 0}, MONDAY + DAY)
    after = everything(session)
    assert {name for name in after if after[name] != before[name]} == {"question_sum"} and not session.info.get("audit")
    kept = session.execute(select(QuestionSum.__table__).order_by(QuestionSum.question_id)).all()
    assert kept == [(safe.id, NOVEMBER, 2, 2), (known.id, NOVEMBER, 0, 1)]


def test_a_month_begins_at_midnight_in_beijing_and_a_range_holds_both_its_ends(ask, cast, session):
    safe, midnight = ask(), MONDAY.replace(day=30, hour=16)
    fill_in(session, cast.station, {safe.id: 0}, midnight - DAY / 86400)
    fill_in(session, cast.station, {safe.id: 1}, midnight)
    day, last = date(2026, 12, 15), date(2026, 12, 31)
    ranges = {(NOVEMBER, NOVEMBER): [1, 0, 0], (day, last): [0, 1, 0], (NOVEMBER, last): [1, 1, 0]}
    assert {span: told(session, cast.li, *span)["城南派出所"][0][1] for span in ranges} == ranges
    assert first_month(session, cast.li) == NOVEMBER and first_month(session, cast.sun) is None


def test_below_ten_answers_there_are_counts_and_no_shares(ask, cast, session):
    safe = ask()
    for n in range(10):
        [answered] = sums(session, cast.li, NOVEMBER, NOVEMBER)[0][1]
        assert (answered.n, answered.is_enough) == (n, False) and answered.length(n) == 100 * n
        fill_in(session, cast.station, {safe.id: n % 3}, MONDAY)
    [answered] = sums(session, cast.li, NOVEMBER, NOVEMBER)[0][1]
    assert answered.is_enough and [answered.share(count) for count in answered.counts] == [400, 300, 300]


def test_a_questionnaire_without_answers_or_with_what_is_not_asked_counts_nowhere(ask, cast, session):
    safe, old, theirs = ask(), ask("从前问的？"), ask("别所问的？", by=cast.ma)
    old.retire(cast.wang, MONDAY)
    for chosen in ({}, {safe: None}, {safe: 3}, {safe: -1}, {safe: 0, old: 0}, {safe: 0, theirs: 0}):
        with pytest.raises(Fault):
            fill_in(session, cast.station, {question.id: answer for question, answer in chosen.items()}, MONDAY)
    assert session.scalars(select(QuestionSum)).all() == []


def test_a_changed_question_keeps_its_old_sums_and_begins_anew_in_the_same_place(ask, cast, session):
    safe, known = ask(), ask("您认识社区民警吗？", ["认识", "不认识"])
    fill_in(session, cast.station, {safe.id: 0, known.id: 1}, MONDAY)
    assert safe.change(cast.wang, MONDAY, SAFE, ["安全", "一般", "不安全"]) is safe and safe.retired_at is None
    anew = safe.change(cast.wang, MONDAY, SAFE, ["安全", "不安全"])
    fill_in(session, cast.station, {anew.id: 1}, MONDAY)
    assert questions_of(session, cast.station) == [anew, known]
    assert told(session, cast.li)["城南派出所"] == [
        (SAFE, [0, 1]),
        ("您认识社区民警吗？", [0, 1]),
        (SAFE, [1, 0, 0]),
    ]
    assert [counts for _text, counts in told(session, cast.li, DECEMBER)["城南派出所"]] == [[0, 0], [0, 0]]
    for too_late in (lambda: safe.change(cast.wang, MONDAY, "再改", ["好", "不好"]), lambda: safe.retire(cast.wang, MONDAY)):
        with pytest.raises(Stale):
            too_late()


def test_a_station_asks_eight_questions_and_a_ninth_once_one_is_retired(ask, cast, session):
    asked = [ask(f"第{n}题？") for n in range(8)]
    with pytest.raises(Fault, match="请先停用一题"):
        ask("第九题？")
    asked[2].retire(cast.wang, MONDAY)
    ask("第九题？")
    ask("别所的第一题？", by=cast.ma)
    assert [question.ordinal for question in questions_of(session, cast.station)] == [*range(1, 9)]
    session.commit()
    actions = session.scalars(select(audit.AuditLine.action)).all()
    assert (actions.count("ask_question"), actions.count("retire_question")) == (10, 1)


def test_a_question_moves_up_once_however_often_it_is_tapped(ask, cast, session):
    one, two, three = ask("一？"), ask("二？"), ask("三？")
    three.move_up(3, cast.wang, MONDAY)
    with pytest.raises(Stale):
        three.move_up(3, cast.wang, MONDAY)
    one.move_up(1, cast.wang, MONDAY)
    assert questions_of(session, cast.station) == [one, three, two]
    session.commit()
    assert session.scalars(select(audit.AuditLine.action)).all().count("move_question") == 1


def test_answers_that_cannot_stand_are_refused(ask):
    for answers, sentence in (
        (["好"], "一行一个"),
        ([*"一二三四五六"], "一行一个"),
        (["好", "好"], "有两个"),
        (["好", "长" * 13], "个字以内"),
    ):
        with pytest.raises(Fault, match=sentence):
            ask(answers=answers)


def test_the_same_question_is_not_asked_twice(ask, cast, session):
    one, two = ask("一？"), ask("二？")
    with pytest.raises(Fault, match="已经有了"):
        ask("一？")
    with pytest.raises(Fault, match="已经有了"):
        two.change(cast.wang, MONDAY, "一？", ["好", "不好"])
    assert questions_of(session, cast.station) == [one, two]


def test_another_stations_questions_are_out_of_sight_and_the_bureau_sees_all_in_as_many_statements(ask, cast, session):
    statements = []

    def counted(by):
        before = len(statements)
        return told(session, by), len(statements) - before

    event.listen(session.get_bind(), "before_cursor_execute", lambda *call: statements.append(call[2]))
    safe = ask()
    fill_in(session, cast.station, {safe.id: 0}, MONDAY)
    few = counted(cast.gao)[1]
    for n in range(7):
        theirs = ask(f"别所的第{n}题？", by=cast.ma)
        fill_in(session, cast.elsewhere, {theirs.id: 1}, MONDAY)
    session.flush()
    ours = {"城南派出所": [(SAFE, [1, 0, 0])]}
    elsewhere = {"河东派出所": [(f"别所的第{n}题？", [0, 1, 0]) for n in range(7)]}
    assert counted(cast.li) == (ours, few) and counted(cast.sun) == (elsewhere, few)
    assert counted(cast.gao) == (ours | elsewhere, few)


def test_a_visit_says_how_many_questionnaires_were_filled_in_and_the_log_that_one_was(ask, cast, session):
    safe, visit = ask(), cast.visit(matter=cast.accepted())
    with pytest.raises(Refused, match="已经是"):
        cast.step(visit, "survey", cast.li, MONDAY, answers={safe.id: 0})
    cast.step(visit, "start", cast.li, MONDAY, carried=list(Carried))
    session.commit()
    shown, before, row = visit.version, everything(session), session.execute(select(Visit.__table__)).one()
    cast.step(visit, "survey", cast.li, MONDAY, answers={safe.id: 2})
    with pytest.raises(Stale):
        visit.survey(by=cast.li, version=shown, at=MONDAY, answers={safe.id: 2})
    session.commit()
    assert visit.surveyed == 1 and told(session, cast.li) == {"城南派出所": [(SAFE, [0, 0, 1])]}
    lines = session.scalars(select(audit.AuditLine).where(audit.AuditLine.action == "survey")).all()
    assert [(line.subject_uid, line.detail) for line in lines] == [(visit.uid, "under_way > under_way")]
    changed = {name for name, rows in everything(session).items() if rows != before[name]}
    assert changed == {"task", "visit", "question_sum", "audit_line", "audit_head"}
    assert session.execute(select(Visit.__table__)).one()._asdict() == row._asdict() | {"surveyed": 1}

"""The service team: sent with a numbered slip, by roles and counts, and what came of it, written down once."""

from datetime import timedelta

import pytest

from models.base import beijing_date
from models.contact import Reachable
from models.life import Kind
from models.steps import Fault, OutOfSight, Refused
from models.task import TaskState, mine
from models.team_task import Member, TeamOutcome, TeamTask, over
from tests.cast import DAY, MONDAY

HOUR = timedelta(hours=1)
TUESDAY = MONDAY + DAY
SENT = {"title": "换门锁", "day": beijing_date(TUESDAY), "place": "幸福里3号楼", "volunteers": 2}
DONE = {"outcome": TeamOutcome.DONE, "result": "清走了六辆。", "came": 5}


def test_it_is_numbered_by_station_and_year_and_stands_in_the_queue_of_whoever_sent_it(cast, session):
    first, second, elsewhere = cast.team_task(), cast.team_task(by=cast.he), cast.team_task(by=cast.sun)
    later = cast.team_task(MONDAY + 60 * DAY)
    assert [(task.year, task.serial) for task in (first, second, elsewhere, later)] == [
        (2026, 1),
        (2026, 2),
        (2026, 1),
        (2027, 1),
    ]
    assert [row.id for row in session.execute(mine(cast.he))] == [second.id]
    assert first.team == {Member.OFFICERS: 1, Member.GRID_WORKERS: 1, Member.VOLUNTEERS: 3}
    with pytest.raises(OutOfSight):
        cast.step(first, "record", cast.sun, TUESDAY, **DONE, leader=cast.sun)


def test_two_taps_send_one_team(cast, session):
    assert cast.team_task(uid="1" * 32) is cast.team_task(uid="1" * 32) and session.query(TeamTask).count() == 1
    with pytest.raises(Fault, match="已经交过了"):
        cast.team_task(uid="1" * 32, title="另一件事")


@pytest.mark.parametrize(
    ("what", "field"),
    [
        ({"team": {Member.OFFICERS: 2, Member.VOLUNTEERS: -1}}, "volunteers"),
        ({"team": {Member.VOLUNTEERS: 100}}, "volunteers"),
        ({"team": {Member.OFFICERS: 0}}, "officers"),
        ({"team": {}}, "officers"),
        ({"day": beijing_date(MONDAY) - DAY}, "day"),
        ({"day": beijing_date(MONDAY) + 400 * DAY}, "day"),
        ({"details": "找陈静，13900001234"}, "details"),
        ({"place": "问13900001234"}, "place"),
    ],
)
def test_what_can_not_be_is_refused_beside_its_field_and_takes_no_number(cast, session, what, field):
    with pytest.raises(Fault) as fault:
        cast.team_task(**what)
    assert fault.value.field == field and session.query(TeamTask).count() == 0
    assert cast.team_task().serial == 1


def test_today_is_over_at_ten_in_the_evening(cast):
    today = {"day": beijing_date(MONDAY)}
    assert cast.team_task(MONDAY + 11 * HOUR, **today)
    with pytest.raises(Fault):
        cast.team_task(MONDAY + 12 * HOUR, **today)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"came": -1}, "came"),
        ({"came": 1000}, "came"),
        ({"came": 0}, "came"),
        ({"leader": None}, "leader"),
        ({"leader": "sun"}, "leader"),
        ({"leader": "he"}, "leader"),
        ({"result": "找13900001234"}, "result"),
    ],
)
def test_a_result_that_can_not_be_is_refused_beside_its_field(cast, fields, field):
    task, given = cast.team_task(), {"leader": "li"} | fields
    given["leader"] = given["leader"] and getattr(cast, given["leader"])
    with pytest.raises(Fault) as fault:
        cast.step(task, "record", cast.li, TUESDAY, **DONE | given)
    assert fault.value.field == field and task.state is TaskState.PLANNED and task.place


def test_the_result_is_written_down_once_and_where_exactly_it_was_is_forgotten(cast, session):
    task, nobody = cast.team_task(), cast.team_task()
    cast.step(task, "record", cast.zhou, TUESDAY, **DONE, leader=cast.zhou)
    assert (task.outcome, task.came, task.leader, task.place) == (TeamOutcome.DONE, 5, cast.zhou, "")
    for step, fields in (("record", DONE | {"came": 9, "leader": cast.li}), ("call_off", {"reason": "下雨。"})):
        with pytest.raises(Refused) as refused:
            cast.step(task, step, cast.li, TUESDAY, **fields)
        assert refused.value.values == {"state": TaskState.DONE, "when": TUESDAY}
    cast.step(
        nobody, "record", cast.he, TUESDAY, outcome=TeamOutcome.NOT_DONE, result="下大雨，没有去。", came=0, leader=cast.li
    )
    assert (nobody.leader, task.came) == (None, 5)
    assert session.scalars(over(cast.qian)).all() == [nobody, task]


def test_it_is_handed_over_to_whoever_may_send_a_team(cast):
    task = cast.team_task()
    for handler in (cast.zhou, cast.sun, cast.gao):
        with pytest.raises(Fault):
            cast.step(task, "pass_on", cast.li, MONDAY, handler=handler)
    cast.step(task, "pass_on", cast.wang, MONDAY, handler=cast.he)
    assert task.assignee is cast.he


# ── about a matter


def test_its_ledger_tells_colleagues_that_a_team_went_and_what_came_of_it(cast):
    matter = cast.accepted()
    news_by, area = matter.news_by, matter.area
    cast.step(matter, "send_team", cast.li, MONDAY, **SENT)
    (task,) = matter.team_tasks
    cast.step(task, "record", cast.li, TUESDAY, **DONE, leader=cast.li)
    lines = [(entry.record, entry.step, entry.public, entry.text) for entry in matter.entries[-2:]]
    assert lines == [("matters", "send_team", False, "换门锁"), ("teams", "record", False, "清走了六辆。")]
    assert (task.area, task.number, matter.news_by) == (area, None, news_by)


def test_nobody_goes_for_a_complaint_nor_for_the_bureau(cast):
    complaint = cast.make.card(cast.gangnan, kind=Kind.COMPLAINT, about="他", at=MONDAY).matter
    with pytest.raises(Refused):
        cast.step(complaint, "send_team", cast.gao, MONDAY, **SENT)
    matter = cast.accepted()
    cast.step(matter, "send_team", cast.he, MONDAY, **SENT)
    cast.step(matter, "sort", cast.wang, MONDAY, kind=Kind.COMPLAINT, text="说的是民警。")
    (task,) = matter.team_tasks
    assert (task.state, task.reserved) == (TaskState.CALLED_OFF, True)
    with pytest.raises(OutOfSight):
        cast.step(task, "record", cast.qian, TUESDAY, **DONE, leader=cast.li)


def test_a_matter_that_is_withdrawn_sends_nobody_any_more_and_erased_it_forgets_where(cast):
    withdrawn, erased = cast.accepted(), cast.accepted(contact=Reachable("陈静", "0000-5550142"))
    for matter in (withdrawn, erased):
        cast.step(matter, "send_team", cast.li, MONDAY, **SENT)
    cast.step(withdrawn, "withdraw", withdrawn.cards[0], MONDAY)
    cast.step(erased, "erase", erased.cards[0], MONDAY)
    assert withdrawn.team_tasks[0].state is TaskState.CALLED_OFF
    assert (erased.team_tasks[0].state, erased.team_tasks[0].place) == (TaskState.PLANNED, "")

"""A gathering: planned, announced, waited for by a sum, written down by counts, its results told line by line."""

from datetime import date, datetime, time, timedelta

import pytest

from models.base import BEIJING
from models.gathering import (
    Audience,
    Gathering,
    GatheringKind,
    announced_in,
    owing_since,
    photos_kept_too_long,
    published_in,
    to_publish,
    untold,
)
from models.life import Kind
from models.matter import Matter
from models.photo import Drawn
from models.point import Outcome
from models.receiving import receive_on
from models.showing import Adoption
from models.slot import Slot
from models.steps import CLOCK, Fault, OutOfSight, Refused
from models.task import TaskState, mine
from models.unit import Room
from tests.cast import DAY, MONDAY

HOUR = timedelta(hours=1)
AFTER = MONDAY + 4 * HOUR
TUESDAY = date(2026, 11, 17)


def test_it_stands_in_the_queue_of_its_holder_and_on_the_page_once_announced(cast, session):
    gathering = cast.gathering(announced=False)
    assert [(row.id, row.next) for row in session.execute(mine(cast.li))] == [(gathering.id, "announce")]
    assert not session.scalars(announced_in(cast.gangnan, MONDAY)).all()
    cast.step(gathering, "announce", cast.li, MONDAY)
    assert session.scalars(announced_in(cast.gangnan, MONDAY)).all() == [gathering]
    assert not session.scalars(announced_in(cast.rixin, MONDAY)).all()
    assert not session.scalars(announced_in(cast.gangnan, MONDAY + 3 * HOUR)).all()


def test_one_for_the_whole_station_stands_in_each_of_its_communities_and_in_no_other(cast, session):
    gathering = cast.gathering(community=None)
    for community in (cast.gangnan, cast.rixin):
        assert session.scalars(announced_in(community, MONDAY)).all() == [gathering]
    assert not session.scalars(announced_in(cast.hedong, MONDAY)).all()
    assert gathering.area == "城南派出所"


def test_two_taps_plan_one_and_a_second_one_at_the_same_hour_is_refused(cast, session):
    first = cast.gathering(uid="1" * 32)
    assert cast.gathering(uid="1" * 32, announced=False) is first
    with pytest.raises(Fault, match="已经交过了"):
        cast.gathering(uid="1" * 32, announced=False, title="另一次活动")
    with pytest.raises(Fault) as fault:
        cast.gathering(title="另一个会")
    assert fault.value.field == "begins" and session.query(Gathering).count() == 1


def test_it_is_held_somewhere_by_somebody_of_the_station_and_only_a_head_plans_for_others(cast, session):
    room = Room(station=cast.elsewhere, name="河东警务室")
    session.add(room)
    session.flush()
    slot = Slot(MONDAY + HOUR, MONDAY + 2 * HOUR)
    given = {"title": "恳谈会", "sort": GatheringKind.TALK, "slot": slot, "place": "广场", "officers": [cast.li]}
    for by, what, field in (
        (cast.wang, {"place": ""}, "place"),
        (cast.wang, {"room": room}, "room"),
        (cast.wang, {"community": cast.hedong}, "community"),
        (cast.wang, {"officers": []}, "officers"),
        (cast.wang, {"officers": [cast.sun]}, "officers"),
        (cast.wang, {"officers": [cast.he]}, "officers"),
        (cast.zhao, {}, "officers"),
    ):
        with pytest.raises(Fault) as fault:
            Gathering.plan(session, by, MONDAY, **given | what)
        assert fault.value.field == field, what
    assert Gathering.plan(session, cast.wang, MONDAY, **given).officers == [cast.li]


def test_what_is_over_is_not_announced_and_nothing_is_announced_twice(cast):
    gathering = cast.gathering(announced=False)
    with pytest.raises(Refused):
        cast.step(gathering, "announce", cast.li, AFTER)
    cast.step(gathering, "announce", cast.li, MONDAY)
    with pytest.raises(Refused) as refused:
        cast.step(gathering, "announce", cast.li, MONDAY)
    assert refused.value.values == {"when": MONDAY}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"begins": time(15), "ends": time(14)}, "ends"),
        ({"begins": time(7), "ends": time(9)}, "begins"),
        ({"begins": time(21), "ends": time(23)}, "ends"),
        ({"day": TUESDAY - 2 * DAY}, "day"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_change_that_can_not_be_changes_nothing(cast, fields, field):
    gathering = cast.gathering()
    given = {"day": TUESDAY, "begins": time(14), "ends": time(15), "reason": "下大雨。"} | fields
    with pytest.raises(Fault) as fault:
        cast.step(gathering, "change", cast.li, MONDAY, **given)
    assert fault.value.field == field and gathering.begins_at == MONDAY + 2 * HOUR and gathering.version == 2


def test_a_change_of_what_was_announced_says_why_and_may_keep_the_place(cast):
    gathering = cast.gathering()
    cast.step(gathering, "change", cast.li, MONDAY, day=TUESDAY, begins=time(14), ends=time(15), reason="下大雨。")
    assert gathering.begins_at == datetime(2026, 11, 17, 14, tzinfo=BEIJING)
    assert (gathering.why, gathering.where) == ("下大雨。", "居委会二楼")


def test_what_was_called_off_stands_there_with_its_reason_until_its_hour_is_over(cast, session):
    gathering = cast.gathering()
    cast.step(gathering, "call_off", cast.li, MONDAY, reason="全所有任务。")
    assert session.scalars(announced_in(cast.gangnan, MONDAY)).all() == [gathering] and gathering.was_called_off
    for step, fields in (("record", {"residents": 5}), ("call_off", {"reason": "再取消一次。"})):
        with pytest.raises(Refused):
            cast.step(gathering, step, cast.li, AFTER, **fields)
    assert (gathering.residents, gathering.why) == (0, "全所有任务。")


# ── coming


def test_only_a_sum_of_those_who_come_is_kept_and_a_double_tap_counts_once(cast):
    gathering = cast.gathering()
    gathering.expect(MONDAY, 3, tap="a")
    gathering.expect(MONDAY, 3, tap="a")
    gathering.expect(MONDAY, 2, tap="b")
    assert gathering.coming == 5
    gathering.expect(MONDAY, 1, instead_of=3, tap="c")
    gathering.expect(MONDAY, 0, instead_of=2, tap="d")
    gathering.expect(MONDAY, 0, instead_of=2, tap="d")
    assert gathering.coming == 1 and not any(tap in "abcd" for tap in gathering.taps)


@pytest.mark.parametrize("people", [-1, 0, 10, 10**9])
def test_one_to_nine_people_come(cast, people):
    gathering = cast.gathering()
    with pytest.raises(Fault):
        gathering.expect(MONDAY, people, tap="a")
    assert (gathering.coming, gathering.taps) == (0, [])


def test_nobody_is_waited_for_who_is_invited_or_too_late(cast):
    later = Slot(MONDAY + 5 * HOUR, MONDAY + 6 * HOUR)
    invited = cast.gathering(audience=Audience.INTEGRITY, slot=later)
    begun, hidden = cast.gathering(), cast.gathering(officers=[cast.zhao], announced=False)
    for gathering, at in ((invited, MONDAY), (begun, MONDAY + 2 * HOUR), (hidden, MONDAY)):
        with pytest.raises(Refused):
            gathering.expect(at, 1, tap="a")
        assert gathering.coming == 0


# ── afterwards


def test_it_is_written_down_once_by_counts_and_after_it_began(cast):
    gathering = cast.gathering()
    gathering.expect(MONDAY, 3, tap="a")
    with pytest.raises(Refused):
        cast.step(gathering, "record", cast.li, MONDAY + HOUR, residents=12)
    cast.step(gathering, "record", cast.li, AFTER, residents=12, cadres=2, diary="说得最多的是电瓶车。")
    assert (gathering.state, sum(gathering.attendance.values()), gathering.taps) == (TaskState.DONE, 14, [])
    with pytest.raises(Refused) as refused:
        cast.step(gathering, "record", cast.li, AFTER, residents=99)
    assert refused.value.values == {"state": TaskState.DONE, "when": AFTER} and gathering.residents == 12


@pytest.mark.parametrize(
    ("sort", "fields", "field"),
    [
        (GatheringKind.TALK, {}, "residents"),
        (GatheringKind.TALK, {"residents": -1}, "residents"),
        (GatheringKind.TALK, {"residents": 1, "traders": 10**9}, "traders"),
        (GatheringKind.TALK, {"residents": 3, "satisfied": 2}, "satisfied"),
        (GatheringKind.APPRAISAL, {"residents": 3, "satisfied": 2, "unsatisfied": 2}, "satisfied"),
    ],
)
def test_counts_that_can_not_be_are_refused_beside_their_field(cast, sort, fields, field):
    gathering = cast.gathering(sort=sort)
    with pytest.raises(Fault) as fault:
        cast.step(gathering, "record", cast.li, AFTER, **fields)
    assert fault.value.field == field and gathering.state is TaskState.PLANNED


def test_a_head_publishes_line_by_line_and_once(cast, session):
    cast.gangnan.post.phone = "13900005678"  # on duty, and so on the page itself
    gathering = cast.gathering(sort=GatheringKind.APPRAISAL)
    cast.step(gathering, "record", cast.li, AFTER, residents=12, satisfied=9, unsatisfied=1)
    with pytest.raises(Refused, match="还没有写结果"):
        cast.step(gathering, "publish_results", cast.wang, AFTER, lines=[1])
    for n in "一二三":
        cast.step(gathering, "sum_up", cast.li, AFTER, asked=f"第{n}个问题，打139 0000 5678", did=f"办了第{n}件")
    with pytest.raises(Fault) as fault:
        cast.step(gathering, "sum_up", cast.li, AFTER, asked="找谁", did="打陈静的电话13900001234")
    assert fault.value.field == "did"
    with pytest.raises(Refused):
        cast.step(gathering, "publish_results", cast.li, AFTER, lines=[1])
    for lines in ([], [4], [0]):
        with pytest.raises(Fault):
            cast.step(gathering, "publish_results", cast.wang, AFTER, lines=lines)
    assert not session.scalars(published_in(cast.gangnan)).all()
    cast.step(gathering, "publish_results", cast.wang, AFTER, lines=[3, 1])
    assert gathering.published == [(f"第{n}个问题，打139 0000 5678", f"办了第{n}件") for n in "一三"]
    assert session.scalars(published_in(cast.gangnan)).all() == [gathering]
    for step, by, fields in (
        ("publish_results", cast.wang, {"lines": [2]}),
        ("sum_up", cast.li, {"asked": "问", "did": "办"}),
    ):
        with pytest.raises(Refused) as refused:
            cast.step(gathering, step, by, AFTER, **fields)
        assert refused.value.values == {"who": "王所长", "when": AFTER}
    assert len(gathering.published) == 2 and len(gathering.results) == 3


def test_a_matter_raised_there_is_counted_once_and_knows_nothing_of_it(cast, session):
    gathering = cast.gathering()
    told = {"community": cast.gangnan, "kind": Kind.REQUEST, "body": "路灯不亮。", "points": [], "place": ""}
    for at, by, form in ((AFTER, cast.li, "a"), (AFTER, cast.li, "a"), (AFTER, cast.qian, "b")):
        receive_on(gathering, session, at=at, received_by=by, submission_id=form, **told)
    for at, by in ((MONDAY + HOUR, cast.li), (AFTER, cast.sun)):
        with pytest.raises(OutOfSight):
            receive_on(gathering, session, at=at, received_by=by, submission_id="c", **told)
    assert gathering.raised == 2 and session.query(Matter).count() == 2


def test_it_is_handed_over_to_somebody_who_is_free(cast):
    gathering = cast.gathering()
    cast.visit(MONDAY + 2 * HOUR, officers=[cast.qian])
    with pytest.raises(Fault):
        cast.step(gathering, "pass_on", cast.li, MONDAY, handler=cast.qian)
    cast.step(gathering, "pass_on", cast.li, MONDAY, handler=cast.zhao)
    assert gathering.officers == [cast.zhao]


# ── what nobody had planned, what nobody reads yet, photos


def written_up(cast, **what):
    """An evening of the day before, under the tree, with Li."""
    told = {"title": "树下的警民夜谈", "sort": GatheringKind.NIGHT_TALK, "community": cast.gangnan, "place": "大榕树下"}
    what = told | {"slot": Slot(MONDAY - 14 * HOUR, MONDAY - 12 * HOUR), "officers": [cast.li]} | what
    return Gathering.write_up(cast.session, cast.li, MONDAY, **{"record": {"residents": 9}} | what)


def test_what_nobody_had_planned_is_written_down_once_and_announced_nowhere(cast, session):
    cast.visit(MONDAY - 14 * HOUR)  # which Li was on as well
    evening = written_up(cast, uid="1" * 32)
    assert written_up(cast, uid="1" * 32, record={"residents": 99}) is evening
    assert (evening.state, evening.residents, evening.announced_at) == (TaskState.DONE, 9, None)
    assert not evening.was_planned and cast.gathering().was_planned


@pytest.mark.parametrize(
    ("day", "begins", "ends", "field"),
    [
        (TUESDAY - 9 * DAY, time(20), time(21), "day"),
        (TUESDAY - 2 * DAY, time(21), time(20), "ends"),
        (TUESDAY - DAY, time(9), time(11), "ends"),
    ],
)
def test_only_what_is_over_and_no_week_old_is_written_down_afterwards(day, begins, ends, field):
    with pytest.raises(Fault) as fault:
        Slot.was(MONDAY, day, begins, ends, 7 * DAY)
    assert fault.value.field == field
    assert Slot.was(MONDAY, TUESDAY - 8 * DAY, time(10), time(21), 7 * DAY)


def test_a_head_is_told_of_lines_at_once_and_of_silence_after_five_working_days(cast, session):
    def told(by, at):
        return session.scalars(to_publish(by, owing_since(session, at))).all()

    gathering, elsewhere = cast.gathering(), cast.gathering(officers=[cast.sun], community=cast.hedong)
    for held in (gathering, elsewhere):
        cast.step(held, "record", held.assignee, AFTER, residents=3)
    due, late = AFTER + 7 * DAY, AFTER + 8 * DAY
    assert (
        told(cast.wang, due) == [] and told(cast.wang, late) == [gathering] and told(cast.gao, late) == [gathering, elsewhere]
    )
    cast.step(gathering, "sum_up", cast.li, AFTER, asked="灯什么时候修", did="周二修好了")
    assert told(cast.wang, due) == [gathering] and told(cast.gao, due) == []
    row = next(iter(session.execute(to_publish(cast.wang, MONDAY).with_only_columns(Gathering.next, Gathering.state))))
    assert (Gathering.offers(row, cast.wang), Gathering.offers(row, cast.li)) == ("publish_results", None)
    cast.step(gathering, "withhold", cast.wang, AFTER, reason="只问了一句路灯。")
    assert told(cast.wang, late) == [] and session.scalars(untold(late)).all() == [elsewhere]
    with pytest.raises(Refused):
        cast.step(gathering, "withhold", cast.wang, AFTER, reason="又一次。")
    cast.step(gathering, "sum_up", cast.li, AFTER, asked="车", did="划了线")
    assert told(cast.wang, due) == [gathering]
    cast.step(gathering, "publish_results", cast.wang, AFTER, lines=[2])
    assert told(cast.wang, late) == [] and gathering.next is None


def test_photos_go_90_days_after_the_record(cast, session):
    gathering = cast.gathering()
    with pytest.raises(Fault) as fault:
        cast.step(gathering, "record", cast.li, AFTER, residents=3, photos=[Drawn(b"tree", 4, 3)] * 13)
    assert fault.value.field == "photos" and gathering.photos == []
    cast.step(gathering, "record", cast.li, AFTER, residents=3, photos=[Drawn(b"tree", 4, 3)])
    end = AFTER + 90 * DAY
    assert photos_kept_too_long(session, end) == []
    with pytest.raises(Refused):
        cast.step(gathering, "erase", CLOCK, end)
    assert photos_kept_too_long(session, end + HOUR) == [gathering]
    cast.step(gathering, "erase", CLOCK, end + HOUR)
    assert gathering.photos == [] and gathering.residents == 3


# ── ideas


@pytest.mark.parametrize(
    ("outcomes", "adoption"),
    [
        ([Outcome.DONE], Adoption.ADOPTED),
        ([Outcome.CANNOT, Outcome.DONE], Adoption.PARTLY),
        ([Outcome.CANNOT, Outcome.NOT_OURS], Adoption.NOT_ADOPTED),
    ],
)
def test_what_became_of_an_idea_is_read_off_its_points(cast, outcomes, adoption):
    assert cast.idea(outcomes).adoption is adoption
    assert cast.answered().adoption is None and cast.accepted().adoption is None

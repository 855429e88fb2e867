"""Planning a visit: its hours, who goes, and that nobody is in two places at once."""

from datetime import date, datetime, time, timedelta

import pytest

from models.asking import Rating
from models.audit import AuditLine
from models.base import BEIJING
from models.contact import Daypart
from models.going import Carried
from models.life import Kind
from models.must_visit import sites_to_visit
from models.place import ContactCard
from models.slot import Slot
from models.steps import Fault, Refused
from models.visit import Visit
from tests.cast import DAY, MONDAY

TUESDAY = date(2026, 11, 17)
HOUR = timedelta(hours=1)


def beijing(day, hour, minute=0):
    return datetime.combine(day, time(hour, minute), BEIJING)


@pytest.mark.parametrize(
    ("begins", "ends", "field"),
    [
        (time(7, 59), time(9, 0), "begins"),
        (time(8, 0), time(9, 0), None),
        (time(21, 0), time(21, 59), None),
        (time(21, 0), time(22, 0), None),
        (time(21, 0), time(22, 1), "ends"),
        (time(22, 0), time(22, 30), "ends"),
        (time(1, 0), time(2, 0), "begins"),
        (time(23, 30), time(0, 30), "ends"),
        (time(9, 0), time(9, 0), "ends"),
        (time(10, 0), time(9, 0), "ends"),
        (None, time(9, 0), "begins"),
        (time(9, 0), None, "begins"),
    ],
)
def test_a_home_is_visited_between_8_and_22_and_nobody_plans_otherwise(begins, ends, field):
    if field is None:
        assert Slot.of(MONDAY, TUESDAY, begins, ends).ends_at == datetime.combine(TUESDAY, ends, BEIJING)
        return
    with pytest.raises(Fault) as fault:
        Slot.of(MONDAY, TUESDAY, begins, ends)
    assert fault.value.field == field


@pytest.mark.parametrize(
    ("at", "day", "chosen", "field"),
    [
        (beijing(TUESDAY, 9), TUESDAY - DAY, {"begins": time(9), "ends": time(10)}, "day"),
        (beijing(TUESDAY, 9), TUESDAY, {"begins": time(9), "ends": time(10)}, "begins"),
        (beijing(TUESDAY, 9), TUESDAY, {"begins": time(9, 1), "ends": time(10)}, None),
        (beijing(TUESDAY, 11, 59), TUESDAY, {"daypart": Daypart.MORNING}, None),
        (beijing(TUESDAY, 12), TUESDAY, {"daypart": Daypart.MORNING}, "begins"),
        (beijing(date(2026, 12, 31), 23, 59), date(2027, 1, 1), {"begins": time(8), "ends": time(9)}, None),
        (beijing(date(2027, 1, 1), 0), date(2026, 12, 31), {"begins": time(21), "ends": time(22)}, "day"),
        (beijing(TUESDAY, 0), TUESDAY, {"begins": time(8), "ends": time(9)}, None),
        (beijing(TUESDAY, 9), TUESDAY + 366 * DAY, {"daypart": Daypart.NOON}, None),
        (beijing(TUESDAY, 9), TUESDAY + 367 * DAY, {"daypart": Daypart.NOON}, "day"),
        (beijing(TUESDAY, 9), None, {"daypart": Daypart.NOON}, "day"),
    ],
)
def test_nothing_is_planned_in_the_past_or_more_than_a_year_ahead(at, day, chosen, field):
    if field is None:
        assert Slot.of(at, day, **chosen)
        return
    with pytest.raises(Fault) as fault:
        Slot.of(at, day, **chosen)
    assert fault.value.field == field


def test_it_is_a_night_visit_from_20_on():
    assert Slot(beijing(TUESDAY, 20), beijing(TUESDAY, 21)).is_at_night
    assert not Slot(beijing(TUESDAY, 19, 59), beijing(TUESDAY, 21)).is_at_night


def test_nobody_is_in_two_places_at_once(cast):
    cast.visit(MONDAY)
    cast.visit(MONDAY + HOUR)  # the one ends when the other begins
    cast.visit(MONDAY, officers=[cast.zhao])
    cast.visit(MONDAY, daypart=Daypart.MORNING)
    with pytest.raises(Fault) as fault:
        cast.visit(MONDAY + HOUR / 2, officers=[cast.qian, cast.li])
    assert fault.value.field == "begins" and fault.value.values["who"] == "李警官"


def test_who_goes_along_is_not_elsewhere_either_and_is_free_again_once_it_is_called_off(cast):
    visit = cast.visit(MONDAY, officers=[cast.li, cast.zhao])
    with pytest.raises(Fault):
        cast.visit(MONDAY, officers=[cast.zhao])
    cast.step(visit, "call_off", cast.wang, MONDAY, reason="下大雨。")
    assert cast.visit(MONDAY, officers=[cast.zhao])


@pytest.mark.parametrize(
    ("by", "officers", "may"),
    [
        ("li", ["li", "zhao"], True),
        ("li", ["zhao"], False),
        ("wang", ["zhao"], True),
        ("wang", ["sun"], False),
        ("wang", ["li", "sun"], False),
        ("wang", ["li", "gao"], True),
        ("wang", ["gao"], False),
        ("wang", ["he"], False),
        ("wang", [], False),
    ],
)
def test_an_officer_plans_the_own_way_and_a_head_everybodys(cast, session, by, officers, may):
    officers = [getattr(cast, name) for name in officers]
    slots = [Slot(MONDAY, MONDAY + HOUR)]

    def plan():
        return Visit.plan(
            session, getattr(cast, by), MONDAY, officers=officers, slots=slots, community=cast.gangnan, reason="看看路灯"
        )

    if may:
        assert plan()[0].officers == officers
        return
    with pytest.raises(Fault) as fault:
        plan()
    assert fault.value.field == "officers"


def test_the_same_form_sent_twice_plans_once(cast, session):
    first = cast.visit(MONDAY, daypart=Daypart.MORNING, uid="a" * 32)
    assert cast.visit(MONDAY, daypart=Daypart.MORNING, uid="a" * 32) is first
    assert session.query(Visit).count() == 1


def test_a_new_time_wants_a_reason_which_stays(cast):
    visit = cast.visit(MONDAY + DAY)
    with pytest.raises(Fault) as fault:
        cast.step(visit, "schedule", cast.li, MONDAY, day=TUESDAY, begins=time(20), ends=time(21))
    assert fault.value.field == "reason"
    cast.session.rollback()
    visit = cast.visit(MONDAY + DAY)
    cast.step(visit, "schedule", cast.li, MONDAY, day=TUESDAY, begins=time(20), ends=time(21), reason="白天家里没有人。")
    assert (visit.slot.hours, visit.why, visit.moves) == ("20:00–21:00", "白天家里没有人。", 1)


def start(cast, visit, at, by=None, carried=tuple(Carried)):
    cast.step(visit, "start", by or cast.li, at, carried=list(carried))


@pytest.mark.parametrize(
    ("hour", "minute", "may"), [(7, 59, False), (8, 0, True), (21, 59, True), (22, 0, False), (23, 59, False)]
)
def test_nobody_sets_out_before_8_or_after_22(cast, hour, minute, may):
    visit = cast.visit(MONDAY, daypart=Daypart.MORNING)
    if may:
        start(cast, visit, beijing(TUESDAY, hour, minute))
        return
    with pytest.raises(Refused):
        start(cast, visit, beijing(TUESDAY, hour, minute))


def test_nobody_goes_before_the_day_or_without_all_three(cast):
    visit = cast.visit(MONDAY + DAY)
    with pytest.raises(Refused):
        start(cast, visit, MONDAY)
    with pytest.raises(Fault) as fault:
        start(cast, visit, MONDAY + DAY, carried=[Carried.CARD, Carried.LEAFLETS])
    assert fault.value.values["things"] == [Carried.SURVEY]


def test_the_record_keeps_the_true_times_and_what_was_counted(cast, session):
    visit = cast.visit(MONDAY)
    start(cast, visit, MONDAY)
    cast.step(visit, "record", cast.li, MONDAY + HOUR, households=3, people=5, leaflets=4, diary="大家都说路灯好了。")
    assert (visit.went_at, visit.left_at, visit.households, visit.people) == (MONDAY, MONDAY + HOUR, 3, 5)
    assert visit.ended_at and not visit.was_out_of_hours
    assert "路灯" not in str([line.detail for line in session.query(AuditLine)])


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "households"),
        ({"households": -1}, "households"),
        ({"households": 1, "leaflets": 10**9}, "leaflets"),
        ({"households": 1, "left": time(13, 0)}, "left"),
        ({"households": 1, "went": time(12, 0), "left": time(11, 30)}, "went"),
    ],
)
def test_a_record_that_can_not_be_is_refused_beside_its_field(cast, fields, field):
    visit = cast.visit(MONDAY)
    start(cast, visit, MONDAY)
    with pytest.raises(Fault) as fault:
        cast.step(visit, "record", cast.li, MONDAY + HOUR, **fields)
    assert fault.value.field == field


def test_whoever_stayed_past_22_says_why(cast):
    visit = cast.visit(beijing(TUESDAY, 20))
    start(cast, visit, beijing(TUESDAY, 20))
    late = {"households": 1, "left": time(22, 1)}
    with pytest.raises(Fault) as fault:
        cast.step(visit, "record", cast.li, beijing(TUESDAY, 22, 5), **late)
    assert fault.value.field == "late_because"
    cast.step(visit, "record", cast.li, beijing(TUESDAY, 22, 5), **late, late_because="老人要人陪到家里人回来。")
    assert visit.was_out_of_hours and visit.late_because


def test_a_record_after_midnight_is_of_the_evening_before(cast):
    visit = cast.visit(beijing(TUESDAY, 21), hours=0.5)
    start(cast, visit, beijing(TUESDAY, 21))
    after = beijing(TUESDAY + DAY, 0, 10)
    cast.step(visit, "record", cast.li, after, households=1, left=time(21, 40))
    assert visit.left_at == beijing(TUESDAY, 21, 40) and not visit.was_out_of_hours


def test_the_same_record_twice_and_one_of_what_was_called_off_change_nothing(cast):
    done, off = cast.visit(MONDAY), cast.visit(MONDAY, officers=[cast.zhao])
    cast.step(done, "record", cast.li, MONDAY + HOUR, households=1)
    cast.step(off, "call_off", cast.wang, MONDAY, reason="下大雨。")
    for visit, by in ((done, cast.li), (off, cast.zhao)):
        with pytest.raises(Refused):
            cast.step(visit, "record", by, MONDAY + HOUR, households=9)
    assert (done.households, off.households) == (1, 0)


def test_a_visit_after_a_transfer_is_the_new_stations_and_the_bureau_sends_nobody(cast):
    matter = cast.accepted()
    cast.step(matter, "escalate", cast.wang, MONDAY, text="牵涉两个镇。")
    cast.step(matter, "accept", cast.gao, MONDAY, summary="路灯不亮", category=cast.make.category())
    with pytest.raises(Refused):
        cast.step(matter, "visit", cast.gao, MONDAY, day=TUESDAY, begins=time(19), ends=time(20))
    cast.step(matter, "return", cast.gao, MONDAY, station=cast.elsewhere, text="在河东。")
    cast.step(matter, "accept", cast.sun, MONDAY, summary="路灯不亮", category=cast.make.category())
    cast.step(matter, "visit", cast.sun, MONDAY, day=TUESDAY, begins=time(19), ends=time(20))
    assert matter.visits[0].station_id == cast.elsewhere.id


def test_to_a_complaint_only_heads_come_along(cast, session):
    of_li = ContactCard(post=cast.gangnan.post)
    session.add(of_li)
    session.flush()
    matter = cast.make.card(cast.gangnan, kind=Kind.COMPLAINT, body="说话很冲，不听人讲完。", about=of_li.code).matter
    cast.step(matter, "accept", cast.wang, MONDAY, summary="窗口态度", category=cast.make.category())
    when = {"day": TUESDAY, "begins": time(19), "ends": time(20)}
    with pytest.raises(Fault) as fault:
        cast.step(matter, "visit", cast.wang, MONDAY, **when, companions=[cast.qian])
    assert fault.value.field == "companions"
    cast.step(matter, "visit", cast.wang, MONDAY, **when, companions=[cast.liu])


def test_nobody_goes_to_what_was_signed_off(cast):
    matter = cast.answered()
    cast.step(matter, "visit", cast.li, MONDAY, day=TUESDAY, begins=time(19), ends=time(20))
    cast.step(matter, "rate", matter.cards[0], MONDAY, rating=Rating.SATISFIED, solved=[1])
    cast.step(matter, "sign_off", cast.wang, MONDAY)
    assert matter.visits[0].ended_at == MONDAY


def test_where_exactly_it_was_goes_with_the_record_and_her_card_says_that_somebody_came(cast):
    matter = cast.accepted()
    cast.step(matter, "visit", cast.li, MONDAY, day=TUESDAY, begins=time(19), ends=time(20), place="3幢402")
    visit = matter.visits[0]
    shown = {who.username for who in cast.everyone() if visit.shows_place_to(who)}
    assert shown == {"li", "zhou", "wang", "liu", "gao", "ma"}
    cast.step(visit, "record", cast.li, beijing(TUESDAY, 20), households=1)
    assert (visit.place, matter.entries[-1].step, matter.entries[-1].public) == ("", "record", True)


def test_her_card_says_when_somebody_comes_and_why_nobody_does(cast):
    matter = cast.accepted()
    cast.step(matter, "visit", cast.li, MONDAY, day=TUESDAY, begins=time(19), ends=time(20))
    visit = matter.visits[0]
    with pytest.raises(Refused):
        cast.step(matter, "visit", cast.li, MONDAY, day=TUESDAY, begins=time(9), ends=time(10))
    cast.step(visit, "call_off", cast.wang, MONDAY, reason="那天全所有任务。")
    told = [(entry.step, entry.public, entry.text) for entry in matter.entries][-2:]
    assert told == [("visit", True, None), ("call_off", True, "那天全所有任务。")]


def test_what_is_withdrawn_nobody_goes_to_any_more(cast):
    matter = cast.accepted()
    cast.step(matter, "visit", cast.li, MONDAY, day=TUESDAY, begins=time(19), ends=time(20))
    later = {"day": TUESDAY, "begins": time(20), "ends": time(21), "reason": "白天家里没有人。"}
    cast.step(matter.visits[0], "schedule", cast.li, MONDAY, **later)
    cast.step(matter, "withdraw", matter.cards[0], MONDAY)
    assert (matter.visits[0].ended_at, matter.visits[0].why) == (MONDAY, None)


def test_what_goes_to_another_unit_takes_no_visit_along_and_the_card_says_so(cast):
    matter = cast.accepted()
    cast.step(matter, "visit", cast.li, MONDAY, day=TUESDAY, begins=time(19), ends=time(20))
    cast.step(matter, "escalate", cast.wang, MONDAY, text="牵涉两个镇。")
    assert matter.visits[0].ended_at == MONDAY
    assert [entry.step for entry in matter.entries if entry.public][-2:] == ["call_off", "escalate"]


def test_a_site_not_seen_in_its_interval_rises_by_itself_and_once(cast, session):
    site = cast.make.site(cast.gangnan, "港南小学", interval_days=30)
    assert sites_to_visit(session, MONDAY + 29 * DAY) == []
    assert sites_to_visit(session, MONDAY + 30 * DAY) == [site]
    visit = Visit.rise(session, MONDAY + 30 * DAY, site)
    assert (visit.title, visit.assignee, visit.begins_at) == ("港南小学", cast.li, None)
    assert sites_to_visit(session, MONDAY + 31 * DAY) == []
    cast.step(visit, "record", cast.li, MONDAY + 31 * DAY, units=1)
    assert sites_to_visit(session, MONDAY + 60 * DAY) == []
    assert sites_to_visit(session, MONDAY + 61 * DAY) == [site]

"""The roster: no room and no officer twice at a time, who is there by the minute, and hours at which nobody is."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from models.audit import AuditLine
from models.base import BEIJING, span
from models.duty import Duty, Place, copy_week, gaps, monday, presences
from models.steps import Fault, Refused
from models.unit import Room
from tests.cast import DAY, MONDAY, WORKDAYS

TODAY = date(2026, 11, 16)  # a Monday


def beijing(day, hour, minute=0):
    return datetime.combine(day, time(hour, minute), BEIJING)


@pytest.fixture
def halls(cast):
    """Two rooms of the station, the first with a talk hall, and one elsewhere."""
    here = cast.make.room(cast.station, "港南社区警务室", hall=True)
    return here, cast.make.room(cast.station, "日新社区警务室"), cast.make.room(cast.elsewhere, "河东社区警务室")


@pytest.fixture
def plan(cast):
    return cast.duty


def refused(plan, *shift, **more):
    with pytest.raises(Fault) as fault:
        plan(*shift, **more)
    return fault.value.field


# ── shifts


@pytest.mark.parametrize(
    ("day", "begins", "ends", "hours"),
    [
        (TODAY, "09:00", "17:00", 8),
        (TODAY, "20:00", "08:00", 12),
        (TODAY, "08:00", "08:00", 24),
        (TODAY, "16:00", "00:00", 8),
        (date(2026, 12, 31), "20:00", "08:00", 12),
    ],
)
def test_a_shift_ends_at_the_next_such_hour(day, begins, ends, hours):
    begins_at, ends_at = span(day, time.fromisoformat(begins), time.fromisoformat(ends))
    assert begins_at == datetime.combine(day, time.fromisoformat(begins), BEIJING)
    assert ends_at - begins_at == timedelta(hours=hours)
    assert ends_at.year == (2027 if day.year == 2026 and day.month == 12 else 2026)


@pytest.mark.parametrize("length", [timedelta(0), timedelta(hours=-1), timedelta(hours=24, minutes=1)])
def test_no_shift_ends_before_it_begins_or_lasts_longer_than_a_day(cast, session, length):
    shift = {"officer": cast.li, "room": None, "begins_at": MONDAY, "ends_at": MONDAY + length}
    with pytest.raises(Fault) as fault:
        Duty.plan(session, cast.wang, MONDAY, **shift)
    assert fault.value.field == "ends"
    if length <= timedelta(0):
        session.add(Duty(station=cast.station, **shift))
        with pytest.raises(IntegrityError):
            session.flush()


def test_no_room_is_given_twice_and_nobody_is_in_two_places(cast, halls, plan):
    here, there, _elsewhere = halls
    plan(cast.li, here, TODAY, "09:00", "17:00")
    assert refused(plan, cast.zhao, here, TODAY, "16:59", "20:00") == "begins"
    assert refused(plan, cast.li, there, TODAY, "08:00", "09:01") == "officer"
    assert refused(plan, cast.li, None, TODAY - DAY, "20:00", "10:00") == "officer"
    plan(cast.zhao, here, TODAY, "17:00", "20:00")  # the one ends when the other begins
    plan(cast.li, there, TODAY, "17:00", "20:00")
    plan(cast.he, None, TODAY, "08:00", "08:00")
    plan(cast.wang, None, TODAY, "08:00", "08:00")  # the desk may have several


def test_the_same_shift_again_is_the_one_there_is(cast, halls, plan, session):
    assert plan(cast.li, halls[0], TODAY, "09:00", "17:00") is plan(cast.li, halls[0], TODAY, "09:00", "17:00")
    assert len(session.scalars(select(Duty)).all()) == 1


def test_only_who_works_there_stands_on_it_and_only_in_its_rooms(cast, halls, plan):
    assert refused(plan, cast.sun, halls[0], TODAY, "09:00", "17:00") == "officer"
    assert refused(plan, cast.gao, halls[0], TODAY, "09:00", "17:00") == "officer"
    assert refused(plan, cast.li, halls[2], TODAY, "09:00", "17:00") == "room"
    cast.qian.active = False
    assert refused(plan, cast.qian, halls[0], TODAY, "09:00", "17:00") == "officer"


def test_it_reaches_a_week_back_and_a_year_ahead(cast, plan):
    at = beijing(TODAY, 8)
    assert refused(plan, cast.li, None, TODAY - 8 * DAY, "08:00", "08:00", at=at) == "day"
    assert plan(cast.li, None, TODAY - 8 * DAY, "08:01", "08:01", at=at)
    assert refused(plan, cast.li, None, TODAY + 366 * DAY, "08:01", "09:00", at=at) == "day"
    assert plan(cast.li, None, TODAY + 366 * DAY, "08:00", "09:00", at=at)


# ── changing places, taking off, the next week


def test_two_change_places_and_nobody_crosses_on_the_way(cast, halls, plan, session):
    here, there, _elsewhere = halls
    li, zhao = plan(cast.li, here, TODAY, "09:00", "17:00"), plan(cast.zhao, there, TODAY, "09:00", "17:00")
    li.swap_with(zhao, cast.wang, MONDAY)
    assert (li.officer, zhao.officer) == (cast.zhao, cast.li)
    night = plan(cast.li, here, TODAY, "17:00", "22:00")
    plan(cast.zhao, there, TODAY, "20:00", "21:00")
    with pytest.raises(Refused) as fault:
        night.swap_with(li, cast.wang, MONDAY)
    assert fault.value.values["who"] == "赵警官" and (night.officer, li.officer) == (cast.li, cast.zhao)
    with pytest.raises(Refused):
        night.swap_with(zhao, cast.wang, MONDAY)
    session.flush()
    assert session.scalars(select(AuditLine.action).order_by(AuditLine.id)).all() == []  # lines come with the commit
    assert [line.action for line in session.info["audit"]].count("swap_duties") == 1


def test_the_week_is_copied_with_its_nights_and_once(cast, halls, plan, session):
    here = halls[0]
    plan(cast.li, here, TODAY, "09:00", "17:00")
    plan(cast.zhao, here, TODAY + 6 * DAY, "20:00", "08:00")
    plan(cast.he, None, TODAY - DAY, "20:00", "08:00")  # began in the week before
    added, left_out = copy_week(session, cast.wang, MONDAY, TODAY + 3 * DAY)
    assert [(duty.officer, duty.begins_at) for duty in added] == [
        (cast.li, beijing(TODAY + 7 * DAY, 9)),
        (cast.zhao, beijing(TODAY + 13 * DAY, 20)),
    ]
    assert left_out == [] and copy_week(session, cast.wang, MONDAY, TODAY) == ([], [])


def test_what_crosses_in_the_next_week_is_left_out_and_named(cast, halls, plan, session):
    here, there, _elsewhere = halls
    first, second = plan(cast.li, here, TODAY, "09:00", "17:00"), plan(cast.zhao, there, TODAY, "09:00", "17:00")
    gone = plan(cast.qian, there, TODAY + DAY, "09:00", "17:00")
    plan(cast.he, here, TODAY + 7 * DAY, "16:00", "18:00")
    cast.qian.active = False
    added, left_out = copy_week(session, cast.wang, MONDAY, TODAY)
    assert [duty.officer for duty in added] == [second.officer]
    assert [(duty.officer, fault.field) for duty, fault in left_out] == [(first.officer, "begins"), (gone.officer, "officer")]


# ── gaps


def told(session, cast, week=TODAY):
    return [(gap.begins_at, gap.ends_at, [room.name[:2] for room in gap.rooms]) for gap in gaps(session, cast.station, week)]


def test_an_hour_without_a_room_officer_is_no_gap_while_the_station_has_somebody(cast, halls, plan, session):
    for n in range(7):
        plan(cast.he, None, TODAY + n * DAY, "08:00", "08:00")
    assert told(session, cast) == [(beijing(TODAY, 0), beijing(TODAY, 8), ["港南", "日新"])]
    plan(cast.he, None, TODAY - DAY, "20:00", "08:00")
    assert told(session, cast) == []


def test_a_gap_is_where_neither_the_room_nor_the_station_has_anybody(cast, halls, plan, session):
    here, there, _elsewhere = halls
    desk = [plan(cast.he, None, TODAY + n * DAY, "08:00", "08:00") for n in range(-1, 7)]
    desk[3].take_off(cast.wang, MONDAY)  # Wednesday
    session.flush()
    plan(cast.li, here, TODAY + 2 * DAY, "09:00", "17:00")
    plan(cast.zhao, there, TODAY + 2 * DAY, "17:00", "23:00")
    wednesday, thursday = TODAY + 2 * DAY, TODAY + 3 * DAY
    assert told(session, cast) == [
        (beijing(wednesday, 8), beijing(wednesday, 9), ["港南", "日新"]),
        (beijing(wednesday, 9), beijing(wednesday, 17), ["日新"]),
        (beijing(wednesday, 17), beijing(wednesday, 23), ["港南"]),
        (beijing(wednesday, 23), beijing(thursday, 8), ["港南", "日新"]),
    ]
    cast.he.active = False  # who has left comes no more
    assert told(session, cast)[0] == (beijing(TODAY, 0), beijing(wednesday, 9), ["港南", "日新"])


def test_an_empty_week_is_one_gap_also_over_new_year(cast, halls, session):
    new_year = date(2027, 1, 1)  # a Friday
    assert monday(new_year) == date(2026, 12, 28)
    assert told(session, cast, new_year) == [(beijing(date(2026, 12, 28), 0), beijing(date(2027, 1, 4), 0), ["港南", "日新"])]


def test_a_station_without_rooms_has_gaps_too(cast, plan, session):
    plan(cast.he, None, TODAY, "00:00", "00:00")
    assert told(session, cast) == [(beijing(TODAY + DAY, 0), beijing(TODAY + 7 * DAY, 0), [])]


# ── who is there


def there(session, cast, room, at):
    """Who is in the room at `at`, and who comes by the end of tomorrow."""
    desk, rooms = presences(session, [cast.station], at)[cast.station]
    found = next(one for one in (desk, *rooms) if one.room is room)
    return [duty.officer.called for duty in found.there], [duty.officer.called for duty in found.later]


def test_it_changes_on_the_minute_and_not_at_midnight(cast, halls, plan, session):
    here, last = halls[0], date(2026, 12, 31)
    plan(cast.li, here, last, "09:00", "20:00")
    plan(cast.zhao, here, last, "20:00", "08:00")
    plan(cast.wang, None, last, "08:00", "08:00")
    for at, who in {
        beijing(last, 8, 59): [],
        beijing(last, 9): ["李警官"],
        beijing(last, 19, 59): ["李警官"],
        beijing(last, 20): ["赵警官"],
        beijing(last, 23, 59): ["赵警官"],
        beijing(date(2027, 1, 1), 0): ["赵警官"],
        beijing(date(2027, 1, 1), 7, 59): ["赵警官"],
        beijing(date(2027, 1, 1), 8): [],
    }.items():
        assert there(session, cast, here, at)[0] == who, at
    assert there(session, cast, None, beijing(date(2027, 1, 1), 7, 59))[0] == ["王所长"]


def test_who_comes_next_is_told_up_to_the_end_of_tomorrow(cast, halls, plan, session):
    here = halls[0]
    for n, officer in enumerate((cast.li, cast.zhao, cast.qian)):
        plan(officer, here, TODAY + n * DAY, "09:00", "17:00")
    assert there(session, cast, here, beijing(TODAY, 8)) == ([], ["李警官", "赵警官"])
    assert there(session, cast, here, beijing(TODAY, 9)) == (["李警官"], ["赵警官"])
    assert there(session, cast, here, beijing(TODAY, 23, 59)) == ([], ["赵警官"])
    assert there(session, cast, here, beijing(TODAY + DAY, 0)) == ([], ["赵警官", "钱警官"])
    cast.zhao.active = False
    assert there(session, cast, here, beijing(TODAY, 23, 59)) == ([], [])


@pytest.mark.parametrize(
    ("opens", "at", "is_open"),
    [
        (WORKDAYS, beijing(TODAY, 8, 59), False),
        (WORKDAYS, beijing(TODAY, 9), True),
        (WORKDAYS, beijing(TODAY, 17), False),
        (WORKDAYS, beijing(TODAY + 5 * DAY, 10), False),
        ({"6": ["20:00", "02:00"]}, beijing(TODAY, 1, 59), True),
        ({"6": ["20:00", "02:00"]}, beijing(TODAY, 2), False),
        ({"0": ["00:00", "00:00"]}, beijing(TODAY, 23, 59), True),
        ({}, beijing(TODAY, 10), False),
    ],
)
def test_a_room_is_open_by_its_own_hours(opens, at, is_open):
    assert Room(opens=opens).is_open(at) is is_open


def test_the_desk_has_a_name_of_its_own(cast, halls, plan):
    assert plan(cast.li, None, TODAY, "09:00", "17:00").place is Place.DESK
    assert plan(cast.zhao, halls[0], TODAY, "09:00", "17:00").place == "港南社区警务室"

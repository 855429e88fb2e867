"""A series of visits: which days it has, held against calendars read by hand, and that its rest is called off at once."""

from datetime import date, datetime, time, timedelta

import pytest

from models import setting
from models.audit import AuditLine
from models.base import BEIJING, beijing_date
from models.night import Nights
from models.series import Series
from models.slot import Slot
from models.steps import Fault
from models.task import TaskState
from models.visit import Visit
from models.workdays import ONE_DAY, Calendar, Weekday
from tests.cast import MONDAY

NIGHTS = (Weekday.MON, Weekday.WED, Weekday.FRI)


def night(day):
    return Slot.at(day, time(20), time(21))


def days(first, until, repeat=NIGHTS, calendar=None, at=None, **more):
    at = at or datetime.combine(first, time(9), BEIJING)
    found = Series.of(calendar or Calendar(), at, night(first), repeat, until, **more)
    return [beijing_date(slot.begins_at) for slot in found.slots], found.left_out


def of(*told):
    return [date(int(year), int(month), int(day)) for year, month, day in (one.split("-") for one in told)]


def test_night_visits_of_two_weeks_fall_on_mondays_wednesdays_and_fridays():
    found, left_out = days(date(2026, 11, 16), date(2026, 11, 27))
    assert found == of("2026-11-16", "2026-11-18", "2026-11-20", "2026-11-23", "2026-11-25", "2026-11-27") and left_out == []


def test_the_national_holiday_is_left_out_and_said_unless_somebody_goes_all_the_same():
    first, until = date(2026, 9, 28), date(2026, 10, 9)
    found, left_out = days(first, until)
    assert found == of("2026-9-28", "2026-9-30", "2026-10-9")
    assert left_out == of("2026-10-2", "2026-10-5", "2026-10-7")
    assert days(first, until, also_holidays=True) == (
        of("2026-9-28", "2026-9-30", "2026-10-2", "2026-10-5", "2026-10-7", "2026-10-9"),
        [],
    )


@pytest.mark.parametrize(
    ("first", "until", "repeat", "found", "left_out"),
    [
        pytest.param("2026-2-9", "2026-2-28", [Weekday.SAT], ["2026-2-14", "2026-2-28"], ["2026-2-21"], id="make-up Saturdays"),
        pytest.param("2026-11-16", "2026-11-29", [Weekday.SUN], ["2026-11-22", "2026-11-29"], [], id="plain Sundays"),
        pytest.param("2026-10-3", "2026-10-11", [Weekday.SUN], ["2026-10-11"], ["2026-10-4"], id="a Sunday in a holiday"),
        pytest.param("2026-12-28", "2027-1-4", NIGHTS, ["2026-12-28", "2026-12-30", "2027-1-4"], ["2027-1-1"], id="New Year"),
        pytest.param(
            "2027-2-1", "2027-2-12", [Weekday.MON, Weekday.FRI], ["2027-2-1", "2027-2-12"], ["2027-2-5", "2027-2-8"], id="2027"
        ),
        pytest.param("2026-11-17", "2026-11-17", [Weekday.TUE], ["2026-11-17"], [], id="one day"),
    ],
)
def test_holidays_are_left_out_and_weekends_are_not(first, until, repeat, found, left_out):
    assert days(*of(first, until), repeat) == (of(*found), of(*left_out))


def test_the_administrator_knows_2027_better():
    calendar = Calendar({date(2027, 2, 12): False, date(2027, 2, 20): True})
    assert days(date(2027, 2, 8), date(2027, 2, 20), [Weekday.FRI, Weekday.SAT], calendar) == (
        of("2027-2-19", "2027-2-20"),
        of("2027-2-12", "2027-2-13"),
    )


@pytest.mark.parametrize(
    ("until", "repeat", "field"),
    [
        (None, NIGHTS, "until"),
        (date(2026, 11, 15), NIGHTS, "until"),
        (date(2026, 11, 17), [], "repeat"),
        (date(2026, 11, 17), [Weekday.SUN], "until"),
        (date(2027, 2, 26), list(Weekday), "until"),
        (date(2027, 11, 18), NIGHTS, "until"),
        (date(2099, 12, 31), list(Weekday), "until"),
    ],
)
def test_what_is_no_series_is_refused_beside_its_field(until, repeat, field):
    with pytest.raises(Fault) as fault:
        days(date(2026, 11, 16), until, repeat)
    assert fault.value.field == field


def test_sixty_are_a_series_and_sixty_one_are_not():
    until = date(2026, 11, 16) + 59 * ONE_DAY
    assert len(days(date(2026, 11, 16), until, list(Weekday), also_holidays=True)[0]) == 60
    with pytest.raises(Fault) as fault:
        days(date(2026, 11, 16), until + ONE_DAY, list(Weekday), also_holidays=True)
    assert fault.value.field == "until" and fault.value.values == {"n": 61, "most": 60}


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-11-16 19:59", "2026-11-16"),
        ("2026-11-16 20:00", "2026-11-18"),
        ("2026-11-20 23:00", "2026-11-23"),
        ("2026-9-30 21:00", "2026-10-9"),
        ("2026-12-30 22:00", "2027-1-4"),
    ],
)
def test_the_next_night_is_a_monday_wednesday_or_friday_that_is_no_holiday(at, day):
    moment = datetime.strptime(at, "%Y-%m-%d %H:%M").replace(tzinfo=BEIJING)
    assert Nights().next(Calendar(), moment) == of(day)[0]


def test_a_station_sets_its_own_nights(cast, session):
    mine = {"night_days": ("tue", "sat"), "night_from": time(19, 30), "night_until": time(22)}
    setting.Setting.put(session, cast.gao, MONDAY, cast.station, mine)
    session.commit()
    nights = Nights.of(session, cast.station.id)
    assert (
        nights == Nights((Weekday.TUE, Weekday.SAT), time(19, 30), time(22))
        and Nights.of(session, cast.elsewhere.id) == Nights()
    )
    assert nights.next(Calendar(), MONDAY) == date(2026, 11, 17)


def planned(cast, n=4, officers=()):
    slots = [Slot(MONDAY + i * 7 * ONE_DAY, MONDAY + i * 7 * ONE_DAY + timedelta(hours=1)) for i in range(n)]
    officers = officers or [cast.li]
    return Visit.plan(cast.session, cast.wang, MONDAY, officers=officers, slots=slots, community=cast.gangnan, reason="夜访")


def test_the_head_calls_off_the_rest_of_a_series_and_every_one_says_so_in_the_log(cast, session):
    first, second, third, fourth = planned(cast)
    other = planned(cast, 1, [cast.zhao])[0]
    cast.step(third, "record", cast.li, MONDAY + 14 * ONE_DAY, households=1)
    session.commit()
    cast.step(second, "call_off", cast.wang, MONDAY, reason="这几周都有任务。", whole_series=True)
    session.commit()
    called_off = TaskState.CALLED_OFF
    assert [v.state for v in (first, second, third, fourth, other)] == [
        TaskState.PLANNED, called_off, TaskState.DONE, called_off, TaskState.PLANNED,
    ]  # fmt: skip
    assert fourth.why == "这几周都有任务。"
    lines = session.query(AuditLine).filter_by(action="call_off").all()
    assert sorted(line.subject_uid for line in lines) == sorted([second.uid, fourth.uid])


def test_one_of_a_series_is_called_off_alone(cast):
    first, second, *_rest = planned(cast)
    cast.step(first, "call_off", cast.wang, MONDAY, reason="下大雨。")
    assert second.ended_at is None and len(second.later_ones()) == 2


def test_a_series_that_crosses_one_visit_plans_none(cast, session):
    cast.visit(MONDAY + 14 * ONE_DAY)
    session.commit()
    with pytest.raises(Fault) as fault:
        planned(cast)
    session.rollback()
    assert fault.value.values["day"] == beijing_date(MONDAY + 14 * ONE_DAY)
    assert session.query(Visit).count() == 1

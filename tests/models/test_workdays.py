"""Working days and deadlines, held against calendars read by hand."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from models.workdays import Calendar, DayException

BEIJING = timezone(timedelta(hours=8))
WEEKENDS_WORKED_2026 = {(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)}
WEEKDAYS_OFF_2026 = {
    *((1, day) for day in (1, 2)),
    *((2, day) for day in (16, 17, 18, 19, 20, 23)),
    (4, 6),
    *((5, day) for day in (1, 4, 5)),
    (6, 19),
    (9, 25),
    *((10, day) for day in (1, 2, 5, 6, 7)),
}
WEEKDAYS_OFF_2027 = {  # statutory days, those on a weekend moved behind it: all that is known before the official list
    (1, 1),
    *((2, day) for day in (5, 8, 9, 10)),
    (4, 5),
    *((5, day) for day in (3, 4)),
    (6, 9),
    (9, 15),
    *((10, day) for day in (1, 4, 5)),
}


def at(month, day, hour, minute=0, year=2026):
    return datetime(year, month, day, hour, minute, tzinfo=BEIJING)


def days_unlike_their_weekday(year):
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    return {(day.month, day.day) for day in days if Calendar().is_workday(day) is not (day.weekday() < 5)}


# ── the calendar


def test_2026_follows_the_official_list_with_its_make_up_days():
    assert days_unlike_their_weekday(2026) == WEEKDAYS_OFF_2026 | WEEKENDS_WORKED_2026


def test_2027_falls_back_to_statutory_days_and_weekends():
    assert days_unlike_their_weekday(2027) == WEEKDAYS_OFF_2027


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        pytest.param(date(2026, 2, 13), True, id="the Friday before the spring festival"),
        pytest.param(date(2026, 2, 14), True, id="a make-up Saturday"),
        pytest.param(date(2026, 2, 15), False, id="a plain Sunday"),
        pytest.param(date(2026, 2, 16), False, id="the eve of the spring festival"),
        pytest.param(date(2026, 2, 23), False, id="the last day of the spring festival"),
        pytest.param(date(2026, 2, 24), True, id="the first day after it"),
        pytest.param(date(2026, 10, 7), False, id="the last day of the national holiday"),
        pytest.param(date(2026, 10, 10), True, id="its make-up Saturday"),
        pytest.param(date(2026, 10, 11), False, id="the Sunday after that"),
        pytest.param(date(2027, 1, 1), False, id="New Year 2027"),
        pytest.param(date(2027, 1, 2), False, id="a Saturday of 2027"),
        pytest.param(date(2027, 1, 4), True, id="a Monday of 2027"),
    ],
)
def test_a_day_is_worked_or_off(day, worked):
    assert Calendar().is_workday(day) is worked


# ── what the administrator knows better


def test_an_exception_wins_both_ways_over_weekday_weekend_holiday_and_make_up_day():
    known = {date(2026, 11, 18): False, date(2026, 11, 21): True, date(2026, 10, 1): True, date(2026, 10, 10): False}
    calendar = Calendar(known)
    assert [calendar.is_workday(day) for day in known] == [False, True, True, False]
    assert calendar.is_workday(date(2026, 11, 19)) and not calendar.is_workday(date(2026, 11, 22))


def test_exceptions_are_read_from_the_database_and_move_deadlines(session):
    session.add(DayException(day=date(2026, 11, 18), worked=False, reason="全市停电"))
    session.add(DayException(day=date(2026, 11, 21), worked=True, reason="补班"))
    session.flush()
    calendar = Calendar.load(session)
    assert calendar.deadline(at(11, 17, 10), 1) == at(11, 19, 18)
    assert calendar.deadline(at(11, 20, 10), 1) == at(11, 21, 18)


# ── deadlines


@pytest.mark.parametrize(
    ("received", "n", "due"),
    [
        pytest.param(at(11, 16, 0), 1, at(11, 17, 18), id="Monday 00:00"),
        pytest.param(at(11, 16, 17, 59), 1, at(11, 17, 18), id="Monday 17:59"),
        pytest.param(at(11, 16, 18, 1), 1, at(11, 17, 18), id="Monday 18:01"),
        pytest.param(at(11, 16, 23, 59), 1, at(11, 17, 18), id="Monday 23:59"),
        pytest.param(at(11, 17, 0), 1, at(11, 18, 18), id="Tuesday 00:00"),
        pytest.param(datetime(2026, 11, 16, 15, 59, tzinfo=UTC), 1, at(11, 17, 18), id="23:59 in Beijing, told in UTC"),
        pytest.param(datetime(2026, 11, 16, 16, 0, tzinfo=UTC), 1, at(11, 18, 18), id="midnight in Beijing, told in UTC"),
        pytest.param(at(11, 20, 21), 1, at(11, 23, 18), id="Friday evening"),
        pytest.param(at(11, 21, 10), 1, at(11, 23, 18), id="Saturday"),
        pytest.param(at(11, 22, 23, 59), 1, at(11, 23, 18), id="Sunday 23:59"),
        pytest.param(at(11, 20, 21), 7, at(12, 1, 18), id="Friday evening, seven days"),
        pytest.param(at(2, 13, 21), 1, at(2, 14, 18), id="Friday before a make-up Saturday"),
        pytest.param(at(2, 14, 17, 59), 1, at(2, 24, 18), id="the day before the spring festival"),
        pytest.param(at(2, 13, 10), 3, at(2, 25, 18), id="three days around the spring festival"),
        pytest.param(at(9, 30, 18, 1), 1, at(10, 8, 18), id="the day before the national holiday"),
        pytest.param(at(9, 30, 18, 1), 3, at(10, 10, 18), id="three days that end on the make-up Saturday"),
        pytest.param(at(9, 30, 18, 1), 4, at(10, 12, 18), id="four days over the Sunday behind it"),
        pytest.param(at(10, 3, 12), 1, at(10, 8, 18), id="inside the national holiday"),
        pytest.param(at(12, 31, 23, 59), 1, at(1, 4, 18, year=2027), id="New Year's Eve"),
        pytest.param(at(12, 31, 9), 3, at(1, 6, 18, year=2027), id="three days over the turn of the year"),
        pytest.param(
            at(2, 4, 9, year=2027), 1, at(2, 11, 18, year=2027), id="the spring festival of 2027, without make-up days"
        ),
    ],
)
def test_a_deadline_is_18_oclock_on_the_nth_working_day_after(received, n, due):
    assert Calendar().deadline(received, n) == due

"""The rhythm of a pairing, held against calendars read by hand."""

from datetime import date

import pytest

from models.rhythm import Duty, owed, turns
from models.workdays import Calendar
from tests.models.test_workdays import at

LONG_AGO = date(2024, 3, 1)


def due(day, begun=LONG_AGO, deeds=0):
    """What is to be done on that day: its duty, the first day of its span, when it is due."""
    return {turn.duty: (turn.since, turn.due_at) for turn in turns(Calendar(), begun, day, deeds)}


@pytest.mark.parametrize(
    ("day", "monday", "due_at"),
    [
        (date(2026, 11, 16), date(2026, 11, 16), at(11, 20, 18)),
        (date(2026, 11, 22), date(2026, 11, 16), at(11, 20, 18)),  # a Sunday belongs to the week before it
        (date(2026, 9, 14), date(2026, 9, 14), at(9, 20, 18)),  # a Sunday that is worked
        (date(2026, 10, 5), date(2026, 10, 5), at(10, 10, 18)),  # a Saturday that is worked
        (date(2026, 2, 17), date(2026, 2, 16), at(2, 20, 18)),  # the spring festival: not one working day
        (date(2026, 12, 31), date(2026, 12, 28), at(12, 31, 18)),  # Friday is New Year's Day
        (date(2027, 1, 1), date(2026, 12, 28), at(12, 31, 18)),
        (date(2027, 2, 3), date(2027, 2, 1), at(2, 4, 18, year=2027)),  # of 2027 only the statutory days are known
    ],
)
def test_a_word_is_due_on_the_last_working_day_of_the_week(day, monday, due_at):
    assert due(day)[Duty.CONTACT] == (monday, due_at)


@pytest.mark.parametrize(
    ("day", "first", "due_at"),
    [
        (date(2026, 11, 30), date(2026, 11, 1), at(11, 30, 18)),
        (date(2026, 5, 1), date(2026, 5, 1), at(5, 29, 18)),  # the 31st is a Sunday
        (date(2026, 2, 3), date(2026, 2, 1), at(2, 28, 18)),  # a Saturday that is worked
        (date(2026, 12, 31), date(2026, 12, 1), at(12, 31, 18)),
        (date(2027, 1, 1), date(2027, 1, 1), at(1, 29, 18, year=2027)),
    ],
)
def test_a_visit_is_due_on_the_last_working_day_of_the_month(day, first, due_at):
    assert due(day)[Duty.VISIT] == (first, due_at)


def test_two_deeds_a_year_one_by_its_middle_and_anew_with_the_new_year():
    assert due(date(2026, 1, 2))[Duty.DEED] == (date(2026, 1, 1), at(6, 30, 18))
    assert due(date(2026, 11, 2))[Duty.DEED] == (date(2026, 1, 1), at(6, 30, 18)), "late, and still to be done"
    assert due(date(2026, 3, 2), deeds=1)[Duty.DEED] == (date(2026, 1, 1), at(12, 31, 18))
    assert Duty.DEED not in due(date(2026, 12, 31), deeds=2)
    assert due(date(2027, 1, 1))[Duty.DEED] == (date(2027, 1, 1), at(6, 30, 18, year=2027))


@pytest.mark.parametrize(
    ("duty", "in_time", "too_late"),
    [
        (Duty.CONTACT, date(2026, 11, 18), date(2026, 11, 19)),  # due on the 20th
        (Duty.VISIT, date(2026, 11, 28), date(2026, 11, 29)),  # due on the 30th
        (Duty.DEED, date(2026, 12, 29), date(2026, 12, 30)),  # due on the 31st
    ],
)
def test_what_begins_in_the_last_two_days_owes_nothing_for_them(duty, in_time, too_late):
    assert duty in due(in_time, begun=in_time) and duty not in due(too_late, begun=too_late)


def test_who_begins_in_the_second_half_of_a_year_owes_one_deed_in_it():
    found = [len(owed(date(2026, *day), 2026)) for day in ((6, 28), (6, 29), (12, 29), (12, 30))]
    assert found == [2, 1, 1, 0] and len(owed(date(2026, 12, 30), 2027)) == 2
    assert due(date(2026, 8, 1), begun=date(2026, 7, 1))[Duty.DEED][1] == at(12, 31, 18)

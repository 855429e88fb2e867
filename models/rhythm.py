"""The rhythm of a pairing (004): once a week, once a month, twice a year; each with the day by which it is due."""

from dataclasses import dataclass
from datetime import date, datetime

from models import rules
from models.base import N_, Word
from models.workdays import ONE_DAY, Calendar, day_end


class Duty(Word):
    """What an officer does for a household that agreed to it."""

    CONTACT = N_("每周联系")
    VISIT = N_("每月走访")
    DEED = N_("办实事")


@dataclass(frozen=True)
class Turn:
    """One time that a duty is to be done, in the week, month or year that begins on `since`; of a year's deeds one of `all`."""

    duty: Duty
    since: date
    due_at: datetime
    serial: int = 1
    all: int = 1

    @property
    def key(self) -> tuple[Duty, date, int]:
        """What it is known by among the turns of one pairing."""
        return self.duty, self.since, self.serial


def span(duty: Duty, day: date) -> tuple[date, date]:
    """The week, month or year of the duty in which `day` lies: its first day, and the first day after it."""
    if duty is Duty.CONTACT:
        monday = day - day.weekday() * ONE_DAY
        return monday, monday + 7 * ONE_DAY
    if duty is Duty.VISIT:
        first = day.replace(day=1)
        return first, (first + 31 * ONE_DAY).replace(day=1)
    return date(day.year, 1, 1), date(day.year + 1, 1, 1)


def owed(begun: date, year: int) -> list[date]:
    """The days by which each of a year's deeds is due, for a pairing that began on `begun`."""
    return [day for day in (date(year, *day) for day in rules.DEEDS_BY) if _has_time(begun, day)]


def turns(calendar: Calendar, begun: date, today: date, deeds: int) -> list[Turn]:
    """What is to be done in the week, month and year of `today` by who began on `begun` and did so many deeds this year.

    The week's and the month's end for it with their last working day; a week without any, with its Friday.
    """
    (monday, after), (first, next_first), (new_year, _end) = (span(duty, today) for duty in Duty)
    days = {
        (Duty.CONTACT, monday): _last_workday(calendar, monday, after) or monday + 4 * ONE_DAY,
        (Duty.VISIT, first): _last_workday(calendar, first, next_first) or next_first - ONE_DAY,
    }
    found = [Turn(*which, day_end(day)) for which, day in days.items() if _has_time(begun, day)]
    deeds_by = owed(begun, today.year)
    if deeds < len(deeds_by):
        found.append(Turn(Duty.DEED, new_year, day_end(deeds_by[deeds]), deeds + 1, len(deeds_by)))
    return found


def _has_time(begun: date, due: date) -> bool:
    return due - begun >= rules.PAIRING_TIME


def _last_workday(calendar: Calendar, since: date, until: date) -> date | None:
    days = (until - n * ONE_DAY for n in range(1, (until - since).days + 1))
    return next((day for day in days if calendar.is_workday(day)), None)

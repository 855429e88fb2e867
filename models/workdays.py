"""The Chinese working-day calendar, with its make-up days and a table of exceptions."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import rules
from models.base import BEIJING, N_, ONE_DAY, Base, Word, beijing_date

REACH = timedelta(days=60)  # how far ahead a deadline may lie, and a little more: when a missing list begins to matter


class DayException(Base):
    """A day that the station's administrator knows better than the library: worked, or off."""

    __tablename__ = "day_exception"
    __table_args__ = {}

    day: Mapped[date] = mapped_column(primary_key=True)
    worked: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(100))


@lru_cache(maxsize=8)
def _year(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=year)


def has_list(year: int) -> bool:
    """Whether the official list of that year's holidays and make-up days is known: each has some weekend that is worked."""
    return any(day.year == year for day in _year(year).weekend_workdays)


def years_to_fill_in(at: datetime) -> list[int]:
    """The years that deadlines reach from `at` whose list is not known: their days are to be filled in by hand."""
    today = beijing_date(at)
    return [year for year in range(today.year, (today + REACH).year + 1) if not has_list(year)]


class Weekday(Word):
    """A day of the week; they stand in the order of `date.weekday()`."""

    MON = N_("周一")
    TUE = N_("周二")
    WED = N_("周三")
    THU = N_("周四")
    FRI = N_("周五")
    SAT = N_("周六")
    SUN = N_("周日")

    @classmethod
    def on(cls, day: date) -> "Weekday":
        """Which one a day is."""
        return list(cls)[day.weekday()]


class Calendar:
    """Working days. A year whose official list is not out yet has its statutory holidays and plain weekends."""

    def __init__(self, exceptions: Mapping[date, bool] | None = None):
        self.exceptions = exceptions or {}

    @classmethod
    def load(cls, session: Session) -> "Calendar":
        """The calendar with the exceptions kept in the database."""
        return cls(dict(session.execute(select(DayException.day, DayException.worked)).all()))

    def is_workday(self, day: date) -> bool:
        """Whether offices work on that day; the exceptions know best."""
        known = self.exceptions.get(day)
        return _year(day.year).is_working_day(day) if known is None else known

    def is_made_up(self, day: date) -> bool:
        """Whether a weekend is worked, for a holiday before or after it."""
        return day.weekday() >= 5 and self.is_workday(day)

    def is_holiday(self, day: date) -> bool:
        """Whether it is a day of a public holiday: one of some days off in a row that are more than a plain weekend."""
        return not self.is_workday(day) and any(self._is_named(off) for off in (day, *self._off(day, 1), *self._off(day, -1)))

    def _off(self, day: date, n: int) -> Iterator[date]:
        while not self.is_workday(day := day + n * ONE_DAY):
            yield day

    def _is_named(self, day: date) -> bool:
        return day.weekday() < 5 or self.exceptions.get(day) is False or day in _year(day.year)

    def workday_after(self, day: date, n: int) -> date:
        """The `n`-th working day after `day`, which itself does not count; before it where `n` is negative."""
        one = ONE_DAY if n > 0 else -ONE_DAY
        n = abs(n)
        while n:
            day += one
            n -= self.is_workday(day)
        return day

    def workdays_between(self, day: date, until: date) -> int:
        """The working days after `day`, up to and including `until`; 0 where that is past."""
        return sum(self.is_workday(day + n * ONE_DAY) for n in range(1, (until - day).days + 1))

    def deadline(self, since: datetime, n: int) -> datetime:
        """18:00 Beijing time on the `n`-th working day after the moment `since`."""
        return day_end(self.workday_after(beijing_date(since), n))


def day_begin(day: date) -> datetime:
    """Midnight in Beijing, at which `day` begins."""
    return datetime.combine(day, time(), BEIJING)


def day_end(day: date) -> datetime:
    """The moment at which `day` ends for deadlines: 18:00 in Beijing."""
    return datetime.combine(day, rules.DAY_ENDS, BEIJING)

"""Night visits 夜访: the evenings on which a station goes where people are at home only then."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy.orm import Session

from models import rules, setting
from models.base import ONE_DAY, beijing_date
from models.slot import Slot
from models.workdays import Calendar, Weekday


@dataclass(frozen=True)
class Nights:
    """On which weekdays, and from when to when (004)."""

    days: Collection[Weekday] = tuple(map(Weekday.of, rules.NIGHT_DAYS))
    begins: time = rules.NIGHT_FROM
    ends: time = rules.NIGHT_UNTIL

    @classmethod
    def of(cls, session: Session, station_id: int) -> "Nights":
        """Those of a station, as it set them."""
        days, begins, ends = (setting.of(session, f"night_{what}", station_id) for what in ("days", "from", "until"))
        return cls(tuple(map(Weekday.of, days)), begins, ends)

    def next(self, calendar: Calendar, at: datetime) -> date:
        """The next day, no public holiday, whose hours are still to come at `at`."""
        day = beijing_date(at)
        while Weekday.on(day) not in self.days or calendar.is_holiday(day) or Slot.at(day, self.begins, self.ends).is_over(at):
            day += ONE_DAY
        return day

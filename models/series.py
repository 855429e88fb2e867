"""A series of visits: the same hours on some weekdays until a day, planned at once and called off at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import object_session

from models import rules
from models.base import N_, beijing_date, lock
from models.slot import Slot
from models.steps import Fault
from models.workdays import ONE_DAY, Calendar, Weekday


@dataclass(frozen=True)
class Series:
    """The slots of what is planned at once, and the days that were left out because they are holidays."""

    slots: list[Slot]
    left_out: list[date]

    @classmethod
    def of(
        cls,
        calendar: Calendar,
        at: datetime,
        first: Slot,
        repeat: Collection[Weekday] = (),
        until: date | None = None,
        also_holidays: bool = False,
    ) -> "Series":
        """What was chosen at `at`: the hours of `first` from its day until `until`, on the weekdays in `repeat`, or it alone.

        Public holidays are left out unless `also_holidays`; a weekend that is worked is a weekend like any other. Fault,
        beside `repeat` or `until`, where that is no series: without an end, of no day, too long, or beyond a year.
        """
        day = beijing_date(first.begins_at)
        if not repeat:
            if until:
                raise Fault("repeat", N_("要每周都去，请勾星期几；只去一次，就不用写排到哪天。"))
            return cls([first], [])
        if until is None:
            raise Fault("until", N_("每周都去的，请写排到哪一天。"))
        if until < day:
            raise Fault("until", N_("要在第一天以后。"))
        if until > beijing_date(at) + rules.PLANNED_AHEAD:
            raise Fault("until", N_("最多排一年以内的。"))
        days = [day + n * ONE_DAY for n in range((until - day).days + 1)]
        wanted = [day for day in days if Weekday.on(day) in repeat]
        left_out = [] if also_holidays else [day for day in wanted if calendar.is_holiday(day)]
        slots = [first.on(day) for day in wanted if day not in left_out]
        if not slots:
            raise Fault("until", N_("这几天里没有可以去的日子，请改晚一点；放假也要去的，请勾上。"))
        if len(slots) > rules.SERIES_MAX:
            raise Fault("until", N_("这样有%(n)s次，一回最多排%(most)s次，请改早一点。"), n=len(slots), most=rules.SERIES_MAX)
        return cls(slots, left_out)


class InSeries:
    """What a visit knows of those that were planned together with it."""

    def later_ones(self) -> list:
        """The visits of its series that are still to come after it, in their order."""
        if self.begins_at is None:
            return []
        own = type(self)
        later = (own.planned_as == self.planned_as) & (own.begins_at > self.begins_at) & own.ended_at.is_(None)
        return list(object_session(self).scalars(select(own).where(later).order_by(own.id)))

    def _call_off_later_ones(self, by, at, reason) -> None:
        session = object_session(self)
        for visit in self.later_ones():
            lock(session, visit)
            if visit.ended_at is None:
                type(visit).call_off.take(visit, by=by, version=visit.version, at=at, reason=reason)

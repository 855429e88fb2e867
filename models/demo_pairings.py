"""The pairings of the demo and what was done for them, told in weeks before the one in which it is made. All of it is invented."""

from dataclasses import dataclass
from datetime import datetime, time
from functools import partial

from models.base import BEIJING, beijing_date
from models.pairing import Consent, Need, Pairing, to_raise
from models.pairing_duty import How, gone_by
from models.rhythm import Duty, span
from models.steps import CLOCK
from models.workdays import ONE_DAY, day_begin


@dataclass(frozen=True)
class Household:
    """Whose it is, where, and what is wanted; it began on the Monday so many weeks ago.

    `done` holds the day and hour of each thing, counted from that Monday, its duty, who did it, and the fields of the step;
    it is left out where nothing of the kind is open by then.
    """

    officer: str
    community: str
    grid: int
    needs: tuple[Need, ...]
    line: str
    phone: str
    weeks: int
    consent: Consent
    done: tuple


def _called(day, hour, by, text=""):
    return day, hour, Duty.CONTACT, by, {"how": How.CALL, "text": text}


def _met(day, hour, by, text=""):
    return day, hour, Duty.CONTACT, by, {"how": How.MEET, "text": text}


def _visited(day, hour, by, text):
    return day, hour, Duty.VISIT, by, {"text": text}


def _did(day, hour, by, text):
    return day, hour, Duty.DEED, by, {"text": text}


HOUSEHOLDS = (
    Household("officer1a", "10101", 2, (Need.FRAUD, Need.HOUSE), "想学会认骗子电话；天冷了看看煤气管", "0000-5550161", 9, Consent.WRITTEN, (
        _visited(1, "15:30", "officer1a", "认了门，约好每周二下午打电话"),
        _called(8, "15:10", "officer1a", "上周接到一个“退款”电话，没有理，夸了几句"),
        _did(10, "10:20", "auxiliary1", "陪着换了煤气软管，燃气公司上门装的"),
        _called(15, "15:05", "officer1a"),
        _met(23, "09:40", "auxiliary1", "在菜市场碰上，说了两句"),
        _visited(30, "16:00", "officer1a", "把反诈的大字单子贴在电话旁边"),
        _called(43, "15:20", "officer1a", "都好"),
        _called(50, "15:00", "officer1a"),
        _visited(58, "10:30", "officer1a", "煤气管又看了一遍，没有问题"),
    )),
    Household("officer1b", "10102", 1, (Need.LESSONS, Need.PAPERS), "每周有人看一次数学作业", "0000-5550162", 4, Consent.SAID, (
        _met(2, "18:40", "officer1b", "看了一张数学卷子"),
        _visited(9, "18:30", "officer1b", "带去两本练习册"),
        _met(16, "18:35", "officer1b"),
        _met(23, "18:40", "officer1b", "分数的加减会了"),
    )),
)  # fmt: skip


class Pairings:
    """All of them, played by the moments at which something happens; `at` is when the demo is made."""

    def __init__(self, session, people, communities, at):
        self.session, self.people, self.communities, self.at = session, people, communities, at
        self.begun = {}

    def events(self) -> list[tuple]:
        """Moments and what happens then; the clock looks in at the begin of each day, and at the very end."""
        this_week, _end = span(Duty.CONTACT, beijing_date(self.at))
        events = [(self.at, self._clock)]
        for n, household in enumerate(HOUSEHOLDS):
            monday = this_week - 7 * household.weeks * ONE_DAY
            events.append((_moment(monday, "09:30"), partial(self._begin, n, household)))
            for day, hour, duty, by, fields in household.done:
                events.append((_moment(monday + day * ONE_DAY, hour), partial(self._record, n, duty, by, fields)))
        first = beijing_date(min(moment for moment, _event in events))
        days = (first + n * ONE_DAY for n in range((beijing_date(self.at) - first).days + 1))
        return events + [(day_begin(day), self._clock) for day in days]

    def _begin(self, n: int, household: Household, at: datetime) -> None:
        by, community = self.people[household.officer], self.communities[household.community]
        where = {"community": community, "grid": community.grids[household.grid - 1]}
        agreed = {"consent": household.consent, "consented_on": beijing_date(at) - ONE_DAY}
        wants = {"needs": household.needs, "line": household.line, "phone": household.phone}
        self.begun[n] = Pairing.begin(self.session, by, at, officer=by, **where, **agreed, **wants)
        self.session.flush()

    def _record(self, n: int, duty: Duty, by: str, fields: dict, at: datetime) -> None:
        due = next((one for one in self.begun[n].open_duties if one.duty is duty), None)
        if due:
            due.steps["record"].take(due, by=self.people[by], version=due.version, at=at, **fields)
            self.session.flush()

    def _clock(self, at: datetime) -> None:
        for duty in gone_by(self.session, at):
            duty.steps["miss"].take(duty, by=CLOCK, version=duty.version, at=at)
        for pairing in to_raise(self.session, at):
            pairing.raise_duties(at)
        self.session.flush()


def _moment(day, hour: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(hour), BEIJING)

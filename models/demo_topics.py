"""The topic visits of the demo: one that was made and looked into, one to come; and a visit that nobody made. All of it is invented."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial

from sqlalchemy import select

from models import topic_visit
from models.base import BEIJING, beijing_date
from models.going import Carried
from models.matter import Matter
from models.slot import Slot
from models.topic import MonthTopic, Topic
from models.workdays import ONE_DAY, day_begin

HOUR = timedelta(hours=1)
MADE = ("5号楼二单元楼道灯不亮", "老街16号后院墙塌了一截")
TO_COME = ("北墙外废品站烧电线皮", "快递柜前停满车")
MISSED = "10栋一楼围绿地种菜"
OUTCOME = "和物业、房管所一起看了两处：楼道是总线老化，物业两周内换；院墙砌结实了，房管所再给后院补一盏灯。"
REMARK = "上楼看了，每层都挂着充电灯，两家都说民警和物业来过。"


class Topics:
    """All of them, played by the moments at which something happens; `days` as models.demo tells them."""

    def __init__(self, session, people, days: list[date], at: datetime):
        self.session, self.people, self.days, self.at = session, people, days, at

    def events(self) -> list[tuple[datetime, Callable]]:
        """Moments and what happens then."""
        first = day_begin(beijing_date(self.at).replace(day=1)) + 9 * HOUR
        going = {"slot": self._slot(self.days[2]), "departments": "物业、房管所", "companions": ["officer1a"]}
        coming = {"slot": self._slot(beijing_date(self.at) + 2 * ONE_DAY), "departments": "城管执法中队"}
        return [
            (min(first, self.at), self._choose),
            (self._when(3, 10, 5), partial(self._plan, MADE, **going)),
            (self._when(2, 11), self._agree),
            (self._when(2, 16, 55), partial(self._take, "start", "head1", carried=list(Carried))),
            (self._when(2, 18, 20), partial(self._take, "record", "head1", households=4, people=7, deeds=1, outcome=OUTCOME)),
            (self._when(1, 10, 20), partial(self._take, "check", "bureau", remark=REMARK)),
            (self._when(1, 16, 30), partial(self._plan, TO_COME, **coming, companions=["officer1b"])),
        ]

    def _when(self, day: int, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(self.days[day], time(hour, minute), BEIJING)

    def _slot(self, day: date) -> Slot:
        """An hour at which models.demo_visits sends nobody anywhere, whichever day it is."""
        begins = datetime.combine(day, time(17), BEIJING)
        return Slot(begins, begins + HOUR)

    def _choose(self, at: datetime) -> None:
        MonthTopic.choose(self.session, self.people["bureau"], at, Topic.SAFETY)

    def _plan(self, summaries, at: datetime, companions, **what) -> None:
        """The head turns these matters into one visit."""
        head, matters = self.people["head1"], [self._matter(summary) for summary in summaries]
        along = [self.people[name] for name in companions]
        self.visit = topic_visit.plan(self.session, head, at, matters=matters, leader=head, companions=along, **what)
        self.session.flush()

    def _take(self, name: str, by: str, at: datetime, **fields) -> None:
        visit = self.visit
        visit.steps[name].take(visit, by=self.people[by], version=visit.version, at=at, **fields)
        self.session.flush()

    def _agree(self, at: datetime) -> None:
        """An officer agrees on an evening, and does not come."""
        matter, when = self._matter(MISSED), {"day": self.days[1], "begins": time(19), "ends": time(20)}
        matter.steps["visit"].take(matter, by=self.people["officer1b"], version=matter.version, at=at, **when)
        self.session.flush()

    def _matter(self, summary: str) -> Matter:
        return self.session.scalars(select(Matter).where(Matter.summary == summary)).one()

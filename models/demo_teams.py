"""The service team in the demo: one slip about a matter with its result, one that is still out. All of it is invented."""

from collections.abc import Callable
from datetime import date, datetime, time
from functools import partial

from sqlalchemy import select

from models.base import BEIJING, beijing_date
from models.matter import Matter
from models.team_task import Member, TeamOutcome, TeamTask
from models.workdays import ONE_DAY

ABOUT = "3号楼飞线充电"
SENT = {
    "title": "收飞线，给老人家把充电线换到车棚",
    "place": "港南小区3号楼东侧和车棚",
    "details": "带剪线钳、梯子和告知单。先敲门说一声再收线。",
    "officers": 1,
    "auxiliaries": 1,
    "grid_workers": 1,
    "volunteers": 3,
}
FOUND = {
    "outcome": TeamOutcome.PARTLY,
    "result": "收了五根，三位老人家的车推到车棚充上了电。六楼一户没人，社区民警晚上再去。",
    "came": 6,
}
TO_COME = {
    "title": "看楼道消防门关不关得严，清门口杂物",
    "place": "光华路12号到30号，一栋一栋走",
    "details": "带手电、扫把和登记夹。只记楼栋，不记住户。",
    "team": {Member.AUXILIARIES: 1, Member.GUARDS: 2, Member.VOLUNTEERS: 2},
}


class Teams:
    """Both of them, played by the moments at which something happens; `days` as models.demo tells them."""

    def __init__(self, session, people, communities, days: list[date], at: datetime):
        self.session, self.people, self.communities, self.days, self.at = session, people, communities, days, at

    def events(self) -> list[tuple[datetime, Callable]]:
        """Moments and what happens then."""
        return [
            (self._when(14, 10), partial(self._take, "send_team", **SENT, day=self.days[13])),
            (self._when(13, 11, 40), self._record),
            (self._when(1, 15, 20), self._issue),
        ]

    def _when(self, day: int, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(self.days[day], time(hour, minute), BEIJING)

    @property
    def _matter(self) -> Matter:
        return self.session.scalars(select(Matter).where(Matter.summary == ABOUT)).one()

    def _record(self, at: datetime) -> None:
        self._take("record", at, self._matter.team_tasks[0], leader=self.people["officer1a"], **FOUND)

    def _take(self, step: str, at: datetime, record=None, **fields) -> None:
        record = record or self._matter
        record.steps[step].take(record, by=self.people["officer1a"], version=record.version, at=at, **fields)
        self.session.flush()

    def _issue(self, at: datetime) -> None:
        where = {"area": self.communities["10102"].name, "day": beijing_date(self.at) + ONE_DAY}
        TeamTask.issue(self.session, self.people["desk1"], at, **TO_COME, **where)

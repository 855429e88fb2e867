"""The talks of the demo: one that was agreed and kept, one that waits to be confirmed, one that was broken and goes on. All of it is invented."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from models.asking import Rating, Reach
from models.base import beijing_date
from models.contact import Reachable
from models.demo_month import did
from models.talk import Brought, Ending, Present, Talk, Where
from models.workdays import ONE_DAY


@dataclass(frozen=True)
class Neighbours:
    """One talk, told as the stories of the month: when it was written down, so many minutes after it began, by whom, and its steps.

    In a step `by` is a user name, or "side 1", "side 2": by card. `until` is so many days from then.
    """

    when: str
    minutes: int
    by: str
    community: str
    held_in: Where
    subject: str
    sides: tuple[Brought, Brought]
    present: tuple[Present, ...] = ()
    steps: list = field(default_factory=list)


TALKS = (
    Neighbours("12 15:25", 80, "officer1a", "10101", Where.ROOM, "六楼加热水器，水滴到五楼窗台", (
        Brought("六楼住户", "热水器装了就不拆，管子可以改。", Reachable("老范", "0000-5550181"), consent=True),
        Brought("五楼住户", "别再滴到我家窗台上，被子晒不了。"),
    ), (Present.PROPERTY, Present.MEDIATOR), [
        did("agree", "officer1a", "12 15:28", text="滴水管接进雨水管，不再往外滴", side=1, until=5),
        did("agree", "officer1a", "12 15:30", text="以后有事先敲门说，不往群里发"),
        did("read_back", "officer1a", "12 15:32"),
        did("confirm", "side 1", "12 15:36", agreements=[1, 2]),
        did("confirm", "side 2", "12 15:38", agreements=[1, 2]),
        did("close", "officer1a", "12 15:41", outcome=Ending.AGREED),
        did("call 1", "officer1b", "12+5 10:10", result=Reach.REACHED, kept=[1], rating=Rating.SATISFIED, words="管子当天就接好了。"),
        did("tell", "side 2", "12+6 20:10", kept=[1], rating=Rating.SATISFIED, words="不滴了，被子也能晒了。"),
    ]),
    Neighbours("4 20:40", 95, "officer1b", "10102", Where.HOME, "楼上孩子夜里跑跳，楼下睡不着", (
        Brought("楼上住户", "孩子小，管不住，也不能把他绑起来。", Reachable("小冯", "0000-5550182"), consent=True),
        Brought("楼下住户", "晚上九点半以后要安静，我要上早班。", Reachable("郑师傅", "0000-5550183"), consent=True),
    ), (Present.GRID, Present.COMMITTEE), [
        did("agree", "officer1b", "4 20:44", text="客厅和孩子房间铺上地垫", side=1, until=2),
        did("agree", "officer1b", "4 20:46", text="晚上九点半以后不在屋里跑跳"),
        did("read_back", "officer1b", "4 20:48"),
        did("confirm", "side 1", "4 20:51", agreements=[1, 2]),
        did("confirm", "side 2", "4 20:52", agreements=[1, 2]),
        did("close", "officer1b", "4 20:55", outcome=Ending.AGREED),
        did("call 2", "officer1a", "4+2 10:30", result=Reach.REACHED, kept=[], rating=Rating.UNSATISFIED, words="垫子没见着，昨晚十点还在跑。"),
    ]),
    Neighbours("1 16:20", 60, "officer1b", "10102", Where.ROOM, "两家小店共用的过道堆货", (
        Brought("水果店", "货下来总要有地方放一放。"),
        Brought("裁缝店", "门口要能过轮椅，客人进不来。", Reachable("许姐", "0000-5550184"), consent=True),
    ), (Present.COMMITTEE,), [
        did("agree", "officer1b", "1 16:24", text="过道留出一米二，画一条黄线", owner="居委会", until=6),
        did("agree", "officer1b", "1 16:27", text="卸货在早上八点以前，当天搬进店里", side=1, until=6),
        did("read_back", "officer1b", "1 16:30"),
        did("confirm", "side 2", "1 16:34", agreements=[1, 2]),
    ]),
)  # fmt: skip


class Talks:
    """All of them, played by the moments at which something happens; `when` counts a told moment from the day of the demo."""

    def __init__(self, session, people, communities, when: Callable[[str], datetime]):
        self.session, self.people, self.communities, self.when = session, people, communities, when
        self.begun = {}

    def events(self) -> list[tuple[datetime, Callable]]:
        """Moments and what happens then."""
        events = []
        for told in TALKS:
            events.append((self.when(told.when), partial(self._begin, told)))
            events += [(self.when(when), partial(self._take, told, verb, by, fields)) for verb, by, when, fields in told.steps]
        return events

    def _begin(self, told: Neighbours, at: datetime) -> None:
        community = self.communities[told.community]
        self.begun[told.subject] = Talk.begin(
            self.session,
            self.people[told.by],
            at,
            community=community,
            held_in=told.held_in,
            room=community.room if told.held_in is Where.ROOM else None,
            held_at=at - timedelta(minutes=told.minutes),
            held_until=at,
            subject=told.subject,
            sides=told.sides,
            present=told.present,
        )

    def _take(self, told: Neighbours, verb: str, by: str, fields: dict, at: datetime) -> None:
        talk = self.begun[told.subject]
        record, name = talk, verb
        if by.startswith("side "):
            record = talk.sides[int(by[-1]) - 1]
            by = record.card
        elif verb.startswith("call "):
            record, name = talk.sides[int(verb[-1]) - 1].asked_now(at), "record"
        if days := fields.get("until"):
            fields = fields | {"until": beijing_date(at) + days * ONE_DAY}
        record.steps[name].take(record, by=self.people.get(by, by), version=record.version, at=at, **fields)
        self.session.flush()

"""Growth: a demo database made large, to see how the app bears it. All of it is invented.

Each story is played through the real steps at each place; its rows are read, and the play is rolled back. What is
written in bulk are copies, moved by whole weeks: each is what the steps would have left on its own days.
"""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import Table, func, insert, select
from sqlalchemy.orm import Session

from models.asking import CallbackResult, Rating, Reach
from models.base import Base, beijing_date, new_uid
from models.card import EchoCard, next_numbers
from models.category import Category
from models.contact import Channel, Daypart, Reachable
from models.demo import take
from models.demo_month import accepted, answered, rated
from models.life import Door, Kind
from models.matter import Matter
from models.officer import Officer, Role, responsible_for
from models.order import OrderCounter
from models.place import ContactCard
from models.point import Outcome
from models.receiving import receive
from models.sealed import seal, sealed_fields, unseal
from models.steps import CLOCK
from models.task import Task, kinds
from models.unit import Community, Unit
from models.workdays import ONE_DAY, Calendar, day_begin

AT_ONCE = 2000  # matters in one write, so that nobody waits for long
REACH = 730  # days that what is over may lie back
HOUSE = "〇"  # stands in a story for the number of a house, another in each copy
HOUSES = 60

MATTER, TASK = Matter.__table__, Task.__table__
OF_A_MATTER = [table for table in Base.metadata.sorted_tables if "matter_id" in table.c]
NAMES = {"uid": 16, "submission": 32, "planned_as": 16}  # columns that hold random bytes in hex
KINDS = [kind.__table__ for kind in kinds().values()]
SEALED = sealed_fields()


@dataclass(frozen=True)
class Story:
    """What one resident raised, and what was done: verb, who, hours after, fields, as the demo tells it.

    Who: `card`, `clock`, or somebody of the place (see `_people`); where nobody is that, it does not happen there.
    open_for: the days that it may have lain like this, before the clock would go on; None where it is over.
    """

    weight: int
    kind: Kind
    where: str
    text: str
    steps: list
    points: list[str] = field(default_factory=list)
    open_for: int | None = None
    more: dict = field(default_factory=dict)

    @property
    def youngest(self) -> int:
        """The least number of days ago that it can have begun."""
        return 2 + max((hours for _verb, _by, hours, _fields in self.steps), default=0) // 24


def _recorded(by, hours, result, **fields):
    return "record", by, hours, {"result": result, **fields}


SIGNED_OFF = "sign_off", "head"
RING = {"contact": Reachable("陈静", "0000-5550142"), "reply_by": Channel.PHONE, "daypart": Daypart.EVENING}
VISIT = {"contact": Reachable("周大爷", "0000-5550143", "〇号楼一单元"), "reply_by": Channel.VISIT}

STORIES = (
    # over: anywhere in two years
    Story(16, Kind.REQUEST, "菜市场〇号门", "菜市场〇号门外面早上全是三轮车，接孩子的车也停，人只能走到马路中间去。能不能管管？", [
        accepted("handler", 3, "菜市场〇号门外早高峰拥堵", "traffic"),
        answered("handler", 52, "和市场管理方看了现场，〇号门外划了停车线，早高峰有人疏导。"),
        rated(78, Rating.SATISFIED),
        (*SIGNED_OFF, 96, {}),
    ]),
    Story(12, Kind.REQUEST, "〇号楼", "〇号楼下棋牌室夜里十二点还在打麻将，吵得睡不着。楼道里堆的纸箱也没人管。", [
        accepted("handler", 14, "〇号楼棋牌室夜间扰民、楼道堆物", "noise"),
        answered("handler", 48, "找了棋牌室老板，约定晚上十点以后不营业，写了保证。"),
        answered("handler", 49, "物业已经把〇号楼的楼道清干净了。", point=2),
        rated(70, Rating.FAIRLY, solved=(1, 2), words="好多了。"),
        (*SIGNED_OFF, 94, {}),
    ], points=["棋牌室夜里太吵", "楼道里堆纸箱"]),
    Story(12, Kind.QUESTION, "", "孩子刚出生，户口报在妈妈这边要带什么材料？爸爸是外地户口。", [
        ("settle", "auxiliary", 4, {"outcome": Outcome.DONE, "text": "电话里说清了：带出生医学证明、父母身份证、户口簿和结婚证。"}),
        rated(30, Rating.SATISFIED),
        (*SIGNED_OFF, 50, {}),
    ]),
    Story(8, Kind.QUESTION, "", "身份证丢了，人在外地打工，能不能不回来补？", [
        accepted("handler", 2, "异地补办身份证", "papers"),
        answered("handler", 5, "能。带户口簿到您现在住的地方任何一个派出所都能补办，大约二十天。"),
        ("lapse", "clock", 200, {"result": CallbackResult.SILENT}),
        (*SIGNED_OFF, 220, {}),
    ]),
    Story(6, Kind.SUGGESTION, "〇号院门口", "〇号院门口要是能装个减速带就好了，拉石料的车开得太快。", [
        accepted("handler", 5, "〇号院门口想装减速带", "traffic"),
        answered("handler", 90, "装减速带要由公路部门来定，我们已经把情况写给他们，眼下先在早晚派人看着。", Outcome.CANNOT),
        rated(120, Rating.FAIRLY),
        (*SIGNED_OFF, 150, {}),
    ]),
    Story(5, Kind.PRAISE, "", "上周我妈在公交站迷路了，民警陪了她一个多钟头，一直等到我们来接，真心谢谢。", [
        ("thank", "head", 15, {"text": "老人家平安就好。出门记得给她带上写着电话的卡片。"}),
    ]),
    Story(3, Kind.REQUEST, "〇号楼", "〇号楼前有辆面包车挡住了消防通道，找不到车主。", [
        accepted("handler", 2, "〇号楼前消防通道被挡", "traffic"),
        ("withdraw", "card", 6, {"words": "车已经开走了。"}),
    ]),
    Story(5, Kind.REQUEST, "〇号摊位前", "夜市收摊以后油污倒在〇号摊位前的人行道上，滑得很。", [
        ("decline", "desk", 5, {"text": "倒油污归城管管，电话0000-5550200，我们已经告诉他们。", "summary": "夜市油污倒在人行道"}),
        rated(40, Rating.FAIRLY),
        (*SIGNED_OFF, 72, {}),
    ]),
    Story(6, Kind.REQUEST, "〇号楼", "〇号楼隔壁养的大狗不拴绳，小孩吓哭好几次了，请民警去说说。", [
        accepted("handler", 4, "〇号楼养犬不拴绳", "order"),
        ("ask", "handler", 8, {"text": "是几层的住户？一般什么时候遛狗？"}),
        ("resume", "card", 12, {"words": "三层，晚上八点左右。"}),
        answered("handler", 40, "上门说了，狗主人答应拴绳，办了犬证。"),
        _recorded("colleague", 50, Reach.UNREACHED),
        _recorded("colleague", 56, Reach.REACHED, rating=Rating.SATISFIED, solved=(1,)),
        (*SIGNED_OFF, 80, {}),
        ("erase", "clock", 24 * 95, {}),
    ], more=RING),
    Story(6, Kind.REQUEST, "〇号楼", "〇号楼楼上装修从早上七点敲到晚上八点，周末也不停，家里有高考的孩子。", [
        accepted("handler", 4, "〇号楼装修噪音影响备考", "noise"),
        answered("handler", 30, "上门说了，装修方答应工作日八点到十八点施工。"),
        rated(54, Rating.UNSATISFIED, solved=(), words="周六照样敲，一点没变。"),
        answered("handler", 100, "又去了一次，周末不动电锤写进了告示，物业每天看。"),
        rated(130, Rating.SATISFIED),
        (*SIGNED_OFF, 150, {}),
    ]),
    Story(4, Kind.REQUEST, "〇号路灯", "〇号路灯坏了半个月，晚上一片黑，心里怕。", [
        accepted("handler", 4, "〇号路灯不亮", "safety"),
        ("extend", "head", 20, {"days": 5, "text": "要等供电所的人来。"}),
        answered("handler", 90, "已经报给供电所。"),
        ("send_back", "head", 95, {"points": [1], "text": "请问清楚哪天修好再答复。"}),
        answered("handler", 140, "供电所昨天换了灯，我晚上去看过，亮了。"),
        rated(160, Rating.SATISFIED, words="亮了，谢谢。"),
        (*SIGNED_OFF, 190, {}),
    ]),
    Story(1, Kind.COMPLAINT, "", "昨天下午去窗口，民警只顾看手机，问三句答一句，态度不好。", [
        accepted("judge", 20, "窗口接待态度不好", "other"),
        answered("judge", 80, "看了当天的录像，您说的是实情，已经批评，本人想当面向您道歉。"),
        rated(100, Rating.FAIRLY),
        ("sign_off", "bureau", 130, {}),
    ]),
    # received
    Story(6, Kind.REQUEST, "〇号巷口", "〇号巷口的井盖翘起来一角，晚上骑车很容易摔。", [], open_for=9),
    Story(3, Kind.SUGGESTION, "", "能不能在小区里多讲讲怎么防诈骗？我们〇号楼已经有两位老人差点把钱转出去。", [], open_for=12),
    Story(1, Kind.REQUEST, "〇号楼", "〇号楼楼下两家人为车位打起来了，天天吵。", [], open_for=4, more={"urgent": True}),
    Story(1, Kind.PRAISE, "", "辅警帮我爬树救下了猫，谢谢他。", [], open_for=4),
    Story(1, Kind.COMPLAINT, "", "民警让我把摊挪三回，别人不用挪，问为什么也不说，这样公平吗？", [], open_for=9),
    # in hand, waiting
    Story(6, Kind.REQUEST, "〇号路口", "〇号路口那盏红绿灯对着老年人太快了，走到一半就变灯，能不能反映一下？", [
        accepted("handler", 3, "〇号路口绿灯时间太短", "traffic"),
    ], open_for=14),
    Story(3, Kind.QUESTION, "", "养狗证到哪里办？要带什么？", [accepted("handler", 2, "养犬登记怎么办", "papers")], open_for=5),
    Story(3, Kind.REQUEST, "〇号店", "〇号店里连着两天少了货，门口的摄像头也坏着，想请民警来看看怎么防。", [
        accepted("handler", 2, "〇号店两次少货，想看看怎么防", "safety"),
        answered("handler", 28, "去店里看过，货架换了位置，收银台装了铃。"),
    ], points=["少货怎么防", "摄像头坏了"], open_for=10, more=VISIT),
    Story(2, Kind.REQUEST, "〇号楼", "〇号楼有人夜里在楼下唱歌，吵得睡不着。", [
        accepted("handler", 4, "〇号楼下夜间唱歌", "noise"),
        ("ask", "handler", 20, {"text": "一般是哪几天、几点？"}),
    ], open_for=8),
    # answered, called back
    Story(2, Kind.REQUEST, "〇号楼", "〇号楼楼道的灯全不亮，老人上下楼摸黑。", [
        accepted("handler", 5, "〇号楼楼道灯不亮", "safety"),
        answered("handler", 40, "物业定了灯具，两周内换好，我会再去看。", Outcome.UNDER_WAY, days=14),
    ], open_for=11),
    Story(3, Kind.REQUEST, "〇号院", "〇号院后墙塌了一段，外人随便进出。", [
        accepted("handler", 3, "〇号院后墙塌了一段", "safety"),
        answered("handler", 30, "院里先拉了网，产权单位下周砌墙，夜里的巡逻加了一趟。"),
    ], open_for=6),
    Story(4, Kind.REQUEST, "〇号楼", "〇号楼邻居把杂物堆在公共过道，说了也不听。", [
        accepted("handler", 4, "〇号楼过道堆物的纠纷", "neighbours"),
        answered("handler", 30, "和社区一起去说了，两家定了日子清干净。"),
    ], open_for=7, more=RING),
    Story(4, Kind.REQUEST, "〇号门", "〇号门口的共享单车堆得轮椅过不去。", [
        accepted("handler", 4, "〇号门口单车堵路", "traffic"),
        answered("handler", 28, "单车公司每天早晚来清，地上画了停车区。"),
        rated(50, Rating.SATISFIED),
    ], open_for=16),
    Story(2, Kind.REQUEST, "〇号楼", "〇号楼的烧烤店油烟直往家里灌。", [
        accepted("handler", 4, "〇号楼烧烤店油烟", "neighbours"),
        answered("handler", 28, "店里答应装净化器。"),
        rated(50, Rating.UNSATISFIED, solved=(), words="还是一样呛。"),
    ], open_for=9),
)  # fmt: skip


@dataclass
class Sample:
    """What one story left at one place: for each row the values that every copy shares, and those that move with it."""

    began: datetime
    numbered_by: int
    weeks: list[int]  # by how many it may lie further back
    rows: dict[Table, list[tuple[dict, dict]]]


@dataclass(frozen=True)
class Copy:
    """One matter to be: a sample further back by `weeks`, later on its day by some `seconds`, at another house."""

    sample: Sample
    weeks: timedelta
    seconds: timedelta
    house: str

    @property
    def began(self) -> datetime:
        """When it is received."""
        return self.sample.began - self.weeks + self.seconds

    def of(self, value):
        """What stands in the copy for a value of the sample. Deadlines, which are full hours, keep their hour."""
        if isinstance(value, datetime):
            return value - self.weeks + (self.seconds if value.minute else timedelta())
        if isinstance(value, date):
            return value - self.weeks
        if isinstance(value, str):
            return value.replace(HOUSE, self.house)
        if isinstance(value, list):
            return [self.of(item) for item in value]
        return {name: self.of(item) for name, item in value.items()} if isinstance(value, dict) else value


# ── what is to be written


def plan(session: Session, count: int, at: datetime) -> list[Copy]:
    """`count` matters, oldest first; the same each time on the same day in the same database. Ends with a rollback."""
    chance = random.Random(f"{session.scalar(select(func.max(MATTER.c.id)))}")
    scenes = _scenes(session, at)
    told = chance.choices(range(len(scenes)), [weight for weight, *_scene in scenes], k=count)
    calendar, categories = Calendar.load(session), {category.code: category for category in session.scalars(select(Category))}
    is_workday = cache(calendar.is_workday)
    samples = {}
    for n in sorted(set(told)):
        _weight, story, community, people = scenes[n]
        days = story.youngest + n % min(7, (story.open_for or REACH) - story.youngest + 1)
        card = _play(session, story, community, people, categories, at, days)
        samples[n] = _read(session, card, is_workday, ((story.open_for or REACH) - days) // 7)
    session.rollback()
    copies = [
        Copy(
            samples[n],
            timedelta(weeks=chance.choice(samples[n].weeks)),
            timedelta(seconds=chance.randrange(58 * 60)),
            str(chance.randint(1, HOUSES)),
        )
        for n in told
    ]
    return sorted(copies, key=lambda copy: copy.began)


def _scenes(session: Session, at: datetime) -> list[tuple[int, Story, Community | None, dict]]:
    """Every story at every place where there is somebody for all that is done in it, with its weight."""
    places = [*session.scalars(select(Community).join(Unit).order_by(Unit.number, Community.code)), None]
    first = places[0].station
    return [
        (story.weight * (1 if place is None else 4 if place.station is first else 2), story, place, people)
        for place in places
        for people in [_people(session, place, at)]
        for story in STORIES
        if {by for _verb, by, _hours, _fields in story.steps} <= people.keys() | {"card"}
    ]


def _people(session: Session, community: Community | None, at: datetime) -> dict:
    """Who is who at a place. Without a community it is the bureau's, where only one person works."""

    def staff(*roles):
        unit = community.station_id if community else bureau.unit_id
        found = select(Officer).where(Officer.role.in_(roles), Officer.unit_id == unit, Officer.active).order_by(Officer.id)
        return session.scalars(found).all()

    bureau = session.scalars(select(Officer).where(Officer.role == Role.BUREAU).order_by(Officer.id)).first()
    people = {"clock": CLOCK, "bureau": bureau}
    if community is None:
        return people | {"handler": bureau}
    officers, heads = staff(Role.OFFICER), staff(Role.HEAD)
    responsible = responsible_for(community.post, at)
    handler = responsible or officers[0]
    auxiliaries = [officer for officer in staff(Role.AUXILIARY) if responsible and officer.led_by_id == handler.id]
    people |= {"handler": handler, "head": heads[0], "auxiliary": (auxiliaries or [handler])[0]}
    people |= {"colleague": next(one for one in officers + heads if one is not handler)}
    people |= {"desk": (staff(Role.DESK) or [None])[0], "judge": heads[-1] if responsible else None}
    return {who: somebody for who, somebody in people.items() if somebody}


def _play(
    session: Session, story: Story, community: Community | None, people: dict, categories: dict, at, days: int
) -> EchoCard:
    """The story from `days` ago to its end, at this place, by the real steps."""
    began = day_begin(beijing_date(at) - timedelta(days=days)) + timedelta(hours=8 + days * 5 % 12, minutes=1)
    code = select(ContactCard.code).where(ContactCard.post_id == community.post_id) if community else None
    card = receive(
        session,
        community=community,
        kind=story.kind,
        body=story.text,
        points=story.points,
        place=story.where,
        submission_id=new_uid(),
        at=began,
        grid_id=community.grids[days % len(community.grids)].id if community and community.grids else None,
        door=Door.PLATE if community else Door.FORM,
        about=(session.scalar(code) or "") if story.kind is Kind.COMPLAINT and community else "",
        **story.more,
    )
    for verb, by, hours, fields in story.steps:
        take(card, verb, people.get(by, card), began + timedelta(hours=hours), categories, dict(fields))
    session.flush()
    return card


def _read(session: Session, card: EchoCard, is_workday, weeks_back: int) -> Sample:
    """The rows that a play left, and the weeks further back in which the same days were working days."""
    tasks = [task.id for task in card.matter.tasks]
    queries = {
        MATTER: select(MATTER).where(MATTER.c.id == card.matter_id),
        **{table: select(table).where(table.c.matter_id == card.matter_id) for table in OF_A_MATTER},
        **{table: select(table).where(table.c.id.in_(tasks)) for table in KINDS},
    }
    rows = {}
    for table, query in queries.items():
        found = session.execute(query.order_by(*table.primary_key)).mappings()
        rows[table] = [moving(_opened(table, dict(row), session.info["keys"].contact)) for row in found]
    for stays, _moves in (row for table in KINDS for row in rows[table]):
        stays["id"] = tasks.index(stays["id"])
    began = card.matter.received_at
    deadlines = [
        v for table in rows for _s, moves in rows[table] for v in moves.values() if isinstance(v, datetime) and not v.minute
    ]
    days = [beijing_date(began) + n * ONE_DAY for n in range((max(deadlines, default=began) - began).days + 2)]
    weeks = [
        weeks
        for weeks in range(weeks_back + 1)
        if all(is_workday(day) == is_workday(day - timedelta(weeks=weeks)) for day in days)
    ]
    return Sample(began, card.station_id, weeks, rows)


def _opened(table: Table, row: dict, ring) -> dict:
    """The row without its id, and with what is sealed in it in clear: each copy is sealed under its own name."""
    if table not in KINDS:
        row.pop("id", None)
    for name in SEALED.get(table, ()):
        if sealed := row[f"{name}_sealed"]:
            row[f"{name}_sealed"] = unseal(ring, sealed, table=table.name, uid=row["uid"], field=name)
    return row


def moving(row: dict) -> tuple[dict, dict]:
    """Of a row what stays the same in every copy, and what moves with it."""
    elsewhere = Copy(None, timedelta(weeks=1), timedelta(minutes=1), "")
    moves = {name: value for name, value in row.items() if elsewhere.of(value) != value}
    return {name: value for name, value in row.items() if name not in moves}, moves


# ── writing it


def add(session: Session, copies: list[Copy]) -> None:
    """Write these matters with all that belongs to them, inside a write; the caller commits."""
    numbers = _numbers(session, copies)
    names, ring = random.Random(numbers[0]), session.info["keys"].contact

    def rows(table: Table) -> list[list[dict]]:
        """For each copy its rows in this table."""
        return [
            [_row(table, halves, copy, number, names, ring) for halves in copy.sample.rows[table]]
            for copy, number in zip(copies, numbers, strict=True)
        ]

    matters = _insert(session, MATTER, rows(MATTER))
    ids = {}
    for table in OF_A_MATTER:
        belonging = rows(table)
        for [matter_id], own in zip(matters, belonging, strict=True):
            for row in own:
                row["matter_id"] = matter_id
        ids[table] = _insert(session, table, belonging)
    for table in KINDS:
        belonging = rows(table)
        for copy, task_ids, own in zip(copies, ids[TASK], belonging, strict=True):
            for row in own:
                row["id"] = task_ids[row["id"]]
                if "serial" in row:
                    row["year"] = beijing_date(copy.began).year
                    row["serial"] = OrderCounter.count_on(session, session.get(Unit, row["unit_id"]), row["year"])
        _insert(session, table, belonging)


def _insert(session: Session, table: Table, rows: list[list[dict]]) -> list[list[int]]:
    """Insert all; returns the ids of what others belong to, in the same lists."""
    flat = [row for own in rows for row in own]
    back = (table.c.id, table.c.uid) if table in (MATTER, TASK) else table.primary_key
    given = session.execute(insert(table).returning(*back), flat).all() if flat else []  # so many rows make one statement
    if table not in (MATTER, TASK):
        return []
    ids = {uid: id for id, uid in given}
    return [[ids[row["uid"]] for row in own] for own in rows]


def _numbers(session: Session, copies: list[Copy]) -> list[str]:
    """A number for each, from the counters of its unit and year."""
    drawers = [(copy.sample.numbered_by, beijing_date(copy.began).year) for copy in copies]
    given = {
        drawer: iter(next_numbers(session, session.get(Unit, drawer[0]), drawer[1], count))
        for drawer, count in sorted(Counter(drawers).items())
    }
    return [next(given[drawer]) for drawer in drawers]


def _row(table: Table, halves: tuple[dict, dict], copy: Copy, number: str, names: random.Random, ring) -> dict:
    """A row of the copy, with a name of its own."""
    stays, moves = halves
    row = stays | {name: copy.of(value) for name, value in moves.items()}
    if "number" in row:
        row["number"] = number
    for name in row.keys() & NAMES.keys():
        row[name] = names.randbytes(NAMES[name]).hex()
    for name in SEALED.get(table, ()):
        if text := row[f"{name}_sealed"]:
            row[f"{name}_sealed"] = seal(ring, text, table=table.name, uid=row["uid"], field=name)
    return row

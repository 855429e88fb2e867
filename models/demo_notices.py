"""The notices of the demo: three that everybody reads, and one draft that waits for the head. All of it is invented, figures too."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from sqlalchemy import select

from models.base import BEIJING, beijing_date
from models.notice import Notice, NoticeKind

LATER = timedelta(hours=1, minutes=20)  # until a head has read it


@dataclass(frozen=True)
class Told:
    """One notice: written so many working days before, by whom, where it stands and for how many days; published by whom, if at all."""

    day: int
    writer: str
    publisher: str | None
    communities: tuple[str, ...]
    days: int
    kind: NoticeKind
    title: str
    body: str


NOTICES = (
    Told(15, "officer1b", "deputy1", (), 90, NoticeKind.ADVICE, "接到“客服退款”的电话，先挂断",
        "最近有人冒充网店、快递的客服打电话，说您买的东西有问题、包裹丢了，要退钱、赔钱，再一步步让您下载软件、共享屏幕、报验证码。\n"
        "真客服退款，钱从哪里来就退回哪里，不用下载东西，也不问验证码。\n"
        "接到这样的电话，先挂断，自己打开购物软件问一问。拿不准，打96110；钱已经转出去了，马上打110。"),
    Told(9, "officer1a", "head1", ("10101", "10102"), 60, NoticeKind.ADVICE, "电动车不上楼，电池不进屋",
        "电池充电时一旦起火，几十秒烟就灌满楼道，人跑不出来。\n"
        "请把车推到楼下的车棚里充，不从窗口往下拉线，也不把电池拎回家充，充满就拔。\n"
        "车棚没有空位、充电桩坏了，点这一页的“我要说一件事”告诉我们，我们去找物业。"),
    Told(4, "desk1", "head1", (), 30, NoticeKind.NEWS, "近30天的警情：电动车被盗少了，电话诈骗多了",
        "近30天，城南派出所一共接到警情86起。\n"
        "电动车被盗4起，再往前的30天是7起。多半没有上锁，停在路边过夜。\n"
        "冒充客服的诈骗5起，再往前的30天是3起。\n"
        "噪音扰民23起，多在晚上十点以后。\n"
        "电动车请停进车棚，锁两道；接到退款电话，先挂断。"),
    Told(1, "desk1", None, (), 30, NoticeKind.ADVICE, "出远门前，门窗水电看一遍",
        "家里几天没人，走之前把门反锁、窗户关严，水、电、气关好，现金和贵重的东西别留在家里。\n"
        "钥匙别放在门垫下、电表箱里。请邻居帮忙收一收门口的快递和小广告，别让人看出家里没人。\n"
        "回来发现门锁不对，先别进去，打110。"),
)  # fmt: skip


def events(session, people, communities, days: list[date]) -> list[tuple[datetime, Callable]]:
    """Moments and what happens then; `days` as models.demo tells them."""
    found = []
    for told in NOTICES:
        written = datetime.combine(days[told.day], time(15, 10), BEIJING)
        found.append((written, partial(_write, session, people, communities, told)))
        if told.publisher:
            found.append((written + LATER, partial(_publish, session, people, told)))
    return found


def _write(session, people, communities, told: Told, at: datetime) -> None:
    by = people[told.writer]
    Notice.write(
        session,
        by,
        at,
        station=by.unit,
        kind=told.kind,
        title=told.title,
        body=told.body,
        communities=[communities[code] for code in told.communities],
        shown_until=beijing_date(at) + timedelta(days=told.days),
    )


def _publish(session, people, told: Told, at: datetime) -> None:
    notice = session.scalars(select(Notice).where(Notice.title == told.title)).one()
    notice.publish(by=people[told.publisher], version=notice.version, at=at)
    session.flush()

"""The demo: one bureau, three stations, their people, and a handful of matters each. All of it is invented.

Deterministic; dates are relative to the day on which it is made. Every matter went through the real steps.
"""

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from models.about import About
from models.answer_template import AnswerTemplate
from models.base import beijing_date
from models.callback import Rating, Reach
from models.card import EchoCard
from models.category import Category
from models.contact import Channel, Daypart, Reachable
from models.keys import Keys
from models.life import Kind, State
from models.matter import Matter
from models.officer import Officer, Post, Posting, PostingKind, Role
from models.place import ContactCard, Plate
from models.point import Outcome
from models.receiving import receive
from models.signin import end_all, new_totp
from models.unit import Community, Grid, Room, Unit, UnitKind


class NotADemo(RuntimeError):
    """The database holds something that the demo did not make."""


UNITS = (  # number, name, address, duty phone, head's phone
    ("000", "云溪县公安局", "云溪县人民路1号", "0000-5550000", "0000-5550001"),
    ("101", "城南派出所", "城南街道文昌路18号", "0000-5550110", "0000-5550111"),
    ("102", "河东派出所", "河东镇滨河路6号", "0000-5550120", "0000-5550121"),
    ("103", "山前派出所", "山前镇松岭街2号", "0000-5550130", "0000-5550131"),
)
PEOPLE = (  # user name, name, title, police number, role, unit, led by
    ("bureau", "高远", "科长", "000012", Role.BUREAU, "000", None),
    ("head1", "王海峰", "所长", "101001", Role.HEAD, "101", None),
    ("deputy1", "刘慧", "副所长", "101002", Role.HEAD, "101", None),
    ("desk1", "何静", "警官", "101007", Role.DESK, "101", None),
    ("officer1a", "李建平", "警官", "101015", Role.OFFICER, "101", None),
    ("officer1b", "赵一鸣", "警官", "101016", Role.OFFICER, "101", None),
    ("auxiliary1", "周磊", "辅警", "101F03", Role.AUXILIARY, "101", "officer1a"),
    ("head2", "郑卫东", "所长", "102001", Role.HEAD, "102", None),
    ("officer2a", "孙志远", "警官", "102011", Role.OFFICER, "102", None),
    ("head3", "马春梅", "所长", "103001", Role.HEAD, "103", None),
    ("officer3a", "吴强", "警官", "103012", Role.OFFICER, "103", None),
    ("admin", "管理员", "", "", Role.ADMIN, "000", None),
    ("auditor", "审计员", "", "", Role.AUDITOR, "000", None),
)
USERNAMES = [person[0] for person in PEOPLE]
COMMUNITIES = (  # code, name, town, responsible, stand-in; the last of each station has no post
    ("10101", "港南社区", "城南街道", "officer1a", "officer1b"),
    ("10102", "光华社区", "城南街道", "officer1b", "officer1a"),
    ("10103", "日新社区", "城南街道", None, None),
    ("10201", "河东社区", "河东镇", "officer2a", None),
    ("10202", "柳湾村", "河东镇", "officer2a", None),
    ("10301", "山前社区", "山前镇", "officer3a", None),
    ("10302", "松岭村", "山前镇", None, None),
)


def accepted(by, hours, summary, category):
    """Somebody accepts, so many hours after it came in."""
    return "accept", by, hours, {"summary": summary, "category": category}


def answered(by, hours, text, outcome=Outcome.DONE, point=1, days=None):
    """Somebody answers a point; `days` is how far a promised date lies ahead."""
    return "answer", by, hours, {"point": point, "outcome": outcome, "text": text, "until": days}


def rated(hours, rating, solved=(1,), words=None):
    """The resident rates by card."""
    return "rate", "card", hours, {"rating": rating, "solved": solved, "words": words}


# days ago, hour, community (None: not known), kind, place, text, points, then the steps: verb, by, hours after, fields;
# last, where there is any, how she can be reached, or whom it is about: the contact card of a community's post, or words
MATTERS = (
    (12, 9, "10101", Kind.REQUEST, "菜市场南门", "菜市场南门口早上六点到九点全是三轮车，接孩子的车也停，人只能走到马路中间去，老人摔过一回了。能不能管管？", [], [
        accepted("officer1a", 3, "菜市场南门早高峰拥堵", "traffic"),
        answered("officer1a", 52, "我和市场管理方看了现场，南门外划了停车线，早上六点到九点有辅警在场疏导。昨天起三轮车改走西门。"),
        rated(78, Rating.SATISFIED),
        ("sign_off", "head1", 96, {}),
    ]),
    (9, 20, "10101", Kind.REQUEST, "港南小区7号楼", "楼下棋牌室夜里十二点还在打麻将，吵得睡不着，跟他们说过两次没用。另外楼道里堆的纸箱也没人管。", ["棋牌室夜里太吵", "楼道里堆纸箱"], [
        accepted("officer1a", 14, "棋牌室夜间扰民、楼道堆物", "noise"),
        answered("officer1a", 60, "找了棋牌室老板，约定晚上十点以后不营业，写了保证，贴在门口。"),
        answered("officer1a", 61, "物业这周清了一次楼道，两周内装好告示牌，我会再去看。", Outcome.UNDER_WAY, 2, days=12),
    ]),
    (7, 15, "10101", Kind.QUESTION, "", "孩子刚出生，户口报在妈妈这边要带什么材料？爸爸是外地户口。", [], [
        ("settle", "auxiliary1", 4, {"outcome": Outcome.DONE, "text": "电话里说清了：带出生医学证明、父母身份证、户口簿和结婚证，到所里窗口当场办。"}),
        rated(30, Rating.SATISFIED),
    ]),
    (6, 8, "10102", Kind.SUGGESTION, "光华路小学门口", "建议放学的时候在光华路小学门口拉一段隔离带，电动车和孩子混在一起太危险。", [], [
        accepted("officer1b", 5, "小学门口放学时段人车混行", "traffic"),
        answered("officer1b", 70, "和学校商量好了，从下周一起放学时由学校摆隔离桩，我们派人到场。"),
    ], {"contact": Reachable("陈静", "5550142"), "reply_by": Channel.PHONE, "daypart": Daypart.EVENING}),
    (4, 19, "10101", Kind.PRAISE, "", "上周六我妈在公交站迷路了，李警官陪了她一个多钟头，一直等到我们来接，真心谢谢。", [], [
        ("thank", "officer1a", 15, {"text": "老人家平安就好。出门记得给她带上写着电话的卡片。"}),
    ]),
    (5, 10, "10102", Kind.REQUEST, "光华新村12栋", "楼上装修从早上七点敲到晚上八点，周末也不停，家里有高考的孩子。", [], [
        accepted("officer1b", 4, "装修噪音影响备考", "noise"),
        answered("officer1b", 30, "上门说了，装修方答应工作日八点到十八点施工，周末不动电锤。"),
        rated(54, Rating.UNSATISFIED, solved=(), words="周六照样敲，一点没变。"),
    ]),
    (2, 11, "10101", Kind.REQUEST, "港南路与文昌路口", "路口那盏红绿灯对着老年人太快了，走到一半就变灯，能不能反映一下？", [], [
        accepted("officer1a", 3, "路口绿灯时间太短，老人过不完", "traffic"),
    ]),
    (1, 21, "10101", Kind.SUGGESTION, "", "能不能在小区里多讲讲怎么防诈骗？我们楼已经有两位老人差点把钱转出去。", [], []),
    (1, 9, "10103", Kind.REQUEST, "日新巷口", "巷口的井盖翘起来一角，晚上骑车很容易摔。", [], []),
    (8, 14, "10201", Kind.REQUEST, "滨河路夜市", "夜市收摊以后油污倒在人行道上，滑得很，早上送孩子差点摔倒。", [], [
        accepted("officer2a", 3, "夜市油污倒在人行道", "order"),
        answered("officer2a", 26, "倒油污归城管管。我已经把您说的情况告诉河东镇城管中队，电话0000-5550200，他们本周去看。", Outcome.NOT_OURS),
        ("record", "head2", 50, {"result": Reach.REACHED, "rating": Rating.FAIRLY, "solved": (1,)}),
    ]),
    (3, 16, "10202", Kind.QUESTION, "", "身份证丢了，人在外地打工，能不能不回来补？", [], [
        accepted("officer2a", 2, "异地补办身份证", "papers"),
        answered("officer2a", 5, "能。带户口簿到您现在住的地方任何一个派出所都能补办，大约二十天，也可以寄到家里。"),
    ]),
    (1, 8, "10201", Kind.REQUEST, "河东社区3网格", "隔壁养的大狗不拴绳，小孩吓哭好几次了，请民警去说说。", [], [],
        {"contact": Reachable("周大爷", "5550143"), "reply_by": Channel.VISIT, "daypart": Daypart.MORNING}),
    (4, 17, "10102", Kind.COMPLAINT, "", "昨天下午去窗口，光华社区的民警只顾看手机，问三句答一句，态度不好。", [], [
        accepted("deputy1", 20, "窗口接待态度不好", "other"),
    ], {"about": "10102"}),
    (2, 20, "10201", Kind.COMPLAINT, "", "夜市那边的辅警让我把摊挪三回，别人不用挪，问为什么也不说，这样公平吗？", [], [],
        {"about": "夜市执勤的辅警，不知道姓名"}),
    (10, 10, "10301", Kind.REQUEST, "山前街", "店门口的路灯坏了半个月，晚上一片黑，前几天有人在这里被抢了包，心里怕。", [], [
        accepted("officer3a", 4, "山前街路灯不亮", "safety"),
        answered("officer3a", 75, "路灯已经请供电所修好了，这一段夜里的巡逻也加了两趟。"),
        rated(100, Rating.SATISFIED, words="亮了，谢谢。"),
    ]),
    (3, 9, "10301", Kind.REQUEST, "山前街农贸店", "店里连着两天少了货，摄像头也坏着，想请民警来看看怎么防。", [], [
        accepted("officer3a", 2, "农贸店两次少货，想看看怎么防", "safety"),
    ]),
    (1, 18, "10302", Kind.SUGGESTION, "", "村口要是能装个减速带就好了，拉石料的车开得太快。", [], []),
    (1, 12, None, Kind.QUESTION, "", "我在两个社区交界的地方住，也不知道归哪个派出所，养狗证到哪里办？", [], []),
)  # fmt: skip

ANSWER_TEMPLATES = (  # kind, outcome, title, text; of every station
    (Kind.REQUEST, Outcome.DONE, "扰民：上门说好了", "【哪天】我到【地方】找对方当面说了，说好【几点】以后不再出声。要是又吵，您在回音卡上点“还没解决”，或者当时就打110。"),
    (Kind.REQUEST, Outcome.UNDER_WAY, "隐患：已经报修", "【哪天】我去看了现场，已经报给【哪个单位】，对方答应【哪天】前修好。修好前那里放了警示牌，到时候我再去看一次。"),
    (Kind.REQUEST, Outcome.DONE, "纠纷：两边谈好了", "【哪天】请你们两家到【地方】坐下来谈过，说好的是：【怎么办】。一周后我再打电话问问。"),
    (Kind.QUESTION, Outcome.DONE, "办证：要带什么", "可以办。请带【要带的材料】，【什么时间】到派出所户籍窗口，当场办，【多少天】能拿到。"),
    (None, Outcome.NOT_OURS, "不归我们：请找谁", "这件事归【哪个单位】管，电话【电话】，地址【地址】。我已经把您说的情况告诉了【哪位】，您直接找他们就行。"),
    (None, Outcome.CANNOT, "暂时办不了", "这件事现在办不了，因为【原因】。我们能先做的是【做什么】。等【什么条件】，我们【哪天】前再告诉您。"),
)  # fmt: skip


def make(session: Session, keys: Keys, password: str, password_hash: str, at: datetime) -> None:
    """Fill an empty database. NotADemo if it is not empty. The caller commits."""
    if session.scalar(select(Unit.id).limit(1)) or session.scalar(select(Officer.id).limit(1)):
        raise NotADemo
    session.add(About(key="demo", value=password))
    units = _units(session)
    people = _people(session, keys, units, password_hash)
    communities = _communities(session, units, people, at)
    session.flush()
    for unit in units.values():
        _templates(session, unit)
    categories = {category.code: category for category in session.scalars(select(Category))}
    for i, (days, hour, code, kind, place, text, points, steps, *more) in enumerate(
        sorted(MATTERS, key=lambda m: (-m[0], m[1]))
    ):
        began = _on(at, days, hour)
        card = receive(
            session,
            community=communities.get(code),
            kind=kind,
            body=text,
            points=points,
            place=place,
            submission_id=str(uuid5(NAMESPACE_URL, f"huiyin-demo-{i}-{keys.card.hex()}")),
            at=began,
            **_more(session, communities, *more),
        )
        for verb, by, hours, fields in steps:
            take(card, verb, people.get(by, card), began + timedelta(hours=hours), categories, dict(fields))


def _more(session: Session, communities: dict, given: dict | None = None) -> dict:
    given = dict(given or {})
    if post := given.get("about") in communities and communities[given["about"]].post:
        given["about"] = session.scalar(select(ContactCard.code).where(ContactCard.post_id == post.id))
    return given


def set_password(session: Session, password: str, password_hash: str, at: datetime) -> None:
    """Give the demo's accounts this password and end their sessions. The caller commits."""
    for officer in session.scalars(select(Officer).where(Officer.username.in_(USERNAMES))):
        officer.password_hash = password_hash
        end_all(session, officer, at)
    session.get(About, "demo").value = password


def open_card(session: Session, station: Unit) -> EchoCard:
    """One card of the station whose matter is still in hand or just received."""
    waiting = Matter.state.in_([State.RECEIVED, State.IN_HAND])
    return session.scalars(
        select(EchoCard).join(Matter).where(Matter.station_id == station.id, waiting).order_by(EchoCard.id)
    ).first()


def _on(at: datetime, days: int, hour: int) -> datetime:
    return (at - timedelta(days=days)).replace(minute=(days * 7 + hour * 11) % 60, second=0, microsecond=0) + timedelta(
        hours=hour - 8 - at.hour
    )


def _units(session) -> dict[str, Unit]:
    units = {}
    for number, name, address, duty_phone, head_phone in UNITS:
        units[number] = Unit(
            kind=UnitKind.STATION if units else UnitKind.BUREAU,
            parent=units.get("000"),
            number=number,
            name=name,
            address=address,
            duty_phone=duty_phone,
            head_phone=head_phone,
        )
    session.add_all(units.values())
    return units


def _templates(session, unit) -> None:
    for kind, outcome, title, text in ANSWER_TEMPLATES:
        session.add(AnswerTemplate(station_id=unit.id, version=1, kind=kind, outcome=outcome, title=title, text=text))


def _people(session, keys, units, password_hash) -> dict[str, Officer]:
    people = {}
    for username, name, title, police_number, role, unit, led_by in PEOPLE:
        people[username] = officer = Officer(
            username=username,
            name=name,
            title=title,
            police_number=police_number,
            role=role,
            unit=units[unit],
            led_by=people.get(led_by),
            password_hash=password_hash,
        )
        session.add(officer)
        session.flush()
        new_totp(keys, officer)  # asked for only where the station requires it
    return people


def _communities(session, units, people, at) -> dict[str, Community]:
    communities = {}
    for code, name, town, responsible, stand_in in COMMUNITIES:
        station = units[code[:3]]
        address = f"{town}{name}居委会一楼"
        room = Room(
            station=station, name=f"{name}警务室", address=address, phone=station.duty_phone, hours="周一到周五 9:00–17:00"
        )
        phone = f"0000-555{code}"
        post = Post(station_id=station.id, name=f"{name}责任岗", phone=phone) if responsible else None
        communities[code] = Community(station=station, code=code, name=name, town=town, room=room, post=post)
        session.add(communities[code])
        communities[code].grids = grids = [Grid(number=n, name=f"{n}网格") for n in (1, 2, 3)]
        for building, shared in (("1号楼", True), ("2号楼301室", False)):
            session.add(Plate(community=communities[code], grid=grids[0], building=f"{name}{building}", shared=shared))
        if post:
            session.add(ContactCard(post=post))
        for username, kind in ((responsible, PostingKind.RESPONSIBLE), (stand_in, PostingKind.STAND_IN)):
            if username:
                post.postings.append(Posting(officer=people[username], kind=kind, since=beijing_date(at) - timedelta(days=400)))
    return communities


def take(card: EchoCard, verb: str, by, at: datetime, categories: dict[str, Category], fields: dict) -> None:
    """Take one step of a story: `category` is its code, `until` a number of days from then."""
    record = card.matter
    if verb == "record":
        record = record.open_callback
    if "category" in fields:
        fields["category"] = categories[fields["category"]]
    if days := fields.get("until"):
        fields["until"] = beijing_date(at) + timedelta(days=days)
    record.steps[verb].take(record, by=by, version=record.version, at=at, **fields)
    object_session(record).flush()

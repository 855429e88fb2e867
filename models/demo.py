"""The demo: one bureau, three stations, their people, and the month that they had. All of it is invented.

Deterministic; dates are relative to the day on which it is made. Every matter went through the real steps, in the order
of the clock, which did its own at noon and at the end of each day.
"""

import re
from datetime import date, datetime, time, timedelta
from functools import partial
from io import BytesIO
from operator import itemgetter
from uuid import NAMESPACE_URL, uuid5

from PIL import Image, ImageDraw, ImageFilter
from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from models import demo_appointments, demo_notices, demo_visits, digest, outbox, rules, talk_callback
from models.about import About
from models.agency import Agency
from models.answer_template import AnswerTemplate
from models.asking import CallbackResult, NotByText
from models.base import BEIJING, beijing_date, span
from models.batch import CardBatch
from models.callback import not_taken, unanswered
from models.card import EchoCard
from models.category import Category
from models.danger import sounds_dangerous
from models.demo_gatherings import MEETINGS, Meeting
from models.demo_month import AGENCIES, SCENES, STORIES, Story
from models.demo_pairings import Pairings
from models.demo_talks import Talks
from models.demo_teams import Teams
from models.demo_topics import Topics
from models.duty import Duty, monday
from models.gathering import Gathering
from models.keys import Keys
from models.life import Door, Kind, State
from models.matter import Matter, promises_over, waited_in_vain
from models.officer import Officer, Post, Posting, PostingKind, Role
from models.order import RectificationOrder
from models.photo import Drawn, draw_anew
from models.place import ContactCard, Plate
from models.point import Outcome
from models.receiving import receive, receive_on
from models.signin import end_all, new_totp
from models.slot import Slot
from models.steps import CLOCK
from models.survey import Question, QuestionSum
from models.unit import Community, Grid, Room, Unit, UnitKind
from models.workdays import ONE_DAY, Calendar

LONGEST = 21  # working days that the stories reach back
MORNINGS = 10  # days that the digests reach back
SENDERS = ("desk1", "head2")  # of texts, by hand
AFTER_HOURS = time(18, 0, 1)  # what was due by the end of the day is over


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


HALLS = ("10101", "10102", "10201", "10301")  # the communities whose room holds a talk hall
DESKS = {  # who has duty at each station's desk, a day and a night each, in turn
    "101": ("head1", "deputy1", "desk1"),
    "102": ("head2", "officer2a"),
    "103": ("head3", "officer3a"),
}
IN_ROOMS = (  # community, who is in its room, from, to; on working days on which they are not at the desk
    ("10101", "officer1a", time(9), time(17)),
    ("10101", "officer1b", time(17), time(21)),
    ("10102", "officer1b", time(9), time(17)),
    ("10103", "auxiliary1", time(9), time(12)),
    ("10201", "officer2a", time(9), time(12)),
    ("10202", "officer2a", time(14), time(17)),
    ("10301", "officer3a", time(9), time(17)),
)
NOBODY = (6, time(18), time(20))  # this week's Sunday: the gap that the heads of the first station find

ANSWER_TEMPLATES = (  # kind, outcome, title, text; of every station
    (Kind.REQUEST, Outcome.DONE, "扰民：上门说好了", "【哪天】我到【地方】找对方当面说了，说好【几点】以后不再出声。要是又吵，您在回音卡上点“还没解决”，或者当时就打110。"),
    (Kind.REQUEST, Outcome.UNDER_WAY, "隐患：已经报修", "【哪天】我去看了现场，已经报给【哪个单位】，对方答应【哪天】前修好。修好前那里放了警示牌，到时候我再去看一次。"),
    (Kind.REQUEST, Outcome.DONE, "纠纷：两边谈好了", "【哪天】请你们两家到【地方】坐下来谈过，说好的是：【怎么办】。一周后我再打电话问问。"),
    (Kind.QUESTION, Outcome.DONE, "办证：要带什么", "可以办。请带【要带的材料】，【什么时间】到派出所户籍窗口，当场办，【多少天】能拿到。"),
    (None, Outcome.NOT_OURS, "不归我们：请找谁", "这件事归【哪个单位】管，电话【电话】，地址【地址】。我已经把您说的情况告诉了【哪位】，您直接找他们就行。"),
    (None, Outcome.CANNOT, "暂时办不了", "这件事现在办不了，因为【原因】。我们能先做的是【做什么】。等【什么条件】，我们【哪天】前再告诉您。"),
)  # fmt: skip


QUESTIONS = (  # what every station asks at the door
    ("晚上一个人在附近走，您觉得安全吗？", ("安全", "比较安全", "不太安全")),
    ("您认识您这个社区的民警吗？", ("认识", "见过", "不认识")),
    ("有事找派出所，您觉得方便吗？", ("方便", "一般", "不方便")),
    ("您最希望民警多管哪一样？", ("噪音扰民", "停车和交通", "防骗宣传", "晚上巡逻", "邻里纠纷")),
)
SAID = {  # by station how often each was said last month; this month as often, as far as it has gone
    "101": ((41, 17, 5), (28, 22, 13), (39, 18, 6), (14, 19, 11, 9, 8)),
    "102": ((23, 7, 2), (19, 9, 4), (15, 12, 5), (4, 6, 12, 7, 2)),
    "103": ((10, 5, 3), (5, 6, 7), (4, 6, 8), (1, 2, 5, 9, 1)),
}


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
    _agencies(session, units)
    _surveys(session, units, beijing_date(at))
    demo_visits.keep_lists(session, units, people, communities, at)
    session.flush()
    _Month(session, units, people, communities, at).play(keys)


def set_password(session: Session, password: str, password_hash: str, at: datetime) -> None:
    """Give the demo's accounts this password and end their sessions. The caller commits."""
    for officer in session.scalars(select(Officer).where(Officer.username.in_(USERNAMES))):
        officer.password_hash = password_hash
        end_all(session, officer, at)
    session.get(About, "demo").value = password


def open_card(session: Session, station: Unit) -> EchoCard:
    """One card of the station whose matter is still in hand or just received."""
    waiting = Matter.state.in_([State.RECEIVED, State.IN_HAND])
    here = (Matter.station_id == station.id) & (EchoCard.station_id == station.id)
    return session.scalars(select(EchoCard).join(Matter).where(here, waiting).order_by(EchoCard.id)).first()


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
            station=station,
            name=f"{name}警务室",
            address=address,
            phone=station.duty_phone,
            hall=code in HALLS,
            opens={day: ["09:00", "17:00"] for day in "01234"},
        )
        phone = f"0000-555{code}"
        post = Post(station_id=station.id, code=code[3:], name=f"{name}责任岗", phone=phone) if responsible else None
        communities[code] = Community(station=station, code=code, name=name, town=town, room=room, post=post)
        session.add(communities[code])
        communities[code].grids = grids = [Grid(number=n, name=f"{n}网格") for n in (1, 2, 3)]
        for number, (building, shared) in enumerate((("1号楼", True), ("2号楼301室", False)), 1):
            where = {"number": str(number), "building": f"{name}{building}"}
            session.add(Plate(community=communities[code], grid=grids[0], shared=shared, **where))
        if post:
            session.add(ContactCard(post=post))
        for username, kind in ((responsible, PostingKind.RESPONSIBLE), (stand_in, PostingKind.STAND_IN)):
            if username:
                post.postings.append(Posting(officer=people[username], kind=kind, since=beijing_date(at) - timedelta(days=400)))
    return communities


def _agencies(session, units) -> None:
    for number, listed in AGENCIES.items():
        session.add_all(Agency(station_id=units[number].id, name=name, phone=phone) for name, phone in listed)


def _surveys(session, units, today) -> None:
    month = today.replace(day=1)
    for number, said in SAID.items():
        for ordinal, ((text, answers), counts) in enumerate(zip(QUESTIONS, said, strict=True), 1):
            question = Question(station_id=units[number].id, ordinal=ordinal, text=text, answers=list(answers))
            session.add(question)
            session.flush()
            for place, count in enumerate(counts):
                so_far = -(-count * today.day // 31)
                for of_month, n in (((month - ONE_DAY).replace(day=1), count), (month, so_far)):
                    session.add(QuestionSum(question_id=question.id, month=of_month, answer=place, count=n))


def _rostered_at(at: datetime) -> datetime:
    """The Friday on which the roster was set: last week's, this week's and the next's."""
    return datetime.combine(monday(beijing_date(at)) - 10 * ONE_DAY, time(17), BEIJING)


def _hours_at_the_desk(n: int, number: str) -> list[tuple[time, time]]:
    morning, (sunday, begins, ends) = time(8), NOBODY
    return [(morning, begins), (ends, morning)] if (n, number) == (sunday, "101") else [(morning, morning)]


def drawn(name: str) -> Drawn:
    """A picture of the demo, as a resident's phone might have taken it: a few shapes and no more."""
    behind, shapes = SCENES[name]
    picture, file = Image.new("RGB", (800, 600), behind), BytesIO()
    pen = ImageDraw.Draw(picture)
    for shape, box, colour in shapes:
        getattr(pen, shape)(box, fill=colour, **({"width": 6} if shape == "line" else {}))
    picture.filter(ImageFilter.GaussianBlur(1.5)).save(file, "PNG")
    return draw_anew(file.getvalue())


# ── the month


def days_before(at: datetime, calendar: Calendar) -> list[date]:
    """The Beijing day of `at`, then the working days before it, the latest first, as far back as the stories reach."""
    days = [beijing_date(at)]
    while len(days) <= LONGEST:
        day = days[-1] - ONE_DAY
        while not calendar.is_workday(day):
            day -= ONE_DAY
        days.append(day)
    return days


def when(told: str, days: list[date]) -> datetime:
    """The moment that a story tells (see models.demo_month), counted from these days."""
    day, later, hour = re.fullmatch(r"(\d+)([+-]\d+)? (\d\d:\d\d)", told).groups()
    return datetime.combine(days[int(day)] + int(later or 0) * ONE_DAY, time.fromisoformat(hour), BEIJING)


class _Month:
    """All stories at once, in the order of the clock, up to the moment `at`."""

    def __init__(self, session, units, people, communities, at):
        self.session, self.units, self.people, self.communities, self.at = session, units, people, communities, at
        self.categories = {category.code: category for category in session.scalars(select(Category))}
        self.cards, self.gatherings, self.batch = {}, {}, None

    def play(self, keys: Keys) -> None:
        """Take every step whose moment has come, and let the clock do its own in between."""
        days, events = days_before(self.at, Calendar.load(self.session)), []
        for n, story in enumerate(STORIES):
            submission_id = str(uuid5(NAMESPACE_URL, f"huiyin-demo-{n}-{keys.card.hex()}"))
            events.append((when(story.when, days), partial(self._receive, n, story, submission_id)))
            for verb, by, told, fields in story.steps:
                events.append((when(told, days), partial(self._step, n, verb, by, fields)))
        events.append((when("10 15:10", days), self._print_cards))
        for meeting in MEETINGS:
            day = beijing_date(when(meeting.held, days) if meeting.held else self.at + meeting.ahead * ONE_DAY)
            events.append((when(meeting.when, days), partial(self._plan, meeting, day)))
            for verb, by, told, fields in meeting.steps:
                events.append((when(told, days), partial(self._hold, meeting, verb, by, fields)))
        first = beijing_date(min(moment for moment, _event in events))
        for day in range((beijing_date(self.at) - first).days + 1):
            for hour in (rules.CALLBACK_RISES, AFTER_HOURS):
                events.append((datetime.combine(first + day * ONE_DAY, hour, BEIJING), self._clock))
        events += demo_visits.events(self.session, self.people, self.communities, self.at)
        mornings = (beijing_date(self.at) - n * ONE_DAY for n in range(MORNINGS))
        events += [(datetime.combine(day, rules.DIGEST, BEIJING), self._morning) for day in mornings]
        events.append((_rostered_at(self.at), self._roster))
        events += Talks(self.session, self.people, self.communities, partial(when, days=days)).events()
        events += Topics(self.session, self.people, days, self.at).events()
        events += Teams(self.session, self.people, self.communities, days, self.at).events()
        events += Pairings(self.session, self.people, self.communities, self.at).events()
        events += demo_appointments.events(self.session, self.people, self.communities, self.at)
        events += demo_notices.events(self.session, self.people, self.communities, days)
        for moment, event in sorted(events, key=itemgetter(0)):
            if moment <= self.at:
                event(moment)

    def _roster(self, at: datetime) -> None:
        """Three weeks, from the night before last week's Monday on."""
        first = monday(beijing_date(self.at))
        for n in range(-8, 14):
            day, at_the_desk = first + n * ONE_DAY, set()
            for number, turns in DESKS.items():
                username = turns[n % len(turns)]
                at_the_desk.add(username)
                for begins, ends in _hours_at_the_desk(n, number):
                    self._on_duty(at, number, username, None, day, begins, ends)
            for code, username, begins, ends in IN_ROOMS if day.weekday() < 5 else ():
                if username not in at_the_desk:
                    self._on_duty(at, code, username, self.communities[code].room, day, begins, ends)

    def _on_duty(self, at, place, username, room, day, begins, ends) -> None:
        begins_at, ends_at = span(day, begins, ends)
        shift = {"officer": self.people[username], "room": room, "begins_at": begins_at, "ends_at": ends_at}
        Duty.plan(self.session, self.people[f"head{place[2]}"], at, **shift)

    def _receive(self, n: int, story: Story, submission_id: str, at: datetime) -> None:
        community = self.communities.get(story.community)
        grid = story.grid and community.grids[story.grid - 1]
        on = partial(receive_on, self.gatherings[story.community]) if story.door is Door.GATHERING else receive
        self.cards[n] = on(
            self.session,
            community=community,
            kind=story.kind,
            body=story.text,
            points=story.points,
            place=story.place,
            submission_id=submission_id,
            at=at,
            grid_id=grid and grid.id,
            door=story.door,
            urgent=sounds_dangerous(story.text, story.place, *story.points),
            photos=[drawn(name) for name in story.photos],
            contact=story.contact,
            reply_by=story.reply_by,
            daypart=story.daypart,
            about=self._card_of(story.about) or story.about,
            received_by=self.people.get(story.told_to),
            card=self.batch.cards[0] if story.door is Door.ECHO_CARD else None,
        )

    def _print_cards(self, at: datetime) -> None:
        """Twelve blank cards: three handed out, of which one is used later, and one spoiled."""
        desk = self.people["desk1"]
        self.batch = CardBatch.number(self.session, desk, at, 12)
        self.batch.print_out(desk, at, prints=0)
        *given, spoiled = self.batch.cards[:4]
        self.batch.hand_out(desk, at, [card.id for card in given])
        spoiled.void(by=desk, at=at, version=spoiled.version)

    def _plan(self, meeting: Meeting, day: date, at: datetime) -> None:
        community, officers = self.communities[meeting.community], [self.people[name] for name in meeting.officers]
        self.gatherings[meeting.community] = Gathering.plan(
            self.session,
            officers[0],
            at,
            title=meeting.title,
            sort=meeting.sort,
            slot=Slot.of(at, day, *(time(hour) for hour in meeting.hours)),
            officers=officers,
            community=community,
            room=None if meeting.place else community.room,
            place=meeting.place,
        )

    def _hold(self, meeting: Meeting, verb: str, by: str, fields: dict, at: datetime) -> None:
        gathering = self.gatherings[meeting.community]
        gathering.steps[verb].take(gathering, by=self.people[by], version=gathering.version, at=at, **fields)
        if verb == "announce":
            for n, people in enumerate(meeting.coming):
                gathering.expect(at, people, tap=f"{n}")
        self.session.flush()

    def _card_of(self, community: str) -> str | None:
        post = community in self.communities and self.communities[community].post
        return post and self.session.scalar(select(ContactCard.code).where(ContactCard.post_id == post.id))

    def _step(self, n: int, verb: str, by: str, fields: dict, at: datetime) -> None:
        named = {"handler": self.people, "station": self.units}
        fields = {name: named[name][value] if name in named else value for name, value in fields.items()}
        take(self.cards[n], verb, self.people.get(by, self.cards[n]), at, self.categories, fields)

    def _clock(self, at: datetime) -> None:
        """What `flask tick` would have done at `at`, so that it finds nothing to do after the demo was made."""
        if at.time() == rules.CALLBACK_RISES and beijing_date(at) < beijing_date(self.at):
            self._send_texts(at)
        for matter in promises_over(self.session, at):
            matter.ask_about_promises(at)
        due = [("lapse", callback.matter, {"result": CallbackResult.SILENT}) for callback in unanswered(self.session, at)]
        late = outbox.not_replied(self.session, at)
        due += [("lapse", callback.matter, {"result": CallbackResult.NO_REPLY}) for callback in late]
        due += [("call_instead", callback, {"why": NotByText.NOT_SENT}) for callback in outbox.never_asked(self.session, at)]
        due += [("call_off", message, {}) for message in outbox.no_longer_wanted(self.session, at)]
        due += [("resume", matter, {}) for matter in waited_in_vain(self.session, at)]
        due += [
            ("rise", callback, {}) for callback in [*not_taken(self.session, at), *talk_callback.not_taken(self.session, at)]
        ]
        due += [("lapse", callback, {}) for callback in talk_callback.silent(self.session, at)]
        for verb, record, fields in due:
            record.steps[verb].take(record, by=CLOCK, version=record.version, at=at, **fields)
        self.session.flush()

    def _morning(self, at: datetime) -> None:
        """What the heads read on that day."""
        for unit_id in digest.due(self.session, at):
            digest.keep(self.session, unit_id, at, digest.drawn_up(self.session, unit_id, at))

    def _send_texts(self, at: datetime) -> None:
        """At noon two stations send by hand what is due, today not yet; at the third nobody does: residents are rung instead."""
        for username in SENDERS:
            by = self.people[username]
            for message in outbox.by_hand(self.session, by, at):
                message.steps["mark_sent"].take(message, by=by, version=message.version, at=at)
        self.session.flush()


def take(card: EchoCard, verb: str, by, at: datetime, categories: dict[str, Category], fields: dict) -> None:
    """Take one step of a story: `category` is its code, `until` and `day` are so many days from then."""
    matter = card.matter
    record = matter if verb in Matter.steps else matter.orders[-1] if verb in RectificationOrder.steps else matter.open_callback
    if "category" in fields:
        fields["category"] = categories[fields["category"]]
    fields |= {name: beijing_date(at) + timedelta(days=fields[name]) for name in ("until", "day") if fields.get(name)}
    record.steps[verb].take(record, by=by, version=record.version, at=at, **fields)
    object_session(record).flush()

"""The cast, always the same, and the makers of what they handle."""

import itertools
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

from argon2 import PasswordHasher
from sqlalchemy import select

from models.appointment import Appointment, free_times
from models.asking import Reach
from models.base import BEIJING, Base, beijing_date, span
from models.category import Category
from models.contact import Daypart, Reachable
from models.duty import Duty
from models.echoing import Verdict
from models.gathering import Gathering, GatheringKind
from models.going import Carried
from models.incident import IncidentCallback
from models.incident_import import IncidentImport
from models.incident_sheet import SheetRow
from models.life import Kind
from models.matter import Matter
from models.notice import Notice, NoticeKind
from models.officer import Officer, Post, Posting, PostingKind, Role
from models.pairing import Consent, Need, Pairing
from models.place import Plate
from models.point import Outcome
from models.pressing import SECTIONS
from models.receiving import receive
from models.site import Site
from models.slip import Slip
from models.slot import Slot
from models.talk import Brought, Present, Talk, Where
from models.team_task import Member, TeamTask
from models.unit import Community, Grid, Room, Unit, UnitKind
from models.visit import Visit

PASSWORD = "a long enough password"
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
MONDAY = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)  # 10:00 in Beijing, an ordinary week
DAY = timedelta(days=1)
WORKDAYS = {day: ["09:00", "17:00"] for day in "01234"}


class Make:
    """Makers: each gives a row with believable defaults."""

    def __init__(self, session):
        self.session = session
        self.names = itertools.count(1)

    def unit(self, number, name, parent=None):
        unit = Unit(
            kind=UnitKind.STATION if parent else UnitKind.BUREAU,
            parent=parent,
            number=number,
            name=name,
            duty_phone="0000-5550110",
            head_phone="0000-5550111",
        )
        self.session.add(unit)
        self.session.flush()
        return unit

    def officer(self, name, unit, role=Role.OFFICER, title="警官", led_by=None, **more):
        officer = Officer(
            username=more.pop("username", f"user{next(self.names)}"),
            name=name,
            title=title,
            role=role,
            unit=unit,
            led_by=led_by,
            password_hash=PASSWORD_HASH,
            **more,
        )
        self.session.add(officer)
        self.session.flush()
        return officer

    def community(self, station, code, name, responsible=None, stand_in=None):
        community = Community(station=station, code=code, name=name, town="城南街道")
        self.session.add(community)
        if responsible:
            community.post = Post(station_id=station.id, name=f"{name}责任岗", phone="0000-5550188")
            for officer, kind in ((responsible, PostingKind.RESPONSIBLE), (stand_in, PostingKind.STAND_IN)):
                if officer:
                    community.post.postings.append(Posting(officer=officer, kind=kind, since=beijing_date(MONDAY) - 400 * DAY))
        self.session.flush()
        return community

    def room(self, station, name, **more):
        room = Room(station=station, name=name, **({"opens": WORKDAYS} | more))
        self.session.add(room)
        self.session.flush()
        return room

    def grid(self, community, number):
        grid = Grid(community_id=community.id, number=number, name=f"{number}网格")
        self.session.add(grid)
        self.session.flush()
        return grid

    def plate(self, community, building, shared=True):
        plate = Plate(community_id=community.id, building=building, shared=shared)
        self.session.add(plate)
        self.session.flush()
        return plate

    def site(self, community, name, interval_days=30, since=MONDAY):
        site = Site(
            station_id=community.station_id,
            community=community,
            name=name,
            interval_days=interval_days,
            since=beijing_date(since),
        )
        self.session.add(site)
        self.session.flush()
        return site

    def card(
        self, community, kind=Kind.REQUEST, body="路口的灯坏了，晚上很黑。", points=(), at=MONDAY, submission_id=None, **more
    ):
        """What a resident gets for her words: a card, its matter received."""
        card = receive(
            self.session,
            community=community,
            kind=kind,
            body=body,
            points=list(points),
            place="菜市场南门",
            submission_id=submission_id or str(uuid4()),
            at=at,
            **more,
        )
        self.session.flush()
        return card

    def category(self, code="traffic"):
        return self.session.scalars(select(Category).where(Category.code == code)).one()


class Cast:
    """Li is in charge of a community, Zhao stands in; Wang is their head, Liu her deputy; Sun works elsewhere."""

    def __init__(self, make):
        self.make, self.session = make, make.session
        self.bureau = make.unit("000", "云溪县公安局")
        self.station = make.unit("101", "城南派出所", self.bureau)
        self.elsewhere = make.unit("102", "河东派出所", self.bureau)
        self.li = make.officer("李建平", self.station, username="li")
        self.zhao = make.officer("赵一鸣", self.station, username="zhao")
        self.qian = make.officer("钱进", self.station, username="qian")
        self.wang = make.officer("王海峰", self.station, Role.HEAD, "所长", username="wang")
        self.liu = make.officer("刘慧", self.station, Role.HEAD, "副所长", username="liu")
        self.he = make.officer("何静", self.station, Role.DESK, username="he")
        self.zhou = make.officer("周磊", self.station, Role.AUXILIARY, "辅警", led_by=self.li, username="zhou")
        self.gao = make.officer("高远", self.bureau, Role.BUREAU, "科长", username="gao")
        self.admin = make.officer("管理员", self.bureau, Role.ADMIN, "", username="admin")
        self.auditor = make.officer("审计员", self.bureau, Role.AUDITOR, "", username="auditor")
        self.sun = make.officer("孙志远", self.elsewhere, username="sun")
        self.ma = make.officer("马春梅", self.elsewhere, Role.HEAD, "所长", username="ma")
        self.gangnan = make.community(self.station, "10101", "港南社区", self.li, self.zhao)
        self.rixin = make.community(self.station, "10103", "日新社区")
        self.hedong = make.community(self.elsewhere, "10201", "河东社区", self.sun)

    def __getstate__(self):
        return {name: record for name, record in vars(self).items() if isinstance(record, Base)}

    def enter(self, make):
        """Go on, taken from where it was kept, in the session of `make`, whose database holds it already."""
        make.session.add_all(vars(self).values())
        self.make, self.session = make, make.session

    def everyone(self):
        return [value for value in vars(self).values() if isinstance(value, Officer)]

    def step(self, record, name, by, at, **fields):
        """Take a step with the version that the record has."""
        record.steps[name].take(record, by=by, version=record.version, at=at, **fields)
        self.session.flush()

    def outcome(self, code):
        return Outcome.of(code)

    def reach(self, code):
        return Reach.of(code)

    def verdict(self, code):
        return Verdict.of(code)

    def section(self, name):
        return next(section for section in SECTIONS if section.name == name)

    def all_matters(self):
        return select(Matter).order_by(Matter.id)

    def accepted(self, at=MONDAY, **what):
        """Chen's matter, taken in hand by Li."""
        matter = self.make.card(self.gangnan, at=at, **what).matter
        self.step(matter, "accept", self.li, at, summary="路灯不亮", category=self.make.category())
        return matter

    def incident(self, at=MONDAY, refused=0):
        """A 110 call of the day before to ask back about, in Li's community: the file that He brought in, with its bad rows."""
        self.bureau.incident_approval = "云公网安〔2026〕12号"
        number = f"110-2026-{next(self.make.names):04}"
        fine = SheetRow(2, number, f"{(at - DAY).astimezone(BEIJING):%Y-%m-%d %H:%M}", "港南社区", "噪音扰民", "13900001234")
        rows = [fine, *(fine._replace(row=3 + n) for n in range(refused))]
        file = IncidentImport.begin(self.session, self.he, at, number, rows)
        self.session.flush()
        file.work(at)
        self.session.flush()
        return self.session.scalars(select(IncidentCallback).where(IncidentCallback.import_id == file.id)).one()

    def duty(self, officer, room, day, begins, ends, at=MONDAY):
        """The officer has duty in the room, or at the desk where that is None, between two hours as they are typed."""
        begins_at, ends_at = span(day, time.fromisoformat(begins), time.fromisoformat(ends))
        return Duty.plan(self.session, self.wang, at, officer=officer, room=room, begins_at=begins_at, ends_at=ends_at)

    def visit(self, at=MONDAY, hours=1, daypart=None, officers=(), by=None, **what):
        """Li is to go and see about the street lights in Gangnan from `at` on."""
        slots = [Slot(at, at + timedelta(hours=hours), daypart)]
        what = {"community": self.gangnan, "reason": "看看路灯修好没有"} | what
        return Visit.plan(self.session, by or self.wang, at, officers=officers or [self.li], slots=slots, **what)[0]

    def pairing(self, at=MONDAY, by=None, **more):
        """A household of Li's community that agreed to be looked in on by him."""
        told = {"officer": self.li, "community": self.gangnan, "grid": None, "needs": [Need.FRAUD], "line": "想学会认骗子电话"}
        agreed = {"consent": Consent.SAID, "consented_on": beijing_date(at), "phone": "13900001234"}
        pairing = Pairing.begin(self.session, by or self.li, at, **told | agreed | more)
        self.session.flush()
        return pairing

    def slip(self, at=MONDAY, **what):
        """The visit that comes of a slip which Li left at `at`, where nobody was at home."""
        visit = self.visit(at, **{"daypart": Daypart.MORNING} | what)
        self.step(visit, "start", self.li, at, carried=list(Carried))
        self.step(visit, "leave_slip", self.li, at, place="幸福里3幢402")
        self.step(visit, "record", self.li, at, households=1)
        return self.session.scalars(select(Slip).where(Slip.left_on_id == visit.id)).one().visit

    def gathering(self, at=MONDAY, announced=True, **what):
        """Li holds a talk in Gangnan from two hours after `at` on, for an hour."""
        slot = Slot(at + timedelta(hours=2), at + timedelta(hours=3))
        what = {"title": "秋季防盗恳谈会", "sort": GatheringKind.TALK, "slot": slot, "place": "居委会二楼"} | what
        what = {"community": self.gangnan, "officers": [self.li]} | what
        gathering = Gathering.plan(self.session, what["officers"][0], at, **what)
        if announced:
            self.step(gathering, "announce", what["officers"][0], at)
        return gathering

    def notice(self, at=MONDAY, published=False, by=None, **what):
        """He drafts a warning for Gangnan, to be read for ten days; Wang publishes it."""
        told = {
            "kind": NoticeKind.ADVICE,
            "title": "先挂断",
            "body": "接到“客服退款”的电话，先挂断。",
            "communities": [self.gangnan],
        }
        what = {"station": self.station, "shown_until": beijing_date(at) + 10 * DAY} | told | what
        notice = Notice.write(self.session, by or self.he, at, **what)
        if published:
            self.step(notice, "publish", self.wang, at)
        return notice

    def hall(self, at=MONDAY):
        """The room of Li's community, where Li has duty around the clock from the day before `at` on, for four days."""
        if self.gangnan.room is None:
            self.gangnan.room = self.make.room(self.station, "港南社区警务室", hall=True, address="港南路1号")
            for n in (-1, 0, 1, 2):
                self.duty(self.li, self.gangnan.room, beijing_date(at) + n * DAY, "00:00", "00:00", at)
        return self.gangnan.room

    def appointment(self, at=MONDAY, **what):
        """Chen comes to Li's room at the first free time, two hours after `at` at the earliest."""
        room = what.pop("room", None) or self.hall(at)
        told = {"held_in": Where.ROOM, "subject": "楼上漏水", "community": self.gangnan, "contact": Reachable()}
        first = {"free_time": free_times(self.session, [room], at)[0].begins_at, "submission_id": str(uuid4())}
        return Appointment.book(self.session, at, room=room, **told | first | what).task

    def idea(self, outcomes=(Outcome.DONE,), at=MONDAY, **what):
        """An idea, each point answered by Li."""
        points = [f"第{n}点" for n in range(len(outcomes))] if len(outcomes) > 1 else []
        matter = self.accepted(at, kind=Kind.IDEA, points=points, **what)
        for point, outcome in zip(matter.points, outcomes, strict=True):
            self.step(matter, "answer", self.li, at, point=point.ordinal, outcome=outcome, text="照这样改了。")
        return matter

    def team_task(self, at=MONDAY, by=None, **what):
        """Li sends the service team on the next day, to clear a stairwell in Gangnan."""
        what = {"title": "清楼道里的旧自行车", "day": beijing_date(at) + DAY, "place": "幸福里3号楼", "area": "港南社区"} | what
        team = {Member.OFFICERS: 1, Member.GRID_WORKERS: 1, Member.VOLUNTEERS: 3}
        return TeamTask.issue(self.session, by or self.li, at, **{"team": team} | what)

    def talk(self, at=MONDAY, by=None, **more):
        """Two neighbours talk a leak over, at home, with Li; who lives upstairs left a phone."""
        upstairs = Brought("楼上住户", "天花板漏水不是我家的事。", Reachable("陈静", "13900001234"), consent=True)
        told = {"community": self.gangnan, "held_in": Where.HOME, "subject": "楼上漏水", "present": [Present.PROPERTY]}
        hours = {"held_at": at - timedelta(hours=2), "held_until": at - timedelta(hours=1)}
        sides = [upstairs, Brought("楼下住户", "要楼上赔天花板。")]
        talk = Talk.begin(self.session, by or self.li, at, **{"sides": sides} | told | hours | more)
        self.session.flush()
        return talk

    def agreed(self, at=MONDAY, days=5, confirmed=True, **more):
        """The same: upstairs mends the pipe within so many days; read back, and confirmed by both on their phones."""
        talk = self.talk(at, **more)
        self.step(talk, "agree", self.li, at, text="修好水管", side=1, until=beijing_date(at) + days * DAY)
        self.step(talk, "read_back", self.li, at)
        for side in talk.sides if confirmed else ():
            self.step(side, "confirm", side.card, at, agreements=[1])
        return talk

    def answered(self, at=MONDAY, outcome=Outcome.DONE, **what):
        """The same, every point answered by Li."""
        matter = self.accepted(at, **what)
        for point in matter.points:
            self.step(matter, "answer", self.li, at, point=point.ordinal, outcome=outcome, text="灯修好了。")
        return matter

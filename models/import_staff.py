"""Officers and posts from spreadsheets. Accounts come without a password; who moves leaves the old posting as it was."""

from collections import Counter
from datetime import date
from itertools import groupby
from operator import attrgetter

from sqlalchemy import select
from sqlalchemy.orm import object_session, selectinload

from models import import_cells as cell
from models import rules, setup
from models.base import N_, beijing_date
from models.import_places import by_code_and_name
from models.importing import Column, Effect, Importer, put
from models.leaving import let_go, let_go_of
from models.officer import GOERS, HANDLERS, STILL_LEADS, Officer, Post, Posting, PostingKind, Role
from models.place import ContactCard
from models.sheet import plain
from models.signin import NOBODY
from models.steps import Fault, Refused
from models.unit import Community, Unit, UnitKind

ROLES = (Role.OFFICER, Role.AUXILIARY, Role.DESK, Role.HEAD, Role.BUREAU)  # that a file may give; never a key to all
TITLE = {Role.AUXILIARY: N_("辅警"), Role.HEAD: N_("所长")}
USUAL_TITLE = N_("警官")
VACANT = N_("空缺")


def role(typed: str) -> Role:
    """The role of this name."""
    if (found := next((role for role in ROLES if plain(typed) == role.label), None)) is None:
        raise Refused(N_("角色要写%(roles)s里的一个。管理员和审计员不从表格加。"), roles=[role.label for role in ROLES])
    return found


def holder(typed: str) -> str | None:
    """Whoever holds a post, "" for nobody."""
    return "" if plain(typed) == VACANT else cell.code(typed)


class Staff(dict):
    """The accounts that are open, by user name, and by police number where one alone bears it."""

    def __init__(self, officers):
        officers = [officer for officer in officers if officer.active]
        bearers = Counter(bare(officer.police_number) for officer in officers)
        super().__init__(
            {bare(one.police_number): one for one in officers if one.police_number and bearers[bare(one.police_number)] == 1}
        )
        self.update({bare(officer.username): officer for officer in officers})


def bare(name: str) -> str:
    """Spreadsheets lose the zeros that a number begins with."""
    return name.lstrip("0") if name.isdecimal() else name


class Officers(Importer):
    """Accounts of the staff, known again by their user name; who has none is known by the police number."""

    code, label, key = "officers", N_("人员"), ("username", "police_number")
    columns = {
        "unit": Column(N_("单位编号"), cell.unit_number, N_("派出所的三位数字，县局是000。"), "101"),
        "name": Column(N_("姓名"), cell.text(rules.NAME_MAX), N_("姓名。群众只看得到姓和称呼。"), N_("李建平")),
        "role": Column(N_("角色"), role, N_("民警、辅警、综合指挥室、所领导、县局里的一个。"), N_("民警")),
        "police_number": Column(N_("警号"), cell.code, N_("两个人不能一样。"), "101015", False),
        "username": Column(N_("用户名"), cell.code, N_("登录用的，字母和数字；不写就用警号。"), "lijianping", False),
        "title": Column(N_("称呼"), cell.text(20), N_("群众怎么叫，跟在姓后面；不写就是警官、辅警、所长。"), N_("警官"), False),
        "led_by": Column(N_("带班民警"), cell.code, N_("辅警跟着哪个民警，写用户名或者警号。"), "", False),
    }

    def __init__(self, session, at):
        super().__init__(session, at)
        officers = session.scalars(select(Officer)).all()
        self.known = {officer.username: officer for officer in officers}
        self.staff, self.stay, self.given_a_role = Staff(officers), [], []

    @classmethod
    def in_order(cls, rows):
        """Officers before those whom they lead, and last whoever may lead nobody: so anybody may stand above anybody."""
        column, turns = list(cls.columns).index("role"), {Role.OFFICER.label: 0, Role.AUXILIARY.label: 1}
        return sorted(rows, key=lambda row: turns.get(plain(row[1][column]), len(turns)))

    def same(self, *, username, police_number, **given):
        """Neither the number nor the name may come twice."""
        said = {"police_number": bare(police_number or ""), "username": username or police_number}
        return {column: value for column, value in said.items() if value}

    def take(self, *, unit, name, role, police_number, username, title, led_by):
        """Open the account, without a password, or put right what is said of it. It never moves to another unit."""
        if (home := self.units.get(unit)) is None:
            raise Fault("unit", N_("没有编号是%(number)s的单位。"), number=unit)
        found = self._found(username, police_number)
        leader = self._leader(role, led_by, found)
        if fault := Officer.unfit(role, home, leader):
            raise fault
        if found is None:
            return self._open(home, name, role, police_number or "", username or police_number, title, leader)
        if not found.active or found.role not in ROLES or found.unit_id != home.id:
            raise Fault("username", N_("这个账号关了、在别的单位，或者是管理员的，不能从表格改。"))
        turns = role is not found.role
        if turns and (led := self._led_by(found)):
            raise Fault("role", STILL_LEADS, who=led.name)
        if found.role in GOERS and role not in GOERS:
            self.stay.append(found)
        if police_number and bare(police_number) == bare(found.police_number):
            police_number = None
        came = put(found, name=name, role=role, police_number=police_number, title=title, led_by=leader)
        if turns and found.id and (fault := found.takes_along(self.session, self.at, but=let_go_of())):
            raise fault
        found.led_by = leader
        if turns:
            self.given_a_role.append(("change", found))
        return came

    def _found(self, username, police_number):
        if not (username or police_number):
            raise Fault("police_number", N_("用户名和警号至少写一个。"))
        bearer = police_number and self.staff.get(bare(police_number))
        found = self.known.get(username) if username else bearer
        if bearer and bearer is not found and bare(bearer.police_number) == bare(police_number):
            raise Fault(
                "police_number", N_("这个警号已经是%(name)s（%(username)s）的。"), name=bearer.name, username=bearer.username
            )
        return found or (self.known.get(police_number) if not username else None)

    def _leader(self, role, led_by, found):
        if not led_by:
            return found.led_by if found and role is Role.AUXILIARY else None
        if (leader := self.staff.get(bare(led_by))) is None:
            raise Fault("led_by", N_("没有这个人：%(who)s。要已经有账号，或者也写在这张表里。"), who=led_by)
        return leader

    def _led_by(self, officer):
        return next((one for one in self.known.values() if one.active and one.led_by is officer), None)

    def _open(self, unit, name, role, police_number, username, title, led_by):
        officer = Officer(
            username=username,
            name=name,
            title=title or TITLE.get(role, USUAL_TITLE),
            police_number=police_number,
            role=role,
            unit=unit,
            led_by=led_by,
            password_hash=NOBODY,  # fits nothing that anybody knows
            activate_by=self.at,  # and waits for a code
            active=True,
        )
        self.session.add(officer)
        self.given_a_role.append(("add", officer))
        self.known[username] = officer
        self.staff |= {bare(name): officer for name in (police_number, username) if name}
        return Effect.ADDED

    def write(self, by):
        """The last rows, and in the audit log who may do what now; what residents booked with whoever is to go nowhere any
        more is anybody's to take up.

        The stations are locked before any officer, as wherever somebody is planned for.
        """
        stations = select(Unit.id).where(Unit.kind == UnitKind.STATION).order_by(Unit.id)
        self.session.execute(stations.with_for_update(key_share=True))
        while self.stay:
            let_go(self.session, self.stay.pop(), self.at)
        super().write(by)
        for verb, officer in self.given_a_role:
            setup.note(self.session, by, self.at, verb, officer, ["role"])
        self.given_a_role.clear()


class Posts(Importer):
    """Posts with their communities and who holds them, known again by their station and code."""

    code, label, key = "posts", N_("岗位"), ("station", "code")
    columns = {
        "station": Column(N_("派出所编号"), cell.unit_number, N_("三位数字。"), "101"),
        "code": Column(N_("岗位编号"), cell.code, N_("自己定，一个派出所里不重复。以后再传，就按它认出是哪个岗位。"), "01"),
        "name": Column(N_("岗位名称"), cell.text(rules.PLACE_NAME_MAX), N_("印在警民联系卡上。"), N_("港南社区责任岗")),
        "phone": Column(N_("岗位电话"), cell.phone, N_("换了人也不变的那个号码。"), "0000-5550188", False),
        "communities": Column(
            N_("负责社区"),
            cell.several(cell.name_or_code),
            N_("社区编号或者名称，中间用顿号隔开；写了就以这次的为准。"),
            N_("10101、10102"),
            False,
        ),
        "responsible": Column(N_("责任民警"), holder, N_("用户名或者警号；没有人写“空缺”。不写就不动。"), "101015", False),
        "stand_in": Column(N_("B 角"), holder, N_("责任民警不在时顶上的人，写法一样。"), "101016", False),
        "since": Column(N_("从哪天起"), cell.day, N_("换人从哪天算起，不写就是今天。以前的任职都留着。"), "2026-12-01", False),
    }

    def __init__(self, session, at):
        super().__init__(session, at)
        posts = session.scalars(select(Post).options(selectinload(Post.postings), selectinload(Post.communities))).all()
        self.named = {(post.station_id, plain(post.name)): post for post in posts}
        self.known = {(post.station_id, post.code): post for post in posts if post.code}
        self.staff = Staff(session.scalars(select(Officer)))
        self.communities, self.claimed = {}, {}
        everywhere = session.scalars(select(Community).order_by(Community.station_id)).all()
        for station_id, own in groupby(everywhere, attrgetter("station_id")):
            self.communities[station_id] = by_code_and_name(list(own))

    def take(self, *, station, code, name, phone, communities, responsible, stand_in, since):
        """Add the post and its card, or put right what is said of it; whoever takes over ends the posting before.

        A post that was made on the pages has no code: it is known by its name, and has one from then on.
        """
        station, since = self.station(station), since or beijing_date(self.at)
        if since > beijing_date(self.at) + rules.PLANNED_AHEAD:
            raise Fault("since", N_("最多提前一年。"))
        if post := self.known.get((station.id, code)) or self._without_code(station, name):
            self.named.pop((station.id, plain(post.name)), None)
            came = put(post, code=code, name=name, phone=phone)
        else:
            post = Post(station_id=station.id, station=station, code=code, name=name, phone=phone or "")
            came = Effect.ADDED
            self.session.add(post)
        if (namesake := self.named.setdefault((station.id, plain(name)), post)) is not post:
            raise Fault("name", N_("这个派出所已经有叫这个名称的岗位了，编号是%(code)s。"), code=namesake.code)
        if post.id is None or ContactCard.of(self.session, post) is None:
            self.session.add(ContactCard(post=post))
        moved = self._serve(post, station, communities)
        for kind, column, typed in (
            (PostingKind.RESPONSIBLE, "responsible", responsible),
            (PostingKind.STAND_IN, "stand_in", stand_in),
        ):
            if typed is not None:
                moved |= hand_over(post, kind, self._holder(station, column, typed), since)
        holders = [posting.officer for posting in post.postings if in_force(posting, since)]
        if len(holders) != len(set(holders)):
            raise Fault("stand_in", N_("责任民警和 B 角不能是同一个人。"))
        for posting in [posting for posting in post.postings if posting.id is None]:
            if fault := posting.unfit(post, posting.officer, [other for other in post.postings if other is not posting]):
                column = posting.kind.code if fault.field == "officer_id" else "since"
                raise Fault(column, fault.message, **fault.values)
        return Effect.CHANGED if moved and came is Effect.SAME else came

    def _without_code(self, station, name) -> Post | None:
        namesake = self.named.get((station.id, plain(name)))
        return None if namesake is None or namesake.code else namesake

    def _serve(self, post, station, names) -> bool:
        if names is None:
            return False
        known, places = self.communities.get(station.id, {}), []
        for name in names:
            if (found := known.get(plain(name))) is None:
                raise Fault("communities", N_("这个派出所没有这个社区：%(name)s。"), name=name)
            if self.claimed.setdefault(found, post) is not post:
                raise Fault("communities", N_("%(name)s在这个文件里归了两个岗位。"), name=found.name)
            places.append(found)
        if set(places) == set(post.communities):
            return False
        post.communities = places
        return True

    def _holder(self, station, column, typed) -> Officer | None:
        if not typed:
            return None
        officer = self.staff.get(bare(typed))
        if officer is None or officer.role not in HANDLERS or officer.unit_id not in (station.id, station.parent_id):
            raise Fault(column, N_("这个派出所和县局没有这样一位民警：%(who)s。请写用户名或者警号。"), who=typed)
        return officer


def in_force(posting: Posting, day: date) -> bool:
    """Whether it is held on that day."""
    return posting.since <= day and (posting.until is None or day < posting.until)


def hand_over(post: Post, kind: PostingKind, officer: Officer | None, since: date) -> bool:
    """From that day on the post is held by `officer`, or by nobody; who held it before did so until then. Whether that is news.

    Who began on the very day is replaced. Fault where somebody begins later: what is planned is not undone by a list.
    """
    postings = [posting for posting in post.postings if posting.kind is kind]
    held = next((posting for posting in postings if in_force(posting, since)), None)
    if (held and held.officer) is officer:
        return False
    if later := next((posting for posting in postings if posting.since > since), None):
        raise Fault(
            "since", N_("%(who)s从%(day)s起在这个岗位上，换人要从那以后算起。"), who=later.officer.name, day=later.since
        )
    if held and held.since == since:
        post.postings.remove(held)
        object_session(held).delete(held)
    elif held:
        held.until = since
    if officer:
        post.postings.append(Posting(officer=officer, kind=kind, since=since))
    return True

"""Communities, sites and door plates from spreadsheets."""

from collections import Counter, defaultdict

from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.orm import selectinload

from models import import_cells as cell
from models import rules, setting
from models.base import N_, beijing_date
from models.importing import Column, Effect, Importer, put
from models.place import Plate
from models.sheet import plain
from models.site import Site
from models.steps import Fault
from models.unit import Community, Grid, Room


class Communities(Importer):
    """Communities and villages with their grids, known again by their code."""

    code, label, key = "communities", N_("社区、村"), ("code",)
    columns = {
        "station": Column(N_("派出所编号"), cell.unit_number, N_("三位数字。"), "101"),
        "code": Column(N_("社区编号"), cell.code, N_("自己定，全县不重复。以后再传，就按它认出是哪个社区。"), "10101"),
        "name": Column(N_("名称"), cell.text(rules.PLACE_NAME_MAX), N_("社区或者村的名称。"), N_("港南社区")),
        "town": Column(N_("街道、镇"), cell.text(rules.PLACE_NAME_MAX), N_("属于哪个街道或者镇。"), N_("城南街道")),
        "room": Column(N_("警务室"), cell.text(rules.PLACE_NAME_MAX), N_("警务室的全名，要先设好。"), "", False),
        "grids": Column(
            N_("网格"),
            cell.several(cell.text(rules.PLACE_NAME_MAX)),
            N_("各个网格的名称，中间用顿号隔开。写“1、2、3”，就是1网格、2网格、3网格。已有的不会少，新的加在后面。"),
            N_("1网格、2网格、3网格"),
            False,
        ),
    }

    def __init__(self, session, at):
        super().__init__(session, at)
        everywhere = select(Community).options(selectinload(Community.grids))
        self.known = {community.code: community for community in session.scalars(everywhere)}
        self.named = {(one.station_id, plain(one.name)): one.code for one in self.known.values()}
        self.rooms = {(room.station_id, plain(room.name)): room for room in session.scalars(select(Room))}

    def take(self, *, station, code, name, town, room, grids):
        """Add the community or put right what is said of it; it never moves to another station, and loses no grid."""
        station, found = self.station(station), self.known.get(code)
        if found and found.station_id != station.id:
            raise Fault("code", N_("这个编号已经是%(unit)s的%(name)s。"), unit=found.station.name, name=found.name)
        if room and (room := self.rooms.get((station.id, plain(room)))) is None:
            raise Fault("room", N_("这个派出所没有这个警务室。"))
        if fault := Community.unfit(station.id, room):
            raise fault
        if found:
            self.named.pop((station.id, plain(found.name)), None)
        if (bearer := self.named.setdefault((station.id, plain(name)), code)) != code:
            raise Fault("name", N_("这个派出所已经有叫这个名称的社区了，编号是%(code)s。"), code=bearer)
        numbers = self._new_grids(found, grids or [])
        if found is None:
            found, came = Community(station=station, code=code, name=name, town=town, room=room), Effect.ADDED
            self.session.add(found)
            self.known[code] = found
        else:
            came = put(found, name=name, town=town, room=room)
        found.grids += [Grid(number=number, name=grid) for number, grid in numbers]
        return Effect.CHANGED if numbers and came is Effect.SAME else came

    def _new_grids(self, found, names) -> list[tuple[int, str]]:
        known = found.grids if found else []
        new = [name for name in dict.fromkeys(map(grid_name, names)) if plain(name) not in {plain(grid.name) for grid in known}]
        first = max((grid.number for grid in known), default=0) + 1
        if first + len(new) > rules.GRIDS_MAX + 1:
            raise Fault("grids", N_("一个社区最多%(n)s个网格。"), n=rules.GRIDS_MAX)
        return list(enumerate(new, first))


def grid_name(typed: str) -> str:
    """What a grid is called: a mere number 3 is 3网格."""
    return N_("%(n)s网格") % {"n": typed} if typed.isdecimal() else typed


def by_code_and_name(communities: list[Community]) -> dict[str, Community]:
    """The communities by their codes, and by the names that one alone bears."""
    named = Counter(plain(community.name) for community in communities)
    return {plain(c.name): c for c in communities if named[plain(c.name)] == 1} | {c.code: c for c in communities}


class InCommunity(Importer):
    """What lies in a community, and perhaps in one of its grids."""

    def __init__(self, session, at):
        super().__init__(session, at)
        communities = session.scalars(select(Community).options(selectinload(Community.grids))).all()
        self.communities = by_code_and_name(communities)
        grids = [(c.id, grid) for c in communities for grid in c.grids]
        self.grids = {(id, str(grid.number)): grid for id, grid in grids} | {(id, plain(grid.name)): grid for id, grid in grids}

    def community(self, typed: str) -> Community:
        """The one of this code, or of this name where no other bears it."""
        if (found := self.communities.get(plain(typed))) is None:
            raise Fault("community", N_("没有这个社区：%(name)s。请写社区编号，名称有重复的也写编号。"), name=typed)
        return found

    def grid(self, community: Community, typed: str | None) -> Grid | None:
        """The grid of this name, or else in this place of the row; None where none is said."""
        if not typed:
            return None
        for name in (grid_name(typed), typed):
            if found := self.grids.get((community.id, plain(name))):
                return found
        raise Fault("grid", N_("%(community)s没有这个网格：%(name)s。"), community=community.name, name=typed)

    def same(self, *, community, **given):
        """The community itself, whichever way it was written."""
        return {self.key[-1]: (self.community(community).id, plain(given[self.key[-1]]))}


IN_COMMUNITY = Column(N_("社区"), cell.name_or_code, N_("社区编号，或者名称。"), "10101")
IN_GRID = Column(
    N_("网格"), cell.name_or_code, N_("网格的名称，“101网格”只写101也行；没有叫这个的，数字就是第几个。"), N_("1网格"), False
)


class Sites(InCommunity):
    """Must-visit sites, known again by their community and name."""

    code, label, key = "sites", N_("重点单位"), ("community", "name")
    columns = {
        "community": IN_COMMUNITY,
        "name": Column(N_("名称"), cell.text(rules.SITE_NAME_MAX), N_("学校、市场、工厂的名称。"), N_("港南小学")),
        "grid": IN_GRID,
        "address": Column(N_("地址"), cell.text(rules.SITE_ADDRESS_MAX), N_("怎么走。"), N_("文昌路20号"), False),
        "phone": Column(N_("电话"), cell.phone, N_("单位的电话，不要写个人的。"), "0000-5550166", False),
        "interval_days": Column(
            N_("几天去一次"),
            cell.whole(*rules.SITE_INTERVAL_SETTABLE[1:]),
            N_("不写就按“规则”里派出所定的天数。从加进来那天算起。"),
            str(rules.SITE_INTERVAL_DAYS),
            False,
        ),
    }

    def __init__(self, session, at):
        super().__init__(session, at)
        there = session.scalars(select(Site).where(Site.on_the_list(at))).all()
        self.known = {(site.community_id, plain(site.name)): site for site in there}
        self.counts = Counter(site.station_id for site in there)

    def take(self, *, community, name, grid, **given):
        """Add the site to its station's list, or put right what is said of it."""
        community = self.community(community)
        grid = self.grid(community, grid)
        if site := self.known.get((community.id, plain(name))):
            came = put(site, grid=grid, **given)
            site.version += came is Effect.CHANGED
            return came
        self.counts[community.station_id] += 1
        if self.counts[community.station_id] > rules.SITES_MAX:
            raise Fault("name", N_("一个派出所最多%(n)s个重点单位，请先去掉不用去的。"), n=rules.SITES_MAX)
        usual = {"interval_days": setting.of(self.session, "site_interval_days", community.station_id)}
        said = usual | {key: value for key, value in given.items() if value is not None}
        place = {"community_id": community.id, "station_id": community.station_id, "grid_id": grid and grid.id}
        self.session.add(Site(version=1, name=name, since=beijing_date(self.at), **place, **said))
        return Effect.ADDED


class Plates(InCommunity):
    """Door plates, known again by their community and their own number there. Written many at a time, never as entities."""

    code, label, key, most = "plates", N_("二维码门牌"), ("community", "number"), rules.SETUP_PLATES
    columns = {
        "community": IN_COMMUNITY,
        "number": Column(
            N_("门牌编号"), cell.code, N_("自己定，在一个社区里不重复，比如从1往下编。以后再传，就按它认出是哪一块。"), "1"
        ),
        "building": Column(N_("贴在哪里"), cell.text(rules.BUILDING_MAX), N_("楼栋、单元，或者哪一户。"), N_("幸福里3幢1单元")),
        "shared": Column(
            N_("几户共用"),
            cell.yes,
            N_("一栋楼、一个单元的写“是”，只是一户人家的写“否”：只有共用的，事项里才留下是哪里。"),
            N_("是"),
        ),
        "grid": IN_GRID,
    }

    def expect(self, rows):
        """Load the plates that have these numbers, or none yet and hang where these hang; begin with none taken."""
        asked = defaultdict(list)
        for row in rows:
            if found := self.communities.get(plain(row["community"])):
                asked[found.id].append(row)
        table, self.known, self.by_hand, self.added, self.changed = Plate.__table__.c, {}, {}, [], []
        for community_id, wanted in asked.items():
            numbers, buildings = ({row[name] for row in wanted} for name in ("number", "building"))
            by_hand = and_(table.number.is_(None), table.building.in_(buildings))
            there = select(table.id, table.number, table.building, table.shared, table.grid_id).where(
                table.community_id == community_id, or_(table.number.in_(numbers), by_hand)
            )
            for row in self.session.execute(there):
                known, key = (self.known, row.number) if row.number else (self.by_hand, row.building)
                known[community_id, key] = row

    def take(self, *, community, number, building, shared, grid):
        """Add the plate, with a code of its own for its QR, or put right what is said of it; the code stays."""
        community = self.community(community)
        grid = self.grid(community, grid)
        said = {"number": number, "building": building, "shared": shared} | ({"grid_id": grid.id} if grid else {})
        plate = self.known.get((community.id, number)) or self.by_hand.pop((community.id, building), None)
        if plate is None:
            self.added.append({"community_id": community.id, "grid_id": None} | said)
            return Effect.ADDED
        if all(getattr(plate, name) == value for name, value in said.items()):
            return Effect.SAME
        self.changed.append({"id": plate.id, "grid_id": plate.grid_id} | said)
        return Effect.CHANGED

    def write(self, by):
        """The last rows, in two statements."""
        for statement, rows in ((insert(Plate), self.added), (update(Plate), self.changed)):
            if rows:
                self.session.execute(statement, rows)

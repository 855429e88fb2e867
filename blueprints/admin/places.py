"""Where: units, rooms, communities, grids, plates, sites."""

from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import Regexp, ValidationError

from blueprints.access import me
from blueprints.admin.fields import Chosen, Opening, Phone, Where, is_code, within
from blueprints.admin.section import ClosingForm, SectionForm
from blueprints.answers import opening_words
from blueprints.extensions import db
from blueprints.forms import Code, Line, Number, at_most, filled
from models import rules, setup
from models.base import N_, beijing_date, now
from models.officer import Post, responsible_for
from models.place import Plate
from models.site import Site
from models.unit import Community, Grid, Room, Unit, UnitKind

STATION = {"label": _l("哪个派出所"), "validators": [filled(_l("请选派出所。"))]}


class UnitForm(SectionForm):
    """A station; or the bureau, which is there from the beginning."""

    path, table, label = "units", Unit, N_("机构")
    adds = N_("加一个派出所")
    told = N_("公安局和各派出所。编号是三位数，回音卡的编号用它开头，用了就不能改。")
    order, searched, fixed = (Unit.number,), (Unit.number, Unit.name), ("number",)

    number = Code(
        _l("编号（三位数）"), [filled(_l("请写编号。")), Regexp(r"[0-9]{3}\Z", message=_l("编号是三位数字，比如 101。"))]
    )
    name = Line(_l("名称"), [filled(_l("请写名称，比如：城南派出所。")), at_most(60)])
    address = Line(_l("地址（可不写）"), [at_most(120)])
    duty_phone = Phone(_l("值班电话"), [filled(_l("请写值班电话：群众看到的就是它。"))], description=_l("群众看到的就是它。"))
    head_phone = Phone(_l("所领导电话（可不写）"))

    @classmethod
    def told_of(cls, record):
        return [record.number, record.duty_phone, record.address]

    def write(self, record, by, at):
        if record.id is None:
            record.kind, record.parent_id = UnitKind.STATION, me().unit.bureau.id
        super().write(record, by, at)


class RoomForm(ClosingForm):
    """A police room or a contact point."""

    path, table, label = "rooms", Room, N_("警务室和警民联系点")
    adds = N_("加一个警务室或联系点")
    told = N_("有说事厅的在“警务室现在谁在”里写明；开放时间群众看得到。")
    order, searched, fixed = (Room.station_id, Room.name), (Room.name,), ("station_id",)

    station_id = Chosen(**STATION)
    name = Line(_l("名称"), [filled(_l("请写名称，比如：港南社区警务室。")), at_most(60)])
    address = Line(_l("地址（可不写）"), [at_most(120)])
    phone = Phone(_l("电话（可不写）"), description=_l("不写，就显示派出所的值班电话。"))
    hall = BooleanField(_l("有说事厅（没有，就是警民联系点）"))
    opens = Opening(_l("开放时间"), description=_l("不开的那天两格都空着。24小时开放写 00:00 到 00:00，并在下面打勾。"))
    overnight = BooleanField(_l("有的日子开到第二天，或者24小时开放"))

    def offer(self):
        self.station_id.offer_stations()

    def validate_overnight(self, field):
        """Hours that end before they begin are a slip of the finger, unless it is said that they are meant."""
        if not field.data and any(ends <= begins for begins, ends in self.opens.value.values()):
            self.opens.errors = [_("关门要比开门晚。开到第二天的、24小时开放的，请在下面打勾。")]
            raise ValidationError(_("开到第二天的、24小时开放的，请在这里打勾；不是，请改上面的时间。"))

    @classmethod
    def shown_of(cls, record):
        return super().shown_of(record) | {"overnight": any(ends <= begins for begins, ends in record.opens.values())}

    @property
    def given(self):
        return {name: value for name, value in super().given.items() if name != "overnight"}

    @classmethod
    def query(cls):
        return super().query().options(db.joinedload(Room.station))

    @classmethod
    def told_of(cls, record):
        return [
            record.station.name,
            _("说事厅") if record.hall else _("警民联系点"),
            opening_words(record.opens) or _("没写开放时间"),
            "" if record.active else _("停用了"),
        ]


class CommunityForm(SectionForm):
    """A community or village."""

    path, table, label = "communities", Community, N_("社区和村")
    adds = N_("加一个社区或村")
    told = N_("群众提交时从这里面选。岗位空着的，派出所里谁都可以认领。")
    order, searched = (Community.station_id, Community.code), (Community.name, Community.code, Community.town)
    fixed = ("station_id", "code")

    station_id = Chosen(**STATION)
    code = Code(
        _l("编号"),
        [filled(_l("请写编号，比如 10101。")), at_most(20), is_code],
        description=_l("社区页面的网址里用它；用了就不能改。"),
    )
    name = Line(_l("名称"), [filled(_l("请写名称，比如：港南社区。")), at_most(60)])
    town = Line(
        _l("街道（镇）"), [filled(_l("请写街道或镇。")), at_most(60)], description=_l("同一个街道，每个社区都写成一样的。")
    )
    room_id = Chosen(_l("警务室"))
    post_id = Chosen(_l("责任岗位"))

    def offer(self):
        rooms = db.select(Room).join(Unit).where(Room.active).options(db.contains_eager(Room.station))
        posts = db.select(Post).join(Unit).options(db.contains_eager(Post.station))
        self.station_id.offer_stations()
        for field, query, table in ((self.room_id, rooms, Room), (self.post_id, posts, Post)):
            every = db.session.scalars(query.order_by(Unit.number, table.id))
            field.offer_rows(every, lambda row: f"{row.station.name} {row.name}", _("还没有"))

    @classmethod
    def query(cls):
        return (
            super().query().options(db.joinedload(Community.station), db.joinedload(Community.post).selectinload(Post.postings))
        )

    @classmethod
    def told_of(cls, record):
        officer = responsible_for(record.post, now())
        who = _("责任民警%(who)s", who=officer.name) if officer else _("没有责任民警")
        return [record.station.name, record.town, record.code, who]

    @classmethod
    def links(cls, record):
        return [
            (_("社区页面"), url_for("communities.community", code=record.code)),
            *((grid.name, url_for("admin.row", path="grids", id=grid.id)) for grid in record.grids),
            (_(GridForm.adds), url_for("admin.new", path="grids", community_id=record.id)),
        ]


class GridForm(SectionForm):
    """A grid, and what help there is: all of it is shown on the community's page."""

    path, table, label = "grids", Grid, N_("网格")
    adds = N_("加一个网格")
    told = N_("网格的服务信息写在社区页面上，谁都看得到：写公开的称呼和电话。")
    order, searched, fixed = (Grid.community_id, Grid.number), (Grid.name, Community.name), ("community_id",)

    community_id = Chosen(_l("哪个社区"), validators=[filled(_l("请选社区。"))])
    number = Number(_l("第几网格"), [filled(_l("请写第几网格。")), within(1, rules.GRIDS_MAX)])
    name = Line(_l("名称"), [filled(_l("请写名称，比如：2网格。")), at_most(60)])
    served_by = Line(_l("网格员怎么称呼（可不写）"), [at_most(40)], description=_l("比如：王姐、小张网格员。"))
    helps_with = Line(_l("能帮什么（可不写）"), [at_most(200)], description=_l("比如：居住登记、开证明、邻里调解。"))
    phone = Phone(_l("服务电话（可不写）"))

    def offer(self):
        every = db.session.scalars(db.select(Community).join(Unit).order_by(Unit.number, Community.code))
        self.community_id.offer_rows(every, first="communities")

    @classmethod
    def query(cls):
        return super().query().join(Grid.community).options(db.contains_eager(Grid.community))

    @classmethod
    def told_of(cls, record):
        return [record.community.name, record.served_by, record.helps_with, record.phone]


class PlateForm(SectionForm):
    """The QR of a building."""

    path, table, label = "plates", Plate, N_("二维码门牌")
    adds = N_("加一块门牌")
    told = N_("扫了就打开提交页，社区和地点已经填好。只有一户的门牌，地点不会记下来。")
    order, searched = (Plate.community_id, Plate.building), (Plate.building, Plate.code)

    where = Where(_l("在哪个社区、网格"), validators=[filled(_l("请选在哪个社区。"))])
    building = Line(_l("楼栋或门牌"), [filled(_l("请写楼栋或门牌。")), at_most(80)])
    shared = BooleanField(_l("好几户共用（比如一栋楼、一个小区大门）"))

    def offer(self):
        self.where.offer_places()

    @classmethod
    def shown_of(cls, record):
        return super().shown_of(record) | {"where": Where.code_of(record)}

    @classmethod
    def query(cls):
        return super().query().options(db.joinedload(Plate.community), db.joinedload(Plate.grid))

    @classmethod
    def called(cls, record):
        return record.building

    @classmethod
    def told_of(cls, record):
        place = f"{record.community.name} {record.grid.name if record.grid else ''}".strip()
        return [place, _("共用") if record.shared else _("只有一户"), record.code]

    @classmethod
    def links(cls, record):
        return [(_("扫了看到的页面"), url_for("suggestions.ask", plate=record.code))]


class SiteForm(SectionForm):
    """A place that must be visited."""

    path, table, label = "sites", Site, N_("重点单位")
    adds = N_("加一个重点单位")
    told = N_("学校、市场、工厂这些一定要去的地方，到日子没人去，就自动排进责任民警的任务。")
    order, searched = (Site.station_id, Site.name), (Site.name,)
    acts = {"close": N_("从名单里去掉")}
    done = {"close": N_("以后不再自动排走访；走访记录都还在，已经排好的请所里另外取消。")}

    name = Line(_l("单位名称"), [filled(_l("请写单位名称，比如：港南小学。")), at_most(rules.SITE_NAME_MAX)])
    where = Where(_l("在哪个社区、网格"), validators=[filled(_l("请选在哪个社区。"))])
    address = Line(_l("地址（可不写）"), [at_most(rules.SITE_ADDRESS_MAX)])
    phone = Phone(_l("单位电话（可不写；不写个人的）"))
    interval_days = Number(_l("几天至少去一次"), [filled(_l("请写天数。"))], default=rules.SITE_INTERVAL_DAYS)

    def offer(self):
        self.where.offer_places()

    @classmethod
    def shown_of(cls, record):
        return super().shown_of(record) | {"where": Where.code_of(record)}

    @property
    def given(self):
        community, _grid = self.where.places[self.where.data]
        return super().given | {"station_id": community.station_id}

    def write(self, record, by, at):
        record.since = record.since or beijing_date(at)
        super().write(record, by, at)

    @classmethod
    def query(cls):
        return super().query().where(Site.on_the_list(now())).options(db.joinedload(Site.community), db.joinedload(Site.grid))

    @classmethod
    def told_of(cls, record):
        place = f"{record.community.name} {record.grid.name if record.grid else ''}".strip()
        return [place, _("%(n)s天一次", n=record.interval_days)]

    @staticmethod
    def close(record, by, at: datetime):
        setup.put(db.session, by, at, record, until=beijing_date(at))

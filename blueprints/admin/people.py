"""Who: posts, and who holds them."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints.admin.fields import Chosen, Phone
from blueprints.admin.places import STATION
from blueprints.admin.section import SectionForm
from blueprints.answers import numbered_date
from blueprints.extensions import db
from blueprints.forms import Day, Line, Optional, Picked, at_most, filled
from models.base import N_, now
from models.officer import HANDLERS, Officer, Post, Posting, PostingKind
from models.unit import Unit


class PostForm(SectionForm):
    """A post; communities are given to it on their own page."""

    path, table, label = "posts", Post, N_("岗位")
    told = N_("岗位管社区，民警任岗位：换了人，联系卡不用重印。哪个社区归哪个岗位，在社区那一页选。")
    order, searched, fixed = (Post.station_id, Post.name), (Post.name,), ("station_id",)

    station_id = Chosen(**STATION)
    name = Line(_l("名称"), [filled(_l("请写名称，比如：港南社区责任岗。")), at_most(60)])
    phone = Phone(_l("值勤电话（可不写）"), description=_l("跟着岗位走，谁任职都是这个号。"))

    def offer(self):
        self.station_id.offer_stations()

    @classmethod
    def query(cls):
        return (
            super()
            .query()
            .options(db.joinedload(Post.station), db.selectinload(Post.postings), db.selectinload(Post.communities))
        )

    @classmethod
    def told_of(cls, record):
        held = "、".join(f"{posting.officer.name}（{_(posting.kind.label)}）" for posting in record.held(now()))
        served = "、".join(community.name for community in record.communities)
        return [record.station.name, held or _("没有人任职"), served or _("没有管社区")]

    @classmethod
    def links(cls, record):
        return [
            *((PostingForm.called(one), url_for("admin.row", path="postings", id=one.id)) for one in record.postings),
            (_("加一个任职"), url_for("admin.new", path="postings", post_id=record.id)),
        ]


class PostingForm(SectionForm):
    """Who holds a post, from when to when."""

    path, table, label = "postings", Posting, N_("任职")
    told = N_("任职结束，手上的事不会自动交给别人：请所领导在“审核”页转交。")
    order, searched = (Posting.post_id, Posting.since), (Officer.name, Post.name)
    fixed = ("post_id", "officer_id", "kind")

    post_id = Chosen(_l("哪个岗位"), validators=[filled(_l("请选岗位。"))])
    officer_id = Chosen(_l("谁"), validators=[filled(_l("请选是谁。"))])
    kind = Picked(_l("怎么任"), PostingKind, default=PostingKind.RESPONSIBLE.code, validators=[filled(_l("请选一样。"))])
    since = Day(_l("从哪天起"), [filled(_l("请选从哪天起。"))])
    until = Day(_l("到哪天为止（这一天起不再管；还不知道就空着）"), [Optional()])

    def offer(self):
        posts = db.select(Post).join(Unit).options(db.contains_eager(Post.station)).order_by(Unit.number, Post.id)
        self.post_id.offer_rows(db.session.scalars(posts), lambda post: f"{post.station.name} {post.name}")
        may = db.select(Officer).where(Officer.active, Officer.role.in_(HANDLERS)).order_by(Officer.unit_id, Officer.id)
        self.officer_id.offer_rows(db.session.scalars(may), lambda who: f"{who.unit.name} {who.name}（{who.username}）")

    @classmethod
    def query(cls):
        return super().query().join(Posting.post).join(Posting.officer).options(db.contains_eager(Posting.post))

    @classmethod
    def called(cls, record):
        return f"{record.officer.name}（{_(record.kind.label)}）"

    @classmethod
    def told_of(cls, record):
        until = _("到%(day)s", day=numbered_date(record.until)) if record.until else ""
        return [record.post.name, _("从%(day)s起", day=numbered_date(record.since)), until]

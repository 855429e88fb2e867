"""Who: accounts, posts, and who holds them."""

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import Regexp

from blueprints.admin.fields import Chosen, Phone, is_code
from blueprints.admin.places import STATION
from blueprints.admin.section import ClosingForm, SectionForm
from blueprints.answers import numbered_date
from blueprints.extensions import db
from blueprints.forms import Code, Day, Line, Optional, Picked, Selected, at_most, filled
from models import rules, setup
from models.base import N_, now
from models.import_cells import CODE
from models.leaving import let_go
from models.officer import GOERS, HANDLERS, Officer, Post, Posting, PostingKind, Role
from models.portrait import Portrait
from models.signin import await_activation, end_all, hash_password, new_code, waiting
from models.slot import one_at_a_time
from models.steps import Refused
from models.unit import Unit


class AccountForm(ClosingForm):
    """An account. Its owner chooses the password, with a code that is shown once.

    An administrator who used that code in the owner's place would be found out: each code given and each password chosen is a
    line of the audit log, and the owner's own password fits no more.
    """

    path, table, label = "accounts", Officer, N_("账号")
    adds = N_("加一个账号")
    told = N_("谁能登录、做什么。开了账号会出一个激活码，只显示一次：当面交给本人，本人自己定密码。从表格导进来的，一起打印。")
    order, searched, fixed = (Officer.unit_id, Officer.username), (Officer.username, Officer.name), ("username",)
    acts = {
        "reset": N_("出激活码：密码、动态验证码都重新定"),
        "unportray": N_("拿掉照片"),
        "close": N_("停用"),
        "reopen": N_("重新启用"),
    }
    done = {
        "reset": N_("会出一个新的激活码，当面交给本人定密码。原来有密码的，马上退出所有登录，那个密码不能再用。"),
        "unportray": N_("社区的页面上马上就没有了。"),
        "close": N_(
            "马上退出所有登录。手上的事不会自动交给别人，请所领导在“审核”页转交；群众约好的说事、接了还没打完的回访，所里的同事都可以接。以前的记录都还在。"
        ),
    }

    username = Code(_l("用户名"), [filled(_l("请写用户名。")), at_most(40), is_code], description=_l("用了就不能改。"))
    name = Line(_l("姓名"), [filled(_l("请写姓名。")), at_most(40)])
    title = Line(_l("称呼"), [at_most(20)], default=_l("警官"), description=_l("群众看到的是姓加称呼，比如：李警官。"))
    police_number = Code(_l("警号（可不写）"), [at_most(12)])
    unit_id = Chosen(_l("单位"), validators=[filled(_l("请选单位。"))])
    role = Selected(_l("角色"), Role, validators=[filled(_l("请选角色。"))])
    led_by_id = Chosen(_l("由谁带（只有辅警要选）"))
    totp_on = BooleanField(
        _l("登录要动态验证码"), description=_l("打勾并存好以后，再出一次激活码，本人用它的时候才绑定动态验证码。")
    )

    def offer(self):
        self.role.offer([("", _("请选择")), *((role.code, _(role.label)) for role in Role)])
        self.unit_id.offer_rows(db.session.scalars(db.select(Unit).order_by(Unit.number)))
        leaders = db.select(Officer).where(Officer.active, Officer.role == Role.OFFICER).order_by(Officer.unit_id, Officer.id)
        self.led_by_id.offer_rows(db.session.scalars(leaders), lambda who: f"{who.unit.name} {who.name}", _("没有"))

    @classmethod
    def told_of(cls, record):
        waits = _("还没激活") if record.activate_by else ""
        state = waits if record.active else _("停用了")
        return [record.unit.name, _(record.role.label), record.username, state]

    @classmethod
    def beside(cls):
        none_waits = db.session.scalar(waiting(now()).limit(1)) is None
        return [] if none_waits else [(_("给还没激活的人打印激活码"), url_for("admin.codes"))]

    @classmethod
    def acts_on(cls, record):
        """A closed account is opened before it is reset; only a portrait that is there is taken away."""
        senseless = {"reset": not record.active, "unportray": db.session.get(Portrait, record.id) is None}
        return {name: label for name, label in super().acts_on(record).items() if not senseless.get(name)}

    @classmethod
    def links(cls, record):
        return [(_("社区页面上的照片"), url_for("admin.portrait", id=record.id))] if record.active else []

    @classmethod
    def lock(cls, record):
        """The station first, as wherever somebody is planned for."""
        one_at_a_time(db.session, record.unit)
        super().lock(record)

    @classmethod
    def made_ready(cls, act):
        if act not in ("new", "reset"):
            return {}
        code = new_code()
        return {"code": code, "hashed": hash_password(code)}

    @classmethod
    def shown_once(cls, record, ready):
        return render_template("admin/code.html", officer=record, code=ready["code"]) if ready else None

    def write(self, record, by, at, **ready):
        if ready:
            await_activation(record, ready["hashed"], at)
        role = self.role.value
        if record.id and role is not record.role and role not in GOERS:  # before anything of the officer is changed
            let_go(db.session, record, at)
        was = record.role
        super().write(record, by, at)
        if record is by and record.role is not was:
            raise Refused(N_("自己的角色请别的管理员来改。"))

    @staticmethod
    def reset(record, by, at, code: str, hashed: str):
        """Nothing that was known opens it any more; its owner gets the code."""
        await_activation(record, hashed, at)
        end_all(db.session, record, at)
        setup.note(db.session, by, at, "reset", record)

    @staticmethod
    def unportray(record, by, at):
        """Its owner does not want to be seen any more."""
        Portrait.put(db.session, record, None, at)
        setup.note(db.session, by, at, "unportray", record)

    @staticmethod
    def close(record, by, at):
        if record.id == by.id:
            raise Refused(N_("自己的账号请别的管理员来停。"))
        let_go(db.session, record, at)
        Portrait.put(db.session, record, None, at)
        setup.put(db.session, by, at, record, active=False)
        end_all(db.session, record, at)


class PostForm(SectionForm):
    """A post; communities are given to it on their own page."""

    path, table, label = "posts", Post, N_("岗位")
    adds = N_("加一个岗位")
    told = N_("岗位管社区，民警任岗位：换了人，联系卡不用重印。哪个社区归哪个岗位，在社区那一页选。")
    order, searched, fixed = (Post.station_id, Post.name), (Post.name, Post.code), ("station_id",)

    station_id = Chosen(**STATION)
    code = Code(
        _l("岗位编号（可不写）"),
        [Optional(), at_most(rules.CODE_MAX), Regexp(rf"{CODE.pattern}\Z", message=_l("只能用字母、数字、短横线和点。"))],
        description=_l("自己定，一个派出所里不重复；不写就接着排一个。以后从表格导入，按它认出是哪个岗位。"),
    )
    name = Line(_l("名称"), [filled(_l("请写名称，比如：港南社区责任岗。")), at_most(60)])
    phone = Phone(_l("岗位电话（可不写）"), description=_l("跟着岗位走，谁任职都是这个号。"))

    def offer(self):
        self.station_id.offer_stations()

    def write(self, record, by, at):
        station = record.station_id or self.station_id.value
        self.code.data = self.code.data or record.code or Post.free_code(db.session, station)
        super().write(record, by, at)

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
        code = _("编号%(code)s", code=record.code) if record.code else _("还没有编号，打开存一次就有")
        return [record.station.name, code, held or _("没有人任职"), served or _("没有管社区")]

    @classmethod
    def links(cls, record):
        return [
            *(
                (_("管%(community)s", community=one.name), url_for("admin.row", path="communities", id=one.id))
                for one in record.communities
            ),
            *((PostingForm.called(one), url_for("admin.row", path="postings", id=one.id)) for one in record.postings),
            (_(PostingForm.adds), url_for("admin.new", path="postings", post_id=record.id)),
        ]


class PostingForm(SectionForm):
    """Who holds a post, from when to when."""

    path, table, label = "postings", Posting, N_("任职")
    adds = N_("加一个任职")
    told = N_("任职结束，手上的事不会自动交给别人：请所领导在“审核”页转交。")
    order, searched = (Posting.post_id, Posting.since), (Officer.name, Post.name)
    fixed = ("post_id", "officer_id", "kind")

    post_id = Chosen(_l("哪个岗位"), validators=[filled(_l("请选岗位。"))])
    officer_id = Chosen(_l("谁"), validators=[filled(_l("请选是谁。"))])
    kind = Picked(
        _l("怎么任"),
        PostingKind,
        default=PostingKind.RESPONSIBLE.code,
        validators=[filled(_l("请选一样。"))],
        description=_l("B 角是责任民警不在时顶上的人，群众看到的是“替班民警”。"),
    )
    since = Day(_l("从哪天起"), [filled(_l("请选从哪天起。"))])
    until = Day(_l("到哪天为止（这一天起不再管；还不知道就空着）"), [Optional()])

    def offer(self):
        posts = db.select(Post).join(Unit).options(db.contains_eager(Post.station)).order_by(Unit.number, Post.id)
        self.post_id.offer_rows(db.session.scalars(posts), lambda post: f"{post.station.name} {post.name}", first="posts")
        may = db.select(Officer).where(Officer.active, Officer.role.in_(HANDLERS)).order_by(Officer.unit_id, Officer.id)
        called = lambda who: f"{who.unit.name} {who.name}（{who.username}）"  # noqa: E731
        self.officer_id.offer_rows(db.session.scalars(may), called, first="accounts")

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

"""What is said: categories, answers to begin with, whom to ask instead."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints.admin.fields import Chosen, Phone, within
from blueprints.admin.places import STATION
from blueprints.admin.section import ClosingForm, SectionForm
from blueprints.answers import numbered_date
from blueprints.extensions import db
from blueprints.forms import Line, Number, Optional, Selected, Text, at_most, filled
from models import rules
from models.agency import Agency
from models.answer_template import AnswerTemplate
from models.base import N_, beijing_date
from models.category import Category
from models.guide import GuideAnswer
from models.life import Kind
from models.place import new_code
from models.point import Outcome
from models.privacy_notice import PrivacyNotice
from models.topic import Topic
from models.unit import Unit

LONGEST = max(rules.ANSWER_DAYS.values())  # a category only ever shortens a clock


class CategoryForm(ClosingForm):
    """What matters are about, with a clock of its own where that is shorter."""

    path, table, label = "categories", Category, N_("类别")
    adds = N_("加一个类别")
    told = N_("受理时选。可以比这一类事本来的时限更短，不能更长。")
    order, searched = (Category.id,), (Category.name,)

    name = Line(_l("名称"), [filled(_l("请写名称，比如：噪音。")), at_most(30)])
    answer_days = Number(_l("几个工作日内答复（不写，就按这一类事的时限）"), [within(1, LONGEST), Optional()])
    topic = Selected(_l("专题走访算在哪个主题里"), Topic)

    def offer(self):
        self.topic.offer([("", _("哪个都不算")), *((topic.code, _(topic.label)) for topic in Topic)])

    def write(self, record, by, at):
        record.code = record.code or new_code()
        super().write(record, by, at)

    @classmethod
    def told_of(cls, record):
        days = _("%(n)s个工作日内答复", n=record.answer_days) if record.answer_days else _("按这一类事的时限")
        return [days, _(record.topic.label) if record.topic else "", "" if record.active else _("停用了")]


class PhraseForm(SectionForm):
    """An answer to begin with."""

    path, table, label = "phrases", AnswerTemplate, N_("常用答复")
    adds = N_("加一条常用答复")
    told = N_("写答复时会列出来，点一下再改。所领导和综合指挥室自己也能加、能改。")
    order, searched = (AnswerTemplate.station_id, AnswerTemplate.id), (AnswerTemplate.title, AnswerTemplate.text)
    fixed = ("station_id",)

    station_id = Chosen(_l("哪个单位用"), validators=[filled(_l("请选单位。"))])
    title = Line(_l("名称：按钮上的字"), [filled(_l("请写个名称。")), at_most(rules.TEMPLATE_TITLE_MAX)])
    kind = Selected(_l("哪一类事用"), Kind)
    outcome = Selected(_l("哪种结果用"), Outcome)
    text = Text(
        _l("答复"),
        [filled(_l("请写一下答复。")), at_most(rules.ANSWER_MAX)],
        description=_l("要按每件事填的写在【】里，比如【哪天】。"),
        render_kw={"rows": 6},
    )

    def offer(self):
        self.station_id.offer_rows(db.session.scalars(db.select(Unit).order_by(Unit.number)))
        kinds = [kind for kind in Kind if kind is not Kind.PRAISE]  # praise is thanked, not answered
        self.kind.offer([("", _("哪一类都行")), *((kind.code, _(kind.label)) for kind in kinds)])
        self.outcome.offer([("", _("哪种结果都行")), *((outcome.code, _(outcome.label)) for outcome in Outcome)])

    @classmethod
    def called(cls, record):
        return record.title

    @classmethod
    def told_of(cls, record):
        kind = _(record.kind.label) if record.kind else _("哪一类都行")
        return [db.session.get(Unit, record.station_id).name, kind, _(record.outcome.label) if record.outcome else ""]


class GuideForm(SectionForm):
    """One of the commonest questions."""

    path, table, label = "guide", GuideAnswer, N_("常问的事")
    adds = N_("加一件常问的事")
    told = N_("最常问的十个问题和回答：群众选“想问个事”时先看到，社区页面上也有。答清楚了，就不用再提。")
    order, searched = (GuideAnswer.ordinal,), (GuideAnswer.question, GuideAnswer.answer)

    ordinal = Number(_l("排第几"), [filled(_l("请写排第几。")), within(1, rules.GUIDE_MAX)])
    question = Line(_l("问题"), [filled(_l("请写问题。")), at_most(rules.GUIDE_QUESTION_MAX)])
    answer = Text(_l("回答"), [filled(_l("请写回答。")), at_most(rules.GUIDE_ANSWER_MAX)], render_kw={"rows": 5})

    @classmethod
    def called(cls, record):
        return record.question

    @classmethod
    def told_of(cls, record):
        return [record.answer]


class NoticeForm(SectionForm):
    """The bureau's own part of the privacy notice. Each is a version: a new one takes its place, none is changed."""

    path, table, label = "notices", PrivacyNotice, N_("个人信息说明")
    adds = N_("加一版个人信息说明")
    told = N_("谁对群众的信息负责、怎么联系、留多久。改就是加一个新版本；每件事记着当时看到的版本，到时间就照那个版本删。")
    order, acts = (PrivacyNotice.id,), {}
    fixed = ("responsible", "seat", "contact", "contact_days", "text_years")

    responsible = Line(_l("谁负责（单位全称）"), [filled(_l("请写单位全称。")), at_most(60)])
    seat = Line(_l("地址"), [filled(_l("请写地址。")), at_most(120)])
    contact = Line(_l("怎么联系（电话、部门）"), [filled(_l("请写怎么联系。")), at_most(60)])
    contact_days = Number(
        _l("联系方式和照片，办结以后留几天"),
        [filled(_l("请写天数。")), within(*rules.CONTACT_KEPT_SETTABLE)],
        default=rules.CONTACT_KEPT.days,
    )
    text_years = Number(
        _l("群众的原话，办结以后留几年"),
        [filled(_l("请写几年。")), within(*rules.TEXT_KEPT_SETTABLE)],
        default=rules.TEXT_KEPT // rules.YEAR,
    )

    def write(self, record, by, at):
        if record.id is None:
            record.made_at, record.made_by_id = at, by.id
            super().write(record, by, at)

    @classmethod
    def called(cls, record):
        n = db.session.scalar(db.select(db.func.count()).where(PrivacyNotice.id <= record.id))
        return _("第%(n)s版，%(day)s起", n=n, day=numbered_date(beijing_date(record.made_at)))

    @classmethod
    def told_of(cls, record):
        return [record.responsible, record.seat, record.contact]


class AgencyForm(SectionForm):
    """Somebody else whom a resident may be sent to."""

    path, table, label = "agencies", Agency, N_("可以请找的单位")
    adds = N_("加一个可以请找的单位")
    told = N_("不归派出所管的事，请群众找谁、打什么电话。12345、122这些全国一样的不用加。")
    order, searched, fixed = (Agency.station_id, Agency.id), (Agency.name,), ("station_id",)

    station_id = Chosen(**STATION)
    name = Line(_l("名称"), [filled(_l("请写名称，比如：金桂苑物业。")), at_most(60)])
    phone = Phone(_l("电话（可不写）"))

    def offer(self):
        self.station_id.offer_stations()

    @classmethod
    def told_of(cls, record):
        return [db.session.get(Unit, record.station_id).name, record.phone]

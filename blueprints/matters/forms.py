"""The forms of a matter's steps."""

from functools import cached_property

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import selectinload
from wtforms import BooleanField
from wtforms.validators import ValidationError

from blueprints.access import me
from blueprints.answers import ordinal
from blueprints.colleagues import ColleagueField
from blueprints.extensions import db, tried_in_vain, tried_too_often
from blueprints.forms import (
    UNSURE,
    Day,
    Form,
    Line,
    Number,
    Optional,
    Picked,
    Selected,
    StepForm,
    SubmissionId,
    Text,
    Ticked,
    at_most,
    filled,
    step_form,
)
from blueprints.qr import card_key
from blueprints.reaching import ReachFields
from models import rules
from models.agency import known_at
from models.answer_template import fitting, gap_in
from models.answering import Contacted, Referred
from models.card import EchoCard
from models.category import Category
from models.danger import danger_in
from models.echoing import Verdict
from models.life import BY_STAFF, Door, Kind, State
from models.masking import masked
from models.matter import Matter
from models.officer import HANDLERS, HEADS, Officer, Role
from models.point import Outcome
from models.steps import Step
from models.task import units_below
from models.unit import Community, Unit
from models.workdays import ONE_DAY, day_begin

SUMMARY, ANSWER = at_most(rules.SUMMARY_MAX), at_most(rules.ANSWER_MAX)


class CategoryField(Selected):
    """One of the categories, by code."""

    def offer_all(self) -> None:
        self.categories = {category.code: category for category in db.session.scalars(Category.offered())}
        self.offer([("", _("请选择")), *((code, category.name) for code, category in self.categories.items())])

    @property
    def value(self):
        return self.categories.get(self.data)


class HandlerField(ColleagueField):
    """One of the officers and heads of the record's station."""

    def offer_handlers(self, record, but: Officer | None = None) -> None:
        stays = _("不变：%(who)s", who=record.handler.called) if record.handler and not but else ""
        self.offer_those(record.station_id, HANDLERS, but=[*record.concerns, but], nobody=stays)


@step_form(Matter.accept)
class AcceptForm(StepForm):
    summary = Line(_l("摘要：一句话说清是什么事"), [filled(_l("请写一句话摘要。")), SUMMARY])
    category = CategoryField(_l("类别"), validators=[filled(_l("请选类别。"))])
    handler = HandlerField(_l("由谁来办"))

    def fit(self, record, by):
        self.category.offer_all()
        self.handler.offer_handlers(record)
        if by.role in (Role.OFFICER, Role.AUXILIARY):
            del self.handler


@step_form(Matter.transfer)
class TransferForm(StepForm):
    note = _l("群众会看到这件事转给了谁。")
    handler = HandlerField(_l("转给谁"), validators=[filled(_l("请选转给谁。"))])
    text = Text(_l("为什么要转，群众看得到（还没人接手的可不写）"), [ANSWER])

    def fit(self, record, by):
        self.handler.offer_handlers(record, but=record.handler)


@step_form(Matter.escalate)
class EscalateForm(StepForm):
    note = _l("报上去以后，由县局来受理、答复；编号不变，所里还能看到对群众公开的经过。")
    text = Text(_l("为什么要报给县局，群众看得到"), [filled(_l("请写一下为什么要报给县局。")), ANSWER])


class StationField(Selected):
    """One of the bureau's stations, by number."""

    def offer_stations(self, bureau: Unit) -> None:
        below = db.session.scalars(db.select(Unit).filter_by(parent_id=bureau.id).order_by(Unit.number))
        self.stations = {station.number: station for station in below}
        self.offer([("", _("请选择")), *((number, station.name) for number, station in self.stations.items())])

    @property
    def value(self):
        return self.stations.get(self.data)


@step_form(Matter.return_)
class ReturnForm(StepForm):
    station = StationField(_l("交给哪个派出所"), validators=[filled(_l("请选交给哪个派出所。"))])
    text = Text(_l("为什么交给他们，群众看得到"), [filled(_l("请写一下为什么交给他们。")), ANSWER])

    def fit(self, record, by):
        self.station.offer_stations(record.station)


@step_form(Matter.sort)
class SortForm(StepForm):
    note = _l("群众的原话不会变。答复的日子按新的类型提前或者推后。")
    kind = Picked(_l("是哪一类"), Kind, validators=[filled(_l("请选一下是哪一类。"))])
    category = CategoryField(_l("类别（可不选）"))
    officer = ColleagueField(_l("改成投诉时：反映的是谁"))
    text = Text(_l("为什么要改，群众看得到"), [filled(_l("请写一下为什么要改。")), ANSWER])

    def fit(self, record, by):
        self.category.offer_all()
        self.officer.offer_those(
            record.station_id, (Role.OFFICER, Role.AUXILIARY), nobody=_("不清楚，或者是所领导（交给县局）")
        )
        if not self.is_submitted():
            self.kind.data = record.kind.code
            self.category.data = record.category.code if record.category else ""
        if by.role not in HEADS:
            del self.officer
        left_out = {Kind.COMPLAINT} if "officer" not in self else set()
        left_out |= {Kind.PRAISE} if record.state is not State.RECEIVED else set()
        self.kind.offer((kind.code, _(kind.label)) for kind in Kind if kind not in left_out)


@step_form(Matter.contact_)
class ContactForm(StepForm):
    how = Picked(_l("怎么联系的"), Contacted, validators=[filled(_l("请选一下怎么联系的。"))])
    text = Text(_l("说了什么，群众看得到（可不写）"), [ANSWER])

    def fit(self, record, by):
        if not record.contact:  # there is no phone to ring
            self.how.offer((how.code, _(how.label)) for how in (Contacted.HERE, Contacted.VISIT))


class ThingsField(Text):
    """Several things, one a line."""

    @property
    def value(self) -> list[str]:
        """The lines that hold something."""
        return [line.strip() for line in (self.data or "").splitlines() if line.strip()]


@step_form(Matter.split)
class SplitForm(StepForm):
    note = _l("和群众商量好再分。分开以后一件一件答复，一件一件回访；群众的原话不会变。")
    points = ThingsField(_l("分成哪几件，一行写一件"), [filled(_l("请写一下分成哪几件。"))])

    def validate_points(self, field):
        if any(len(text) > rules.POINT_MAX for text in field.value):
            raise ValidationError(_("每一件请写在%(n)s个字以内。", n=rules.POINT_MAX))


@step_form(Matter.thank)
class ThankForm(StepForm):
    text = Text(_l("回一句话，群众看得到"), [filled(_l("请写一句话。")), ANSWER])


@step_form(Matter.ask)
class AskForm(StepForm):
    note = _l("等群众回答的时候，时限停下来；没有等到，就按知道的情况接着办。最多问两次。")
    text = Text(_l("想问什么，群众看得到"), [filled(_l("请写一下想问什么。")), ANSWER])


class Outcomes(StepForm):
    """What became of it, in the words that the resident reads."""

    outcome = Picked(_l("结果"), Outcome, validators=[filled(_l("请选一个结果。"))])
    text = Text(_l("答复，群众看得到"), [filled(_l("请写一下答复。")), ANSWER])
    until = Day(_l("最晚哪天办好（选“正在办”才填）"), [Optional()])

    def fit(self, record, by):
        self.phrases = fitting(db.session, record)

    def validate_text(self, field):
        """Nothing of a template is left to be filled in."""
        if gap := gap_in(field.data or ""):
            raise ValidationError(_("还有%(gap)s没填好。", gap=gap))


@step_form(Matter.answer)
class AnswerForm(Outcomes):
    first = "point"
    point = Picked(_l("答复哪一件"), validators=[filled(_l("请选答复哪一件。"))])

    def fit(self, record, by):
        super().fit(record, by)
        if record.kind is Kind.IDEA:
            self.note = _l(
                "采纳的选“已办”或“正在办”，写明后来改了什么；不采纳的选“暂时办不了”，写明为什么。只采纳一部分，先“分成几件”。"
            )
        to_answer = record.points_to_answer
        shown = masked if record.hides_numbers_from(by) else str
        self.point.offer((str(p.ordinal), f"{ordinal(p.ordinal)} \u2068{shown(p.text)[:30]}\u2069".strip()) for p in to_answer)
        self.is_the_only_one = len(to_answer) == 1 == len(record.points)
        if len(to_answer) == 1 and not self.point.data:
            self.point.data = str(to_answer[0].ordinal)

    @property
    def shown(self):
        """Which one is asked only where there are several."""
        return [field for field in super().shown if not (field is self.point and self.is_the_only_one)]

    def fields(self, step: Step) -> dict:
        return super().fields(step) | {"point": int(self.point.data)}


@step_form(Matter.settle)
class SettleForm(Outcomes):
    summary = Line(_l("摘要（可不写）"), [SUMMARY])
    category = CategoryField(_l("类别（可不选）"))

    def fit(self, record, by):
        super().fit(record, by)
        self.category.offer_all()
        if record.summary:
            del self.summary, self.category


class NotOursForm(StepForm):
    """Why it is not the station's, in the words that the resident reads."""

    text = Text(_l("怎么告诉群众"), [filled(_l("请写一下怎么告诉群众。")), ANSWER])
    summary = Line(_l("摘要（可不写）"), [SUMMARY])

    def fit(self, record, by):
        if record.summary:
            del self.summary


class AgencyField(Selected):
    """One of those whom the station's list names, or somebody else."""

    def offer_known(self, station: Unit) -> None:
        self.phones = dict(known_at(db.session, station))
        self.offer([("", _("请选择")), *((name, f"{_(name)} {phone}".strip()) for name, phone in self.phones.items())])

    @property
    def value(self):
        return f"{self.data} {self.phones.get(self.data, '')}".strip()


@step_form(Matter.refer)
class ReferForm(StepForm):
    note = _l("没答复的每一件都记为“不归派出所管”，并且要回访。")
    agency = AgencyField(_l("该找谁"), validators=[filled(_l("请选该找谁。"))])
    how = Picked(_l("怎么转"), Referred, validators=[filled(_l("请选怎么转。"))])
    consent = BooleanField(_l("已经问过群众，群众同意转过去"))
    text = Text(_l("怎么告诉群众"), [filled(_l("请写一下怎么告诉群众。")), ANSWER])
    summary = Line(_l("摘要（可不写）"), [SUMMARY])

    def fit(self, record, by):
        self.agency.offer_known(record.station)
        if record.summary:
            del self.summary


@step_form(Matter.review)
class ReviewForm(StepForm):
    note = _l("群众不接受“暂时办不了”或“不归派出所管”的答复。维持也好、重办也好，都要把道理讲清楚。")
    verdict = Picked(_l("复核的结果"), Verdict, validators=[filled(_l("请选复核的结果。"))])
    text = Text(_l("理由，群众看得到"), [filled(_l("请写一下理由。")), ANSWER])


@step_form(Matter.decline)
class DeclineForm(NotOursForm):
    note = _l("请写明为什么不属派出所受理，该去找谁、电话多少。没答复的每一件都记为“不归派出所管”，并且要回访。")


@step_form(Matter.alarm)
class AlarmForm(NotOursForm):
    note = _l("请写明已经转给谁处警，到哪里、找谁拿接报案回执。没答复的每一件都记为“不归派出所管”，并且要回访。")


@step_form(Matter.extend)
class ExtendForm(StepForm):
    days = Number(_l("延几个工作日（最多15个，只能延一次）"), [filled(_l("请写延几个工作日。"))])
    text = Text(_l("为什么要延，群众看得到"), [filled(_l("请写一下为什么要延。")), ANSWER])


@step_form(Matter.send_back)
class SendBackForm(StepForm):
    points = Ticked(_l("退回哪一件"))
    text = Text(_l("要怎么改，群众看得到"), [filled(_l("请写一下要怎么改。")), ANSWER])

    def fit(self, record, by):
        answered = [point for point in record.points if not point.is_open]
        self.points.offer((str(point.ordinal), ordinal(point.ordinal)) for point in answered)
        if len(answered) == 1 and not self.points.data:
            self.points.data = [str(answered[0].ordinal)]

    def fields(self, step: Step) -> dict:
        return super().fields(step) | {"points": [int(code) for code in self.points.data or ()]}


@step_form(Matter.order)
class OrderForm(SendBackForm):
    note = _l("开一张编号的交办单，限期整改，核查过再去回访。只是答复要改一改的，用“退回”就行。")
    points = Ticked(_l("重新办理哪一件"))
    text = Text(_l("哪里没解决、要怎么办，群众看得到"), [filled(_l("请写一下哪里没解决、要怎么办。")), ANSWER])


@step_form(Matter.reissue)
class ReissueForm(StepForm):
    note = _l("旧的查询码马上作废，新卡在下一页，请当面交给本人或打印出来。用新卡的评价算工作人员代填。")


@step_form(Matter.show)
class ShowForm(StepForm):
    note = _l("写所里自己的话，不抄群众的原话，不写姓名、门牌、电话。本社区满3条，社区的页面上才会显示。留空就是拿下来。")
    text = Text(_l("一句话：出了什么点子，后来怎么样了。谁都看得到"), [at_most(rules.SHOWN_MAX)])

    def fit(self, record, by):
        if not self.is_submitted():
            self.text.data = record.shown_as or record.summary


@step_form(Matter.sign_off)
class SignOffForm(StepForm):
    """Nothing to fill in."""


class TakeDownForm(ReachFields, Form):
    """What a resident tells staff, written down in half a minute; the names of the fields are those of her own form."""

    door = Picked(_l("怎么说来的"), validators=[filled(_l("请选一下是怎么说来的。"))])
    agreed = BooleanField(_l("在居民群里说的：已经问过本人，同意记成一件事来办"))
    kind = Picked(_l("哪一类"), validators=[filled(_l("请选一下是哪一类事。"))])
    body = Text(_l("说了什么（尽量用原话）"), [filled(_l("请写一下说了什么。")), at_most(rules.BODY_MAX)])
    community = Selected(_l("在哪个社区（村）"), validators=[filled(_l("请选一下社区；不清楚就选“不清楚”。"))])
    place = Line(_l("具体在哪里（可不写）"), [at_most(rules.PLACE_MAX)])
    about_officer = Line(_l("说的是谁（可不写）"), [at_most(rules.PLACE_MAX)])
    echo_card = Line(_l("给了一张空白回音卡？写卡上的编号和核对数字（可不写）"), [at_most(rules.EARLIER_MAX)])
    submission_id = SubmissionId()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.door.known, self.kind.known = Door, Kind
        self.door.offer((door.code, _(door.label)) for door in BY_STAFF)
        self.kind.offer((kind.code, _(kind.label)) for kind in Kind)
        self.reply_by.label.text = _("怎么回复")
        self.name.label.text, self.consent.label.text = _("怎么称呼（单位反映的写单位）"), _("本人同意我们用留下的联系方式")
        below = db.select(Community).where(Community.station_id.in_(units_below(me()))).order_by(Community.code)
        self.communities = {community.code: community for community in db.session.scalars(below)}
        named = ((code, community.name) for code, community in self.communities.items())
        self.community.offer([("", _("请选择")), *named, (UNSURE, _("不清楚（交给县局）"))])

    def validate_body(self, field):
        if len(field.data.strip()) < rules.BODY_MIN:
            raise ValidationError(_("请再多写几个字，说清楚是什么事。"))

    def validate_agreed(self, field):
        """What was said among neighbours becomes a matter only if whoever said it agrees."""
        if self.door.data == Door.GROUP.code and not field.data:
            raise ValidationError(_("群里说的，要先问过本人，同意了才能记。"))

    @cached_property
    def printed_card(self) -> EchoCard | None:
        """The blank card that was handed over."""
        return EchoCard.checked(db.session, card_key(), me().unit, self.echo_card.data) if self.echo_card.data else None

    def validate_echo_card(self, field):
        """It is one of the unit's own, and the one that whoever types it holds in the hand."""
        who = self.echo_card.name, me().uid
        if field.data and tried_too_often(*who):
            raise ValidationError(_("编号试错的次数太多了，请过几分钟再试。这里空着，就另给一张新的回音卡。"))
        if field.data and not self.printed_card:
            tried_in_vain(*who)
            raise ValidationError(
                _("对不上。请照着卡上写：先写编号，后面接着写三位核对数字。只能用本单位印的卡；重新印过的，旧卡不能用。")
            )

    @property
    def danger(self) -> str | None:
        """The word for which it stands as urgent, if any."""
        return danger_in(self.body.data, self.place.data or "", self.about_officer.data or "")

    @property
    def taken_down(self) -> dict:
        """What the model takes."""
        return {
            "community": self.communities.get(self.community.data),
            "kind": self.kind.value,
            "body": self.body.data,
            "points": [],
            "place": self.place.data or "",
            "door": self.door.value,
            "about": self.about_officer.data or "",
            "submission_id": self.submission_id.data,
            "urgent": self.danger is not None,
            "contact": self.reachable,
            "reply_by": self.reply_by.value,
            "daypart": self.daypart.value,
            "received_by": me(),
            "card": self.printed_card,
        }


class FindForm(Form):
    """Narrow the list by the day of receipt, and the community or its grid; never by anybody's words."""

    class Meta(Form.Meta):
        csrf = False  # it only reads

    day = Day(_l("哪天收到的"), [Optional()])
    community = Selected(_l("社区、网格"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        below = db.select(Community).where(Community.station_id.in_(units_below(me()))).order_by(Community.code)
        self.places = {}
        for community in db.session.scalars(below.options(selectinload(Community.grids))):
            self.places[community.code] = community.name, Matter.community_id == community.id
            for grid in community.grids:
                self.places[f"{community.code}/{grid.number}"] = f"{community.name} {grid.name}", Matter.grid_id == grid.id
        self.community.offer([("", _("所有社区")), *((code, name) for code, (name, _is_there) in self.places.items())])

    def narrow(self, query):
        """The query with what was asked for."""
        if self.day.data:
            query = query.where(
                Matter.received_at >= day_begin(self.day.data), Matter.received_at < day_begin(self.day.data + ONE_DAY)
            )
        if self.community.data in self.places:
            query = query.where(self.places[self.community.data][1])
        return query

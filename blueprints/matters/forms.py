"""The forms of a matter's steps."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import selectinload

from blueprints.access import me
from blueprints.answers import ordinal
from blueprints.extensions import db
from blueprints.forms import (
    Day,
    Form,
    Line,
    Number,
    Optional,
    Picked,
    Selected,
    StepForm,
    Text,
    Ticked,
    at_most,
    filled,
    step_form,
)
from models import rules
from models.category import Category
from models.masking import masked
from models.matter import Matter
from models.officer import Officer, Role
from models.point import Outcome
from models.steps import Step
from models.task import units_below
from models.unit import Community
from models.workdays import ONE_DAY, day_begin

SUMMARY, ANSWER = at_most(rules.SUMMARY_MAX), at_most(rules.ANSWER_MAX)


class CategoryField(Selected):
    """One of the categories, by code."""

    def offer_all(self) -> None:
        every = db.session.scalars(db.select(Category).order_by(Category.id))
        self.categories = {category.code: category for category in every}
        self.offer([("", _("请选择")), *((code, category.name) for code, category in self.categories.items())])

    @property
    def value(self):
        return self.categories.get(self.data)


class HandlerField(Selected):
    """One of the officers and heads of the record's station, by user name."""

    def offer_colleagues(self, record) -> None:
        colleagues = db.select(Officer).filter_by(unit_id=record.station_id, active=True)
        may = colleagues.where(Officer.role.in_([Role.OFFICER, Role.HEAD])).order_by(Officer.id)
        self.officers = {officer.username: officer for officer in db.session.scalars(may) if officer not in record.concerns}
        stays = _("不变：%(who)s", who=record.handler.called) if record.handler else _("请选择")
        self.offer([("", stays), *((code, f"{officer.name}（{officer.title}）") for code, officer in self.officers.items())])

    @property
    def value(self):
        return self.officers.get(self.data)


@step_form(Matter.accept)
class AcceptForm(StepForm):
    summary = Line(_l("摘要：一句话说清是什么事"), [filled(_l("请写一句话摘要。")), SUMMARY])
    category = CategoryField(_l("类别"), validators=[filled(_l("请选类别。"))])
    handler = HandlerField(_l("由谁来办"))

    def fit(self, record, by):
        self.category.offer_all()
        self.handler.offer_colleagues(record)
        if by.role in (Role.OFFICER, Role.AUXILIARY):
            del self.handler


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


@step_form(Matter.answer)
class AnswerForm(Outcomes):
    first = "point"
    point = Picked(_l("答复哪一件"), validators=[filled(_l("请选答复哪一件。"))])

    def fit(self, record, by):
        to_answer = record.points_to_answer
        shown = masked if record.hides_numbers_from(by) else str
        self.point.offer((str(p.ordinal), f"{ordinal(p.ordinal)} \u2068{shown(p.text)[:30]}\u2069".strip()) for p in to_answer)
        if len(to_answer) == 1 and not self.point.data:
            self.point.data = str(to_answer[0].ordinal)

    def fields(self, step: Step) -> dict:
        return super().fields(step) | {"point": int(self.point.data)}


@step_form(Matter.settle)
class SettleForm(Outcomes):
    summary = Line(_l("摘要（可不写）"), [SUMMARY])
    category = CategoryField(_l("类别（可不选）"))

    def fit(self, record, by):
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


@step_form(Matter.reissue)
class ReissueForm(StepForm):
    note = _l("旧的查询码马上作废，新卡在下一页，请当面交给本人或打印出来。用新卡的评价算工作人员代填。")


@step_form(Matter.sign_off)
class SignOffForm(StepForm):
    """Nothing to fill in."""


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

"""The forms of talks: a new one, what was agreed, the confirmation, the end, and the calls."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField
from wtforms.validators import ValidationError

from blueprints.access import me
from blueprints.colleagues import PassOnForm
from blueprints.extensions import db
from blueprints.forms import (
    WITH_PHOTOS,
    Day,
    Form,
    Hour,
    Line,
    Optional,
    Phone,
    Photos,
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
from blueprints.places import RoomField
from blueprints.rating import ALL, NOT, SolvedField, WithResult
from models import duty, rules
from models.asking import Rating, Reach
from models.base import BEIJING, beijing_date, now
from models.contact import Reachable
from models.officer import COMPANIONS, STAFF
from models.steps import Step
from models.talk import Brought, Ending, Present, Talk, Where, hours_of
from models.talk_callback import TalkCallback
from models.talk_side import TalkSide
from models.unit import Community, Room

CALLED, WORDS, ANSWER = at_most(rules.CALLED_MAX), at_most(rules.WORDS_MAX), at_most(rules.ANSWER_MAX)
NAME = at_most(rules.NAME_MAX)
TYPED_BY_STAFF = {"autocomplete": "off"}
TEL = TYPED_BY_STAFF | {"inputmode": "tel"}


class BeginForm(Form):
    """What it is about, where and when, and up to two sides; more may join later."""

    max_bytes = WITH_PHOTOS
    subject = Line(_l("什么事，一句话（不写姓名）"), [filled(_l("请写一下是什么事。")), at_most(rules.SUMMARY_MAX)])
    community = Selected(_l("哪个社区（村）的事"), validators=[filled(_l("请选是哪个社区的事。"))])
    held_in = Picked(_l("在哪里谈"), Where, default=Where.ROOM.code, validators=[filled(_l("请选一下在哪里谈。"))])
    room = RoomField(_l("哪个警务室"))
    day = Day(_l("哪一天"), [filled(_l("请写是哪一天。"))], default=lambda: beijing_date(now()))
    begins = Hour(_l("从几点"), [filled(_l("请写从几点开始。"))], default=lambda: now().astimezone(BEIJING).time())
    ends = Hour(_l("到几点（还在谈就不写）"), [Optional()])
    called = Line(_l("第一方怎么称呼"), [filled(_l("请写一下第一方怎么称呼。")), CALLED], render_kw=TYPED_BY_STAFF)
    wants = Text(_l("第一方想要什么"), [WORDS])
    name = Line(_l("第一方的姓名（可不写）"), [NAME], render_kw=TYPED_BY_STAFF)
    phone = Phone(_l("第一方的电话（可不写）"), render_kw=TEL)
    other_called = Line(_l("第二方怎么称呼（只有一方就不写）"), [CALLED], render_kw=TYPED_BY_STAFF)
    other_wants = Text(_l("第二方想要什么"), [WORDS])
    other_name = Line(_l("第二方的姓名（可不写）"), [NAME], render_kw=TYPED_BY_STAFF)
    other_phone = Phone(_l("第二方的电话（可不写）"), render_kw=TEL)
    consent = BooleanField(_l("留了姓名、电话的，本人同意我们为这件事用"))
    present = Ticked(_l("还有谁在场（只勾身份，可不选）"))
    photos = Photos(_l("照片（可不传；不拍签名和证件）"))
    submission_id = SubmissionId()
    appointment = HiddenField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        ours = db.select(Community).where(Community.station_id == me().unit_id).order_by(Community.code)
        self.communities = {community.code: community for community in db.session.scalars(ours)}
        self.community.offer([("", _("请选择")), *((code, community.name) for code, community in self.communities.items())])
        self.room.offer_rooms(me().unit)
        self.present.offer((role.code, _(role.label)) for role in Present)
        if not self.is_submitted():
            self._fill_in_where(duty.room_of(db.session, me(), now()))

    def _fill_in_where(self, room: Room | None) -> None:
        """Whoever has duty in a room most likely talks there, of what lies around it."""
        if room:
            self.room.data = str(room.id)
            self.community.data = next((code for code, place in self.communities.items() if place.room is room), "")

    def fill_in(self, appointment) -> None:
        """Begin with what was booked, but for the resident's words; its hours as far as they are over."""
        self.appointment.data = str(appointment.id)
        self.community.data, self.held_in.data = appointment.community.code, appointment.held_in.code
        self.room.data = str(appointment.room_id) if appointment.held_in is Where.ROOM else ""
        begins, ends = (moment.astimezone(BEIJING) for moment in (appointment.begins_at, appointment.due_at))
        if begins <= now():
            self.day.data, self.begins.data = begins.date(), begins.time()
        if ends <= now():
            self.ends.data = ends.time()

    def validate_other_wants(self, field):
        """A second side that says something is called something."""
        if not self.other_called.data and (field.data or self.other_name.data or self.other_phone.data):
            raise ValidationError(_("请写一下第二方怎么称呼。"))

    def validate_consent(self, field):
        """Without consent nothing is kept."""
        if any(given.data for given in (self.name, self.phone, self.other_name, self.other_phone)) and not field.data:
            raise ValidationError(_("没有本人同意，联系方式不能存：请打勾，或者把姓名、电话清空。"))

    @property
    def _sides(self) -> list[Brought]:
        first = self.called, self.wants, self.name, self.phone
        second = self.other_called, self.other_wants, self.other_name, self.other_phone
        typed = [[field.data or "" for field in side] for side in (first, second)]
        return [
            Brought(called, wants, Reachable(name, phone), self.consent.data) for called, wants, name, phone in typed if called
        ]

    def wanted(self, at) -> dict:
        """What the model takes."""
        held_at, held_until = hours_of(at, self.day.data, self.begins.data, self.ends.data)
        return {
            "subject": self.subject.data,
            "community": self.communities[self.community.data],
            "held_in": self.held_in.value,
            "room": self.room.value,
            "held_at": held_at,
            "held_until": held_until,
            "sides": self._sides,
            "photos": self.photos.value,
            "present": [Present.of(code) for code in self.present.data],
            "uid": self.submission_id.data.replace("-", ""),
        }


@step_form(Talk.join)
class JoinForm(StepForm):
    called = Line(_l("怎么称呼（甲方、楼上住户……不写姓名）"), [filled(_l("请写一下怎么称呼。")), CALLED])
    wants = Text(_l("想要什么"), [WORDS])
    name = Line(_l("姓名（可不写）"), [NAME], render_kw=TYPED_BY_STAFF)
    phone = Phone(_l("电话（可不写）"), render_kw=TEL)
    consent = BooleanField(_l("留了姓名、电话的，本人同意我们为这件事用"))

    def fields(self, step: Step) -> dict:
        return {name: value or "" for name, value in super().fields(step).items()}


@step_form(Talk.agree)
class AgreeForm(StepForm):
    note = _l("一条只写一件事：谁、做什么、到哪天。各方都看得到；确认过的不会变，要改就记一条新的。")
    text = Text(_l("说好了什么"), [filled(_l("请写一下说好了什么。")), at_most(rules.AGREED_MAX)])
    side = Selected(_l("由哪一方来做"))
    owner = Line(_l("或者由谁来做（物业、派出所……）"), [CALLED])
    until = Day(_l("到哪天"), [Optional()])
    replaces = Selected(_l("改的是哪一条（新加的不选）"))

    def fit(self, record, by):
        self.side.offer([("", _("不用谁去做，或者写在下面")), *((str(s.ordinal), s.called) for s in record.sides)])
        named = ((str(one.ordinal), _("第%(n)s条：%(text)s", n=one.ordinal, text=one.text[:20])) for one in record.current)
        self.replaces.offer([("", _("新加一条")), *named])

    def fields(self, step: Step) -> dict:
        given = super().fields(step)
        numbers = {name: int(given[name]) if given[name] else None for name in ("side", "replaces")}
        return given | numbers | {"owner": given["owner"] or ""}


@step_form(Talk.read_back)
class ReadBackForm(StepForm):
    note = _l("下一页只有说好的几条，字很大：一条一条念给各方听，请各方在自己手机上或者这台平板上确认。")


@step_form(Talk.close)
class CloseForm(StepForm):
    max_bytes = WITH_PHOTOS
    outcome = Picked(_l("结果"), Ending, validators=[filled(_l("请选一个结果。"))])
    text = Line(_l("补一句，各方都看得到（可不写；请找别处的写找哪里）"), [ANSWER])
    photos = Photos(_l("照片（可不传；不拍签名和证件）"))

    def fit(self, record, by):
        first, second = record.looks_back(Ending.AGREED)
        self.note = _(
            "说好到哪天的，到那天回访；当场解决和达成一致的，过%(first)s天、%(second)s天再各问一次；没有谈成的，过%(first)s天问一次后来怎么样了。",
            first=first,
            second=second,
        )


@step_form(Talk.reopen)
class ReopenForm(StepForm):
    note = _l("还没打的回访先取消，谈好了再重新约。")
    text = Line(_l("为什么接着谈，各方都看得到（可不写）"), [ANSWER])


@step_form(Talk.pass_on)
class PassTalkOnForm(PassOnForm):
    note = _l("交出去以后您还能看，后面由同事接着谈。所里自己谈得下来的，交给所领导就行，不用报县局。")
    text = Line(_l("为什么，各方都看得到（可不写）"), [ANSWER])

    def fit(self, record, by):
        self.handler.offer_those(record.station_id, COMPANIONS, but=[record.officer])


@step_form(Talk.take_on)
class TakeOnForm(StepForm):
    note = _l("接过来以后由您接着谈，各方的卡上会写是您。")


@step_form(Talk.escalate)
class EscalateForm(StepForm):
    note = _l("报上去以后由县局接着谈，各方手里的卡照样用；最先接的人和所里还能看到对各方公开的经过。")
    text = Text(_l("为什么要报给县局，各方都看得到"), [filled(_l("请写一下为什么要报给县局。")), ANSWER])


@step_form(Talk.return_)
class ReturnForm(StepForm):
    note = _l("交回原来的派出所，由最先接的人接着谈。")
    text = Text(_l("为什么交给派出所，各方都看得到"), [filled(_l("请写一下为什么交给派出所。")), ANSWER])


def _in_words(one) -> str:
    """An agreed point as one line: who, what, until when."""
    promise = _("（%(who)s，最晚%(until)s）", who=one.whose, until=_date(one.until)) if one.until else ""
    return _("第%(n)s条：%(text)s%(promise)s", n=one.ordinal, text=one.text, promise=promise)


def _date(day) -> str:
    return _("%(month)s月%(day)s日", month=day.month, day=day.day)


class OnTheTablet:
    """Filled in by a side, on the tablet that staff hold out."""

    is_handed_over = True

    def comes_from(self, record) -> str:
        """What is read back: the page that bears nothing else."""
        return url_for("talks.points", id=record.talk_id)


@step_form(TalkSide.confirm)
class ConfirmForm(OnTheTablet, StepForm):
    agreements = Ticked(_l("说好的是不是这样？对的请打勾"))
    done = _l("打勾的都对")

    def fit(self, record, by):
        self.agreements.offer((str(one.ordinal), _in_words(one)) for one in record.to_confirm)

    def fields(self, step: Step) -> dict:
        return {"agreements": [int(code) for code in self.agreements.data or ()]}


@step_form(TalkSide.object_)
class ObjectForm(OnTheTablet, StepForm):
    done = _l("说给民警听")
    agreement = Picked(_l("哪一条不对"), validators=[filled(_l("请选哪一条不对。"))])
    words = Text(_l("哪里不对，应该是怎样"), [filled(_l("请写一下哪里不对。")), WORDS])

    def fit(self, record, by):
        self.agreement.offer((str(one.ordinal), _in_words(one)) for one in record.to_confirm)

    def fields(self, step: Step) -> dict:
        return super().fields(step) | {"agreement": int(self.agreement.data)}


class KeptField(SolvedField):
    """The promises that were kept: all of them, or each that was not."""

    clash = _l("“做到了”和“没做到”只能选一样。")

    def offer_promises(self, promises) -> None:
        """List these."""
        self.points, self.one_of_two = promises, "radio" if len(promises) == 1 else None
        kept = _("说好的都做到了") if len(promises) > 1 else _("做到了")
        broken = [(f"{NOT}{p.ordinal}", _("没做到：%(what)s", what=_in_words(p))) for p in promises]
        self.offer([(ALL, kept), *broken])


class KeptFields:
    """What became of the promises whose day has come, and the rating."""

    kept = KeptField(_l("说好的做到了吗？"))
    rating = Picked(_l("满意吗？"), Rating)
    words = Text(_l("还想说的话（可不写）"), [WORDS])
    is_asked = True

    def ask(self, call, by) -> None:
        """Only about what is to be asked, and by whom it may be."""
        promises = call.asked_about(now()) if call else []
        self.kept.offer_promises(promises)
        if not promises:
            del self.kept
        if call and not call.is_rated_with(by):
            del self.rating

    def validate_kept(self, field):
        """Silence is no answer."""
        if self.is_asked and not field.data:
            raise ValidationError(_("请选一下说好的做到了没有。"))

    def validate_rating(self, field):
        """So is it here."""
        if self.is_asked and not field.data:
            raise ValidationError(_("请选一下满意不满意。"))


@step_form(TalkSide.tell)
class TellForm(KeptFields, StepForm):
    def fit(self, record, by):
        self.ask(record.asked_now(now()), by)


@step_form(TalkSide.erase)
class EraseForm(StepForm):
    note = _l("您留的姓名和电话马上删掉，找不回来。以后不打电话给您，凭这张卡看、凭这张卡说。")


@step_form(TalkSide.reissue)
class ReissueForm(StepForm):
    note = _l("旧的查询码马上作废，新卡在下一页。只交给这一方本人，别让另一方看见；用新卡说的满意不满意，算工作人员代填。")


@step_form(TalkCallback.record)
class RecordForm(WithResult, KeptFields, StepForm):
    def fit(self, record, by):
        self.ask(record, by)
        if not record.side.phone_sealed:
            self.result.offer((reach.code, _(reach.label)) for reach in (Reach.REACHED, Reach.REFUSED))


@step_form(TalkCallback.pass_on)
class PassCallOnForm(PassOnForm):
    roles = STAFF
    text = Line(_l("为什么（可不写，仅内部）"), [ANSWER])


@step_form(TalkCallback.put_back)
class PutBackForm(StepForm):
    note = _l("放回去以后，别的同事可以接着打。已经打过的几次都记着。")

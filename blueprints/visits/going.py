"""The forms of a visit on its way: setting out, writing it down, putting it right."""

from flask_babel import lazy_gettext as _l

from blueprints.forms import WITH_PHOTOS, Count, Hour, Line, Optional, Photos, StepForm, Text, Ticked, at_most, step_form
from models import rules
from models.base import BEIJING
from models.going import Carried, Counted
from models.visit import Visit


class GoingForm(StepForm):
    """What a phone keeps until there is a signal: of any visit but those about a complaint."""

    def keeps(self, record):
        return not record.matter or super().keeps(record)


@step_form(Visit.start)
class StartForm(GoingForm):
    carried = Ticked(_l("带齐了吗"))
    leads_to = "record"

    def fit(self, record, by):
        self.carried.offer((thing.code, _l(thing.label)) for thing in Carried)

    def fields(self, step):
        return {"carried": [Carried.of(code) for code in self.carried.data or ()]}


@step_form(Visit.record)
class RecordForm(GoingForm):
    """Most of all who was met; what is seldom there is folded."""

    max_bytes = WITH_PHOTOS
    facts = "visits/_on_the_way.html"
    folded = (
        *("deeds", "opinions", "disputes", "disputes_settled", "hazards", "hazards_settled"),
        *("photos", "went", "left", "late_because"),
    )
    folded_label = _l("还有别的：办实事、意见建议、纠纷、隐患、照片、时间")
    households = Count(_l("见到几户"))
    units = Count(_l("几个单位"))
    people = Count(_l("见到几人"))
    leaflets = Count(_l("发宣传材料"))
    diary = Line(_l("民情日记，一句话（可不写；不写姓名、门牌）"), [at_most(rules.DIARY_MAX)])
    deeds = Count(_l("办实事"))
    opinions = Count(_l("意见建议"))
    disputes = Count(_l("发现纠纷"))
    disputes_settled = Count(_l("调解好纠纷"))
    hazards = Count(_l("发现隐患"))
    hazards_settled = Count(_l("整改好隐患"))
    photos = Photos(_l("照片（可不传）"))
    went = Hour(_l("几点到的（不写就按开始走访的时间）"), [Optional()])
    left = Hour(_l("几点走的（不写就按现在）"), [Optional()])
    late_because = Line(_l("超出8点到22点的，写一下为什么"), [at_most(rules.REASON_MAX)])
    outcome = Text(_l("谈得怎么样（这几件事的群众在回音卡上都看得到；不写姓名）"), [at_most(rules.ANSWER_MAX)])

    def fit(self, record, by):
        if not record.matters:
            del self.outcome
        if not self.is_submitted():
            self.households.data = 1 if record.matter and not record.site else None
            self.units.data = 1 if record.site else None


@step_form(Visit.correct)
class CorrectForm(RecordForm):
    """The same fields, as they were written down."""

    note = _l("这里是整份记录，改好了再交；照片会加在原来的后面。")
    left = Hour(_l("几点走的"), [Optional()])
    went = Hour(_l("几点到的"), [Optional()])

    def fit(self, record, by):
        del self.outcome  # what her card says stands
        if self.is_submitted() or record.left_at is None:
            return
        for count in Counted:
            self[count.code].data = getattr(record, count.code) or None
        self.diary.data, self.late_because.data = record.diary, record.late_because
        self.went.data, self.left.data = (moment.astimezone(BEIJING).time() for moment in (record.went_at, record.left_at))

"""The form by which a resident books a talk."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField

from blueprints import answers
from blueprints.extensions import db
from blueprints.forms import Form, Line, Phone, Picked, Selected, SubmissionId, at_most, filled
from blueprints.slots import FreeTimeField
from models import rules
from models.appointment import free_times, lacks
from models.base import now
from models.contact import Reachable
from models.danger import sounds_dangerous
from models.talk import Where
from models.unit import Community, Room


class BookForm(Form):
    """Where, when, about what; and how she can be reached, where that is needed."""

    held_in = Picked(_l("想怎么说？"), Where, default=Where.ROOM.code, validators=[filled(_l("请选一下想怎么说。"))])
    free_time = FreeTimeField(_l("什么时间方便？"), validators=[filled(_l("请选一个时间。"))])
    subject = Line(_l("什么事，几个字就行"), [filled(_l("请写一下是什么事。")), at_most(rules.SUMMARY_MAX)])
    community = Selected(_l("哪个社区（村）的事？"), validators=[filled(_l("请选一下社区。"))])
    name = Line(_l("怎么称呼您（可不写）"), [at_most(rules.NAME_MAX)], render_kw={"autocomplete": "name"})
    phone = Phone(_l("电话"), render_kw={"type": "tel", "autocomplete": "tel"})
    address = Line(_l("上门的地址"), [at_most(rules.PLACE_MAX)], render_kw={"autocomplete": "address-line1"})
    consent = BooleanField(_l("我同意派出所为了办这件事用我留的联系方式"))
    submission_id = SubmissionId()
    danger_seen = HiddenField()

    def fit(self, room: Room) -> None:
        """What is free in this room just now, and the communities of its station; where it serves one alone, that one."""
        self.held_in.offer((where.code, _(where.told)) for where in Where)
        empty = _("这几天没有空着的时间。请打%(phone)s，或者过几天再来看。", phone=room.station.duty_phone)
        self.free_time.offer_slots(free_times(db.session, [room], now()), empty)
        query = db.select(Community).where(Community.station_id == room.station_id).order_by(Community.code)
        self.communities = {community.code: community for community in db.session.scalars(query)}
        self.community.offer([("", _("请选择")), *((code, community.name) for code, community in self.communities.items())])
        served = [code for code, community in self.communities.items() if community.room_id == room.id]
        if not self.is_submitted() and len(served) == 1:
            self.community.data = served[0]

    def validate(self, extra_validators=None):
        """What is missing for the way that was chosen is said together with all else."""
        fits = super().validate(extra_validators)
        missing = [] if self.held_in.errors else list(lacks(self.held_in.value, self.reachable, self.consent.data))
        for fault in missing:
            self.add_fault(fault, answers.say(fault.message, fault.values))
        return fits and not missing

    @property
    def reachable(self) -> Reachable:
        """The contact data, if any was typed."""
        return Reachable(*(field.data or "" for field in (self.name, self.phone, self.address)))

    @property
    def is_dangerous(self) -> bool:
        """Whether what was typed holds words of danger."""
        return sounds_dangerous(self.subject.data or "", self.address.data or "")

    @property
    def wanted(self) -> dict:
        """What the model takes."""
        return {
            "held_in": self.held_in.value,
            "free_time": self.free_time.value,
            "subject": self.subject.data,
            "community": self.communities[self.community.data],
            "contact": self.reachable,
            "consent": self.consent.data,
            "urgent": self.is_dangerous,
            "submission_id": self.submission_id.data,
        }

"""The form that a resident fills in."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField
from wtforms.validators import ValidationError

from blueprints import answers
from blueprints.access import blank_card, card_to_bind
from blueprints.extensions import db
from blueprints.forms import (
    UNSURE,
    WITH_PHOTOS,
    Form,
    Line,
    Lines,
    Photos,
    Picked,
    Selected,
    SubmissionId,
    Text,
    at_most,
    filled,
)
from blueprints.reaching import ReachFields
from models import rules, setting
from models.base import N_, beijing_date, now
from models.card import EchoCard
from models.danger import sounds_dangerous
from models.life import LINKED, SAID_BY_RESIDENTS, Door, Kind
from models.officer import Officer, Posting
from models.place import ContactCard, Plate, by_code
from models.steps import Fault
from models.unit import Unit, all_communities
from models.workdays import Calendar


class AboutField(Line):
    """Whom a complaint is about: the contact card it came by, ticked, or words, which count more."""

    def process_formdata(self, valuelist):
        typed = [text.strip() for text in valuelist if text.strip()]
        self.data = typed[-1] if typed else ""


class SuggestForm(ReachFields, Form):
    """One thing raised. The names of the fields are the contract's."""

    max_bytes = WITH_PHOTOS

    kind = Picked(_l("您想说什么事？"), Kind, validators=[filled(_l("请选一下是哪一类事。"))])
    about_officer = AboutField(_l("说的是谁（可不写）"), [at_most(rules.PLACE_MAX)])
    body = Text(_l("请说说是什么事"), [filled(_l("请写一下是什么事。"))])
    points = Lines(_l("如果有好几件，可以一件一件写"))
    community = Selected(_l("在哪个社区（村）？"), validators=[filled(_l("请选一下社区；不清楚就选“不清楚”。"))])
    place = Line(_l("具体在哪里（可不写）"), [at_most(rules.PLACE_MAX)])
    earlier = Line(_l("原来的编号"), [at_most(rules.EARLIER_MAX)])
    photos = Photos(_l("照片（可不传）"))
    at_home = BooleanField(_l("就是说我家这个地方（记下门牌，方便上门）"))
    submission_id = SubmissionId()
    plate = HiddenField()
    contact_card = HiddenField()
    echo_card = HiddenField()
    by = HiddenField()
    danger_seen = HiddenField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind.offer(
            (kind.code, _(kind.label) + (_("（扰民、纠纷、隐患）") if kind is Kind.REQUEST else ""))
            for kind in SAID_BY_RESIDENTS
        )
        self.communities = {community.code: community for community in db.session.scalars(all_communities())}
        named = [(code, f"{community.name}（{community.station.name}）") for code, community in self.communities.items()]
        self.community.offer([("", _("请选择")), *named, (UNSURE, _("不清楚"))])

        self.found_plate = by_code(db.session, Plate, self.plate.data or "")
        self.found_card = by_code(db.session, ContactCard, self.contact_card.data or "")
        if not self.is_submitted():
            self._fill_in()

    def _fill_in(self) -> None:
        """Where a QR leads: the community it names, and the place if several households share it."""
        if self.found_plate:
            self.community.data = self.found_plate.community.code
            self.place.data = self.found_plate.building if self.found_plate.shared else None
        elif self.found_card and len(self.found_card.post.communities) == 1:
            self.community.data = self.found_card.post.communities[0].code
        elif blank := blank_card():
            self.echo_card.data = blank.number

    @property
    def printed_card(self) -> EchoCard | None:
        """The blank card by which the form was opened. Refused if it is not in this browser any more."""
        if not self.echo_card.data:
            return None
        if card := card_to_bind(self.echo_card.data):
            return card
        raise Fault("echo_card", N_("您手上的回音卡打开得太久，或者换过码了，要用它请重新扫一下。"))

    @property
    def posting(self) -> Posting | None:
        """How the post of the contact card is held now."""
        return next(iter(self.found_card.post.held(now())), None) if self.found_card else None

    @property
    def officer(self) -> Officer | None:
        """Who holds it."""
        return self.posting and self.posting.officer

    @property
    def printed_on_it(self) -> Officer | None:
        """Whom an older print of the card may name."""
        before = self.found_card.post.held_before(now()) if self.found_card else None
        return before and before.officer

    @property
    def arrival(self) -> dict:
        """What the QR adds to the matter: door, grid, and a household's own place only where she ticked it."""
        plate = self.found_plate if self.found_plate and self.found_plate.community.code == self.community.data else None
        own_place = plate and not plate.shared and self.at_home.data and not self.place.data
        return {
            "door": Door.PLATE if plate else self._door,
            "grid_id": plate and plate.grid_id,
            "place": plate.building if own_place else self.place.data or "",
        }

    @property
    def _door(self) -> Door:
        if self.echo_card.data:
            return Door.ECHO_CARD
        if self.found_card:
            return Door.CONTACT_CARD
        return LINKED.get(self.by.data, Door.FORM)

    @property
    def is_dangerous(self) -> bool:
        """Whether what was typed holds words of danger."""
        said = (self.body, self.place, self.about_officer)
        return sounds_dangerous(*(field.data or "" for field in said), *(self.points.data or []))

    @property
    def stations(self) -> list[Unit]:
        """The stations that the communities belong to, in order."""
        return list({community.station.id: community.station for community in self.communities.values()}.values())

    @property
    def duty_phone(self) -> str:
        """Whom to ring if the form can't be sent: the duty phone of the station chosen, else the first one's."""
        chosen = self.communities.get(self.community.data)
        stations = [chosen.station] if chosen else self.stations
        return stations[0].duty_phone if stations else ""

    @property
    def promises(self) -> list[tuple[Kind, str]]:
        """By when each kind would be answered if it were sent now."""
        calendar, at = Calendar.load(db.session), now()
        due = {kind: calendar.deadline(at, setting.answer_days(db.session, kind)) for kind in SAID_BY_RESIDENTS}
        return [(kind, answers.words(beijing_date(deadline))) for kind, deadline in due.items()]

    def validate_body(self, field):
        if len(field.data.strip()) < rules.BODY_MIN:
            raise ValidationError(_("请再多写几个字，说清楚是什么事。"))
        if len(field.data) > rules.BODY_MAX:
            raise ValidationError(_("现在有%(n)s个字，请减到%(max)s个字以内。", n=len(field.data), max=rules.BODY_MAX))

    def validate_points(self, field):
        if len(field.data or ()) > rules.POINTS_MAX:
            raise ValidationError(_("一次最多写%(n)s件，其余的请另外再提。", n=rules.POINTS_MAX))
        if any(len(text) > rules.POINT_MAX for text in field.data or ()):
            raise ValidationError(_("每一件请写在%(n)s个字以内；细节可以写在上面的大框里。", n=rules.POINT_MAX))

    @property
    def faults(self):
        """In the order of the page, where how to reach her comes last."""
        return sorted(super().faults, key=lambda field: hasattr(ReachFields, field.name))

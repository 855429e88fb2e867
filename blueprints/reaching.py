"""The fields for how a resident can be reached: with what she raises, or later by card."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import ValidationError

from blueprints.forms import Line, Phone, Picked, at_most
from models import rules
from models.contact import Channel, Daypart, Reachable


class WishField(Picked):
    """The resident's choice of channel; without one the card."""

    @property
    def value(self) -> Channel:
        """What the model takes."""
        return super().value or Channel.CARD


class ReachFields:
    """Contact data are never asked for, need consent, and are needed only for being rung, texted or visited."""

    reply_by = WishField(_l("怎么回复您？"), Channel, default=Channel.CARD.code)
    name = Line(_l("怎么称呼您"), [at_most(rules.NAME_MAX)], render_kw={"autocomplete": "name"})
    phone = Phone(_l("电话"), render_kw={"type": "tel", "autocomplete": "tel"})
    address = Line(_l("上门的地址（要上门才写）"), [at_most(rules.PLACE_MAX)], render_kw={"autocomplete": "address-line1"})
    daypart = Picked(_l("什么时候方便？（可不选）"), Daypart)
    consent = BooleanField(_l("我同意派出所为了办这件事用我留的联系方式"))

    known = Reachable()  # what was left before, as far as it is there: new data take its place as a whole

    @property
    def reachable(self) -> Reachable:
        """The contact data, if any was typed."""
        return Reachable(*(field.data or "" for field in (self.name, self.phone, self.address)))

    @property
    def reach_faults(self) -> list:
        """The fields about contact data that have faults."""
        return [field for field in (self.name, self.phone, self.address, self.daypart, self.consent) if field.errors]

    def validate_phone(self, field):
        """A wish needs what it takes to fulfil it."""
        wants, given = None if self.reply_by.errors else self.reply_by.value, self.reachable or self.known
        if wants in (Channel.SMS, Channel.PHONE) and not given.phone:
            raise ValidationError(_("要发短信或打电话，请留个电话。"))
        if wants is Channel.VISIT and not (given.phone or given.address):
            raise ValidationError(_("要上门，请留个电话或者地址。"))

    def validate_consent(self, field):
        """Without consent nothing is kept."""
        if self.reachable and not field.data:
            raise ValidationError(_("留了联系方式，请在这里打勾同意我们使用；不同意就把上面的清空。"))

"""Blank echo cards: how many to number, what was handed out, and the steps of one of them."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput

from blueprints.forms import Form, Number, StepForm, Ticked, filled, step_form
from models.batch import CardBatch
from models.blank import CardState
from models.card import EchoCard


class BatchForm(Form):
    """A new batch."""

    count = Number(_l("做几张"), [filled(_l("请写做几张。"))], render_kw={"inputmode": "numeric", "autocomplete": "off"})


class PrintForm(Form):
    """How often the batch was printed when the page was shown."""

    prints = Number(widget=HiddenInput())


class HandOutForm(Form):
    """Some of the cards that still lie at the station."""

    picked = Ticked(_l("哪几张发出去了"))

    def __init__(self, batch: CardBatch, **kwargs):
        super().__init__(**kwargs)
        self.picked.offer((str(card.id), card.number) for card in batch.cards)

    def validate_picked(self, field):
        """Something must be picked."""
        if not field.data:
            raise ValidationError(_("请先勾上发出去的卡。"))


@step_form(EchoCard.hand_out)
class HandedOutForm(StepForm):
    note = _l("给了群众，还没用上的，记一下。以后用上了，自己会变成“%(used)s”。", used=_l(CardState.BOUND.label))


@step_form(EchoCard.void)
class VoidForm(StepForm):
    note = _l("丢了、印坏了、弄脏了的卡，作废以后编号和查询码都打不开，也不能再用。")

"""Blank echo cards: how many to number, what was handed out, and the steps of one of them."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput

from blueprints.forms import Form, Line, Number, StepForm, Ticked, at_most, filled, step_form
from models import rules
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
    """Some of the cards that still lie at the station: all of them, a run of numbers, or those that are ticked."""

    everything = BooleanField(_l("没发的全部发出去了"))
    first = Line(_l("从几号"), [at_most(rules.EARLIER_MAX)])
    last = Line(_l("到几号"), [at_most(rules.EARLIER_MAX)])
    picked = Ticked(_l("哪几张发出去了"))

    def __init__(self, batch: CardBatch, **kwargs):
        super().__init__(**kwargs)
        self.batch = batch
        self.picked.offer((str(card.id), card.number) for card in batch.cards)

    @property
    def names_a_run(self) -> bool:
        """Whether one end at least was typed."""
        return bool(self.first.data or self.last.data)

    @property
    def run(self) -> list[EchoCard]:
        """From the one number to the other, where both are of this batch."""
        ends = [self.batch.card_of(end.data or "") for end in (self.first, self.last)]
        return self.batch.run(*ends) if all(ends) else []

    @property
    def chosen(self) -> list[int]:
        """The ids of the cards that were handed out."""
        whole = self.batch.unissued if self.everything.data else self.run
        return [card.id for card in whole] + [int(id) for id in self.picked.data or ()]

    def _validate_end(self, field):
        if self.names_a_run and not field.data:
            raise ValidationError(_("从几号、到几号，两个都要写。"))
        if field.data and not self.batch.card_of(field.data):
            raise ValidationError(_("这一批里没有%(number)s这个编号。", number=field.data))

    validate_first = validate_last = _validate_end

    def validate_everything(self, field):
        """Whoever names a run means no more than that."""
        if field.data and self.names_a_run:
            raise ValidationError(_("“全部”和“从几号到几号”只选一样。"))

    def validate_picked(self, field):
        """Something must be picked."""
        if any(one.errors for one in (self.first, self.last, field)) or self.chosen:
            return
        if self.names_a_run:
            raise ValidationError(_("从%(first)s到%(last)s没有还没发的卡。", first=self.first.data, last=self.last.data))
        raise ValidationError(_("请先勾上发出去的卡，或者写从几号到几号。"))


@step_form(EchoCard.hand_out)
class HandedOutForm(StepForm):
    note = _l("给了群众，还没用上的，记一下。以后用上了，自己会变成“%(used)s”。", used=_l(CardState.BOUND.label))


@step_form(EchoCard.void)
class VoidForm(StepForm):
    note = _l("丢了、印坏了、弄脏了的卡，作废以后编号和查询码都打不开，也不能再用。")

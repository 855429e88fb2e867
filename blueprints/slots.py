"""Hours that are free, to choose one from: of a slip's visit, and of a room's shifts."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from flask_babel import gettext as _
from wtforms.validators import ValidationError

from blueprints.forms import Picked
from models.base import BEIJING, beijing_date
from models.slot import Slot

CODE = "%Y%m%dT%H%M"  # of an hour in forms and addresses, in Beijing


def code_of(slot: Slot) -> str:
    """What forms and addresses call it."""
    return f"{slot.begins_at.astimezone(BEIJING):{CODE}}"


class SlotField(Picked):
    """One of the hours that are free."""

    def offer_slots(self, slots: Sequence[Slot], empty: str) -> None:
        """List them in order; where there are none, `empty` says what to do instead."""
        self.slots, self.empty = {code_of(slot): slot for slot in slots}, empty
        self.offer((code, slot.hours) for code, slot in self.slots.items())

    @property
    def days(self) -> list[tuple]:
        """Each Beijing day with its options, in order."""
        pairs = groupby(zip(self.slots.values(), self, strict=True), lambda pair: beijing_date(pair[0].begins_at))
        return [(day, [option for _slot, option in options]) for day, options in pairs]

    @property
    def value(self) -> Slot | None:
        """The one chosen."""
        return self.slots.get(self.data)


class FreeTimeField(SlotField):
    """One of a room's free times: when it begins. Whether it is still free is asked in the write that takes it."""

    def pre_validate(self, form):
        try:
            self.value  # noqa: B018
        except ValueError:
            raise ValidationError(_("请从列出的里面选。")) from None

    @property
    def value(self) -> datetime | None:
        """When the one chosen begins, listed still or not."""
        return datetime.strptime(self.data, CODE).replace(tzinfo=BEIJING) if self.data else None

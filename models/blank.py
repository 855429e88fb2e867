"""A card that was printed blank, until a matter is bound to it: handed out, used, or void."""

from models.base import N_, Word
from models.officer import KEEPERS, Officer
from models.steps import Refused, Who, step, through


class CardState(Word):
    """A card lies at the station, is in somebody's hands without a matter or with one, or is void."""

    BLANK = N_("没发")
    HANDED_OUT = N_("发出去了"), "soon"
    BOUND = N_("用了"), "done"
    VOID = N_("作废了")


UNUSED = (CardState.BLANK, CardState.HANDED_OUT)


def _is_printer(card, by, at):
    return isinstance(by, Officer) and by.role in KEEPERS and by.unit_id == card.station_id


PRINTER = Who("desk, head or bureau of its unit", N_("综合指挥室或所领导"), _is_printer)


class Blank:
    """The steps of a printed card."""

    has_ledger = False
    title = None
    told_in = None

    @step(N_("发出去了"), frm=[CardState.BLANK], to=[CardState.HANDED_OUT], by=[PRINTER])
    def hand_out(self, by, at):
        """It was given to a resident, on a visit or in the hall."""

    @step(N_("作废"), frm=UNUSED, to=[CardState.VOID], by=[PRINTER])
    def void(self, by, at):
        """It was lost or spoiled: neither number nor code opens anything any more."""

    @step(N_("用上"), frm=UNUSED, to=[CardState.BOUND], by=[through("receive")])
    def bind(self, by, at, matter):
        """A matter takes its number."""
        self.matter = matter

    @property
    def is_unused(self) -> bool:
        """Whether a matter may still be bound to it."""
        return self.state in UNUSED

    @property
    def area(self) -> str:
        """Whose it is."""
        return self.station.name

    @property
    def topic(self) -> type:
        """What stands in for a title."""
        return type(self)

    def write_down(self, step, by, at, told):
        """It has no ledger; the audit log has the line."""

    def moved_on(self):
        return Refused(N_("%(number)s这张卡现在是“%(state)s”，办不了。"), number=self.number, state=self.state)

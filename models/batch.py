"""A batch of blank echo cards: numbered at once, printed, and printed anew with other codes."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, relationship

from models import audit, rules
from models.base import AUTOINCREMENT, N_, Base, beijing_date, new_uid
from models.blank import CardState
from models.card import EchoCard, digits, next_numbers
from models.officer import Officer
from models.steps import Fault, Refused, stale
from models.unit import Unit


class CardBatch(Base):
    """So many cards of a unit, their numbers one after another."""

    __tablename__ = "card_batch"
    __table_args__ = (CheckConstraint("(prints = 0) = (printed_at IS NULL)", name="printed_once_printed"), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid)
    station_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))  # who had it made
    made_at: Mapped[datetime]
    prints: Mapped[int] = mapped_column(default=0)  # how often it was printed
    printed_at: Mapped[datetime | None]  # last

    station: Mapped[Unit] = relationship()
    officer: Mapped[Officer] = relationship()
    cards: Mapped[list[EchoCard]] = relationship(order_by=EchoCard.id, back_populates="batch")

    @classmethod
    def number(cls, session: Session, by: Officer, at: datetime, count: int) -> "CardBatch":
        """So many blank cards of the unit of `by`, inside a write; Fault where that is none, or too many."""
        if not 1 <= count <= rules.BATCH_MAX:
            raise Fault("count", N_("一批最少1张，最多%(most)s张。"), most=rules.BATCH_MAX)
        numbers = next_numbers(session, by.unit, beijing_date(at).year, count)
        batch = cls(station=by.unit, officer=by, made_at=at)
        batch.cards = [EchoCard(station=by.unit, number=number, state=CardState.BLANK) for number in numbers]
        session.add(batch)
        session.flush()
        audit.note(session, at=at, by=by, action="number_batch", record=batch, detail=f"{count} cards")
        return batch

    @property
    def counts(self) -> Counter:
        """How many cards are in each state."""
        return Counter(card.state for card in self.cards)

    @property
    def numbers(self) -> tuple[str, str]:
        """The first and the last."""
        return self.cards[0].number, self.cards[-1].number

    @property
    def unissued(self) -> list[EchoCard]:
        """Those that still lie at the station."""
        return [card for card in self.cards if card.state is CardState.BLANK]

    def card_of(self, typed: str) -> EchoCard | None:
        """The card with this number, typed in any way, or with these last digits of it: 12 for 101 26 000012."""
        last = digits(typed).lstrip("0")
        return next(
            (card for card in self.cards if last and last in (card.number.lstrip("0"), card.number[5:].lstrip("0"))), None
        )

    def run(self, *ends: EchoCard) -> list[EchoCard]:
        """Those that still lie at the station, from one card to another, whichever of the two comes first."""
        first, last = sorted(card.id for card in ends)
        return [card for card in self.unissued if first <= card.id <= last]

    def print_out(self, by: Officer, at: datetime, prints: int) -> list[EchoCard]:
        """The cards to print, of a locked batch: all that still lie at the station, with new codes where they had any.

        `prints` is how often it was printed when that was asked for: a second tap finds it Stale, and kills nothing.
        """
        if prints != self.prints:
            raise stale()
        blank = self._locked(EchoCard.state == CardState.BLANK)
        if not blank:
            raise Refused(N_("这一批的卡都发出去了、用了或者作废了，没有可以打印的。"))
        for card in blank:
            card.issue += bool(self.prints)
        self.prints += 1
        self.printed_at = at
        audit.note(object_session(self), at=at, by=by, action="print_batch", record=self, detail=f"{len(blank)} cards")
        return blank

    def hand_out(self, by: Officer, at: datetime, ids: Collection[int]) -> list[Refused | None]:
        """Hand out these of its cards; of each what was said against it, if anything."""
        picked = self._locked(EchoCard.id.in_(ids))
        refusals = [EchoCard.hand_out.refusal(card, by, at) for card in picked]
        for card, refusal in zip(picked, refusals, strict=True):
            if not refusal:
                card.hand_out(by=by, at=at, version=card.version)
        return refusals

    def _locked(self, condition) -> list[EchoCard]:
        """Freshly read: a resident may be using one this very moment."""
        query = select(EchoCard).where(EchoCard.batch_id == self.id, condition).order_by(EchoCard.id).with_for_update()
        return list(object_session(self).scalars(query.execution_options(populate_existing=True)))

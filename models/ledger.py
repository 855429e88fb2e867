"""The ledger of a matter or of a talk: who did what when. An entry keeps the step's name and values, never a sentence."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, exists
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import AUTOINCREMENT, N_, Base, Values, Word
from models.officer import Officer
from models.steps import CLOCK


class Actor(Word):
    """Whoever acts without an account."""

    CARD = N_("群众"), "plain", N_("您")
    SMS = N_("群众（短信）"), "plain", N_("您（短信）")
    CLOCK = N_("系统")


class Entry(Base):
    """One line of a ledger. `text` is what was written with it: an answer, or a resident's own words."""

    __tablename__ = "entry"
    __table_args__ = (CheckConstraint("(matter_id IS NULL) <> (talk_id IS NULL)", name="one_ledger"), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int | None] = mapped_column(ForeignKey("matter.id"), index=True)
    talk_id: Mapped[int | None] = mapped_column(ForeignKey("talk.id"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(32))  # a role, `card`, `sms` or `clock`
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    record: Mapped[str] = mapped_column(String(32))  # the shelf whose step it was
    step: Mapped[str] = mapped_column(String(32))
    public: Mapped[bool]
    values: Mapped[dict] = mapped_column(Values)
    text: Mapped[str | None] = mapped_column(Text)

    officer: Mapped[Officer | None] = relationship(lazy="joined")

    @hybrid_property
    def is_a_hand(self):
        """Whether who left this line in the ledger of a talk had a hand in it; who looked at a contact had none. On a row and in SQL."""
        return ((self.record == "talks") | (self.record == "sides")) & (self.step != "open_contact")

    @property
    def who(self) -> str | Word:
        """Who it was: an officer by surname and title, else a word."""
        return self.officer.called if self.officer else Actor.of(self.actor)


def nobody_spoke(talk_id, since: datetime):
    """The condition that nobody left a line in the ledger of the talk with this id since then; what the clock writes is no news."""
    by_somebody = Entry.actor != CLOCK.audited_as[0]
    return ~exists().where(Entry.talk_id == talk_id, by_somebody, Entry.at >= since)


class Ledgered:
    """What has a ledger of its own: a record with `entries` and a `shelf`."""

    def write_line(self, by, at, name, *, public, values=None, text=None, shelf=None):
        """Add a line called `name`, which stands in `lines` of the record of this shelf, its own unless another is named."""
        self.entries.append(
            Entry(
                at=at,
                actor=by.audited_as[0],
                officer=by if isinstance(by, Officer) else None,
                record=shelf or self.shelf,
                step=name,
                public=public,
                values=values or {},
                text=text,
            )
        )

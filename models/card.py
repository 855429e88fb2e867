"""The echo card: a resident's receipt, its number and its code."""

import hmac
import unicodedata
from datetime import datetime
from itertools import combinations

from sqlalchemy import CheckConstraint, ForeignKey, String, and_, false, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import AUTOINCREMENT, N_, Base, Worded, beijing_date, new_uid
from models.blank import Blank, CardState
from models.counter import Counter
from models.officer import KEEPERS, Officer
from models.steps import Stepped
from models.unit import Unit


class CardCounter(Counter, Base):
    """The last number of a card at a station."""

    __tablename__ = "card_counter"


CHECK_LENGTH = 3
SUBJECTS = ("matter_id", "task_id", "side_id")
ONE_AT_MOST = " AND ".join(f"({one} IS NULL OR {other} IS NULL)" for one, other in combinations(SUBJECTS, 2))
BLANK_IN_A_BATCH = (
    "state NOT IN ('blank', 'handed_out') "
    "OR (batch_id IS NOT NULL AND matter_id IS NULL AND task_id IS NULL AND side_id IS NULL)"
)


class EchoCard(Blank, Stepped, Base):
    """One card. Its code is computed, never stored; a new issue kills the old code."""

    __tablename__ = "echo_card"
    __table_args__ = (
        CheckConstraint(ONE_AT_MOST, name="one_subject_at_most"),
        CheckConstraint(BLANK_IN_A_BATCH, name="blank_in_a_batch"),
        AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    issue: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[CardState] = mapped_column(Worded(CardState))
    shown_by_staff: Mapped[bool] = mapped_column(default=False)  # its code passed through the hands of staff
    station_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("card_batch.id"), index=True)  # it was printed blank
    matter_id: Mapped[int | None] = mapped_column(ForeignKey("matter.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), index=True)
    side_id: Mapped[int | None] = mapped_column(ForeignKey("talk_side.id"), index=True)  # models.talk_side adds `side`

    station: Mapped[Unit] = relationship()
    batch: Mapped["CardBatch | None"] = relationship(back_populates="cards")  # noqa: F821  in models.batch
    matter: Mapped["Matter | None"] = relationship(back_populates="cards")  # noqa: F821  in models.matter
    task: Mapped["Task | None"] = relationship(back_populates="card")  # noqa: F821  in models.task

    audited_as = ("card", None)
    shelf = "cards"
    label = N_("空白回音卡")

    @classmethod
    def seen_by(cls, by):
        """The printed ones of the own unit, by those who print; what a resident raised with one is no part of it."""
        if not isinstance(by, Officer) or by.role not in KEEPERS:
            return false()
        return and_(cls.batch_id.is_not(None), cls.station_id == by.unit_id)

    @property
    def subject(self):
        """The matter, the task or the side of a talk that it speaks of."""
        return self.matter or self.task or self.side

    @classmethod
    def give_out(cls, session: Session, station: Unit, at: datetime, **subject) -> "EchoCard":
        """A new card with the station's next number, bound to `matter`, `task` or `side`; the counter's row stays locked."""
        card = cls(station=station, number=next_number(session, station, at), state=CardState.BOUND, **subject)
        session.add(card)
        return card

    @classmethod
    def find(cls, session: Session, key: bytes, number: str, code: str) -> "EchoCard | None":
        """The card with this number and code, typed in any way; None, in the same time, if either is wrong."""
        card = session.scalars(select(cls).where(cls.number == digits(number))).one_or_none()
        known = card or cls(uid="0" * 32, issue=0)
        fits = hmac.compare_digest(known.code(key), digits(code))
        return card if fits and card and card.state is not CardState.VOID else None

    @classmethod
    def printed(cls, session: Session, station: Unit, number: str) -> "EchoCard | None":
        """The card with this number, typed in any way, where the station printed it blank."""
        of_it = select(cls).where(cls.number == digits(number), cls.station_id == station.id, cls.batch_id.is_not(None))
        return session.scalars(of_it).one_or_none()

    @classmethod
    def checked(cls, session: Session, key: bytes, station: Unit, typed: str) -> "EchoCard | None":
        """The same by its number and, behind it, the check digits of its last print; None if either is wrong or missing."""
        number, check = digits(typed)[:-CHECK_LENGTH], digits(typed)[-CHECK_LENGTH:]
        card = cls.printed(session, station, number)
        return card if card and hmac.compare_digest(card.check(key), check) else None

    def issue_anew(self) -> None:
        """Kill the code that is out there; staff see the new one when they hand it over."""
        self.issue += 1
        self.shown_by_staff = True

    def code(self, key: bytes) -> str:
        """16 digits: 15 from HMAC-SHA256(key, uid ‖ issue), and a Luhn digit against slips of the finger."""
        mac = hmac.digest(key, f"{self.uid}{self.issue}".encode(), "sha256")
        body = f"{int.from_bytes(mac) % 10**15:015}"
        return body + luhn(body)

    def check(self, key: bytes) -> str:
        """核对数字, three digits against a slip of the pen and an old print: from HMAC-SHA256(key, label ‖ uid ‖ issue). They open nothing."""
        mac = hmac.digest(key, f"check{self.uid}{self.issue}".encode(), "sha256")
        return f"{int.from_bytes(mac) % 10**CHECK_LENGTH:0{CHECK_LENGTH}}"


def next_number(session: Session, station: Unit, at: datetime) -> str:
    """The station's three digits, the Beijing year's last two, and the next of its sequence."""
    return next_numbers(session, station, beijing_date(at).year, 1)[0]


def next_numbers(session: Session, station: Unit, year: int, count: int) -> list[str]:
    """The station's next so many numbers of a Beijing year; the counter's row stays locked."""
    last = CardCounter.count_on(session, station, year, count)
    return [f"{station.number}{year % 100:02}{n:06}" for n in range(last - count + 1, last + 1)]


def digits(typed: str) -> str:
    """The digits of what was typed: full-width ones read as plain, spaces and hyphens left out."""
    return "".join(c for c in unicodedata.normalize("NFKC", typed) if c in "0123456789")


def luhn(body: str) -> str:
    """The check digit after `body` (ISO/IEC 7812-1)."""
    doubled = [int(c) * (2 - i % 2) for i, c in enumerate(reversed(body))]
    return str(-sum(n // 10 + n % 10 for n in doubled) % 10)

"""Contact data 联系方式: name, phone and address of one record, sealed from the first row, opened one logged look at a time."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

import phonenumbers
from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from models import audit
from models.base import N_, Base, Word, new_uid
from models.keys import Keys
from models.officer import Officer, Role
from models.sealed import seal, unseal
from models.steps import CLOCK, Refused

DASHES = re.compile(r"[-‐‑‒–—―−ー]+")
FIELDS = ("name", "phone", "address")


class Channel(Word):
    """How the resident wants to be answered and asked back."""

    CARD = N_("只用回音卡，不留电话")
    SMS = N_("发短信")
    PHONE = N_("打电话")
    VISIT = N_("上门来说")


class Daypart(Word):
    """When the resident would like to be rung or visited."""

    MORNING = N_("上午")
    NOON = N_("中午")
    EVENING = N_("晚上")


def hyphened(phone: str) -> str:
    """A phone with plain hyphens, for dashes as a Chinese keyboard writes them, single or double."""
    return DASHES.sub("-", phone)


@dataclass(frozen=True)
class Reachable:
    """Contact data in clear: what was typed, or what a logged look showed."""

    name: str = ""
    phone: str = ""
    address: str = ""

    def __bool__(self):
        return bool(self.name or self.phone or self.address)

    @property
    def dial(self) -> str:
        """The phone as a telephone takes it, whatever way it was typed: digits, and a plus in front."""
        return re.sub(r"[^\d+]", "", unicodedata.normalize("NFKC", self.phone))

    @property
    def masked(self) -> "Reachable":
        """The same, enough to recognise and too little to use."""
        return Reachable(
            self.name[:1] + "*" * len(self.name[1:3]),
            self.dial[:3] + "****" + self.dial[-2:] if len(self.dial) > 6 else "*" * len(self.phone),
            self.address[:2] + "****" if self.address else "",
        )

    @property
    def looks_wrong(self) -> bool:
        """Whether the phone can hardly be one: to be said, never to be refused."""
        if not self.phone:
            return False
        try:
            number = phonenumbers.parse(self.phone, "CN")
        except phonenumbers.NumberParseException:
            return True
        is_local = len(phonenumbers.national_significant_number(number)) in (7, 8)  # without the area code
        return not (is_local or phonenumbers.is_valid_number(number))


class Sealing:
    """A row that keeps, sealed, how one resident can be reached: of name, phone and address what it has a column `…_sealed` for."""

    @property
    def sealed_as(self) -> str:
        """Its uid: what was sealed for one row opens in no other."""
        return self.uid

    def _place(self, field: str) -> dict:
        return {"table": self.__tablename__, "uid": self.sealed_as, "field": field}

    @property
    def _sealed(self) -> dict[str, bytes]:
        return {field: sealed for field in FIELDS if (sealed := getattr(self, f"{field}_sealed", None))}

    @property
    def in_clear(self) -> Reachable:
        """All of it, for a look that was logged."""
        ring = object_session(self).info["keys"].contact
        return Reachable(**{field: unseal(ring, sealed, **self._place(field)) for field, sealed in self._sealed.items()})

    def keep(self, keys: Keys, given: Reachable) -> None:
        """Seal what was given in place of what was there."""
        for field in FIELDS:
            if hasattr(self, f"{field}_sealed"):
                text = getattr(given, field)
                setattr(self, f"{field}_sealed", seal(keys.contact, text, **self._place(field)) if text else None)

    @property
    def is_reachable(self) -> bool:
        """Whether anything was left that is still there."""
        return bool(self._sealed)

    @property
    def masked(self) -> Reachable:
        """What may stand on a page without a logged look."""
        return self.in_clear.masked

    @property
    def looks_wrong(self) -> bool:
        """Whether the resident should be told to look at her phone number again."""
        return self.in_clear.looks_wrong


class Contact(Sealing, Base):
    """How one resident can be reached about one record. Nothing is searched or joined by it."""

    __tablename__ = "contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"), unique=True)
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    matter: Mapped["Matter"] = relationship(back_populates="contact")  # noqa: F821  in models.matter

    @classmethod
    def of(cls, keys: Keys, given: Reachable) -> "Contact":
        """A new row with what was given."""
        contact = cls(uid=new_uid())
        contact.keep(keys, given)
        return contact

    def to_lock(self) -> list:
        """The rows that a look may change: a caller takes the callback with it."""
        return [self.matter, *self.matter.askings]

    def is_seen_by(self, by: Officer) -> bool:
        """Whether the matter lies with `by`, the callback that waits, or a visit; who only had it before sees nothing of it."""
        return self.matter.lies_with(by) or any(task.is_seen_by(by) for task in self.matter.askings + self._visits_of(by))

    def needed_by(self, by: Officer, at: datetime) -> str | None:
        """As what `by` needs it at `at` (DESIGN §6); None if not at all.

        `handler`, `visitor`, `sender` (of a text by hand), `caller`, `head`, or `bureau`, which says why.
        """
        matter = self.matter
        sees = matter.lies_with(by)
        if sees and by.id == matter.handler_id and matter.closed_at is None:
            return "handler"
        if any(visit.reaches(by, at) and visit.is_seen_by(by) for visit in matter.visits):
            return "visitor"
        if sees and by.role is Role.DESK and any(message.can_be_sent_by_hand(at) for message in matter.messages):
            return "sender"
        asking = self._to_be_rung_by(by, at)
        if asking and not asking.too_early_or_late(at):
            return "caller"
        if sees and by.role in (Role.HEAD, Role.BUREAU):
            return by.role.code
        return "caller" if asking else None

    def _visits_of(self, by):
        return [visit for visit in self.matter.visits if visit.ended_at is None and visit.is_gone_on_by(by)]

    def _to_be_rung_by(self, by, at):
        return next((asking for asking in self.matter.askings if asking.may_be_made_by(by, at)), None)

    def open(self, by: Officer, at: datetime, reason: str = "") -> Reachable:
        """One look, inside a write, with a line in the audit log. A caller takes the callback with it.

        Raises Refused where `by` does not need it, and to a caller at hours at which no resident is rung. The bureau's reason
        stands in the ledger, for staff.
        """
        need = self.needed_by(by, at)
        if need is None:
            raise Refused(N_("联系方式只给经办人、去走访的人、回访人和所领导看。"))
        if need == "caller":
            self._to_be_rung_by(by, at).ring(by, at)
        if need == "bureau":
            self.matter.write_line(by, at, "open_contact", public=False, text=reason)
        audit.note(object_session(self), at=at, by=by, action="open_contact", record=self, detail=need)
        return self.in_clear

    def dialled(self, at: datetime) -> str:
        """The phone, for a text that the clock sends, inside a write, with a line in the audit log."""
        audit.note(object_session(self), at=at, by=CLOCK, action="open_contact", record=self, detail="message")
        return self.in_clear.dial

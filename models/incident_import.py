"""A spreadsheet of 110 incidents on its way in: sealed, worked through in portions by whoever has the lease, then erased."""

import hashlib
import json
import re
from collections import defaultdict
from datetime import datetime

from cryptography.exceptions import InvalidTag
from sqlalchemy import ForeignKey, LargeBinary, String, false, select
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, relationship

from models import audit, rules
from models.base import N_, Base, Values, Word, new_uid
from models.contact import Reachable, hyphened
from models.incident import MOBILE, IncidentCallback, channel_for, is_on_for
from models.incident_sheet import SheetRow
from models.incident_words import is_not_asked
from models.masking import masked
from models.officer import Officer, Role
from models.sealed import seal, unseal
from models.sheet import moment_of, plain
from models.unit import Community, Unit
from models.workdays import Calendar

NUMBER = re.compile(rf"[0-9A-Za-z-]{{4,{rules.INCIDENT_NUMBER_MAX}}}")
DIGITS = re.compile(r"\d{3}")


class RowFault(Word):
    """Why a row is not brought in. Only this and the number of the row are kept, never what stood there."""

    NOT_ASKED = N_("这类警情不回访（家暴、性侵害、未成年人、举报）")
    KIND = N_("没有类别，或者类别里写了内容")
    NUMBER = N_("没有警情编号，或者编号看不懂")
    KNOWN = N_("这个警情编号已经有了")
    TIME = N_("时间看不懂")
    FUTURE = N_("时间还没有到")
    OLD = N_("超过30天了")
    COMMUNITY = N_("社区对不上")
    PHONE = N_("没有电话，或者号码不对")


class IncidentImport(Base):
    """One file. `refused` holds pairs of a row's number and a RowFault's code."""

    __tablename__ = "incident_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid)
    submission: Mapped[str] = mapped_column(String(64), unique=True)  # the hash of the form's id
    bureau_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    made_at: Mapped[datetime]
    rows: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    refused: Mapped[list] = mapped_column(Values, default=list)
    lease_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    sheet_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    bureau: Mapped[Unit] = relationship(foreign_keys=bureau_id)
    unit: Mapped[Unit] = relationship(foreign_keys=unit_id)
    officer: Mapped[Officer] = relationship()

    @classmethod
    def begin(cls, session: Session, by: Officer, at: datetime, submission_id: str, rows: list[SheetRow]) -> "IncidentImport":
        """Keep the rows of a file, sealed, for whoever works; the one that is there already where the form was sent twice."""
        submission = hashlib.sha256(submission_id.encode()).hexdigest()
        if known := session.scalars(select(cls).where(cls.submission == submission)).one_or_none():
            return known
        found = cls(
            uid=new_uid(),
            submission=submission,
            bureau_id=by.unit.bureau.id,
            unit_id=by.unit_id,
            officer_id=by.id,
            made_at=at,
            rows=len(rows),
            refused=[],
        )
        ring = session.info["keys"].contact
        found.sheet_sealed = seal(ring, json.dumps(rows), table=cls.__tablename__, uid=found.uid, field="sheet")
        session.add(found)
        audit.note(session, at=at, by=by, action="import_incidents", record=found, detail=f"{len(rows)} rows")
        return found

    @classmethod
    def seen_by(cls, by: Officer):
        """Callers see what their unit brought in, the bureau that of all its stations."""
        if not is_on_for(by):
            return false()
        return cls.bureau_id == by.unit_id if by.role is Role.BUREAU else cls.unit_id == by.unit_id

    @property
    def brought_in(self) -> int:
        """How many calls came of it so far."""
        return self.done - len(self.refused)

    @property
    def refusals(self) -> dict[RowFault, list[int]]:
        """The numbers of the refused rows by what was wrong with them."""
        found = defaultdict(list)
        for row, code in self.refused:
            found[RowFault.of(code)].append(row)
        return found

    def work(self, at: datetime, lease: datetime | None = None) -> datetime | None:
        """Bring in the next portion, inside a write that locks this row and its bureau's.

        Returns the lease to come back with for the next one; None at the end, or where another worker has it.
        """
        is_free = self.lease_until is None or self.lease_until < at
        if self.ended_at or not (is_free or self.lease_until == lease):
            return None
        if self.bureau.incident_approval is None:
            return self._end(at)
        try:
            rows = self._rows()[self.done : self.done + rules.IMPORT_PORTION]
        except InvalidTag:  # its key is gone: it must not hold up all that waits behind it
            return self._end(at)
        self.refused = [*self.refused, *self._bring_in(rows, at)]
        self.done += len(rows)
        if self.done == self.rows:
            return self._end(at)
        self.lease_until = at + rules.IMPORT_LEASE
        return self.lease_until

    def _end(self, at):
        self.ended_at, self.lease_until, self.sheet_sealed = at, None, None

    def _rows(self) -> list[SheetRow]:
        ring = object_session(self).info["keys"].contact
        place = {"table": self.__tablename__, "uid": self.uid, "field": "sheet"}
        return [SheetRow(*row) for row in json.loads(unseal(ring, self.sheet_sealed, **place))]

    def _bring_in(self, rows: list[SheetRow], at: datetime) -> list[list]:
        session, refused = object_session(self), []
        places, known = self._places(), self._known(rows)
        due_at = Calendar.load(session).deadline(at, rules.CALL_BACK_BY_PHONE_DAYS)
        for row in rows:
            number = plain(row.number)
            if fault := _fault(row, number, places, known, at):
                refused.append([row.row, fault.code])
                continue
            known.add(number)
            callback = IncidentCallback.of(
                session.info["keys"],
                hyphened(plain(row.phone)),
                channel=channel_for(session, hyphened(plain(row.phone))),
                community=places[plain(row.community)],
                at=at,
                due_at=due_at,
                import_id=self.id,
                incident_number=number,
                incident_kind=plain(row.kind),
                happened_at=moment_of(row.time),
            )
            session.add(callback)
        return refused

    def _places(self) -> dict[str, Community]:
        """The communities that the file may name, by code and by name; a name that two of them bear is none."""
        at_units = [Unit.id == self.unit_id, Unit.parent_id == self.unit_id]
        query = select(Community).join(Unit).where(at_units[0] | at_units[1])
        communities = object_session(self).scalars(query).all()
        names = [plain(community.name) for community in communities]
        named = {name: c for name, c in zip(names, communities, strict=True) if names.count(name) == 1}
        return named | {community.code: community for community in communities}

    def _known(self, rows: list[SheetRow]) -> set[str]:
        numbers = IncidentCallback.incident_number
        query = select(numbers).where(
            IncidentCallback.bureau_id == self.bureau_id, numbers.in_([plain(row.number) for row in rows])
        )
        return set(object_session(self).scalars(query))


def _fault(row: SheetRow, number: str, places, known, at: datetime) -> RowFault | None:
    kind, happened_at, phone = plain(row.kind), moment_of(row.time), Reachable(phone=hyphened(plain(row.phone)))
    if is_not_asked(kind):
        return RowFault.NOT_ASKED
    if not 0 < len(kind) <= rules.INCIDENT_KIND_MAX or DIGITS.search(kind) or not kind.isprintable():
        return RowFault.KIND
    digits = number.replace("-", "")
    if not NUMBER.fullmatch(number) or MOBILE.fullmatch(digits) or digits == phone.dial or masked(digits) != digits:
        return RowFault.NUMBER
    if number in known:
        return RowFault.KNOWN
    if happened_at is None:
        return RowFault.TIME
    if happened_at > at:
        return RowFault.FUTURE
    if happened_at < at - rules.INCIDENT_KEPT:
        return RowFault.OLD
    if plain(row.community) not in places:
        return RowFault.COMMUNITY
    if not phone or len(phone.phone) > rules.PHONE_MAX or phone.looks_wrong:
        return RowFault.PHONE
    return None


def to_work_on(session: Session, at: datetime) -> list[IncidentImport]:
    """The files that nobody works on at `at`, the oldest first."""
    free = IncidentImport.lease_until.is_(None) | (IncidentImport.lease_until < at)
    return list(
        session.scalars(select(IncidentImport).where(IncidentImport.ended_at.is_(None), free).order_by(IncidentImport.id))
    )


def listed(session: Session, by: Officer) -> list[IncidentImport]:
    """The last files that `by` sees, the newest first."""
    newest = select(IncidentImport).where(IncidentImport.seen_by(by)).order_by(IncidentImport.id.desc())
    return list(session.scalars(newest.limit(10)))

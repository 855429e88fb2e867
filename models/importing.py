"""Setting a station up from spreadsheets: what all kinds share. A row adds, changes or leaves; a file is brought in whole or not at all.

A new kind is one subclass of Importer, named in import_kinds.py. Nothing is written while a file is tried out.
"""

import json
import zlib
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice
from typing import ClassVar, NamedTuple

from sqlalchemy import ForeignKey, LargeBinary, String, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import audit, rules
from models.base import AUTOINCREMENT, N_, Base, Word, new_uid
from models.import_cells import tidy
from models.officer import Officer
from models.sheet import plain, rows_in
from models.steps import Fault, Refused
from models.unit import Unit, UnitKind

EXAMPLE = N_("例：")  # how the line of a template begins that is no row
PROBLEM = N_("问题")  # the heading over what is wrong; not read when the spreadsheet comes back

Cells = tuple[int, list[str]]  # the number of a row in its file, and what stood in the columns of its kind


class Column(NamedTuple):
    """One column: its heading, the reader of its cells, what a template says of it, and whether no cell may be empty."""

    heading: str
    read: Callable[[str], object]
    about: str
    example: str
    needed: bool = True


class Effect(Word):
    """What a row would do while it is tried out, and `told`: what it did."""

    ADDED = N_("要新增"), "plain", N_("新增了")
    CHANGED = N_("要改"), "plain", N_("改了")
    SAME = N_("不用改"), "plain", N_("没有变")


class FaultyRow(NamedTuple):
    """A row with its number, what stood in it, and each heading with what is wrong under it."""

    row: int
    cells: list[str]
    faults: list[tuple[str, Refused]]


@dataclass
class Sums:
    """How far a file is: of the rows `done` so many were added, changed, left as they were, or faulty; the first of the latter."""

    done: int = 0
    came: dict[Effect, int] = field(default_factory=lambda: dict.fromkeys(Effect, 0))
    faulty: int = 0
    first: list[FaultyRow] = field(default_factory=list)


class Faulty(Exception):
    """A row is wrong, so nothing is brought in; `sums` says how far it went."""

    def __init__(self, sums: Sums):
        super().__init__(sums.faulty)
        self.sums = sums


CROSSED = (Faulty, IntegrityError)  # what was tried out and still does not go in: somebody was there meanwhile


class Importer:
    """One kind of rows. `take` holds a row against what is there, and changes only what the session will flush.

    An empty cell leaves what is there. `key` names the columns by which a row is known again. What a table's own `unfit`
    says of a row is said here too: its fields bear the names of the columns, but for an _id at the end.
    """

    code: ClassVar[str]
    label: ClassVar[str]
    most: ClassVar[int] = rules.SETUP_ROWS
    columns: ClassVar[dict[str, Column]]
    key: ClassVar[tuple[str, ...]]

    def __init__(self, session: Session, at: datetime):
        self.session, self.at = session, at
        self.units = {unit.number: unit for unit in session.scalars(select(Unit))}

    def take(self, **given) -> Effect:
        """Add, change or leave what this row means. Fault with the name of a column where that can't be."""
        raise NotImplementedError

    def expect(self, rows: list[dict]) -> None:
        """Load what the next rows are held against, where not all of it was loaded at the beginning."""

    def write(self, by: Officer | None) -> None:
        """Write what was taken so far for whoever brings it in, inside a write."""
        self.session.flush()

    def same(self, **given) -> dict[str, Hashable]:
        """What may stand only once in a file, by the column in which to say so."""
        return {self.key[-1]: tuple(given[name] for name in self.key)}

    def station(self, number: str) -> Unit:
        """The station of this number."""
        unit = self.units.get(number)
        if unit is None or unit.kind is not UnitKind.STATION:
            raise Fault("station", N_("没有编号是%(number)s的派出所。"), number=number)
        return unit

    @classmethod
    def in_order(cls, rows: Iterable[Cells]) -> Iterable[Cells]:
        """The rows as they are to be taken, where one may lean on another that stands below."""
        return rows

    @classmethod
    def read(cls, cells: list[str]) -> tuple[dict, list[tuple[str, Refused]]]:
        """The values of a row, None for an empty cell; and what can't be read, by its heading."""
        given, faults = {}, []
        for (name, column), typed in zip(cls.columns.items(), map(tidy, cells), strict=True):
            given[name] = None
            try:
                if typed:
                    given[name] = column.read(typed)
                elif column.needed:
                    raise Refused(N_("没有填。如果是公式，请改成算好的文字。"))
            except Refused as refused:
                faults.append((column.heading, refused))
        return given, faults


def put(record: Base, **values) -> Effect:
    """Put in place what is given and different; None leaves what is there."""
    different = {name: value for name, value in values.items() if value is not None and getattr(record, name) != value}
    for name, value in different.items():
        setattr(record, name, value)
    return Effect.CHANGED if different else Effect.SAME


# ── files


def rows_of(kind: type[Importer], data: bytes) -> Iterator[Cells]:
    """The rows of a file of this kind, other columns left out, one after the other. Fault for a file that can't be used."""
    if len(data) > rules.SHEET_BYTES:
        raise Fault("sheet", N_("文件太大了，请分成几个传。"))
    rows, count = rows_in(data, kind.most + rules.HEADINGS_WITHIN), 0
    places = _places(kind, rows)
    for n, row in rows:
        cells = [row[place].strip()[: rules.SETUP_CELL] if place is not None and place < len(row) else "" for place in places]
        if not any(cells) or next(filter(None, cells)).startswith(EXAMPLE):
            continue
        count += 1
        if count > kind.most:
            raise Fault("sheet", N_("一个文件最多%(n)s行，请分成几个传。"), n=kind.most)
        yield n, cells
    if not count:
        raise Fault("sheet", N_("只有标题，没有内容。"))


def _places(kind: type[Importer], rows: Iterator[Cells]) -> list[int | None]:
    """Where each column stands, None where it is missing and may be; the headings are the first row that has all that are needed."""
    missing = None
    for _n, row in islice(rows, rules.HEADINGS_WITHIN):
        titles = [plain(cell) for cell in row]
        headings = [column.heading for column in kind.columns.values()]
        if twice := [heading for heading in headings if titles.count(plain(heading)) > 1]:
            raise Fault("sheet", N_("“%(column)s”有两列，请只留一列。"), column=twice[0])
        places = [titles.index(plain(heading)) if plain(heading) in titles else None for heading in headings]
        without = [c.heading for c, place in zip(kind.columns.values(), places, strict=True) if c.needed and place is None]
        if not without:
            return places
        missing = min(missing or without, without, key=len)
    if missing is None:
        raise Fault("sheet", N_("文件是空的。"))
    raise Fault("sheet", N_("标题里少了这些列：%(columns)s。标题要在一行里，一格一个，不要合并，也不要改字。"), columns=missing)


class Packed(NamedTuple):
    """The rows of a file in a few bytes: how many, and all of them."""

    rows: int
    data: bytes

    @classmethod
    def of(cls, kind: type[Importer], data: bytes) -> "Packed":
        """Read a file, row by row. Fault where it can't be used."""
        squeeze, parts, rows = zlib.compressobj(), [], 0
        for row in rows_of(kind, data):
            parts.append(squeeze.compress(json.dumps(row, ensure_ascii=False).encode(errors="replace") + b"\n"))
            rows += 1
        return cls(rows, b"".join([*parts, squeeze.flush()]))

    @property
    def cells(self) -> Iterator[Cells]:
        """The rows, one after the other."""
        return ((n, cells) for n, cells in map(json.loads, zlib.decompress(self.data).splitlines()))


class SetupSheet(Base):
    """The rows of a file that was read, from the first look until they are brought in, an hour at most; no other columns are kept."""

    __tablename__ = "setup_sheet"
    __table_args__ = AUTOINCREMENT

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid)
    kind: Mapped[str] = mapped_column(String(32))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    made_at: Mapped[datetime]
    rows: Mapped[int]
    packed: Mapped[bytes] = mapped_column(LargeBinary)

    officer: Mapped[Officer] = relationship()

    @classmethod
    def keep(cls, session: Session, kind: type[Importer], by: Officer, at: datetime, packed: "Packed") -> "SetupSheet":
        """Keep what was read, inside a write; what the same officer tried out before of this kind goes."""
        session.execute(delete(cls).where(cls.officer_id == by.id, cls.kind == kind.code))
        found = cls(uid=new_uid(), kind=kind.code, officer_id=by.id, made_at=at, rows=packed.rows, packed=packed.data)
        session.add(found)
        return found

    @classmethod
    def seen_by(cls, by: Officer, at: datetime):
        """Whoever brought it, for an hour."""
        return (cls.officer_id == by.id) & (cls.made_at > at - rules.SETUP_KEPT)

    @property
    def cells(self) -> Iterator[Cells]:
        """Its rows, one after the other."""
        return Packed(self.rows, self.packed).cells


def sweep(session: Session, at: datetime) -> None:
    """Leave nothing of files that nobody brought in."""
    session.execute(delete(SetupSheet).where(SetupSheet.made_at <= at - rules.SETUP_KEPT))


# ── working through


def try_out(
    session: Session,
    kind: type[Importer],
    rows: Iterable[Cells],
    at: datetime,
    faulty: Callable[[FaultyRow], None] | None = None,
) -> Iterator[Sums]:
    """What would come of the rows, told after each portion; each faulty row is handed to `faulty`. The caller rolls back."""
    return _work(session, kind, rows, at, faulty=faulty)


def bureaus(session: Session) -> list[Unit]:
    """The rows to lock, so that one file goes in at a time."""
    return list(session.scalars(select(Unit).where(Unit.kind == UnitKind.BUREAU)))


def bring_in(session: Session, kind: type[Importer], rows: Iterable[Cells], by: Officer | None, at: datetime) -> Iterator[Sums]:
    """Write them all, told after each portion, inside a write that locks `bureaus`. Faulty at the first wrong row."""
    sums = Sums()
    for sums in _work(session, kind, rows, at, lambda importer: importer.write(by)):
        if sums.faulty:
            raise Faulty(sums)
        yield sums
    counts = " ".join(f"{word.code}={count}" for word, count in sums.came.items())
    audit.note(session, at=at, by=by, action="import", detail=f"{kind.code} {counts}")


def _work(session, kind, rows, at, write=None, faulty=None) -> Iterator[Sums]:
    importer, sums, seen, rows = kind(session, at), Sums(), {}, iter(kind.in_order(rows))
    with session.no_autoflush:
        while portion := list(islice(rows, rules.SETUP_PORTION)):
            read = [(n, cells, *kind.read(cells)) for n, cells in portion]
            importer.expect([given for _n, _cells, given, faults in read if not faults])
            for n, cells, given, faults in read:
                if faults := faults or _take(importer, sums, seen, n, given):
                    sums.faulty += 1
                    row = FaultyRow(n, cells, faults)
                    sums.first += [row] if len(sums.first) < rules.SETUP_FAULTS_SHOWN else []
                    if faulty:
                        faulty(row)
            sums.done += len(portion)
            if write and not sums.faulty:
                write(importer)
            yield sums


def _take(importer, sums, seen, n, given) -> list[tuple[str, Refused]]:
    try:
        for column, value in importer.same(**given).items():
            if (first := seen.setdefault((column, value), n)) != n:
                raise Fault(column, N_("第%(row)s行已经写过这一个了。"), row=first)
        sums.came[importer.take(**given)] += 1
    except Fault as fault:
        return [(importer.columns[fault.field.removesuffix("_id")].heading, fault)]
    return []


def template_of(kind: type[Importer]) -> tuple[list[str], list[str], Iterable[tuple[str, bool, str]]]:
    """The headings of a template, its line of example, and what is said of each column: heading, whether needed, what."""
    columns = kind.columns.values()
    example = chain([EXAMPLE + next(iter(columns)).example], (column.example for column in islice(columns, 1, None)))
    return [c.heading for c in columns], list(example), [(c.heading, c.needed, c.about) for c in columns]

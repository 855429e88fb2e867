"""A spreadsheet of duties: tried out first, with every faulty row and its reason, then brought in whole or not at all."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import rules
from models.base import N_, span
from models.duty import Duty, add, between, rooms_of
from models.officer import ROSTERED, Officer
from models.sheet import hour_of, moment_of, plain, rows_in
from models.steps import Fault
from models.unit import Room

TITLES = {  # of the five columns, each also by the names in brackets
    "day": (N_("日期"), [N_("值班日期")]),
    "place": (N_("地点"), [N_("警务室"), N_("值班地点")]),
    "begins": (N_("从"), [N_("开始"), N_("开始时间")]),
    "ends": (N_("到"), [N_("结束"), N_("结束时间")]),
    "who": (N_("警号"), [N_("用户名"), N_("警号或用户名")]),
}
DESK = (N_("派出所"), N_("值班室"), N_("派出所值班室"), N_("所里"))  # how people name the station's own desk
CELL_MAX = 40  # code points of a cell; what is longer is none of the five


class ShiftRow(NamedTuple):
    """One row as it was typed; `row` is its number in the file."""

    row: int
    day: str
    place: str
    begins: str
    ends: str
    who: str


@dataclass(frozen=True)
class Trial:
    """What a file would add, how many of its rows stand on the roster already, and what is wrong by the row's number."""

    added: list[Duty]
    known: int
    faults: list[tuple[int, Fault]]


def shifts_in(data: bytes) -> list[ShiftRow]:
    """The rows of a file, the empty ones left out; other columns are not read. Fault for a file that can't be used."""
    filled = [(n, [cell.strip()[:CELL_MAX] for cell in row]) for n, row in rows_in(data, rules.ROSTER_ROWS)]
    if len(filled) > rules.ROSTER_ROWS + 1:
        raise Fault("sheet", N_("一个文件最多%(n)s行，请分成几个传。"), n=rules.ROSTER_ROWS)
    if not filled:
        raise Fault("sheet", N_("文件是空的。"))
    (_n, titles), *rows = filled
    places = {name: _place_of(map(plain, titles), title, others) for name, (title, others) in TITLES.items()}
    if not rows:
        raise Fault("sheet", N_("只有标题，没有一行值班。"))
    return [ShiftRow(n, *(row[place] if place < len(row) else "" for place in places.values())) for n, row in rows]


def try_out(session: Session, by: Officer, at: datetime, rows: Collection[ShiftRow]) -> Trial:
    """Hold the rows against the roster and against one another; nothing is kept."""
    duties, faults = _read(session, by, rows)
    if not duties:
        return Trial([], 0, faults)
    there = between(
        session, [by.unit], min(one.begins_at for one in duties.values()), max(one.ends_at for one in duties.values())
    )
    added, same, known = [], {duty.what for duty in there}, 0
    for row, duty in duties.items():
        if duty.what in same:
            known += 1
        elif fault := duty.fault([*there, *added], at):
            faults.append((row, fault))
        else:
            added.append(duty)
            same.add(duty.what)
    return Trial(added, known, sorted(faults, key=itemgetter(0)))


def bring_in(session: Session, by: Officer, at: datetime, rows: Collection[ShiftRow]) -> Trial:
    """Add them all, inside a write that locks the station's row; none where one of them is faulty."""
    trial = try_out(session, by, at, rows)
    if not trial.faults:
        add(session, by, at, trial.added, "import_roster")
    return trial


def _read(session: Session, by: Officer, rows: Collection[ShiftRow]) -> tuple[dict[int, Duty], list[tuple[int, Fault]]]:
    """What can be read, by the row's number; and what can't, with the reason."""
    reader, duties, faults = _Reader(session, by), {}, []
    for row in rows:
        try:
            duties[row.row] = reader.duty(row)
        except Fault as fault:
            faults.append((row.row, fault))
    return duties, faults


def _place_of(titles: Iterable[str], title: str, others: list[str]) -> int:
    found = [n for n, typed in enumerate(titles) if typed in (title, *others)]
    if not found:
        raise Fault("sheet", N_("少了“%(column)s”这一列。第一行要是标题：日期、地点、从、到、警号。"), column=title)
    if len(found) > 1:
        raise Fault("sheet", N_("“%(column)s”有两列，请只留一列。"), column=title)
    return found[0]


class _Reader:
    """Who and where is meant by what was typed, at the station of `by`."""

    def __init__(self, session: Session, by: Officer):
        self.station = by.unit
        self.rooms = _named([(plain(room.name), room) for room in rooms_of(session, [by.unit])])
        staff = select(Officer).where(Officer.unit_id == by.unit_id, Officer.active, Officer.role.in_(ROSTERED))
        called = [(name, one) for one in session.scalars(staff) for name in {one.username, one.police_number}]
        self.staff = _named([(_without_zeros(name), one) for name, one in called if name])

    def duty(self, row: ShiftRow) -> Duty:
        """The shift that a row means, not kept anywhere. Fault where it can't be read."""
        day, begins, ends = moment_of(row.day), hour_of(row.begins), hour_of(row.ends)
        if day is None or not 2000 <= day.year < 2100:
            raise Fault("day", N_("日期看不懂，要像2026-12-01这样写。"))
        if begins is None or ends is None:
            raise Fault("begins" if begins is None else "ends", N_("时间看不懂，要像08:30这样写。"))
        officer = self.staff.get(_without_zeros(plain(row.who)))
        if officer is None:
            raise Fault("officer", N_("本所没有这个警号或用户名：%(who)s"), who=row.who or "—")
        begins_at, ends_at = span(day.date(), begins, ends)
        room = self._room(row.place)
        return Duty(
            station=self.station, station_id=self.station.id, officer=officer, room=room, begins_at=begins_at, ends_at=ends_at
        )

    def _room(self, typed: str) -> Room | None:
        if plain(typed) in (*DESK, plain(self.station.name)):
            return None
        if (room := self.rooms.get(plain(typed))) is None:
            raise Fault("room", N_("本所没有这个地点：%(place)s。警务室写全名，值班室写“派出所”。"), place=typed or "—")
        return room


def _named(pairs: list[tuple]) -> dict:
    """By their names; a name that two of them bear is none."""
    names = [name for name, _one in pairs]
    return {name: one for name, one in pairs if names.count(name) == 1}


def _without_zeros(name: str) -> str:
    """Spreadsheets lose the zeros that a number begins with."""
    return name.lstrip("0") if name.isdigit() else name

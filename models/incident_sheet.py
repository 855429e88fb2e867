"""A spreadsheet of 110 incidents: five columns and no others."""

from collections.abc import Iterable
from typing import NamedTuple

from models import rules
from models.base import N_
from models.incident_words import COLUMNS, is_personal
from models.sheet import plain, rows_in
from models.steps import Fault


class SheetRow(NamedTuple):
    """One row as it was typed; `row` is its number in the file."""

    row: int
    number: str
    time: str
    community: str
    kind: str
    phone: str


def incidents_in(data: bytes) -> list[SheetRow]:
    """The rows of a file, those that are empty left out.

    Raises Fault for a file that can't be read, is too long, or has any other columns than the five: then nothing of it
    may be kept.
    """
    filled = list(rows_in(data, rules.SHEET_ROWS))
    if len(filled) > rules.SHEET_ROWS + 1:
        raise Fault("sheet", N_("一个文件最多%(n)s行，请分成几个传。这次什么都没有存。"), n=rules.SHEET_ROWS)
    if not filled:
        raise Fault("sheet", N_("文件是空的。"))
    (_n, titles), *below = filled
    places, found = _places(titles, [row for _n, row in below]), []
    for n, row in below:
        values = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
        if any(values.values()):
            found.append(SheetRow(n, **values))
    if not found:
        raise Fault("sheet", N_("只有标题，没有一行警情。"))
    return found


def _places(titles: list[str], below: list[list[str]]) -> dict[str, int]:
    """Where each of the five columns stands. A title that could be somebody's data is never repeated."""
    known = [COLUMNS.get(plain(title)) for title in titles]
    if not any(known):
        raise Fault("sheet", N_("第一行要是标题：警情编号、时间、社区、类别、电话。这次什么都没有存。"))
    for n, (title, name) in enumerate(zip(titles, known, strict=True), 1):
        if name:
            continue
        where = {"n": n, "column": title.strip() if _is_title(title) else "…"}
        if is_personal(title):
            raise Fault(
                "sheet",
                N_(
                    "第%(n)s列“%(column)s”不能收：警情内容、姓名、地址、证件号码一律不进系统。请删掉这一列再传，这次什么都没有存。"
                ),
                **where,
            )
        if title.strip():
            raise Fault(
                "sheet",
                N_("第%(n)s列“%(column)s”不在要的五列里。只收警情编号、时间、社区、类别、电话，这次什么都没有存。"),
                **where,
            )
        if any(n <= len(row) and row[n - 1].strip() for row in below):
            raise Fault("sheet", N_("第%(n)s列没有标题，却有内容。请删掉这一列再传，这次什么都没有存。"), n=n)
    _complete(known)
    return {name: known.index(name) for name in COLUMNS.values()}


def _complete(known: Iterable[str | None]) -> None:
    for title, name in COLUMNS.items():
        count = list(known).count(name)
        if count == 0:
            raise Fault("sheet", N_("少了“%(column)s”这一列，这次什么都没有存。"), column=title)
        if count > 1:
            raise Fault("sheet", N_("“%(column)s”有两列，请只留一列，这次什么都没有存。"), column=title)


def _is_title(title: str) -> bool:
    return len(title.strip()) <= 10 and not any(c.isdigit() for c in title)

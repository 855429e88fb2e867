"""A spreadsheet, .xlsx, .xls or text with commas or tabs, as rows of texts; and hours and moments as people write them in one."""

import codecs
import csv
import io
import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, time
from itertools import islice
from threading import Timer

from models import read_sheet, rules
from models.base import BEIJING, N_
from models.steps import Fault

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # how .xlsx and .xls begin
FORMATS = tuple(
    day + hour
    for day in ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d")
    for hour in (" %H:%M:%S", " %H:%M", "T%H:%M:%S", " %H%M%S", "%H%M%S", "")
)
DATED = str.maketrans({"年": "-", "月": "-", "日": " ", "时": ":", "分": ""})
BLANK = re.compile(r"\s+")
HOUR = re.compile(r"(?:次日|第二天)?(\d{1,2})(?:[:点时](\d\d)?(?::00|分)?)?")
LOCKED = "EncryptedPackage".encode("utf-16-le")  # what a workbook with a password holds instead of its pages
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # how Excel's “Unicode text” begins
UNREADABLE = N_("这个文件读不出来。请用Excel另存为.xlsx或者.csv，不要加密，再传一次。")


def rows_in(data: bytes, most: int) -> Iterator[tuple[int, list[str]]]:
    """The rows of a file that are not empty, with their numbers, at most two more than `most`. Fault if it can't be read."""
    return islice((_excel if data.startswith((ZIP, OLE)) else _csv)(data, most + 2), most + 2)


def plain(text: str) -> str:
    """The text without blanks, full-width letters and digits made narrow: as two cells are compared."""
    return BLANK.sub("", unicodedata.normalize("NFKC", text))


def moment_of(typed: str) -> datetime | None:
    """A moment of Beijing time, in one of the ways in which people write it; None if it is none."""
    typed = " ".join(typed.translate(DATED).split()).split(".000")[0]
    for form in FORMATS:
        try:
            return datetime.strptime(typed, form).replace(tzinfo=BEIJING)
        except ValueError:
            continue
    return None


def hour_of(typed: str) -> time | None:
    """An hour of the day, in one of the ways in which people write it; 24:00 is midnight. None if it is none."""
    found = HOUR.fullmatch(plain(typed))
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    return time(hour % 24, minute) if minute < 60 and (hour < 24 or (hour, minute) == (24, 0)) else None


def _excel(data: bytes, most: int) -> Iterator[tuple[int, list[str]]]:
    if data.startswith(OLE) and LOCKED in data:
        raise Fault("sheet", N_("这个文件加了密码。请在Excel里把密码去掉，存好，再传一次。"))
    limits = (rules.SHEET_MEMORY, rules.SHEET_SECONDS, most, rules.SHEET_COLUMNS)
    command = [sys.executable, "-I", read_sheet.__file__, *map(str, limits)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as reader:
        alarm = Timer(3 * rules.SHEET_SECONDS, reader.kill)
        alarm.start()
        try:
            with suppress(BrokenPipeError), reader.stdin:
                reader.stdin.write(data)
            read = 0
            for line in reader.stdout:
                read += len(line)
                if read > rules.SHEET_TEXT:
                    raise Fault("sheet", N_("文件里的内容太多了，请分成几个传。"))
                yield tuple(json.loads(line))
            if reader.wait():
                raise Fault("sheet", UNREADABLE)
        except ValueError:  # it ended in the middle of a line
            raise Fault("sheet", UNREADABLE) from None
        finally:
            alarm.cancel()
            reader.kill()


def _csv(data: bytes, most: int) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(data)
    by_tabs = any(
        line.count("\t") > line.count(",") for line in text.split("\n", rules.HEADINGS_WITHIN)[: rules.HEADINGS_WITHIN]
    )
    rows = csv.reader(io.StringIO(text, newline=""), "excel-tab" if by_tabs else "excel")
    try:
        for n, row in enumerate(rows, 1):
            if n > rules.SHEET_LINES:
                raise Fault("sheet", N_("空行太多了，请把空行删掉，再传一次。"))
            if any(map(str.strip, row)):
                yield n, row[: rules.SHEET_COLUMNS]
    except csv.Error:
        raise Fault("sheet", UNREADABLE) from None


def _decoded(data: bytes) -> str:
    for encoding in ("utf-16",) if data.startswith(UTF16) else ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):
            if "\0" not in (text := data.decode(encoding)):
                return text
    raise Fault("sheet", UNREADABLE)

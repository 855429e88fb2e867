"""A program of its own: reads a spreadsheet from standard input and writes the rows of its first sheet, a line of JSON each.

What is empty is left out, so each row comes with its number.

A few kilobytes of .xlsx can claim 500 GB of memory, and no library stops them: so it runs with little, and may die.
Arguments: bytes of memory, seconds, rows, columns.
"""

import io
import json
import resource
import sys
from datetime import date, datetime, time
from itertools import chain, islice

from python_calamine import CalamineWorkbook

CELL_MAX = 32_767  # letters that Excel keeps


def text_of(cell) -> str:
    """A cell as it would be typed: a whole number without the fraction that calamine gives it, moments to the second."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**15:  # more digits than Excel keeps are lost already
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _main():
    memory, seconds, rows, columns = map(int, sys.argv[1:])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what it held stays nowhere
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read())).get_sheet_by_index(0)
    before = [""] * sheet.start[1] if sheet.start else []
    filled = ((n, row) for n, row in enumerate(sheet.iter_rows(), 1) if row.count("") < len(row))
    texts = ((n, [text_of(cell)[:CELL_MAX] for cell in islice(chain(before, row), columns)]) for n, row in filled)
    for row in islice((row for row in texts if any(map(str.strip, row[1]))), rows):
        sys.stdout.buffer.write(json.dumps(row, ensure_ascii=False).encode(errors="replace") + b"\n")


if __name__ == "__main__":
    _main()

"""A program of its own: reads a spreadsheet from standard input and writes its first sheet's cells as JSON.

A few kilobytes of .xlsx can claim 500 GB of memory, and no library stops them: so it runs with little, and may die.
Arguments: bytes of memory, seconds, rows, columns.
"""

import io
import json
import resource
import sys
from datetime import date, datetime, time
from itertools import islice

from python_calamine import CalamineWorkbook


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
    found = sheet.to_python(skip_empty_area=False, nrows=rows)
    json.dump([[text_of(cell) for cell in islice(row, columns)] for row in found], sys.stdout)


if __name__ == "__main__":
    _main()

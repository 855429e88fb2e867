"""A spreadsheet on its way out: every cell is a text, so that nothing in it is ever a formula, and no zero or digit is lost."""

from collections.abc import Iterable
from io import BytesIO

import xlsxwriter

PLAIN = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
WIDTH = 18  # of a column, in digits
AS_TEXT = "@"  # what is typed below stays as it was typed


def workbook(pages: dict[str, Iterable[list[str]]], folded: bool = False) -> bytes:
    """An .xlsx file with these pages, by name: the first row of each in bold, all cells and those to be filled in as texts.

    `folded`: only the rows whose first cell is filled are in view, until the reader takes the filter off.
    """
    file = BytesIO()
    with xlsxwriter.Workbook(file, PLAIN) as book:
        as_text = book.add_format({"num_format": AS_TEXT, "text_wrap": True, "valign": "top"})
        in_bold = book.add_format({"num_format": AS_TEXT, "bold": True})
        for name, rows in pages.items():
            page = book.add_worksheet(name)
            page.set_column(0, 30, WIDTH, as_text)
            page.freeze_panes(1, 0)
            for n, row in enumerate(rows):
                if folded and n and not row[0]:
                    page.set_row(n, None, None, {"hidden": True})
                for m, cell in enumerate(row):
                    page.write_string(n, m, cell, as_text if n else in_bold)
            if folded:
                page.autofilter(0, 0, n, 0)
                page.filter_column(0, "x == NonBlanks")
    return file.getvalue()

"""The README is true: its table of steps and its commands are the code's."""

import re
from pathlib import Path

from models.import_kinds import KINDS
from models.steps import SHELVES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def table(heading, text=README):
    rows = re.findall(r"^\|(.+)\|$", text.split(heading)[1].split("\n#")[0], re.M)[2:]
    return [[cell.strip() for cell in row.split("|")] for row in rows]


def test_the_table_of_steps_is_what_the_code_declares():
    told = [
        (record, *step.split(), set(frm.split(", ")), set(to.split(", ")), set(who.split("; ")))
        for record, step, frm, to, who in table("### The steps")
    ]
    declared = [
        (shelf, step.name, step.label, {s.code for s in step.frm}, {s.code for s in step.to}, {who.name for who in step.by})
        for shelf, record in SHELVES.items()
        for step in record.steps.values()
    ]
    assert {row[:3] for row in told} == {row[:3] for row in declared}
    for row in told:
        assert row in declared, row


def test_every_target_that_the_readme_names_is_there():
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(re.findall(r"`make (\w+)", README)) <= targets


def test_the_columns_of_every_spreadsheet_are_told():
    page = (ROOT / "docs" / "importing.md").read_text()
    for code, kind in KINDS.items():
        told = [(name, name + rest) for name, _comma, rest in (row[0].partition(",") for row in table(f"## {code}", page))]
        declared = [(c.heading, c.heading if c.needed else f"{c.heading} may be left out") for c in kind.columns.values()]
        assert told == declared, code

"""The rows of a queue, ready to be drawn: what many of them share is worked out once."""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _

from blueprints.access import me
from blueprints.answers import due_tint, due_words, grouped, slot_words
from blueprints.extensions import db
from models.base import now
from models.officer import Officer
from models.slot import Slot
from models.steps import SHELVES
from models.task import ROW, kinds


class Row(NamedTuple):
    """All that `queue/_row.html` says of a task. `step` and `step_href` are None where there is nothing to do."""

    id: int
    href: str
    title: str
    urgent: bool
    facts: str
    number: str | None
    when: str
    tint: str
    step: str | None
    step_href: str | None


def drawn(found: Iterable, by: Officer) -> list[Row]:
    """The rows of a query over tasks, in the words that `by` reads."""
    every, said = kinds(), cache(_)
    address = cache(lambda shelf: url_for("steps.record", shelf=shelf, id=0).removesuffix("0"))
    when = cache(lambda due: (due_words(due), due_tint(due)) if due else (_("等群众回答"), "soon"))
    rows, unknown = [], _("社区不清楚")
    for row in found:
        kind = every[row.kind]
        shelf, id = kind.home(row)
        href = f"{address(shelf)}{id}"
        step = kind.offers(row, by)
        words, tint = (said(row.state.label), "done") if row.ended_at else when(row.due_at)
        if row.begins_at and not row.ended_at and now() <= row.due_at:
            words = slot_words(Slot(row.begins_at, row.due_at, row.daypart))
        if waits_for := kind.waits_for(row):
            words, tint = said(waits_for.label), waits_for.tint
        rows.append(
            Row(
                id=row.id,
                href=href,
                title=row.title or said(row.topic.label),
                urgent=row.urgent,
                facts=f"{said(kind.label)} · {row.area or unknown}",
                number=row.number and grouped(row.number).replace(" ", "\N{NO-BREAK SPACE}"),
                when=words,
                tint=tint,
                step=step and said(SHELVES[shelf].steps[step].label),
                step_href=step and f"{href}/{step}",
            )
        )
    return rows


def drawn_of(query) -> list[Row]:
    """The rows of a query for records of one kind of task, in the words that I read."""
    kind = query.column_descriptions[0]["entity"]
    columns = [getattr(kind, column.key) for column in ROW]
    return drawn(db.session.execute(query.with_only_columns(*columns)), me())

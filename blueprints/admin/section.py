"""A section of set-up: one form class says all of its table: the form, the list, its order, what may be done with a row."""

import hashlib
import json
from datetime import datetime
from typing import ClassVar

from flask import request
from flask_babel import gettext as _
from sqlalchemy import Select, literal, or_, tuple_
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField

from blueprints import answers
from blueprints.admin.fields import FIRST, Chosen, Where
from blueprints.extensions import db
from blueprints.forms import Form, Line, Text
from models import setup
from models.base import N_, Base, Word, lock
from models.steps import Stale

SECTIONS: dict[str, type["SectionForm"]] = {}  # by the word for it in addresses, in the order of the overview
PAGE = 50


class SectionForm(Form):
    """The form of a row, named like its columns. A new section is one subclass with a `path`."""

    path: ClassVar[str] = ""  # its word in addresses
    table: ClassVar[type[Base]]
    label: ClassVar[str]  # what its list is called
    adds: ClassVar[str]  # what adds a row
    told: ClassVar[str]  # what it is for, in a line
    order: ClassVar[tuple]  # the columns by which its list is paged, never null; the id comes last by itself
    searched: ClassVar[tuple] = ()  # the columns that a search looks at
    fixed: ClassVar[tuple[str, ...]] = ()  # the fields that stay what they were once a row is there
    grows: ClassVar[bool] = True  # whether rows may be added
    acts: ClassVar[dict[str, str]] = {"remove": N_("删掉")}  # what else may be done with a row: a method's name, and its button
    done: ClassVar[dict[str, str]] = {}  # what an act means, said before it is done

    seen = HiddenField()  # what the row held when it was shown

    def __init_subclass__(cls):
        if cls.path:
            SECTIONS[cls.path] = cls

    def __init__(self, record: Base | None = None, **kwargs):
        super().__init__(**kwargs)
        self.offer()
        self.facts = []
        if record and self.fixed:
            values = self.shown_of(record)
            for name in self.fixed:
                labels = {choice.value: choice.label for choice in getattr(self[name], "choices", ())}
                self.facts.append((self[name].label.text, labels.get(values[name], values[name])))
                del self[name]

    def offer(self) -> None:
        """List what is to be chosen from."""

    @classmethod
    def empty(cls) -> "SectionForm":
        """For a new row; an address may choose what it hangs on."""
        return cls(
            data={name: request.args.get(name) for name, kind in cls.declared().items() if issubclass(kind, Chosen | Where)}
        )

    @classmethod
    def of(cls, record: Base) -> "SectionForm":
        """With what the row holds, whatever was sent."""
        form, shown = cls(record, formdata=MultiDict()), cls.shown_of(record) | {"seen": cls.mark(record)}
        for field in form:
            if field.name in shown:
                field.process(None, shown[field.name])
        return form

    @classmethod
    def declared(cls) -> dict[str, type]:
        """The kinds of its fields, by name."""
        return {name: kind for name in dir(cls) if (kind := getattr(getattr(cls, name), "field_class", None))}

    @classmethod
    def shown_of(cls, record: Base) -> dict:
        """What its fields show, by name."""
        columns = {name: kind for name, kind in cls.declared().items() if hasattr(cls.table, name)}
        return {name: _shown(getattr(record, name), kind) for name, kind in columns.items()}

    @classmethod
    def mark(cls, record: Base) -> str:
        """A hash of all that it shows: whether somebody changed it meanwhile."""
        return hashlib.sha256(json.dumps(cls.shown_of(record), default=str, sort_keys=True).encode()).hexdigest()

    @property
    def given(self) -> dict:
        """What the columns become."""
        given = {}
        for field in self:
            value = field.value if hasattr(field, "value") else field.data
            if isinstance(field, Where):
                given |= value
            elif field.name not in ("seen", "csrf_token"):
                given[field.name] = (value or "") if isinstance(field, Line | Text) else value
        return given

    @property
    def said(self) -> list[tuple[str, str]]:
        """Its fields in words."""
        return [(field.label.text, _said(field)) for field in self.drawn]

    @property
    def drawn(self) -> list:
        """The fields to draw, in order."""
        return [field for field in self if field.name not in ("seen", "csrf_token")]

    @property
    def first(self) -> dict[str, str]:
        """The sections to fill first, because a field has nothing to choose from: each with a sentence."""
        needed = [getattr(field, "needs", "") for field in self]
        return {path: FIRST[path] for path in needed if path}

    # ── the list

    @classmethod
    def query(cls) -> Select:
        """All rows."""
        return db.select(cls.table)

    @classmethod
    def listed(cls, typed: str, after: Base | None) -> list[Base]:
        """A page of rows after `after`, one more than it shows where there are others; only those that hold what was typed."""
        order, query = (*cls.order, cls.table.id), cls.query()
        if typed:
            query = query.where(or_(*(column.contains(typed, autoescape=True) for column in cls.searched)))
        if after:
            query = query.where(tuple_(*order) > tuple_(*(literal(getattr(after, c.key), c.type) for c in order)))
        return list(db.session.scalars(query.order_by(*order).limit(PAGE + 1)))

    @classmethod
    def called(cls, record: Base) -> str:
        """What a row is called."""
        return record.name

    @classmethod
    def told_of(cls, record: Base) -> list[str]:
        """What else the list says of it."""
        return []

    @classmethod
    def links(cls, record: Base) -> list[tuple[str, str]]:
        """Where its page leads: labels and addresses."""
        return []

    @classmethod
    def beside(cls) -> list[tuple[str, str]]:
        """Where its list leads besides: labels and addresses."""
        return []

    # ── what is done

    @classmethod
    def lock(cls, record: Base) -> None:
        """Lock a row that is there, inside a write, and read it again."""
        lock(db.session, record)

    @classmethod
    def made_ready(cls, act: str) -> dict:
        """What takes long and is finished before the write opens; an act that needs it takes it by name."""
        return {}

    @classmethod
    def shown_once(cls, record: Base, ready: dict) -> str | None:
        """The page that is shown instead of going on, where there is something that is never shown again."""

    def keep(self, record: Base, by, at: datetime, **ready) -> None:
        """Write it, inside a write. Stale where somebody was faster; Fault or Refused where it can't be."""
        if record.id and self.seen.data != self.mark(record):
            raise Stale(N_("您打开之后，这一条有人改过。下面是现在的内容；要照您写的改，请再点一次“存好”。"))
        self.write(record, by, at, **ready)

    def write(self, record: Base, by, at: datetime, **ready) -> None:
        """Put what was typed into the row."""
        setup.put(db.session, by, at, record, **self.given)

    @classmethod
    def acts_on(cls, record: Base) -> dict[str, str]:
        """Those of its acts that make sense for a row."""
        return cls.acts

    @staticmethod
    def remove(record: Base, by, at: datetime) -> None:
        """Take a row away."""
        setup.remove(db.session, by, at, record)

    @staticmethod
    def close(record: Base, by, at: datetime) -> None:
        """It is no longer used; what was done with it stays."""
        setup.put(db.session, by, at, record, active=False)

    @staticmethod
    def reopen(record: Base, by, at: datetime) -> None:
        """It is used again."""
        setup.put(db.session, by, at, record, active=True)


class ClosingForm(SectionForm):
    """A section whose rows are closed once they were used."""

    acts = {"remove": N_("删掉"), "close": N_("停用"), "reopen": N_("重新启用")}

    @classmethod
    def acts_on(cls, record):
        """Either of closing and opening."""
        return {name: label for name, label in cls.acts.items() if name != ("reopen" if record.active else "close")}


def _shown(value, kind):
    if isinstance(value, Word):
        return value.code
    return str(value) if issubclass(kind, Chosen) and value is not None else value


def _said(field) -> str:
    if getattr(field, "is_hours", False):
        return answers.opening_words(field.value)
    if isinstance(field, BooleanField):
        return _("是") if field.data else _("否")
    labels = {choice.value: choice.label for choice in getattr(field, "choices", ()) if choice.value}
    return str(labels.get(field.data, "" if field.data is None else field.data)) or "—"

"""The state machine: a step is a method with its arrow on top. Nothing else assigns a state."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import object_session

from models import audit
from models.base import N_, Word

SENT_BEFORE = N_("这张表已经交过了，内容和这次不一样。要再记一次，请重新打开表格。")


class Refused(Exception):
    """A rule says no. `message` is a message id for the person who asked, `values` what goes into it."""

    def __init__(self, message: str, **values):
        super().__init__(message)
        self.message = message
        self.values = values


class Fault(Refused):
    """Something that was typed can't stand: the sentence belongs beside `field`."""

    def __init__(self, field: str, message: str, **values):
        super().__init__(message, **values)
        self.field = field


class Stale(Refused):
    """The record was changed after it was shown; nothing was done."""


def stale() -> Stale:
    """What is said to whoever acts on what is no longer so."""
    return Stale(N_("您打开之后，这一条有了新的变化。请看看现在的内容，再决定要不要提交。"))


class OutOfSight(LookupError):
    """The record is not there for whoever asks: answered like one that does not exist."""


class Clock:
    """Whatever is done because its time has come."""

    audited_as = ("clock", None)


CLOCK = Clock()


class ByText:
    """A resident, by her reply to a text."""

    audited_as = ("sms", None)
    shown_by_staff = False  # nobody else has it in hand


BY_TEXT = ByText()


@dataclass(frozen=True)
class Who:
    """Somebody who may take a step: the name used in tables, the title used in sentences, and the question."""

    name: str
    title: str
    is_it: Callable[[Any, Any, datetime], bool]


def through(name: str) -> Who:
    """The step `name`, of which this step may be a consequence; nobody takes it so by hand, so it has no title."""
    return Who(name, "", lambda record, by, at: False)


AN_ACCOUNT_CLOSED = through("closing of an account")
THE_CLOCK = Who("clock", "", lambda record, by, at: by is CLOCK)
A_REPLY = Who("reply to a text", "", lambda record, by, at: by is BY_TEXT)


@dataclass
class Told:
    """What a verb gives back: the state reached where its arrow has several, what the ledger keeps, and what follows."""

    to: Word | None = None
    text: str | None = None
    values: dict = field(default_factory=dict)
    then: Callable[[], None] | None = None
    card: Any = None  # an echo card to be handed over


class Step:
    """One step of one kind of record. See `step` for what it is declared with."""

    def __init__(self, verb, label, told, says, frm, to, by, public, why_not, aside):
        self.verb, self.name = verb, verb.__name__.rstrip("_")  # some names are taken, `return` by Python itself
        self.label, self.told, self.says, self.public = label, told or label, says, public
        self.frm, self.to, self.by = frm, to, by
        self.why_not, self.aside = why_not, aside
        self.__doc__ = verb.__doc__

    @property
    def parameters(self) -> list[str]:
        """The fields that a form for this step has to fill."""
        return [name for name in inspect.signature(self.verb).parameters if name not in ("self", "by", "at")]

    @property
    def moves(self) -> bool:
        """Whether it leads to another state."""
        return self.frm != self.to

    def __set_name__(self, owner, name):
        owner.steps = {**getattr(owner, "steps", {}), self.name: self}
        if self.says:
            owner.lines = {**getattr(owner, "lines", {}), self.name: self.says}

    def __get__(self, record, owner):
        return self if record is None else partial(self.take, record)

    def refusal(self, record, by, at: datetime) -> Refused | None:
        """Why `by` can't take this step now, from the row alone; None if nothing stands in the way."""
        if record.state not in self.frm:
            return record.moved_on()
        if not any(who.is_it(record, by, at) for who in self.by):
            return Refused(N_("这一步由%(who)s来做。"), who=list(dict.fromkeys(who.title for who in self.by if who.title)))
        return self.why_not(record, by, at) if self.why_not else None

    def take(self, record, *, by, version: int, at: datetime, **fields) -> Told:
        """Take this step on a locked, freshly read record (see `writing`): visible? open? same version? Then do it.

        Returns what the verb told. Raises OutOfSight, Refused, Stale or Fault; the caller commits or rolls back. `at` is an
        aware moment.
        """
        if not record.is_seen_by(by):
            raise OutOfSight
        before = record.state
        if refusal := self.refusal(record, by, at):
            raise refusal
        if version != record.version:
            raise stale()
        told = self._do(record, by, at, fields)
        change = f"{before.code} > {record.state.code}"
        audit.note(object_session(record), at=at, by=by, action=self.name, record=record, detail=change)
        return told

    def follow(self, record, *, by, at: datetime, because: str, **fields):
        """Take this step as the consequence of the step `because`, which its arrow must name."""
        if because not in [who.name for who in self.by] or record.state not in self.frm:
            raise AssertionError(f"{self.name} does not follow {because} from {record.state}")
        self._do(record, by, at, fields)

    def _do(self, record, by, at, fields):
        before = record.state
        with object_session(record).no_autoflush:  # half a step fits no constraint
            told = self.verb(record, by=by, at=at, **fields) or Told()
        record.state = told.to or (self.to[0] if len(self.to) == 1 else record.state)
        if record.state not in (*self.to, before):
            raise AssertionError(f"{self.name} may not lead to {record.state}")
        record.version += 1
        record.write_down(self, by, at, told)
        if told.then:
            told.then()
        return told


def step(
    label: str,
    *,
    told: str | None = None,
    says: str | None = None,
    frm: Iterable[Word],
    to: Iterable[Word],
    by: Iterable[Who],
    public: bool = True,
    why_not: Callable[[Any, Any, datetime], Refused | None] | None = None,
    aside: bool = False,
) -> Callable[..., Step]:
    """Declare a method as a step.

    label: its button; told: the resident's, where it is another. says: its line in the ledger, a message id; without one
    it leaves none. frm, to: states; a verb with several in `to` returns the one reached, or stays. by: who may. public:
    whether the resident reads the line. why_not reads the record alone, so that lists may ask it. aside: not the next thing to do, so never a page's main action.
    """
    return lambda verb: Step(verb, label, told, says, tuple(frm), tuple(to), tuple(by), public, why_not, aside)


SHELVES: dict[str, type["Stepped"]] = {}  # the record whose page is /<shelf>/<id>


class Stepped:
    """A record that goes through steps. A subclass has `shelf`, `state`, `version`, `seen_by` and `write_down`."""

    shelf: ClassVar[str]
    steps: ClassVar[dict[str, Step]] = {}
    lines: ClassVar[dict[str, str]] = {}  # step name: its sentence in the ledger
    has_ledger: ClassVar[bool] = True  # its page ends with all lines of the ledger that it is told in

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        for table in ("steps", "lines"):  # a record's steps may stand in several classes that it is made of
            bases = [vars(base).get(table, {}) for base in cls.__mro__]
            own = vars(cls).get(table, {})  # what it declares anew stands in place of what it inherits
            setattr(cls, table, {name: it for base in bases for name, it in base.items()} | own)
        if "shelf" in cls.__dict__:
            SHELVES.setdefault(cls.shelf, cls)

    @classmethod
    def seen_by(cls, by):
        """The condition on rows of this class that `by` may see: the one function that every query starts from."""
        raise NotImplementedError

    def is_seen_by(self, by) -> bool:
        """Whether `by` may see this very row."""
        return self._is_one_of(type(self).seen_by(by))

    def _is_one_of(self, condition) -> bool:
        cls = type(self)
        return object_session(self).scalar(select(cls.id).where(cls.id == self.id, condition)) is not None

    @property
    def told_in(self):
        """The record in whose ledger it is told; None where it is told in none."""
        return None

    def to_lock(self) -> list:
        """The rows that a step of this record may change the state of, or must be alone with, to be locked before it."""
        return [self]

    def open_steps(self, by, at: datetime) -> list[Step]:
        """The steps that `by` may take now, in the order of their declaration."""
        return [step for step in self.steps.values() if not step.refusal(self, by, at)]

    def moved_on(self) -> Refused:
        """What to tell whoever comes too late: who was first, and when."""
        raise NotImplementedError

"""What all tables share: the base class, moments, fixed words, random names, and the one way to open a write."""

import json
import secrets
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, DateTime, MetaData, String, Text, TypeDecorator, inspect, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session

BEIJING = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)
AUTOINCREMENT = {"sqlite_autoincrement": True}  # SQLite would give a deleted id to the next row


def N_(message: str) -> str:
    """Mark a message id for extraction; whoever shows it translates it."""
    return message


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def beijing_date(moment: datetime):
    """The date on a Beijing calendar at `moment`."""
    return moment.astimezone(BEIJING).date()


def span(day: date, begins: time, ends: time) -> tuple[datetime, datetime]:
    """From an hour of a Beijing day to the next `ends` after it: 20:00–08:00 is a night, 08:00–08:00 a whole day."""
    last = day if begins < ends else day + ONE_DAY
    return datetime.combine(day, begins, BEIJING), datetime.combine(last, ends, BEIJING)


def new_uid() -> str:
    """A random name of 128 bits in hex, for what is sealed, public or a file."""
    return secrets.token_hex(16)


class Moment(TypeDecorator):
    """An aware datetime, in UTC going in and coming out. A naive one raises ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must know its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Word(Enum):
    """A fixed word: `NAME = label, tint, told`. Stored as its name in lower case.

    label is a message id, tint a colour token, told what residents read where that is another word.
    """

    def __init__(self, label: str, tint: str = "plain", told: str | None = None):
        self.label = label
        self.tint = tint
        self.told = told or label

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if WORDS.setdefault(cls.__name__, cls) is not cls:
            raise TypeError(f"two sets of words are called {cls.__name__}: what is stored of one would be read as the other")

    @property
    def code(self) -> str:
        """What tables, addresses and forms call it."""
        return self.name.lower()

    @classmethod
    def of(cls, code: str) -> "Word":
        """The word with this code; KeyError if there is none."""
        return cls[code.upper()]


WORDS: dict[str, type[Word]] = {}


class Worded(TypeDecorator):
    """A column that holds one of a set of words, as a string of at most 32."""

    impl = String(32)
    cache_ok = True

    def __init__(self, words: type[Word]):
        self.words = words
        super().__init__()

    def process_bind_param(self, value, dialect):
        return None if value is None else self.words(value).code

    def process_result_value(self, value, dialect):
        return None if value is None else self.words.of(value)

    def process_literal_param(self, value, dialect):
        return f"'{self.words(value).code}'"


def _tag(value):
    if isinstance(value, Word):
        return {"word": f"{type(value).__name__}.{value.code}"}
    return {"moment" if isinstance(value, datetime) else "date": value.isoformat()}


def _untag(value: dict):
    if "word" in value:
        words, code = value["word"].split(".")
        return WORDS[words].of(code)
    if "moment" in value:
        return datetime.fromisoformat(value["moment"])
    return date.fromisoformat(value["date"]) if "date" in value else value


class Values(TypeDecorator):
    """A small dict or list as JSON; words, dates and moments come back as what they were."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else json.dumps(value, default=_tag, ensure_ascii=False)

    def process_result_value(self, value, dialect):
        return None if value is None else json.loads(value, object_hook=_untag)


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Moment}
    __table_args__ = AUTOINCREMENT

    @classmethod
    def still_counts(cls, at: datetime) -> ColumnElement[bool]:
        """The condition on rows beside which a new one must not be alike (see models.setup)."""
        return true()

    def misfit(self, session: Session, at: datetime) -> Exception | None:
        """Why a row that is set up (see models.setup) can't stand as it is at `at`, said to whoever set it; else None."""


def ensure(session: Session, table: type[Base], **values) -> None:
    """Insert a row unless one with its key is there already; two at once make one."""
    session.execute(insert_of(session, table).values(**values).on_conflict_do_nothing())


def insert_of(session: Session, table: type[Base]):
    """The database's own INSERT, which knows what to do where the key is there already."""
    return {"sqlite": sqlite, "postgresql": postgresql}[session.get_bind().dialect.name].insert(table)


def writing(session: Session, *records) -> None:
    """Open a write: end the read, begin (IMMEDIATE on SQLite), then lock and re-read `records`.

    Units are locked first, as whoever plans waits for the station's (models.slot), then rows table by table and by id: so two
    writers never wait for each other. Whoever opens a write commits it; what was read before must not be trusted after. A
    record that is gone raises InvalidRequestError.
    """
    tables = (inspect(record).mapper.base_mapper.local_table.name for record in records)
    keys = sorted((table != "unit", table, record.id, i) for i, (table, record) in enumerate(zip(tables, records, strict=True)))
    session.rollback()
    session.connection(execution_options={"writing": True})
    for *_key, i in keys:
        lock(session, records[i])


def lock(session: Session, record) -> None:
    """Lock one more row inside a write, and read it again."""
    session.refresh(record, with_for_update={"of": type(record), "key_share": True})

"""Setting up 设置: administrators keep what a station is made of, row by row; what was used once is never removed."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, inspect, literal, select
from sqlalchemy.orm import Session

from models import audit
from models.agency import Agency
from models.answer_template import AnswerTemplate
from models.base import N_, Base, Word
from models.category import Category
from models.guide import GuideAnswer
from models.officer import Officer, Post
from models.place import Plate
from models.site import Site
from models.steps import Fault, Refused
from models.unit import Community, Grid, Room, Unit

ALIKE: dict[type[Base], tuple[tuple[str, ...], ...]] = {  # no two rows have the same of these
    Unit: (("number",), ("name",)),
    Room: (("station_id", "name"),),
    Community: (("code",), ("station_id", "name")),
    Grid: (("community_id", "number"),),
    Plate: (("community_id", "grid_id", "building"),),
    Site: (("community_id", "name"),),
    Post: (("station_id", "name"), ("station_id", "code")),
    Officer: (("username",),),
    Agency: (("station_id", "name"),),
    Category: (("name",),),
    AnswerTemplate: (("station_id", "title"),),
    GuideAnswer: (("question",),),
}


class Part(Word):
    """What may hang on a row, by the name of its table; all else is RECORD."""

    RECORD = N_("以前的记录")
    UNIT = N_("派出所")
    ROOM = N_("警务室或联系点")
    COMMUNITY = N_("社区")
    GRID = N_("网格")
    PLATE = N_("门牌")
    SITE = N_("重点单位")
    POST = N_("岗位")
    POSTING = N_("任职")
    OFFICER = N_("账号")
    DUTY = N_("值班")
    CONTACT_CARD = N_("联系卡")
    AGENCY = N_("可以请找的单位")
    ANSWER_TEMPLATE = N_("常用答复")
    SETTING = N_("改过的规则")

    @classmethod
    def named(cls, table: str) -> "Part":
        """What a table's rows are called here."""
        return cls[table.upper()] if table.upper() in cls.__members__ else cls.RECORD


def put(session: Session, by, at: datetime, record: Base, **given) -> None:
    """Give a row, new or known, these values, inside a write that holds the bureau's row.

    Fault or Refused where it can't stand so beside the others: its own `misfit` says why.
    """
    is_new, changed = inspect(record).transient, [name for name, value in given.items() if getattr(record, name) != value]
    with session.no_autoflush:
        for name in changed:
            setattr(record, name, given[name])
        if fault := _twin(session, record, changed, at) or record.misfit(session, at):
            raise fault
    if not is_new and changed and hasattr(record, "version"):
        record.version += 1
    session.add(record)
    session.flush()
    note(session, by, at, "add" if is_new else "change", record, changed)


def remove(session: Session, by, at: datetime, record: Base) -> None:
    """Take a row away that nothing hangs on, inside a write that holds the bureau's row. Refused, naming what does."""
    if hanging := hanging_on(session, record):
        raise Refused(N_("还有%(what)s用着它，不能删。"), what=hanging)
    note(session, by, at, "remove", record)
    session.execute(delete(type(record)).where(type(record).id == record.id))


def hanging_on(session: Session, record: Base) -> list[Part]:
    """What of the house refers to a row."""
    keys = [key for table in Base.metadata.sorted_tables for key in table.foreign_keys]
    found = {
        Part.named(key.parent.table.name)
        for key in keys
        if key.column.table is record.__table__
        and session.scalar(select(literal(1)).select_from(key.parent.table).where(key.parent == record.id).limit(1))
    }
    return [part for part in Part if part in found]


def note(session: Session, by, at: datetime, verb: str, record: Base, names: Iterable[str] = ()) -> None:
    """One line of the audit log: which row, and which of its fields; never what stands in them, but for a role, which comes first."""
    fields = [f"role={record.role.code}" if name == "role" else name for name in sorted(names, key="role".__ne__)]
    audit.note(
        session, at=at, by=by, action=f"{verb}_{record.__tablename__}", detail=f"{record.id} {','.join(fields)}".strip()[:64]
    )


def _twin(session, record, changed, at) -> Fault | None:
    table = type(record)
    others = select(table.id).where(table.id.is_distinct_from(record.id), table.still_counts(at)).limit(1)
    for names in ALIKE.get(table, ()):
        same = [getattr(table, name).is_not_distinct_from(getattr(record, name)) for name in names]
        if not set(names).isdisjoint(changed) and session.scalar(others.where(*same)):
            return Fault(names[-1], N_("已经有一个一样的了，请换一个，或者去改原来的那一个。"))
    return None

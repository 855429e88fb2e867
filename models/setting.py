"""Settings: the figures ○ of models.rules that a station set for itself, or the bureau for all; and what stands at the foot of public pages."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import rules
from models.base import AUTOINCREMENT, N_, Base, Values, Word
from models.contact import Daypart
from models.officer import Officer
from models.steps import Fault
from models.unit import Unit, UnitKind
from models.workdays import Weekday


@dataclass(frozen=True)
class Rule:
    """What may be set: by each station, or by the bureau for all. `lowest` and `highest` are allowed themselves."""

    label: str
    source: str
    default: Any
    lowest: Any = None
    highest: Any = None
    per_station: bool = True
    words: type[Word] | None = None  # where several words are chosen

    def read(self, kept):
        """What a row holds, as the rule is used."""
        return time.fromisoformat(kept) if isinstance(self.default, time) else type(self.default)(kept)

    def kept(self, value):
        """The same as a row holds it."""
        return f"{value:%H:%M}" if isinstance(value, time) else value if isinstance(value, int | str) else list(value)

    def allows(self, value) -> bool:
        """Whether it lies within bounds; of several at least one is wanted."""
        return bool(value) if self.lowest is None else self.lowest <= value <= self.highest


RULES = {
    "rectification_days": Rule(N_("说没解决的，几个工作日内整改"), N_("几家公安局的做法"), *rules.RECTIFICATION_SETTABLE),
    "look_back_first": Rule(N_("说事以后第几天回访第一次"), N_("说事厅的做法：定期回访"), *rules.LOOK_BACK_SETTABLE[0]),
    "look_back_second": Rule(N_("说事以后第几天回访第二次"), N_("说事厅的做法：定期回访"), *rules.LOOK_BACK_SETTABLE[1]),
    "dayparts": Rule(N_("留条上让群众选的时段"), N_("走访办法：上午、中午、晚上"), rules.DAYPARTS_OFFERED, words=Daypart),
    "night_days": Rule(N_("夜访在星期几"), N_("警民夜谈的做法"), rules.NIGHT_DAYS, words=Weekday),
    "night_from": Rule(N_("夜访几点开始"), N_("警民夜谈的做法"), *rules.NIGHT_FROM_SETTABLE),
    "night_until": Rule(N_("夜访几点结束"), N_("警民夜谈的做法"), *rules.NIGHT_UNTIL_SETTABLE),
    "site_interval_days": Rule(N_("新加的重点单位，几天至少去一次"), N_("本系统定的"), *rules.SITE_INTERVAL_SETTABLE),
    "digest": Rule(N_("每日通报几点出"), N_("说事厅的做法：次日通报"), *rules.DIGEST_SETTABLE),
    **{
        f"{kind}_days": Rule(label, N_("本系统定的"), *rules.ANSWER_SETTABLE[kind], per_station=False)
        for kind, label in (
            ("question", N_("“想问个事”几个工作日内答复")),
            ("request", N_("“想请帮忙”几个工作日内答复")),
            ("suggestion", N_("“提个建议”几个工作日内答复")),
            ("complaint", N_("“有意见”几个工作日内答复")),
            ("idea", N_("金点子几个工作日内答复")),
        )
    },
    "messages_from": Rule(N_("短信最早几点发"), N_("本系统定的"), *rules.MESSAGES_FROM_SETTABLE, per_station=False),
    "messages_until": Rule(N_("短信最晚几点发"), N_("本系统定的"), *rules.MESSAGES_UNTIL_SETTABLE, per_station=False),
}
FOOT = ("host", "host_phone", "icp", "police_record")  # the bureau's, at the foot of public pages; what is empty is not shown


class Setting(Base):
    """One value that a unit set. Where there is no row the default holds."""

    __tablename__ = "setting"
    __table_args__ = (UniqueConstraint("unit_id", "name"), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str] = mapped_column(String(32))
    value: Mapped[Any] = mapped_column(Values)
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    changed_at: Mapped[datetime]

    changed_by: Mapped[Officer] = relationship()

    @classmethod
    def of_unit(cls, session: Session, unit: Unit) -> dict[str, "Setting"]:
        """What the unit set, by name."""
        return {row.name: row for row in session.scalars(select(cls).where(cls.unit_id == unit.id))}

    @classmethod
    def put(cls, session: Session, by: Officer, at: datetime, unit: Unit, values: dict[str, Any]) -> list[str]:
        """Set these for a unit, None for the default again, inside a write; the names of those that changed.

        Fault, beside its name, where a value lies out of bounds.
        """
        known, changed = cls.of_unit(session, unit), []
        for name, value in values.items():
            row, rule = known.get(name), RULES.get(name)
            if rule and value is not None and not rule.allows(value):
                raise Fault(name, N_("超出了能改的范围。"))
            kept = value if rule is None or value is None else rule.kept(value)
            if kept == (row and row.value):
                continue
            changed.append(name)
            if row and kept is None:
                session.delete(row)
            elif row:
                row.value, row.changed_by_id, row.changed_at = kept, by.id, at
            else:
                session.add(cls(unit_id=unit.id, name=name, value=kept, changed_by_id=by.id, changed_at=at))
        session.flush()
        return changed


def of(session: Session, name: str, unit_id: int | None = None):
    """The figure in force: what the station `unit_id` set, else the bureau for all, else the default."""
    kept, rule = _kept(session), RULES[name]
    found = [kept[key] for key in ((unit_id, name), (None, name)) if key in kept]
    return rule.read(found[0]) if found else rule.default


def answer_days(session: Session, kind) -> int:
    """Working days from receipt to the answer, by kind."""
    name = f"{kind.code}_days"
    return of(session, name) if name in RULES else rules.ANSWER_DAYS[kind.code]


def foot(session: Session) -> dict[str, str]:
    """What stands at the foot of public pages, by name; nothing where nothing was set."""
    return {name: value for name in FOOT if (value := _kept(session).get((None, name)))}


def _kept(session: Session) -> dict:
    """All that is set, read once in a transaction; what the bureau set is under None."""
    if "settings" not in session.info:
        rows = session.execute(select(Setting.unit_id, Unit.kind, Setting.name, Setting.value).join(Unit)).all()
        session.info["settings"] = {(None if kind is UnitKind.BUREAU else id, name): value for id, kind, name, value in rows}
    return session.info["settings"]


@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("settings", None)

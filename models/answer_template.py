"""Answer templates 常用答复: what a station often answers, kept by its heads and its desk."""

import re
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

from models import audit, rules
from models.base import N_, Base, Worded
from models.life import Kind
from models.matter import Matter
from models.officer import Officer
from models.point import Outcome
from models.steps import Fault, Stale

GAP = re.compile("【[^】]*】")


class AnswerTemplate(Base):
    """One answer to begin with, for a kind of matter and an outcome, or for any. What stands in 【】 is still to be filled in."""

    __tablename__ = "answer_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    station_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    kind: Mapped[Kind | None] = mapped_column(Worded(Kind))
    outcome: Mapped[Outcome | None] = mapped_column(Worded(Outcome))
    title: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)

    def misfit(self, session: Session, at: datetime) -> Fault | None:
        """A unit keeps no more than people can choose from."""
        others = select(func.count()).where(AnswerTemplate.station_id == self.station_id)
        if self.id is None and session.scalar(others) >= rules.TEMPLATES_MAX:
            return Fault("title", N_("已经有%(n)s条了，请先删掉不用的。"), n=rules.TEMPLATES_MAX)
        return None

    @classmethod
    def seen_by(cls, by: Officer):
        """Everybody's own unit's."""
        return cls.station_id == by.unit_id

    @classmethod
    def add(cls, session: Session, by: Officer, at: datetime, **given) -> "AnswerTemplate":
        """One more for the unit of `by`. Fault where it has enough."""
        if session.scalar(select(func.count()).where(cls.seen_by(by))) >= rules.TEMPLATES_MAX:
            raise Fault("title", N_("已经有%(n)s条了，请先删掉不用的。"), n=rules.TEMPLATES_MAX)
        template = cls(station_id=by.unit_id, version=1, **given)
        session.add(template)
        session.flush()
        template._note(by, at, "add_template")
        return template

    def change(self, by: Officer, at: datetime, version: int, **given) -> None:
        """Put what is given in place of what was there, inside a write. Stale where somebody was faster."""
        self._is_still(version)
        for name, value in given.items():
            setattr(self, name, value)
        self.version += 1
        self._note(by, at, "change_template")

    def delete(self, by: Officer, at: datetime, version: int) -> None:
        """It is no longer used, inside a write. Stale where somebody was faster."""
        self._is_still(version)
        self._note(by, at, "delete_template")
        object_session(self).delete(self)

    def _is_still(self, version):
        if version != self.version:
            raise Stale(N_("您打开之后，这一条有人改过。请看看现在的内容，再决定要不要改。"))

    def _note(self, by, at, action):
        audit.note(object_session(self), at=at, by=by, action=action, detail=str(self.id))


def fitting(session: Session, matter: Matter) -> list[AnswerTemplate]:
    """What the matter's station keeps for its kind, and for any."""
    kept = select(AnswerTemplate).where(AnswerTemplate.station_id == matter.station_id)
    fits = kept.where(or_(AnswerTemplate.kind.is_(None), AnswerTemplate.kind == matter.kind))
    return list(session.scalars(fits.order_by(AnswerTemplate.id)))


def gap_in(text: str) -> str | None:
    """The first 【…】 that nobody filled in."""
    found = GAP.search(text)
    return found and found[0]

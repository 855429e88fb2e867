"""The commonest questions 办事指南 with their answers: shown before a question is written, and on each community's page."""

from datetime import datetime

from sqlalchemy import String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import rules
from models.base import N_, Base
from models.steps import Fault


class GuideAnswer(Base):
    """One question and its answer, the same for all stations; in the order of `ordinal`."""

    __tablename__ = "guide_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    ordinal: Mapped[int]
    question: Mapped[str] = mapped_column(String(rules.GUIDE_QUESTION_MAX))
    answer: Mapped[str] = mapped_column(Text)

    def misfit(self, session: Session, at: datetime) -> Fault | None:
        """Ten at most: more of them nobody reads."""
        count = session.scalar(select(func.count()).select_from(GuideAnswer))
        if self.id is None and count >= rules.GUIDE_MAX:
            return Fault("question", N_("已经有%(n)s个了，请先删掉不用的。"), n=rules.GUIDE_MAX)
        return None


def guide(session: Session) -> list[GuideAnswer]:
    """All of them, in order."""
    return list(session.scalars(select(GuideAnswer).order_by(GuideAnswer.ordinal, GuideAnswer.id)))

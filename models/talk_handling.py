"""Going on with a talk 说事: the task of whoever holds one that is not closed. All its steps are the talk's own."""

from sqlalchemy import ForeignKey, false, true
from sqlalchemy.orm import Mapped, mapped_column

from models.base import N_
from models.officer import COMPANIONS, TAKERS, Officer
from models.task import Task, TaskState


class TalkHandling(Task):
    """There as long as the talk is open."""

    __tablename__ = "talk_handling"
    __table_args__ = {}
    __mapper_args__ = {"polymorphic_identity": "talk_handling"}

    id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)

    label = N_("说事")
    next_step = {TaskState.PLANNED: "agree"}
    passed_on_by = "pass_on"

    @classmethod
    def seen_by(cls, by):
        """Those who go on visits, and the bureau."""
        return false() if isinstance(by, Officer) and by.role not in COMPANIONS else super().seen_by(by)

    @classmethod
    def is_for(cls, by):
        """Those who hold talks."""
        return by.role in COMPANIONS

    @classmethod
    def offered_to(cls, by):
        """To nobody as long as it is in somebody's hands; what went up or came down, to whoever may take it on."""
        return true() if by.role in TAKERS else false()

    @classmethod
    def home(cls, row):
        return "talks", row.talk_id

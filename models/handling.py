"""Handling 办理: the task of whoever has to answer a matter. All its steps are the matter's own."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Table, false, true
from sqlalchemy.orm import Mapped, mapped_column

from models.base import N_, Base
from models.officer import HEADS, Role
from models.task import Task, TaskState

matter_handler = Table(  # everybody who ever handled a matter: none of them asks the resident or signs it off
    "matter_handler",
    Base.metadata,
    Column("matter_id", ForeignKey("matter.id"), primary_key=True),
    Column("officer_id", ForeignKey("officer.id"), primary_key=True, index=True),
)


class Handling(Task):
    """Due by the first contact, then by the answer, then by the earliest date promised."""

    __tablename__ = "handling"
    __table_args__ = {}
    __mapper_args__ = {"polymorphic_identity": "handling"}

    id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)

    label = N_("办理")
    next_step = {TaskState.PLANNED: "accept", TaskState.UNDER_WAY: "answer"}
    passed_on_by = "transfer"

    is_mended = False  # an order's question

    def promised(self, due: datetime) -> datetime:
        """By when it is due once a date was promised."""
        return due

    @classmethod
    def offered_to(cls, by):
        """Any officer of the station may take it; the desk and heads may name somebody; an auxiliary may not."""
        return false() if by.role is Role.AUXILIARY else true()

    @classmethod
    def offers(cls, row, by):
        """Praise is thanked, not accepted; answering is not for auxiliaries."""
        if row.state is TaskState.PLANNED and row.topic.code == "praise":
            may = by.role in HEADS or row.assignee_id == by.id
            return "thank" if may else None
        if row.next == "resume" and row.assignee_id != by.id:
            return None
        if row.state is TaskState.UNDER_WAY and by.role is Role.AUXILIARY and row.next != "contact":
            return None
        return super().offers(row, by)

    @classmethod
    def home(cls, row):
        return "matters", row.matter_id

"""A point: one of the 1–5 things in a matter, answered and asked about by itself."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import AUTOINCREMENT, N_, Base, Word, Worded
from models.officer import Role
from models.workdays import day_end


class Outcome(Word):
    """What became of one point. UNDER_WAY counts as answered until its date."""

    DONE = N_("已办"), "done"
    UNDER_WAY = N_("正在办"), "soon"
    CANNOT = N_("暂时办不了")
    NOT_OURS = N_("不归派出所管")


class Echo(Word):
    """What the resident said of a point that was answered."""

    SOLVED = N_("解决了"), "done"
    NOT_SOLVED = N_("还没解决"), "late"
    SILENT = N_("没有表态")


# said not to be solved, answered with a no, and not yet reviewed at every level: few, among all points there ever were
TO_REVIEW = text(
    "echo = 'not_solved' AND outcome IN ('cannot', 'not_ours') AND (confirmed_by IS NULL OR confirmed_by = 'head')"
)


class Point(Base):
    """One of the 1–5 things in a matter. Each is answered, and asked about, separately."""

    __tablename__ = "point"
    __table_args__ = (
        UniqueConstraint("matter_id", "ordinal"),
        CheckConstraint("ordinal BETWEEN 1 AND 5", name="at_most_five"),
        CheckConstraint("(outcome = 'under_way') = (until IS NOT NULL)", name="under_way_until"),
        CheckConstraint("outcome IS NULL OR answer IS NOT NULL", name="outcome_has_answer"),
        Index("ix_point_to_review", "matter_id", sqlite_where=TO_REVIEW, postgresql_where=TO_REVIEW),
        AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"))
    ordinal: Mapped[int]
    text: Mapped[str] = mapped_column(Text, default="")  # the resident's words; empty where the body says it all
    outcome: Mapped[Outcome | None] = mapped_column(Worded(Outcome))
    answer: Mapped[str | None] = mapped_column(Text)
    until: Mapped[date | None]
    moves: Mapped[int] = mapped_column(default=0)  # times that the promised date has moved
    echo: Mapped[Echo | None] = mapped_column(Worded(Echo))
    confirmed_by: Mapped[Role | None] = mapped_column(Worded(Role))  # the level at which a no was last reviewed and stands

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an answer."""
        return self.outcome is None

    @property
    def is_under_way(self) -> bool:
        """Whether it was answered with a date to come."""
        return self.outcome is Outcome.UNDER_WAY

    @property
    def was_refused(self) -> bool:
        """Whether the answer was a no, which can be reviewed but not simply be done better."""
        return self.outcome in (Outcome.CANNOT, Outcome.NOT_OURS)

    @property
    def is_reviewed(self) -> bool:
        """Whether a no that the resident is not content with was confirmed at every level."""
        return self.was_refused and self.confirmed_by is Role.BUREAU

    def can_be_asked_about(self, at: datetime) -> bool:
        """Whether the resident can say if it is solved: it has an end, or its promised date is over."""
        return not self.is_open and (not self.is_under_way or at > day_end(self.until))

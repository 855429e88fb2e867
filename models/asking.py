"""Asking the resident back: what every kind of it keeps of its tries and its end, and the words for them."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from models import rules
from models.base import N_, Values, Word, Worded
from models.contact import Channel
from models.officer import Officer


class Reach(Word):
    """What came of one try."""

    REACHED = N_("联系上了")
    UNREACHED = N_("没联系上")
    REFUSED = N_("不愿意回访")


class CallbackResult(Word):
    """How a callback ended. Only RATED carries a rating; the others never count as satisfied."""

    RATED = N_("已评价"), "done"
    UNREACHABLE = N_("联系不上")
    REFUSED = N_("不愿意回访")
    SILENT = N_("没有表态")


class Rating(Word):
    """The resident's rating."""

    SATISFIED = N_("满意"), "done"
    FAIRLY = N_("基本满意")
    UNSATISFIED = N_("不满意"), "late"


class TypedBy(Word):
    """Why a rating counts as typed by staff: it was, or the code had passed through the hands of staff."""

    STAFF = N_("（工作人员代填）")
    REISSUED = N_("（用补发的卡）")


class Asked:
    """What a kind of task that asks a resident adds to the task. It stands unclaimed; recording a try takes it."""

    @declared_attr.directive
    def __table_args__(cls):
        return (CheckConstraint("(result = 'rated') = (rating IS NOT NULL)", name="rating_when_rated"),)

    channel: Mapped[Channel] = mapped_column(Worded(Channel))
    tried: Mapped[list] = mapped_column(Values, default=list)  # the Beijing dates of tries that reached nobody
    result: Mapped[CallbackResult | None] = mapped_column(Worded(CallbackResult))
    rating: Mapped[Rating | None] = mapped_column(Worded(Rating))
    rated_at: Mapped[datetime | None]
    typed_by_staff: Mapped[bool] = mapped_column(default=False)

    def taken_by(self, by: Officer) -> None:
        """Whoever opens the contact or records a try has taken it; a head may step in for whoever is away."""
        self.assignee_id = by.id

    def closes_as(
        self, result: CallbackResult, at: datetime, rating: Rating | None = None, typed_by_staff: bool = False
    ) -> None:
        """Keep how it ended; a later rating by card takes the place of an earlier one or of silence."""
        self.result, self.rating, self.typed_by_staff = result, rating, typed_by_staff
        self.rated_at = self.rated_at or (at if rating else None)

    @property
    def is_unreachable(self) -> bool:
        """Tried often enough, on days enough."""
        return len(self.tried) >= rules.CALLBACK_TRIES and len(set(self.tried)) >= rules.CALLBACK_TRY_DAYS

"""Asking the resident back: what every kind of it keeps of its tries and its end, and the words for them."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from models import rules
from models.base import BEIJING, N_, Values, Word, Worded, beijing_date
from models.contact import Channel, Daypart
from models.officer import Officer
from models.steps import CLOCK, Refused
from models.workdays import ONE_DAY


class Reach(Word):
    """What came of one try."""

    REACHED = N_("联系上了")
    UNREACHED = N_("没联系上")
    REFUSED = N_("不愿意回访")
    WRONG = N_("号码不对")


class CallbackResult(Word):
    """How a callback ended. Only RATED carries a rating; the others never count as satisfied."""

    RATED = N_("已评价"), "done"
    UNREACHABLE = N_("联系不上")
    REFUSED = N_("不愿意回访")
    SILENT = N_("没有表态")
    NO_REPLY = N_("没有回短信")


class Reply(Word):
    """What a reply to the text says: 1, 2 or 3; whatever else it says is kept nowhere."""

    SOLVED = N_("解决了，也满意"), "done"
    PARTLY = N_("解决了一部分"), "late"
    NOT_SOLVED = N_("没解决"), "late"
    OTHER = N_("别的话")


class NotByText(Word):
    """Why somebody has to ring after all."""

    FAILED = N_("短信没发成")
    NOT_SENT = N_("到时候没有发短信")
    UNCLEAR = N_("回的短信看不出是什么意思")
    SEVERAL = N_("同一个号码有几件事在问，分不清回的是哪一件")


class Rating(Word):
    """The resident's rating."""

    SATISFIED = N_("满意"), "done"
    FAIRLY = N_("基本满意")
    UNSATISFIED = N_("不满意"), "late"


class TypedBy(Word):
    """Why a rating counts as typed by staff: it was, or the code had passed through the hands of staff."""

    STAFF = N_("（工作人员代填）")
    REISSUED = N_("（用补发的卡）")


def tries_again(at: datetime, tried_today: int, wish: Daypart | None = None) -> datetime:
    """When to try again after a try in vain at `at`, the `tried_today`-th of its Beijing day.

    At least three hours later and in another part of the day, in the one that the resident wished for if she did; after
    the second on another day.
    """
    today = beijing_date(at)
    earliest = at + rules.RING_AGAIN_AFTER
    parts = [rules.DAYPARTS[wish.code]] if wish else rules.DAYPARTS.values()
    days = (today + n * ONE_DAY for n in range(1 if tried_today >= rules.TRIES_A_DAY else 0, 3))
    spans = ([datetime.combine(day, hour, BEIJING) for hour in part] for day in days for part in parts)
    return next(max(begin, earliest) for begin, end in spans if end > earliest and not begin <= at < end)


def may_be_rung(asking, by, at) -> Refused | None:
    """Why nobody rings instead of a text: none is waited for, or there is time left for it."""
    if not asking.is_asked_by_text or (by is CLOCK and at <= asking.due_at):
        return Refused(N_("这件回访现在不用改成打电话。"))


class Asked:
    """What a kind of task that asks a resident adds to the task. It stands unclaimed; recording a try takes it."""

    @declared_attr.directive
    def __table_args__(cls):
        return (CheckConstraint("(result = 'rated') = (rating IS NOT NULL)", name="rating_when_rated"),)

    channel: Mapped[Channel] = mapped_column(Worded(Channel))
    tried: Mapped[list] = mapped_column(Values, default=list)  # the Beijing dates of tries that reached nobody
    next_try: Mapped[datetime | None]  # after such a try, not sooner
    result: Mapped[CallbackResult | None] = mapped_column(Worded(CallbackResult))
    rating: Mapped[Rating | None] = mapped_column(Worded(Rating))
    rated_at: Mapped[datetime | None]
    typed_by_staff: Mapped[bool] = mapped_column(default=False)

    @property
    def is_asked_by_text(self) -> bool:
        """Whether it waits for a text, or for the reply."""
        return self.ended_at is None and self.channel is Channel.SMS

    @property
    def is_in_hand(self) -> bool:
        """Whether somebody has it just now, and may have rung."""
        return self.ended_at is None and self.assignee_id is not None and not self.next_try

    def ring(self, by: Officer, at: datetime) -> None:
        """Whoever opens the number to ring has taken it. Refused at hours at which no resident is rung."""
        if refusal := self.too_early_or_late(at):
            raise refusal
        self.taken_by(by)

    @staticmethod
    def too_early_or_late(at: datetime) -> Refused | None:
        """Why no resident may be rung at `at`, and from when on; None where they may be."""
        day = beijing_date(at)
        begin, end = (datetime.combine(day, hour, BEIJING) for hour in (rules.RING_FROM, rules.RING_UNTIL))
        if begin <= at < end:
            return None
        begin = begin if at < begin else begin + ONE_DAY
        return Refused(N_("这个时候打电话会打扰群众，%(begin)s以后再打。群众自己来了、打来了，随时可以记。"), begin=begin)

    def taken_by(self, by: Officer) -> None:
        """Whoever opens the contact or records a try has taken it; a head may step in for whoever is away."""
        self.assignee_id = by.id

    def closes_as(
        self, result: CallbackResult, at: datetime, rating: Rating | None = None, typed_by_staff: bool = False
    ) -> None:
        """Keep how it ended; a later rating by card takes the place of an earlier one or of silence."""
        self.result, self.rating, self.typed_by_staff = result, rating, typed_by_staff
        self.rated_at = self.rated_at or (at if rating else None)

    def missed(self, at: datetime, wish: Daypart | None = None) -> None:
        """One more try in vain; the next one is set."""
        day = beijing_date(at)
        self.tried = [*self.tried, day]
        self.next_try = tries_again(at, self.tried.count(day), wish)

    @property
    def is_unreachable(self) -> bool:
        """Tried often enough, on days enough."""
        return len(self.tried) >= rules.CALLBACK_TRIES and len(set(self.tried)) >= rules.CALLBACK_TRY_DAYS

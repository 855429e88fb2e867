"""Answering a matter, point by point, and what may come before it."""

from sqlalchemy import select
from sqlalchemy.orm import object_session

from models import rules
from models.base import N_, Word, beijing_date
from models.card import EchoCard
from models.category import OTHER, Category
from models.contact import Channel
from models.life import State
from models.officer import HEADS, Role
from models.order import not_the_bureaus
from models.point import Outcome, Point
from models.steps import CLOCK, THE_CLOCK, Fault, Refused, Told, step
from models.taking import not_praise
from models.task import OF_ITS_MATTER, Task, TaskState
from models.who import ACCEPTORS, BUREAU, CARD, DESK, HANDLER, HEAD, LED
from models.workdays import Calendar, day_end


class Resumed(Word):
    """How waiting for the resident ended."""

    ANSWERED = N_("回答：")
    TOLD = N_("接着办了")
    TIME_OVER = N_("没有等到回答，按知道的情况接着办")


def _has_point_to_answer(matter, by, at):
    if not matter.points_to_answer:
        return matter.moved_on()


def _may_split(matter, by, at):
    if len(matter.points) >= rules.POINTS_MAX:
        return Refused(N_("已经有%(n)s件了，不能再分。"), n=rules.POINTS_MAX)


def _may_ask(matter, by, at):
    if matter.questions >= rules.QUESTIONS_MAX:
        return Refused(N_("已经问过%(n)s次，请按知道的情况答复。"), n=rules.QUESTIONS_MAX)


def _may_extend(matter, by, at):
    if matter.extended_by:
        return Refused(N_("已经延过一次，不能再延。"))
    return not_the_bureaus(matter, by, at)


def _has_waited(matter, by, at):
    if by is CLOCK and at <= matter.waits_until:
        return Refused(N_("还没有等到时候。"))


class Contacted(Word):
    """How somebody spoke to the resident first."""

    PHONE = N_("打电话")
    VISIT = N_("上门")
    HERE = N_("当面")
    MESSAGE = N_("发消息")


class Referred(Word):
    """What a referral is: telling the resident whom to ask, or passing on what she said, by her consent."""

    TOLD = N_("告诉群众该找谁"), "plain", N_("请您自己联系")
    PASSED_ON = N_("征得同意，替群众转过去"), "plain", N_("您同意以后，已经替您转过去")


class Answering:
    """The steps of whoever has it in hand."""

    @step(
        N_("联系过了"),
        says=N_("%(who)s%(how)s联系过%(resident)s"),
        frm=[State.IN_HAND],
        to=[State.IN_HAND],
        by=[HANDLER, LED, HEAD, BUREAU],
        aside=True,
    )
    def contact_(self, by, at, how, text=""):
        """Somebody has spoken to the resident, `how` (Contacted) and what was said, which she reads."""
        self._was_contacted(at)
        self._add_handler(by)  # and so does not ask back
        return Told(text=text or None, values={"how": how})

    @step(
        N_("分成几件"),
        says=N_("%(who)s和%(resident)s商量，把这件事分成%(count)s件来办："),
        frm=[State.IN_HAND],
        to=[State.IN_HAND],
        by=[HANDLER],
        why_not=_may_split,
        aside=True,
    )
    def split(self, by, at, points):
        """Name `points` (texts) as agreed with the resident; what she named herself, and what was answered, stays as it is."""
        unnamed = [point for point in self.points if not point.text and point.is_open and point.echo is None]
        if len(points) + len(self.points) - len(unnamed) > rules.POINTS_MAX:
            raise Fault("points", N_("一件事最多分成%(n)s件。"), n=rules.POINTS_MAX)
        if len(points) + len(self.points) - len(unnamed) < 2:
            raise Fault("points", N_("请至少写两件；只有一件就不用分。"))
        for point, text in zip(unnamed, points, strict=False):
            point.text = text
        for n, text in enumerate(points[len(unnamed) :], len(self.points) + 1):
            self.points.append(Point(ordinal=n, text=text))
        return Told(text="\n".join(points), values={"count": len(self.points)})

    @step(
        N_("答复"),
        says=N_("%(who)s答复%(point)s：%(outcome)s"),
        frm=[State.IN_HAND, State.ANSWERED, State.CALLED_BACK],
        to=[State.IN_HAND, State.ANSWERED],
        by=[HANDLER, HEAD, BUREAU],
        why_not=_has_point_to_answer,
    )
    def answer(self, by, at, point, outcome, text, until=None):
        """Answer the point with the ordinal `point`. `until` is the promised date of what is under way."""
        target = next((p for p in self.points_to_answer if p.ordinal == point), None)
        if target is None:
            raise Fault("point", N_("这一件已经答复了，请选还没答复的。"))
        self._give_outcome(target, by, at, outcome, text, until)
        self._add_handler(by)
        return Told(
            to=self._after_outcomes(by, at),
            text=text,
            values={"point": self._named(point), "outcome": outcome, "until": until},
        )

    @step(
        N_("问一句"),
        says=N_("%(who)s想问%(resident)s："),
        frm=[State.IN_HAND],
        to=[State.WAITING],
        by=[HANDLER],
        why_not=_may_ask,
    )
    def ask(self, by, at, text):
        """Ask the resident what is missing; the clock stands still while it waits for her, for 5 working days (10 by card only)."""
        calendar, today = Calendar.load(object_session(self)), beijing_date(at)
        by_card = self.reply_by is Channel.CARD
        self.questions += 1
        self.days_left = max(1, calendar.workdays_between(today, beijing_date(self.due_at)))
        self.waits_until = calendar.deadline(at, rules.WAIT_DAYS_BY_CARD if by_card else rules.WAIT_DAYS)
        self.due_at = self.open_handling.due_at = None
        self.open_handling.next = "resume"
        return Told(text=text)

    @step(
        N_("接着办"),
        told=N_("回答民警的问题"),
        says=N_("%(who)s%(how)s"),
        frm=[State.WAITING],
        to=[State.IN_HAND],
        by=[CARD, HANDLER, THE_CLOCK],
        why_not=_has_waited,
    )
    def resume(self, by, at, words=None, danger_seen=False):
        """Go on with the days that were left: the resident has answered, told the handler, or let her time pass."""
        if isinstance(by, EchoCard) and not words:
            raise Fault("words", N_("请写一下您的回答。"))
        if isinstance(by, EchoCard):
            self._heed(words, danger_seen)
        calendar, since = Calendar.load(object_session(self)), self.waits_until if by is CLOCK else at
        self.due_at = calendar.deadline(since, self.days_left)
        handling = self.open_handling
        handling.due_at, handling.next = self.due_at, None
        if not self.contacted_at:
            handling.due_at = min(self.due_at, calendar.deadline(since, rules.FIRST_CONTACT_DAYS))
            handling.next = "contact"
        self.waits_until = self.days_left = None
        how = Resumed.TIME_OVER if by is CLOCK else Resumed.ANSWERED if isinstance(by, EchoCard) else Resumed.TOLD
        return Told(text=words or None, values={"how": how})

    @step(
        N_("延期"),
        says=N_("%(who)s把答复的日子延到%(due)s前："),
        frm=[State.IN_HAND],
        to=[State.IN_HAND],
        by=[HEAD, BUREAU],
        why_not=_may_extend,
        aside=True,
    )
    def extend(self, by, at, days, text):
        """A head adds `days` working days to the time of the answer, once, and says why; what is overdue counts from today."""
        if not 1 <= days <= rules.EXTENSION_DAYS:
            raise Fault("days", N_("可以延1到%(most)s个工作日。"), most=rules.EXTENSION_DAYS)
        self.extended_by = days
        calendar = Calendar.load(object_session(self))
        since = max(beijing_date(self.due_at), beijing_date(at))
        self.due_at = day_end(calendar.workday_after(since, days))
        if self.open_handling.next is None:
            self.open_handling.due_at = self.due_at
        return Told(text=text, values={"due": self.due_at})

    @step(
        N_("当场办结"),
        says=N_("%(who)s当场办结：%(outcome)s"),
        frm=[State.RECEIVED, State.IN_HAND],
        to=[State.ANSWERED],
        by=[HANDLER, *ACCEPTORS],
        why_not=not_praise,
    )
    def settle(self, by, at, outcome, text, until=None, summary=None, category=None):
        """One outcome and one line for every open point, raised and answered face to face or by phone.

        From `received` it is accepted in the same breath; without a `summary` the line itself is the title.
        """
        handler = by.led_by if by.role is Role.AUXILIARY else by
        to = self._close(by, at, handler, outcome, text, until, summary, category, settled=True)
        return Told(to=to, text=text, values={"outcome": outcome, "until": until})

    @step(
        N_("请找别家"),
        says=N_("%(who)s：这件事请找%(agency)s（%(how)s）"),
        frm=[State.RECEIVED, State.IN_HAND],
        to=[State.ANSWERED],
        by=[HEAD, DESK, BUREAU],
        why_not=not_praise,
        aside=True,
    )
    def refer(self, by, at, agency, how, text, consent=False, summary=None):
        """Somebody else can do it: the resident reads whom to ask (`agency`, name and phone), or it is passed on by her consent."""
        if how is Referred.PASSED_ON and not consent:
            raise Fault("consent", N_("要先问过群众，同意了才能转。"))
        told = {"agency": agency, "how": how}
        to = self._close(by, at, self.handler or by, Outcome.NOT_OURS, text, summary=summary)
        return Told(to=to, text=text, values=told)

    @step(
        N_("不属受理范围"),
        says=N_("%(who)s：这件事不属派出所受理的范围。"),
        frm=[State.RECEIVED, State.IN_HAND],
        to=[State.ANSWERED],
        by=[HEAD, DESK, BUREAU],
        why_not=not_praise,
        aside=True,
    )
    def decline(self, by, at, text, summary=None):
        """It is nothing that a police station may take up; the resident reads why, and whom to ask."""
        return Told(to=self._close(by, at, self.handler or by, Outcome.NOT_OURS, text, summary=summary), text=text)

    @step(
        N_("转接处警"),
        says=N_("%(who)s已经转接处警，按警情来办："),
        frm=[State.RECEIVED, State.IN_HAND],
        to=[State.ANSWERED],
        by=[HEAD, DESK, BUREAU],
        why_not=not_praise,
        aside=True,
    )
    def alarm(self, by, at, text, summary=None):
        """It is a matter for the duty police; the resident reads how to get the receipt of her report 接报案回执."""
        return Told(to=self._close(by, at, self.handler or by, Outcome.NOT_OURS, text, summary=summary), text=text)

    def _named(self, ordinal: int) -> int | None:
        """The ordinal for the ledger; None where there is only one point and nobody would count."""
        return ordinal if len(self.points) > 1 else None

    def _close(self, by, at, handler, outcome, text, until=None, summary=None, category=None, settled=False):
        """One outcome and one line for every open point; from `received` it is accepted in the same breath."""
        if self.state is State.RECEIVED:
            other = select(Category).where(Category.code == OTHER)
            self._take_in_hand(
                by,
                at,
                summary or self.summary or text.strip().splitlines()[0][: rules.SUMMARY_MAX],
                category or self.category or object_session(self).scalars(other).one(),
                handler,
            )
        for point in self.points:
            if point.is_open:
                self._give_outcome(point, by, at, outcome, text, until)
        self._add_handler(by)
        return self._after_outcomes(by, at, settled)

    def _give_outcome(self, point, by, at, outcome, text, until):
        if outcome is Outcome.UNDER_WAY:
            self._check_promise(point, by, at, until)
            point.moves += point.until is not None and until != point.until
        point.outcome, point.answer, point.echo, point.confirmed_by = outcome, text, None, None
        point.until = until if outcome is Outcome.UNDER_WAY else None

    def _check_promise(self, point, by, at, until):
        today = beijing_date(at)
        if until is None:
            raise Fault("until", N_("请选最晚哪天办好。"))
        if until <= today:
            raise Fault("until", N_("日期要在今天以后。"))
        latest = Calendar.load(object_session(self)).workday_after(today, rules.PROMISE_DAYS)
        if until > latest and by.role not in HEADS:
            raise Fault("until", N_("最晚可以选%(latest)s；再往后要由所领导来定。"), latest=latest)
        if point.moves >= rules.PROMISE_MOVES and until != point.until:
            raise Fault("until", N_("办好的日期最多改%(times)s次，已经改满了。"), times=rules.PROMISE_MOVES)

    def _after_outcomes(self, by, at, settled=False) -> State | None:
        """Once no point is open: the next date promised or the end of the handling, and the question to the resident."""
        self.settled = settled
        self._was_contacted(at)
        if any(point.is_open for point in self.points):
            return None
        promised = [point.until for point in self.points if point.is_under_way]
        self.due_at = day_end(min(promised)) if promised else None
        handling = self.open_handling
        if not promised or handling.is_mended:
            Task.finish.follow(handling, by=by, at=at, because=OF_ITS_MATTER)
            if promised:
                self._hand_out(at, self.due_at, state=TaskState.UNDER_WAY)
        else:
            handling.due_at = handling.promised(self.due_at)
        self._ask_if_due(by, at)
        return State.ANSWERED if self.state in (State.RECEIVED, State.IN_HAND) else None

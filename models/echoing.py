"""The echo: what the resident says of an answer, and what follows from it, up to the sign-off."""

from datetime import datetime, timedelta

from sqlalchemy.orm import object_session

from models import outbox, rules, setting
from models.asking import CallbackResult, TypedBy
from models.base import N_, Word, beijing_date
from models.callback import Callback
from models.card import EchoCard
from models.contact import Channel
from models.life import State
from models.officer import Officer, Role
from models.order import OrderCounter, RectificationOrder, not_the_bureaus
from models.point import Echo
from models.steps import CLOCK, THE_CLOCK, Fault, Refused, Told, step, through
from models.task import OF_ITS_MATTER, Task, TaskState
from models.who import BUREAU, CARD, HEAD, ORDERING_HEAD, REVIEWER, SIGNING_HEAD
from models.workdays import ONE_DAY, Calendar, day_end


def _may_still_rate(matter, by, at):
    if not matter.points_to_ask(at):
        return Refused(N_("还在办，办好了再请您说说解决没有。"))
    if matter.state is State.SIGNED_OFF and at > matter.closed_at + timedelta(days=rules.OBJECTION_DAYS):
        return Refused(N_("办结已经超过%(days)s天。如果又有情况，请重新提一件。"), days=rules.OBJECTION_DAYS)


def _is_being_asked(matter, by, at):
    if matter.open_callback is None or (by is CLOCK and at <= matter.open_callback.due_at):
        return Refused(N_("回访还没有到期。"))


def _may_sign_off(matter, by, at):
    if by.id in matter.handler_ids:
        return Refused(N_("这件事您经办过，要由别的所领导销号。"))
    if any(point.is_open or point.is_under_way for point in matter.points):
        return Refused(N_("还有没办完的，不能销号。"))
    if any(point.echo is None for point in matter.points):
        return Refused(N_("还没有回访，不能销号。"))
    if any(point.echo is Echo.NOT_SOLVED and not point.is_reviewed for point in matter.points):
        return Refused(N_("群众说还没解决，不能销号。"))


def _may_review(matter, by, at):
    level = matter.review_level
    if level is None:
        return Refused(N_("没有要复核的。"))
    if by.role is not level:
        return Refused(N_("这一步由%(who)s来做。"), who=level)


class Verdict(Word):
    """What a review comes to."""

    CONFIRM = N_("复核过，维持答复")
    ORDER = N_("重新办理")


class Unhappy(Word):
    """How a matter ends that nobody could solve."""

    STAYS = N_("（群众不满意）")


class Echoing:
    """The steps after an answer."""

    @step(
        N_("说说解决了没有"),
        says=N_("%(resident)s评价：%(rating)s%(typed)s"),
        frm=[State.ANSWERED, State.CALLED_BACK, State.SIGNED_OFF],
        to=[State.CALLED_BACK, State.SIGNED_OFF],
        by=[CARD, through("record"), through("reply")],
        why_not=_may_still_rate,
    )
    def rate(self, by, at, rating=None, solved=None, words=None, danger_seen=False):
        """The resident says which points are solved (`solved`, their ordinals) and how satisfied she is.

        A rating can be corrected for 7 days; later only "not solved" can be said. What was to be done and is not solved is
        ordered anew; where the answer was no, a review is due.
        """
        if isinstance(by, EchoCard):
            self._heed(words, danger_seen)
        asked = self.points_to_ask(at)
        typed = TypedBy.STAFF if isinstance(by, Officer) else TypedBy.REISSUED if by.shown_by_staff else None
        is_new = any(point.echo is None for point in asked)
        callback = self.open_callback or (self._ask(at) if is_new else self.last_callback)
        missing = [point.ordinal for point in asked if point.ordinal not in (solved or ())]
        if not is_new and callback.rated_at and at > callback.rated_at + timedelta(days=rules.CORRECTION_DAYS):
            if not missing:
                raise Fault(
                    "solved", N_("评价已经过了%(days)s天，不能再改。没解决的还可以在这里说。"), days=rules.CORRECTION_DAYS
                )
            rating = None
        elif rating is None:
            raise Fault("rating", N_("请选一下满意不满意。"))
        for point in asked:
            point.echo = Echo.NOT_SOLVED if point.ordinal in missing else Echo.SOLVED
        ordered = [point.ordinal for point in asked if point.echo is Echo.NOT_SOLVED and not point.was_refused]
        self.rating = rating or self.rating
        self._settle_orders(at)
        if rating:
            callback.closes_as(CallbackResult.RATED, at, rating, typed_by_staff=typed is not None)
        if self.open_callback:
            Task.finish.follow(self.open_callback, by=by, at=at, because=OF_ITS_MATTER)
        return Told(
            to=State.CALLED_BACK if self.state is State.ANSWERED else None,
            text=words or None,
            values={"rating": rating or Echo.NOT_SOLVED, "typed": typed or ""},
            then=lambda: ordered and Echoing.order.follow(self, by=by, at=at, because="rate", points=ordered),
        )

    @step(
        N_("视为未表态"),
        says=N_("回访：%(result)s"),
        frm=[State.ANSWERED, State.CALLED_BACK],
        to=[State.CALLED_BACK],
        by=[THE_CLOCK, through("record")],
        why_not=_is_being_asked,
    )
    def lapse(self, by, at, result):
        """The callback ends without a rating; `result` (a CallbackResult) says how. Never counted as satisfied."""
        for point in self.points:
            if point.echo is None and point.can_be_asked_about(at):
                point.echo = Echo.SILENT
        self._settle_orders(at)
        callback = self.open_callback
        callback.closes_as(result, at)
        Task.finish.follow(callback, by=by, at=at, because=OF_ITS_MATTER)
        return Told(values={"result": result})

    @step(
        N_("开交办单"),
        says=N_("还没解决，重新办理%(points)s，%(due)s前再答复"),
        frm=[State.ANSWERED, State.CALLED_BACK, State.SIGNED_OFF],
        to=[State.IN_HAND],
        by=[through("rate"), through("review"), through("check"), through("record"), ORDERING_HEAD],
        why_not=not_the_bureaus,
        aside=True,
    )
    def order(self, by, at, points, text=""):
        """The points with these ordinals are open again, to be mended within 5 working days, by a rectification order.

        A head or the bureau issues one by hand, with a `text` that the resident reads.
        """
        again = [point.ordinal for point in self.points if point.ordinal in points and not point.is_open]
        if not again:
            raise Fault("points", N_("请选重新办理哪一件。"))
        told = self._open_again(again, by, at, **self._numbered(by, at, again))
        told.text = text or None
        return told

    @step(
        N_("复核"),
        says=N_("%(who)s：%(verdict)s。"),
        frm=[State.CALLED_BACK, State.SIGNED_OFF],
        to=[State.CALLED_BACK, State.SIGNED_OFF],
        by=[REVIEWER],
        why_not=_may_review,
    )
    def review(self, by, at, verdict, text):
        """Look again at each no that the resident is not content with: confirm it (`verdict`) or have it mended; she reads why.

        First the head, unless a head handled it; then the bureau. After that it may be signed off as it is.
        """
        reviewed = self.points_to_review
        if verdict is Verdict.CONFIRM:
            for point in reviewed:
                point.confirmed_by = by.role
        again = [point.ordinal for point in reviewed] if verdict is Verdict.ORDER else []
        return Told(
            text=text,
            values={"verdict": verdict},
            then=lambda: again and Echoing.order.follow(self, by=by, at=at, because="review", points=again),
        )

    @step(
        N_("退回"),
        says=N_("%(who)s看过答复，要求重新办理%(points)s，%(due)s前再答复："),
        frm=[State.ANSWERED, State.CALLED_BACK],
        to=[State.IN_HAND],
        by=[HEAD, BUREAU],
        why_not=not_the_bureaus,
        aside=True,
    )
    def send_back(self, by, at, points, text):
        """A head is not content with the answer: the points with these ordinals are open again, and nobody asks back yet."""
        sent_back = [point for point in self.points if point.ordinal in points and not point.is_open]
        if not sent_back:
            raise Fault("points", N_("请选退回哪一件。"))
        told = self._open_again([point.ordinal for point in sent_back], by, at)
        for point in sent_back:
            point.echo = None
        told.text = text
        return told

    @step(
        N_("销号"),
        says=N_("%(who)s核对过，办结%(unhappy)s"),
        frm=[State.CALLED_BACK],
        to=[State.SIGNED_OFF],
        by=[SIGNING_HEAD],
        why_not=_may_sign_off,
    )
    def sign_off(self, by, at):
        """Strike it off: every point has an end and was asked about, and none was said not to be solved.

        Unless it was reviewed at each level: then it ends with the resident unsatisfied, and the card names the next doors.
        """
        self.closed_at = at
        self.call_off_visits(by, at)
        return Told(values={"unhappy": Unhappy.STAYS if self.is_disputed else ""})

    def _numbered(self, by, at, points=()) -> dict:
        """What makes a handling a rectification order: these points, and what is still to be mended, under the next number."""
        pending = {n for order in self.orders if order.ended_at is None for n in order.points}
        level = Role.BUREAU if isinstance(by, Officer) and by.role is Role.BUREAU else self.judge
        unit, year = self.station.bureau if level is Role.BUREAU else self.station, beijing_date(at).year
        serial = OrderCounter.count_on(object_session(self), unit, year)
        named = {"unit": unit, "year": year, "serial": serial}
        return {"kind": RectificationOrder, "level": level, "points": sorted({*points, *pending})} | named

    def _open_again(self, ordinals: list[int], by, at, **handed_out) -> Told:
        for point in self.points:
            if point.ordinal in ordinals:
                point.outcome = point.until = point.confirmed_by = None
        self.closed_at = None
        if self.handler and not (self.handler.active and self.handler.unit_id == self.station_id):
            self.handler = None  # whoever left leaves it to the head to give
        self._ask_no_more(by, at)
        self._settle_orders(at)
        self.due_at = Calendar.load(object_session(self)).deadline(
            at, setting.of(object_session(self), "rectification_days", self.station_id)
        )
        handling = self.open_handling
        if handling and handed_out:  # what was under way is part of the order now
            Task.call_off.follow(handling, by=by, at=at, because=OF_ITS_MATTER)
        if handling and not handed_out:
            handling.due_at = self.due_at
        else:
            self._hand_out(at, self.due_at, state=TaskState.UNDER_WAY, **handed_out)
        return Told(values={"points": [self._named(n) for n in ordinals], "due": self.due_at})

    def ask_about_promises(self, at: datetime) -> None:
        """The clock has the resident asked about promised dates that are over, unless what was answered was opened again."""
        if self.state in (State.ANSWERED, State.CALLED_BACK):
            self._ask_if_due(CLOCK, at)

    def hear_again(self, solved: list[int], by, at) -> None:
        """Of what was signed off, the points that turn out not to be solved are ordered, or reviewed; all else stays."""
        if self.state is not State.SIGNED_OFF or at > self.closed_at + timedelta(days=rules.OBJECTION_DAYS):
            return
        missing = [point for point in self.points if point.ordinal not in solved]
        for point in missing:
            point.echo = Echo.NOT_SOLVED
        if ordered := [point.ordinal for point in missing if not point.was_refused]:
            Echoing.order.follow(self, by=by, at=at, because="record", points=ordered)

    def _settle_orders(self, at) -> None:
        """What was reported done needs no check any more: somebody has said what comes of it."""
        for order in self.orders:
            if order.is_to_check:
                order.settled_at = at

    def _ask_if_due(self, by, at) -> None:
        """Have her asked about points that have an end, or whose date is over, and were not asked about; else about nothing.

        What was mended by order is checked first, as long as there is time for it.
        """
        to_check = any(order.is_to_check and not order.is_late(at) for order in self.orders)
        if to_check or all(point.echo for point in self.points_to_ask(at)):
            return self._ask_no_more(by, at)
        callback = self._ask(at)
        if callback.channel is Channel.CARD:  # what was answered last has its full time too
            callback.due_at = max(callback.due_at, self.ask_by(Channel.CARD, at))
        if any(message.callback is callback and message.sent_at for message in self.messages) and callback.is_asked_by_text:
            callback.is_rung(at)  # the text that she has asks of less

    def _ask_no_more(self, by, at, but=None) -> None:
        """What was to be asked about is open again, or promised anew: there will be another callback."""
        for asking in self.askings:
            if asking is not but:
                Task.call_off.follow(asking, by=by, at=at, because=OF_ITS_MATTER)

    def _ask(self, at) -> Callback:
        """The open callback, which keeps its day as long as the way to ask stays the same, or a new one."""
        channel, callback = self._ask_how(), self.open_callback
        if callback is None:
            row = self._row(at) | {"station_id": self.told_by.id}
            callback = Callback(state=TaskState.PLANNED, channel=channel, due_at=self.ask_by(channel, at), **row)
            self.tasks.append(callback)
        elif callback.channel is channel or (channel is Channel.SMS and self._is_rung_instead(callback)):
            return callback
        else:
            callback.channel, callback.due_at, callback.next_try = channel, self.ask_by(channel, at), None
        if channel is Channel.SMS:
            outbox.ask(self, callback, at)
        return callback

    def _ask_how(self) -> Channel:
        """As the resident wished; of what was settled face to face only one in ten is rung, drawn by lot."""
        if not self.settled or self.reply_by in (Channel.CARD, Channel.SMS):
            return self.reply_by
        return Channel.PHONE if int(self.uid, 16) % rules.SETTLED_PER_CALL == 0 else Channel.CARD

    def _is_rung_instead(self, callback) -> bool:
        """Whether asking her by text came to nothing: then somebody rings, whatever else is answered meanwhile."""
        return callback.channel is Channel.PHONE and any(message.callback is callback for message in self.messages)

    def ask_by(self, channel, at) -> datetime:
        """By when the resident is asked; of a card, how long it waits for her word."""
        calendar = Calendar.load(object_session(self))
        return {
            Channel.CARD: lambda: day_end(beijing_date(at) + timedelta(days=rules.CARD_CALLBACK_DAYS)),
            Channel.SMS: lambda: day_end(beijing_date(at) + ONE_DAY),
            Channel.PHONE: lambda: calendar.deadline(at, rules.CALL_BACK_BY_PHONE_DAYS),
            Channel.VISIT: lambda: calendar.deadline(at, rules.CALL_BACK_IN_PERSON_DAYS),
        }[channel]()

"""Moving a matter: to a colleague, to another unit, or to the kind that it really is."""

from sqlalchemy.orm import object_session

from models import rules
from models.base import N_, Word, beijing_date
from models.callback import Callback
from models.complaint import judge_of
from models.life import Kind, State
from models.officer import HEADS, responsible_for
from models.order import RectificationOrder
from models.steps import Fault, Refused, Told, step
from models.task import OF_ITS_MATTER, Task
from models.unit import UnitKind
from models.who import BUREAU, DESK, HANDLER, HEAD
from models.workdays import Calendar, day_end

BEFORE_AN_ANSWER = (State.RECEIVED, State.IN_HAND, State.WAITING)


def _has_handling(matter, by, at):
    if matter.open_handling is None:
        return Refused(N_("这件事没有要办的了，不用转。"))


def lies_with_a_station(matter, by, at):
    """Why it can't go up to the bureau: it is there."""
    if matter.station.kind is UnitKind.BUREAU:
        return Refused(N_("这件事已经在县局了。"))


class Oneself(Word):
    """Whoever takes over what is their own to give."""

    WORD = N_("自己")


class Moving:
    """The steps that change whose a matter is, or what kind; number and first receiver stay."""

    @step(
        N_("转给同事"),
        says=N_("%(who)s把这件事交给%(handler)s来办"),
        frm=[*BEFORE_AN_ANSWER, State.ANSWERED, State.CALLED_BACK],
        to=[*BEFORE_AN_ANSWER, State.ANSWERED, State.CALLED_BACK],
        by=[HEAD, DESK, BUREAU],
        why_not=_has_handling,
        aside=True,
    )
    def transfer(self, by, at, handler, text=""):
        """Give it to `handler`, of the same unit; `text` says why, and is needed where somebody had it before.

        Also of what was answered, as long as a promised date is to be kept: nothing of an absent officer's may be left.
        """
        if handler is None or handler is self.handler:
            raise Fault("handler", N_("请选另一位同事。"))
        if self.handler and not text:
            raise Fault("text", N_("请写一下为什么要转。"))
        self._check_handler(handler)
        self.handler = self.open_handling.assignee = handler
        if self.state is not State.RECEIVED:
            self._add_handler(handler)
        return Told(text=text or None, values={"handler": Oneself.WORD if handler is by else handler.called})

    @step(
        N_("报给县局"),
        says=N_("%(who)s把这件事报给%(unit)s来办："),
        frm=BEFORE_AN_ANSWER,
        to=[State.RECEIVED],
        by=[HANDLER, HEAD],
        why_not=lies_with_a_station,
        aside=True,
    )
    def escalate(self, by, at, text):
        """The station can't do it: it goes to the bureau, and the resident reads why."""
        return self._move_to(self.station.bureau, by, at, text)

    @step(
        N_("交给派出所"),
        says=N_("%(who)s把这件事交给%(unit)s来办："),
        frm=BEFORE_AN_ANSWER,
        to=[State.RECEIVED],
        by=[BUREAU],
        aside=True,
    )
    def return_(self, by, at, station, text):
        """The bureau gives it back, or on to another of its stations."""
        if station is None or station.parent is not self.station:
            raise Fault("station", N_("请选交给哪个派出所。"))
        if any(judge_of(officer) is not station for officer in self.concerns):
            raise Fault("station", N_("这件投诉不能交给这个派出所来办。"))
        return self._move_to(station, by, at, text)

    @step(
        N_("改类型"),
        says=N_("%(who)s把这件事改成“%(kind)s”："),
        frm=BEFORE_AN_ANSWER,
        to=BEFORE_AN_ANSWER,
        by=[HANDLER, HEAD, BUREAU],
        aside=True,
    )
    def sort(self, by, at, kind, text, category=None, officer=None):
        """It is of another `kind`, or about something else (`category`); the clock follows, the resident reads why.

        Into complaint and out of it only heads and the bureau: `officer` is whom it concerns, without one the bureau takes it.
        """
        if kind is self.kind and category in (None, self.category):
            raise Fault("kind", N_("和现在一样，没有要改的。"))
        if kind is Kind.PRAISE and self.summary is not None:
            raise Fault("kind", N_("已经受理了，不能再改成表扬。"))
        into_or_out = (kind is Kind.COMPLAINT) != self.is_complaint
        if into_or_out and by.role not in HEADS:
            raise Fault("kind", N_("是不是投诉，由所领导来定。"))
        days_before = self._answer_days()
        self.kind, self.category = kind, category or self.category
        if not any(point.answer for point in self.points):
            self._move_due(self._answer_days() - days_before)
        told = Told(text=text, values={"kind": kind})
        if into_or_out and self.is_complaint:
            told.to = self._become_complaint(officer, by, at)
        for task in self.tasks:
            task.reserved = self.is_complaint
            if isinstance(task.topic, Kind):  # else it says what a slip waits for
                task.topic = kind
            if into_or_out and isinstance(task, Callback):
                task.station_id = self.told_by.id
        return told

    def _become_complaint(self, officer, by, at) -> State:
        """Nobody who may be meant goes on handling it; what no head of the station may judge goes to the bureau."""
        self.concerns = [officer] if officer else []
        return self._move_to(judge_of(officer) or self.station.bureau, by, at, "").to

    def _move_due(self, days: int) -> None:
        """So many working days later, or earlier: what was waited for, and what a head added, stays."""
        if self.state is State.WAITING:
            self.days_left = max(1, self.days_left + days)
            return
        calendar = Calendar.load(object_session(self))
        self.due_at = day_end(calendar.workday_after(beijing_date(self.due_at), days))
        if self.state is State.IN_HAND and self.open_handling.next is None:
            self.open_handling.due_at = self.due_at

    def _move_to(self, unit, by, at, text) -> Told:
        """It lies with another unit now, which takes it in hand anew; the one before keeps reading what is public."""
        calendar = Calendar.load(object_session(self))
        if self.station not in [unit, *self.formerly]:
            self.formerly.append(self.station)
        if unit in self.formerly:
            self.formerly.remove(unit)
        if self.state is State.WAITING:
            self.due_at = calendar.deadline(at, self.days_left)
            self.waits_until = self.days_left = None
        was, pending = self.open_handling, {}
        if isinstance(was, RectificationOrder):  # it stays to be mended, whoever does it
            pending = {"points": was.points, "made_at": was.made_at}
        Task.call_off.follow(was, by=by, at=at, because=OF_ITS_MATTER)
        self.call_off_visits(by, at)
        self.station, self.station_id, self.contacted_at = unit, unit.id, None
        at_home = self.community and self.community.station is unit and not self.is_complaint
        self.handler = responsible_for(self.community.post, at) if at_home else None
        numbered = self._numbered(by, at) | pending if pending else {}
        self._hand_out(at, calendar.deadline(at, rules.FIRST_CONTACT_DAYS), **numbered)
        return Told(to=State.RECEIVED, text=text or None, values={"unit": unit.name})

"""Taking a matter in hand, and thanking for praise."""

from sqlalchemy.orm import object_session

from models import setting
from models.base import N_
from models.handling import Handling
from models.life import Kind, State
from models.officer import HANDLERS, Officer, Role
from models.steps import Fault, Refused, Told, step
from models.task import OF_ITS_MATTER, Task, TaskState
from models.who import ACCEPTORS, BUREAU, HEAD, RESPONSIBLE
from models.workdays import Calendar


def _only_praise(matter, by, at):
    if matter.kind is not Kind.PRAISE:
        return Refused(N_("致谢只用于表扬。"))


def not_praise(matter, by, at):
    """Praise is thanked for, neither accepted nor answered."""
    if matter.kind is Kind.PRAISE:
        return Refused(N_("表扬用“致谢”来回。"))


class Taking:
    """The steps out of `received`."""

    @step(
        N_("受理"),
        says=N_("%(who)s受理了：%(summary)s"),
        frm=[State.RECEIVED],
        to=[State.IN_HAND],
        by=ACCEPTORS,
        why_not=not_praise,
    )
    def accept(self, by, at, summary, category, handler=None):
        """Take it in hand. `summary` is one line, `category` a Category, `handler` the officer whom desk or head name."""
        if by.role is Role.AUXILIARY:
            handler = by.led_by
        elif by.role is Role.OFFICER:
            handler = by
        else:
            handler = handler or self.handler or (by if by.role is not Role.DESK else None)
        if handler is None:
            raise Fault("handler", N_("请选由谁来办。"))
        self._take_in_hand(by, at, summary, category, handler)
        return Told(values={"summary": summary})

    @step(
        N_("致谢"),
        says=N_("%(who)s向%(resident)s致谢"),
        frm=[State.RECEIVED],
        to=[State.THANKED],
        by=[RESPONSIBLE, HEAD, BUREAU],
        why_not=_only_praise,
    )
    def thank(self, by, at, text):
        """Thank for praise, in one line that the resident reads."""
        self._add_handler(by)
        self.call_off_visits(by, at)
        self.closed_at, self.due_at = at, None
        Task.finish.follow(self.open_handling, by=by, at=at, because=OF_ITS_MATTER)
        return Told(text=text)

    def _check_handler(self, officer: Officer) -> None:
        """Of the unit it lies with, and not whom it concerns; the desk has only what it settled itself."""
        if not officer.works_as((*HANDLERS, Role.DESK), self.station_id):
            raise Fault("handler", N_("请选本单位的同事来办。"))
        if officer in self.concerns:
            raise Fault("handler", N_("群众反映的就是这位同事，请选别人来办。"))

    def _take_in_hand(self, by, at, summary, category, handler):
        """What was in hand before, at another unit, keeps the day that the resident was promised."""
        self._check_handler(handler)
        is_new = self.summary is None
        self.summary, self.category, self.handler = summary, category, handler
        self.receiver = self.receiver or by
        self._add_handler(handler)
        if by.role is Role.AUXILIARY:
            self._add_handler(by)
        if is_new:
            self.due_at = Calendar.load(object_session(self)).deadline(self.received_at, self._answer_days())
        handling = self.open_handling
        handling.title, handling.assignee = summary, handler
        Task.start.follow(handling, by=by, at=at, because=OF_ITS_MATTER)
        if self.contact:
            handling.next = "contact"
        else:
            self._was_contacted(at)

    def _answer_days(self) -> int:
        """Working days from receipt to the answer: the kind's, or the category's where it has less."""
        return min(
            filter(None, (setting.answer_days(object_session(self), self.kind), self.category and self.category.answer_days))
        )

    def _was_contacted(self, at) -> None:
        """Somebody has spoken to the resident; from now on the handling is due by the answer."""
        self.contacted_at = self.contacted_at or at
        handling = self.open_handling
        if handling and self.state is not State.WAITING:
            handling.due_at, handling.next = self.due_at or handling.due_at, None

    def _add_handler(self, officer: Officer):
        if officer not in self.handlers:
            self.handlers.append(officer)
        if self.open_callback and self.open_callback.assignee is officer:  # whoever handles it does not ask back
            self.open_callback.assignee = None

    def _hand_out(self, at, due_at, state=TaskState.PLANNED, kind=Handling, **more):
        self.tasks.append(kind(assignee=self.handler, due_at=due_at, state=state, **self._row(at) | more))

    def _row(self, at) -> dict:
        """What a task's row shows of this matter."""
        return {
            "station_id": self.station.id,
            "version": 1,
            "made_at": at,
            "urgent": self.urgent,
            "reserved": self.is_complaint,
            "topic": self.kind,
            "title": self.summary,
            "area": self.area,
            "number": self.number,
        }

"""Going to see somebody about a matter: the step of a matter that plans a visit."""

from datetime import datetime

from sqlalchemy.orm import object_session

from models import outbox, rules
from models.base import N_, beijing_date
from models.life import State
from models.officer import GOERS, HEADS
from models.slot import Slot
from models.steps import Fault, Refused, Told, step
from models.task import OF_ITS_MATTER
from models.visit import Visit
from models.who import HANDLER, HEAD, LED
from models.workdays import Calendar

WHILE_OPEN = (State.RECEIVED, State.IN_HAND, State.WAITING, State.ANSWERED, State.CALLED_BACK)


def _somebody_goes(matter, by, at):
    if by.role not in GOERS:
        return Refused(N_("上门由派出所去，请先交给派出所来办。"))
    if any(visit.ended_at is None for visit in matter.visits):
        return Refused(N_("已经约好上门了；要改时间，请到那次走访里改。"))


class Visiting:
    """What a matter knows of visits."""

    lines = {
        "topic_visit": N_("%(leader)s约好%(day)s%(hours)s上门，谈这件事"),
        "joint_visit": N_("%(leader)s约好%(day)s%(hours)s带着%(departments)s上门，谈这件事"),
    }

    @property
    def visits(self) -> list[Visit]:
        """The visits that were planned about it, in their order."""
        return [task for task in self.tasks if isinstance(task, Visit)]

    @step(
        N_("约上门"),
        says=N_("%(who)s约好%(day)s%(hours)s上门"),
        frm=WHILE_OPEN,
        to=WHILE_OPEN,
        by=[HANDLER, LED, HEAD],
        why_not=_somebody_goes,
        aside=True,
    )
    def visit(self, by, at, day, begins=None, ends=None, daypart=None, companions=(), place="", reason=""):
        """Plan a visit about it; the resident reads when. `by` goes, and `companions` along."""
        slot = Slot.of(at, day, begins, ends, daypart)
        if self.is_complaint and any(officer.role not in HEADS for officer in companions):
            raise Fault("companions", N_("投诉的事，只有所领导能一起去。"))
        Visit.plan(
            object_session(self), by, at, officers=[by, *companions], slots=[slot], matter=self, place=place, reason=reason
        )
        return Told(values={"day": day, "hours": slot.hours})

    def call_off_visits(self, by, at: datetime) -> None:
        """Nobody goes any more, no team either: it lies with somebody else now, or it is closed."""
        for outing in (*self.visits, *self.team_tasks):
            if outing.ended_at is None:
                outing.steps["call_off"].follow(outing, by=by, at=at, because=OF_ITS_MATTER)

    def visit_next(self, at: datetime) -> tuple[str, dict] | None:
        """What a resident reads of the visit that was agreed, or of one that nobody made: a message id and its values."""
        about = [*self.visits, *(visit for visit in self.topic_visits if visit.tells(self))]
        agreed = [visit for visit in about if visit.ended_at is None and visit.slot]
        if self.state not in WHILE_OPEN or not agreed:
            return None
        visit = min(agreed, key=lambda visit: visit.begins_at)
        values = {
            "who": visit.assignee.called,
            "day": beijing_date(visit.begins_at),
            "hours": visit.slot.hours,
            "due": self.due_at,
            "phone": self.told_by.duty_phone,
        }
        if visit.is_missed(at):
            return N_("原来约好%(day)s%(hours)s上门，%(who)s没能来，会和您另约时间。您也可以打%(phone)s问一声。"), values
        if at > visit.due_at:
            return None
        if self.state is State.WAITING:
            return N_("%(who)s%(day)s%(hours)s上门。下面问您的，您可以先回答。"), values
        if self.due_at is None:
            return N_("%(who)s%(day)s%(hours)s上门。"), values
        if at > self.due_at:
            return N_("%(who)s%(day)s%(hours)s上门。本该在%(due)s前给您的回音晚了，您可以打%(phone)s问一声。"), values
        return N_("%(who)s%(day)s%(hours)s上门，最晚%(due)s前给您回音。"), values

    def hear_of_topic_visit(self, visit: Visit, by, at: datetime) -> None:
        """Its ledger says that somebody comes to talk about it, and with whom: that is news."""
        day = beijing_date(visit.begins_at)
        values = {"leader": visit.assignee.called, "day": day, "hours": visit.slot.hours, "departments": visit.departments}
        name = "joint_visit" if visit.departments else "topic_visit"
        self.news_by = Calendar.load(object_session(self)).deadline(at, rules.WITHOUT_NEWS_DAYS)
        self.write_line(by, at, name, public=True, values=values)
        outbox.tell(self, "visit", at, [day])

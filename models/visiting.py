"""Going to see somebody about a matter: the step of a matter that plans a visit."""

from sqlalchemy.orm import object_session

from models.base import N_
from models.life import State
from models.slot import Slot
from models.steps import Refused, Told, step
from models.visit import Visit
from models.who import HANDLER, HEAD, LED

WHILE_OPEN = (State.RECEIVED, State.IN_HAND, State.WAITING, State.ANSWERED, State.CALLED_BACK)


def _somebody_goes(matter, by, at):
    if any(visit.ended_at is None for visit in matter.visits):
        return Refused(N_("已经约好上门了；要改时间，请到那次走访里改。"))


class Visiting:
    """What a matter knows of visits."""

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
        Visit.plan(
            object_session(self), by, at, officers=[by, *companions], slots=[slot], matter=self, place=place, reason=reason
        )
        return Told(values={"day": day, "hours": slot.hours})

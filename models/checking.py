"""The spot check 实地考核 (004): a head who did not go looks at what a visit was, and says so in one line."""

from models.base import N_
from models.officer import HEADS, Officer, Role
from models.steps import Fault, Refused, Who, step
from models.task import TaskState


def _checks(visit, by, at):
    if not isinstance(by, Officer) or by in visit.officers:
        return False
    near = visit.station.parent_id if by.role is Role.BUREAU else visit.station_id
    return by.role in HEADS and by.unit_id == near


SPOT_CHECKER = Who("head who did not go, or bureau", N_("没有去的所领导，或者县局"), _checks)


def _was_checked(visit, by, at):
    if visit.checker:
        return Refused(N_("%(who)s已经考核过这次走访了。"), who=visit.checker.called)


class Checking:
    """What heads say of a visit."""

    @step(
        N_("实地考核"),
        frm=[TaskState.DONE],
        to=[TaskState.DONE],
        by=[SPOT_CHECKER],
        public=False,
        why_not=_was_checked,
    )
    def check(self, by, at, remark):
        """Somebody above looked: `remark`, one line, is for whoever went, and for heads; no resident reads it."""
        if not remark:
            raise Fault("remark", N_("请写一句看到的情况。"))
        self.checker, self.remark = by, remark

    def shows_remark_to(self, by: Officer) -> bool:
        """Whether `by` reads what a head said of it: whoever went, and heads."""
        return self.checker is not None and (by.role in HEADS or by in self.officers)

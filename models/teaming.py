"""Sending the service team 社区公安服务队 about a matter: the step of a matter that issues a slip."""

from sqlalchemy.orm import object_session

from models.base import N_
from models.officer import ISSUERS
from models.steps import Refused, Told, step
from models.team_task import Member, TeamTask
from models.visiting import WHILE_OPEN
from models.who import DESK, HANDLER, HEAD


def _a_team_may_go(matter, by, at):
    if matter.is_complaint:
        return Refused(N_("投诉的事不派服务队。"))
    if by.role not in ISSUERS:
        return Refused(N_("服务队由派出所来派。"))


class Teaming:
    """What a matter knows of the service team."""

    @property
    def team_tasks(self) -> list[TeamTask]:
        """The slips that were issued about it, in their order."""
        return [task for task in self.tasks if isinstance(task, TeamTask)]

    @step(
        N_("派服务队"),
        says=N_("%(who)s派服务队%(day)s去："),
        frm=WHILE_OPEN,
        to=WHILE_OPEN,
        by=[HANDLER, HEAD, DESK],
        public=False,
        why_not=_a_team_may_go,
        aside=True,
    )
    def send_team(
        self,
        by,
        at,
        title,
        day,
        place="",
        details="",
        officers=0,
        auxiliaries=0,
        grid_workers=0,
        cadres=0,
        guards=0,
        volunteers=0,
        others=0,
    ):
        """Issue a slip about it; what came of it is told to the resident by whoever answers."""
        given = locals()
        team = {member: given[member.code] or 0 for member in Member}
        what = {"title": title, "day": day, "place": place, "details": details}
        TeamTask.issue(object_session(self), by, at, **what, area=self.area, team=team, matter=self)
        return Told(text=title, values={"day": day})

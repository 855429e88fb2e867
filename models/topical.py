"""What a visit has to do with the matters that it is about: whose ledgers tell of it, and what came of it for each."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import object_session, with_parent

from models.base import N_
from models.complaint import matter_concerns
from models.life import Kind
from models.officer import Officer
from models.steps import Fault, Told


class Topical:
    """A visit may be about one matter, or, as a topic visit, about several of one community."""

    def tells(self, matter) -> bool:
        """Whether the ledger of a topic visit's matter still tells of it: it is open, lies here, and is no complaint (DESIGN §4)."""
        here = matter.station_id == self.station_id and matter.closed_at is None
        return here and not matter.is_complaint and not matter.concerns

    @property
    def told_matters(self) -> list:
        """The matters whose residents are told of it."""
        return [self.matter] if self.matter else [matter for matter in self.matters if self.tells(matter)]

    def matters_shown_to(self, by: Officer) -> list:
        """The matters of a topic visit that `by` may look at just now, in one query however many there are."""
        matter = type(self).matters.property.mapper.class_
        no_complaint = matter.kind != Kind.COMPLAINT, matter.id.not_in(select(matter_concerns.c.matter_id))
        mine = select(matter).where(with_parent(self, type(self).matters), *no_complaint, matter.lying_with(by))
        return list(object_session(self).scalars(mine.order_by(matter.id)))

    def to_lock(self):
        matters = [self.matter] if self.matter else self.matters
        return [*matters, self]

    def write_down(self, step, by, at, told):
        if step.says:
            for matter in self.told_matters:
                matter.write_down(step, by, at, told, shelf=self.shelf)

    def _outcome(self, outcome: str) -> Told:
        """What came of it goes back to each matter with the line that somebody was there; it is asked for where somebody is told."""
        if self.ended_at is None and self.matters:  # what was told once stands
            if self.told_matters and not outcome:
                raise Fault("outcome", N_("请写一下谈得怎么样，群众在回音卡上看得到。"))
            self.outcome = outcome or None
        return Told(text=self.outcome)

    def tell_of_plan(self, by, at: datetime) -> None:
        """Each matter's ledger says who comes, when, and with whom; whoever wants texts gets one."""
        session = object_session(self)
        session.flush()
        for matter in self.told_matters:
            matter.hear_of_topic_visit(self, by, at)

"""Those whom a visit goes to: who may reach them today, and what they say. The visit keeps how many things, not which."""

from datetime import datetime

from models.base import beijing_date
from models.officer import GOERS, HEADS
from models.task import TaskState
from models.who import VISITOR


class Meeting:
    """What a visit knows of residents."""

    def reaches(self, by, at: datetime) -> bool:
        """Whether `by`, who goes, may look at how the resident of its matter can be reached: on its day, or on the way."""
        is_today = self.begins_at is not None and beijing_date(self.begins_at) == beijing_date(at)
        is_on = self.state is TaskState.UNDER_WAY or (self.state is TaskState.PLANNED and is_today)
        return is_on and self.is_gone_on_by(by)

    def is_gone_on_by(self, by) -> bool:
        """Whether somebody of the station was named to go, and `by` is one of them."""
        return self.assignee_id is not None and by.role in GOERS and VISITOR.is_it(self, by, None)

    def shows_place_to(self, by) -> bool:
        """Whether `by` reads where exactly it goes: about a matter, or after a slip, that is a home, for those who go and for heads."""
        is_a_home = self.matter_id is not None or self.slip is not None
        return not is_a_home or by.role in HEADS or self.is_gone_on_by(by)

    def shows_code_to(self, by) -> bool:
        """Whether `by`, who goes, is shown the digits for the check at the door: where there is a community, and a time or a start."""
        is_on = self.ended_at is None and self.community_id is not None and (self.begins_at or self.went_at)
        return bool(is_on) and self.is_gone_on_by(by)

    def hears(self, by, at: datetime) -> bool:
        """Whether `by`, who goes, may write down what somebody says: on the way, and for the rest of the day."""
        is_today = self.state is TaskState.DONE and beijing_date(self.left_at or self.ended_at) == beijing_date(at)
        return (self.state is TaskState.UNDER_WAY or is_today) and VISITOR.is_it(self, by, at)

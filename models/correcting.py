"""After a visit was recorded: putting the record right within a week, and the end of its photos."""

from datetime import datetime
from functools import wraps

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import rules
from models.base import N_
from models.going import Going
from models.officer import Officer
from models.photo import Photo
from models.steps import THE_CLOCK, Refused, step
from models.task import Task, TaskState
from models.who import VISITOR


def _too_late(visit, by, at):
    if visit.left_at is None:
        return Refused(N_("这次打过电话，没有上门，没有记录可改。"))
    if at > visit.ended_at + rules.RECORD_CORRECTED:
        return Refused(N_("记下来已经超过%(n)s天，不能再改了。"), n=rules.RECORD_CORRECTED.days)


def _may_be_kept(visit, by, at):
    if not visit.photos or at <= visit.ended_at + rules.VISIT_PHOTOS_KEPT:
        return Refused(N_("照片还没有到删掉的时候。"))


class Correcting:
    """The steps of a visit that is done."""

    @step(
        N_("改一改"),
        frm=[TaskState.DONE],
        to=[TaskState.DONE],
        by=[VISITOR],
        public=False,
        why_not=_too_late,
        aside=True,
    )
    @wraps(Going.record.verb, assigned=())
    def correct(self, by, at, **fields):
        """Write the record once more, all of it; photos are added to those that are there."""
        Going.record.verb(self, by, at, **fields)

    @step(N_("删掉照片"), frm=[TaskState.DONE], to=[TaskState.DONE], by=[THE_CLOCK], public=False, why_not=_may_be_kept)
    def erase(self, by, at):
        """The photos go 90 days after the record (DESIGN §3); counts and diary remain."""
        self.photos.clear()

    def hides_numbers_from(self, by: Officer) -> bool:
        """Whether `by` reads numbers in the diary masked: all but who went."""
        return not VISITOR.is_it(self, by, None)


def photos_kept_too_long(session: Session, at: datetime) -> list:
    """The visits whose photos have to go."""
    ids = select(Photo.visit_id).where(Photo.visit_id.is_not(None))
    over = select(Task).where(Task.id.in_(ids), Task.ended_at < at - rules.VISIT_PHOTOS_KEPT).order_by(Task.id)
    return list(session.scalars(over))

"""Going on a visit: what is taken along, the start, and the record of what came of it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time

from sqlalchemy.orm import object_session

from models import rules
from models.base import BEIJING, N_, Word, beijing_date
from models.photo import Drawn, Photo
from models.steps import Fault, Refused, step
from models.survey import fill_in
from models.task import OPEN, TaskState
from models.who import VISITOR
from models.workdays import ONE_DAY


class Carried(Word):
    """What nobody goes without (002)."""

    CARD = N_("人民警察证")
    SURVEY = N_("走访调查表")
    LEAFLETS = N_("宣传资料")


class Counted(Word):
    """What a visit counts; each is a column of it."""

    HOUSEHOLDS = N_("见到几户")
    UNITS = N_("几个单位")
    PEOPLE = N_("见到几人")
    LEAFLETS = N_("发宣传材料")
    DEEDS = N_("办实事")
    OPINIONS = N_("意见建议")
    DISPUTES = N_("发现纠纷")
    DISPUTES_SETTLED = N_("调解好纠纷")
    HAZARDS = N_("发现隐患")
    HAZARDS_SETTLED = N_("整改好隐患")


def _may_go(visit, by, at):
    hour = at.astimezone(BEIJING).time()
    if hour >= rules.VISIT_UNTIL:
        return Refused(N_("晚上10点以后不上门。今天没去成的，请改时间。"))
    if hour < rules.VISIT_FROM:
        return Refused(N_("早上8点以前不上门。"))
    if visit.begins_at and beijing_date(visit.begins_at) > beijing_date(at):
        return Refused(N_("约的是%(day)s，还没到。要提前去，请先改时间。"), day=beijing_date(visit.begins_at))


def _is_to_come(visit, by, at):
    if visit.went_at is None and visit.begins_at and beijing_date(visit.begins_at) > beijing_date(at):
        return Refused(N_("约的是%(day)s，还没到，不能记。"), day=beijing_date(visit.begins_at))


class Going:
    """The steps from the door of the station to the last line of the record."""

    def _who_goes(self, by) -> None:
        """Whoever takes up what nobody had taken, has it."""
        if self.assignee is None:
            self.assignee = by

    @step(
        N_("开始走访"),
        frm=[TaskState.PLANNED],
        to=[TaskState.UNDER_WAY],
        by=[VISITOR],
        public=False,
        why_not=_may_go,
    )
    def start(self, by, at, carried: Collection[Carried]):
        """Set out, with all that is `carried`; not after 22:00, and not before the day that was agreed."""
        missing = [thing for thing in Carried if thing not in carried]
        if missing:
            raise Fault("carried", N_("出门前请带齐：%(things)s。"), things=missing)
        self._who_goes(by)
        self.went_at = at

    @step(
        N_("记走访"),
        says=N_("%(who)s上门来过"),
        frm=OPEN,
        to=[TaskState.DONE],
        by=[VISITOR],
        why_not=_is_to_come,
    )
    def record(
        self,
        by,
        at,
        went: time | None = None,
        left: time | None = None,
        households=0,
        units=0,
        people=0,
        leaflets=0,
        deeds=0,
        opinions=0,
        disputes=0,
        disputes_settled=0,
        hazards=0,
        hazards_settled=0,
        diary="",
        late_because="",
        photos: Sequence[Drawn] = (),
        outcome="",
    ):
        """Write down what came of it: the true times (Beijing, of the day it was), what was counted, one line of diary.

        Whoever stayed past 22:00, or went before 08:00, says why in `late_because` (002). Somebody was met, or a slip left.
        `outcome` is what came of it for each matter of a topic visit. Where exactly it was goes: nobody needs the door any more.
        """
        self._keep_times(at, went, left, late_because)
        given = locals()
        for name in (count.code for count in Counted):
            value = given[name] or 0
            if not 0 <= value <= rules.COUNT_MAX:
                raise Fault(name, N_("请写0到%(n)s之间的数。"), n=rules.COUNT_MAX)
            setattr(self, name, value)
        if not (self.households or self.units or self.people or self.absent):
            raise Fault("households", N_("见到了几户、几个单位？一个人也没见到，就点“没人在家”。"))
        self._who_goes(by)
        if len(self.photos) + len(photos) > rules.PHOTOS_OF_VISIT:
            raise Fault("photos", N_("一次走访最多存%(n)s张照片。"), n=rules.PHOTOS_OF_VISIT)
        told = self._outcome(outcome)
        self.diary, self.ended_at, self.place = diary or None, self.ended_at or at, ""
        self.photos += [Photo.of(drawn, at) for drawn in photos]
        return told

    @step(
        N_("填一张调查表"),
        frm=[TaskState.UNDER_WAY],
        to=[TaskState.UNDER_WAY],
        by=[VISITOR],
        public=False,
    )
    def survey(self, by, at, answers: Mapping[int, int]):
        """One questionnaire was filled in: how many the visit keeps, and of the `answers` only the station's sums (see fill_in)."""
        fill_in(object_session(self), self.station, answers, at)
        self.surveyed += 1

    def _keep_times(self, at, went, left, late_because) -> None:
        day = beijing_date(self.went_at or self.begins_at or at)
        if day < beijing_date(at) and self.went_at is None and not (went and left):
            field = "left" if went else "went"
            raise Fault(field, N_("这次约的是%(day)s，请写那天几点到、几点走的。"), day=day)
        went_at = datetime.combine(day, went, BEIJING) if went else self.went_at or at
        left_at = datetime.combine(day, left, BEIJING) if left else self.left_at or at
        if went_at > at:
            raise Fault("went", N_("还没到这个时间。"))
        if left_at < went_at:
            if left_at.astimezone(BEIJING).time() >= rules.VISIT_FROM:
                raise Fault("left", N_("走的时间要在到的时间以后。"))
            left_at += ONE_DAY  # past midnight
        if left_at > at:
            raise Fault("left", N_("还没到这个时间。"))
        self.went_at, self.left_at = went_at, left_at
        if self.was_out_of_hours and not late_because:
            raise Fault("late_because", N_("走访超出了8点到22点，请写一下为什么。"))
        self.late_because = late_because if self.was_out_of_hours else None

    @property
    def hours(self) -> str:
        """From when to when it really was, in Beijing."""
        return f"{self.went_at.astimezone(BEIJING):%H:%M}–{self.left_at.astimezone(BEIJING):%H:%M}"

    @property
    def was_out_of_hours(self) -> bool:
        """Whether it began before 08:00, or lasted past 22:00."""
        went, left = self.went_at.astimezone(BEIJING), self.left_at.astimezone(BEIJING)
        return went.time() < rules.VISIT_FROM or left.time() > rules.VISIT_UNTIL or left.date() > went.date()

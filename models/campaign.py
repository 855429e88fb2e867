"""Campaign 专项回访: all that was closed in a period, a topic or a community is asked about once more; no rating is overwritten."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Select, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, relationship

from models import audit, rules
from models.asking import CallbackResult, Reach
from models.base import N_, Base, new_uid
from models.callback import STAFF_NOT_A_HANDLER, Callback, not_yours
from models.category import Category
from models.contact import Channel, Contact
from models.life import Kind, State
from models.matter import Matter
from models.officer import Officer
from models.satisfaction import Tally
from models.steps import THE_CLOCK, Fault, Refused, Told, step
from models.task import OF_ITS_MATTER, Task, TaskState, units_below
from models.unit import Community, Unit
from models.workdays import ONE_DAY, Calendar, day_begin


class Campaign(Base):
    """One campaign: what is asked about, and who wants to know. Its answers are the recalls'."""

    __tablename__ = "campaign"
    __table_args__ = (CheckConstraint("since <= until", name="ends_after_it_begins"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid)
    title: Mapped[str] = mapped_column(String(rules.CAMPAIGN_TITLE_MAX))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    made_at: Mapped[datetime]
    since: Mapped[date]  # the Beijing days of the sign-offs, both included
    until: Mapped[date]
    community_id: Mapped[int | None] = mapped_column(ForeignKey("community.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    unreachable: Mapped[int] = mapped_column(default=0)  # matters that left no phone to ring

    unit: Mapped[Unit] = relationship()
    made_by: Mapped[Officer] = relationship()
    community: Mapped[Community | None] = relationship()
    category: Mapped[Category | None] = relationship()

    @classmethod
    def seen_by(cls, by: Officer):
        """The condition on campaigns of the own unit; the bureau's also on its stations'."""
        return cls.unit_id.in_(units_below(by))

    @classmethod
    def launch(
        cls,
        session: Session,
        by: Officer,
        at: datetime,
        *,
        title: str,
        since: date,
        until: date,
        community: Community | None = None,
        category: Category | None = None,
        uid: str = "",
    ) -> "Campaign":
        """Have everybody asked once more whose matter was signed off in these days, inside a write.

        Only what can still be taken up (DESIGN §4: 90 days) and left a phone; no complaint. Fault where there is nothing.
        The same `uid`, 32 hex digits, gives the same campaign again.
        """
        if known := session.scalars(select(cls).where(cls.uid == uid)).one_or_none():
            return known
        if since > until:
            raise Fault("until", N_("结束的日子要在开始的日子以后。"))
        if day_begin(since) < at - timedelta(days=rules.OBJECTION_DAYS):
            raise Fault("since", N_("办结超过%(days)s天的不再问：电话已经删掉了。"), days=rules.OBJECTION_DAYS)
        closed = _closed(by, since, until, community, category)
        to_ask = closed.where(HAS_PHONE, ~BEING_ASKED).order_by(Matter.id).limit(rules.CAMPAIGN_MAX + 1)
        matters = session.scalars(to_ask.with_for_update(of=Matter)).all()
        if not matters:
            raise Fault("until", N_("这段时间里没有留了电话、可以再问的事。"))
        if len(matters) > rules.CAMPAIGN_MAX:
            raise Fault("until", N_("超过%(n)s件，一次打不完。请把时间缩短，或者选一个社区、一个类别。"), n=rules.CAMPAIGN_MAX)
        without = session.scalar(select(func.count()).select_from(closed.where(~HAS_PHONE).subquery()))
        asked_about = {"since": since, "until": until, "community": community, "category": category}
        made = {"uid": uid or new_uid(), "title": title, "unit_id": by.unit_id, "made_by": by, "made_at": at}
        campaign = cls(**made, **asked_about, unreachable=without)
        session.add(campaign)
        due = Calendar.load(session).deadline(at, rules.CAMPAIGN_DAYS)
        for matter in matters:
            recall = Recall(state=TaskState.PLANNED, channel=Channel.PHONE, due_at=due, campaign=campaign, **matter._row(at))
            matter.tasks.append(recall)
        session.flush()
        audit.note(session, at=at, by=by, action="launch", record=campaign, detail=f"{len(matters)} matters")
        return campaign

    def stop(self, by: Officer, at: datetime) -> int:
        """Call off what was not asked yet, inside a write; returns how many."""
        session = object_session(self)
        left = session.scalars(select(Recall).where(Recall.campaign_id == self.id, Recall.ended_at.is_(None))).all()
        for recall in left:
            Task.call_off.follow(recall, by=by, at=at, because=OF_ITS_MATTER)
        audit.note(session, at=at, by=by, action="stop", record=self, detail=f"{len(left)} matters")
        return len(left)


HAS_PHONE = Matter.contact.has(Contact.phone_sealed.is_not(None))
BEING_ASKED = Matter.tasks.any((Task.kind == "recall") & Task.ended_at.is_(None))


def _closed(by: Officer, since: date, until: date, community: Community | None, category: Category | None) -> Select:
    """What lies with `by`, was signed off on these days and is no complaint."""
    closed = select(Matter).where(
        Matter.lying_with(by),
        Matter.state == State.SIGNED_OFF,
        Matter.kind != Kind.COMPLAINT,
        Matter.closed_at >= day_begin(since),
        Matter.closed_at < day_begin(until + ONE_DAY),
    )
    if community:
        closed = closed.where(Matter.community_id == community.id)
    return closed.where(Matter.category_id == category.id) if category else closed


def _may_ask_again(recall, by, at):
    if recall.matter.state is not State.SIGNED_OFF:
        return recall.matter.moved_on()
    return not_yours(recall, by, at)


def _is_not_over(recall, by, at):
    if at <= recall.due_at:
        return Refused(N_("还没有到期。"))


class Recall(Callback):
    """One matter of a campaign asked about once more. Its rating stays its own."""

    __tablename__ = "recall"
    __mapper_args__ = {"polymorphic_identity": "recall", "polymorphic_load": "selectin"}
    __table_args__ = {}

    id: Mapped[int] = mapped_column(ForeignKey("callback.id"), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)

    campaign: Mapped[Campaign] = relationship()

    label = N_("专项回访")
    shelf = "recalls"

    @step(
        N_("回访"),
        says=N_("%(who)s专项回访：%(result)s%(rating)s"),
        frm=[TaskState.PLANNED],
        to=[TaskState.PLANNED, TaskState.DONE],
        by=[STAFF_NOT_A_HANDLER],
        public=False,
        why_not=_may_ask_again,
    )
    def record(self, by, at, result, rating=None, solved=None, words=None):
        """Write down one try. The rating given at the time stays; what turns out not to be solved is taken up again."""
        self.taken_by(by)
        if result is Reach.REACHED:
            if rating is None:
                raise Fault("rating", N_("请选一下群众满意不满意。"))
            self._ends_as(CallbackResult.RATED, at, rating, typed_by_staff=True)
            return Told(
                to=TaskState.DONE,
                text=words or None,
                values={"result": result, "rating": rating},
                then=lambda: self.matter.hear_again(solved or (), by, at),
            )
        if result is Reach.WRONG:
            self.matter.lose_phone(by, at)
        if result is Reach.UNREACHED:
            self.missed(at, self.matter.daypart)
            if not self.is_unreachable:
                return Told(to=TaskState.PLANNED, values={"result": result, "rating": ""})
        self._ends_as(CallbackResult.REFUSED if result is Reach.REFUSED else CallbackResult.UNREACHABLE, at)
        return Told(to=TaskState.DONE, values={"result": result, "rating": ""})

    @step(
        N_("过期"),
        frm=[TaskState.PLANNED],
        to=[TaskState.DONE],
        by=[THE_CLOCK],
        public=False,
        why_not=_is_not_over,
    )
    def expire(self, by, at):
        """Nobody was asked in time: it counts as silent, never as satisfied."""
        self._ends_as(CallbackResult.SILENT, at)

    def _ends_as(self, result, at, *rating, **typed) -> None:
        self.closes_as(result, at, *rating, **typed)
        self.ended_at = at


def recalls_over(session: Session, at: datetime) -> list[Recall]:
    """The recalls whose time was over at `at`."""
    over = select(Recall).where(Recall.ended_at.is_(None), Recall.due_at < at)
    return list(session.scalars(over.order_by(Task.due_at, Task.id)))


@dataclass(frozen=True)
class Heard:
    """What came of a campaign so far: how many were to be asked, and how many said or did what."""

    asked: int
    open: int
    said: Tally
    called_off: int


def heard(session: Session, campaign: Campaign) -> Heard:
    """Count the recalls of one campaign, in one statement."""
    columns = Task.state, Recall.result, Recall.rating
    query = select(*columns, func.count()).where(Recall.campaign_id == campaign.id).group_by(*columns)
    states, said = Counter(), Tally()
    for state, result, rating, count in session.execute(query):
        states[state] += count
        if state is TaskState.DONE:
            said[rating or result] += count
    return Heard(states.total(), states[TaskState.PLANNED], said, states[TaskState.CALLED_OFF])


def taken_up_again(campaign: Campaign, by: Officer) -> Select:
    """Number, id and summary of its matters that are not closed any more: what was not solved after all."""
    columns = Matter.id, Matter.number, Matter.summary, Matter.state
    return (
        select(*columns)
        .join(Recall, Recall.matter_id == Matter.id)
        .where(Recall.campaign_id == campaign.id, Matter.closed_at.is_(None), Matter.seen_by(by))
        .order_by(Matter.id)
    )

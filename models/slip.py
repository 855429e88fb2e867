"""The slip 留条: nobody was at home. By the card on it she says when somebody comes again, or that none need come."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, LargeBinary, String, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, relationship

from models import audit, rules, setting
from models.asking import Asked
from models.base import AUTOINCREMENT, N_, Base, Word, Worded, beijing_date, new_uid
from models.card import EchoCard
from models.contact import Reachable, Sealing
from models.night import Nights
from models.officer import Officer
from models.slot import Slot, keep_free, taken_by
from models.steps import THE_CLOCK, Fault, Refused, Told, step
from models.task import Task, TaskState
from models.who import CARD, HEAD, VISITOR
from models.workdays import ONE_DAY, Calendar, Weekday


class Chosen(Word):
    """What she says to a slip."""

    OPEN = N_("等群众选时间"), "soon"
    SLOT = N_("群众选了时间"), "done"
    CALL = N_("打电话就行"), "soon"
    NOTHING = N_("群众说不用来了")


TAKEN = N_("这个时间刚刚约给别人了，请换一个。")
NOT_ERASED = text("erased_at IS NULL")


class Slip(Sealing, Base):
    """One slip, left during one visit. What she says to it is about the next one, which has its card."""

    __tablename__ = "slip"
    __table_args__ = (
        Index("ix_slip_kept", "left_at", sqlite_where=NOT_ERASED, postgresql_where=NOT_ERASED),
        AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), unique=True)
    left_on_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    left_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    left_at: Mapped[datetime]
    chosen: Mapped[Chosen] = mapped_column(Worded(Chosen), default=Chosen.OPEN)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    erased_at: Mapped[datetime | None]

    visit: Mapped["Visit"] = relationship(foreign_keys=visit_id, back_populates="slip")  # noqa: F821  in models.visit
    left_by: Mapped[Officer] = relationship()

    @property
    def until(self) -> datetime:
        """When it is too late to choose for the first time."""
        return self.left_at + timedelta(days=rules.SLIP_DAYS)

    def hear(self, chosen: Chosen, phone: str | None = None) -> None:
        """What she says now takes the place of what she said before: a phone that is no longer needed goes at once."""
        self.chosen = self.visit.topic = chosen
        self.keep(object_session(self).info["keys"], Reachable(phone=phone or ""))


def offered(
    at: datetime, calendar: Calendar, dayparts: Collection[str] = rules.DAYPARTS_OFFERED, nights: Nights | None = None
) -> list[Slot]:
    """The hours that residents are offered of the days ahead: of the parts of the day, and of the evenings of night visits.

    Of a public holiday there are none.
    """
    days = [beijing_date(at) + n * ONE_DAY for n in range(rules.SLIP_DAYS + 1)]
    hours = [slot for day in days if not calendar.is_holiday(day) for slot in _hours(day, dayparts, nights or Nights())]
    return [slot for slot in hours if at + rules.SLOT_AHEAD <= slot.begins_at < at + timedelta(days=rules.SLIP_DAYS)]


def _hours(day, dayparts, nights) -> list[Slot]:
    parts = [rules.DAYPARTS[part] for part in rules.DAYPARTS_OFFERED if part in dayparts]
    if Weekday.on(day) in nights.days:
        parts.append((nights.begins, nights.ends))
    spans = [Slot.at(day, begins, ends) for begins, ends in parts]
    hours = [slot for span in spans for slot in span.parts(rules.SLOT)]
    return [slot for n, slot in enumerate(hours) if not any(slot.crosses(other) for other in hours[:n])]


def _may_choose(visit, by, at):
    if visit.begins_at and visit.begins_at <= at <= visit.due_at:
        return Refused(N_("约的时间已经到了。要改，请打派出所电话。"))


def _is_to_be_rung(visit, by, at):
    if visit.slip is None or visit.slip.chosen is not Chosen.CALL:
        return Refused(N_("没有人请您打电话。"))


def _may_still_choose(visit, by, at):
    if visit.slip is None or visit.slip.chosen is not Chosen.OPEN or visit.begins_at or at <= visit.slip.until:
        return Refused(N_("还没有到期。"))


def _may_be_kept(visit, by, at):
    slip = visit.slip
    is_over = visit.ended_at and at > visit.ended_at + rules.SLIP_KEPT
    if slip is None or slip.erased_at or not (is_over or at > slip.left_at + rules.SLIP_KEPT_AT_MOST):
        return Refused(N_("还没有到删掉的时候。"))


class Slipping:
    """What a visit knows of slips: leaving one, and, where it comes of one, what she chooses and what follows."""

    @step(
        N_("没人在家，留张条"),
        frm=[TaskState.UNDER_WAY],
        to=[TaskState.UNDER_WAY],
        by=[VISITOR],
        public=False,
        aside=True,
    )
    def leave_slip(self, by, at, place=""):
        """Nobody is at home: a slip with a card for whoever lives there, and a visit without a time for whoever goes.

        `place` is the door, where the visit's own place does not say it; it goes with the phone.
        """
        session = object_session(self)
        self.absent += 1
        visit = type(self)(
            state=TaskState.PLANNED,
            version=1,
            made_at=at,
            station_id=self.station_id,
            area=self.area,
            title=self.title,
            topic=Chosen.OPEN,
            reserved=self.reserved,
            matter=self.matter,
            community=self.community,
            grid=self.grid,
            site=self.site,
            sort=self.sort,
            reason=self.reason,
            place=place or self.place,
            assignee=self.assignee,
            planned_as=new_uid(),
        )
        visit.slip = Slip(uid=new_uid(), left_on_id=self.id, left_by=by, left_at=at, chosen=Chosen.OPEN)
        card = EchoCard.give_out(session, self.station, at, task=visit)
        visit.number = card.number
        session.add(visit)
        session.flush()
        audit.note(session, at=at, by=by, action="plan", record=visit)
        return Told(card=card)

    # ── what she chooses, until somebody is to come

    @step(
        N_("选个时间"),
        told=N_("选个时间"),
        frm=[TaskState.PLANNED],
        to=[TaskState.PLANNED],
        by=[CARD],
        public=False,
        why_not=_may_choose,
    )
    def pick(self, by, at, slot: Slot):
        """She takes one of the hours that are free, or another one in its place. Of two who want one the second is told so."""
        if slot not in self.free_slots(at):
            raise Fault("slot", TAKEN)
        try:
            keep_free(object_session(self), self.station, self.officers, [slot], but=self)
        except Fault:  # which says where the officer is: nothing for her
            raise Fault("slot", TAKEN) from None
        self.moves += self.begins_at is not None
        self.begins_at, self.due_at, self.daypart, self.why = slot.begins_at, slot.ends_at, None, None
        self.slip.hear(Chosen.SLOT)

    @step(
        N_("打个电话就行"),
        frm=[TaskState.PLANNED],
        to=[TaskState.PLANNED],
        by=[CARD],
        public=False,
        why_not=_may_choose,
    )
    def ask_call(self, by, at, phone, consent=False):
        """Nobody need come: she leaves a phone, sealed, and is rung by the end of the next working day."""
        if not consent:
            raise Fault("consent", N_("没有您同意，电话不能存。"))
        self.begins_at = self.daypart = self.why = None
        self.due_at = Calendar.load(object_session(self)).deadline(at, rules.CALL_BACK_BY_PHONE_DAYS)
        self.slip.hear(Chosen.CALL, phone)

    @step(
        N_("不用来了"),
        frm=[TaskState.PLANNED],
        to=[TaskState.CALLED_OFF],
        by=[CARD],
        public=False,
        why_not=_may_choose,
    )
    def spare(self, by, at):
        """Nobody need come, nor ring."""
        self.ended_at, self.why = at, None
        self.slip.hear(Chosen.NOTHING)

    # ── what follows

    @step(
        N_("电话里说过了"),
        frm=[TaskState.PLANNED],
        to=[TaskState.DONE],
        by=[VISITOR],
        public=False,
        why_not=_is_to_be_rung,
    )
    def call(self, by, at):
        """She was rung, as she wished, and nobody need come."""
        self._who_goes(by)
        self.ended_at = at

    @step(
        N_("过期"),
        frm=[TaskState.PLANNED],
        to=[TaskState.CALLED_OFF],
        by=[THE_CLOCK],
        public=False,
        why_not=_may_still_choose,
    )
    def expire(self, by, at):
        """Seven days without a word: nobody comes, and nobody has to do anything about it."""
        self.ended_at = at

    @step(
        N_("删掉电话和门牌"),
        frm=TaskState,
        to=TaskState,
        by=[THE_CLOCK],
        public=False,
        why_not=_may_be_kept,
    )
    def forget(self, by, at):
        """Seven days after the end, and 30 after it was left in any case, phone and door go; her card still says what became of it."""
        self.slip.phone_sealed, self.slip.erased_at, self.place = None, at, ""

    # ── what she is told, and what whoever goes may see

    @property
    def comes_next(self) -> str | None:
        """Where she only wants to be rung, that comes before any going."""
        return "call" if self.slip and self.slip.chosen is Chosen.CALL and self.slot is None else None

    def free_slots(self, at: datetime) -> list[Slot]:
        """The hours offered in which nobody of those who go is anywhere else."""
        session, station = object_session(self), self.station_id
        slots = offered(at, Calendar.load(session), setting.of(session, "dayparts", station), Nights.of(session, station))
        taken = [one.slot for one in taken_by(session, self.officers, slots, but=self)]
        return [slot for slot in slots if not any(slot.crosses(other) for other in taken)]

    def what_next(self, at: datetime) -> tuple[str, dict]:
        """What happens next, for whoever holds the slip: a message id and its values."""
        who = self.assignee.called if self.assignee else self.station.name
        values = {"who": who, "phone": self.station.duty_phone, "why": self.why, "due": self.due_at}
        if self.slot:
            values |= {"day": beijing_date(self.begins_at), "hours": self.slot.hours}
        if self.state is TaskState.CALLED_OFF:
            return self._why_nobody_comes(), values
        if self.state is TaskState.DONE:
            return N_("%(who)s来过了。还有事，请打%(phone)s。") if self.left_at else N_(
                "电话里说过了。还有事，请打%(phone)s。"
            ), values
        if self.state is TaskState.UNDER_WAY:
            return N_("%(who)s已经出门，正在路上。"), values
        if self.slot and at > self.due_at:
            return N_("约的是%(day)s%(hours)s，%(who)s没有来成，对不起。请再选一个时间，或者打%(phone)s问一声。"), values
        if self.slot and self.why:
            return N_("%(who)s改到%(day)s%(hours)s来（%(why)s）。不方便的话，在来之前可以再改。"), values
        if self.slot:
            return N_("%(who)s%(day)s%(hours)s来。不方便的话，在来之前可以再改。"), values
        if self.slip.chosen is Chosen.CALL:
            return N_("%(who)s会在%(due)s前打您留的电话。"), values
        return N_("请选一个方便的时间。%(until)s前没有选，这次就不来了，您什么也不用做。"), {"until": self.slip.until}

    def _why_nobody_comes(self) -> str:
        if self.slip.chosen is Chosen.NOTHING:
            return N_("您说不用来了，我们就不来了。有事请打%(phone)s。")
        if self.why:
            return N_("这次不来了（%(why)s）。还想我们来，请打%(phone)s。")
        if self.slip.chosen is Chosen.OPEN and not self.slot:
            return N_("没有选时间，这次就不来了。还想我们来，请打%(phone)s。")
        return N_("这次不来了。还想我们来，请打%(phone)s。")

    def why_no_look(self, by: Officer, at: datetime) -> Refused | None:
        """Why `by` may not see the phone at `at`: it is for those who go, and their head, while there is something to ring about."""
        if self.slip is None or self.slip.phone_sealed is None or self.ended_at:
            return Refused(N_("电话已经不用了。"))
        if not any(who.is_it(self, by, at) for who in (VISITOR, HEAD)):
            return Refused(N_("这一步由%(who)s来做。"), who=[VISITOR.title, HEAD.title])
        return Asked.too_early_or_late(at)

    def open_phone(self, by: Officer, at: datetime) -> Reachable:
        """One look, inside a write, with a line in the audit log. Refused where `by` does not need it, or it is no hour to ring."""
        if refusal := self.why_no_look(by, at):
            raise refusal
        audit.note(object_session(self), at=at, by=by, action="open_contact", record=self, detail="visitor")
        return self.slip.in_clear


def _of_old_ones(session: Session, at: datetime, *which) -> list:
    visit = Slip.visit.property.mapper.class_
    old = Slip.erased_at.is_(None), Slip.left_at < at - timedelta(days=rules.SLIP_DAYS)
    return list(session.scalars(select(visit).join(visit.slip).where(*old, *which).order_by(Slip.left_at, Slip.id)))


def not_chosen(session: Session, at: datetime) -> list:
    """The visits whose slips nobody answered in time."""
    return _of_old_ones(session, at, Slip.chosen == Chosen.OPEN, Task.begins_at.is_(None), Task.ended_at.is_(None))


def kept_too_long(session: Session, at: datetime) -> list:
    """The visits whose slips hold a phone and a door that have had their time."""
    is_over = Task.ended_at < at - rules.SLIP_KEPT
    return _of_old_ones(session, at, or_(is_over, Slip.left_at < at - rules.SLIP_KEPT_AT_MOST))

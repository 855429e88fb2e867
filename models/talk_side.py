"""One side of a talk 一方: a neutral word for it, what it wants, how it can be reached (sealed), and its own echo card."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint, and_, or_, select, true
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, relationship

from models import audit, rules
from models.base import AUTOINCREMENT, N_, Base, Word, Worded, beijing_date, new_uid
from models.card import EchoCard
from models.contact import Reachable, Sealing
from models.keeping import handled_it
from models.ledger import nobody_spoke
from models.officer import HEADS, Officer
from models.steps import CLOCK, THE_CLOCK, Fault, Refused, Stepped, Told, step
from models.talk_agreement import Agreement, AgreementWord, Says
from models.talk_callback import TalkCallback
from models.task import OF_ITS_MATTER, Task
from models.who import CARD, COLLEAGUE, HEAD, HOLDER, LED_BY_HOLDER


class SideState(Word):
    """Whether a side can still be reached by what it left."""

    PRESENT = N_("在谈的一方")
    ERASED = N_("联系方式已删")


class Question(Word):
    """What a side is asked back."""

    KEPT = N_("说好的做到了没有")
    SINCE = N_("后来怎么样了")


class Screen(Word):
    """On whose screen a side said it."""

    TABLET = N_("（当面，在工作人员的平板上）")


def _is_read_back(side, by, at):
    if not side.talk.is_read_back:
        return side.talk.not_read_back
    if not side.to_confirm:
        return Refused(N_("每一条都确认过了。"))


def _is_asked(side, by, at):
    if side.asked_now(at) is None:
        return Refused(N_("现在没有要问您的。"))


def _may_be_erased(side, by, at):
    if not side.is_reachable:
        return Refused(N_("没有联系方式，不用删。"))
    if by is CLOCK and not side._is_one_of(_kept_too_long(at)):
        return Refused(N_("联系方式还没有到删掉的时候。"))


class TalkSide(Sealing, Stepped, Base):
    """A side never sees what another one wants, nor how it can be reached."""

    __tablename__ = "talk_side"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid)
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[SideState] = mapped_column(Worded(SideState), default=SideState.PRESENT)
    talk_id: Mapped[int] = mapped_column(ForeignKey("talk.id"))
    ordinal: Mapped[int]
    called: Mapped[str] = mapped_column(String(20))  # staff's own neutral word, never a name
    wants: Mapped[str] = mapped_column(Text)
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    talk: Mapped["Talk"] = relationship(back_populates="sides")  # noqa: F821  in models.talk
    card: Mapped[EchoCard | None] = relationship(backref="side")
    callbacks: Mapped[list[TalkCallback]] = relationship(back_populates="side", order_by=TalkCallback.id)

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}
    __table_args__ = (
        UniqueConstraint("talk_id", "ordinal"),
        CheckConstraint("state = 'present' OR (name_sealed IS NULL AND phone_sealed IS NULL)", name="bare_once_erased"),
        AUTOINCREMENT,
    )

    shelf = "sides"
    label = N_("说事的一方")
    urgent = False
    due_at = ended_at = comes_next = None  # what the page of any record asks
    lines = {"open_contact": N_("%(who)s看了%(side)s的联系方式")}

    # ── who sees it, and what can be read off the row

    @classmethod
    def seen_by(cls, by):
        """Whoever sees the talk, or an open call to this side; and its own card."""
        if by is CLOCK:
            return true()
        if isinstance(by, EchoCard):
            return cls.id == by.side_id
        called = cls.callbacks.any(and_(TalkCallback.ended_at.is_(None), TalkCallback.seen_by(by)))
        return or_(cls.talk.has(cls.talk.property.mapper.class_.seen_by(by)), called)

    @property
    def told_in(self):
        """The talk: all of it is told in one ledger."""
        return self.talk

    @property
    def station_id(self) -> int:
        """Where the talk lies."""
        return self.talk.station_id

    @property
    def title(self) -> str:
        """What it is called, and what the talk is about."""
        return f"{self.called} · {self.talk.subject}"

    @property
    def area(self) -> str:
        """The talk's."""
        return self.talk.area

    @property
    def number(self) -> str | None:
        """Its card's."""
        return self.card and self.card.number

    @property
    def handler_ids(self) -> set[int]:
        """The talk's."""
        return self.talk.handler_ids

    @property
    def to_confirm(self) -> list[Agreement]:
        """The agreed points that it did not confirm yet."""
        return [one for one in self.talk.current if not one.is_confirmed_by(self)]

    def asked_now(self, at: datetime) -> TalkCallback | None:
        """The callback whose day has come."""
        today = beijing_date(at)
        return next((one for one in self.callbacks if one.ended_at is None and one.asks_on <= today), None)

    def lies_with(self, by: Officer) -> bool:
        """As the talk does."""
        return self.talk.lies_with(by)

    def hides_numbers_from(self, by: Officer) -> bool:
        """As the talk does."""
        return self.talk.hides_numbers_from(by)

    def what_next(self, at: datetime) -> tuple[str, dict]:
        """What happens next, for whoever holds the card: a message id and its values."""
        talk = self.talk
        values = {"who": talk.held_by, "phone": talk.station.duty_phone}
        if talk.is_read_back:
            if self.to_confirm:
                return N_("请您一条一条看下面说好的：对的就确认，不对的说出来。"), {}
            return N_("您都确认了。别的几方也确认以后，%(who)s会把结果记下来。"), values
        if talk.ended_at is None:
            return N_("还在谈。谈好以后%(who)s会把说好的念给您听，请您确认。"), values
        ended = {"ending": talk.outcome, "what": Question.SINCE if talk.came_to_nothing else Question.KEPT}
        if self.asked_now(at):
            return N_("我们会来问您%(what)s；您也可以现在就在这里说。"), ended
        if coming := min((one.asks_on for one in self.callbacks if one.ended_at is None), default=None):
            return N_("谈完了：%(ending)s。%(day)s会有人问您%(what)s。"), ended | {"day": coming}
        return N_("谈完了：%(ending)s。要接着谈，请打%(phone)s。"), values | ended

    # ── how it can be reached

    def shows_contact_to(self, by: Officer) -> bool:
        """Whether `by` may read it masked: all that the talk lies with, and those who may make a call to this side."""
        return self.lies_with(by) or any(call.ended_at is None and call.is_seen_by(by) for call in self.callbacks)

    def needed_by(self, by: Officer, at: datetime) -> str | None:
        """As what `by` needs it at `at` (DESIGN §6): `talk` who holds it, `caller`, `head`, or `bureau`, which says why; else None."""
        if not self.is_reachable:
            return None
        if self.talk.ended_at is None and by.id == self.talk.officer_id:
            return "talk"
        call = self._to_be_rung_by(by, at)
        if call and not call.too_early_or_late(at):
            return "caller"
        if by.role in HEADS and self.lies_with(by):
            return by.role.code
        return "caller" if call else None

    def _to_be_rung_by(self, by, at) -> TalkCallback | None:
        call = self.asked_now(at)
        free = call and call.assignee_id in (None, by.id) and call.is_seen_by(by)
        return call if free and not call.steps["record"].refusal(call, by, at) else None

    def open_contact(self, by: Officer, at: datetime, reason: str = "") -> Reachable:
        """One look, inside a write, with a line in the audit log; a caller takes the call with it.

        Refused where `by` does not need it. The bureau's reason stands in the ledger, for staff.
        """
        need = self.needed_by(by, at)
        if need is None:
            raise Refused(N_("联系方式只给接这次说事的人、到时候回访的人和所领导看。"))
        if need == "caller":
            self.asked_now(at).ring(by, at)
        if need == "bureau":
            told = {"values": {"side": self.called}, "text": reason}
            self.talk.write_line(by, at, "open_contact", public=False, shelf=self.shelf, **told)
        audit.note(object_session(self), at=at, by=by, action="open_contact", record=self, detail=need)
        return self.in_clear

    def lose_phone(self, at: datetime) -> None:
        """The phone was somebody else's: it is erased at once, and the side is asked by its card."""
        self.phone_sealed = None
        for call in self.callbacks:
            if call.ended_at is None:
                call.assignee_id, call.tried, call.next_try = None, [], None
                call.is_asked_by_card(at)

    # ── its steps

    def to_lock(self):
        return [self, *self.talk.to_lock()]

    def write_down(self, step, by, at, told):
        """What a side says is told in the talk's ledger."""
        self.talk.write_down(step, by, at, told, shelf=self.shelf)

    def moved_on(self):
        return self.talk.moved_on()

    def _among(self, agreements: list[Agreement], ordinals) -> list[Agreement]:
        return [one for one in agreements if one.ordinal in ordinals]

    def _says(self, one: Agreement, by, at, says: Says, words: str | None = None) -> None:
        word = one.said_by(self)
        if word is None:
            word = AgreementWord(agreement=one, side=self)
            object_session(self).add(word)
        word.at, word.says, word.words, word.typed_by_staff = at, says, words, isinstance(by, Officer)

    @step(
        N_("确认说好的"),
        told=N_("确认说好的"),
        says=N_("%(side)s确认了第%(lines)s条%(how)s"),
        frm=SideState,
        to=SideState,
        by=[CARD, HOLDER, LED_BY_HOLDER, HEAD],
        why_not=_is_read_back,
    )
    def confirm(self, by, at, agreements):
        """The agreed points with these ordinals are what was agreed, says this side; that never changes."""
        confirmed = self._among(self.to_confirm, agreements)
        if not confirmed:
            raise Fault("agreements", N_("请勾上对的那几条。"))
        for one in confirmed:
            self._says(one, by, at, Says.CONFIRMED)
        return Told(values=self._told(confirmed, by))

    @step(
        N_("有不对的"),
        told=N_("有不对的"),
        says=N_("%(side)s说第%(lines)s条不对%(how)s："),
        frm=SideState,
        to=SideState,
        by=[CARD, HOLDER, LED_BY_HOLDER, HEAD],
        public=False,
        why_not=_is_read_back,
    )
    def object_(self, by, at, agreement, words):
        """This is not what was agreed; `words` say what is wrong. A correction is a new point."""
        found = self._among(self.to_confirm, [agreement])
        if not found:
            raise Fault("agreement", N_("请选哪一条不对。"))
        self._says(found[0], by, at, Says.WRONG, words)
        return Told(text=words, values=self._told(found, by))

    def _told(self, said: list[Agreement], by) -> dict:
        how = Screen.TABLET if isinstance(by, Officer) else ""
        return {"side": self.called, "lines": [one.ordinal for one in said], "how": how}

    @step(
        N_("说说做到没有"),
        says=N_("%(side)s在卡上说了做到没有：%(rating)s"),
        frm=SideState,
        to=SideState,
        by=[CARD],
        public=False,
        why_not=_is_asked,
    )
    def tell(self, by, at, kept=(), rating=None, words=None):
        """By card, without being rung: which promises were kept (their ordinals), and the rating. What was broken opens the talk again."""
        call, talk = self.asked_now(at), self.talk
        is_broken = call.hear(by, at, kept or (), rating, typed_by_staff=by.shown_by_staff)
        Task.finish.follow(call, by=by, at=at, because=OF_ITS_MATTER)

        def goes_on():
            talk.steps["reopen"].follow(talk, by=by, at=at, because="tell")

        return Told(text=words or None, values={"side": self.called, "rating": rating}, then=goes_on if is_broken else None)

    @step(
        N_("补发回音卡"),
        says=N_("%(who)s给%(side)s补发了回音卡，旧的查询码作废"),
        frm=SideState,
        to=SideState,
        by=[COLLEAGUE],
        public=False,
        why_not=handled_it,
        aside=True,
    )
    def reissue(self, by, at):
        """The side's card is lost: a new code, handed over by somebody who had no hand in the talk; the old one is dead."""
        self.card.issue_anew()
        return Told(card=self.card, values={"side": self.called})

    @step(
        N_("删掉联系方式"),
        says=N_("%(side)s的联系方式删掉了"),
        frm=SideState,
        to=[SideState.ERASED],
        by=[CARD, THE_CLOCK],
        public=False,
        why_not=_may_be_erased,
        aside=True,
    )
    def erase(self, by, at):
        """The side wants its contact erased at once, or its time is over; it is asked by card from then on."""
        self.name_sealed = None
        self.lose_phone(at)
        return Told(values={"side": self.called})


def _kept_too_long(at: datetime):
    """90 days after its last callback, or after the closing where there was none; and never beyond a year after somebody's last line."""
    since = at - rules.CONTACT_KEPT
    talk = TalkSide.talk.property.mapper.class_
    asked = TalkSide.callbacks.any(or_(TalkCallback.ended_at.is_(None), TalkCallback.ended_at >= since))
    over = and_(TalkSide.talk.has(talk.closed_at < since), ~asked)
    return or_(over, nobody_spoke(TalkSide.talk_id, at - rules.CONTACT_KEPT_AT_MOST))


def kept_too_long(session: Session, at: datetime) -> list[TalkSide]:
    """The sides whose contact has had its time at `at`."""
    personal = or_(TalkSide.name_sealed.is_not(None), TalkSide.phone_sealed.is_not(None))
    return list(session.scalars(select(TalkSide).where(personal, _kept_too_long(at)).order_by(TalkSide.id)))

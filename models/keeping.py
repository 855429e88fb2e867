"""What a resident may do with her matter by card at any time, and how what is personal ends."""

from collections.abc import Sequence

from sqlalchemy.orm import object_session

from models import rules
from models.base import N_, new_uid
from models.contact import Channel, Contact, Reachable
from models.danger import sounds_dangerous
from models.life import State
from models.photo import Drawn, Photo
from models.privacy_notice import Kept
from models.steps import THE_CLOCK, Fault, Refused, Told, step
from models.task import OF_ITS_MATTER
from models.who import CARD, COLLEAGUE


def _nothing_to_erase(matter, by, at):
    if not (matter.photos or matter.contact):
        return Refused(N_("没有联系方式，也没有照片，不用删。"))


def handled_it(record, by, at):
    """Why `by` issues no card anew: whoever handled it could rate in the resident's place."""
    if by.id in record.handler_ids:
        return Refused(N_("这件事您经办过，要由别的同事来补发。"))


ENDED = (State.SIGNED_OFF, State.THANKED, State.WITHDRAWN)


def _may_be_kept(matter, by, at):
    if not matter.body or at <= matter.closed_at + Kept.of(object_session(matter), matter.notice).text:
        return Refused(N_("原话还没有到删掉的时候。"))


class Keeping:
    """The steps beside the way of a matter."""

    @step(
        N_("补充几句"),
        says=N_("%(resident)s补充："),
        frm=[State.RECEIVED, State.IN_HAND, State.WAITING, State.ANSWERED, State.CALLED_BACK],
        to=[State.RECEIVED, State.IN_HAND, State.WAITING, State.ANSWERED, State.CALLED_BACK],
        by=[CARD],
        aside=True,
    )
    def add(self, by, at, words=None, photos=(), danger_seen=False):
        """The resident adds to what she said, in words or `photos` (Drawn); the first words stay, and the state too.

        Words of danger are taken once she has read that she should dial 110, and make the matter urgent, in whatever step.
        """
        self._heed(words, danger_seen)
        if not words and not photos:
            raise Fault("words", N_("请写一下要补充什么，或者选照片。"))
        self._keep_photos(photos, at)
        return Told(text=words or None)

    @step(
        N_("补发回音卡"),
        says=N_("%(who)s补发了回音卡，旧的查询码作废"),
        frm=State,
        to=State,
        by=[COLLEAGUE],
        why_not=handled_it,
        aside=True,
    )
    def reissue(self, by, at):
        """The card is lost: a new code, handed over by somebody who did not handle the matter; the old one is dead."""
        card = self.cards[0]
        card.issue_anew()
        return Told(card=card)

    @step(
        N_("留下或改联系方式"),
        says=N_("%(who)s改了联系方式：%(how)s"),
        frm=[State.RECEIVED, State.IN_HAND, State.WAITING, State.ANSWERED, State.CALLED_BACK],
        to=[State.RECEIVED, State.IN_HAND, State.WAITING, State.ANSWERED, State.CALLED_BACK],
        by=[CARD],
        aside=True,
    )
    def reach(self, by, at, reply_by, daypart=None, name="", phone="", address="", consent=False):
        """The resident leaves how she can be reached, or corrects it: what was left before goes, unless nothing is given."""
        if given := Reachable(name, phone, address):
            if not consent:
                raise Fault("consent", N_("没有您同意，联系方式不能存。"))
            self.contact = self.contact or Contact(uid=new_uid())
            self.contact.keep(object_session(self).info["keys"], given)
        self.reply_by, self.daypart = reply_by, daypart
        if self.open_callback:
            self._ask(at).next_try = None  # another number, or another wish
        return Told(values={"how": reply_by})

    @step(
        N_("删掉联系方式和照片"),
        says=N_("%(who)s删掉了联系方式和照片"),
        frm=State,
        to=State,
        by=[CARD, THE_CLOCK],
        why_not=_nothing_to_erase,
        aside=True,
    )
    def erase(self, by, at):
        """The resident has contact data and photos erased at once, or their time is over; her words and the ledger stay."""
        was_reachable = self.contact is not None
        for record in (self, *self.visits):
            record.photos.clear()
        for outing in (*self.visits, *self.team_tasks):
            outing.place = ""
        self.contact, self.daypart, self.reply_by = None, None, Channel.CARD
        if self.state in (State.IN_HAND, State.WAITING):  # nobody can be rung any more: the line of `accept` was the contact
            self._was_contacted(at)
        if self.open_callback and was_reachable:
            self._ask(at)
        self._ask_no_more(by, at, but=self.open_callback)

    @step(
        N_("删掉原话"),
        says=N_("按规定删掉了%(resident)s的原话，摘要和答复还在"),
        frm=ENDED,
        to=ENDED,
        by=[THE_CLOCK],
        why_not=_may_be_kept,
        aside=True,
    )
    def forget(self, by, at):
        """What the resident wrote goes some years after the end, as the notice says (DESIGN §3); summary, answers and counts remain."""
        self.body = self.place = self.about = self.earlier = ""
        for point in self.points:
            point.text = ""
        for entry in self.entries:
            if entry.actor == "card" or entry.step in ("split", "rate", "resume", "record"):
                entry.text = None

    @step(
        N_("撤回这件事"),
        says=N_("%(resident)s撤回了这件事"),
        frm=[State.RECEIVED, State.IN_HAND, State.WAITING],
        to=[State.WITHDRAWN],
        by=[CARD],
        aside=True,
    )
    def withdraw(self, by, at, words=None, danger_seen=False):
        """The resident wants nothing more: no answer is due, and nobody asks back."""
        self._heed(words, danger_seen)
        self.closed_at, self.due_at = at, None
        self.waits_until = self.days_left = None
        for task in self.tasks:
            if task.ended_at is None:
                task.steps["call_off"].follow(task, by=by, at=at, because=OF_ITS_MATTER)
        return Told(text=words or None)

    def lose_phone(self, by, at) -> None:
        """The phone that she left was somebody else's: it is erased at once, and she is asked on her card, which says so."""
        self.contact.phone_sealed = None
        if not (self.contact.name_sealed or self.contact.address_sealed):
            self.contact = None
        self.reply_by = Channel.CARD
        if self.open_callback:
            self._ask(at)
        self.write_line(by, at, "wrong_number", public=True)

    def _heed(self, words: str | None, danger_seen: bool) -> None:
        if not sounds_dangerous(words or ""):
            return
        if not danger_seen:
            raise Fault("danger_seen", N_("听起来可能有危险：请马上打110。这里夜间无人查看，也不会有人马上赶到。"))
        self.urgent = True
        for task in self.tasks:
            task.urgent = task.urgent or task.ended_at is None

    def _keep_photos(self, photos: Sequence[Drawn], at):
        if len(self.photos) + len(photos) > rules.PHOTOS_OF_MATTER:
            raise Fault("photos", N_("一件事最多存%(n)s张照片。"), n=rules.PHOTOS_OF_MATTER)
        self.photos += [Photo.of(drawn, at) for drawn in photos]

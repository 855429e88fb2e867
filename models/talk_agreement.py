"""An agreed point of a talk 说好的一条: who does what by when, and what each side said of it. It never changes; a correction is a new one."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import AUTOINCREMENT, N_, Base, Word, Worded
from models.masking import masked
from models.steps import Fault, Refused


class Says(Word):
    """What a side says of an agreed point that was read back to it."""

    CONFIRMED = N_("确认了"), "done"
    WRONG = N_("说不对"), "late"


class Kept(Word):
    """What became of a promise."""

    KEPT = N_("做到了"), "done"
    BROKEN = N_("没做到"), "late"


class Agreement(Base):
    """One agreed point. With `until` it is a promise, of a side or of whom `owner` names in words."""

    __tablename__ = "agreement"
    __table_args__ = (
        UniqueConstraint("talk_id", "ordinal"),
        CheckConstraint("side_id IS NULL OR owner = ''", name="one_owner_at_most"),
        AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    talk_id: Mapped[int] = mapped_column(ForeignKey("talk.id"))
    ordinal: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    side_id: Mapped[int | None] = mapped_column(ForeignKey("talk_side.id"))
    owner: Mapped[str] = mapped_column(String(20), default="")
    until: Mapped[date | None]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"), unique=True)
    kept: Mapped[Kept | None] = mapped_column(Worded(Kept))

    talk: Mapped["Talk"] = relationship(back_populates="agreements")  # noqa: F821  in models.talk
    side: Mapped["TalkSide | None"] = relationship()  # noqa: F821  in models.talk_side
    replaces: Mapped["Agreement | None"] = relationship(remote_side=id)
    words: Mapped[list["AgreementWord"]] = relationship(
        back_populates="agreement", order_by="AgreementWord.id", lazy="selectin"
    )

    @property
    def whose(self) -> str:
        """Who is to do it; nothing where nobody is named."""
        return self.side.called if self.side else self.owner

    @property
    def gap(self) -> Refused | None:
        """What is missing where only one of owner and date is known."""
        if self.whose and not self.until:
            return Refused(N_("第%(n)s条写了由谁来做，没写到哪天。请补上日子再往下走。"), n=self.ordinal)
        if self.until and not self.whose:
            return Refused(N_("第%(n)s条写了到哪天，没写由谁来做。请补上是谁再往下走。"), n=self.ordinal)
        return None

    def said_by(self, side) -> "AgreementWord | None":
        """What this side said of it, if it did."""
        return next((word for word in self.words if word.side is side), None)

    def is_confirmed_by(self, side) -> bool:
        """Whether this side said that it is so."""
        word = self.said_by(side)
        return word is not None and word.says is Says.CONFIRMED

    @property
    def is_wrong(self) -> bool:
        """Whether a side says that it is not what was agreed."""
        return any(word.says is Says.WRONG for word in self.words)


class AgreementWord(Base):
    """What one side said of one agreed point, on its own phone or on the tablet of staff."""

    __tablename__ = "agreement_word"
    __table_args__ = (UniqueConstraint("agreement_id", "side_id"), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    side_id: Mapped[int] = mapped_column(ForeignKey("talk_side.id"), index=True)
    at: Mapped[datetime]
    says: Mapped[Says] = mapped_column(Worded(Says))
    words: Mapped[str | None] = mapped_column(Text)  # what is wrong
    typed_by_staff: Mapped[bool]

    agreement: Mapped[Agreement] = relationship(back_populates="words")
    side: Mapped["TalkSide"] = relationship()  # noqa: F821  in models.talk_side


def bare(field: str, text: str, at_most: int) -> str:
    """A text that all sides read. Fault beside `field` where it is too long, or holds somebody's number."""
    if len(text) > at_most:
        raise Fault(field, N_("请写在%(n)s个字以内。"), n=at_most)
    if masked(text) != text:
        raise Fault(field, N_("这里不写电话、证件和银行卡的号码：各方都看得到。"))
    return text

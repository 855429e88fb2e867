"""The words of a text 短信: for each occasion the house's own, or the bureau's; who sends it, the number, and nothing of what it is about."""

import re
import unicodedata
from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import audit, rules
from models.base import BEIJING, N_, Base, Word, Worded
from models.officer import Officer
from models.steps import Fault, stale

BRACE = re.compile(r"\{(\w*)\}?|\}")
LINK = re.compile(r"://|www[.。．｡]|[a-z0-9-][.。．｡]+[a-z]{2,}", re.I)


class Occasion(Word):
    """What a text is about, and its own words: who sends it, the number, and that nobody asks for a code or money."""

    QUESTION = N_("想问一句")
    ANSWERED = N_("有答复了")
    LATER = N_("改了答复的日子")
    MOVED = N_("换了单位来办")
    REVIEWED = N_("复核有结果了")
    VISIT = N_("上门的安排")
    ASKED = N_("问解决了没有")
    INCIDENT = N_("警情回访")


TEXTS = {
    Occasion.QUESTION: N_(
        "{station}：您反映的事（{number}）民警想问一句，请凭回音卡看，或打{phone}。我们不会要验证码，也不会要钱。"
    ),
    Occasion.ANSWERED: N_(
        "{station}：您反映的事（{number}）有答复了，请凭回音卡看，或打{phone}。我们不会要验证码，也不会要钱。"
    ),
    Occasion.LATER: N_("{station}：您反映的事（{number}）改在{due}前答复，有问题打{phone}。我们不会要验证码，也不会要钱。"),
    Occasion.MOVED: N_("{station}：您反映的事（{number}）转到我们这里来办，有问题打{phone}。我们不会要验证码，也不会要钱。"),
    Occasion.REVIEWED: N_(
        "{station}：您反映的事（{number}）复核有结果了，请凭回音卡看，或打{phone}。我们不会要验证码，也不会要钱。"
    ),
    Occasion.VISIT: N_(
        "{station}：您反映的事（{number}）上门的事有新安排，请凭回音卡看，或打{phone}。我们不会要验证码，也不会要钱。"
    ),
    Occasion.ASKED: N_(
        "{station}：您反映的事（{number}）解决了吗？请回：1解决了也满意，2解决了一部分，3没解决。我们不会要验证码，也不会要钱。"
    ),
    Occasion.INCIDENT: N_(
        "{station}：您最近打过110，民警处理得您满意吗？请回：1满意，2基本满意，3不满意。我们不会要验证码，也不会要钱。"
    ),
}
NEVER_ASKED_FOR = N_("验证码")
ASKING = (Occasion.ASKED, Occasion.INCIDENT)  # those that 1, 2 or 3 is replied to
PLACEHOLDERS = dict.fromkeys(Occasion, ("{station}", "{number}", "{phone}")) | {
    Occasion.LATER: ("{station}", "{number}", "{phone}", "{due}"),
    Occasion.INCIDENT: ("{station}", "{phone}"),
}


class MessageTemplate(Base):
    """The words of one occasion, where the bureau has its own."""

    __tablename__ = "message_template"
    __table_args__ = {}

    occasion: Mapped[Occasion] = mapped_column(Worded(Occasion), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    text: Mapped[str] = mapped_column(String(rules.MESSAGE_MAX))

    @classmethod
    def all_of(cls, session: Session) -> dict[Occasion, str]:
        """The words in force, by occasion."""
        return TEXTS | dict(session.execute(select(cls.occasion, cls.text)).all())

    @classmethod
    def keep(cls, session: Session, occasion: Occasion, words: str, *, by: Officer, at: datetime, version: int) -> None:
        """Put these words in the place of what was there, inside a write; none gives the house's own back.

        Fault where something may not stand in a text, Stale where somebody was faster.
        """
        kept = session.scalars(select(cls).where(cls.occasion == occasion).with_for_update()).one_or_none()
        if version != (kept.version if kept else 0):
            raise stale()
        if words:
            check(occasion, words)
        if kept is None:
            kept = cls(occasion=occasion, version=0)
            session.add(kept)
        kept.text, kept.version = words or TEXTS[occasion], kept.version + 1
        audit.note(session, at=at, by=by, action="message_template", detail=occasion.code)


def filled_in(template: str, about) -> str:
    """The template with what belongs into it: of a matter, or of a callback about a 110 call."""
    due = about.due_at and about.due_at.astimezone(BEIJING)
    values = {
        "station": about.told_by.name,
        "number": about.number,
        "phone": about.told_by.duty_phone,
        "due": N_("%(month)s月%(day)s日") % {"month": due.month, "day": due.day} if due else "",
    }
    return BRACE.sub(lambda found: values[found[1]], template)


def check(occasion: Occasion, words: str) -> None:
    """Fault where a text would carry a link, an unknown placeholder, or lacks what makes it trustworthy."""
    known = PLACEHOLDERS[occasion]
    braces = [found[0] for found in BRACE.finditer(words)]
    unknown = [brace for brace in braces if brace not in known]
    plain = unicodedata.normalize("NFKC", words)
    if len(words) > rules.MESSAGE_MAX:
        raise Fault("text", N_("请写在%(n)s个字以内。"), n=rules.MESSAGE_MAX)
    if unknown:
        raise Fault("text", N_("“%(hole)s”填不上。这里能填的是：%(known)s"), hole=unknown[0], known=" ".join(known))
    if LINK.search(plain):
        raise Fault("text", N_("短信里不放网址：群众收到带网址的短信，分不清真假。"))
    if "{station}" not in braces:
        raise Fault("text", N_("要写明是谁发的：请留着{station}。"))
    if NEVER_ASKED_FOR not in words:
        raise Fault("text", N_("请留着这一句：我们不会要验证码，也不会要钱。"))
    if occasion in ASKING and not all(digit in plain for digit in "123"):
        raise Fault("text", N_("要写清回1、2、3各是什么意思。"))

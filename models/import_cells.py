"""The cells of a spreadsheet that sets a station up, one reader for each sort: a text goes in, a value or a Refused comes out."""

import re
from collections.abc import Callable
from datetime import date

from models import rules
from models.base import N_
from models.contact import hyphened
from models.sheet import moment_of, plain
from models.steps import Refused

NARROW = {wide: wide - 0xFEE0 for start, end in ("０９", "ＡＺ", "ａｚ") for wide in range(ord(start), ord(end) + 1)}
BLANKS = ("", "-", "—", "/")  # how people leave a cell empty
PARTED = re.compile(r"[、，,;；/\s]+")
POWER = re.compile(r"(\d)(?:\.(\d+))?[eE]\+?(\d{1,2})")
CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*")
PHONE = re.compile(rf"\+?[0-9(][0-9()-]*({N_('转')}[0-9]+)?")
YES = {N_("是"): True, "true": True, "1": True, N_("否"): False, "false": False, "0": False}


def tidy(typed: str) -> str:
    """What was typed, full-width letters and digits made narrow, blanks around it and double ones left out; "" for a dash."""
    text = " ".join(typed.translate(NARROW).split())
    return "" if text in BLANKS else text


def text(most: int) -> Callable[[str], str]:
    """A line of at most so many code points."""

    def read(typed: str) -> str:
        if typed.startswith(("=", "@")):
            raise Refused(N_("这里是公式，请改成算好的文字。"))
        if not typed.isprintable():
            raise Refused(N_("里面有读不出来的字符，请重新写一下。"))
        if len(typed) > most:
            raise Refused(N_("太长了，最多%(n)s个字。"), n=most)
        return typed

    return read


def digits(typed: str) -> str:
    """A number as it was meant: whole where a program made a fraction of it. Refused where its last digits are lost."""
    typed = re.sub(r"^(\d+)\.0+$", r"\1", plain(typed))
    if not (found := POWER.fullmatch(typed)):
        return typed
    whole, fraction, power = found[1], found[2] or "", int(found[3])
    if len(fraction) < power:
        raise Refused(N_("表格把数字缩成了%(typed)s，后面几位已经没有了。请把这一列设成“文本”，重新填。"), typed=typed)
    return whole + fraction if len(fraction) == power else typed


def code(typed: str) -> str:
    """Letters, digits, dots, hyphens."""
    typed = text(rules.CODE_MAX)(digits(typed))
    if not CODE.fullmatch(typed):
        raise Refused(N_("只能用字母、数字和短横线。"))
    return typed


def name_or_code(typed: str) -> str:
    """What something is called, or its code."""
    return text(rules.PLACE_NAME_MAX)(digits(typed))


def unit_number(typed: str) -> str:
    """The three digits of a bureau or a station; zeros in front may be missing."""
    typed = digits(typed).zfill(3)
    if not re.fullmatch(r"[0-9]{3}", typed):
        raise Refused(N_("要三位数字，比如101。"))
    return typed


def phone(typed: str) -> str:
    """A telephone, as it will be read; Refused where it can be none."""
    typed = text(rules.PHONE_MAX)(hyphened(digits(typed)))
    if not PHONE.fullmatch(typed) or sum(map(str.isdigit, typed)) < 3:
        raise Refused(N_("电话号码不对。"))
    return typed


def whole(least: int, most: int) -> Callable[[str], int]:
    """A whole number within these bounds."""

    def read(typed: str) -> int:
        typed = digits(typed)
        if not re.fullmatch(r"[0-9]{1,9}", typed) or not least <= int(typed) <= most:
            raise Refused(N_("要%(least)s到%(most)s之间的整数。"), least=least, most=most)
        return int(typed)

    return read


def yes(typed: str) -> bool:
    """是 or 否."""
    if (answer := YES.get(plain(typed).lower())) is None:
        raise Refused(N_("请写“是”或者“否”。"))
    return answer


def day(typed: str) -> date:
    """A day, in one of the ways in which people write it."""
    moment = moment_of(typed)
    if moment is None or not 2000 <= moment.year < 2100:
        raise Refused(N_("日期看不懂，要像2026-12-01这样写。"))
    return moment.date()


def several(read: Callable[[str], str]) -> Callable[[str], list[str]]:
    """Several of a sort with 、 or a comma between, each once."""
    return lambda typed: list(dict.fromkeys(read(part) for part in PARTED.split(typed) if part))

"""Numbers typed into free text: ID cards, bank cards, mobile phones. Staff see them masked, the handler as they were sent."""

import re

SIGN = r"[\s\-－‐–—.·]"
GAP = rf"{SIGN}{{0,3}}"
LANDLINE = rf"(?<!\d)[0０]\d{{2,3}}{GAP}\d{{7,8}}(?!\d)"
APART = rf"(?<!\d)[0０]\d{{2,3}}{SIGN}{{1,3}}\d{{7,8}}(?!\d)"  # the same, where other digits stand before it
DAY = r"(?:[0-2]?\d|3[01])"
DATE = rf"(?<!\d)(?:19|20)\d\d(?:[\-－‐–—./·](?:0?[1-9]|1[0-2])[\-－‐–—./·]{DAY}|(?:0[1-9]|1[0-2])(?=\d\d){DAY})(?!\d)"
LONG = re.compile(
    rf"{LANDLINE}|{DATE}|(?P<long>(?<!\d)\d(?:{GAP}(?!{APART})\d){{13,}}{GAP}[\dXxＸｘ](?!\d))"
)  # 15 digits and more: an ID number, a bank card, a card's code; none of these begins as a landline or a date does
MOBILE = re.compile(rf"(?<!\d)(?:(?:00|[+＋])?86{GAP})?([1１][3-9３-９]\d)(?:{GAP}\d){{8}}(?!\d)")


def masked(text: str) -> str:
    """The text with such numbers shortened: of a mobile the first three and last two stay, of the others the last four."""
    text = LONG.sub(lambda found: "*" * 6 + re.sub(GAP, "", found[0])[-4:] if found["long"] else found[0], text)
    return MOBILE.sub(lambda found: found[1] + "*" * 6 + found[0][-2:], text)


def numbers_in(text: str) -> list[str]:
    """Such numbers, as they were typed."""
    long = [found["long"] for found in LONG.finditer(text) if found["long"]]
    return long + [found[0] for found in MOBILE.finditer(text)]


def holds_numbers(text: str) -> bool:
    """Whether it holds such a number: nothing of that kind is published."""
    return masked(text) != text

"""Numbers typed into free text: ID cards, bank cards, mobile phones. Staff see them masked, the handler as they were sent."""

import re

GAP = r"[\s\-－‐–—.·]{0,3}"
LONG = re.compile(
    rf"(?<!\d)\d(?:{GAP}\d){{13,}}{GAP}[\dXxＸｘ](?!\d)"
)  # 15 digits and more: an ID number, a bank card, a card's code
MOBILE = re.compile(rf"(?<!\d)(?:(?:00|[+＋])?86{GAP})?([1１][3-9３-９]\d)(?:{GAP}\d){{8}}(?!\d)")


def masked(text: str) -> str:
    """The text with such numbers shortened: of a mobile the first three and last two stay, of the others the last four."""
    text = LONG.sub(lambda found: "*" * 6 + re.sub(GAP, "", found[0])[-4:], text)
    return MOBILE.sub(lambda found: found[1] + "*" * 6 + found[0][-2:], text)


def numbers_in(text: str) -> list[str]:
    """Such numbers, as they were typed."""
    return [found[0] for pattern in (LONG, MOBILE) for found in pattern.finditer(text)]


def holds_numbers(text: str) -> bool:
    """Whether it holds such a number: nothing of that kind is published."""
    return masked(text) != text

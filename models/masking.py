"""Numbers that residents type into free text: ID cards, bank cards, mobile phones. Staff see them masked, the handler as sent."""

import re

LONG = re.compile(r"(?<!\d)(?:\d[ \-]?){14,18}[\dXxＸｘ](?!\d)")  # 15–19 digits: an ID number, a bank card, a card's code
MOBILE = re.compile(r"(?<!\d)[1１][3-9３-９]\d(?:[ \-]?\d{4}){2}(?!\d)")


def masked(text: str) -> str:
    """The text with such numbers shortened: of a mobile the first three and last two stay, of the others the last four."""
    text = LONG.sub(lambda found: "*" * 6 + found[0][-4:], text)
    return MOBILE.sub(lambda found: found[0][:3] + "*" * 6 + found[0][-2:], text)

"""The QR of an echo card: on the card itself, and where staff hold out a tablet."""

import segno
from flask import current_app, url_for
from markupsafe import Markup

from models.card import EchoCard


def card_key() -> bytes:
    """The key of all codes."""
    return current_app.extensions["keys"].card


def address_of(card: EchoCard) -> str:
    """Where the card's QR leads; the digits stand behind #, which a browser keeps to itself."""
    look_up = url_for("cards.card", _external=True, _scheme=current_app.config["PREFERRED_URL_SCHEME"])
    return f"{look_up}#{card.number}-{card.code(card_key())}"


def qr_of(card: EchoCard) -> Markup:
    """The same, drawn."""
    return Markup(segno.make(address_of(card), micro=False, error="m").svg_inline(omitsize=True, light="#fff"))

"""QR codes: of an echo card, on the card itself and where staff hold out a tablet; and of what is printed."""

import segno
from flask import current_app, request, url_for
from markupsafe import Markup

from models.card import EchoCard


def card_key() -> bytes:
    """The key of all codes."""
    return current_app.extensions["keys"].card


def here() -> str:
    """Where this app is, as it is typed by hand: host and port."""
    return request.host


def address_of(card: EchoCard) -> str:
    """Where the card's QR leads; the digits stand behind #, which a browser keeps to itself."""
    return f"{whole(url_for('cards.card'))}#{card.number}-{card.code(card_key())}"


def qr_of(card: EchoCard) -> Markup:
    """The same, drawn."""
    return qr_svg(address_of(card))


def leads_to(path: str) -> Markup:
    """The QR of a path of this app."""
    return qr_svg(whole(path))


def whole(path: str) -> str:
    """A path of this app as an address that works anywhere."""
    return f"{current_app.config['PREFERRED_URL_SCHEME']}://{here()}{path}"


def qr_svg(address: str) -> Markup:
    """Black on white, with its quiet zone of four modules."""
    return Markup(segno.make(address, micro=False, error="m").svg_inline(omitsize=True, border=4, light="#fff"))

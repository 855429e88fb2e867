"""QR codes: of an echo card, on the card itself and where staff hold out a tablet; and of what is printed."""

import re
from ipaddress import ip_address

import segno
from flask import current_app, request, url_for
from markupsafe import Markup

from models.card import EchoCard

PORT = re.compile(r":\d+$")


def card_key() -> bytes:
    """The key of all codes."""
    return current_app.extensions["keys"].card


def whole(path: str) -> str:
    """A path of this app as an address that works anywhere: the operator's public address, else that of the page itself."""
    return f"{_public() or _opened_by()}{path}"


def here() -> str:
    """Where this app is, as it is typed by hand: host and port."""
    return whole("").partition("://")[2]


def on_paper() -> dict:
    """What every sheet says above itself: where it leads, whether the operator said so, and whether no resident gets there."""
    return {"here": here(), "is_public": bool(_public()), "only_near": _is_near(PORT.sub("", here()).strip("[]"))}


def _public() -> str:
    return current_app.config["PUBLIC_URL"]


def _opened_by() -> str:
    return f"{current_app.config['PREFERRED_URL_SCHEME']}://{request.host}"


def _is_near(host: str) -> bool:
    """Whether the host is this machine, or one in a network of its own."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local"))


def address_of(card: EchoCard) -> str:
    """Where the card's QR leads; the digits stand behind #, which a browser keeps to itself."""
    return f"{whole(url_for('cards.card'))}#{card.number}-{card.code(card_key())}"


def qr_of(card: EchoCard) -> Markup:
    """The same, drawn."""
    return qr_svg(address_of(card))


def leads_to(path: str) -> Markup:
    """The QR of a path of this app."""
    return qr_svg(whole(path))


def qr_svg(address: str) -> Markup:
    """Black on white, with its quiet zone of four modules."""
    return Markup(segno.make(address, micro=False, error="m").svg_inline(omitsize=True, border=4, light="#fff"))

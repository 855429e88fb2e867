"""The card: looked up by number and code, then open in this browser for half an hour."""

from flask import redirect, render_template, session, url_for

from blueprints import answers
from blueprints.access import PUBLIC, STAFF, card_to_hand_over, open_card, policy, remember_card
from blueprints.cards import bp
from blueprints.cards.forms import LookUpForm
from blueprints.cards.picture import draw
from blueprints.extensions import db, limiter, refused
from blueprints.qr import address_of, card_key, qr_of
from models.base import now
from models.card import EchoCard


@bp.get("/card")
@policy(PUBLIC)
def card():
    """The card that is open in this browser, else the look-up. A QR's digits stand behind # and never reach us."""
    found = open_card()
    if found is None:
        return render_template("cards/lookup.html", form=LookUpForm())
    remember_card(found)
    return _shown("cards/card.html", found)


@bp.get("/card/hand-over")
@policy(STAFF)
def hand_over():
    """The digits of a card that staff issued, to be printed, photographed or read aloud; what stands on it is not shown."""
    found = card_to_hand_over()
    return _shown("cards/hand_over.html", found) if found else redirect(url_for("queue.queue"), 303)


def _shown(page: str, card: EchoCard):
    found = {"card": card, "subject": card.subject, "code": card.code(card_key()), "qr": qr_of(card), "at": now()}
    return render_template(page, **found, back=answers.back())


@bp.get("/card/picture")
@policy(PUBLIC)
def picture():
    """The open card as a picture, to be kept; without one to the look-up."""
    found = open_card() or card_to_hand_over()
    if found is None:
        return redirect(url_for("cards.card"), 303)
    drawn = draw(address_of(found), answers.grouped(found.number), answers.grouped(found.code(card_key())))
    return answers.image(drawn, "image/png", "huiyin.png")


@bp.post("/card")
@policy(PUBLIC)
@limiter.limit("10/minute;60/hour", deduct_when=refused)
def look_up():
    """A wrong number and a wrong code are answered alike. A blank card leads to the form, which takes its number."""
    form = LookUpForm()
    if not form.validate():
        return render_template("cards/lookup.html", form=form), 422
    found = EchoCard.find(db.session, card_key(), form.number.data, form.code.data)
    if found is None:
        return render_template("cards/lookup.html", form=form, wrong=True), 422
    remember_card(found)
    return answers.gone_to(url_for("suggestions.ask" if found.is_unused else "cards.card"))


@bp.get("/card/close")
@policy(PUBLIC)
def close():
    """Shut the card in this browser: a phone may be lent."""
    session.pop("card", None)
    return redirect(url_for("cards.card"), 303)

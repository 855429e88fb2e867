"""Blank echo cards: numbered, printed, handed out. A code is drawn only on paper, in the answer to a POST that nothing keeps."""

from flask import flash, render_template, url_for
from flask_babel import gettext as _

from blueprints import answers
from blueprints.access import KEEPERS, me, note_refusal, policy
from blueprints.extensions import db
from blueprints.paper import bp
from blueprints.paper.forms import BatchForm, HandOutForm, PrintForm
from blueprints.paper.views import start_page
from blueprints.qr import card_key, on_paper, qr_of
from models.base import now, writing
from models.batch import CardBatch
from models.blank import CardState
from models.steps import Fault, Refused

BATCH = "/paper/batches/<int(max=2147483647):id>"
CARDS_ON_A_SHEET = 6


@bp.post("/paper/batches")
@policy(KEEPERS)
def number():
    """Number a new batch."""
    form = BatchForm()
    if not form.validate():
        return start_page(422, batch_form=form)
    try:
        writing(db.session)
        batch = CardBatch.number(db.session, me(), now(), form.count.data)
        db.session.commit()
    except Fault as fault:
        db.session.rollback()
        form.add_fault(fault, answers.say(fault.message, fault.values))
        return start_page(422, batch_form=form)
    return answers.gone_to(url_for("paper.batch", id=batch.id))


def _batch(id: int) -> CardBatch:
    return db.first_or_404(db.select(CardBatch).where(CardBatch.id == id, CardBatch.station_id == me().unit_id))


@bp.get(BATCH)
@policy(KEEPERS)
def batch(id):
    """Its cards, what became of each, and what to do with them."""
    return _page(_batch(id))


def _page(batch: CardBatch, status: int = 200, notice: str | None = None, form: HandOutForm | None = None):
    printing = PrintForm(formdata=None, data={"prints": batch.prints})
    page = {"batch": batch, "printing": printing, "states": CardState, "notice": notice, **on_paper()}
    return render_template("paper/batch.html", **page, form=form or HandOutForm(batch, formdata=None)), status


@bp.post(f"{BATCH}/print")
@policy(KEEPERS)
def print_out(id):
    """The sheets. Whoever loads this page again asks for a print with new codes, and is told so."""
    batch, form = _batch(id), PrintForm()
    if not form.validate():
        return _page(batch, 422, form.faults[0].errors[0])
    try:
        writing(db.session, batch)
        cards = batch.print_out(me(), now(), form.prints.data)
        db.session.commit()
    except Refused as refused:
        note_refusal(batch, "print_batch", me())
        return _page(batch, 409, answers.say(refused.message, refused.values))
    drawn = [(card, card.check(card_key()), card.code(card_key()), qr_of(card)) for card in cards]
    sheets = [drawn[i : i + CARDS_ON_A_SHEET] for i in range(0, len(drawn), CARDS_ON_A_SHEET)]
    return render_template("paper/echo_cards.html", batch=batch, sheets=sheets, **on_paper())


@bp.post(f"{BATCH}/hand-out")
@policy(KEEPERS)
def hand_out(id):
    """Note down that these were given to residents."""
    batch = _batch(id)
    form = HandOutForm(batch)
    if not form.validate():
        return _page(batch, 422, form=form)
    chosen = form.chosen
    writing(db.session, batch)
    refused = batch.hand_out(me(), now(), chosen)
    db.session.commit()
    flash(_("记下了：发出去%(n)s张。", n=refused.count(None)))
    if left := [one for one in refused if one]:
        flash(_("还有%(n)s张没办成：%(why)s", n=len(left), why=answers.say(left[0].message, left[0].values)))
    return answers.gone_to(url_for("paper.batch", id=batch.id))

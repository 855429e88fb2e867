"""The public form, and what it leads to."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from blueprints import answers
from blueprints.access import PUBLIC, open_card, policy, remember_card
from blueprints.extensions import db
from blueprints.receiving import take_in
from blueprints.suggestions import bp
from blueprints.suggestions.forms import SuggestForm
from models import rules
from models.base import now
from models.card import EchoCard
from models.place import typed_by_hand
from models.steps import Fault, Refused


@bp.get("/suggest")
@bp.get("/d/<plate>")
@bp.get("/o/<contact_card>")
@policy(PUBLIC)
def ask(plate=None, contact_card=None):
    """The form, also behind the QR of a door plate or of an officer's card; one that nobody knows opens it all the same."""
    given = {"plate": plate, "contact_card": contact_card, **{name: request.args.get(name, "") for name in ("community", "by")}}
    return render_template("suggestions/suggest.html", form=SuggestForm(data=given), just_sent=_was_just_sent())


@bp.get("/d/")
@policy(PUBLIC)
def type_in():
    """For whoever can't scan: the `code` that stands beside the QR, typed in any way."""
    if not (typed := request.args.get("code")):
        return render_template("suggestions/type_in.html")
    found = typed_by_hand(db.session, typed)
    if found is None:
        return render_template("suggestions/type_in.html", typed=typed), 422
    return redirect(url_for("suggestions.ask", **{found.__tablename__: found.code}), 303)


@bp.post("/suggest")
@policy(PUBLIC)
def send():
    """Take in what was written; the answer leaves after the commit."""
    form = SuggestForm()
    if size := request.form.get("size"):  # the switch for large type: nothing is sent yet
        answers.set_type(size)
        return render_template("suggestions/suggest.html", form=form)
    if not form.validate():
        return render_template("suggestions/suggest.html", form=form), 422
    if form.is_dangerous and form.danger_seen.data != "1":
        return render_template("danger.html", form=form, said=form.body.data, action=url_for("suggestions.send")), 422
    if not form.draw_photos():
        return render_template("suggestions/suggest.html", form=form), 422
    try:
        card = _receive(form)
    except Refused as refused:
        notice = answers.say(refused.message)
        if isinstance(refused, Fault):  # her paper card is of no use: the next tap goes without it
            form.echo_card.data = ""
            notice += _("您写的都在。再点一次“提交”，就另给您一张新的回音卡。")
        return render_template("suggestions/suggest.html", form=form, notice=notice), 409
    remember_card(card)
    return answers.gone_to(url_for("cards.card"))


def _was_just_sent() -> bool:
    """Whether what stands on the open card came in just now: whoever goes back must not send it twice."""
    card = open_card()
    return card is not None and card.matter is not None and now() - card.matter.received_at < rules.CARD_OPEN_FOR


def _receive(form: SuggestForm) -> EchoCard:
    return take_in(
        community=form.communities.get(form.community.data),
        kind=form.kind.value,
        body=form.body.data,
        points=form.points.data or [],
        photos=form.photos.value,
        submission_id=form.submission_id.data,
        urgent=form.is_dangerous,
        contact=form.reachable,
        about=form.about_officer.data or "",
        earlier=form.earlier.data or "",
        reply_by=form.reply_by.value,
        daypart=form.daypart.value,
        card=form.printed_card,
        **form.arrival,
    )

"""The list of matters, and the way from a number to its page."""

from flask import abort, redirect, render_template, request, url_for

from blueprints import answers
from blueprints.access import STAFF, me, policy, remember_card
from blueprints.extensions import db
from blueprints.matters import bp
from blueprints.matters.forms import FindForm, TakeDownForm
from blueprints.receiving import take_in
from models.card import digits
from models.matter import Matter
from models.steps import Refused
from models.unit import Community

PAGE = 25
COLUMNS = (
    Matter.id,
    Matter.number,
    Matter.state,
    Matter.kind,
    Matter.summary,
    Matter.due_at,
    Community.name.label("community"),
)


@bp.route("/matters/new", methods=["GET", "POST"])
@policy(STAFF)
def take_down():
    """Write down for a resident what she says; then her card is handed over."""
    form = TakeDownForm(data={"community": request.args.get("community", ""), "kind": request.args.get("kind", "")})
    if not form.is_submitted():
        return render_template("matters/new.html", form=form)
    if not form.validate():
        return render_template("matters/new.html", form=form), 422
    try:
        card = take_in(**form.taken_down)
    except Refused as refused:
        return render_template("matters/new.html", form=form, notice=answers.say(refused.message)), 409
    remember_card(card, to_hand_over=True)
    return answers.gone_to(url_for("cards.hand_over"))


@bp.get("/matters/")
@policy(STAFF)
def matters():
    """Newest first, by key: `before` is the last id of the page before. `number` leads straight to its page.

    A lost card is found by the day it was sent, the community or grid, and the summary in the list.
    """
    if number := request.args.get("number"):
        found = db.session.scalar(db.select(Matter.id).where(Matter.number == digits(number), Matter.seen_by(me())))
        return redirect(url_for("steps.record", shelf="matters", id=found), 303) if found else abort(404)
    query = db.select(*COLUMNS).outerjoin(Community).where(Matter.seen_by(me())).order_by(Matter.id.desc()).limit(PAGE + 1)
    form = FindForm(request.args)
    if form.validate():
        query = form.narrow(query)
    if 0 < (before := request.args.get("before", 0, type=int)) < 2**31:
        query = query.where(Matter.id < before)
    rows = db.session.execute(query).all()
    return render_template(
        "matters/matters.html", form=form, rows=rows[:PAGE], more=rows[PAGE - 1].id if len(rows) > PAGE else None
    )

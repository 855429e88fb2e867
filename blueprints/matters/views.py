"""The list of matters, and the way from a number to its page."""

from functools import partial

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from blueprints import answers
from blueprints.access import STAFF, me, policy, remember_card
from blueprints.extensions import db
from blueprints.matters import bp
from blueprints.matters.forms import FindForm, TakeDownForm
from blueprints.paging import page_of
from blueprints.receiving import take_in
from models.base import now
from models.card import EchoCard, digits
from models.gathering import Gathering
from models.life import Door
from models.matter import Matter
from models.steps import Fault, OutOfSight, Refused
from models.unit import Community
from models.visit import Visit

OUTINGS = {"visit": (Visit, Door.VISIT), "gathering": (Gathering, Door.GATHERING)}
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
    """Write down for a resident what she says, on a `visit` or at a `gathering` where one is named; then her card is handed over."""
    named, outing = _outing()
    given = _said_on(named, outing) if outing else {name: request.args.get(name, "") for name in ("community", "kind", "door")}
    form = TakeDownForm(data=given)
    page = partial(render_template, "matters/new.html", form=form, outing=outing, named={named: outing.id} if outing else {})
    if not form.is_submitted():
        return page()
    if not form.validate():
        return page(), 422
    try:
        card = take_in(outing, **form.taken_down, grid_id=_grid_of(outing, form))
    except Fault as fault:
        db.session.rollback()
        form.add_fault(fault, answers.say(fault.message))
        return page(), 422
    except Refused as refused:
        db.session.rollback()
        return page(notice=answers.say(refused.message)), 409
    except OutOfSight:
        abort(404)
    if form.danger:
        flash(
            _(
                "里面写了“%(word)s”，已经标为紧急，排在最前面。正在发生的，请马上转110；没有危险的，照常办就行。",
                word=form.danger,
            )
        )
    back = url_for("steps.record", shelf=outing.shelf, id=outing.id) if outing else None
    if card.batch_id:  # she holds it already, and its code is hers alone
        flash(_bound_to(card))
        return answers.gone_to(back or url_for("queue.queue"))
    remember_card(card, to_hand_over=True)
    return answers.gone_to(url_for("cards.hand_over", back=back))


def _bound_to(card: EchoCard) -> str:
    """What is said of it, with the way to the matter for whoever may read it."""
    told = _("记在%(number)s这张卡上了。卡请交给本人，查询码不用看。", number=answers.grouped(card.number))
    if not card.matter.is_seen_by(me()):
        return told
    url = url_for("steps.record", shelf=card.matter.shelf, id=card.matter.id)
    return Markup('{} <a href="{}">{}</a>').format(told, url, _("打开这件事"))


def _outing() -> tuple[str, Visit | Gathering | None]:
    """The visit on which, or the gathering at which it was said, and what the address calls it."""
    for named, (kind, _door) in OUTINGS.items():
        if id := request.args.get(named, 0, type=int):
            found = db.first_or_404(db.select(kind).where(kind.id == max(0, min(id, 2**31 - 1)), kind.seen_by(me())))
            return named, found if found.hears(me(), now()) else abort(404)
    return "", None


def _said_on(named: str, outing: Visit | Gathering) -> dict:
    return {"community": outing.community.code if outing.community else "", "door": OUTINGS[named][1].code}


def _grid_of(outing: Visit | Gathering | None, form: TakeDownForm) -> int | None:
    """Only the visit's own community has its grid."""
    is_there = outing and outing.community and outing.community.code == form.community.data
    return outing.grid_id if is_there else None


@bp.get("/matters/")
@policy(STAFF)
def matters():
    """Newest first, by key: `before` is the last id of the page before. `number` leads straight to its page.

    A lost card is found by the day it was sent, the community or grid, and the summary in the list.
    """
    if number := request.args.get("number"):
        found = db.session.scalar(db.select(Matter.id).where(Matter.number == digits(number), Matter.seen_by(me())))
        return redirect(url_for("steps.record", shelf="matters", id=found), 303) if found else abort(404)
    query = db.select(*COLUMNS).outerjoin(Community).where(Matter.seen_by(me())).order_by(Matter.id.desc())
    form = FindForm(request.args)
    if form.validate():
        query = form.narrow(query)
    rows, more = page_of(query, Matter.id, db.session.execute)
    return render_template("matters/matters.html", form=form, rows=rows, more=more)

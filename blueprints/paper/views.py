"""What is printed once and hangs or lies about for years: contact cards, signs, plate stickers."""

from flask import abort, redirect, render_template, request, url_for

from blueprints import answers
from blueprints.access import PRINTERS, may, me, policy
from blueprints.extensions import db
from blueprints.forms import ClickForm
from blueprints.paper import bp
from blueprints.paper.forms import BatchForm
from blueprints.qr import leads_to, on_paper
from models import rules
from models.base import now, writing
from models.batch import CardBatch
from models.blank import CardState
from models.card import EchoCard
from models.officer import Post
from models.place import ContactCard, Plate, by_code
from models.task import units_below
from models.unit import Community, Unit

POST = "/paper/posts/<int(max=2147483647):id>"
CARDS_ON_A_SHEET, PLATES_ON_A_SHEET = 10, 24
BATCHES = 10  # that the page lists; a card of an older one is found by its number


@bp.get("/paper/")
@policy(PRINTERS)
def paper():
    """All that can be printed for the units that one looks after; the `number` of a blank card leads to it."""
    if may("paper.number") and (number := request.args.get("number")):
        found = EchoCard.printed(db.session, me().unit, number)
        return redirect(url_for("steps.record", shelf="cards", id=found.id), 303) if found else start_page(404, missed=number)
    return start_page()


def start_page(status: int = 200, **more):
    """The same, with a form that is asked for again."""
    posts = db.select(Post).where(Post.station_id.in_(units_below(me()))).order_by(Post.station_id, Post.id)
    counts = db.select(Community, Unit.name, db.func.count(Plate.id)).join(Unit).outerjoin(Plate)
    here = counts.where(Community.station_id.in_(units_below(me()))).group_by(Community.id, Unit.id)
    batches = db.select(CardBatch).filter_by(station_id=me().unit_id).options(db.selectinload(CardBatch.cards))
    page = {
        "posts": db.session.scalars(posts.options(db.selectinload(Post.postings), db.selectinload(Post.communities))).all(),
        "printable": set(db.session.scalars(db.select(ContactCard.post_id))),
        "communities": db.session.execute(here.order_by(Unit.number, Community.code)).all(),
        "batches": db.session.scalars(batches.order_by(CardBatch.id.desc()).limit(BATCHES)).all(),
        "batch_form": BatchForm(formdata=None),
        "most": rules.BATCH_MAX,
        "states": CardState,
    }
    return render_template("paper/paper.html", **page | more), status


def _post(id: int) -> Post:
    return db.first_or_404(db.select(Post).where(Post.id == id, Post.station_id.in_(units_below(me()))))


@bp.post(POST)
@policy(PRINTERS)
def make_card(id):
    """Give a post its code, once and for all."""
    post, form = _post(id), ClickForm()
    if not form.validate():
        return start_page(422, form=form)
    writing(db.session, post)
    ContactCard.make(db.session, post, me(), now())
    db.session.commit()
    return answers.gone_to(url_for("paper.cards", id=id))


@bp.get(POST)
@policy(PRINTERS)
def cards(id):
    """A sheet of contact cards of a post: the fronts on one page, the backs on the next."""
    return _sheet("paper/contact_cards.html", id, cards=range(CARDS_ON_A_SHEET))


@bp.get(f"{POST}/sign")
@policy(PRINTERS)
def sign(id):
    """The public sign of a post."""
    return _sheet("paper/sign.html", id)


def _sheet(page: str, id: int, **more):
    post = _post(id)
    card = ContactCard.of(db.session, post)
    if card is None:
        return redirect(url_for("paper.paper"), 303)
    address = url_for("suggestions.ask", contact_card=card.code)
    told = {"post": post, "held": post.held(now()), "code": card.code, "qr": leads_to(address), **on_paper()}
    return render_template(page, **told, days=rules.FIRST_CONTACT_DAYS, at=now(), **more)


@bp.get("/paper/plates/<code>")
@policy(PRINTERS)
def plates(code):
    """Stickers for the plates of a community, a portion at a time; `after` is the last id of the portion before."""
    community = by_code(db.session, Community, code)
    if community is None or community.station_id not in db.session.scalars(units_below(me())).all():
        abort(404)
    after = max(0, min(request.args.get("after", 0, type=int), 2**31 - 1))
    query = db.select(Plate).where(Plate.community_id == community.id, Plate.id > after).order_by(Plate.id)
    found = db.session.scalars(query.limit(rules.PLATES_AT_ONCE + 1)).all()
    shown = found[: rules.PLATES_AT_ONCE]
    stickers = [(plate, leads_to(url_for("suggestions.ask", plate=plate.code))) for plate in shown]
    page = {
        "community": community,
        "sheets": [stickers[i : i + PLATES_ON_A_SHEET] for i in range(0, len(stickers), PLATES_ON_A_SHEET)],
        "more": shown[-1].id if len(found) > len(shown) else None,
        **on_paper(),
    }
    return render_template("paper/plates.html", **page)

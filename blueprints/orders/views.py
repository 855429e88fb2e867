"""The list of rectification orders: what I am to check, what is being mended, and what is over."""

from flask import render_template

from blueprints.access import STAFF, me, policy
from blueprints.extensions import db
from blueprints.orders import bp
from blueprints.paging import page_of
from models import order
from models.order import RectificationOrder

MOST = 100


@bp.get("/orders/")
@policy(STAFF)
def orders():
    """What presses stands first; what is over is paged by key: `before` is the last id of the page before."""
    closed, more = page_of(order.closed(me()), RectificationOrder.id, db.session.execute)
    mine = db.session.execute(order.to_check(me()).limit(MOST)).all()
    waiting = db.session.execute(order.reported(me()).limit(MOST)).all()
    return render_template(
        "orders/orders.html",
        to_check=mine,
        reported=[row for row in waiting if row not in mine],
        under_way=db.session.execute(order.being_mended(me()).limit(MOST)).all(),
        closed=closed,
        more=more,
    )

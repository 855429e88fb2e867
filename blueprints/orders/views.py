"""The list of rectification orders: what I am to check, what is being mended, and what is over."""

from flask import render_template, request

from blueprints.access import STAFF, me, policy
from blueprints.extensions import db
from blueprints.orders import bp
from models import order
from models.order import RectificationOrder

PAGE, MOST = 25, 100


@bp.get("/orders/")
@policy(STAFF)
def orders():
    """What presses stands first; what is over is paged by key: `before` is the last id of the page before."""
    over = order.closed(me()).limit(PAGE + 1)
    if 0 < (before := request.args.get("before", 0, type=int)) < 2**31:
        over = over.where(RectificationOrder.id < before)
    rows = db.session.execute(over).all()
    mine = db.session.execute(order.to_check(me()).limit(MOST)).all()
    waiting = db.session.execute(order.reported(me()).limit(MOST)).all()
    return render_template(
        "orders/orders.html",
        to_check=mine,
        reported=[row for row in waiting if row not in mine],
        under_way=db.session.execute(order.being_mended(me()).limit(MOST)).all(),
        closed=rows[:PAGE],
        more=rows[PAGE - 1].id if len(rows) > PAGE else None,
    )

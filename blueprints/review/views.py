"""What waits for a head: the sign-off."""

from flask import render_template
from sqlalchemy.orm import selectinload

from blueprints.access import HEADS, me, policy
from blueprints.extensions import db
from blueprints.review import bp
from models.matter import Matter, State

PAGE = 100


@bp.get("/review")
@policy(HEADS)
def review():
    """The matters that were called back, oldest first, with what stands in the way of a sign-off."""
    waiting = db.select(Matter).where(Matter.seen_by(me()), Matter.state == State.CALLED_BACK).order_by(Matter.id).limit(PAGE)
    waiting = waiting.options(
        *(selectinload(part) for part in (Matter.points, Matter.tasks, Matter.handlers, Matter.handler, Matter.community))
    )
    return render_template("review/review.html", matters=db.session.scalars(waiting).all())

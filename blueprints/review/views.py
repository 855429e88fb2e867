"""What waits for a head: the sign-off."""

from flask import render_template
from sqlalchemy.orm import selectinload

from blueprints import answers
from blueprints.access import HEADS, me, policy
from blueprints.extensions import db
from blueprints.review import bp
from models.life import State
from models.matter import Matter

PAGE = 100


@answers.row_of("review")
def _row(id, by):
    matter = db.session.scalars(db.select(Matter).where(Matter.id == id, Matter.seen_by(by))).one_or_none()
    return matter and render_template("review/_row.html", matter=matter)


@bp.get("/review")
@policy(HEADS)
def review():
    """The matters that were called back, oldest first, with what stands in the way of a sign-off."""
    waiting = db.select(Matter).where(Matter.seen_by(me()), Matter.state == State.CALLED_BACK).order_by(Matter.id).limit(PAGE)
    waiting = waiting.options(
        *(selectinload(part) for part in (Matter.points, Matter.tasks, Matter.handlers, Matter.handler, Matter.community))
    )
    return render_template("review/review.html", matters=db.session.scalars(waiting).all())

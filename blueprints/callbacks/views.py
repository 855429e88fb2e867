"""The callbacks that somebody may make."""

from flask import render_template

from blueprints.access import STAFF, me, policy
from blueprints.callbacks import bp
from blueprints.extensions import db
from blueprints.rows import drawn
from models import task

PAGE = 100


@bp.get("/callbacks/")
@policy(STAFF)
def callbacks():
    """Mine, then those that nobody has taken yet; never those of matters that I handled."""
    lists = (query(me()).where(task.Task.kind == "callback").limit(PAGE) for query in (task.mine, task.unclaimed))
    found = [row for rows in lists for row in db.session.execute(rows)]
    return render_template("callbacks/callbacks.html", rows=drawn(found, me()))

"""The queue: mine, and what nobody has taken yet."""

from flask import render_template

from blueprints import answers
from blueprints.access import STAFF, me, policy
from blueprints.extensions import db
from blueprints.queue import bp
from models import task

SHOWN = 100  # more is counted as 99+


@answers.row_of("row")
def _row(id, by):
    row = task.row(db.session, id, by)
    return row and render_template("queue/_row.html", row=row)


@bp.get("/queue")
@policy(STAFF)
def queue():
    lists = [db.session.execute(query(me()).limit(SHOWN)).all() for query in (task.mine, task.unclaimed)]
    return render_template("queue/queue.html", mine=lists[0], unclaimed=lists[1])

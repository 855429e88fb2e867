"""The slips of the service team: the list, and issuing one by itself or for a visit."""

from flask import render_template, request, url_for

from blueprints import answers
from blueprints.access import ISSUERS, STAFF, me, policy
from blueprints.extensions import db
from blueprints.rows import drawn
from blueprints.teams import bp
from blueprints.teams.forms import IssueForm
from models import team_task
from models.base import now, writing
from models.steps import Fault
from models.task import ROW
from models.team_task import TeamTask
from models.visit import Visit

PAGE, MOST = 25, 100


@bp.get("/teams/")
@policy(STAFF)
def slips():
    """Those whose result is still to come, then those that are over; `before` is the last id of the page before."""
    done = team_task.over(me())
    if 0 < (before := request.args.get("before", 0, type=int)) < 2**31:
        done = done.where(TeamTask.id < before)
    done = _rows(done.limit(PAGE + 1))
    more = done[PAGE - 1].id if len(done) > PAGE else None
    return render_template("teams/teams.html", open=_rows(team_task.open_ones(me()).limit(MOST)), over=done[:PAGE], more=more)


def _rows(query):
    columns = [getattr(TeamTask, column.key) for column in ROW]
    return drawn(db.session.execute(query.with_only_columns(*columns)).all(), me())


@bp.route("/teams/new", methods=["GET", "POST"])
@policy(ISSUERS)
def issue():
    """Issue a slip; `visit` is the id of the visit that it is for."""
    visit = _visit()
    form = IssueForm(visit=visit)
    if not form.is_submitted():
        return render_template("teams/new.html", form=form, visit=visit)
    if form.validate():
        try:
            wanted = form.wanted(visit)
            writing(db.session)
            issued = TeamTask.issue(db.session, me(), now(), **wanted)
            db.session.commit()
            return answers.gone_to(url_for("steps.record", shelf="teams", id=issued.id))
        except Fault as fault:
            db.session.rollback()
            form.add_fault(fault, answers.say(fault.message, fault.values))
    return render_template("teams/new.html", form=form, visit=visit), 422


def _visit() -> Visit | None:
    """The visit that is named: one of the own station, about no matter, since that has a step of its own."""
    if not (id := request.args.get("visit", 0, type=int)) > 0:
        return None
    here = db.select(Visit).where(Visit.id == min(id, 2**31 - 1), Visit.seen_by(me()), Visit.station_id == me().unit_id)
    return db.first_or_404(here.where(Visit.matter_id.is_(None)))

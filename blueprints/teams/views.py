"""The slips of the service team: the list, and issuing one by itself or for a visit."""

from flask import render_template, request, url_for

from blueprints import answers
from blueprints.access import ISSUERS, STAFF, me, policy
from blueprints.extensions import db
from blueprints.paging import page_of
from blueprints.rows import drawn_of
from blueprints.teams import bp
from blueprints.teams.forms import IssueForm
from models import team_task
from models.base import now, writing
from models.steps import Fault
from models.team_task import TeamTask
from models.visit import Visit

MOST = 100


@bp.get("/teams/")
@policy(STAFF)
def slips():
    """Those whose result is still to come, then those that are over; `before` is the last id of the page before."""
    done, more = page_of(team_task.over(me()), TeamTask.id, drawn_of)
    return render_template("teams/teams.html", open=drawn_of(team_task.open_ones(me()).limit(MOST)), over=done, more=more)


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

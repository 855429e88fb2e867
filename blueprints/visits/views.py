"""The list of visits, and planning one."""

from uuid import UUID

from flask import render_template, url_for

from blueprints import answers
from blueprints.access import GOERS, STAFF, me, policy
from blueprints.extensions import db
from blueprints.rows import drawn
from blueprints.visits import bp
from blueprints.visits.forms import PlanForm
from models.base import now, writing
from models.slot import Slot
from models.steps import Fault
from models.task import ROW
from models.visit import Visit

PAGE = 50


@bp.get("/visits/")
@policy(STAFF)
def visits():
    """What is planned at the own station."""
    columns = [getattr(Visit, column.key) for column in ROW]
    query = db.select(*columns).where(Visit.seen_by(me()), Visit.ended_at.is_(None)).order_by(Visit.begins_at, Visit.id)
    return render_template("visits/visits.html", rows=drawn(db.session.execute(query.limit(PAGE)).all(), me()))


@bp.route("/visits/plan", methods=["GET", "POST"])
@policy(GOERS)
def plan():
    """Plan a visit to a place or a site."""
    form = PlanForm()
    if not form.is_submitted():
        return render_template("visits/plan.html", form=form)
    if form.validate():
        try:
            return answers.gone_to(url_for("steps.record", shelf="visits", id=_plan(form)[0].id))
        except Fault as fault:
            db.session.rollback()
            form.add_fault(fault, answers.say(fault.message, fault.values))
    return render_template("visits/plan.html", form=form), 422


def _plan(form) -> list[Visit]:
    at = now()
    slot = Slot.of(at, form.day.data, form.begins.data, form.ends.data, form.daypart.value)
    (community, grid), companions = form.where.value, form.companions.value
    writing(db.session)
    planned = Visit.plan(
        db.session,
        me(),
        at,
        officers=[me(), *companions],
        slots=[slot],
        community=community,
        grid=grid,
        site=form.site.value,
        sort=form.sort.value,
        place=form.place.data or "",
        reason=form.reason.data or "",
        uid=UUID(form.submission_id.data).hex,
    )
    db.session.commit()
    return planned

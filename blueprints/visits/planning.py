"""Planning visits: one, or a series of them at once."""

from uuid import UUID

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from blueprints import answers
from blueprints.access import GOERS, me, policy
from blueprints.answers import month_day
from blueprints.extensions import db
from blueprints.visits import bp
from blueprints.visits.plan_form import PlanForm
from models.base import beijing_date, now, writing
from models.series import Series
from models.steps import Fault
from models.visit import Visit


@bp.route("/visits/plan", methods=["GET", "POST"])
@policy(GOERS)
def plan():
    """Plan a visit to a place or a site, once or on some weekdays; then the week of the first."""
    form = PlanForm()
    if not form.is_submitted():
        form.fill_in(request.args, now())
        return render_template("visits/plan.html", form=form)
    if form.validate():
        try:
            series = _plan(form)
            flash(_said(series))
            return answers.gone_to(url_for("visits.visits", view="week", day=beijing_date(series.slots[0].begins_at)))
        except Fault as fault:
            db.session.rollback()
            form.add_fault(fault, answers.say(fault.message, fault.values))
    return render_template("visits/plan.html", form=form), 422


def _plan(form) -> Series:
    at = now()
    series = form.series(at)
    (community, grid), site, officers = form.where.value, form.site.value, form.officers
    writing(db.session)
    Visit.plan(
        db.session,
        me(),
        at,
        officers=officers,
        slots=series.slots,
        community=community,
        grid=grid,
        site=site,
        sort=form.sort.value,
        place=form.place.data or "",
        reason=form.reason.data or "",
        uid=UUID(form.submission_id.data).hex,
    )
    db.session.commit()
    return series


def _said(series: Series) -> str:
    said = _("排好了%(n)s次。", n=len(series.slots))
    if series.left_out:
        days = "、".join(month_day(day) for day in series.left_out)
        said = _("排好了%(n)s次；%(days)s放假，没有排。", n=len(series.slots), days=days)
    return said

"""The calendar of visits: a day, a week or a month, of oneself or of all."""

from flask import render_template, request, url_for

from blueprints.access import STAFF, me, policy
from blueprints.extensions import db
from blueprints.forms import day_in
from blueprints.visits import bp
from models import agenda
from models.agenda import View, Whose
from models.base import beijing_date, now
from models.officer import KEEPERS
from models.workdays import Calendar

A_DAY, OF_A_WEEKS_DAY, WAITING = 100, 12, 25  # rows at most: of a day, of each day of a week, of those without a time


@bp.get("/visits/")
@policy(STAFF)
def visits():
    """What is planned, was done, and still wants a time: `view`, around `day`, `whose`."""
    at = now()
    view, whose = _asked(View, "view", View.WEEK), _asked(Whose, "whose", Whose.ALL if me().role in KEEPERS else Whose.MINE)
    day = day_in(request.args.get("day")) or beijing_date(at)
    days = view.days(day)
    if view is View.MONTH:
        shown = {"counts": agenda.counts(db.session, me(), whose, days)}
    else:
        shown = {"listed": agenda.on_days(db.session, me(), whose, days, A_DAY if view is View.DAY else OF_A_WEEKS_DAY)}

    def to(**changed) -> str:
        return url_for("visits.visits", **{"view": view.code, "whose": whose.code, "day": day} | changed)

    return render_template(
        f"visits/{view.code}.html",
        views=View,
        whoses=Whose,
        view=view,
        whose=whose,
        day=day,
        today=beijing_date(at),
        days=days,
        to=to,
        calendar=Calendar.load(db.session),
        waiting=agenda.waiting(db.session, me(), whose, at, WAITING),
        **shown,
    )


def _asked(words, name, default):
    return next((word for word in words if word.code == request.args.get(name)), default)

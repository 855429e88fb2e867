"""The administrator's calendar: the days that the library does not know yet, and a notice while a year's list is missing."""

from flask import abort, render_template, url_for

from blueprints import answers
from blueprints.access import ADMINS, me, policy
from blueprints.admin import bp
from blueprints.admin.forms import DayForm, Worked
from blueprints.extensions import db
from blueprints.forms import ClickForm
from models import audit
from models.base import now, writing
from models.workdays import DayException, years_to_fill_in


@bp.route("/admin/calendar", methods=["GET", "POST"])
@policy(ADMINS)
def calendar():
    """The exceptions, newest first, and a form that adds one or takes the place of one."""
    form = DayForm()
    if form.is_submitted() and form.validate():
        day, worked = form.day.data, form.worked.value is Worked.ON
        writing(db.session)
        db.session.merge(DayException(day=day, worked=worked, reason=form.reason.data))
        _note(day, "day_worked" if worked else "day_off")
        return answers.gone_to(url_for("admin.calendar"))
    days = db.session.scalars(db.select(DayException).order_by(DayException.day.desc())).all()
    page = {"form": form, "days": days, "missing": years_to_fill_in(now())}
    return render_template("admin/calendar.html", **page), 422 if form.is_submitted() else 200


@bp.post("/admin/days/<day>/delete")
@policy(ADMINS)
def drop(day):
    """Take an exception back."""
    if not ClickForm().validate():
        abort(422)
    writing(db.session)
    known = next((found for found in db.session.scalars(db.select(DayException)) if found.day.isoformat() == day), None)
    if known is None:
        abort(404)
    db.session.delete(known)
    _note(known.day, "day_dropped")
    return answers.gone_to(url_for("admin.calendar"))


def _note(day, action: str) -> None:
    audit.note(db.session, at=now(), by=me(), action=action, detail=day.isoformat())
    db.session.commit()

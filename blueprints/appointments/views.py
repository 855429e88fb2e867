"""The appointments of a station, and a look at how a resident can be reached."""

from flask import render_template

from blueprints import answers
from blueprints.access import ROSTERED, STAFF, me, note_refusal, policy
from blueprints.appointments import bp
from blueprints.extensions import db
from blueprints.forms import ClickForm
from models.appointment import Appointment, listed
from models.base import now, writing
from models.steps import Refused

MOST = 100
PAGE, PART = "appointments/contact.html", "appointments/_contact.html"


@bp.get("/appointments/")
@policy(STAFF)
def appointments():
    """All that are open at the station: what is to come, and what nobody has written down."""
    found = db.session.scalars(listed(me()).limit(MOST)).all()
    return render_template("appointments/appointments.html", appointments=found, at=now())


@bp.route("/appointments/<int(max=2147483647):id>/contact", methods=["GET", "POST"])
@policy(ROSTERED)
def contact(id):
    """Ask for a look at how a resident can be reached, or have it: shown once, and logged."""
    found = db.first_or_404(db.select(Appointment).where(Appointment.id == id, Appointment.seen_by(me())))
    form = ClickForm()
    if not form.is_submitted():
        return render_template(PAGE, record=found, look=form)
    if not form.validate():
        return _ask_again(422, found, form)
    try:
        writing(db.session, found)
        opened = found.open_contact(me(), now())
        db.session.commit()
    except Refused as refused:
        note_refusal(found, "open_contact", me())
        return _ask_again(409, found, form, answers.say(refused.message, refused.values))
    return answers.shown(PAGE, PART, record=found, opened=opened)


def _ask_again(status, record, look, notice=None):
    return answers.ask_again(status, PAGE, PART, f"contact-of-{record.id}", record=record, look=look, notice=notice)

"""The appointments of a station, and a look at how a resident can be reached."""

from flask import render_template

from blueprints.access import ROSTERED, STAFF, me, policy
from blueprints.appointments import bp
from blueprints.extensions import db
from blueprints.looking import look_at
from models.appointment import Appointment, listed
from models.base import now

MOST = 100


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
    return look_at(found, found.open_contact, "appointments/contact.html", f"contact-of-{found.id}")

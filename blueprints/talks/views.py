"""Talks: the list, a new one, what is read back in large type, and a look at a side's contact."""

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from blueprints import answers
from blueprints.access import GOERS, STAFF, TALKERS, me, policy
from blueprints.extensions import db
from blueprints.looking import look_at
from blueprints.paging import page_of
from blueprints.qr import qr_of
from blueprints.talks import bp
from blueprints.talks.forms import BeginForm
from models import talk
from models.appointment import Appointment
from models.base import now, writing
from models.steps import Fault, Refused
from models.talk import Talk
from models.talk_side import TalkSide


@bp.get("/talks/")
@policy(TALKERS)
def talks():
    """Newest first, by key: `before` is the last id of the page before."""
    found, more = page_of(talk.listed(me()), Talk.id)
    return render_template("talks/talks.html", talks=found, more=more)


@bp.route("/talks/new", methods=["GET", "POST"])
@policy(GOERS)
def begin():
    """Write one down; the same form sent twice makes one. It ends the `appointment` that it was made for, unless that has ended."""
    form = BeginForm()
    appointment = _booked(form.appointment.data if form.is_submitted() else request.args.get("appointment"))
    if not form.is_submitted():
        if appointment and appointment.ended_at:
            return _asked(form, None, 200, appointment.moved_on())
        if appointment:
            form.fill_in(appointment)
        return _asked(form, appointment, 200)
    if form.validate() and form.draw_photos():
        try:
            begun = _begun(form, appointment)
            flash(_("记下了，每一方都有一张回音卡。"))
            return answers.gone_to(url_for("steps.record", shelf="talks", id=begun))
        except Fault as fault:
            db.session.rollback()
            form.add_fault(fault, answers.say(fault.message, fault.values))
        except Refused as refused:
            db.session.rollback()
            form.appointment.data = ""  # what she typed is not lost: the next tap writes down a talk of its own
            return _asked(form, None, 409, refused)
    return _asked(form, appointment)


def _asked(form, booked, status=422, refused=None):
    notice = refused and answers.say(refused.message, refused.values)
    return render_template("talks/new.html", form=form, booked=booked, notice=notice), status


def _booked(id: str | None) -> Appointment | None:
    """The appointment that an address or a form names, if there is such a one."""
    known = int(id) if id and id.isdecimal() and len(id) < 10 else 0
    return db.session.scalars(db.select(Appointment).where(Appointment.id == known, Appointment.seen_by(me()))).one_or_none()


def _begun(form, appointment) -> int:
    by, at = me(), now()
    wanted = form.wanted(at)
    for last_try in (False, True):
        try:
            writing(db.session, *([appointment] if appointment else []))
            begun = Talk.begin(db.session, by, at, appointment=appointment, **wanted)
            db.session.commit()
            return begun.id
        except IntegrityError:  # the same form from another tap was faster: ask again, and find its talk
            db.session.rollback()
            if last_try:
                raise


@bp.get("/talks/<int(max=2147483647):id>/points")
@policy(TALKERS)
def points(id):
    """The agreed points alone, in large type, to be read aloud and held out; each side's QR opens that side's own card."""
    found = db.first_or_404(db.select(Talk).where(Talk.id == id, Talk.lying_with(me())))
    codes = {side.id: qr_of(side.card) for side in found.sides} if found.shows_codes_to(me(), now()) else {}
    return render_template("talks/points.html", talk=found, codes=codes)


@bp.route("/sides/<int(max=2147483647):id>/contact", methods=["GET", "POST"])
@policy(STAFF)
def contact(id):
    """Ask for a look at how a side can be reached, or have it: shown once, and logged."""
    found = db.first_or_404(db.select(TalkSide).where(TalkSide.id == id, TalkSide.seen_by(me())))
    if not found.shows_contact_to(me()):
        abort(404)
    return look_at(found, found.open_contact, "sides/contact.html", f"contact-of-{found.id}", found.needed_by(me(), now()))

"""Pairings: mine, or all of the station for its heads; a new one; and a look at a phone."""

from flask import flash, render_template, url_for
from flask_babel import gettext as _

from blueprints import answers
from blueprints.access import PAIRED, me, policy
from blueprints.extensions import db
from blueprints.looking import look_at
from blueprints.pairings import bp
from blueprints.pairings.forms import BeginForm
from models import pairing
from models.base import now, writing
from models.pairing import Pairing
from models.steps import Fault

MOST, OVER = 100, 25


@bp.get("/pairings/")
@policy(PAIRED)
def pairings():
    """How far each is in this week, this month and this year; below, those that ended."""
    going = db.session.scalars(pairing.listed(me()).limit(MOST)).all()
    over = db.session.scalars(pairing.listed(me(), ended=True).limit(OVER)).all()
    page = {"going": going, "standings": pairing.standings(db.session, now(), going)}
    return render_template("pairings/pairings.html", **page, over=over, counts=pairing.counts(db.session, [*going, *over]))


@bp.route("/pairings/begin", methods=["GET", "POST"])
@policy(PAIRED)
def begin():
    """Begin one; the same form sent twice makes one."""
    form = BeginForm()
    if not form.is_submitted():
        return render_template("pairings/begin.html", form=form)
    if not form.validate():
        return render_template("pairings/begin.html", form=form), 422
    try:
        by, wanted = me(), form.wanted
        writing(db.session)
        begun = Pairing.begin(db.session, by, now(), **wanted)
        db.session.commit()
    except Fault as fault:
        db.session.rollback()
        form.add_fault(fault, answers.say(fault.message, fault.values))
        return render_template("pairings/begin.html", form=form), 422
    flash(_("结对开始了，代号%(code)s。", code=begun.code))
    return answers.gone_to(url_for("steps.record", shelf="pairings", id=begun.id))


@bp.route("/pairings/<int(max=2147483647):id>/phone", methods=["GET", "POST"])
@policy(PAIRED)
def phone(id):
    """Ask for a look at the number, or have it: shown once, and logged."""
    found = db.first_or_404(db.select(Pairing).where(Pairing.id == id, Pairing.seen_by(me())))
    return look_at(found, found.open_phone, "pairings/phone.html", f"phone-{found.id}")

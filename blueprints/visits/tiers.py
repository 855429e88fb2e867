"""Tiers: who looks after which town, community and grid, and where nobody went for long."""

from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints import answers
from blueprints.access import HEADS, STAFF, me, policy
from blueprints.colleagues import ColleagueField
from blueprints.extensions import db
from blueprints.forms import Form
from blueprints.visits import bp
from models import rules, tier
from models.base import beijing_date, now, writing
from models.steps import Fault
from models.tier import MAY_SET, Level, Place
from models.visit import VisitKind


class AppointForm(Form):
    """Who looks after one place."""

    officer = ColleagueField(_l("由谁联系"))

    def __init__(self, place, **kwargs):
        super().__init__(**kwargs)
        nobody = _("按责任民警") if place.level is Level.GRID else _("先不定")
        named = {
            one: _("%(name)s（%(unit)s%(title)s）", name=one.name, unit=one.unit.name, title=one.title)
            for one in _may_hold(place)
        }
        self.officer.offer_named(named, nobody)


@bp.get("/visits/tiers")
@policy(STAFF)
def tiers():
    """Every place with who looks after it, and when somebody was there."""
    at = now()
    listed = tier.tiers(db.session, me(), at)
    return render_template(
        "visits/tiers.html",
        listed=listed,
        today=beijing_date(at),
        tier_days=rules.TIER_DAYS,
        may_set=MAY_SET.get(me().role, ()),
        plan=_planned_to(listed),
    )


@bp.route("/visits/tiers/change", methods=["GET", "POST"])
@policy(HEADS)
def appoint():
    """Who looks after `place` from now on."""
    place = next((one for one in tier.places(db.session, me()) if one.code == request.args.get("place")), None)
    if place is None or place.level not in MAY_SET[me().role]:
        abort(404)
    form = AppointForm(place)
    if request.method == "GET":
        return render_template("visits/appoint.html", form=form, place=place)
    if not form.validate():
        return render_template("visits/appoint.html", form=form, place=place), 422
    officer = form.officer.value
    try:
        writing(db.session)
        tier.appoint(db.session, me(), now(), place, officer)
        db.session.commit()
    except Fault as fault:
        db.session.rollback()
        form.add_fault(fault, answers.say(fault.message, fault.values))
        return render_template("visits/appoint.html", form=form, place=place), 422
    flash(_("记下了。"))
    return redirect(url_for("visits.tiers"), 303)


def _may_hold(place):
    return tier.may_hold(db.session, me(), place)


def _planned_to(listed):
    """How to get from a tier to the form that plans a visit: to the place itself, or to where in a town nobody was for longest."""

    def address(one) -> str:
        sort = VisitKind.LEADER if one.place.level is Level.TOWN else VisitKind.DOOR
        officer = one.officer.username if one.officer else None
        return url_for("visits.plan", where=_where(one.place).code, sort=sort.code, officer=officer)

    def _where(place) -> Place:
        if place.level is not Level.TOWN:
            return place
        inside = [one for one in listed[Level.COMMUNITY] if one.place.town == place.town]
        return min(inside, key=lambda one: one.seen or date.min).place

    return address

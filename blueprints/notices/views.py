"""The list of notices for staff, and writing one."""

import re

from flask import abort, render_template, request, url_for

from blueprints import answers
from blueprints.access import STAFF, WRITERS, me, policy
from blueprints.extensions import db
from blueprints.notices import bp
from blueprints.notices.forms import WriteForm
from blueprints.paging import PAGE
from models import notice
from models.base import now, writing
from models.notice import Notice
from models.officer import Role
from models.steps import Fault
from models.task import units_below
from models.unit import Unit, UnitKind

PLACE = re.compile(r"([0-2])-([1-9]\d{0,8})")


@bp.get("/notices/")
@policy(STAFF)
def notices():
    """Drafts, what everybody reads, what is over; `behind` is the place of the last row of the page before."""
    at, place = now(), PLACE.fullmatch(request.args.get("behind", ""))
    found = db.session.execute(notice.listed(me(), at, place and tuple(map(int, place.groups()))).limit(PAGE + 1)).all()
    shown, more = found[:PAGE], len(found) > PAGE
    behind = f"{shown[-1].part}-{shown[-1].Notice.id}" if more else None
    return render_template("notices/notices.html", found=shown, behind=behind, at=at)


@bp.route("/notices/new", methods=["GET", "POST"])
@policy(WRITERS)
def write():
    """Write a draft for the own station; the bureau for the one whose number stands in `station`, which it picks first."""
    station = _station()
    if not station:
        return render_template("notices/stations.html", stations=_stations())
    form = WriteForm(station=station)
    if not form.is_submitted():
        return render_template("notices/new.html", form=form, station=station)
    if form.validate():
        try:
            wanted = form.wanted
            writing(db.session)
            written = Notice.write(db.session, me(), now(), station=station, **wanted)
            db.session.commit()
            return answers.gone_to(url_for("steps.record", shelf="notices", id=written.id))
        except Fault as fault:
            db.session.rollback()
            form.add_fault(fault, answers.say(fault.message, fault.values))
    return render_template("notices/new.html", form=form, station=station), 422


def _stations() -> list[Unit]:
    below = db.select(Unit).where(Unit.id.in_(units_below(me())), Unit.kind == UnitKind.STATION)
    return db.session.scalars(below.order_by(Unit.number)).all()


def _station() -> Unit | None:
    if me().role is not Role.BUREAU:
        return me().unit
    number = request.args.get("station")
    return number and (next((station for station in _stations() if station.number == number), None) or abort(404))

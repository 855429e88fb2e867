"""The diary of visits and the monthly report: views of what was written down on the way."""

import re
from datetime import date
from itertools import groupby

from flask import render_template, request, url_for
from flask_babel import gettext as _

from blueprints.access import GOERS, STAFF, me, policy
from blueprints.extensions import db
from blueprints.visits import bp
from models import visit_sums
from models.base import beijing_date, now
from models.officer import HEADS, Role
from models.task import EPOCH, MICROSECOND
from models.unit import Unit

PAGE = 25
KEY, MONTH = re.compile(r"(\d{1,17})-(\d{1,9})"), re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@bp.get("/visits/diary")
@policy(GOERS)
def diary():
    """What one did, day by day; a head reads the station's. `before` says behind which visit it goes on."""
    found = KEY.fullmatch(request.args.get("before", ""))
    behind = found and (EPOCH + int(found[1]) * MICROSECOND, int(found[2]))
    visits = db.session.scalars(visit_sums.diary(me(), behind).limit(PAGE + 1)).all()
    shown = visits[:PAGE]
    days = [(day, list(those)) for day, those in groupby(shown, lambda visit: beijing_date(visit.left_at))]
    more = f"{(shown[-1].left_at - EPOCH) // MICROSECOND}-{shown[-1].id}" if len(visits) > PAGE else None
    return render_template(
        "visits/diary.html", days=days, more=more, is_first=not behind, of_all=me().role in HEADS, kept=visit_sums.KEPT
    )


@bp.get("/visits/report")
@policy(STAFF)
def report():
    """A `month` of the own station; the bureau's is one of its stations, or all of them."""
    at, month = now(), _month()
    station = _station()
    if station is None:
        units = visit_sums.by_unit(db.session, me(), month, at)
        tables = [(_("各派出所"), _("派出所"), [(unit.name, _to(month, unit), sums) for unit, sums in units], units)]
    else:
        who = visit_sums.by_officer(db.session, me(), station, month, at)
        where = visit_sums.by_community(db.session, me(), station, month, at)
        tables = [
            (_("按民警"), _("民警"), [(o.name if o else _("还没有人认领"), None, sums) for o, sums in who], who),
            (_("按社区"), _("社区"), [(c.name if c else _("社区不清楚"), None, sums) for c, sums in where], where),
        ]
    tables = [(caption, of, rows, visit_sums.total(found)) for caption, of, rows, found in tables]
    this = beijing_date(at).replace(day=1)
    before, behind = date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1), visit_sums.after(month)
    return render_template(
        "visits/report.html",
        month=month,
        unit=station or me().unit,
        tables=tables,
        figures=visit_sums.FIGURES,
        before=_to(before, station),
        behind=_to(behind, station) if behind <= this else None,
        up=_to(month, None) if station and me().role is Role.BUREAU else None,
        at=at,
    )


def _month() -> date:
    found = MONTH.fullmatch(request.args.get("month", ""))
    return date(int(found[1]), int(found[2]), 1) if found else beijing_date(now()).replace(day=1)


def _station() -> Unit | None:
    """The own station; for the bureau the one that was asked for, if it is one of its own."""
    if me().role is not Role.BUREAU:
        return me().unit
    number = request.args.get("station", "")[:3]
    return db.session.scalar(db.select(Unit).where(Unit.parent_id == me().unit_id, Unit.number == number))


def _to(month: date, unit: Unit | None) -> str:
    of_bureau = unit if me().role is Role.BUREAU else None
    return url_for("visits.report", month=f"{month:%Y-%m}", station=of_bureau.number if of_bureau else None)

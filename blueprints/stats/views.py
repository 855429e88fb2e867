"""The rate of the satisfied, for heads and the bureau."""

from flask import render_template, request, url_for
from flask_babel import gettext as _

from blueprints import answers
from blueprints.access import BUREAU, HEADS, me, policy
from blueprints.extensions import db
from blueprints.stats import bp
from blueprints.stats.forms import FormulaForm, PeriodForm
from models import rules
from models.arrivals import arrivals, months_until
from models.asking import Rating
from models.base import beijing_date, now, writing
from models.incident import counts_for
from models.satisfaction import Figures, Formula, Period, figures_for


@bp.get("/stats")
@policy(HEADS)
def stats():
    """The figures of a `period` that has a name, or `since` one day `until` another."""
    kept = Formula.of(db.session, me().unit)
    return _page(FormulaForm(formdata=None, data=kept and {"title": kept.title, "fairly": f"{kept.fairly / 1000:g}"}))


@bp.post("/stats/formula")
@policy(BUREAU)
def formula():
    """Keep another formula, or none."""
    form = FormulaForm()
    if not form.validate():
        return _page(form, 422)
    writing(db.session, me().unit)
    Formula.keep(db.session, me(), now(), form.title.data, form.fairly.value or 0)
    db.session.commit()
    return answers.gone_to(url_for("stats.stats"))


def _page(form: FormulaForm, status: int = 200):
    periods = {period.code: period for period in Period}
    named = periods.get(request.args.get("period"), Period.MONTH)
    asked = PeriodForm(request.args)
    since, until = asked.days(named, beijing_date(now()))
    units, complaints = figures_for(db.session, me(), since, until)
    months = months_until(beijing_date(now()))
    total = sum((found for _unit, found in units), Figures())
    page = {
        "form": form,
        "asked": asked,
        "named": None if asked.since.data and not asked.errors else named,
        "periods": periods,
        "since": since,
        "until": until,
        "rows": _named(units) + ([(_("合计"), total)] if len(units) > 1 else []),
        "sum": total,
        "complaints": complaints,
        "incidents": _named(counts_for(db.session, me(), since, until)),
        "months": months,
        "arrivals": arrivals(db.session, me(), months, beijing_date(now())),
        "formula": Formula.of(db.session, me().unit),
        "floor": rules.SATISFACTION_FLOOR // 10,
        "ratings": Rating,
        "rate_from": rules.RATE_FROM,
    }
    return render_template("stats/stats.html", **page), status


def _named(figures) -> list[tuple[str, Figures]]:
    return [(unit.name, found) for unit, found in figures]

"""The administrator's pages: what there is and what is missing, and for each section its list and the form of a row."""

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError, InvalidRequestError

from blueprints import answers
from blueprints.access import ADMINS, me, policy
from blueprints.admin import bp
from blueprints.admin.section import PAGE, SECTIONS, SectionForm
from blueprints.extensions import db
from blueprints.forms import ClickForm
from models import guide as models_guide
from models import readiness, setting
from models.base import now, writing
from models.steps import Fault, Refused, Stale
from models.workdays import years_to_fill_in

IDS = 2**31


@bp.app_template_global()
def foot() -> dict:
    """What stands at the foot of public pages."""
    return setting.foot(db.session)


@bp.app_template_global()
def guide() -> list:
    """The commonest questions."""
    return models_guide.guide(db.session)


@bp.get("/admin/")
@policy(ADMINS)
def overview():
    """How much there is of each, and what a working station still lacks."""
    counts = {
        path: db.session.scalar(db.select(db.func.count()).select_from(form.query().subquery()))
        for path, form in SECTIONS.items()
        if form.grows
    }
    return render_template("admin/overview.html", sections=SECTIONS, counts=counts, **_lacking())


def _lacking() -> dict:
    at = now()
    return {"missing": list(readiness.missing(db.session, at)), "years": years_to_fill_in(at)}


@bp.get("/admin/<path>/")
@policy(ADMINS)
def rows(path):
    """The rows of a section, a page at a time; those that hold what was typed into `q`."""
    section, typed = _section(path), request.args.get("q", "").strip()[:60]
    after = request.args.get("after", type=int)
    last = db.session.get(section.table, after) if after and 0 < after < IDS else None
    found = section.listed(typed if typed.isprintable() else "", last)
    page = {"section": section, "typed": typed, "found": found[:PAGE], "more": len(found) > PAGE}
    return render_template("admin/rows.html", **page)


@bp.route("/admin/<path>/new", methods=["GET", "POST"])
@policy(ADMINS)
def new(path):
    """The form for one more."""
    section = _section(path)
    if not section.grows:
        abort(404)
    if request.method == "GET":
        return _page(section.empty())
    return _kept(section, section.table())


@bp.route("/admin/<path>/<int(max=2147483647):id>", methods=["GET", "POST"])
@policy(ADMINS)
def row(path, id):
    """The form of a row that is there."""
    section = _section(path)
    record = _find(section, id)
    if request.method == "GET":
        return _page(section.of(record), record)
    return _kept(section, record)


@bp.post("/admin/<path>/<int(max=2147483647):id>/<act>")
@policy(ADMINS)
def act(path, id, act):
    """Close a row, open it again, or take it away."""
    section = _section(path)
    record = _find(section, id)
    if act not in section.acts_on(record):
        abort(404)
    if not ClickForm().validate():
        return _page(section.of(record), record, 422)
    ready = section.made_ready(act)
    try:
        _open_write(section, record)
        getattr(section, act)(record, me(), now(), **ready)
        db.session.commit()
    except InvalidRequestError:  # it is gone
        abort(404)
    except Refused as refused:
        db.session.rollback()
        return _page(section.of(record), record, 409, answers.say(refused.message, refused.values))
    except IntegrityError:
        db.session.rollback()
        return _page(section.of(record), record, 409, _("刚刚有人用上了它，没有删。"))
    if page := section.shown_once(record, ready):
        return page
    flash(_("改好了。"))
    return answers.gone_to(url_for("admin.rows", path=path) if act == "remove" else url_for("admin.row", path=path, id=id))


def _kept(section: type[SectionForm], record):
    """Write it, and go back to the list; else say what stands in the way, with all that was typed."""
    known = record if record.id else None
    form = section(known)
    if not form.validate():
        return _page(form, known, 422)
    ready = {} if known else form.made_ready("new")
    try:
        _open_write(form, known)
        form = section(known)  # what there is to choose from may have gone meanwhile
        if not form.validate():
            db.session.rollback()
            return _page(form, known, 422)
        form.keep(record, me(), now(), **ready)
        db.session.commit()
    except InvalidRequestError:  # it is gone
        abort(404)
    except Fault as fault:
        db.session.rollback()
        form.add_fault(fault, answers.say(fault.message, fault.values))
        return _page(form, known, 422)
    except Stale as stale:
        db.session.rollback()
        form.seen.data = form.mark(known)
        return _page(form, known, 409, answers.say(stale.message), form.of(known).said)
    except Refused as refused:
        db.session.rollback()
        return _page(form, known, 409, answers.say(refused.message, refused.values))
    if page := form.shown_once(record, ready):
        return page
    flash(_("存好了。"))
    return answers.gone_to(url_for("admin.rows", path=form.path))


def _open_write(section, record) -> None:
    """All set-up is written one after the other: whoever holds the bureau's row, which is locked before any other."""
    writing(db.session, me().unit.bureau)
    if record:
        section.lock(record)


def _section(path: str) -> type[SectionForm]:
    return SECTIONS.get(path) or abort(404)


def _find(section, id):
    return db.first_or_404(section.query().where(section.table.id == id))


def _page(form, record=None, status=200, notice=None, now_there=()):
    context = {"form": form, "record": record, "notice": notice, "now_there": now_there}
    return render_template("admin/row.html", **context), status

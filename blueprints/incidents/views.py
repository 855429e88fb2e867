"""Asking back after 110 calls: switched on by the bureau, brought in by a spreadsheet, rung from here. While off, none of it is there."""

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _

from blueprints import answers
from blueprints.access import BUREAU, KEEPERS, POLLING_KEEPERS, me, policy
from blueprints.extensions import db
from blueprints.forms import ClickForm
from blueprints.incidents import bp
from blueprints.incidents.forms import ApprovalForm, ImportForm
from blueprints.looking import look_at
from blueprints.rows import drawn
from models import audit, incident_import, rules
from models.base import now, writing
from models.incident import IncidentCallback, is_on_for, texted, waiting
from models.incident_import import IncidentImport
from models.incident_sheet import incidents_in
from models.steps import Fault
from models.task import counted

SHOWN = 50


@bp.route("/incidents/", methods=["GET", "POST"])
@policy(KEEPERS)
def incidents():
    """What is to be rung and looked after, the form for a file, and the last files."""
    if not is_on_for(me()):
        abort(404)
    form = ImportForm()
    if request.method == "GET":
        return _page(form)
    if not form.validate():
        return _page(form, 422)
    try:
        rows = incidents_in(form.sheet.value)
    except Fault as fault:
        form.add_fault(fault, answers.say(fault.message, fault.values))
        return _page(form, 422)
    writing(db.session, me().unit)  # so that two taps are one after the other
    found = IncidentImport.begin(db.session, me(), now(), form.submission_id.data, rows)
    db.session.commit()
    return answers.gone_to(url_for("incidents.brought_in", id=found.id))


def _page(form: ImportForm, status: int = 200):
    query = waiting(me())
    rows = db.session.execute(query.limit(SHOWN)).all()
    page = {"rows": drawn(rows, me()), "waiting": len(rows) if len(rows) < SHOWN else counted(db.session, query)}
    page |= {
        "texted": texted(db.session, me()),
        "form": form,
        "files": incident_import.listed(db.session, me()),
        "sheet_rows": rules.SHEET_ROWS,
    }
    return render_template("incidents/incidents.html", **page), status


@bp.get("/incidents/imports/<int(max=2147483647):id>")
@policy(KEEPERS)
def brought_in(id):
    """How far a file is, and which rows were refused."""
    return render_template("incidents/brought_in.html", found=_find_import(id))


@bp.get("/incidents/imports/<int(max=2147483647):id>/progress")
@policy(POLLING_KEEPERS)
def progress(id):
    """How far it is by now; 204 where that was told. Fetched alone, and replaces nothing but itself."""
    found = _find_import(id)
    if not found.ended_at and found.done == request.args.get("told", type=int):
        return "", 204
    return render_template("incidents/_progress.html", found=found)


@bp.route("/incidents/<int(max=2147483647):id>/phone", methods=["GET", "POST"])
@policy(KEEPERS)
def phone(id):
    """Ask for a look at the number, or have it: shown once, and logged."""
    found = db.first_or_404(db.select(IncidentCallback).where(IncidentCallback.id == id, IncidentCallback.seen_by(me())))
    return look_at(found, found.open_phone, "incidents/phone.html", f"phone-{found.id}")


@bp.route("/incidents/approval", methods=["GET", "POST"])
@policy(BUREAU)
def approval():
    """The bureau switches the exchange on, by the number of what allows it."""
    form = ApprovalForm()
    if not (form.is_submitted() and form.validate()):
        return render_template("incidents/approval.html", form=form), 422 if form.is_submitted() else 200
    _approve(form.approval.data, "incidents_on")
    flash(_("开通了。"))
    return answers.gone_to(url_for("incidents.incidents"))


@bp.post("/incidents/approval/off")
@policy(BUREAU)
def off():
    """The bureau switches it off: the pages are gone at once, what is kept within a minute."""
    if not ClickForm().validate():
        return render_template("incidents/approval.html", form=ApprovalForm(formdata=None)), 422
    _approve(None, "incidents_off")
    flash(_("关了。电话和没传完的表格一分钟内删掉。"))
    return answers.gone_to(url_for("incidents.approval"))


def _approve(number: str | None, action: str) -> None:
    unit = me().unit
    writing(db.session, unit)
    unit.incident_approval = number
    audit.note(db.session, at=now(), by=me(), action=action)
    db.session.commit()


def _find_import(id) -> IncidentImport:
    return db.first_or_404(db.select(IncidentImport).where(IncidentImport.id == id, IncidentImport.seen_by(me())))

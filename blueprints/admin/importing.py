"""The administrator sets stations up from spreadsheets: tried out first, with every faulty row, then brought in whole or not at all.

Both are told while they go on: the page is sent piece by piece, and shows the last piece that has arrived.
"""

from collections.abc import Iterator
from io import BytesIO
from itertools import chain

from flask import abort, render_template, send_file, stream_template, url_for
from flask_babel import gettext as _

from blueprints import answers
from blueprints.access import ADMINS, me, policy
from blueprints.admin import bp
from blueprints.admin.forms import SetupForm
from blueprints.extensions import db
from blueprints.forms import ClickForm
from models.base import now, writing
from models.import_kinds import KINDS
from models.importing import (
    CROSSED,
    PROBLEM,
    FaultyRow,
    Importer,
    Packed,
    SetupSheet,
    Sums,
    bring_in,
    bureaus,
    template_of,
    try_out,
)
from models.steps import Fault
from models.workbook import workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AS_IT_COMES = {"X-Accel-Buffering": "no"}  # nginx would keep the pieces until there are many


class Work:
    """Rows being worked through: iterate to do it; `sums` is how far it is, `crossed` whether somebody else was there meanwhile."""

    def __init__(self, rows: int, steps: Iterator[Sums]):
        self.rows, self.steps = rows, steps
        self.sums, self.crossed = Sums(), False

    def __iter__(self) -> Iterator[Sums]:
        try:
            for sums in self.steps:
                self.sums = sums
                yield sums
        except CROSSED:
            self.crossed = True
        finally:
            db.session.rollback()


@bp.get("/admin/import/")
@policy(ADMINS)
def sheets():
    """Every kind of spreadsheet, in the order in which they are needed."""
    return render_template("admin/sheets.html", importers=KINDS.values())


@bp.route("/admin/import/<kind>", methods=["GET", "POST"])
@policy(ADMINS)
def sheet(kind):
    """What stands in a spreadsheet of this kind, and the form to try one out."""
    importer, form = _kind(kind), SetupForm()
    if form.is_submitted() and form.validate():
        try:
            packed = Packed.of(importer, form.sheet.value)
            writing(db.session)
            found = SetupSheet.keep(db.session, importer, me(), now(), packed)
            db.session.commit()
            return answers.gone_to(url_for("admin.tried", kind=kind, uid=found.uid))
        except Fault as fault:
            form.add_fault(fault, answers.say(fault.message, fault.values))
    _titles, _example, columns = template_of(importer)
    page = {"importer": importer, "form": form, "columns": columns}
    return render_template("admin/sheet.html", **page), 422 if form.is_submitted() else 200


@bp.get("/admin/import/<kind>/template")
@policy(ADMINS)
def template(kind):
    """A spreadsheet to fill in: headings, a line of example, and a page that explains them."""
    importer = _kind(kind)
    titles, example, columns = template_of(importer)
    told = [(heading, _("要填") if needed else _("可以不填"), _(about)) for heading, needed, about in columns]
    pages = {_("填这一页"): [titles, example], _("说明"): [(_("列"), _("要不要填"), _("写什么")), *told]}
    return _file(pages, _("%(kind)s模板.xlsx", kind=_(importer.label)))


@bp.get("/admin/import/<kind>/<uid>")
@policy(ADMINS)
def tried(kind, uid):
    """What would come of the file, told while it is found out."""
    importer, found = _kind(kind), _found(kind, uid)
    work = Work(found.rows, try_out(db.session, importer, found.cells, now()))
    told = {"heading": _("核对%(kind)s表格", kind=_(importer.label)), "doing": _("正在核对")}
    return stream_template("admin/tried.html", importer=importer, uid=uid, work=work, **told), AS_IT_COMES


@bp.get("/admin/import/<kind>/<uid>/faults")
@policy(ADMINS)
def faults(kind, uid):
    """The whole file to correct and bring back: what is wrong stands in front, and rows with nothing wrong are folded away."""
    importer, found, faulty = _kind(kind), _found(kind, uid), []
    for _sums in try_out(db.session, importer, found.cells, now(), faulty.append):
        pass
    db.session.rollback()
    problems = {row.row: _problem(row) for row in faulty}
    titles = [PROBLEM, *(column.heading for column in importer.columns.values())]
    rows = ([problems.get(n, ""), *cells] for n, cells in found.cells)
    return _file({_("改好传回来"): chain([titles], rows)}, _("%(kind)s要改的行.xlsx", kind=_(importer.label)), folded=True)


@bp.post("/admin/import/<kind>/<uid>/bring-in")
@policy(ADMINS)
def bring_in_sheet(kind, uid):
    """The rows that were tried out are written, all of them or none, told while they are."""
    importer, found = _kind(kind), _found(kind, uid)
    if not ClickForm().validate():
        abort(422)
    work = Work(found.rows, _written(importer, found, me()))
    told = {"heading": _("导入%(kind)s", kind=_(importer.label)), "doing": _("正在导入，导完之前什么都不算")}
    return stream_template("admin/brought.html", importer=importer, work=work, **told), AS_IT_COMES


def _written(importer: type[Importer], found: SetupSheet, by) -> Iterator[Sums]:
    cells, this = found.cells, SetupSheet.id == found.id
    writing(db.session, *bureaus(db.session))
    yield from bring_in(db.session, importer, cells, by, now())
    db.session.execute(db.delete(SetupSheet).where(this))
    db.session.commit()


def _kind(code: str) -> type[Importer]:
    return KINDS.get(code) or abort(404)


def _found(kind: str, uid: str) -> SetupSheet:
    mine = SetupSheet.seen_by(me(), now())
    return db.first_or_404(db.select(SetupSheet).where(SetupSheet.uid == uid, SetupSheet.kind == kind, mine))


def _problem(row: FaultyRow) -> str:
    return _("；").join(
        _("%(column)s：%(fault)s", column=heading, fault=answers.say(fault.message, fault.values))
        for heading, fault in row.faults
    )


def _file(pages: dict, name: str, folded: bool = False):
    file = send_file(BytesIO(workbook(pages, folded)), XLSX, as_attachment=True, download_name=name)
    file.headers["Cache-Control"] = "no-store"  # send_file says no-cache, which keeps it
    return file

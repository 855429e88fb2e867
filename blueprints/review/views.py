"""A head's five minutes: what presses, what can be signed off, and giving work to somebody."""

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.exc import StaleDataError

from blueprints import answers
from blueprints.access import HEADS, me, note_refusal, policy
from blueprints.extensions import db
from blueprints.review import bp
from blueprints.review.forms import GiveForm, ManyForm
from blueprints.rows import drawn
from models import task
from models.base import now, writing
from models.matter import Matter
from models.officer import Officer
from models.pressing import SECTIONS, callbacks_overdue, called_back, solved_and_satisfied
from models.steps import SHELVES, OutOfSight, Refused

SHOWN, PAGE, MOST = 5, 10, 100  # rows of what presses; to be signed off; of one list shown by itself, or done in one go


@answers.row_of("review")
def _row(id, by):
    matter = db.session.scalars(db.select(Matter).where(Matter.id == id, Matter.seen_by(by))).one_or_none()
    return matter and render_template("review/_row.html", matter=matter)


@bp.get("/review")
@policy(HEADS)
def review():
    """What presses, each matter in the first list that it belongs to, then what was called back and may be signed off.

    `show` names one list, to be seen whole.
    """
    return _page(GiveForm())


def _page(give: GiveForm, status: int = 200, many: ManyForm | None = None):
    at, listed, sections = now(), set(), []
    for section in SECTIONS:
        rows = [row for row in db.session.execute(section.rows(me(), at).limit(MOST)) if row.id not in listed]
        listed |= {row.id for row in rows}
        if rows:
            sections.append((section, rows))
    parts = (Matter.points, Matter.tasks, Matter.handlers, Matter.handler, Matter.community, Matter.concerns)
    ready = called_back(me())
    page = {
        "sections": sections,
        "show": request.args.get("show"),
        "shown": SHOWN,
        "give": give,
        "many": many,
        "callbacks": drawn(db.session.execute(callbacks_overdue(me(), at).limit(PAGE)), me()),
        "happy": db.session.execute(solved_and_satisfied(me()).limit(MOST)).all(),
        "waiting": len(db.session.execute(ready.with_only_columns(Matter.id).limit(MOST)).all()),
        "ready": db.session.scalars(ready.options(*map(selectinload, parts)).limit(PAGE)).all(),
    }
    return render_template("review/review.html", **page), status


@bp.post("/review/sign-off")
@policy(HEADS)
def sign_off():
    """Sign off all that was picked: the page offers what is solved and satisfied, in one tap."""
    form = ManyForm()
    if not form.validate():
        return _page(GiveForm(formdata=None), 422, many=form)
    done = [_take(Matter, id, version, "sign_off") for id, version in form.picked.value[:MOST]]
    return _told(_("销号%(n)s件。", n=sum(done)), len(done) - sum(done), url_for("review.review"))


@bp.post("/review/assign")
@policy(HEADS)
def assign():
    """Give several matters that nobody has to one colleague."""
    form = GiveForm()
    if not form.validate():
        return _page(form, 422)
    given = {"handler": form.handler.value, "text": form.text.data or ""}
    done = [_take(Matter, id, version, "transfer", **given) for id, version in form.picked.value[:MOST]]
    told = _("%(n)s件交给了%(who)s。", n=sum(done), who=form.handler.value.name)
    return _told(told, len(done) - sum(done), url_for("review.review"))


@bp.route("/review/hand-over", methods=["GET", "POST"])
@policy(HEADS)
def hand_over():
    """All that one officer of the unit has in hand (`officer`, a user name), given to colleagues until nothing is left."""
    load = task.loads(db.session, me().unit)
    of_unit = db.select(Officer).where(Officer.id.in_(load) | (Officer.unit_id == me().unit_id)).order_by(Officer.id)
    everybody = db.session.scalars(of_unit).all()
    holders = [officer for officer in everybody if officer.id in load]
    holder = next((officer for officer in everybody if officer.username == request.args.get("officer")), None)
    if holder is None and request.args.get("officer"):
        abort(404)
    form, status = GiveForm(holder=holder, data={"text": request.args.get("text", "")}), 200
    rows = db.session.execute(task.held_by(holder, me()).add_columns(*_versions())).all() if holder else []
    if form.is_submitted() and holder:
        if form.validate():
            return _hand_over(form, {row.id: row for row in rows}, holder)
        status = 422
    page = {"holders": holders, "load": load, "holder": holder, "rows": rows, "form": form}
    return render_template("review/hand_over.html", **page), status


def _versions():
    matter = db.select(Matter.version).where(Matter.id == task.Task.matter_id).scalar_subquery()
    return task.Task.version, matter.label("matter_version")


def _hand_over(form: GiveForm, rows: dict, holder: Officer):
    given, done = {"handler": form.handler.value, "text": form.text.data}, []
    for id, version in form.picked.value:
        if row := rows.get(id):
            kind = task.kinds()[row.kind]
            shelf, home = kind.home(row)
            done.append(_take(SHELVES[shelf], home, version, kind.passed_on_by, **given))
    onward = url_for("review.hand_over", officer=holder.username, text=form.text.data)
    return _told(_("交出去%(n)s件。", n=sum(done)), len(done) - sum(done), onward)


def _take(shelf, id: int, version: int, name: str, **fields) -> bool:
    """Take a step of one record in a write of its own; False where it was refused, or somebody was faster."""
    by = me()
    record = db.session.scalars(db.select(shelf).where(shelf.id == id, shelf.seen_by(by))).one_or_none()
    if record is None:
        return False
    try:
        writing(db.session, *record.to_lock())
        record.steps[name].take(record, by=by, version=version, at=now(), **fields)
        db.session.commit()
        return True
    except (Refused, StaleDataError, OutOfSight):
        db.session.rollback()
        note_refusal(record, name, by)
        return False


def _told(done: str, left: int, url: str):
    """Say how much was done, on the page that comes next."""
    flash(done + (_("还有%(n)s件没办成：刚才有了新变化，请再看看。", n=left) if left else ""))
    return answers.gone_to(url)

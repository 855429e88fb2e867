"""A head's five minutes: what presses, what can be signed off, and giving work to somebody."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.exc import StaleDataError

from blueprints import answers
from blueprints.access import HEADS, me, note_refusal, policy
from blueprints.extensions import db
from blueprints.review import bp
from blueprints.review.forms import GiveForm, ManyForm
from blueprints.rows import drawn
from models import gathering, task
from models.appointment import not_written_down
from models.base import N_, now, writing
from models.duty import end_of_tomorrow, gaps_between
from models.matter import Matter
from models.notice import to_publish
from models.officer import Officer, Role
from models.order import to_check
from models.pressing import SECTIONS, callbacks_overdue, called_back, solved_and_satisfied, talks_in_trouble, visits_missed
from models.slot import Slot
from models.steps import SHELVES, OutOfSight, Refused, stale
from models.talk import Talk

SHOWN, PAGE, MOST = 5, 10, 100  # rows of what presses; to be signed off; of one list by itself, or handed over at a time


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
        "gaps": _gaps(at),
        "talked": len(db.session.execute(not_written_down(me(), at).limit(MOST)).all()),
        "show": request.args.get("show"),
        "shown": SHOWN,
        "give": give,
        "many": many,
        "callbacks": drawn(db.session.execute(callbacks_overdue(me(), at).limit(PAGE)), me()),
        "visits": _missed(at),
        "talks": db.session.scalars(talks_in_trouble(me(), at).limit(PAGE)).all(),
        "gatherings": _gatherings(at),
        "notices": db.session.scalars(to_publish(me()).limit(PAGE)).all(),
        "orders": db.session.execute(to_check(me()).limit(PAGE)).all(),
        "happy": db.session.execute(solved_and_satisfied(me()).limit(MOST)).all(),
        "waiting": len(db.session.execute(ready.with_only_columns(Matter.id).limit(MOST)).all()),
        "ready": db.session.scalars(ready.options(*map(selectinload, parts)).limit(PAGE)).all(),
    }
    return render_template("review/review.html", **page), status


def _missed(at) -> list[tuple]:
    """Each visit that nobody set out for: its row, who should have, and when."""
    rows = db.session.execute(visits_missed(me(), at).limit(PAGE)).all()
    slots = [row.begins_at and Slot(row.begins_at, row.due_at, row.daypart) for row in rows]
    return list(zip(drawn(rows, me()), [row.goer for row in rows], slots, strict=True))


def _gatherings(at):
    """Those whose results a head is to approve, or that nobody wrote any about for too long."""
    columns = [getattr(gathering.Gathering, column.key) for column in task.ROW]
    waiting = gathering.to_publish(me(), gathering.owing_since(db.session, at)).with_only_columns(*columns)
    return drawn(db.session.execute(waiting.limit(PAGE)).all(), me())


def _gaps(at):
    """The hours of today and tomorrow at which nobody is at the own station's rooms."""
    return gaps_between(db.session, me().unit, at, end_of_tomorrow(at)) if me().role is Role.HEAD else []


@bp.post("/review/sign-off")
@policy(HEADS)
def sign_off():
    """Sign off all that was picked: the page offers what is solved and satisfied, in one tap."""
    form = ManyForm()
    if not form.validate():
        return _page(GiveForm(formdata=None), 422, many=form)
    _tell(N_("销号%(n)s件。"), [_take(Matter, id, version, "sign_off") for id, version in form.picked.value[:MOST]])
    return answers.gone_to(url_for("review.review"))


@bp.post("/review/assign")
@policy(HEADS)
def assign():
    """Give several matters that nobody has to one colleague."""
    form = GiveForm()
    if not form.validate():
        return _page(form, 422)
    given = {"handler": form.handler.value, "text": form.text.data or ""}
    done = [_take(Matter, id, version, "transfer", **given) for id, version in form.picked.value[:MOST]]
    _tell(N_("%(n)s件交给了%(who)s。"), done, who=form.handler.value.name)
    return answers.gone_to(url_for("review.review"))


@bp.get("/review/hand-over")
@policy(HEADS)
def hand_over():
    """The officers of the unit who have something in hand, or all that one of them has (`officer`, a user name)."""
    holder = _holder()
    return _in_hand(holder, GiveForm(holder=holder, formdata=None))


@bp.post("/review/hand-over")
@policy(HEADS)
def give():
    """Give what was picked of one officer's to a colleague. What is left is shown again, and the reason stays: a page with
    a POST of its own, since a reason has no place in an address.
    """
    holder = _holder()
    form = GiveForm(holder=holder)
    if holder is None or not form.validate():
        return _in_hand(holder, form, 422)
    given, done = {"handler": form.handler.value, "text": form.text.data}, []
    rows = {row.id: row for row in db.session.execute(task.held_by(holder, me()))}
    for id, version in form.picked.value[:MOST]:
        if row := rows.get(id):
            kind = task.kinds()[row.kind]
            shelf, home = kind.home(row)
            kept = SHELVES[shelf].steps[kind.passed_on_by].parameters  # no `text` where no reason is kept
            fields = {name: value for name, value in given.items() if name in kept}
            done.append(_take(SHELVES[shelf], home, version, kind.passed_on_by, **fields))
    _tell(N_("交出去%(n)s件。"), done)
    form.picked.data = None
    return _in_hand(holder, form)


def _holder() -> Officer | None:
    """The officer who is named: one of the unit, or one who went elsewhere and left something."""
    if (name := request.args.get("officer")) is None:
        return None
    here = (Officer.unit_id == me().unit_id) | Officer.id.in_(task.loads(db.session, me().unit))
    return db.first_or_404(db.select(Officer).where(Officer.username == name, here))


def _in_hand(holder: Officer | None, form: GiveForm, status: int = 200):
    load = task.loads(db.session, me().unit)
    holders = db.session.scalars(db.select(Officer).where(Officer.id.in_(load)).order_by(Officer.id)).all()
    held = task.held_by(holder, me()).add_columns(*_versions()).limit(MOST) if holder else None
    rows = db.session.execute(held).all() if holder else []
    page = {"holders": holders, "load": load, "holder": holder, "rows": rows, "form": form, "status": status}
    return render_template("review/hand_over.html", **page), status


def _versions():
    homes = (Matter, task.Task.matter_id), (Talk, task.Task.talk_id)
    versions = [db.select(home.version).where(home.id == id).scalar_subquery() for home, id in homes]
    return task.Task.version, db.func.coalesce(*versions).label("home_version")


def _take(shelf, id: int, version: int, name: str, **fields) -> Refused | None:
    """Take a step of one record in a write of its own; what was said against it, if it was not taken."""
    by = me()
    record = db.session.scalars(db.select(shelf).where(shelf.id == id, shelf.seen_by(by))).one_or_none()
    if record is None:
        return stale()
    try:
        writing(db.session, *record.to_lock())
        record.steps[name].take(record, by=by, version=version, at=now(), **fields)
        db.session.commit()
        return None
    except (Refused, StaleDataError, OutOfSight) as error:
        db.session.rollback()
        note_refusal(record, name, by)
        return error if isinstance(error, Refused) else stale()


def _tell(message: str, done: list[Refused | None], **values) -> None:
    """Say how many were done, and of those that were not how many and why: the first one's reason."""
    refused = [refusal for refusal in done if refusal]
    told = _(message, n=len(done) - len(refused), **values)
    if refused:
        why = answers.say(refused[0].message, refused[0].values)
        told += _("还有%(n)s件没办成：%(why)s", n=len(refused), why=why)
    flash(told)

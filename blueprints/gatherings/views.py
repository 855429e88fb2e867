"""The lists of gatherings and ideas, planning a gathering, and its page for everybody."""

from flask import abort, render_template, url_for

from blueprints import answers
from blueprints.access import GOERS, PUBLIC, STAFF, me, policy
from blueprints.coming import asking, remember_said, said_here
from blueprints.extensions import db, limiter
from blueprints.gatherings import bp
from blueprints.gatherings.forms import ComingForm, HeldForm, PlanForm
from blueprints.paging import PAGE, page_of
from blueprints.rows import drawn_of
from models import gathering as gatherings
from models import rules
from models.base import now, writing
from models.gathering import Gathering
from models.idea import ideas
from models.matter import Matter
from models.slot import Slot
from models.steps import Fault, Refused


@bp.get("/gatherings/")
@policy(STAFF)
def all_gatherings():
    """What is to come, and what was held or called off, newest first; `before` is the last id of the page before."""
    coming = drawn_of(gatherings.to_come(me()).limit(PAGE))
    held, more = page_of(gatherings.over(me()), Gathering.id, drawn_of)
    return render_template("gatherings/gatherings.html", coming=coming, held=held, more=more)


@bp.route("/gatherings/new", methods=["GET", "POST"])
@policy(GOERS)
def plan():
    """Plan one; it is announced on its own page."""
    return _new(PlanForm(), "gatherings/new.html", _plan)


@bp.route("/gatherings/held", methods=["GET", "POST"])
@policy(GOERS)
def write_up():
    """Write down one that nobody had planned."""
    return _new(HeldForm(), "gatherings/held.html", _write_up)


def _new(form: PlanForm, page: str, make):
    if not form.is_submitted():
        return render_template(page, form=form)
    if form.validate() and form.draw_photos():
        try:
            made = make(form, now())
            db.session.commit()
            return answers.gone_to(url_for("steps.record", shelf="gatherings", id=made.id))
        except Fault as fault:
            db.session.rollback()
            form.add_fault(fault, answers.say(fault.message, fault.values))
    return render_template(page, form=form), 422


def _plan(form: PlanForm, at) -> Gathering:
    wanted, slot = form.wanted, Slot.of(at, form.day.data, form.begins.data, form.ends.data)
    writing(db.session)
    return Gathering.plan(db.session, me(), at, slot=slot, **wanted)


def _write_up(form: HeldForm, at) -> Gathering:
    wanted, slot = form.wanted, Slot.was(at, form.day.data, form.begins.data, form.ends.data, rules.GATHERING_BACK)
    writing(db.session)
    return Gathering.write_up(db.session, me(), at, slot=slot, record=form.record, **wanted)


@bp.get("/gatherings/ideas")
@policy(STAFF)
def all_ideas():
    """Each idea with what became of it; `before` is the last id of the page before."""
    found, more = page_of(ideas(me()), Matter.id)
    return render_template("gatherings/ideas.html", ideas=found, more=more)


@bp.get("/gatherings/<string(length=32):uid>")
@policy(PUBLIC)
def gathering(uid):
    """What everybody may read of it: when and where, and afterwards what was asked and done."""
    return _page(_announced(uid))


@bp.post("/gatherings/<string(length=32):uid>/coming")
@policy(PUBLIC)
@limiter.limit("60/hour")
def come(uid):
    """So many people come; only the sum is kept, and for half an hour in this browser what it said."""
    found, form = _announced(uid), ComingForm()
    if not form.validate():
        return _page(found, 422, form)
    before = said_here(found)
    writing(db.session, found)
    try:
        counted = found.expect(now(), form.people.data, instead_of=before, tap=form.submission_id.data)
        db.session.commit()
    except Fault as fault:
        db.session.rollback()
        form.add_fault(fault, answers.say(fault.message, fault.values))
        return _page(found, 422, form)
    except Refused as refused:
        db.session.rollback()
        return _page(found, 409, notice=answers.say(refused.message, refused.values))
    if counted:
        remember_said(found, form.people.data)
    return answers.gone_to(url_for("gatherings.gathering", uid=uid))


def _announced(uid) -> Gathering:
    if not uid.isalnum():
        abort(404)
    return db.first_or_404(db.select(Gathering).where(Gathering.uid == uid, Gathering.announced_at.is_not(None)))


def _page(found: Gathering, status: int = 200, form: ComingForm | None = None, notice: str | None = None):
    page = {"gathering": found, "form": form, "notice": notice, "told_from": rules.SHOWN_FROM}
    return render_template("gatherings/gathering.html", **page, **asking()), status

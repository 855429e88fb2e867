"""The page of any record, and any step of any record: asked for by GET, taken by POST."""

from flask import abort, render_template, request, url_for
from sqlalchemy.orm.exc import StaleDataError

from blueprints import answers
from blueprints.access import PUBLIC, STAFF, me, note_refusal, open_card, policy, remember_card
from blueprints.extensions import db
from blueprints.forms import FORMS, StepForm
from blueprints.steps import bp
from models.base import now, writing
from models.officer import Officer
from models.steps import SHELVES, Fault, OutOfSight, Refused, Stale, Told, stale
from models.who import CARD


@bp.get("/<shelf:shelf>/<int(max=2147483647):id>")
@policy(STAFF)
def record(shelf, id):
    return render_template("record.html", record=_find(shelf, id, me()))


@bp.route("/<shelf:shelf>/<int(max=2147483647):id>/<step>", methods=["GET", "POST"])
@policy(STAFF)
def step(shelf, id, step):
    """Ask for a step of a record, or take it."""
    found = _find(shelf, id, me())
    answer, told = _step(found, step, me(), "steps/step.html")
    if answer:
        return answer
    if told.card:  # to be shown, printed or photographed from here
        remember_card(told.card, to_hand_over=True)
        return answers.gone_to(url_for("cards.hand_over"))
    if not found.is_seen_by(me()):
        return answers.gone_to(url_for("queue.queue"))
    if then := FORMS[found.steps[step]].leads_to:
        return answers.gone_to(url_for("steps.step", shelf=shelf, id=id, step=then, back=answers.back()))
    return answers.changed(found, url_for("steps.record", shelf=shelf, id=id), me())


@bp.route("/card/<step>", methods=["GET", "POST"])
@policy(PUBLIC)
def card_step(step):
    """A resident's step, of the card that is open in this browser."""
    card = open_card()
    if card is None:
        return answers.gone_to(url_for("cards.card"))
    subject = card.subject
    if step not in subject.steps or CARD not in subject.steps[step].by:
        abort(404)
    answer, _told = _step(subject, step, card, "steps/card_step.html")
    return answer or answers.gone_to(url_for("cards.card"))


def _find(shelf, id, by):
    record_class = SHELVES[shelf]
    return db.first_or_404(db.select(record_class).where(record_class.id == id, record_class.seen_by(by)))


def _step(record, name, by, page):
    """What to answer where the step was not taken, else what it told."""
    step = record.steps.get(name)
    if step not in FORMS:
        abort(404)
    form = FORMS[step]()
    form.fit(record, by)
    refusal = step.refusal(record, by, now())
    if request.method == "GET":
        form.version.show(record.version)
        return _ask(page, 409 if refusal else 200, by, record, step, form, refusal), None
    valid = form.validate()
    if not valid and not form.csrf_token.errors and form.version.data not in (None, record.version):
        refusal = refusal or stale()  # what was offered then is not what can be chosen now
    if form.csrf_token.errors or not (refusal or (valid and form.draw_photos())):
        return _ask(page, 422, by, record, step, form), None
    try:
        if refusal:
            raise refusal
        told = _take(record, step, by, form)
    except OutOfSight:
        abort(404)
    except Fault as fault:
        db.session.rollback()
        form.add_fault(fault, answers.say(fault.message, fault.values))
        return _ask(page, 422, by, record, step, form), None
    except Refused as refused:
        note_refusal(record, step.name, by)
        form.version.show(record.version)
        return _ask(page, 409, by, record, step, form, refused), None
    return None, told


def _take(record, step, by, form: StepForm) -> Told:
    """Take the step and commit; a writer that was faster all the same makes the record answer anew."""
    for last_try in (False, True):
        writing(db.session, *record.to_lock())
        try:
            told = step.take(record, by=by, version=form.version.data, at=now(), **form.fields(step))
            db.session.commit()
            return told
        except StaleDataError:
            if last_try:
                raise


def _ask(page, status, by, record, step, form, refusal: Refused | None = None):
    open_still = refusal is None or isinstance(refusal, Stale)
    notice = answers.say(refusal.message, refusal.values) if refusal else None
    context = {"record": record, "step": step, "form": form, "notice": notice, "open_still": open_still}
    context["back"] = answers.back() or form.comes_from(record)
    if request.method == "GET" or not isinstance(by, Officer):  # a page: htmx takes its piece
        return render_template(page, **context), status
    return answers.ask_again(status, page, "steps/_ask.html", f"ask-{record.shelf}-{record.id}", **context)

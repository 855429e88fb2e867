"""One page: the answers that the own unit often gives, and the form for one of them."""

from flask import abort, redirect, render_template, request, url_for
from sqlalchemy.exc import InvalidRequestError
from werkzeug.datastructures import MultiDict

from blueprints import answers
from blueprints.access import KEEPERS, me, policy
from blueprints.extensions import db
from blueprints.phrases import bp
from blueprints.phrases.forms import ChangeForm, DeleteForm, PhraseForm
from models.answer_template import AnswerTemplate
from models.base import now, writing
from models.steps import Fault, Stale


@bp.route("/phrases/", methods=["GET", "POST"])
@policy(KEEPERS)
def phrases():
    """All of them, and the form for one more."""
    form = PhraseForm()
    if request.method == "GET":
        return _page(form)
    if not form.validate():
        return _page(form, status=422)
    try:
        writing(db.session, me().unit)  # so that two at once are counted one after the other
        AnswerTemplate.add(db.session, me(), now(), **form.given)
        db.session.commit()
    except Fault as fault:
        db.session.rollback()
        form.add_fault(fault, answers.say(fault.message, fault.values))
        return _page(form, status=422)
    return redirect(url_for("phrases.phrases"), 303)


@bp.route("/phrases/<int(max=2147483647):id>", methods=["GET", "POST"])
@policy(KEEPERS)
def phrase(id):
    """The same page, with the form for this one."""
    template = _find(id)
    if request.method == "GET":
        return _page(_filled(template), template)
    form = ChangeForm()
    if not form.validate():
        return _page(form, template, 422)
    return _written(template, form, lambda: template.change(me(), now(), form.version.data, **form.given))


@bp.post("/phrases/<int(max=2147483647):id>/delete")
@policy(KEEPERS)
def delete(id):
    """It is no longer used."""
    template, form = _find(id), DeleteForm()
    if not form.validate():
        return _page(_filled(template), template, 422, form.faults[0].errors[0])
    return _written(template, _filled(template), lambda: template.delete(me(), now(), form.version.data))


def _find(id) -> AnswerTemplate:
    return db.first_or_404(db.select(AnswerTemplate).where(AnswerTemplate.id == id, AnswerTemplate.seen_by(me())))


def _filled(template) -> ChangeForm:
    """The form with what is there now, whatever was sent."""
    codes = {name: word.code if (word := getattr(template, name)) else "" for name in ("kind", "outcome")}
    return ChangeForm(formdata=MultiDict(), data={"title": template.title, "text": template.text, **codes})


def _written(template, form, write):
    """Write it, and go back to the list; where somebody was faster, show both texts."""
    try:
        writing(db.session, template)
        write()
        db.session.commit()
    except InvalidRequestError:  # it is gone
        abort(404)
    except Stale as stale:
        db.session.rollback()
        return _page(form, template, 409, answers.say(stale.message))
    return redirect(url_for("phrases.phrases"), 303)


def _page(form, template=None, status=200, notice=None):
    kept = db.select(AnswerTemplate).where(AnswerTemplate.seen_by(me())).order_by(AnswerTemplate.id)
    if template:
        form.version.show(template.version)
    context = {"form": form, "template": template, "notice": notice}
    return render_template("phrases/phrases.html", templates=db.session.scalars(kept).all(), **context), status

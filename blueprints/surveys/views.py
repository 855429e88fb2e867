"""What people answered, for all staff; and the questions, for the heads of the station."""

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from blueprints import answers
from blueprints.access import STAFF, STATION_HEADS, me, policy
from blueprints.extensions import db
from blueprints.forms import ClickForm
from blueprints.surveys import bp
from blueprints.surveys.forms import MonthsForm, MoveForm, QuestionForm
from models import rules
from models.base import beijing_date, now, writing
from models.satisfaction import Period
from models.steps import Fault, Stale
from models.survey import MEANWHILE, Question, first_month, questions_of, sums


@bp.get("/surveys/")
@policy(STAFF)
def surveys():
    """The sums of a `period` that has a name, or from the month `since` to `until`; the bureau's of one `station` after the other."""
    today, asked = beijing_date(now()), MonthsForm(request.args)
    asked.between(first_month(db.session, me()) or today, today)
    periods = {period.code: period for period in Period}
    named = periods.get(request.args.get("period"), Period.MONTH)
    chosen = asked.chosen
    since, until = chosen or named.days(today)
    found = {station.number: (station, answered) for station, answered in sums(db.session, me(), since, until)}
    station, answered = found.get(request.args.get("station")) or next(iter(found.values()), (me().unit, []))
    page = {
        "asked": asked,
        "periods": periods,
        "named": None if chosen else named,
        "since": since,
        "until": until,
        "station": station,
        "stations": [station for station, _answered in found.values()],
        "answered": answered,
        "rate_from": rules.RATE_FROM,
    }
    return render_template("surveys/surveys.html", **page)


@bp.route("/surveys/questions", methods=["GET", "POST"])
@policy(STATION_HEADS)
def questions():
    """All that the station asks, and the form for one more."""
    form = QuestionForm()
    if request.method == "GET":
        return _page(form)
    if not form.validate():
        return _page(form, None, 422)
    return _written(form, lambda: Question.add(db.session, me(), now(), **form.given))


@bp.route("/surveys/questions/<int(max=2147483647):id>", methods=["GET", "POST"])
@policy(STATION_HEADS)
def question(id):
    """The same page, with the form for this one, as long as it is asked."""
    found, form = _find(id), QuestionForm()
    if request.method == "GET":
        return _page(_empty(), None, 409, _(MEANWHILE)) if found.retired_at else _page(_filled(found), found)
    if not form.validate():
        return _page(form, found, 422)
    return _written(form, lambda: found.change(me(), now(), **form.given), found)


@bp.post("/surveys/questions/<int(max=2147483647):id>/retire")
@policy(STATION_HEADS)
def retire(id):
    """It is asked no more."""
    found = _find(id)
    return _clicked(ClickForm(), lambda: found.retire(me(), now()))


@bp.post("/surveys/questions/<int(max=2147483647):id>/up")
@policy(STATION_HEADS)
def up(id):
    """It is asked before the one in front."""
    found, form = _find(id), MoveForm()
    return _clicked(form, lambda: found.move_up(form.ordinal.data, me(), now()))


def _find(id) -> Question:
    return db.first_or_404(db.select(Question).where(Question.id == id, Question.station_id == me().unit_id))


def _empty() -> QuestionForm:
    return QuestionForm(formdata=MultiDict())


def _filled(question: Question) -> QuestionForm:
    return QuestionForm(formdata=MultiDict(), data={"text": question.text, "answers": "\n".join(question.answers)})


def _clicked(form: ClickForm | MoveForm, write):
    if not form.validate():
        return _page(_empty(), None, 422, form.faults[0].errors[0])
    return _written(_empty(), write)


def _written(form: QuestionForm, write, found=None):
    """Write it, and go back to the list. Where somebody was faster what was typed stays, to be asked as one more."""
    try:
        writing(db.session, me().unit)  # so that two at once come one after the other
        write()
        db.session.commit()
    except Fault as fault:
        db.session.rollback()
        form.add_fault(fault, answers.say(fault.message, fault.values))
        return _page(form, found, 422)
    except Stale as stale:
        db.session.rollback()
        return _page(form, None, 409, answers.say(stale.message))
    return answers.gone_to(url_for("surveys.questions"))


def _page(form: QuestionForm, found=None, status=200, notice=None):
    asked = questions_of(db.session, me().unit)
    page = {"form": form, "question": found, "questions": asked, "notice": notice, "most": rules.SURVEY_QUESTIONS}
    return render_template("surveys/questions.html", **page), status

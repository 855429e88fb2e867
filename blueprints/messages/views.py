"""What has to be sent by hand, how fast texts may go, and their words."""

from flask import abort, current_app, render_template, url_for
from sqlalchemy.orm import selectinload

from blueprints import answers
from blueprints.access import BUREAU, KEEPERS, me, policy
from blueprints.extensions import db
from blueprints.forms import ClickForm
from blueprints.messages import bp
from blueprints.messages.forms import PaceForm, WordsForm
from models import outbox
from models.base import now, writing
from models.incident import is_on_for
from models.message_template import PLACEHOLDERS, MessageTemplate, Occasion
from models.officer import HEADS, Role
from models.outbox import Message, Outbox
from models.steps import Fault, Stale

PAGE = 50


@answers.row_of("message")
def _row(id, by):
    message = db.session.scalars(db.select(Message).where(Message.id == id, Message.seen_by(by))).one_or_none()
    return message and render_template("messages/_row.html", message=message)


@bp.get("/messages/")
@policy(KEEPERS)
def messages():
    """The texts that somebody here has to send now; for heads and the bureau also the words."""
    return _page(PaceForm(data={"per_hour": Outbox.shown(db.session).per_hour}))


@bp.post("/messages/stop")
@policy(KEEPERS)
def stop():
    """Nothing goes out any more until the bureau says so."""
    return _switched(lambda box: box.stop(me(), now()))


@bp.post("/messages/go-on")
@policy(BUREAU)
def go_on():
    """What waited goes out."""
    return _switched(lambda box: box.go_on(me(), now()))


@bp.post("/messages/pace")
@policy(BUREAU)
def pace():
    """At most so many in an hour."""
    form = PaceForm()
    if not form.validate():
        return _page(form, 422)
    writing(db.session)
    Outbox.locked(db.session).allow(form.per_hour.data, me(), now())
    db.session.commit()
    return answers.gone_to(url_for("messages.messages"))


@bp.route("/messages/words/<occasion>", methods=["GET", "POST"])
@policy(BUREAU)
def words(occasion):
    """The words of one occasion, for all stations; none gives the house's own back."""
    found = next((word for word in _occasions() if word.code == occasion), None) or abort(404)
    kept = db.session.get(MessageTemplate, found)
    form = WordsForm(data={"text": MessageTemplate.all_of(db.session)[found]})
    if not form.is_submitted():
        return _words_page(found, form, kept)
    if not form.validate():
        return _words_page(found, form, kept, 422)
    try:
        writing(db.session)
        text = (form.text.data or "").strip()
        MessageTemplate.keep(db.session, found, text, by=me(), at=now(), version=form.version.data)
        db.session.commit()
    except Fault as fault:
        db.session.rollback()
        form.add_fault(fault, answers.say(fault.message, fault.values))
        return _words_page(found, form, kept, 422)
    except Stale as stale:
        db.session.rollback()
        return _words_page(found, form, db.session.get(MessageTemplate, found), 409, answers.say(stale.message))
    return answers.gone_to(url_for("messages.messages", _anchor="words"))


def _occasions() -> list[Occasion]:
    """Those there are; of 110 calls nothing is said while nobody is asked about them."""
    return [occasion for occasion in Occasion if occasion is not Occasion.INCIDENT or is_on_for(me())]


def _words() -> dict[Occasion, str]:
    in_force = MessageTemplate.all_of(db.session)
    return {occasion: in_force[occasion] for occasion in _occasions()}


def _switched(turn):
    if not ClickForm().validate():
        abort(422)
    writing(db.session)
    turn(Outbox.locked(db.session))
    db.session.commit()
    return answers.gone_to(url_for("messages.messages"))


def _page(form, status=200):
    at, has_gateway = now(), current_app.extensions["gateway"] is not None
    due = outbox.by_hand(db.session, me(), at, selectinload(Message.matter))
    page = {
        "form": form,
        "box": Outbox.shown(db.session),
        "has_gateway": has_gateway,
        "hours": [f"{hour:%-H:%M}" for hour in outbox.hours(db.session)],
        "in_hours": outbox.is_in_hours(db.session, at),
        "waiting": outbox.waiting(db.session, at) if has_gateway else 0,
        "count": len(due),
        "due": due[:PAGE],
        "words": _words() if me().role in HEADS else None,
        "is_bureau": me().role is Role.BUREAU,
    }
    return render_template("messages/messages.html", **page), status


def _words_page(occasion, form, kept, status=200, notice=None):
    form.version.show(kept.version if kept else 0)
    page = {"occasion": occasion, "known": "".join(PLACEHOLDERS[occasion]), "form": form, "kept": kept, "notice": notice}
    return render_template("messages/words.html", **page), status

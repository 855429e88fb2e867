"""A look at the contact data of one record."""

from flask import abort, render_template
from sqlalchemy.orm.exc import ObjectDeletedError

from blueprints import answers
from blueprints.access import STAFF, me, note_refusal, policy
from blueprints.contacts import bp
from blueprints.extensions import db
from blueprints.forms import LookForm
from models.base import now, writing
from models.contact import Contact
from models.steps import Refused

PAGE, PART = "contacts/contact.html", "contacts/_contact.html"


@bp.route("/contacts/<int(max=2147483647):id>", methods=["GET", "POST"])
@policy(STAFF)
def look(id):
    """Ask for a look, or have it: shown once, never kept in a page that can be gone back to."""
    contact = db.session.get(Contact, id)
    if contact is None or not contact.is_seen_by(me()):
        abort(404)
    form = LookForm(contact.needed_by(me(), now()))
    if not form.is_submitted():
        return render_template(PAGE, contact=contact, look=form, back=answers.back())
    if not form.validate():
        return _ask_again(422, contact, form)
    try:
        writing(db.session, contact.matter, *contact.matter.askings)
        opened = contact.open(me(), now(), form.reason.data if "reason" in form else "")
        db.session.commit()
    except ObjectDeletedError:  # the resident was faster and erased it
        abort(404)
    except Refused as refused:
        note_refusal(contact, "open_contact", me())
        return _ask_again(409, contact, form, notice=answers.say(refused.message, refused.values))
    return answers.shown(PAGE, PART, contact=contact, opened=opened, back=answers.back())


def _ask_again(status, contact, form, notice=None):
    said = {"contact": contact, "look": form, "notice": notice, "back": answers.back()}
    return answers.ask_again(status, PAGE, PART, f"contact-{contact.id}", **said)

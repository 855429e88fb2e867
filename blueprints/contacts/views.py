"""A look at the contact data of one record."""

from flask import abort, render_template

from blueprints import answers
from blueprints.access import STAFF, me, policy
from blueprints.contacts import bp
from blueprints.contacts.forms import LookForm
from blueprints.extensions import db
from models.base import now, writing
from models.contact import Contact
from models.steps import Refused


@bp.route("/contacts/<int(max=2147483647):id>", methods=["GET", "POST"])
@policy(STAFF)
def look(id):
    """Ask for a look, or have it: shown once, never kept in a page that can be gone back to."""
    contact = db.session.get(Contact, id) or abort(404)
    need = contact.needed_by(me()) or abort(404)
    form = LookForm(need)
    if not form.validate_on_submit():
        return _answer(422 if form.is_submitted() else 200, contact, form)
    writing(db.session, contact.matter, *filter(None, [contact.matter.open_callback]))
    try:
        opened = contact.open(me(), now(), form.reason.data if "reason" in form else "")
    except Refused:  # somebody was faster, or the resident erased it
        abort(404)
    db.session.commit()
    return _answer(200, contact, form, opened)


def _answer(status, contact, form, opened=None):
    context = {"contact": contact, "form": form, "opened": opened}
    if form.is_submitted():
        return answers.ask_again(status, "contacts/contact.html", "contacts/_contact.html", f"contact-{contact.id}", **context)
    return render_template("contacts/contact.html", **context)

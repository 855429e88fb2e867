"""A look at the contact data of one record."""

from flask import abort

from blueprints import answers
from blueprints.access import STAFF, me, policy
from blueprints.contacts import bp
from blueprints.extensions import db
from blueprints.looking import look_at
from models.base import now
from models.contact import Contact


@bp.route("/contacts/<int(max=2147483647):id>", methods=["GET", "POST"])
@policy(STAFF)
def look(id):
    """Ask for a look, or have it: shown once, never kept in a page that can be gone back to."""
    contact = db.session.get(Contact, id)
    if contact is None or not contact.is_seen_by(me()):
        abort(404)
    needed, part_id = contact.needed_by(me(), now()), f"contact-{contact.id}"
    return look_at(contact, contact.open, "contacts/contact.html", part_id, needed, contact=contact, back=answers.back())

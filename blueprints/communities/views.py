"""A community's own page."""

from flask import abort, render_template

from blueprints.access import PUBLIC, policy
from blueprints.communities import bp
from blueprints.extensions import db
from models.base import now
from models.place import by_code
from models.unit import Community


@bp.get("/c/<code>")
@policy(PUBLIC)
def community(code):
    """Who serves the community now, its police room, and the ways to say something."""
    found = by_code(db.session, Community, code) or abort(404)
    return render_template("communities/community.html", community=found, postings=found.post.held(now()) if found.post else [])

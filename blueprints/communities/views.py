"""A community's own page."""

from flask import abort, render_template

from blueprints.access import PUBLIC, policy
from blueprints.coming import asking
from blueprints.communities import bp
from blueprints.extensions import db
from models.base import now
from models.gathering import announced_in, published_in
from models.idea import shown_in
from models.place import by_code
from models.unit import Community

PAST, IDEAS = 3, 10  # results of gatherings, and lines about ideas, that a page shows


@bp.get("/c/<code>")
@policy(PUBLIC)
def community(code):
    """Who serves the community now, its police room, the ways to say something, and what came of what was said."""
    found = by_code(db.session, Community, code) or abort(404)
    page = {
        "postings": found.post.held(now()) if found.post else [],
        "gatherings": db.session.scalars(announced_in(found, now())).all(),
        "published": db.session.scalars(published_in(found).limit(PAST)).all(),
        "ideas": shown_in(db.session, found, IDEAS),
    }
    return render_template("communities/community.html", community=found, **page, **asking())

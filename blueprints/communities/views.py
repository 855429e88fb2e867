"""A community's own page."""

from flask import render_template

from blueprints.access import PUBLIC, policy
from blueprints.communities import bp
from blueprints.extensions import db
from models.base import now
from models.unit import Community


@bp.get("/c/<code>")
@policy(PUBLIC)
def community(code):
    """Who serves the community now, its police room, and the ways to say something."""
    found = db.first_or_404(db.select(Community).filter_by(code=code))
    return render_template("communities/community.html", community=found, postings=found.post.held(now()) if found.post else [])

"""The front door: start page, health, static files, large type."""

import mimetypes

from flask import abort, make_response, redirect, render_template, request
from sqlalchemy import text

from blueprints.access import PUBLIC, policy
from blueprints.answers import STATIC, local_path, set_type
from blueprints.extensions import db
from blueprints.start import bp
from models.privacy_notice import Kept, PrivacyNotice, version_of
from models.unit import Unit


@bp.get("/")
@policy(PUBLIC)
def start():
    return render_template("start/start.html")


@bp.app_template_global()
def kept() -> Kept:
    """How long the data of what is said now will be kept."""
    return Kept.by(PrivacyNotice.current(db.session))


@bp.get("/privacy")
@policy(PUBLIC)
def privacy():
    """What is kept of a resident, for what and how long. Its version stands with every matter."""
    units = db.session.scalars(db.select(Unit).order_by(Unit.number)).all()
    return render_template(
        "start/privacy.html", units=units, version=version_of(db.session), own=PrivacyNotice.current(db.session)
    )


@bp.get("/healthz")
@policy(PUBLIC)
def healthz():
    """200 while the database answers."""
    db.session.execute(text("SELECT 1"))
    return "ok\n", 200, {"Content-Type": "text/plain"}


@bp.get("/static/<version>/<name>")
@policy(PUBLIC)
def static_file(version, name):
    """A static file; its address changes with its content, so it may be kept for good."""
    if name not in STATIC:
        abort(404)
    response = make_response(STATIC[name])
    response.mimetype = mimetypes.guess_type(name)[0]
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@bp.get("/type/<size>")
@policy(PUBLIC)
def type_size(size):
    """Large type on or off, for good; the page asked from comes back."""
    set_type(size)
    return redirect(local_path(request.args.get("back")) or "/", 303)

"""What waits for a head."""

from flask import Blueprint

bp = Blueprint("review", __name__)

from blueprints.review import digest, forms, views  # noqa: E402, F401

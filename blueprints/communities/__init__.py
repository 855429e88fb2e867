"""A community's own page: who is there for it, and how to raise a matter."""

from flask import Blueprint

bp = Blueprint("communities", __name__)

from blueprints.communities import views  # noqa: E402, F401

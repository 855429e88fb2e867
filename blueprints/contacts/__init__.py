"""Contact data: one look at a time, asked for and logged."""

from flask import Blueprint

bp = Blueprint("contacts", __name__)

from blueprints.contacts import views  # noqa: E402, F401

"""What residents send: the public form."""

from flask import Blueprint

bp = Blueprint("suggestions", __name__)

from blueprints.suggestions import views  # noqa: E402, F401

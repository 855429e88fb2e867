"""Photos: shown to the card that holds them, and to staff who see the matter."""

from flask import Blueprint

bp = Blueprint("photos", __name__)

from blueprints.photos import views  # noqa: E402, F401

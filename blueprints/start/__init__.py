"""The front door: start page, health, static files, large type."""

from flask import Blueprint

bp = Blueprint("start", __name__)

from blueprints.start import views  # noqa: E402, F401

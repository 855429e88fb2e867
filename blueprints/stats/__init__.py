"""How satisfied residents are, counted honestly."""

from flask import Blueprint

bp = Blueprint("stats", __name__)

from blueprints.stats import forms, views  # noqa: E402, F401

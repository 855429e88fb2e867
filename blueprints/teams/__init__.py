"""The service team: its slips, and what came of them."""

from flask import Blueprint

bp = Blueprint("teams", __name__)

from blueprints.teams import forms, views  # noqa: E402, F401

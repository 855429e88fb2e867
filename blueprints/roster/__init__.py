"""The roster of a station: who has duty where, for a week."""

from flask import Blueprint

bp = Blueprint("roster", __name__)

from blueprints.roster import forms, views  # noqa: E402, F401

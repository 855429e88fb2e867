"""Pairings: the list, a new one, the phone, and the forms of the steps."""

from flask import Blueprint

bp = Blueprint("pairings", __name__)

from blueprints.pairings import forms, views  # noqa: E402, F401

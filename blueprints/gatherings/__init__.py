"""Gatherings: planning them, the forms of their steps, and what everybody may read of them."""

from flask import Blueprint

bp = Blueprint("gatherings", __name__)

from blueprints.gatherings import forms, views  # noqa: E402, F401

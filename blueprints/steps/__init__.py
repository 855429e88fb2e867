"""The page of any record, and any step of any record."""

from flask import Blueprint

bp = Blueprint("steps", __name__)

from blueprints.steps import views  # noqa: E402, F401

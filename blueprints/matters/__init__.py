"""Matters: the list, and the forms of their steps."""

from flask import Blueprint

bp = Blueprint("matters", __name__)

from blueprints.matters import forms, views  # noqa: E402, F401

"""Campaigns: what was closed is asked about once more, and what came of it."""

from flask import Blueprint

bp = Blueprint("campaigns", __name__)

from blueprints.campaigns import forms, views  # noqa: E402, F401

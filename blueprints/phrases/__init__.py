"""Answers that a station often gives."""

from flask import Blueprint

bp = Blueprint("phrases", __name__)

from blueprints.phrases import forms, views  # noqa: E402, F401

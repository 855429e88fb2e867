"""The questionnaire: what a station asks at the door, and what people answered."""

from flask import Blueprint

bp = Blueprint("surveys", __name__)

from blueprints.surveys import forms, views  # noqa: E402, F401

"""The echo card: looking it up, and the card itself."""

from flask import Blueprint

bp = Blueprint("cards", __name__)

from blueprints.cards import forms, views  # noqa: E402, F401

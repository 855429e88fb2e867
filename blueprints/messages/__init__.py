"""Texts to residents: what is to be sent by hand, the switch, the words, and what a gateway tells."""

from flask import Blueprint

bp = Blueprint("messages", __name__)

from blueprints.messages import forms, incoming, views  # noqa: E402, F401

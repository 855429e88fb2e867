"""The check at the door: whoever stands there shows four digits, the resident types them in."""

from flask import Blueprint

bp = Blueprint("verify", __name__)

from blueprints.verify import forms, views  # noqa: E402, F401

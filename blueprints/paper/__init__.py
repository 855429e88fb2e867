"""Paper: contact cards, signs, plate stickers, and blank echo cards in batches."""

from flask import Blueprint

bp = Blueprint("paper", __name__)

from blueprints.paper import batches, views  # noqa: E402, F401

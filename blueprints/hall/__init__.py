"""Police rooms and talk halls, for residents: who is there now."""

from flask import Blueprint

bp = Blueprint("hall", __name__)

from blueprints.hall import views  # noqa: E402, F401

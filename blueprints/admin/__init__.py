"""Setting up: accounts, the demo, what is declared."""

from flask import Blueprint

bp = Blueprint("admin", __name__, cli_group=None)

from blueprints.admin import commands  # noqa: E402, F401

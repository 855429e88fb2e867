"""Setting up: accounts, the demo, what is declared, and the working days."""

from flask import Blueprint

bp = Blueprint("admin", __name__, cli_group=None)

from blueprints.admin import commands, forms, importing, views  # noqa: E402, F401

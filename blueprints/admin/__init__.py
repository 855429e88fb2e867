"""Setting up: what a station is made of, the working days, accounts, the demo, and what is declared."""

from flask import Blueprint

bp = Blueprint("admin", __name__, cli_group=None)

from blueprints.admin import calendar, codes, commands, forms, importing, people, places, portraits, ruling, views, wording  # noqa: E402, F401

"""The queue: what one person has to do; and the clock."""

from flask import Blueprint

bp = Blueprint("queue", __name__, cli_group=None)

from blueprints.queue import commands, views  # noqa: E402, F401

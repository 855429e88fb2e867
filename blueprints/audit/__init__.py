"""The audit log."""

from flask import Blueprint

bp = Blueprint("audit", __name__, cli_group="audit")

from blueprints.audit import commands  # noqa: E402, F401

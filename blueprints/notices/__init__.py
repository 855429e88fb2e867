"""Notices 警情动态, 防范提示: writing them, and the forms of their steps. Residents read them on their community's page."""

from flask import Blueprint

bp = Blueprint("notices", __name__)

from blueprints.notices import forms, views  # noqa: E402, F401

"""Talks: the list, a new one, what is read back, a look at a side's contact, and the forms of the steps."""

from flask import Blueprint

bp = Blueprint("talks", __name__)

from blueprints.talks import forms, views  # noqa: E402, F401

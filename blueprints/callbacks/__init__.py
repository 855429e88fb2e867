"""Callbacks: the list, and the form of their step."""

from flask import Blueprint

bp = Blueprint("callbacks", __name__)

from blueprints.callbacks import forms, views  # noqa: E402, F401

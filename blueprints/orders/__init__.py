"""Rectification orders: the list, and the forms of their steps."""

from flask import Blueprint

bp = Blueprint("orders", __name__)

from blueprints.orders import forms, views  # noqa: E402, F401

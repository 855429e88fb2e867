"""Asking back after 110 calls: the approval, the spreadsheets, the phone, and the forms of the steps."""

from flask import Blueprint

bp = Blueprint("incidents", __name__)

from blueprints.incidents import forms, views  # noqa: E402, F401

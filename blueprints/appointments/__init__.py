"""Appointments to talk: the list, a look at a contact, and the forms of the steps."""

from flask import Blueprint

bp = Blueprint("appointments", __name__)

from blueprints.appointments import forms, views  # noqa: E402, F401

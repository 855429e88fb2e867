"""Visits: planning them, and the forms of their steps."""

from flask import Blueprint

bp = Blueprint("visits", __name__)

from blueprints.visits import check_forms, forms, going, planning, reports, sites, slips, tiers, today, topics, views  # noqa: E402, F401

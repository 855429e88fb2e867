"""The check at the door 上门核验. It says yes or no to four digits at a place, and never what else there is."""

from flask import current_app, render_template, request

from blueprints.access import PUBLIC, policy
from blueprints.extensions import db, limiter, refused
from blueprints.verify import bp
from blueprints.verify.forms import VerifyForm
from models import verify
from models.base import now

PAGE = "verify/verify.html"


@bp.get("/verify")
@policy(PUBLIC)
def ask():
    """The one field; by the link on a plate's page the place is known."""
    return render_template(PAGE, form=VerifyForm(data={"plate": request.args.get("plate", "")}))


@bp.post("/verify")
@policy(PUBLIC)
@limiter.limit("10/minute;60/hour", deduct_when=refused)
def check():
    """Wrong digits and no visit are answered alike."""
    form = VerifyForm()
    if not form.validate():
        return render_template(PAGE, form=form), 422
    found = verify.find(db.session, _key(), form.code.data, form.place, form.found_plate, now())
    return render_template(PAGE, form=form, found=found, wrong=found is None), 200 if found else 422


@bp.app_template_filter()
def door_code(visit) -> str:
    """The digits of a visit, for whoever goes."""
    return verify.code_of(_key(), visit)


def _key() -> bytes:
    return current_app.extensions["keys"].visit

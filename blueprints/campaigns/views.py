"""The list of campaigns with the form for a new one, and what came of each."""

from flask import flash, render_template, url_for
from flask_babel import gettext as _

from blueprints import answers
from blueprints.access import HEADS, me, policy
from blueprints.campaigns import bp
from blueprints.campaigns.forms import CampaignForm
from blueprints.extensions import db
from blueprints.forms import ClickForm
from models import rules
from models.asking import CallbackResult, Rating
from models.base import now, writing
from models.campaign import Campaign, heard, taken_up_again
from models.steps import Fault

MOST = 100
SAID = (*Rating, CallbackResult.UNREACHABLE, CallbackResult.REFUSED, CallbackResult.SILENT)


@bp.route("/campaigns/", methods=["GET", "POST"])
@policy(HEADS)
def campaigns():
    """The newest first, and one more; the same form sent twice makes one."""
    form = CampaignForm()
    if not form.is_submitted():
        return _list(form)
    if not form.validate():
        return _list(form, 422)
    try:
        writing(db.session)
        campaign = Campaign.launch(db.session, me(), now(), **form.wanted)
        db.session.commit()
    except Fault as fault:
        db.session.rollback()
        form.add_fault(fault, answers.say(fault.message, fault.values))
        return _list(form, 422)
    return answers.gone_to(url_for("campaigns.campaign", id=campaign.id))


@bp.route("/campaigns/<int(max=2147483647):id>", methods=["GET", "POST"])
@policy(HEADS)
def campaign(id):
    """What came of it so far; a POST stops what was not asked yet."""
    found = db.first_or_404(db.select(Campaign).where(Campaign.id == id, Campaign.seen_by(me())))
    form = ClickForm()
    if form.is_submitted() and form.validate():
        writing(db.session, found)
        stopped = found.stop(me(), now())
        db.session.commit()
        flash(_("停下了，还没问的%(n)s件不再问。", n=stopped))
        return answers.gone_to(url_for("campaigns.campaign", id=id))
    again = db.session.execute(taken_up_again(found, me()).limit(MOST)).all()
    status = 422 if form.is_submitted() else 200
    page = {"campaign": found, "heard": heard(db.session, found), "words": SAID, "again": again, "form": form}
    return render_template("campaigns/campaign.html", **page), status


def _list(form: CampaignForm, status: int = 200):
    known = db.select(Campaign).where(Campaign.seen_by(me())).order_by(Campaign.id.desc()).limit(MOST)
    page = {"form": form, "campaigns": db.session.scalars(known).all(), "objection_days": rules.OBJECTION_DAYS}
    return render_template("campaigns/campaigns.html", **page), status

"""The portraits of officers, given with their consent."""

from flask import abort, flash, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import DataRequired

from blueprints import answers
from blueprints.access import ADMINS, me, policy
from blueprints.admin import bp
from blueprints.extensions import db
from blueprints.forms import WITH_PHOTOS, Form, Photos, filled
from models import rules, setup
from models.base import now, writing
from models.officer import Officer
from models.portrait import Portrait


class PortraitForm(Form):
    """One photo, and that its owner agreed."""

    max_bytes = WITH_PHOTOS
    photos = Photos(_l("选一张照片"), [filled(_l("请选一张照片。"))], most=1, side=rules.PORTRAIT_SIDE)
    consent = BooleanField(_l("本人同意放在社区的页面上"), [DataRequired(_l("没有本人同意，不能放。"))])


@bp.route("/admin/accounts/<int(max=2147483647):id>/portrait", methods=["GET", "POST"])
@policy(ADMINS)
def portrait(id):
    """The portrait that the communities of an officer see, and the form for another."""
    officer, form = db.get_or_404(Officer, id), PortraitForm()
    if form.is_submitted() and form.validate() and form.draw_photos():
        writing(db.session, me().unit.bureau, officer)
        if not officer.active:  # closed meanwhile: a photo would come back with the account
            abort(404)
        Portrait.put(db.session, officer, form.photos.value[0], now())
        setup.note(db.session, me(), now(), "portray", officer)
        db.session.commit()
        flash(_("存好了。"))
        return answers.gone_to(url_for("admin.row", path="accounts", id=id))
    serves = any(posting.holds(now()) for posting in officer.postings)
    page = {"officer": officer, "form": form, "portrait": db.session.get(Portrait, id), "serves": serves}
    return render_template("admin/portrait.html", **page), 422 if form.is_submitted() else 200

"""The must-visit sites of a station: the list, and the form for one of them."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import InvalidRequestError
from werkzeug.datastructures import MultiDict

from blueprints import answers
from blueprints.access import STATION_KEEPERS, me, policy
from blueprints.extensions import db
from blueprints.forms import Form, Line, Number, Phone, Version, at_most, filled
from blueprints.visits import bp
from blueprints.visits.plan_form import PlaceField
from models import must_visit, rules, setting
from models.base import beijing_date, now, writing
from models.site import Site
from models.steps import Fault, Stale


class SiteForm(Form):
    """What a station knows of one."""

    name = Line(_l("单位名称"), [filled(_l("请写单位名称，比如：港南小学。")), at_most(rules.SITE_NAME_MAX)])
    where = PlaceField(_l("在哪个社区、网格"), validators=[filled(_l("请选在哪个社区。"))])
    address = Line(_l("地址（可不写）"), [at_most(rules.SITE_ADDRESS_MAX)])
    phone = Phone(_l("单位电话（可不写；不写个人的）"))
    interval_days = Number(_l("几天至少去一次"), [filled(_l("请写天数。"))])

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.where.offer_places(me().unit)

    @property
    def given(self) -> dict:
        """What the model takes."""
        community, grid = self.where.value
        typed = {"name": self.name.data, "address": self.address.data or "", "phone": self.phone.data or ""}
        return typed | {"community": community, "grid": grid, "interval_days": self.interval_days.data}


class ChangeForm(SiteForm):
    version = Version(_l("版本"), [filled(_l("页面不完整，请返回重新打开。"))])


class TakeOffForm(Form):
    version = Version(_l("版本"), [filled(_l("页面不完整，请返回重新打开。"))])


@bp.route("/visits/sites", methods=["GET", "POST"])
@policy(STATION_KEEPERS)
def sites():
    """All on the list, and the form for one more."""
    form = SiteForm()
    if request.method == "GET":
        form.interval_days.data = setting.of(db.session, "site_interval_days", me().unit_id)
        return _page(form)
    if not form.validate():
        return _page(form, status=422)
    return _written(form, lambda: Site.add(db.session, me(), now(), **form.given), _("加好了。"))


@bp.route("/visits/sites/<int(max=2147483647):id>", methods=["GET", "POST"])
@policy(STATION_KEEPERS)
def site(id):
    """The same page, with the form for this one."""
    found = _find(id)
    if request.method == "GET":
        return _page(_filled(found), found)
    form = ChangeForm()
    if not form.validate():
        return _page(form, found, 422)
    return _written(form, lambda: found.change(me(), now(), form.version.data, **form.given), _("改好了。"), found)


@bp.post("/visits/sites/<int(max=2147483647):id>/off")
@policy(STATION_KEEPERS)
def take_off(id):
    """Nobody needs to go there any more."""
    found, form = _find(id), TakeOffForm()
    if not form.validate():
        return _page(_filled(found), found, 422, form.faults[0].errors[0])
    return _written(_filled(found), lambda: found.take_off(me(), now(), form.version.data), _("去掉了。"), found)


def _find(id) -> Site:
    return db.first_or_404(db.select(Site).where(Site.id == id, Site.seen_by(me()), Site.on_the_list(now())))


def _filled(site) -> ChangeForm:
    """The form with what is there now, whatever was sent."""
    kept = {name: getattr(site, name) for name in ("name", "address", "phone", "interval_days")}
    where = f"{site.community.code}/{site.grid.number}" if site.grid else site.community.code
    return ChangeForm(formdata=MultiDict(), data=kept | {"where": where})


def _written(form, write, said, site=None):
    """Write it, and go back to the list; what can't be is said beside its field, and where somebody was faster above it all."""
    try:
        writing(db.session, *([site] if site else []))
        write()
        db.session.commit()
    except InvalidRequestError:  # it is gone
        abort(404)
    except Fault as fault:
        db.session.rollback()
        form.add_fault(fault, answers.say(fault.message, fault.values))
        return _page(form, site, 422)
    except Stale as stale:
        db.session.rollback()
        return _page(form, site, 409, answers.say(stale.message))
    flash(said)
    return redirect(url_for("visits.sites"), 303)


def _page(form, site=None, status=200, notice=None):
    if site:
        form.version.show(site.version)
    at = now()
    listed = must_visit.standings(db.session, me(), at)
    context = {"form": form, "site": site, "notice": notice, "today": beijing_date(at)}
    return render_template("visits/sites.html", standings=listed, **context), status

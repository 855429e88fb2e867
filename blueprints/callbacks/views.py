"""The caller's desk: the next one to ring, all of them as a list, and what to say to whoever rings back."""

from flask import render_template, request, url_for
from flask_babel import gettext as _

from blueprints import answers
from blueprints.access import STAFF, me, policy
from blueprints.callbacks import bp
from blueprints.callbacks.forms import WhoRangForm
from blueprints.extensions import db
from blueprints.forms import FORMS
from blueprints.rows import drawn
from models.base import N_, now, writing
from models.calling import Desk, not_for, rang_about
from models.task import kinds

PAGE, WHO_RANG = "callbacks/callbacks.html", "callbacks/_who_rang.html"
LISTS = (("now", N_("现在可以打的")), ("later", N_("过一会儿再打的")), ("quiet", N_("不用打电话的")))


@bp.get("/callbacks/")
@policy(STAFF)
def callbacks():
    """One at a time, `call` if it is mine to make, else the first; with `view=list`, or where none is to be rung, all of them."""
    return render_template(PAGE, asked=WhoRangForm(), **_desk())


@bp.post("/callbacks/")
@policy(STAFF)
def who_rang():
    """Somebody rings back: was it us? One answer for what nobody rang about, what is out of sight, and what there is not."""
    form = WhoRangForm()
    if not form.validate():
        return answers.ask_again(422, PAGE, WHO_RANG, "who-rang", asked=form, **_desk())
    number = form.number.data
    writing(db.session)
    rang = rang_about(db.session, number, me(), now())
    db.session.commit()
    return answers.shown(PAGE, WHO_RANG, asked=form, answered=True, rang=rang, **_desk())


def _desk() -> dict:
    at = now()
    desk = Desk.of(db.session, me(), at)
    one = desk.at_hand(request.args.get("call", type=int)) if request.args.get("view") != "list" else None
    said = {"desk": desk, "one": one, "not_mine": not_for(db.session, me()), "back": url_for("callbacks.callbacks")}
    if one is None:
        return said | {"lists": [(_(label), _rows(getattr(desk, name), at)) for name, label in LISTS]}
    record = db.session.get(kinds()[one.kind], one.id)
    form = FORMS[record.steps["record"]]()
    form.fit(record, me())
    form.version.show(record.version)
    asks = {"record": record, "step": record.steps["record"], "form": form, "open_still": True}
    return said | asks | {"skip": desk.after(one), "waiting": _rows(desk.now, at)}


def _rows(found, at):
    when = [row.next_try and row.next_try > at and _("%(when)s以后", when=answers.words(row.next_try)) for row in found]
    return [
        row._replace(when=later, tint="plain") if later else row for row, later in zip(drawn(found, me()), when, strict=True)
    ]

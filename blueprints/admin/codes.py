"""Codes for many accounts at once, on slips to cut out. They stand in the answer to a POST alone, and are never shown again."""

import hashlib

from flask import render_template, url_for
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from blueprints import answers
from blueprints.access import ADMINS, me, policy
from blueprints.admin import bp
from blueprints.admin.people import AccountForm
from blueprints.extensions import db
from blueprints.forms import Form, Ticked, filled
from blueprints.qr import leads_to, on_paper, whole
from models import rules
from models.base import N_, lock, now, writing
from models.officer import Officer
from models.signin import hash_password, new_code, waiting
from models.steps import Refused, Stale

SLIPS_ON_A_SHEET = 10


class CodesForm(Form):
    """Some of the accounts that wait; `seen` is how they stood when they were shown."""

    picked = Ticked(_l("给谁打印"), [filled(_l("请先勾上要打印的人。"))])
    seen = HiddenField()

    def offer(self, officers: list[Officer]) -> None:
        """List these."""
        self.picked.offer((str(officer.id), officer.name) for officer in officers)


@bp.get("/admin/accounts/codes")
@policy(ADMINS)
def codes():
    """Who has no password yet; ticked is who has no code that still counts either."""
    return _page()


@bp.post("/admin/accounts/codes")
@policy(ADMINS)
def print_codes():
    """The slips. Whoever loads them again, or taps twice, finds that the codes were given, and gives none."""
    form, at = CodesForm(), now()
    form.offer(_waiting(at))
    if not form.validate():
        return _page(422, form=form)
    given = {int(id): new_code() for id in form.picked.data}
    hashed = {id: hash_password(code) for id, code in given.items()}
    try:
        writing(db.session, me().unit.bureau)
        slips = _give(given, hashed, form.seen.data, at)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        return _page(409, answers.say(refused.message))
    page = {"sheets": [slips[i : i + SLIPS_ON_A_SHEET] for i in range(0, len(slips), SLIPS_ON_A_SHEET)], **on_paper()}
    path = url_for("auth.activate")
    return render_template("admin/slips.html", **page, address=whole(path), qr=leads_to(path))


def _give(codes: dict[int, str], hashed: dict[int, str], seen: str, at) -> list[tuple[Officer, str]]:
    """Each account with its code, inside a write that holds the bureau's row; what codes they had count no more."""
    found = _waiting(at)
    for officer in sorted(found, key=lambda officer: officer.id):
        lock(db.session, officer)
    if seen != _mark(found):
        raise Stale(N_("刚刚有人出过激活码，或者有人正好定了密码，所以这次没有出。下面是现在的名单。"))
    picked = [officer for officer in found if officer.id in codes]
    for officer in picked:
        AccountForm.reset(officer, me(), at, codes[officer.id], hashed[officer.id])
    return [(officer, codes[officer.id]) for officer in picked]


def _waiting(at) -> list[Officer]:
    return list(db.session.scalars(waiting(at).limit(rules.CODES_AT_ONCE)))


def _mark(officers: list[Officer]) -> str:
    stood = sorted((officer.id, str(officer.activate_by)) for officer in officers)
    return hashlib.sha256(repr(stood).encode()).hexdigest()


def _page(status: int = 200, notice: str | None = None, form: CodesForm | None = None):
    at, found = now(), _waiting(now())
    ticked = form.picked.data if form else [str(officer.id) for officer in found if officer.activate_by <= at]
    form = form or CodesForm(formdata=None)
    form.seen.data = _mark(found)
    left = db.session.scalar(db.select(db.func.count()).select_from(waiting(at).subquery())) - len(found)
    page = {"form": form, "officers": found, "ticked": ticked, "left": left, "at": at, "notice": notice, **on_paper()}
    return render_template("admin/codes.html", **page), status

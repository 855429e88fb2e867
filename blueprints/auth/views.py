"""Sign-in and sign-out."""

from flask import current_app, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_user, logout_user
from wtforms import PasswordField

from blueprints import answers
from blueprints.access import PUBLIC, SIGNED_IN, policy
from blueprints.auth import bp
from blueprints.extensions import db, limiter
from blueprints.forms import Form, Line, filled
from models import audit
from models.base import now, writing
from models.officer import STAFF, Officer
from models.signin import SignIn, SignInTries, password_fits, totp_fits


class SignInForm(Form):
    username = Line(_l("用户名"), [filled(_l("请填用户名。"))])
    password = PasswordField(_l("密码"), [filled(_l("请填密码。"))])
    totp = Line(_l("动态验证码（6位；没有开通就不填）"))


class SignOutForm(Form):
    """Nothing but the token."""


@bp.get("/login")
@policy(PUBLIC)
def login():
    return render_template("auth/login.html", form=SignInForm())


@bp.post("/login")
@policy(PUBLIC)
@limiter.limit("30/minute")
def sign_in():
    """Open a session. What is wrong is never said: an unknown name, a wrong password and a lock are answered alike."""
    form = SignInForm()
    if not form.validate():
        return render_template("auth/login.html", form=form), 422
    officer = _check(form)
    if officer is None:
        form.password.errors = [_("用户名、密码或验证码不对。同一个用户名15分钟内输错5次，要等30分钟再试。")]
        return render_template("auth/login.html", form=form), 422
    onward = answers.local_path(request.args.get("next"))
    return answers.gone_to(onward or url_for("queue.queue" if officer.role in STAFF else "start.start"))


def _check(form: SignInForm) -> Officer | None:
    keys, at = current_app.extensions["keys"], now()
    writing(db.session)
    may_try = SignInTries.at(db.session, keys, form.username.data).reserve(at)
    db.session.commit()
    officer = db.session.scalars(db.select(Officer).filter_by(username=form.username.data, active=True)).one_or_none()
    fits = (
        may_try
        and password_fits(officer, form.password.data)
        and totp_fits(keys, officer, form.totp.data or "", at, current_app.config["REQUIRE_TOTP"])
    )
    writing(db.session)
    if not fits:
        audit.note(db.session, at=at, by=None, action="sign_in_failed" if may_try else "sign_in_locked", record=officer)
        db.session.commit()
        return None
    SignInTries.at(db.session, keys, form.username.data).forget()
    sign_in = SignIn.begin(db.session, officer, at)
    audit.note(db.session, at=at, by=officer, action="sign_in")
    db.session.commit()
    session.clear()
    login_user(sign_in)
    return officer


@bp.post("/logout")
@policy(SIGNED_IN)
def logout():
    """End the session on the server, then in the browser."""
    if not SignOutForm().validate():
        return redirect(url_for("start.start"), 303)
    sign_in = current_user._get_current_object()
    writing(db.session, sign_in)
    sign_in.ended = now()
    audit.note(db.session, at=now(), by=sign_in.officer, action="sign_out")
    db.session.commit()
    logout_user()
    session.clear()
    return answers.gone_to(url_for("start.start"))

"""Sign-in and sign-out."""

from flask import current_app, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from pyotp import TOTP

from blueprints import answers
from blueprints.access import PUBLIC, SIGNED_IN, policy
from blueprints.auth import bp
from blueprints.auth.forms import ActivateForm, SignInForm
from blueprints.extensions import db, limiter, refused
from blueprints.forms import ClickForm
from blueprints.qr import qr_svg
from models import audit, rules, signin
from models.base import N_, now, writing
from models.officer import Officer, Role
from models.signin import SignIn, SignInTries, hash_password, password_fits, still_opens, totp_fits
from models.steps import Refused

HOMES = {Role.ADMIN: "admin.overview", Role.AUDITOR: "start.start"}  # where those arrive who have no queue


@bp.get("/login")
@policy(PUBLIC)
def login():
    return render_template("auth/login.html", form=SignInForm())


@bp.post("/login")
@policy(PUBLIC)
@limiter.limit("30/minute", deduct_when=refused)
def sign_in():
    """Open a session. What is wrong is never said: an unknown name, a wrong password and a lock are answered alike."""
    form = SignInForm()
    if not form.validate():
        return render_template("auth/login.html", form=form), 422
    officer = _check(form)
    if officer is None:
        form.password.errors = [
            _(
                "用户名、密码或验证码不对。同一个用户名%(within)s分钟内输错%(times)s次，要等%(wait)s分钟再试。",
                within=rules.WRONG_WITHIN.seconds // 60,
                times=rules.WRONG_SIGN_INS,
                wait=rules.LOCKED_FOR.seconds // 60,
            )
        ]
        return render_template("auth/login.html", form=form), 422
    onward = answers.local_path(request.args.get("next"))
    return answers.gone_to(onward or url_for(HOMES.get(officer.role, "queue.queue")))


def _check(form: SignInForm) -> Officer | None:
    """The officer, signed in; None for whatever was wrong. The slow hash stands between two short writes."""
    keys, at = current_app.extensions["keys"], now()
    writing(db.session)
    may_try = SignInTries.at(db.session, keys, form.username.data).reserve(at)
    db.session.commit()
    officer = db.session.scalars(
        db.select(Officer).filter_by(username=form.username.data, active=True, activate_by=None)
    ).one_or_none()
    fits, fitted = may_try and password_fits(officer, form.password.data), officer and officer.password_hash
    writing(db.session, *[officer] if officer else [])
    fits = fits and still_opens(officer, fitted)
    if not (fits and totp_fits(keys, officer, form.totp.data or "", at, current_app.config["REQUIRE_TOTP"])):
        audit.note(db.session, at=at, by=None, action="sign_in_failed" if may_try else "sign_in_locked", record=officer)
        db.session.commit()
        return None
    SignInTries.at(db.session, keys, form.username.data).forget()
    if current_user.is_authenticated:  # the same browser again: its old session ends
        current_user.ended = at
    sign_in = SignIn.begin(db.session, officer, at)
    audit.note(db.session, at=at, by=officer, action="sign_in")
    db.session.commit()
    session.clear()
    login_user(sign_in)
    return officer


@bp.get("/activate")
@policy(PUBLIC)
def activate():
    """Where whoever was given a code chooses a password."""
    return render_template("auth/activate.html", form=ActivateForm())


@bp.post("/activate")
@policy(PUBLIC)
@limiter.limit("30/minute", deduct_when=refused)
def choose_password():
    """The code is used up; the secret of one-time codes, where they are asked for, is shown once."""
    form, keys, at = ActivateForm(), current_app.extensions["keys"], now()
    if not form.validate():
        return render_template("auth/activate.html", form=form), 422
    writing(db.session)
    may_try = SignInTries.at(db.session, keys, form.username.data).reserve(at)
    db.session.commit()
    waits = db.select(Officer).where(Officer.username == form.username.data, Officer.active, Officer.activate_by.is_not(None))
    officer, hashed = db.session.scalars(waits).one_or_none(), hash_password(form.password.data)
    fits, fitted = password_fits(officer, form.grouped_code) and may_try, officer and officer.password_hash
    writing(db.session, *[officer] if officer else [])
    try:
        if not fits:
            raise Refused(N_("用户名或激活码不对。也可能过期了，或者已经用过：请找管理员再要一个。"))
        secret = signin.activate(keys, officer, fitted, hashed, at, current_app.config["REQUIRE_TOTP"])
    except Refused as why:
        audit.note(db.session, at=at, by=None, action="activate_failed" if may_try else "activate_locked", record=officer)
        db.session.commit()
        form.code.errors = [answers.say(why.message)]
        return render_template("auth/activate.html", form=form), 422
    SignInTries.at(db.session, keys, form.username.data).forget()
    audit.note(db.session, at=at, by=officer, action="activate", record=officer)
    db.session.commit()
    qr = secret and qr_svg(TOTP(secret).provisioning_uri(name=officer.username, issuer_name=officer.unit.bureau.name))
    return render_template("auth/activated.html", secret=secret, qr=qr)


@bp.post("/logout")
@policy(SIGNED_IN)
def logout():
    """End the session on the server, then in the browser."""
    if not ClickForm().validate():
        return render_template("start/start.html", notice=_("还没有退出，请再点一次“退出”。")), 422
    sign_in = current_user._get_current_object()
    writing(db.session, sign_in)
    sign_in.ended = now()
    audit.note(db.session, at=now(), by=sign_in.officer, action="sign_out")
    db.session.commit()
    logout_user()
    session.clear()
    return answers.gone_to(url_for("start.start"))

"""Signing in, and what ends it."""

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select

from blueprints.auth import views
from models.audit import AuditLine
from models.base import now, writing
from models.signin import SignIn, await_activation, end_all, hash_password, new_totp, password_fits
from tests.cast import PASSWORD
from tests.visitor import Visitor


def sign_in(visitor, username="li", password=PASSWORD, path="/login", **more):
    return visitor.post(path, {"username": username, "password": password, **more})


def test_li_signs_in_and_sees_the_queue(app, cast):
    li = Visitor(app)
    assert sign_in(li).location == "/queue"
    assert "我的任务" in li.get("/queue").text


def test_the_way_back_is_kept_but_never_leads_elsewhere(app, cast):
    assert sign_in(Visitor(app), path="/login?next=/matters/").location == "/matters/"
    for elsewhere in ("https://evil.example/", "//evil.example", "/\\evil.example", "matters"):
        assert sign_in(Visitor(app), path=f"/login?next={elsewhere}").location == "/queue"


def test_the_admin_lands_where_there_is_something_for_her(app, cast):
    admin = Visitor(app)
    assert sign_in(admin, "admin").location == "/admin/"
    assert "设置" in admin.get("/admin/").text


@pytest.mark.parametrize(("username", "password"), [("li", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_are_answered_alike(app, cast, session, username, password):
    answer = sign_in(Visitor(app), username, password)
    assert answer.status_code == 422 and "用户名、密码或验证码不对" in answer.text
    assert session.scalars(select(AuditLine.action).order_by(AuditLine.id)).all() == ["sign_in_failed"]


def test_five_wrong_tries_lock_the_right_password_out_for_half_an_hour(app, cast, time_machine):
    time_machine.move_to(now(), tick=False)
    li = Visitor(app)
    for _try in range(5):
        assert sign_in(li, password="wrong").status_code == 422
    assert sign_in(li).status_code == 422
    time_machine.shift(timedelta(minutes=29, seconds=59))
    assert sign_in(li).status_code == 422
    time_machine.shift(timedelta(seconds=2))
    assert sign_in(li).status_code == 303


def test_a_session_ends_after_15_idle_minutes_and_lives_while_it_is_used(app, cast, time_machine):
    time_machine.move_to(now(), tick=False)
    li = Visitor(app)
    sign_in(li)
    for _minutes in range(3):
        time_machine.shift(timedelta(minutes=14))
        assert li.get("/queue").status_code == 200
    time_machine.shift(timedelta(minutes=15))
    assert li.get("/queue").status_code == 303


def test_a_session_ends_after_12_hours_however_busy(app, cast, time_machine):
    time_machine.move_to(now(), tick=False)
    li = Visitor(app)
    sign_in(li)
    for _quarter in range(47):
        time_machine.shift(timedelta(minutes=14, seconds=59))
        assert li.get("/queue").status_code == 200
    time_machine.shift(timedelta(minutes=20))
    assert li.get("/queue").status_code == 303


@pytest.fixture
def meanwhile(monkeypatch):
    """meanwhile(act): `act` once a password was looked at, before its row is locked."""

    def meanwhile(act):
        def looked_at(*given):
            fits = password_fits(*given)
            act()
            return fits

        monkeypatch.setattr(views, "password_fits", looked_at)

    return meanwhile


@pytest.mark.parametrize("what", ["reset", "closed"])
def test_a_password_or_code_that_fitted_until_just_now_opens_nothing(app, cast, session, meanwhile, what):
    code, hashed = "1234 5678 9012", hash_password("2109 8765 4321")
    await_activation(cast.zhao, hash_password(code), now())
    session.commit()

    def act():
        for officer in (cast.li, cast.zhao):
            writing(session, officer)
            await_activation(officer, hashed, now()) if what == "reset" else setattr(officer, "active", False)
            end_all(session, officer, now())
            session.commit()

    meanwhile(act)
    li, chosen = Visitor(app), {"code": code, "password": "一个很长很长的密码吧", "again": "一个很长很长的密码吧"}
    assert sign_in(li).status_code == 422 and li.get("/queue").status_code == 303
    assert li.post("/activate", {"username": "zhao"} | chosen).status_code == 422
    session.refresh(cast.zhao)
    assert cast.zhao.activate_by and not password_fits(cast.zhao, chosen["password"])
    assert session.scalars(select(AuditLine.action).order_by(AuditLine.id)).all() == ["sign_in_failed", "activate_failed"]


def test_codes_are_guessed_five_times_and_each_guess_leaves_a_line(app, cast, session):
    code = "1234 5678 9012"
    await_activation(cast.li, hash_password(code), now())
    session.commit()
    chosen = {"username": "li", "password": "一个很长很长的密码吧", "again": "一个很长很长的密码吧"}
    for guess in [*["0000 0000 0000"] * 5, code]:
        assert Visitor(app).post("/activate", chosen | {"code": guess}).status_code == 422
    assert session.scalars(select(AuditLine.action).order_by(AuditLine.id)).all() == ["activate_failed"] * 5 + [
        "activate_locked"
    ]


def test_signing_out_ends_the_session_on_the_server_too(app, cast, session):
    li, thief = Visitor(app), Visitor(app)
    sign_in(li)
    thief.client._cookies = dict(li.client._cookies)
    assert thief.get("/queue").status_code == 200
    assert li.post("/logout", page="/queue").status_code == 303
    assert thief.get("/queue").status_code == 303
    assert session.scalar(select(func.count()).select_from(SignIn).where(SignIn.ended.is_not(None))) == 1


def test_signing_out_needs_a_token(app, cast):
    li = Visitor(app)
    sign_in(li)
    answer = li.client.post("/logout")
    assert answer.status_code == 422 and "还没有退出" in answer.text
    assert li.get("/queue").status_code == 200


def test_the_browser_holds_an_opaque_secret_and_the_table_its_hash(app, cast, session):
    li = Visitor(app)
    sign_in(li)
    with li.client.session_transaction() as cookie:
        secret, kept = cookie["_user_id"], dict(cookie)
    assert kept.get("_id") is None and set(kept) <= {"_user_id", "_fresh", "_id", "csrf_token", "_permanent"}
    assert secret not in str(session.execute(select(SignIn.__table__)).all())


def test_where_codes_are_required_nobody_signs_in_without_one(another_app, app, cast, session):
    strict = another_app(REQUIRE_TOTP=True)
    secret = new_totp(app.extensions["keys"], cast.li)
    session.commit()
    assert sign_in(Visitor(strict), "zhao").status_code == 422, "an account without a secret stays out"
    assert sign_in(Visitor(strict), "li").status_code == 422
    assert sign_in(Visitor(strict), "li", totp="000000").status_code == 422
    code = pyotp.TOTP(secret).now()
    assert sign_in(Visitor(strict), "li", totp=code).status_code == 303
    assert sign_in(Visitor(strict), "li", totp=code).status_code == 422, "a code counts once"


def test_over_https_cookies_are_secure_and_bound_to_the_host(another_app, cast):
    app = another_app(PREFERRED_URL_SCHEME="https")
    cookie = app.test_client().get("/login", base_url="https://localhost").headers["Set-Cookie"]
    assert cookie.startswith("__Host-huiyin=") and "Secure" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie

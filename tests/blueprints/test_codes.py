"""Codes for many accounts at once: shown once, good once, and never for somebody who has a password."""

import re

import pytest

from models import rules
from models.audit import AuditLine
from models.base import now
from models.officer import Officer
from models.signin import NOBODY
from tests.cast import DAY, PASSWORD
from tests.visitor import Page, Visitor

PATH = "/admin/accounts/codes"


@pytest.fixture
def new(cast, session):
    """Three who were brought in from a spreadsheet, the last of them with a code that still counts."""
    made = [cast.make.officer(name, cast.station, username=f"new{n}") for n, name in enumerate(("唐一", "宋二", "元三"))]
    for one, since in zip(made, (-DAY, -DAY, DAY), strict=True):
        one.password_hash, one.activate_by = NOBODY, now() + since
    session.commit()
    return made


def printed(answer):
    """The codes by user name."""
    assert answer.status_code == 200
    return dict(re.findall(r"用户名 (\w+) 激活码 (\d{4} \d{4} \d{4})", Page(answer.text).text))


def ticked(admin):
    return re.findall(r'name="picked" value="(\d+)" checked', admin.get(PATH).text)


def test_each_who_has_no_password_gets_a_code_and_loading_the_sheet_again_gives_none(app, cast, new, session):
    admin = Visitor(app, cast.admin)
    assert PATH in admin.page("/admin/accounts/").links
    page = admin.page(PATH)
    assert ticked(admin) == [str(new[0].id), str(new[1].id)], (
        "who has a code keeps it, unless the administrator wants otherwise"
    )
    assert "先别印" in page.text, "said before any code is given: no phone gets to this host"
    assert "李建平" not in page.text, "who has a password is not asked about"
    fields = page.form(PATH)["fields"] | {"picked": [str(one.id) for one in new]}
    codes = printed(admin.send(PATH, fields))
    assert set(codes) == {"new0", "new1", "new2"} and len(set(codes.values())) == 3
    again = admin.send(PATH, fields)
    assert again.status_code == 409 and "刚刚有人出过激活码" in again.text and not re.search(r"\d{4} \d{4} \d{4}", again.text)
    assert ticked(admin) == []
    stranger = Visitor(app)
    for username, code in codes.items():
        chosen = {"username": username, "code": code, "password": PASSWORD, "again": PASSWORD}
        assert stranger.post("/activate", chosen).status_code == 200
        assert Visitor(app).post("/login", {"username": username, "password": PASSWORD}).status_code == 303
    assert "在用的账号都定过密码了" in admin.get(PATH).text and PATH not in admin.page("/admin/accounts/").links
    assert {line.action for line in session.query(AuditLine)} >= {"reset_officer", "activate"}


def test_a_new_code_ends_the_old_one_and_a_password_is_never_touched(app, cast, new, session):
    admin = Visitor(app, cast.admin)
    hashed = session.get(Officer, cast.li.id).password_hash
    fields = admin.page(PATH).form(PATH)["fields"]
    old = printed(admin.send(PATH, fields | {"picked": str(new[0].id)}))["new0"]
    fields = admin.page(PATH).form(PATH)["fields"]
    for wrong in (str(cast.li.id), "0", "x", []):
        refused = admin.send(PATH, fields | {"picked": wrong})
        assert refused.status_code == 422 and Page(refused.text).text_of("f-picked-fault")
    assert set(printed(admin.send(PATH, fields | {"picked": str(new[0].id)}))) == {"new0"}
    chosen = {"username": "new0", "code": old, "password": PASSWORD, "again": PASSWORD}
    assert Visitor(app).post("/activate", chosen).status_code == 422
    session.rollback()
    assert session.get(Officer, cast.li.id).password_hash == hashed


def test_who_chose_a_password_meanwhile_keeps_it(app, cast, new, session):
    admin = Visitor(app, cast.admin)
    fields = admin.page(PATH).form(PATH)["fields"] | {"picked": [str(one.id) for one in new]}
    new[0].activate_by = None
    session.commit()
    assert admin.send(PATH, fields | {"picked": [str(one.id) for one in new[1:]]}).status_code == 409
    session.rollback()
    assert all(one.password_hash == NOBODY for one in new)


def test_more_than_fit_into_a_print_come_with_the_next(app, cast, new, monkeypatch):
    monkeypatch.setattr(rules, "CODES_AT_ONCE", 1)
    admin = Visitor(app, cast.admin)
    assert "还有2人" in admin.get(PATH).text
    for one in new[:2]:
        (picked,) = ticked(admin)
        assert picked == str(one.id)
        printed(admin.send(PATH, admin.page(PATH).form(PATH)["fields"] | {"picked": picked}))
    assert ticked(admin) == []

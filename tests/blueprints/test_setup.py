"""An administrator sets a station up in the browser: every section's list and forms, and who stands in whose way."""

import re
from datetime import time
from io import BytesIO

import pyotp
import pytest
from PIL import Image
from sqlalchemy import delete, event, func, select, update
from werkzeug.datastructures import FileStorage

from blueprints.admin import views
from blueprints.admin.section import SECTIONS
from blueprints.extensions import db
from models import rules, setting
from models.audit import AuditLine
from models.base import beijing_date, now, writing
from models.guide import GuideAnswer
from models.night import Nights
from models.officer import Officer, Post, Posting, PostingKind, Role
from models.portrait import Portrait
from models.site import Site
from models.unit import Community, Room
from models.workdays import Weekday
from tests.cast import DAY, Make
from tests.models.test_photo import picture, stored
from tests.visitor import Page, Visitor

LONG = "长" * 10_000
WEEK = ["09:00", "17:00"] * 5 + [""] * 4


@pytest.fixture
def admin(app, cast):
    return Visitor(app, cast.admin)


@pytest.fixture
def filled(cast, session):
    """path: what a new row is filled in with, and what can't stand: field, what was typed, the beginning of the sentence."""
    grid = cast.grid = cast.make.grid(cast.gangnan, 1)
    session.delete(session.scalars(select(GuideAnswer).order_by(GuideAnswer.id.desc())).first())
    station, post = str(cast.station.id), str(cast.gangnan.post_id)
    phone = ("电话只写数字", "0000-555x")
    session.commit()
    return {
        "units": ({"number": "109", "name": "岭下派出所", "duty_phone": "0000-5550190"}, [
            ("number", "10", "编号是三位数字"), ("number", "101", "已经有一个一样的"), ("duty_phone", phone[1], phone[0]),
            ("name", "甲\0乙", "里面有读不出来"), ("address", LONG, "请写在120个字以内"),
        ]),
        "rooms": ({"station_id": station, "name": "港北警务室", "opens": WEEK, "phone": "0000-5550191"}, [
            ("station_id", "99999", "请从列出的里面选"), ("opens", ["17:00", "09:00"] + [""] * 12, "关门要比开门晚"),
            ("opens", ["09:00", ""] + [""] * 12, "周一：从几点到几点"), ("phone", phone[1], phone[0]),
        ]),
        "communities": ({"station_id": station, "code": "10109", "name": "桂园社区", "town": "城南街道", "post_id": post}, [
            ("code", "10201", "已经有一个一样的"), ("code", "桂园", "只能用数字"), ("code", "-", "只能用数字"),
            ("post_id", str(cast.hedong.post_id), "这个岗位不是本所的"), ("town", " ", "请写街道或镇"),
        ]),
        "grids": ({"community_id": str(cast.gangnan.id), "number": "2", "name": "2网格", "helps_with": "居住登记"}, [
            ("number", "1", "已经有一个一样的"), ("number", "0", "请写1到999"), ("number", "二", "请写一个数字"), ("helps_with", LONG, "请写在200个"),
        ]),
        "plates": ({"where": f"{cast.gangnan.code}/{grid.number}", "building": "金桂苑<b>1号楼", "shared": "y"}, [
            ("where", "10101/9", "请从列出的里面选"), ("building", "", "请写楼栋或门牌"),
        ]),
        "sites": ({"name": "港南小学", "where": cast.gangnan.code, "interval_days": "30"}, [
            ("interval_days", "0", "请写1到366"), ("phone", phone[1], phone[0]), ("where", "", "请选在哪个社区"),
        ]),
        "accounts": ({"username": "tang", "name": "唐一", "unit_id": station, "role": "officer"}, [
            ("username", "li", "已经有一个一样的"), ("role", "bureau", "这个角色只有县局"), ("led_by_id", str(cast.li.id), "辅警要选由谁带"),
            ("unit_id", str(cast.bureau.id), "这个角色要在派出所"), ("role", "auxiliary", "辅警要选由谁带"),
        ]),
        "posts": ({"station_id": station, "code": "03", "name": "日新社区责任岗"}, [
            ("name", "港南社区责任岗", "已经有一个一样的"), ("code", "三号", "只能用字母、数字、短横线和点"), ("code", "9" * 21, "请写在20个字以内"),
        ]),
        "postings": ({"post_id": post, "officer_id": str(cast.qian.id), "kind": "stand_in", "since": "2026-11-01"}, [
            ("kind", "responsible", "请从列出的"), ("officer_id", str(cast.sun.id), "要选这个岗位所在"),
            ("officer_id", str(cast.zhao.id), "这个岗位上已经有他"), ("until", "2026-10-01", "结束要在开始以后"), ("since", "明天", "日期要像"),
        ]),
        "categories": ({"name": "养犬", "answer_days": "2"}, [("answer_days", "9", "请写1到7"), ("name", "噪音", "已经有一个一样的")]),
        "phrases": ({"station_id": station, "title": "修好了", "text": "【哪天】修好了。"}, [("text", "", "请写一下答复")]),
        "agencies": ({"station_id": station, "name": "金桂苑物业", "phone": "0000-5550177"}, [("phone", phone[1], phone[0])]),
        "notices": ({"responsible": "云溪县公安局", "seat": "人民路1号", "contact": "0000-5550000"}, [("seat", "", "请写地址")]),
        "guide": ({"ordinal": "1", "question": "临时身份证怎么办？", "answer": "带户口簿到派出所。"}, [
            ("ordinal", "11", "请写1到10"), ("answer", LONG, "请写在300个字"), ("question", "户口怎么迁？", "已经有一个一样的"),
        ]),
    }  # fmt: skip


def test_every_section_takes_what_fits_and_says_beside_the_field_what_does_not(admin, filled, session):
    filled["postings"][1][0] = ("since", "", "请选从哪天起")
    assert {path for path, section in SECTIONS.items() if section.grows} == set(filled)
    for path, (fields, bad) in filled.items():
        table, new, count = SECTIONS[path].table, f"/admin/{path}/new", select(func.count()).select_from(SECTIONS[path].table)
        before, blank = session.scalar(count), admin.page(new).form(new)["fields"]
        for name, typed, sentence in bad:
            answer = admin.send(new, blank | fields | {name: typed})
            page = Page(answer.text)
            assert answer.status_code == 422 and 'class="fault"' in answer.text, (path, name)
            assert sentence in answer.text, (path, name, page.text_of("main"))
            kept = page.form(new)["fields"]
            assert all(
                kept.get(other) == text or str(text) in answer.text
                for other, text in fields.items()
                if other not in (name, "opens", "shared")
            ), path
        session.rollback()
        assert session.scalar(count) == before, path
        assert admin.send(new, blank | fields).status_code == (200 if path == "accounts" else 303), path
        session.rollback()
        row = session.scalars(select(table).order_by(table.id.desc())).first()
        line = session.scalars(select(AuditLine).order_by(AuditLine.id.desc())).first()
        assert (line.action, line.detail.split()[0]) == (f"add_{table.__tablename__}", str(row.id))
        told = line.detail.replace(f" role={fields.get('role')}", "", 1)
        assert not any(str(text) in told for text in fields.values() if len(str(text)) > 3), line.detail
        here = f"/admin/{path}/{row.id}"
        assert here in admin.page(f"/admin/{path}/").links
        assert f"<h1>{SECTIONS[path].adds}</h1>" in admin.get(new).text
        first = admin.page(here).form(here)["fields"]
        assert admin.send(here, first | {name: fields[name] for name in fields if name in first}).status_code == 303, path
        assert admin.get(f"/admin/{path}/99999").status_code == admin.get(f"/admin/{path}/99999/remove").status_code - 1 == 404
        session.rollback()


def _code(page):
    return page.text_of("code")


def test_the_owner_of_an_account_chooses_the_password_with_a_code_that_works_once(app, admin, session):
    fields = {"username": "tang", "name": "唐一", "role": "desk", "title": "警官", "totp_on": "y"}
    form = admin.page("/admin/accounts/new").form("/admin/accounts/new")
    station = form["choices"]["unit_id"][2]
    code = _code(Page(admin.send("/admin/accounts/new", form["fields"] | fields | {"unit_id": station}).text))
    chosen = {"username": "tang", "code": code, "password": "一个很长很长的密码吧", "again": "一个很长很长的密码吧"}
    stranger = Visitor(app)
    assert stranger.post("/login", {"username": "tang", "password": code}).status_code == 422
    for typed in ({"code": "1234 5678 9012"}, {"password": "太短", "again": "太短"}, {"again": "别的一个很长很长的密码"}):
        answer = stranger.post("/activate", chosen | typed)
        assert answer.status_code == 422 and answer.text.count("密码没有留，请再写一遍") == 2 and 'href="/login"' in answer.text
    done = stranger.post("/activate", chosen | {"code": code.replace(" ", "")})
    secret = Page(done.text).text_of("secret").replace(" ", "")
    assert done.status_code == 200 and stranger.post("/activate", chosen).status_code == 422
    signs_in = {"username": "tang", "password": chosen["password"], "totp": pyotp.TOTP(secret).now()}
    assert stranger.post("/login", signs_in).status_code == 303
    tang = session.scalars(select(Officer).filter_by(username="tang")).one()
    assert stranger.get("/queue").status_code == 200
    here = f"/admin/accounts/{tang.id}"
    old, new = code, _code(Page(admin.post(f"{here}/reset", page=here).text))
    assert stranger.get("/queue").status_code == 303 and Visitor(app).post("/login", signs_in).status_code == 422
    assert stranger.post("/activate", chosen | {"code": old}).status_code == 422
    session.rollback()
    tang.activate_by = now() - DAY
    session.commit()
    assert "过期了" in stranger.post("/activate", chosen | {"code": new}).text


def test_nobody_is_left_without_an_administrator_or_a_leader(admin, app, cast, session):
    def told(officer, act):
        here = f"/admin/accounts/{officer.id}"
        answer = admin.send(f"{here}/{act}", admin.page(here).form(here)["fields"])
        return answer.status_code, answer.text

    def changed(officer, **fields):
        return admin.post(f"/admin/accounts/{officer.id}", fields)

    assert told(cast.admin, "close")[0] == 409 and "最后一个管理员" in changed(cast.admin, role="auditor").text
    assert "周磊还由他带" in told(cast.li, "close")[1]
    zhao = Visitor(app, cast.zhao)
    assert (
        zhao.get("/queue").status_code == 200 and told(cast.zhao, "close")[0] == 303 and zhao.get("/queue").status_code == 303
    )
    assert told(cast.zhao, "reset")[0] == 404
    assert told(cast.zhao, "reopen")[0] == 303
    elsewhere = changed(cast.zhao, unit_id=cast.elsewhere.id)
    assert elsewhere.status_code == 422 and "还在原来的岗位上" in Page(elsewhere.text).text_of("f-unit_id-fault")


def test_a_portrait_is_put_up_with_consent_and_is_gone_with_the_account(admin, app, cast, session):
    path, here, chen = f"/admin/accounts/{cast.li.id}/portrait", f"/admin/accounts/{cast.li.id}", Visitor(app)
    file = FileStorage(BytesIO(stored(picture(2000, 1000))), filename="李勇.jpg")
    nothing = Page(admin.post(path).text)
    assert "请选一张照片" in nothing.text_of("f-photos-fault") and "没有本人同意" in nothing.text_of("f-consent-fault")
    assert "unportray" not in admin.get(here).text and "<img" not in chen.get("/c/10101").text
    assert admin.post(path, {"consent": "y", "photos": [file]}).status_code == 303
    uid = session.scalars(select(Portrait.uid)).one()
    session.rollback()
    address = f"/c/portraits/{uid}"
    assert f'<img class="portrait" src="{address}"' in chen.get("/c/10101").text
    assert Image.open(BytesIO(chen.get(address).data)).size == (320, 160)
    assert "<img" not in chen.get("/c/10201").text
    posting = session.scalars(select(Posting).filter_by(officer_id=cast.li.id)).one()
    posting.until = beijing_date(now())
    session.commit()
    assert chen.get(address).status_code == 404 and "<img" not in chen.get("/c/10101").text
    assert "哪个社区也看不到" in admin.get(path).text
    posting.until = None
    session.commit()
    assert chen.get(address).status_code == 200
    assert admin.post(f"{here}/unportray", page=here).status_code == 303 and chen.get(address).status_code == 404
    file.stream.seek(0)
    there = f"/admin/accounts/{cast.hedong.post.held(now())[0].officer_id}"
    assert admin.post(f"{there}/portrait", {"consent": "y", "photos": [file]}).status_code == 303
    assert "<img" in chen.get("/c/10201").text
    assert admin.post(f"{there}/close", page=there).status_code == 303
    file.stream.seek(0)
    assert admin.post(f"{there}/portrait", {"consent": "y", "photos": [file]}).status_code == 404
    assert session.scalars(select(Portrait)).all() == [] and "<img" not in chen.get("/c/10201").text


def test_an_account_takes_another_role_once_it_has_nothing_of_the_old_one_and_never_by_its_own_hand(admin, cast, session):
    def changed(officer, role):
        return admin.post(f"/admin/accounts/{officer.id}", {"role": role})

    def told(officer, role):
        answer = changed(officer, role)
        return answer.status_code, Page(answer.text).text_of("f-role-fault")

    cast.make.officer("管理员二", cast.bureau, Role.ADMIN, "", username="admin2")
    cast.step(
        cast.make.card(cast.rixin, at=now()).matter, "accept", cast.qian, now(), summary="路灯", category=cast.make.category()
    )
    room, zheng = cast.make.room(cast.station, "港北警务室", hall=True), cast.make.officer("郑重", cast.station)
    cast.duty(zheng, room, beijing_date(now()) + DAY, "00:00", "00:00", now())
    booked = cast.appointment(now(), room=room)
    session.commit()
    own = changed(cast.admin, "bureau")
    assert own.status_code == 409 and "自己的角色请别的管理员来改" in own.text and admin.get("/matters/").status_code == 403
    for role in ("desk", "admin", "auditor"):
        assert told(cast.zhao, role) == (422, "还在原来的岗位上任职，请先结束任职。")
        assert told(cast.qian, role) == (422, "手上还有没办完的，请原来的所领导先转交。")
    assert changed(cast.zhao, "head").status_code == 303
    assert booked.assignee is zheng and changed(zheng, "auditor").status_code == 303
    session.refresh(booked)
    assert booked.assignee_id is None


def test_a_role_that_is_given_or_changed_stands_in_the_audit_log(admin, cast, session):
    assert admin.post(f"/admin/accounts/{cast.qian.id}", {"name": "钱近", "role": "head"}).status_code == 303
    opened = {"username": "lin", "name": "林一", "unit_id": str(cast.bureau.id), "role": "bureau"}
    answer = admin.post("/admin/accounts/new", opened)
    assert answer.status_code == 200, Page(answer.text).text_of("main")
    changed, added = session.scalars(select(AuditLine).order_by(AuditLine.id.desc()).limit(2)).all()[::-1]
    assert (changed.action, changed.detail) == ("change_officer", f"{cast.qian.id} role=head,name")
    assert added.action == "add_officer" and added.detail.split(",")[0].endswith(" role=bureau")


def test_a_site_stays_with_its_station_and_one_off_the_list_is_in_nobodys_way(admin, cast, session):
    old = cast.make.site(cast.gangnan, "港南小学")
    session.commit()
    here, fields = f"/admin/sites/{old.id}", {"name": "港南小学", "where": cast.gangnan.code}
    answer = admin.post(here, {"where": cast.hedong.code})
    assert answer.status_code == 422 and "这是别的派出所的社区" in Page(answer.text).text_of("f-where-fault")
    assert admin.post(here, {"where": cast.rixin.code}).status_code == 303, "within its station it may be put right"
    assert admin.post(here, {"where": cast.gangnan.code}).status_code == 303
    assert admin.post("/admin/sites/new", fields).status_code == 422
    cast.make.site(cast.gangnan, "港南小学")
    session.commit()
    assert admin.post(f"{here}/close", page=here).status_code == 303, "one of two alike can be taken off"
    assert admin.post("/admin/sites/new", fields).status_code == 422, "the other is still there"
    assert admin.post("/admin/sites/new", fields | {"where": cast.rixin.code}).status_code == 303
    (third,) = session.scalars(select(Site.id).where(Site.community_id == cast.rixin.id))
    assert admin.post(f"/admin/sites/{third}/close", page=f"/admin/sites/{third}").status_code == 303
    assert admin.post("/admin/sites/new", fields | {"where": cast.rixin.code}).status_code == 303, "it is added again"


def test_a_unit_sets_its_rules_within_their_bounds_and_an_empty_field_is_the_default_again(admin, cast, session):
    station, bureau = f"/admin/rules/{cast.station.id}", f"/admin/rules/{cast.bureau.id}"
    assert "messages_from" not in admin.page(station).form(station)["fields"]
    assert "空着就是5，可以改成1到10" in admin.page(station).text
    for name, typed in (
        ("rectification_days", "11"),
        ("night_from", "20:30"),
        ("digest", "05:00"),
        ("digest", "ten"),
        ("look_back_first", "x"),
    ):
        refused = admin.post(station, {name: typed})
        assert refused.status_code == 422 and Page(refused.text).text_of(f"f-{name}-fault"), name
    told = {"rectification_days": "3", "dayparts": ["morning", "evening"], "night_days": ["tue"], "night_from": "19:30"}
    assert admin.post(station, told).status_code == 303
    assert admin.post(bureau, {"request_days": "2"}).status_code == 303
    assert "说没解决的，几个工作日内整改" in admin.page("/admin/rules/").text
    assert admin.page(station).form(station)["fields"]["rectification_days"] == "3"
    assert setting.of(session, "rectification_days", cast.station.id) == 3 and setting.of(session, "request_days") == 2
    assert setting.of(session, "dayparts", cast.station.id) == ("morning", "evening")
    assert Nights.of(session, cast.station.id) == Nights((Weekday.TUE,), time(19, 30))
    session.rollback()
    assert admin.post(station, {"rectification_days": ""}).status_code == 303
    assert setting.of(session, "rectification_days", cast.station.id) == 5
    assert admin.get("/admin/rules/new").status_code == 404


def test_the_foot_of_public_pages_shows_what_was_filled_in_and_nothing_else(admin, app, cast):
    stranger, here = Visitor(app), f"/admin/foot/{cast.bureau.id}"
    assert "主办：" not in stranger.get("/").text
    assert admin.post(here, {"host": "云溪县<公安局>", "icp": "某ICP备00000000号"}).status_code == 303
    page = stranger.page("/suggest").text
    assert "主办：云溪县<公安局>" in page and "某ICP备00000000号" in page
    assert admin.get(f"/admin/foot/{cast.station.id}").status_code == 404


def test_the_guide_and_the_notice_are_what_the_administrator_wrote(admin, app, cast, session):
    chen, last = Visitor(app), session.scalar(select(func.max(GuideAnswer.id)))
    session.rollback()
    one = {"ordinal": "1", "question": "临时身份证怎么办？", "answer": "带户口簿<b>到派出所。"}
    refused = admin.post("/admin/guide/new", one)
    assert refused.status_code == 422 and "已经有10个了" in Page(refused.text).text_of("f-question-fault")
    assert admin.post(f"/admin/guide/{last}/remove", page=f"/admin/guide/{last}").status_code == 303
    assert admin.post("/admin/guide/new", one).status_code == 303
    assert all("临时身份证怎么办" in chen.get(path).text for path in ("/suggest", "/c/10101"))
    assert cast.make.card(cast.gangnan).matter.notice == rules.NOTICE
    session.rollback()
    notice = {
        "responsible": "云溪县公安局",
        "seat": "人民路1号",
        "contact": "0000-5550000",
        "contact_days": "89",
        "text_years": "6",
    }
    refused = Page(admin.post("/admin/notices/new", notice).text)
    assert "90到180" in refused.text_of("f-contact_days-fault") and "1到5" in refused.text_of("f-text_years-fault")
    notice |= {"contact_days": "120", "text_years": "1"}
    assert admin.post("/admin/notices/new", notice).status_code == 303
    assert (
        f"{rules.NOTICE}/1" in chen.get("/privacy").text
        and "120天自动删掉" in chen.get("/privacy").text
        and "办结120天后自动删掉" in chen.get("/suggest").text
        and "对这些信息负责的是云溪县公安局，人民路1号" in chen.get("/privacy").text
    )
    assert cast.make.card(cast.gangnan).matter.notice == f"{rules.NOTICE}/1"


def test_the_first_page_says_what_a_working_station_lacks(admin, cast, session):
    told = admin.page("/admin/").text
    links = admin.page("/admin/").links
    morning = [
        "/admin/units/",
        "/admin/rooms/",
        "/admin/import/",
        "/admin/accounts/codes",
        "/admin/notices/",
        "/admin/foot/",
        "/paper/",
    ]
    first = links.index("/admin/accounts/codes") - 3
    assert links[first : first + len(morning)] == morning, "in the order of a morning"
    assert (
        "1个社区还没有责任民警" in told
        and "还没写谁负责" in told
        and "能登录的所领导" not in told
        and "还没有派出所" not in told
    )
    cast.rixin.post_id, cast.ma.activate_by = cast.gangnan.post_id, now() + DAY  # a code is no password
    session.commit()
    told = admin.page("/admin/").text
    assert "责任民警。" not in told and "1个派出所还没有能登录的所领导" in told and "1个账号还没有密码" in told


def test_the_first_page_counts_what_can_be_added_alone_and_a_post_names_what_it_serves(admin, cast):
    rows = admin.get("/admin/").text.split("一样一样设")[1].split('<li class="row">')
    assert [path for path, row in zip(SECTIONS, rows[1:], strict=False) if "<b>" in row] == [
        path for path, section in SECTIONS.items() if section.grows
    ]
    post = admin.page(f"/admin/posts/{cast.gangnan.post_id}")
    assert "管港南社区" in post.text and f"/admin/communities/{cast.gangnan.id}" in post.links


def test_two_administrators_never_write_over_each_other(admin, app, cast, session):
    here = f"/admin/communities/{cast.gangnan.id}"
    old = admin.page(here).form(here)["fields"]
    assert admin.post(here, {"name": "港南新村"}).status_code == 303
    late = admin.send(here, old | {"town": "城北街道"})
    page = Page(late.text)
    assert late.status_code == 409 and "港南新村" in page.text and page.form(here)["fields"]["town"] == "城北街道"
    assert admin.send(here, page.form(here)["fields"]).status_code == 303
    session.expire_all()
    assert cast.gangnan.town == "城北街道"


@pytest.mark.parametrize(("path", "field"), [("communities", "room_id"), ("postings", "post_id")])
def test_what_went_while_it_was_chosen_is_to_be_chosen_again(admin, cast, session, monkeypatch, path, field):
    chosen = {"room_id": cast.make.room(cast.station, "港北警务室"), "post_id": Post(station=cast.station, name="空岗")}[field]
    session.add(chosen)
    session.commit()

    def after_it_went(*rows):
        session.delete(chosen)
        session.commit()
        writing(*rows)

    monkeypatch.setattr(views, "writing", after_it_went)
    told = {"station_id": cast.station.id, "code": "10109", "name": "桂园社区", "town": "城南街道", "officer_id": cast.qian.id}
    answer = admin.post(f"/admin/{path}/new", told | {"since": "2026-11-01", field: chosen.id})
    assert answer.status_code == 422 and "请从列出的里面选" in Page(answer.text).text_of(f"f-{field}-fault")


def test_what_is_used_stays_and_what_is_not_goes(admin, cast, session):
    room = cast.make.room(cast.station, "港北警务室")
    cast.gangnan.room = cast.make.room(cast.station, "港南警务室")
    cast.make.card(cast.gangnan)
    session.commit()
    rixin, room_id = cast.rixin.id, room.id
    kept = admin.post(f"/admin/communities/{cast.gangnan.id}/remove", page=f"/admin/communities/{cast.gangnan.id}")
    assert kept.status_code == 409 and "还有以前的记录用着它" in kept.text
    used = f"/admin/rooms/{cast.gangnan.room_id}"
    assert "港南社区还用着它" in admin.post(f"{used}/close", page=used).text
    assert "还有社区用着它" in admin.post(f"{used}/remove", page=used).text
    assert (
        admin.post(f"/admin/communities/{cast.rixin.id}/remove", page=f"/admin/communities/{cast.rixin.id}").status_code == 303
    )
    here = f"/admin/rooms/{room.id}"
    assert admin.post(f"{here}/close", page=here).status_code == 303
    assert "港北警务室" not in admin.get("/hall").text
    assert admin.post(f"{here}/reopen", page=here).status_code == 303
    assert "港北警务室" in admin.get("/hall").text
    assert admin.post(f"{here}/remove", page=here).status_code == 303
    session.expire_all()
    assert session.get(Community, rixin) is None and session.get(Room, room_id) is None


def test_a_post_has_one_responsible_officer_at_a_time(admin, cast, session):
    today = beijing_date(now())
    theirs = session.scalars(select(Posting).filter_by(post_id=cast.gangnan.post_id, kind=PostingKind.RESPONSIBLE)).one()
    fields = {"post_id": theirs.post_id, "officer_id": cast.qian.id, "kind": "responsible", "since": str(today + DAY)}
    refused = admin.post("/admin/postings/new", fields)
    assert refused.status_code == 422 and "李建平是责任民警" in Page(refused.text).text_of("f-since-fault")
    here = f"/admin/postings/{theirs.id}"
    assert admin.post(here, {"until": str(today + DAY)}).status_code == 303
    assert admin.post("/admin/postings/new", fields).status_code == 303
    assert admin.post(here, {"until": ""}).status_code == 422


def test_what_is_typed_full_width_is_kept_as_plain_digits_and_letters(admin, cast, session):
    station = str(cast.station.id)
    for path, typed, kept in (
        ("units", {"number": "１０９", "duty_phone": "００００——５５５０１９０", "name": "岭下派出所"},
         {"number": "109", "duty_phone": "0000-5550190"}),
        ("communities", {"code": "１０１０９", "station_id": station, "name": "桂园社区", "town": "城南街道"}, {"code": "10109"}),
        ("accounts", {"username": "ｔａｎｇ", "police_number": " １０１０３１", "unit_id": station, "role": "desk", "name": "唐一"},
         {"username": "tang", "police_number": "101031"}),
        ("plates", {"where": "10101", "building": "幸福里（３）幢"}, {"building": "幸福里（３）幢"}),
    ):  # fmt: skip
        assert admin.post(f"/admin/{path}/new", typed).status_code in (200, 303), path
        table = SECTIONS[path].table
        row = session.scalars(select(table).order_by(table.id.desc())).first()
        assert {name: getattr(row, name) for name in kept} == kept
        session.rollback()
    assert admin.post(f"/admin/rules/{station}", {"rectification_days": "３", "digest": "０９：００"}).status_code == 303
    assert setting.of(session, "rectification_days", cast.station.id) == 3


def test_whoever_changes_an_account_locks_bureau_and_station_before_the_officer(admin, cast, session):
    """In the order of those who plan for the officer and of a spreadsheet that is brought in: else each could wait for the other."""
    locked, li = [], cast.li.id

    def listen(_connection, _cursor, statement, *_more):
        locked.extend(re.findall(r"FROM (\w+).*FOR NO KEY UPDATE", statement, re.DOTALL))

    with admin.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", listen)
    try:
        assert admin.post(f"/admin/accounts/{li}", {"role": "desk"}).status_code == 409, "周磊 is led by him"
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    assert locked[:3] == (["unit", "unit", "officer"] if session.bind.dialect.name == "postgresql" else [])


def test_a_post_made_by_hand_has_a_number_by_which_a_spreadsheet_finds_it(admin, cast, session):
    fields = {"station_id": str(cast.station.id), "phone": ""}
    for name, typed, code in (("桂园责任岗", "", "01"), ("松岭责任岗", "A-2", "A-2"), ("柳湾责任岗", "", "02")):
        assert admin.post("/admin/posts/new", fields | {"name": name, "code": typed}).status_code == 303
        assert session.scalar(select(Post.code).filter_by(name=name)) == code
        session.rollback()
    assert "编号A-2" in admin.page("/admin/posts/").text
    twin = admin.post("/admin/posts/new", fields | {"name": "别的岗", "code": "A-2"})
    assert twin.status_code == 422 and "已经有一个一样的" in Page(twin.text).text_of("f-code-fault")
    old = f"/admin/posts/{cast.gangnan.post_id}"
    assert admin.post(old, {"code": "01"}).status_code == 422
    assert admin.post(old, {"phone": "0000-5550189"}).status_code == 303
    session.rollback()
    assert cast.gangnan.post.code == "03"


def test_what_must_be_made_first_is_said_where_there_is_nothing_to_choose_from(admin, cast, session):
    session.execute(update(Community).values(post_id=None))
    session.execute(delete(Posting))
    session.execute(delete(Post))
    session.commit()
    page = admin.page("/admin/postings/new")
    assert "还没有岗位。要先加岗位" in page.text and "/admin/posts/new" in page.links and "/admin/import/" in page.links
    assert not any(form["action"] == "/admin/postings/new" for form in page.forms)


@pytest.mark.parametrize(
    "path, first", [("rooms", "units"), ("posts", "units"), ("grids", "communities"), ("plates", "communities")]
)
def test_a_new_bureau_begins_with_its_stations(app, session, path, first):
    bureau = Make(session).unit("000", "云溪县公安局")
    officer = Make(session).officer("管理员", bureau, Role.ADMIN)
    session.commit()
    admin = Visitor(app, officer)
    page = admin.page(f"/admin/{path}/new")
    assert f"/admin/{first}/new" in page.links and [form["action"] for form in page.forms] == ["/logout"]
    assert "管理员 " in page.text and "管理员（管理员）" not in page.text


def test_a_long_list_is_paged_and_searched(admin, cast, session):
    for n in range(51):
        cast.make.plate(cast.gangnan, f"{n:03}号楼")
    session.commit()
    first = admin.page("/admin/plates/")
    onward = next(link for link in first.links if "after=" in link)
    assert "000号楼" in first.text and "050号楼" not in first.text
    assert "050号楼" in admin.page(onward).text and "049号楼" not in admin.page(onward).text
    found = admin.page("/admin/plates/?q=017").text
    assert "017号楼" in found and "018号楼" not in found
    for odd in ("?q=%25", "?q=%00", "?after=99999999999999", "?after=x"):
        assert admin.get(f"/admin/plates/{odd}").status_code == 200


def test_the_administrator_sees_no_matter_and_no_way_to_one(admin, cast, session):
    matter = cast.accepted(now())
    session.commit()
    for path in ["/admin/", *(f"/admin/{path}/" for path in SECTIONS), f"/admin/communities/{cast.gangnan.id}"]:
        page = admin.page(path)
        assert matter.number not in page.html and not [link for link in page.links if link.startswith("/matters")]

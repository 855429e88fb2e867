"""Today's walk as a page: what stands on it for whom, turning it, setting out from it."""

import re
from datetime import time
from io import BytesIO
from urllib.parse import unquote

import pytest
from sqlalchemy import event, func, select
from werkzeug.datastructures import FileStorage

from blueprints.extensions import db
from models import rules
from models.audit import AuditLine
from models.base import now
from models.contact import Daypart, Reachable
from models.life import Door
from models.matter import Matter
from models.photo import Photo
from models.visit import Visit
from tests.cast import DAY
from tests.models.test_photo import GOOD, SECRET
from tests.visitor import Page, Visitor

CARRIED = {"carried": ["card", "survey", "leaflets"]}


@pytest.fixture
def li(app, cast, any_hour):
    return Visitor(app, cast.li)


def planned(cast, **what):
    """A visit of Li's for today, at whatever hour it is."""
    visit = cast.visit(now(), 0.01, Daypart.MORNING, **what)
    cast.session.commit()
    return visit


def test_where_to_how_to_call_and_the_way_there(li, cast, session):
    site = cast.make.site(cast.gangnan, "港南小学")
    site.address, site.phone = "港南路8号", "0000-5550199"
    planned(cast, site=site)
    matter = cast.accepted(now(), contact=Reachable("陈静", "13900001234", "港南小区7号楼301室"))
    planned(cast, community=None, matter=matter, place="菜市场南门", officers=[cast.li, cast.zhao])
    page = li.page("/visits/today")
    ways = [unquote(link) for link in page.links if link.startswith(("tel:", "geo:"))]
    assert ways == ["tel:0000-5550199", "geo:0,0?q=港南社区 港南路8号", "geo:0,0?q=港南社区 菜市场南门"]
    assert f"/contacts/{matter.contact.id}?back=/visits/today" in page.links and "赵警官" in page.text
    assert "7号楼" not in page.html and "1390000" not in page.html
    assert f"/contacts/{matter.contact.id}" not in str(Visitor(li.app, cast.qian).page("/visits/today").links)
    zhao = Visitor(li.app, cast.zhao)
    opened = zhao.post(f"/contacts/{matter.contact.id}?back=/visits/today")
    assert "tel:13900001234" in opened.text and "/visits/today" in Page(opened.text).links
    assert session.scalars(select(AuditLine.detail).where(AuditLine.action == "open_contact")).all() == ["visitor"]


def test_the_page_costs_the_same_number_of_statements_however_long_the_walk_is(li, app, cast):
    def statements():
        count = []
        with app.app_context():
            engine = db.engine
        note = lambda *call: count.append(call[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", note)
        try:
            assert li.get("/visits/today").status_code == 200
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len([statement for statement in count if statement.startswith("SELECT")])

    def fill():
        matter = cast.accepted(now(), contact=Reachable("陈静", "13900001234"))
        planned(cast, community=None, matter=matter, officers=[cast.li, cast.qian])
        planned(cast, site=cast.make.site(cast.gangnan, "港南小学"), officers=[cast.zhao, cast.li])
        Visit.rise(cast.session, now(), cast.make.site(cast.rixin, "日新市场"))
        for step, fields in (("start", {}), ("record", {"households": 1})):
            visit = planned(cast)
            if step == "record":
                cast.step(visit, step, cast.li, now(), **fields)
        cast.visit(now() - DAY, 0.01, Daypart.MORNING)
        cast.session.commit()

    fill()
    few = statements()
    for _n in range(3):
        fill()
    assert statements() == few


def test_two_change_places_with_one_tap_and_htmx_gets_the_part_that_stands_in_the_page(li, cast):
    first, then = planned(cast, reason="先去的"), planned(cast, reason="后去的")
    turn = {"first": then.id, "then": first.id}
    token = li.page("/visits/today").form("/visits/today/turn")["fields"]["csrf_token"]
    answer = li.send("/visits/today/turn", turn | {"csrf_token": token})
    assert answer.status_code == 303 and answer.location.startswith("/visits/today")
    page = li.get("/visits/today").text
    assert page.index("后去的") < page.index("先去的")
    back = li.send("/visits/today/turn", {"first": first.id, "then": then.id, "csrf_token": token}, htmx="walk")
    without = lambda html: re.sub(r'name="csrf_token" value="[^"]*"', "", html).strip()  # noqa: E731
    assert back.status_code == 200 and without(back.text) in without(li.get("/visits/today").text)
    for odd in ({"first": "x"}, {"first": 10**12}, {"first": -1}, {}):
        assert li.send("/visits/today/turn", {"then": first.id, "csrf_token": token} | odd).status_code in (303, 422)


def test_setting_out_leads_to_the_record_and_from_there_back_to_the_walk(li, cast, session):
    visit = planned(cast)
    fields = li.page("/visits/today").form(f"/visits/{visit.id}/start")
    assert fields["choices"]["carried"] == CARRIED["carried"] and "carried" not in fields["fields"]
    missing = li.send(f"/visits/{visit.id}/start?back=/visits/today", fields["fields"])
    assert missing.status_code == 422 and "出门前请带齐" in missing.text and "back=/visits/today" in missing.text
    started = li.send(f"/visits/{visit.id}/start?back=/visits/today", fields["fields"] | CARRIED)
    assert (started.status_code, started.location) == (303, f"/visits/{visit.id}/record?back=/visits/today")
    form = li.page(started.location).form(f"/visits/{visit.id}/record")["fields"] | {"households": "2"}
    recorded = li.send(started.location, form)
    assert (recorded.status_code, recorded.location) == (303, "/visits/today")
    planned(cast, reason="第二家")
    again = li.page("/visits/today").form("/visits/2/start")
    assert again["fields"]["carried"] == "leaflets", "ticked: checked once today"
    assert li.send(started.location, form | {"households": "9"}).status_code == 409
    session.expire_all()
    assert session.get(Visit, visit.id).households == 2


@pytest.mark.parametrize(("opens", "shuts"), [(time.max, time.max), (time.min, time.min)])
def test_before_8_and_after_22_nobody_sets_out_and_the_page_says_why(app, cast, monkeypatch, opens, shuts):
    planned(cast)
    monkeypatch.setattr(rules, "VISIT_FROM", opens)
    monkeypatch.setattr(rules, "VISIT_UNTIL", shuts)
    page = Visitor(app, cast.li).page("/visits/today")
    assert "不上门" in page.text and "人民警察证" not in page.text


def test_what_is_true_stands_in_the_record_already(li, cast):
    site = planned(cast, site=cast.make.site(cast.gangnan, "港南小学"))
    matter = planned(cast, community=None, matter=cast.accepted(now()))
    place = planned(cast)
    filled = [
        {name: value for name, value in li.page(f"/visits/{visit.id}/record").form("/visits")["fields"].items() if value}
        for visit in (site, matter, place)
    ]
    assert [{k: v for k, v in fields.items() if k not in ("csrf_token", "version")} for fields in filled] == [
        {"units": "1"},
        {"households": "1"},
        {},
    ]


def test_what_is_folded_opens_where_it_has_a_fault_or_a_value(li, cast):
    visit = planned(cast)
    path = f"/visits/{visit.id}/record"
    assert "<details>" in li.get(path).text
    assert "<details open>" in li.post(path, {"households": "1", "hazards": "-1"}).text
    assert "<details open>" in li.post(path, {"hazards": "2"}).text
    li.post(path, {"households": "1", "diary": "打13900001234"})
    fields = li.page(f"/visits/{visit.id}/correct").form("/visits")["fields"]
    assert (fields["households"], fields["people"], fields["diary"], len(fields["went"])) == ("1", "", "打13900001234", 5)


def test_photos_of_a_visit_are_shown_to_staff_who_see_it_without_what_was_hidden_in_them(li, app, cast, session):
    visit = planned(cast)
    file = [FileStorage(BytesIO(GOOD["EXIF orientation 6, GPS and maker"]), "一.jpg")]
    li.post(f"/visits/{visit.id}/record", {"households": "1", "diary": "打13900001234", "photos": file})
    uid = session.scalar(select(Photo.uid))
    assert f"/photos/{uid}" in li.get(f"/visits/{visit.id}").text
    shown = Visitor(app, cast.qian).get(f"/photos/{uid}")
    assert shown.mimetype == "image/jpeg" and SECRET not in shown.data
    assert Visitor(app, cast.sun).get(f"/photos/{uid}").status_code == 404
    diary = {
        name: "13900001234" in Visitor(app, getattr(cast, name)).get(f"/visits/{visit.id}").text for name in ("li", "wang")
    }
    assert diary == {"li": True, "wang": False}


def test_what_is_said_on_the_way_gets_its_card_and_leads_back(li, app, cast, session):
    visit = planned(cast)
    assert li.get(f"/matters/new?visit={visit.id}").status_code == 404, "not under way"
    li.post(f"/visits/{visit.id}/start", CARRIED)
    path = f"/matters/new?visit={visit.id}"
    assert path in li.page(f"/visits/{visit.id}").links
    form = li.page(path).form("/matters/new")
    assert (form["action"], form["fields"]["door"], form["fields"]["community"]) == (path, "visit", "10101")
    fields = form["fields"] | {"body": "楼道里的灯坏了三天了。", "kind": "request"}
    for _tap in range(2):
        answer = li.send(path, fields)
        assert (answer.status_code, answer.location) == (303, f"/card/hand-over?back=/visits/{visit.id}")
    handed = li.page(answer.location)
    assert f"/visits/{visit.id}" in handed.links and handed.text_of("number")
    session.expire_all()
    matter = session.scalars(select(Matter)).one()
    assert (matter.door, matter.community_id, session.get(Visit, visit.id).raised) == (Door.VISIT, visit.community_id, 1)
    for who in (cast.qian, cast.sun):
        assert Visitor(app, who).get(path).status_code == 404
    assert li.get("/matters/new?visit=99999999999999").status_code == 404
    assert session.scalar(select(func.count()).select_from(AuditLine).where(AuditLine.action == "receive")) == 1


def test_what_a_slip_waits_for_stands_below_without_a_way_to_go_there(li, cast, session):
    waiting, rung = cast.slip(now()), cast.slip(now())
    cast.step(rung, "ask_call", rung.card, now(), phone="13900001234", consent=True)
    session.commit()
    page = li.page("/visits/today")
    assert "等群众选时间" in page.text and "打电话就行" in page.text
    assert f"/visits/{rung.id}" in page.links
    assert not [link for link in page.links if link.startswith((f"/visits/{waiting.id}/", f"/visits/{rung.id}/"))]


def test_where_nobody_is_at_home_the_record_leads_to_a_slip_and_shows_the_digits(li, cast, session):
    visit = planned(cast)
    li.post(f"/visits/{visit.id}/start", CARRIED)
    page = li.page(f"/visits/{visit.id}/record")
    assert f"/visits/{visit.id}/leave_slip" in page.links and "上门核验" in page.text
    assert "上门核验" in li.page("/visits/today").text

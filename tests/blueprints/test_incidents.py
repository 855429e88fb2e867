"""Asking back after 110 calls: the switch, a file, its progress, a call, the head."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from blueprints.queue.commands import do_what_is_due
from models import rules
from models.audit import AuditLine
from models.base import now
from models.incident import IncidentCallback
from models.incident_import import IncidentImport
from models.task import TaskState
from tests.cast import DAY, MONDAY
from tests.models.test_incident import FINE, PHONE, TITLES, changed, many, sheet, workbook
from tests.test_canaries import everything_kept
from tests.visitor import Page, Visitor

PAGES = ("/incidents/", "/incidents/imports/1", "/incidents/imports/1/progress", "/incidents/1/phone", "/incidents/1")


@pytest.fixture(autouse=True)
def monday():
    """Ten in the morning: residents may be rung."""
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def on(app, cast):
    """The cast, whose bureau has switched it on."""
    Visitor(app, cast.gao).post("/incidents/approval", {"approval": "云公网安〔2026〕12号"})
    cast.session.rollback()
    cast.session.refresh(cast.bureau)
    return cast


def bring_in(visitor, data, name="警情.csv"):
    return visitor.post("/incidents/", {"sheet": [FileStorage(io.BytesIO(data), name)]})


def tick(app):
    with app.app_context():
        do_what_is_due()


def test_it_is_off_until_the_bureau_names_what_allows_it(app, cast, session):
    gao, he = Visitor(app, cast.gao), Visitor(app, cast.he)
    for visitor in (gao, he, Visitor(app, cast.wang)):
        assert {visitor.get(path).status_code for path in PAGES} == {404}
        queue = visitor.page("/queue")
        assert "/incidents/" not in queue.links and "警情回访" not in queue.text.replace("警情回访的开通和关闭", "")
    assert gao.post("/incidents/approval", {"approval": " "}).status_code == 422
    assert gao.post("/incidents/approval", {"approval": "云公网安〔2026〕12号"}).location == "/incidents/"
    assert he.get("/incidents/").status_code == 200 and "/incidents/" in he.page("/queue").links
    assert "/incidents/" not in Visitor(app, cast.li).page("/queue").links
    bring_in(he, sheet(FINE))
    tick(app)
    assert he.get("/incidents/1").status_code == 200
    assert gao.post("/incidents/approval/off", page="/incidents/approval").status_code == 303
    assert {he.get(path).status_code for path in PAGES} == {404}
    tick(app)
    session.rollback()
    assert session.scalars(select(IncidentCallback)).one().phone_sealed is None
    actions = session.scalars(select(AuditLine.action).order_by(AuditLine.id)).all()
    assert [a for a in actions if "incidents" in a] == ["incidents_on", "import_incidents", "incidents_off"]


@pytest.mark.parametrize("htmx", [None, ""], ids=["plain", "htmx"])
def test_a_file_with_contents_in_it_is_refused_and_leaves_nothing(app, on, session, htmx):
    he = Visitor(app, on.he)
    data = workbook([*FINE, "金丝雀"], titles=[*TITLES, "简要案情"])
    answer = he.post("/incidents/", {"sheet": [FileStorage(io.BytesIO(data), "警情.xlsx")]}, htmx=htmx)
    assert answer.status_code == 422 and "第6列“简要案情”不能收" in answer.text
    assert "金丝雀" not in answer.text and PHONE not in answer.text
    assert he.post("/incidents/").status_code == 422
    assert session.scalars(select(IncidentImport)).all() == []


def test_the_page_says_how_far_it_is_and_then_which_rows_were_refused(app, on, session):
    he = Visitor(app, on.he)
    path = bring_in(he, sheet(*many(150), ["110-2026-9999", *FINE[1:4], "1"], changed(3, "家暴"))).location
    page, part = he.page(path), he.get(f"{path}/progress", htmx="import-1")
    assert part.text.strip() in page.html and "0 / 152" in page.text
    assert he.get(f"{path}/progress?told=0", htmx="import-1").status_code == 204
    session.rollback()
    found = session.get(IncidentImport, 1)
    found.work(now())
    session.commit()
    assert "100 / 152" in he.get(f"{path}/progress?told=0", htmx="import-1").text
    with time_machine.travel(MONDAY + timedelta(minutes=2), tick=False):
        tick(app)
        done = he.get(f"{path}/progress?told=100", htmx="import-1").text
    assert "every 2s" not in done and path in done
    text = he.page(path).text
    assert "150行排进了回访，2行没有收" in text and "没有电话，或者号码不对 第152行" in text and "这类警情不回访" in text
    assert "every 2s" not in he.get(path).text and "家暴、性侵害" in text
    assert Visitor(app, on.ma).get(path).status_code == 404


def test_two_workers_at_once_double_no_row(app, on, session):
    bring_in(Visitor(app, on.he), sheet(*many(250)))
    with ThreadPoolExecutor(2) as workers:
        list(workers.map(lambda _n: tick(app), range(2)))
    session.rollback()
    found = session.get(IncidentImport, 1)
    assert (found.done, found.refused, found.sheet_sealed) == (250, [], None)
    numbers = session.scalars(select(IncidentCallback.incident_number)).all()
    assert sorted(numbers) == sorted(row[0] for row in many(250))


def test_one_form_sent_twice_is_one_file(app, on, session):
    he = Visitor(app, on.he)
    fields = he.page("/incidents/").form("/incidents/")["fields"]
    sent = [he.send("/incidents/", fields | {"sheet": [FileStorage(io.BytesIO(sheet(FINE)), "a.csv")]}) for _ in range(2)]
    assert {answer.location for answer in sent} == {"/incidents/imports/1"}


def test_the_desk_calls_and_the_head_looks_after_the_unsatisfied(app, on, session):
    he, wang = Visitor(app, on.he), Visitor(app, on.wang)
    bring_in(he, sheet(FINE))
    tick(app)
    assert "/incidents/1/record" in he.get("/queue").text and "/incidents/1/record" in he.get("/incidents/").text
    page = he.get("/incidents/1").text
    assert "139****34" in page and PHONE not in page and "验证码我都不会问" in page and "0000-5550110" in page
    part = he.post("/incidents/1/phone", htmx="phone-1")
    assert f'href="tel:{PHONE}"' in part.text and "<html" not in part.text
    assert PHONE in he.post("/incidents/1/phone").text and PHONE not in he.get("/incidents/1/record").text
    said = {"result": "reached", "rating": "unsatisfied", "words": "没有人来。"}
    assert he.post("/incidents/1/record", {"result": "reached"}).status_code == 422
    assert he.post("/incidents/1/record", said).location == "/queue"
    assert he.get("/incidents/1").status_code == 404
    assert "/incidents/1/close" not in he.get("/incidents/").text and "/incidents/1/close" in wang.get("/queue").text
    assert "没有人来。" in wang.get("/incidents/1").text
    assert wang.post("/incidents/1/close", {"text": "上门道了歉。"}).location == "/incidents/1"
    assert "上门道了歉。" in wang.get("/incidents/1").text
    stats = wang.page("/stats")
    assert "警情回访 另外算，不在上面的满意率里" in stats.text and "incidents" in stats.ids
    assert Page(he.get("/incidents/").text).text.count("噪音") == 0


def test_who_is_too_late_reads_who_was_first(app, on, session):
    he, liu = Visitor(app, on.he), Visitor(app, on.liu)
    bring_in(he, sheet(FINE))
    tick(app)
    fields = liu.page("/incidents/1/record").form("/incidents/1/record")["fields"]
    he.post("/incidents/1/record", {"result": "refused"})
    late = liu.send("/incidents/1/record", fields | {"result": "unreached"})
    assert late.status_code == 409 and "何警官在" in late.text
    assert liu.send("/incidents/1/phone", fields).status_code == 409


def test_at_night_no_number_is_shown(app, on, session):
    he = Visitor(app, on.he)
    bring_in(he, sheet(FINE))
    tick(app)
    with time_machine.travel(MONDAY + timedelta(hours=13), tick=False):
        he = Visitor(app, on.he)
        fields = he.page("/incidents/1/record").form("/incidents/1/record")["fields"]
        answer = he.send("/incidents/1/phone", fields)
    assert answer.status_code == 409 and PHONE not in answer.text and "打扰群众" in answer.text


def test_an_absent_callers_calls_are_handed_over(app, on, session):
    bring_in(Visitor(app, on.he), sheet(FINE))
    tick(app)
    Visitor(app, on.he).post("/incidents/1/phone")
    wang, path = Visitor(app, on.wang), "/review/hand-over?officer=he"
    assert wang.post(path, {"picked": "1:1", "handler": "liu", "text": "何静休假。"}).status_code == 200
    session.rollback()
    assert session.get(IncidentCallback, 1).assignee_id == on.liu.id


def test_at_night_the_page_says_until_when_to_wait_and_offers_no_look(app, on):
    on.incident()
    on.session.commit()
    assert "看电话" in Visitor(app, on.he).get("/incidents/1").text
    with time_machine.travel(MONDAY + timedelta(hours=12), tick=False):
        night = Visitor(app, on.he).get("/incidents/1").text
    assert "会打扰群众" in night and "看电话" not in night


def test_a_phone_is_found_in_no_table_log_or_page_and_after_30_days_nowhere(app, on, session, caplog):
    he, wang = Visitor(app, on.he), Visitor(app, on.wang)
    seen = [bring_in(he, workbook(FINE, changed(0, PHONE)), "警情.xlsx").text]
    session.rollback()
    kept = b"\n".join(everything_kept(session))
    session.rollback()
    tick(app)
    said = {"result": "reached", "rating": "unsatisfied", "words": "金丝雀的话"}
    seen += [he.get(path).text for path in (*PAGES, "/queue", "/incidents/1/record")]
    he.post("/incidents/1/record", said)
    seen += [wang.get(path).text for path in (*PAGES, "/queue", "/incidents/1/close")]
    kept += b"\n".join(everything_kept(session))
    for trace in (PHONE, PHONE[3:]):
        assert trace.encode() not in kept and trace not in "".join(seen) and trace not in caplog.text
    session.rollback()
    with time_machine.travel(MONDAY + rules.INCIDENT_KEPT, tick=False):
        tick(app)
    session.rollback()
    found = session.scalars(select(IncidentCallback)).one()
    assert (found.phone_sealed, found.words, found.state) == (None, None, TaskState.UNDER_WAY)
    assert "金丝雀的话" not in str(b"\n".join(everything_kept(session)).decode(errors="replace"))
    assert session.scalars(select(AuditLine).where(AuditLine.action == "forget")).one().actor == "clock"
    session.rollback()
    with time_machine.travel(MONDAY + rules.INCIDENT_KEPT + DAY, tick=False):
        wang = Visitor(app, on.wang)
        assert "电话已经删掉" in wang.get("/incidents/1").text
        assert wang.post("/incidents/1/close", {"text": "查过了。"}).status_code == 303

"""The roster's pages: read by the station, set by its heads and desk; two planners at once never cross."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time

import pytest
from sqlalchemy import event, select
from werkzeug.datastructures import FileStorage

from blueprints.extensions import db
from models.base import BEIJING
from models.duty import Duty
from tests.cast import DAY, MONDAY
from tests.models.test_incident import sheet, workbook
from tests.visitor import Page, Visitor

TODAY = date(2026, 11, 16)
TITLES = ["日期", "地点", "从", "到", "警号"]


@pytest.fixture(autouse=True)
def monday(time_machine):
    """Ten in the morning."""
    time_machine.move_to(MONDAY, tick=False)


@pytest.fixture
def hall(cast, session):
    hall = cast.make.room(cast.station, "港南社区警务室", hall=True)
    cast.make.room(cast.elsewhere, "河东社区警务室")
    for officer, number in ((cast.li, "000015"), (cast.zhao, "101016")):
        officer.police_number = number
    session.commit()
    return hall


@pytest.fixture
def wang(app, cast):
    return Visitor(app, cast.wang)


def planned(session):
    """Whom the roster names, and from when."""
    session.rollback()
    session.expire_all()
    query = select(Duty).order_by(Duty.begins_at, Duty.id)
    return [(duty.officer.username, duty.begins_at.astimezone(BEIJING)) for duty in session.scalars(query)]


def at(day, hour):
    return datetime.combine(day, time(hour), BEIJING)


def test_a_shift_is_added_in_the_hours_of_the_room_and_a_crossing_one_says_so_beside_its_field(wang, hall, session):
    page = wang.page(f"/roster/add?day={TODAY + DAY}&room={hall.id}")
    fields = page.form("/roster/add")["fields"]
    assert (fields["room"], fields["day"], fields["begins"], fields["ends"]) == (str(hall.id), "2026-11-17", "09:00", "17:00")
    assert "sun" not in page.form("/roster/add")["choices"]["officer"]
    assert wang.send("/roster/add", fields | {"officer": "li"}).location == "/roster?week=2026-11-16"
    assert planned(session) == [("li", at(TODAY + DAY, 9))]
    answer = wang.send("/roster/add", fields | {"officer": "li", "room": "", "begins": "16:00", "ends": "08:00"})
    assert answer.status_code == 422
    assert "李警官从明天09:00到明天17:00已经排在港南社区警务室" in answer.text and 'id="f-officer-fault"' in answer.text
    answer = wang.send("/roster/add", fields | {"officer": "zhao", "begins": "16:59", "ends": "20:00"})
    assert answer.status_code == 422 and "已经排了李警官" in answer.text and 'id="f-begins-fault"' in answer.text
    for wrong in ({"officer": "sun"}, {"room": "99"}, {"day": ""}, {"begins": "25:00"}, {"ends": ""}, {"officer": ""}):
        assert wang.send("/roster/add", fields | {"officer": "zhao"} | wrong).status_code == 422, wrong
    assert len(planned(session)) == 1


def test_the_week_shows_who_is_where_and_the_gaps_and_only_planners_change_it(app, wang, cast, hall, session):
    cast.duty(cast.he, None, TODAY - DAY, "08:00", "08:00")
    for n in range(7):
        if n != 3:
            cast.duty(cast.he, None, TODAY + n * DAY, "08:00", "08:00")
    cast.duty(cast.li, hall, TODAY + 3 * DAY, "09:00", "17:00")
    session.commit()
    for path in (f"/roster?shift={10**30}", "/roster?shift=-1", f"/roster/add?room={10**30}"):
        assert wang.get(path).status_code == 200, path
    page = wang.page("/roster")
    text = page.text
    assert 'class="tag late"' in page.html and "李警官 09:00–17:00" in text and "何警官 08:00–次日08:00" in text
    assert "缺人 11月19日（周四）08:00–09:00：港南社区警务室" in text
    li = Visitor(app, cast.li)
    page = li.page("/roster")
    assert "李警官 09:00–17:00" in page.text and "/roster/add" not in page.html and "这些时间没有人" in page.text
    assert "tag late" not in page.html and not [form for form in page.forms if form["action"].startswith("/roster")]
    assert "李警官" not in li.page("/roster?week=2026-11-23").text
    assert "李警官 09:00" not in Visitor(app, cast.ma).page("/roster").text
    for odd in ("x", "9999-12-31", "0001-01-01", "%00"):
        assert li.get(f"/roster?week={odd}").status_code == 200
    assert "/roster" in li.page("/queue").links and "/roster" not in Visitor(app, cast.gao).page("/queue").links


def test_a_head_reads_of_gaps_where_the_day_begins(app, wang, cast, hall, session):
    cast.duty(cast.he, None, TODAY, "08:00", "08:00")
    night = cast.duty(cast.he, None, TODAY + DAY, "20:00", "08:00")
    session.commit()
    assert "今天明天有1段时间" in wang.page("/review").text and "/roster" in wang.page("/review").links
    assert "段时间" not in Visitor(app, cast.gao).page("/review").text
    session.delete(night)
    cast.duty(cast.liu, None, TODAY + DAY, "08:00", "08:00")
    session.commit()
    assert "段时间" not in wang.page("/review").text


def test_two_taps_let_two_change_places(wang, cast, hall, session):
    one, two = cast.duty(cast.li, hall, TODAY, "09:00", "17:00"), cast.duty(cast.zhao, None, TODAY, "17:00", "08:00")
    three = cast.duty(cast.zhao, hall, TODAY, "08:00", "09:00")
    session.commit()
    marked = next(link for link in wang.page("/roster").links if f"shift={one.id}" in link)
    page = wang.page(marked)
    form = page.form(f"/roster/{one.id}/swap")
    assert f'name="other" value="{two.id}"' in page.html and f'name="other" value="{one.id}"' not in page.html
    assert wang.send(form["action"], form["fields"] | {"other": two.id}).location == "/roster?week=2026-11-16"
    assert planned(session) == [("zhao", at(TODAY, 8)), ("zhao", at(TODAY, 9)), ("li", at(TODAY, 17))]
    same = wang.send(form["action"], form["fields"] | {"other": three.id})
    assert same.status_code == 409 and "本来就是同一个人" in same.text
    cast.duty(cast.li, None, TODAY, "08:30", "08:45")
    session.commit()
    crossing = wang.send(f"/roster/{two.id}/swap", form["fields"] | {"other": three.id})
    assert crossing.status_code == 409 and "同一时间不能在两处" in crossing.text
    assert wang.send(form["action"], form["fields"] | {"other": 999}).status_code == 409
    assert wang.send(form["action"], form["fields"] | {"other": ""}).status_code == 422
    assert wang.send(f"/roster/{one.id}/take-off", form["fields"]).status_code == 303
    assert wang.send(f"/roster/{one.id}/take-off", form["fields"]).status_code == 303
    assert [who for who, _at in planned(session)] == ["zhao", "li", "li"]


def test_nobody_touches_the_roster_of_another_station(app, cast, hall, session):
    duty = cast.duty(cast.li, hall, TODAY, "09:00", "17:00")
    session.commit()
    ma = Visitor(app, cast.ma)
    token = ma.page("/roster").form("/roster/copy")["fields"]
    for path in ("take-off", "swap"):
        ma.send(f"/roster/{duty.id}/{path}", token | {"other": duty.id})
    assert planned(session) == [("li", at(TODAY, 9))]


def test_the_week_is_copied_and_what_is_left_out_is_said(wang, cast, hall, session):
    cast.duty(cast.li, hall, TODAY, "09:00", "17:00")
    cast.duty(cast.zhao, None, TODAY, "08:00", "08:00")
    session.commit()
    copy = "/roster/copy?week=2026-11-16"
    assert wang.post(copy, page="/roster").location == "/roster?week=2026-11-23"
    assert wang.post(copy, page="/roster").status_code == 303 and len(planned(session)) == 4
    cast.duty(cast.he, None, TODAY + DAY, "08:00", "08:00")
    cast.duty(cast.he, hall, TODAY + 9 * DAY, "20:00", "08:00")
    cast.duty(cast.he, None, TODAY + 2 * DAY, "19:00", "20:00")
    cast.duty(cast.he, None, TODAY + 2 * DAY, "23:00", "23:30")
    session.commit()
    answer = wang.post(copy, page="/roster")
    assert answer.status_code == 200 and "抄了2班，1班没有抄" in Page(answer.text).text
    assert "同一时间不能在两处" in answer.text and len(planned(session)) == 10


def upload(visitor, data, name="值班.xlsx"):
    return visitor.post("/roster/sheet", {"sheet": [FileStorage(io.BytesIO(data), name)]})


def test_a_spreadsheet_is_shown_first_then_added_whole_and_twice_changes_nothing(wang, hall, session):
    rows = [
        [datetime(2026, 11, 17), "港南社区警务室", time(9), time(17), 15],  # noqa: DTZ001  a cell knows no time zone
        ["2026.11.17", "港南社区警务室", "１７：００", "18:00", "zhao"],
        ["2026年11月17日", "派出所", "20点", "次日8:00", "zhao"],
        ["2026/11/18", "城南派出所", "8:00", "24:00", "101016"],
    ]
    for data in (workbook(*rows, titles=TITLES), sheet(*rows, titles=TITLES, encoding="gb18030")):
        answer = upload(wang, data)
        assert answer.status_code == 200, Page(answer.text).text
    page = Page(answer.text)
    assert "会加4班" in page.text and "20:00–次日08:00" in page.text and "08:00–24:00" in page.text and planned(session) == []
    fields = page.form("/roster/sheet/add")["fields"]
    assert wang.send("/roster/sheet/add", fields).location == "/roster?week=2026-11-16"
    added = [
        ("li", at(TODAY + DAY, 9)),
        *(("zhao", at(TODAY + DAY, hour)) for hour in (17, 20)),
        ("zhao", at(TODAY + 2 * DAY, 8)),
    ]
    assert planned(session) == added
    assert wang.send("/roster/sheet/add", fields).status_code == 303 and planned(session) == added
    again = Page(upload(wang, data).text)
    assert "表格里的4班都已经有了" in again.text and not [f for f in again.forms if f["action"] == "/roster/sheet/add"]


def test_every_faulty_row_is_named_with_its_reason_and_then_none_is_added(wang, cast, hall, session):
    fine = ["2026-11-17", "港南社区警务室", "9:00", "17:00", "li"]
    wrong = {
        "日期看不懂": ["17日", *fine[1:]],
        "本所没有这个地点": [fine[0], "河东社区警务室", *fine[2:]],
        "时间看不懂": [*fine[:2], "早上", *fine[3:]],
        "本所没有这个警号": [*fine[:4], "sun"],
        "不能再排": ["2025-11-17", *fine[1:]],
        "最多排一年": ["2028-11-17", *fine[1:]],
        "已经排了李警官": [*fine[:4], "zhao"],
        "同一时间不能在两处": [fine[0], "派出所", "16:00", "18:00", "li"],
    }
    answer = upload(wang, sheet(fine, *wrong.values(), titles=TITLES), "值班.csv")
    text = Page(answer.text).text
    assert answer.status_code == 422 and "有8行不对" in text and "/roster/sheet/add" not in answer.text
    for n, reason in enumerate(wrong, 3):
        assert f"第{n}行" in text and reason in text, reason
    good = Page(upload(wang, sheet(fine, titles=TITLES), "值班.csv").text).form("/roster/sheet/add")["fields"]
    cast.duty(cast.zhao, hall, TODAY + DAY, "12:00", "13:00")
    session.commit()
    late = wang.send("/roster/sheet/add", good)
    assert late.status_code == 409 and "已经排了赵警官" in late.text and len(planned(session)) == 1
    for rows in (
        "",
        "[]x",
        "[1]",
        '[["x"]]',
        '[[1, "a"]]',
        "[" * 5000,
        '[[1, "\\u0000", "", "", "", ""]]',
        '[[1, "\\ud800", "", "", "", ""]]',
        "[[Infinity]]",
    ):
        assert wang.send("/roster/sheet/add", good | {"rows": rows}).status_code == 422, rows


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "文件是空的"),
        (b"PK\x03\x04 no workbook", "读不出来"),
        (sheet(titles=TITLES), "只有标题"),
        (sheet(titles=TITLES[:4]), "少了“警号”这一列"),
        (sheet(titles=[*TITLES, "用户名"]), "“警号”有两列"),
        (sheet(*[["x"] * 5] * 501, titles=TITLES), "最多500行"),
    ],
)
def test_a_file_that_can_not_be_used_says_why(wang, hall, data, sentence):
    answer = upload(wang, data)
    assert answer.status_code == 422 and sentence in answer.text


def test_two_planners_at_once_never_cross(app, cast, hall, session):
    """Each gives the same hours of one room to another officer, or one officer to two places."""
    planners = [Visitor(app, officer) for officer in (cast.wang, cast.liu, cast.he)]
    fields = [planner.page("/roster/add").form("/roster/add")["fields"] for planner in planners]
    hours = {"day": str(TODAY), "begins": "18:00", "ends": "20:00"}
    for n, (who, where) in enumerate(
        [(("li", "zhao", "qian"), (hall.id,) * 3), (("li", "li", "li"), (hall.id, "", hall.id))], start=1
    ):
        shifts = [{"officer": officer, "room": room} | hours for officer, room in zip(who, where, strict=True)]
        shifts = [shift | {"day": str(TODAY + n * DAY), "ends": f"20:0{k}"} for k, shift in enumerate(shifts)]
        with ThreadPoolExecutor(3) as crowd:
            sent = crowd.map(
                lambda one: one[0].send("/roster/add", one[1] | one[2]).status_code, zip(planners, fields, shifts, strict=True)
            )
            assert sorted(sent) == [303, 422, 422]
        assert len(planned(session)) == n
    with ThreadPoolExecutor(3) as crowd:
        copy = crowd.map(
            lambda one: one[0].send("/roster/copy?week=2026-11-16", one[1]).status_code, zip(planners, fields, strict=True)
        )
        assert list(copy) == [303] * 3
    assert len(planned(session)) == 4


def test_the_week_asks_as_many_questions_for_one_shift_as_for_many(app, wang, cast, hall, session):
    def statements():
        with app.app_context():
            engine, seen = db.engine, []
        count = lambda *what: seen.append(what[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", count)
        wang.get("/roster")
        event.remove(engine, "before_cursor_execute", count)
        return len([one for one in seen if one.startswith("SELECT")])

    cast.duty(cast.li, hall, TODAY, "09:00", "17:00")
    session.commit()
    before = statements()
    for n, officer in enumerate((cast.zhao, cast.qian, cast.he, cast.liu, cast.zhou)):
        cast.duty(officer, cast.make.room(cast.station, f"{n}号警务室"), TODAY + n * DAY, "09:00", "17:00")
    session.commit()
    assert statements() == before

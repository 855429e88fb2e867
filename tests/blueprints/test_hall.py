"""Who is there now, for anybody who wants to know: by surname and title, to the minute, and whom to ring where nobody is."""

from datetime import date, datetime, time

import pytest
from sqlalchemy import event

from blueprints.answers import opening_words
from blueprints.extensions import db
from models.base import BEIJING, span
from models.duty import Duty
from tests.cast import DAY
from tests.visitor import Visitor

NEW_YEARS_EVE = date(2026, 12, 31)


@pytest.fixture
def halls(cast, session):
    """Li's room holds a talk hall; Li is there on New Year's Eve, Zhao for the night, Wang at the desk."""
    cast.gangnan.room = cast.make.room(cast.station, "港南社区警务室", hall=True, address="港南路1号", phone="0000-5550123")
    cast.make.room(cast.station, "日新社区警务室")
    cast.make.room(cast.elsewhere, "河东社区警务室")
    at = datetime.combine(NEW_YEARS_EVE, time(8), BEIJING)
    cast.duty(cast.li, cast.gangnan.room, NEW_YEARS_EVE, "09:00", "20:00", at)
    cast.duty(cast.zhao, cast.gangnan.room, NEW_YEARS_EVE, "20:00", "08:00", at)
    cast.duty(cast.wang, None, NEW_YEARS_EVE, "08:00", "08:00", at)
    session.commit()
    return cast


def test_it_says_to_the_minute_who_is_there_also_over_new_year(app, halls, time_machine):
    visitor, new_year = Visitor(app), NEW_YEARS_EVE + DAY
    for day, hour, said, unsaid in (
        (
            NEW_YEARS_EVE,
            time(8, 59),
            ["值班的是王所长（到明天08:00）", "现在不是开放时间", "今天 09:00–20:00 李警官"],
            "李警官在",
        ),
        (NEW_YEARS_EVE, time(9), ["李警官在，到今天20:00。", "今天 20:00–次日08:00 赵警官"], "现在不是开放时间"),
        (NEW_YEARS_EVE, time(20), ["赵警官在，到明天08:00。"], "李警官"),
        (new_year, time(0), ["赵警官在，到今天08:00。"], "李警官"),
        (new_year, time(8), ["没有人", "现在不是开放时间", "打值班电话 0000-5550110"], "警官"),
    ):
        time_machine.move_to(datetime.combine(day, hour, BEIJING), tick=False)
        text = visitor.page("/hall?community=10101").text
        assert [words for words in said if words not in text] == [] and unsaid not in text, (hour, text)
        assert not any(officer.name in text for officer in halls.everyone()), "surname and title, no more"


def test_a_room_without_hours_is_never_said_to_be_outside_them(app, halls, session, time_machine):
    halls.gangnan.room.opens = {}
    session.commit()
    time_machine.move_to(datetime.combine(NEW_YEARS_EVE, time(8), BEIJING), tick=False)
    text = Visitor(app).page("/hall?community=10101").text
    assert "这会儿没有人在" in text and "开放时间" not in text


def test_by_station_by_community_or_all(app, halls):
    visitor = Visitor(app)
    for path, named, not_named in (
        ("/hall", ["城南派出所", "港南社区警务室 说事厅", "日新社区警务室", "河东社区警务室"], []),
        ("/hall?station=101", ["港南社区警务室", "日新社区警务室"], ["河东"]),
        ("/hall?station=102", ["河东社区警务室"], ["港南"]),
        ("/hall?community=10101", ["港南社区警务室"], ["日新社区警务室", "河东"]),
        ("/hall?community=10103", ["港南社区警务室", "日新社区警务室"], ["河东"]),
    ):
        text = visitor.page(path).text
        assert [n for n in named if n not in text] == [] and [n for n in not_named if n in text] == [], path
    for wrong in ("station=000", "station=x", "station=%00", "community=99", "community=%00"):
        assert visitor.get(f"/hall?{wrong}").status_code == 404, wrong


def test_a_station_without_a_roster_says_that_nothing_is_known(app, halls, time_machine):
    visitor = Visitor(app)
    for day, hour, known, phone in (
        (NEW_YEARS_EVE, time(8, 30), True, "打值班电话 0000-5550110"),
        (NEW_YEARS_EVE + 7 * DAY, time(12), False, "打电话 0000-5550123"),
        (NEW_YEARS_EVE + 7 * DAY, time(23), False, "打电话 0000-5550123"),
    ):
        time_machine.move_to(datetime.combine(day, hour, BEIJING), tick=False)
        page = visitor.page("/hall?community=10101")
        text, nobody = page.text, '<b class="tag soon">没有人</b>'
        assert (nobody in page.html) == known != ("没有公布值班表" in text), (day, text)
        assert phone in text and "周一到周五 09:00–17:00" in text
        assert ("现在不是开放时间" in text) == (hour.hour != 12), (hour, text)
        told = visitor.page("/c/10101").html
        assert (nobody in told) == known != ("有没有人说不准" in told)
    assert "没有公布值班表" in visitor.page("/hall?station=102").text


def test_the_phones_are_links_and_the_page_is_linked(app, halls, time_machine):
    time_machine.move_to(datetime.combine(NEW_YEARS_EVE, time(12), BEIJING), tick=False)
    visitor = Visitor(app)
    links = visitor.page("/hall?community=10101").links
    assert "tel:0000-5550123" in links and "tel:0000-5550110" in links
    assert "/hall" in visitor.page("/").links
    assert "/hall?community=10101" in visitor.page("/c/10101").links


def test_it_asks_as_many_questions_for_one_room_as_for_many(app, halls, session):
    def statements():
        with app.app_context():
            engine, seen = db.engine, []
        count = lambda *what: seen.append(what[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", count)
        Visitor(app).get("/hall")
        event.remove(engine, "before_cursor_execute", count)
        return len([one for one in seen if one.startswith("SELECT")])

    today, at = datetime.now(BEIJING).date(), datetime.now(BEIJING)
    halls.duty(halls.li, halls.gangnan.room, today + DAY, "09:00", "17:00", at)
    session.commit()
    before = statements()
    for n in range(5):
        station = halls.make.unit(f"20{n}", f"{n}号派出所", halls.bureau)
        room, officer = halls.make.room(station, f"{n}号警务室"), halls.make.officer("吴强", station)
        begins_at, ends_at = span(today + DAY, time(9), time(17))
        session.add(Duty(station=station, room=room, officer=officer, begins_at=begins_at, ends_at=ends_at))
    for officer in (halls.qian, halls.he, halls.liu):
        halls.duty(officer, None, today, "00:00", "00:00", datetime.now(BEIJING))
    session.commit()
    assert before == statements() == 8  # one of them for the foot of the page


def test_the_same_hours_of_days_in_a_row_are_said_once(app):
    long, short = ["09:00", "17:00"], ["09:00", "12:00"]
    with app.test_request_context():
        assert opening_words(dict.fromkeys("0123456", long)) == "每天 09:00–17:00"
        assert (
            opening_words({"0": long, "1": long, "3": short, "6": short})
            == "周一到周二 09:00–17:00，周四 09:00–12:00，周日 09:00–12:00"
        )
        assert opening_words({"0": ["00:00", "00:00"], "1": ["20:00", "08:00"]}) == "周一 24小时，周二 20:00–次日08:00"
        assert opening_words({}) == ""

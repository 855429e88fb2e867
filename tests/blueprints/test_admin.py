"""The administrator keeps the working days that no library knows yet."""

from datetime import UTC, date, datetime

import pytest

from models.base import now
from models.workdays import Calendar, DayException, has_list, years_to_fill_in
from tests.visitor import Visitor

DAY = {"day": "2027-02-20", "worked": "on", "reason": "国务院办公厅放假通知"}


@pytest.fixture
def admin(app, cast):
    return Visitor(app, cast.admin)


@pytest.mark.parametrize(
    ("on", "years"),
    [((2026, 6, 1), []), ((2026, 11, 22), [2027]), ((2027, 3, 1), [2027]), ((2026, 10, 1), [])],
)
def test_a_year_that_deadlines_reach_is_missed_until_its_list_is_there(on, years):
    at = datetime(*on, tzinfo=UTC)
    assert has_list(2026) and not has_list(2027) and years_to_fill_in(at) == years


def test_a_day_is_filled_in_and_taken_back(admin, session):
    day = date(2027, 2, 20)  # a Saturday
    assert admin.post("/admin/calendar", DAY).status_code == 303
    assert Calendar.load(session).is_workday(day) and "2027年2月20日" in admin.page("/admin/calendar").text
    session.rollback()
    assert admin.post("/admin/calendar", DAY | {"worked": "off"}).status_code == 303
    assert session.get(DayException, day).worked is False
    session.rollback()
    assert admin.post("/admin/days/2027-02-20/delete", page="/admin/calendar").status_code == 303
    assert not Calendar.load(session).is_workday(day)
    fields = admin.page("/admin/calendar").form("/admin/calendar")["fields"]
    assert admin.send("/admin/days/2027-02-20/delete", fields).status_code == 404


@pytest.mark.parametrize("change", [{"day": ""}, {"day": "morgen"}, {"worked": "perhaps"}, {"reason": " "}])
def test_what_is_missing_is_asked_for(admin, session, change):
    assert admin.post("/admin/calendar", DAY | change).status_code == 422
    assert session.query(DayException).count() == 0


def test_the_notice_stands_until_the_list_is_there(admin):
    missing = years_to_fill_in(now())
    for year in missing:
        assert f"还没有{year}年的放假调休安排" in admin.page("/admin/calendar").text
    assert ("都有了" in admin.page("/admin/calendar").text) == (not missing)

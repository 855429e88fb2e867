"""Planning visits and reading the calendar, as pages."""

from datetime import datetime

import pytest
from sqlalchemy import event, select

from blueprints.extensions import db
from models.base import BEIJING
from models.contact import Daypart
from models.visit import Visit
from models.workdays import ONE_DAY
from tests.visitor import Visitor

MONDAY = datetime(2026, 11, 16, 10, 0, tzinfo=BEIJING)
PLAN = {"where": "10101", "reason": "看看路灯", "day": "2026-11-17", "begins": "09:00", "ends": "10:00"}


@pytest.fixture(autouse=True)
def monday(time_machine):
    """It is Monday morning, and the clock goes on from there."""
    time_machine.move_to(MONDAY)


@pytest.fixture
def li(app, cast):
    return Visitor(app, cast.li)


def all_visits(session):
    session.rollback()
    return session.scalars(select(Visit).order_by(Visit.begins_at)).all()


def test_a_visit_is_planned_and_stands_in_its_week(li, session):
    answer = li.post("/visits/plan", PLAN)
    assert (answer.status_code, answer.location) == (303, "/visits/?view=week&day=2026-11-17")
    page = li.page(answer.location)
    assert "排好了1次。" in page.text and "09:00–10:00 看看路灯 港南社区 · 李警官 待办" in page.text
    (visit,) = all_visits(session)
    assert visit.community.name == "港南社区" and visit.slot.hours == "09:00–10:00"


def test_a_series_of_night_visits_says_which_days_are_holidays(app, cast, session, time_machine):
    time_machine.move_to(datetime(2026, 9, 28, 9, 0, tzinfo=BEIJING))
    li = Visitor(app, cast.li)
    assert "排夜访：周一、周三、周五20:00到21:00" in li.page("/visits/plan").text
    form = li.page("/visits/plan?night=1&where=10101").form("/visits/plan")
    assert {name: form["fields"][name] for name in ("day", "begins", "ends", "where")} == {
        "day": "2026-09-28",
        "begins": "20:00",
        "ends": "21:00",
        "where": "10101",
    }
    weekdays = {"repeat": ["mon", "wed", "fri"], "until": "2026-10-09"}
    answer = li.post("/visits/plan?night=1&where=10101", {"reason": "警民夜谈"} | weekdays)
    assert answer.status_code == 303, answer.text
    assert "排好了3次；10月2日、10月5日、10月7日放假，没有排。" in li.page(answer.location).text
    assert len({visit.planned_as for visit in all_visits(session)}) == 1


def test_the_same_form_sent_twice_plans_once(li, session):
    fields = li.page("/visits/plan").form("/visits/plan")["fields"] | PLAN
    for _tap in range(2):
        assert li.send("/visits/plan", fields).status_code == 303
    assert len(all_visits(session)) == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"where": ""}, "where"),
        ({"where": "10201"}, "where"),
        ({"site": "999999"}, "site"),
        ({"reason": ""}, "reason"),
        ({"day": "2026-02-30"}, "day"),
        ({"day": "2026-11-15"}, "day"),
        ({"day": ""}, "day"),
        ({"begins": "25:00"}, "begins"),
        ({"begins": "07:59"}, "begins"),
        ({"ends": "22:01"}, "ends"),
        ({"begins": "10:00"}, "ends"),
        ({"daypart": "midnight"}, "daypart"),
        ({"sort": "raid"}, "sort"),
        ({"companions": "sun"}, "companions"),
        ({"repeat": "mon"}, "until"),
        ({"repeat": "someday", "until": "2026-11-20"}, "repeat"),
        ({"until": "2026-11-20"}, "repeat"),
        ({"repeat": "mon", "until": "10000"}, "until"),
        ({"repeat": "mon", "until": "2054-11-16"}, "until"),
        ({"repeat": ["mon", "tue", "wed", "thu", "fri"], "until": "2027-11-16"}, "until"),
    ],
)
def test_what_can_not_be_is_refused_beside_its_field_and_all_that_was_typed_stays(li, session, typed, field):
    answer = li.post("/visits/plan", PLAN | {"place": "菜市场南门"} | typed)
    assert answer.status_code == 422 and f'href="#f-{field}"' in answer.text
    assert ('value="菜市场南门"' in answer.text and 'value="2026-11-17"' in answer.text) or "day" in typed
    assert all_visits(session) == []


def test_full_width_digits_are_digits(li, session):
    full = str.maketrans("0123456789-:", "０１２３４５６７８９－：")
    typed = {name: PLAN[name].translate(full) for name in ("day", "begins", "ends")}
    assert li.post("/visits/plan", PLAN | typed).status_code == 303
    assert all_visits(session)[0].slot.hours == "09:00–10:00"


def test_whoever_is_elsewhere_then_is_named_and_nothing_is_planned(li, cast, session):
    cast.visit(datetime(2026, 11, 24, 9, 30, tzinfo=BEIJING), officers=[cast.zhao])
    session.commit()
    answer = li.post("/visits/plan", PLAN | {"companions": "zhao", "repeat": "tue", "until": "2026-12-01"})
    assert answer.status_code == 422
    assert "赵警官在11月24日（周二）09:30–10:30已经有别的安排" in answer.text
    assert len(all_visits(session)) == 1


def test_a_site_brings_its_place_along(li, cast, session):
    site = cast.make.site(cast.rixin, "日新菜市场")
    session.commit()
    assert li.post("/visits/plan", PLAN | {"where": "", "reason": "", "site": str(site.id)}).status_code == 303
    (visit,) = all_visits(session)
    assert (visit.title, visit.community.name) == ("日新菜市场", "日新社区")
    answer = li.post("/visits/plan", PLAN | {"where": "10101", "site": str(site.id), "day": "2026-11-18"})
    assert answer.status_code == 422 and "日新菜市场在日新社区" in answer.text


def test_a_head_sends_somebody_else_and_an_officer_can_not(li, app, cast, session):
    wang = Visitor(app, cast.wang)
    assert wang.post("/visits/plan", PLAN | {"officer": "zhao", "companions": ["zhao", "li"]}).status_code == 303
    assert [officer.username for officer in all_visits(session)[0].officers] == ["zhao", "li"]
    assert li.post("/visits/plan", PLAN | {"officer": "zhao", "day": "2026-11-18"}).status_code == 303
    assert [officer.username for officer in all_visits(session)[-1].officers] == ["li"]


def test_a_head_is_offered_the_rest_of_a_series_to_call_off(app, li, cast, session):
    li.post("/visits/plan", PLAN | {"repeat": "tue", "until": "2026-12-01"})
    first, *_rest, last = all_visits(session)
    wang = Visitor(app, cast.wang)
    assert "同一批后面的2次也一起取消" in wang.get(f"/visits/{first.id}/call_off").text
    assert "一起取消" not in wang.get(f"/visits/{last.id}/call_off").text
    answer = wang.post(f"/visits/{first.id}/call_off", {"reason": "下大雨。", "whole_series": "y"})
    assert answer.status_code == 303
    assert {visit.state.code for visit in all_visits(session)} == {"called_off"}


# ── the calendar


def test_officers_start_with_their_own_and_the_desk_sees_all_without_the_place(app, cast, session):
    cast.visit(MONDAY.replace(hour=20), officers=[cast.zhao], place="3号楼二单元")
    session.commit()
    assert "看看路灯" not in Visitor(app, cast.li).get("/visits/?view=day").text
    assert "看看路灯" in Visitor(app, cast.li).get("/visits/?view=day&whose=all").text
    desk = Visitor(app, cast.he).page("/visits/?view=day")
    assert "20:00–21:00 夜访 · 港南社区 · 赵警官" in desk.text and "3号楼" not in desk.text


@pytest.mark.parametrize("asked", ["", "?view=year&day=2026-02-30&whose=theirs", "?day=9999-12-31", "?view=month&day=０"])
def test_an_address_that_asks_for_nothing_sensible_shows_this_week(li, asked):
    page = li.page(f"/visits/{asked}")
    assert "11月16日–11月22日" in page.text or "2026年11月" in page.text


def test_what_waits_for_a_residents_word_says_so_and_what_has_no_title_yet_has_a_name(app, li, cast, session):
    cast.slip(MONDAY)
    matter = cast.make.card(cast.gangnan, at=MONDAY).matter
    cast.step(matter, "visit", cast.wang, MONDAY, day=MONDAY.date(), daypart=Daypart.EVENING)
    session.commit()
    page = Visitor(app, cast.wang).page("/visits/?view=week")
    assert "等群众选时间" in page.text and "None" not in page.text


def test_one_leafs_by_day_week_and_month(li):
    links = li.page("/visits/?view=month&day=2026-12-31").links
    assert "/visits/?view=month&whose=mine&day=2027-01-01" in links and "/visits/?view=month&whose=mine&day=2026-11-30" in links
    assert "/visits/?view=month&whose=mine&day=2026-11-16" in links, "back to today"
    assert "/visits/?view=day&whose=mine&day=2026-12-31" in links


@pytest.mark.parametrize("view", ["week", "month"])
def test_holidays_and_make_up_days_are_marked(li, view):
    page = li.page(f"/visits/?view={view}&day=2026-02-14")
    said = {"week": ("周六 2月14日 上班", "周日 2月15日 放假"), "month": ("2月14日（周六） 上班", "2月15日（周日） 放假")}
    assert all(words in page.text for words in said[view])


@pytest.mark.parametrize("view", ["day", "week", "month"])
def test_the_calendar_costs_the_same_number_of_statements_however_much_is_planned(app, li, cast, session, view):
    def statements():
        found = []

        def note(*call):
            found.append(call[2])

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        li.get(f"/visits/?view={view}&whose=all")
        event.remove(engine, "before_cursor_execute", note)
        return len(found)

    cast.visit(MONDAY)
    session.commit()
    li.get("/visits/")
    few = statements()
    for n in range(40):
        cast.visit(
            MONDAY + n % 7 * ONE_DAY, daypart=Daypart.MORNING, officers=[[cast.li, cast.zhao, cast.qian][n % 3], cast.wang]
        )
    session.commit()
    assert statements() == few


def test_who_is_ticked_twice_goes_along_once(li, cast, session):
    fields = {"where": "10101", "day": "2026-11-18", "daypart": "morning", "reason": "看看路灯", "companions": ["zhao", "zhao"]}
    li.post("/visits/plan", fields)
    assert [officer.username for officer in session.scalars(select(Visit)).one().officers] == ["li", "zhao"]

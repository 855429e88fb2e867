"""The agenda: whose visits stand on which day, how many are shown, and that it costs the same however many there are."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import event

from models import agenda
from models.agenda import View, Whose
from models.base import BEIJING, beijing_date
from models.visit import Visit
from models.workdays import ONE_DAY
from tests.cast import MONDAY

TODAY = beijing_date(MONDAY)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("view", "day", "first", "last", "before", "after"),
    [
        (View.DAY, "2026-12-31", "2026-12-31", "2026-12-31", "2026-12-30", "2027-01-01"),
        (View.WEEK, "2026-12-31", "2026-12-28", "2027-01-03", "2026-12-24", "2027-01-07"),
        (View.MONTH, "2026-12-31", "2026-11-30", "2027-01-03", "2026-11-30", "2027-01-01"),
        (View.MONTH, "2027-01-31", "2026-12-28", "2027-01-31", "2026-12-31", "2027-02-01"),
        (View.MONTH, "2027-02-28", "2027-02-01", "2027-02-28", "2027-01-31", "2027-03-01"),
    ],
)
def test_a_view_has_whole_weeks_and_neighbours(view, day, first, last, before, after):
    day = date.fromisoformat(day)
    days = view.days(day)
    assert (days[0], days[-1]) == (date.fromisoformat(first), date.fromisoformat(last))
    assert (view.before(day), view.after(day)) == (date.fromisoformat(before), date.fromisoformat(after))


def shown(cast, by, whose, days=(TODAY,), most=100):
    listed = agenda.on_days(cast.session, by, whose, list(days), most)
    return {day: [outing.id for outing in found.rows] for day, found in listed.items()}


def test_mine_are_those_i_go_to_and_all_are_the_stations(cast):
    own = cast.visit(MONDAY)
    along = cast.visit(MONDAY + HOUR, officers=[cast.zhao, cast.li])
    zhaos = cast.visit(MONDAY + 2 * HOUR, officers=[cast.zhao])
    suns = Visit.plan(
        cast.session, cast.ma, MONDAY, officers=[cast.sun], slots=[own.slot], community=cast.hedong, reason="看看路灯"
    )[0]
    assert shown(cast, cast.li, Whose.MINE) == shown(cast, cast.zhou, Whose.MINE) == {TODAY: [own.id, along.id]}
    assert shown(cast, cast.he, Whose.ALL) == {TODAY: [own.id, along.id, zhaos.id]}
    assert shown(cast, cast.gao, Whose.ALL)[TODAY] == [own.id, suns.id, along.id, zhaos.id]
    assert shown(cast, cast.admin, Whose.ALL) == {TODAY: []}


def test_each_says_who_goes_when_and_where_about_but_never_where_exactly(cast):
    cast.visit(MONDAY, officers=[cast.li, cast.zhao], place="3号楼二单元")
    (outing,) = agenda.on_days(cast.session, cast.he, Whose.ALL, [TODAY], 100)[TODAY].rows
    assert (outing.title, outing.area, outing.who, outing.slot.hours) == (
        "看看路灯修好没有",
        "港南社区",
        ("李警官", "赵警官"),
        "10:00–11:00",
    )
    assert "3号楼" not in repr(outing)


def test_a_day_begins_at_midnight_in_beijing(cast):
    evening = datetime.combine(TODAY, time(21), BEIJING)
    late, early = cast.visit(evening), cast.visit(evening + 11 * HOUR)
    assert shown(cast, cast.he, Whose.ALL, [TODAY, TODAY + ONE_DAY]) == {TODAY: [late.id], TODAY + ONE_DAY: [early.id]}
    assert agenda.counts(cast.session, cast.he, Whose.ALL, [TODAY, TODAY + ONE_DAY]) == {TODAY: 1, TODAY + ONE_DAY: 1}


def test_what_was_called_off_stands_only_on_its_day(cast):
    visit = cast.visit(MONDAY)
    cast.step(visit, "call_off", cast.wang, MONDAY, reason="下大雨。")
    assert shown(cast, cast.he, Whose.ALL) == {TODAY: [visit.id]}
    assert shown(cast, cast.he, Whose.ALL, View.WEEK.days(TODAY))[TODAY] == []
    assert agenda.counts(cast.session, cast.he, Whose.ALL, [TODAY]) == {TODAY: 0}


def test_what_has_no_time_or_missed_it_stands_on_top_until_it_is_done(cast):
    missed = cast.visit(MONDAY)
    cast.visit(MONDAY + 7 * HOUR)
    risen = Visit.rise(cast.session, MONDAY, cast.make.site(cast.gangnan, "港南小学"))
    at = MONDAY + 2 * HOUR
    found = agenda.waiting(cast.session, cast.he, Whose.ALL, at, 25)
    assert [outing.id for outing in found.rows] == [missed.id, risen.id] and found.more == 0
    assert [outing.is_missed(at) for outing in found.rows] == [True, False]
    cast.step(missed, "record", cast.li, at, households=1)
    assert agenda.waiting(cast.session, cast.zhao, Whose.MINE, at, 25).rows == []
    assert [outing.id for outing in agenda.waiting(cast.session, cast.li, Whose.MINE, at, 25).rows] == [risen.id]


def test_a_long_list_ends_and_says_how_many_more_there_are_at_the_same_cost(cast, session):
    def read():
        statements = []

        def note(*call):
            statements.append(call[2])

        session.expunge_all()
        event.listen(session.get_bind(), "before_cursor_execute", note)
        found = agenda.on_days(session, by, Whose.ALL, View.WEEK.days(TODAY), 12)
        waiting = agenda.waiting(session, by, Whose.ALL, MONDAY + ONE_DAY, 25)
        agenda.counts(session, by, Whose.ALL, View.MONTH.days(TODAY))
        event.remove(session.get_bind(), "before_cursor_execute", note)
        return found[TODAY], waiting, len(statements)

    by = cast.he
    cast.visit(MONDAY)
    few, _waiting, cost = read()
    for n in range(30):
        cast.visit(MONDAY + n * HOUR / 60, hours=0.01, officers=[cast.qian, cast.zhao])
    many, waiting, cost_of_many = read()
    assert (len(few.rows), few.more) == (1, 0)
    assert (len(many.rows), many.more, len(waiting.rows), waiting.more) == (12, 19, 25, 6)
    assert cost == cost_of_many

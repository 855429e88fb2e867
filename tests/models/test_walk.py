"""The walk of a day: what is on it, in which order, and what may change places."""

from datetime import date, datetime, time, timedelta

import pytest

from models.base import BEIJING
from models.contact import Daypart
from models.going import Carried
from models.visit import Visit
from models.walk import in_walking_order, may_change_places, todays_walk, turn
from tests.cast import DAY, MONDAY

HOUR = timedelta(hours=1)
TUESDAY = date(2026, 11, 17)
EVE, NEW_YEAR = date(2026, 12, 31), date(2027, 1, 1)


def beijing(day, hour, minute=0):
    return datetime.combine(day, time(hour, minute), BEIJING)


@pytest.fixture
def walk(cast):
    """Li's Tuesday: at 9 and 11 by the hour, two in the morning, one at noon; told by what they are for."""

    def visit(title, begins, hours, daypart=None):
        return cast.visit(beijing(TUESDAY, begins), hours, daypart, reason=title)

    visit("nine", 9, 1), visit("eleven", 11, 1), visit("noon", 12, 2, Daypart.NOON)
    visit("school", 8, 4, Daypart.MORNING), visit("market", 8, 4, Daypart.MORNING)
    return lambda at=beijing(TUESDAY, 8), by=cast.li: todays_walk(cast.session, by, at)


def titles(visits):
    return [visit.title for visit in visits]


def swap(walk, first, then):
    """Have `first` come before `then`."""
    ahead = walk().ahead
    ids = {visit.title: visit.id for visit in ahead}
    turn(ahead, ids[first], ids[then])
    return titles(walk().ahead)


def test_it_goes_by_the_hour_until_somebody_turns_it_and_sent_twice_it_is_turned_once(walk):
    assert titles(walk().ahead) == ["school", "market", "nine", "eleven", "noon"]
    assert swap(walk, "market", "school") == ["market", "school", "nine", "eleven", "noon"]
    assert swap(walk, "market", "school") == ["market", "school", "nine", "eleven", "noon"]
    assert swap(walk, "nine", "school") == ["market", "nine", "school", "eleven", "noon"]
    assert swap(walk, "eleven", "school") == ["market", "nine", "eleven", "school", "noon"]
    assert swap(walk, "noon", "market") == ["market", "nine", "eleven", "school", "noon"], "no neighbours"
    assert swap(walk, "nine", "market") == ["nine", "market", "eleven", "school", "noon"]


def test_an_hour_that_was_agreed_and_a_part_of_the_day_are_kept(walk):
    swap(walk, "eleven", "school")
    assert swap(walk, "eleven", "nine") == ["school", "market", "nine", "eleven", "noon"], "two hours never change places"
    assert swap(walk, "noon", "eleven") == ["school", "market", "nine", "eleven", "noon"], "nor does noon come before eleven"
    nine, noon = walk().ahead[2], walk().ahead[4]
    assert not may_change_places(nine, nine) and not may_change_places(nine, noon)


def test_another_time_takes_its_place_by_the_hour_again(walk, cast):
    swap(walk, "market", "school")
    market = walk().ahead[0]
    cast.step(market, "schedule", cast.li, MONDAY, day=TUESDAY, daypart=Daypart.EVENING, reason="早上开会。")
    assert titles(in_walking_order(walk().ahead)) == ["school", "nine", "eleven", "noon", "market"]


def test_each_visit_stands_once_where_it_belongs(cast, walk, session):
    cast.visit(MONDAY, reason="missed")
    cast.visit(beijing(TUESDAY + DAY, 9), reason="tomorrow")
    cast.visit(beijing(TUESDAY, 15), officers=[cast.zhao], reason="another's")
    cast.visit(beijing(TUESDAY, 16), officers=[cast.zhao, cast.li], reason="along")
    now = beijing(TUESDAY, 17)
    nine, eleven = walk().ahead[2:4]
    assert not walk(now).has_set_out
    cast.step(nine, "start", cast.li, beijing(TUESDAY, 9), carried=list(Carried))
    assert titles(walk(now).under_way) == ["nine"] and walk(now).has_set_out
    cast.step(eleven, "record", cast.li, now, households=1)
    found = walk(now)
    assert titles(found.missed) == ["missed"] and titles(found.done) == ["eleven"]
    assert titles(found.ahead) == ["school", "market", "noon", "along"]
    by_zhou = walk(now, cast.zhou)
    assert titles(by_zhou.ahead) == titles(found.ahead), "an auxiliary goes with the officer who leads"
    assert titles(walk(now, cast.zhao).ahead) == ["another's", "along"]
    assert titles(walk(beijing(TUESDAY + DAY, 7)).under_way) == ["nine"], "until it is written down"


def test_what_has_no_time_yet_is_everybodys_whom_it_is_offered_to(cast, session):
    own = Visit.rise(session, MONDAY, cast.make.site(cast.gangnan, "港南小学"))
    nobodys = Visit.rise(session, MONDAY, cast.make.site(cast.rixin, "日新市场"))
    at = MONDAY + HOUR
    assert todays_walk(session, cast.li, at).unscheduled == [own, nobodys]
    assert todays_walk(session, cast.qian, at).unscheduled == [nobodys]
    assert todays_walk(session, cast.sun, at).unscheduled == []


@pytest.mark.parametrize(
    ("at", "where"),
    [
        (beijing(EVE, 0), "ahead"),
        (beijing(EVE, 23, 59), "ahead"),
        (beijing(NEW_YEAR, 0), "missed"),
        (beijing(EVE, 0) - timedelta(seconds=1), None),
    ],
)
def test_a_day_begins_and_ends_at_midnight_in_beijing(cast, at, where):
    visit = cast.visit(beijing(EVE, 20))
    found = todays_walk(cast.session, cast.li, at)
    assert [name for name, visits in vars(found).items() if visits == [visit]] == ([where] if where else [])

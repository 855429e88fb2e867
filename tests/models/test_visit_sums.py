"""The diary and the monthly report: sums of what was written down, by the month in Beijing."""

from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest

from models.base import BEIJING
from models.contact import Daypart
from models.life import Kind
from models.visit_sums import FIGURES, after, by_community, by_officer, by_unit, diary, total
from tests.cast import DAY, MONDAY

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
NOVEMBER, DECEMBER, JANUARY = date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)


def done(cast, at=MONDAY, by=None, late=timedelta(0), **what):
    """A visit of an hour, begun `late`, and what came of it."""
    counts = what.pop("counts", {"households": 1})
    visit = cast.visit(at, officers=[by or cast.li, *what.pop("along", [])], **what)
    visit.went_at = at + late
    cast.step(visit, "record", by or cast.li, at + late + HOUR, **counts)
    return visit


def figures(rows):
    return {found.name if found else None: +sums for found, sums in rows if sums.total()}


def test_sums_per_officer_and_community_count_each_visit_once(cast, session):
    done(cast, counts={"households": 2, "people": 3, "hazards": 1}, along=[cast.zhao])
    done(cast, MONDAY + 2 * HOUR, late=HOUR + SECOND)
    visit = done(cast, MONDAY + 4 * HOUR, by=cast.zhao, community=cast.rixin, counts={"units": 1, "people": 5})
    visit.raised, visit.surveyed = 2, 4
    cast.visit(MONDAY + 6 * HOUR, community=cast.rixin)  # missed
    cast.visit(MONDAY + DAY)  # to come
    off = cast.visit(MONDAY + 8 * HOUR)
    cast.step(off, "call_off", cast.wang, MONDAY, reason="下大雨。")
    done(cast, by=cast.sun, community=cast.hedong)
    session.flush()
    at = MONDAY + 10 * HOUR
    li = {"visits": 2, "on_time": 1, "missed": 1, "households": 3, "people": 3, "hazards": 1}
    zhao = {"visits": 1, "on_time": 1, "units": 1, "people": 5, "raised": 2, "surveyed": 4}
    assert figures(by_officer(session, cast.he, cast.station, NOVEMBER, at)) == {"李建平": Counter(li), "赵一鸣": Counter(zhao)}
    assert figures(by_community(session, cast.li, cast.station, NOVEMBER, at)) == {
        "港南社区": Counter(li) - Counter(missed=1),
        "日新社区": Counter(zhao) + Counter(missed=1),
    }
    units = by_unit(session, cast.gao, NOVEMBER, at)
    assert [(unit.name, sums["visits"]) for unit, sums in units] == [("城南派出所", 3), ("河东派出所", 1)]
    assert total(units)["people"] == 8 and set(total(units)) <= set(FIGURES)
    assert figures(by_officer(session, cast.sun, cast.station, NOVEMBER, at)) == {}, "elsewhere is out of sight"
    assert {o.name for o, _sums in by_officer(session, cast.wang, cast.station, NOVEMBER, at)} == {
        *("李建平", "赵一鸣", "钱进", "王海峰", "刘慧", "周磊")
    }


def test_a_complaint_stands_in_nobodys_figures(cast, session):
    complaint = cast.make.card(cast.gangnan, kind=Kind.COMPLAINT, about="").matter
    complaint.station, complaint.handler = cast.station, cast.wang
    done(cast, by=cast.wang, matter=complaint, community=None)
    session.flush()
    for who in (cast.wang, cast.li):
        assert figures(by_officer(session, who, cast.station, NOVEMBER, MONDAY + DAY)) == {}


@pytest.mark.parametrize(
    ("left", "month"),
    [((2026, 12, 31, 21, 59), DECEMBER), ((2026, 11, 30, 21, 0), NOVEMBER), ((2027, 1, 1, 9, 0), JANUARY)],
)
def test_a_month_begins_and_ends_at_midnight_in_beijing(cast, session, left, month):
    left_at = datetime(*left, tzinfo=BEIJING)
    done(cast, left_at - HOUR)
    at = left_at + 60 * DAY
    held = [m for m in (NOVEMBER, DECEMBER, JANUARY) if figures(by_officer(session, cast.li, cast.station, m, at))]
    assert held == [month]


def test_the_last_moment_of_a_year_and_the_first_of_the_next(cast, session):
    visit = done(cast)
    midnight = datetime.combine(JANUARY, time(), BEIJING)
    for left_at, month in ((midnight - SECOND, DECEMBER), (midnight, JANUARY)):
        visit.left_at = left_at
        session.flush()
        counted = [m for m in (DECEMBER, JANUARY) if by_community(session, cast.li, cast.station, m, midnight)[0][1]["visits"]]
        assert counted == [month]
    assert (after(DECEMBER), after(NOVEMBER)) == (JANUARY, DECEMBER)


def test_the_diary_is_ones_own_last_first_and_a_heads_the_stations(cast, session):
    first, along = done(cast), done(cast, MONDAY + 2 * HOUR, by=cast.zhao, along=[cast.li])
    others, last = done(cast, MONDAY + 2 * HOUR, by=cast.qian), done(cast, MONDAY + 4 * HOUR)
    elsewhere = done(cast, by=cast.sun, community=cast.hedong)
    cast.visit(MONDAY, daypart=Daypart.MORNING)

    def read(by, behind=None):
        return session.scalars(diary(by, behind)).all()

    assert read(cast.li) == read(cast.zhou) == [last, along, first]
    assert read(cast.zhao) == [along] and read(cast.sun) == [elsewhere]
    assert read(cast.wang) == [last, others, along, first]
    assert read(cast.wang, (others.left_at, others.id)) == [along, first], "two that ended at one moment"

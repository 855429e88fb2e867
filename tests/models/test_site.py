"""Must-visit sites: the list of a station, what is due next, and the clock that makes a visit of it once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from blueprints.queue.commands import do_what_is_due
from models import rules
from models.base import beijing_date, now
from models.must_visit import sites_to_visit, standings
from models.site import Site
from models.steps import Fault, Stale
from models.visit import Visit
from tests.cast import DAY, MONDAY


def test_a_station_keeps_its_list(cast, session):
    given = {"name": "日新菜市场", "community": cast.rixin, "grid": None, "address": "日新路1号", "phone": ""}
    site = Site.add(session, cast.he, MONDAY, interval_days=14, **given)
    session.commit()
    assert [one.site for one in standings(session, cast.wang, MONDAY)] == [site]
    assert standings(session, cast.ma, MONDAY) == []
    site.change(cast.wang, MONDAY, 1, interval_days=7, **given)
    with pytest.raises(Stale):
        site.change(cast.wang, MONDAY, 1, interval_days=1, **given)
    site.take_off(cast.wang, MONDAY, 2)
    assert standings(session, cast.wang, MONDAY) == [] and sites_to_visit(session, MONDAY + 40 * DAY) == []


@pytest.mark.parametrize("days", [0, -1, 367, 10**9])
def test_an_interval_is_between_a_day_and_a_year(cast, session, days):
    with pytest.raises(Fault) as fault:
        Site.add(session, cast.he, MONDAY, interval_days=days, name="日新菜市场", community=cast.rixin, grid=None)
    assert fault.value.field == "interval_days"


def test_a_list_ends_somewhere(cast, session, monkeypatch):
    monkeypatch.setattr(rules, "SITES_MAX", 1)
    cast.make.site(cast.gangnan, "港南小学")
    with pytest.raises(Fault):
        Site.add(session, cast.he, MONDAY, interval_days=7, name="日新菜市场", community=cast.rixin, grid=None)


def test_what_is_due_first_stands_first_and_says_whether_somebody_goes(cast, session):
    school, market = cast.make.site(cast.gangnan, "港南小学"), cast.make.site(cast.rixin, "日新菜市场", interval_days=7)
    cast.visit(MONDAY + DAY, site=school, community=None)
    first, second = standings(session, cast.he, MONDAY)
    assert (first.site, first.due, first.is_planned) == (market, beijing_date(MONDAY + 7 * DAY), False)
    assert (second.site, second.due, second.is_planned) == (school, beijing_date(MONDAY + 30 * DAY), True)


def test_a_visit_about_a_complaint_is_no_look_at_a_site(cast, session):
    school = cast.make.site(cast.gangnan, "港南小学")
    visit = cast.visit(MONDAY, site=school, community=None)
    visit.reserved = True
    assert not standings(session, cast.he, MONDAY)[0].is_planned
    cast.step(visit, "record", cast.li, MONDAY + DAY / 24, households=1)
    assert standings(session, cast.he, MONDAY)[0].seen is None


def test_what_was_called_off_rises_again_on_another_day(cast, session):
    site, at = cast.make.site(cast.gangnan, "港南小学"), MONDAY + 30 * DAY
    visit = Visit.rise(session, at, site)
    cast.step(visit, "call_off", cast.wang, at, reason="学校放假。")
    assert sites_to_visit(session, at) == []
    assert sites_to_visit(session, at + DAY) == [site]


def test_two_machines_at_once_make_one_visit(another_app, cast, session):
    cast.make.site(cast.gangnan, "港南小学", since=now() - 31 * DAY)
    cast.make.site(cast.rixin, "日新菜市场", since=now() - 2 * DAY)
    session.commit()

    def tick(app):
        with app.app_context():
            do_what_is_due()

    with ThreadPoolExecutor() as machines:
        list(machines.map(tick, [another_app(), another_app()]))
    session.rollback()
    assert [visit.title for visit in session.query(Visit)] == ["港南小学"]

"""Tiers: who looks after a town, a community, a grid; when each was last seen, by anybody and by that person."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from models import tier
from models.audit import AuditLine
from models.base import beijing_date
from models.officer import Role
from models.slot import Slot
from models.steps import Fault
from models.tier import Level, TierLink
from models.unit import Grid
from models.visit import Visit
from tests.cast import DAY, MONDAY

HOUR = timedelta(hours=1)


@pytest.fixture
def grid(cast):
    cast.gangnan.grids.append(Grid(number=1, name="1网格"))
    cast.session.commit()
    return cast.gangnan.grids[0]


def place(cast, by, code):
    return next(one for one in tier.places(cast.session, by) if one.code == code)


def found(cast, by, code, at=MONDAY):
    return next(one for rows in tier.tiers(cast.session, by, at).values() for one in rows if one.place.code == code)


def seen(cast, at, by, **what):
    cast.step(cast.visit(at, officers=[by], **what), "record", by, at + HOUR, households=1)


def test_a_grid_is_the_responsible_officers_until_a_head_names_somebody(cast, session, grid):
    assert found(cast, cast.zhao, "10101/1").officer is cast.li
    assert found(cast, cast.zhao, "10101").officer is None
    tier.appoint(session, cast.wang, MONDAY, place(cast, cast.wang, "10101/1"), cast.zhao)
    session.commit()
    assert (found(cast, cast.li, "10101/1").officer, found(cast, cast.li, "10101/1").is_set) == (cast.zhao, True)
    assert session.query(AuditLine).filter_by(action="appoint").one().subject_uid == cast.zhao.uid
    tier.appoint(session, cast.wang, MONDAY, place(cast, cast.wang, "10101/1"), cast.qian)
    assert found(cast, cast.li, "10101/1").officer is cast.qian and session.query(TierLink).count() == 1
    tier.appoint(session, cast.wang, MONDAY, place(cast, cast.wang, "10101/1"), None)
    assert found(cast, cast.li, "10101/1").officer is cast.li and session.query(TierLink).count() == 0


def test_who_left_looks_after_nothing(cast, session, grid):
    tier.appoint(session, cast.wang, MONDAY, place(cast, cast.wang, "10101/1"), cast.zhao)
    cast.zhao.active = False
    session.commit()
    assert found(cast, cast.wang, "10101/1").officer is cast.li


@pytest.mark.parametrize(
    ("by", "code", "officer", "may"),
    [
        ("gao", "城南街道", "wang", True),
        ("gao", "城南街道", "gao", True),
        ("gao", "城南街道", "li", False),
        ("gao", "10101", "li", False),
        ("wang", "城南街道", "wang", False),
        ("wang", "10101", "gao", True),
        ("wang", "10101", "he", False),
        ("wang", "10101/1", "zhou", True),
        ("wang", "10101/1", "gao", False),
        ("wang", "10101/1", "sun", False),
        ("li", "10101/1", "li", False),
        ("li", "10101/1", None, False),
    ],
)
def test_the_bureau_names_leaders_for_towns_and_heads_their_people_for_the_rest(cast, session, grid, by, code, officer, may):
    by, officer = getattr(cast, by), officer and getattr(cast, officer)
    where = place(cast, by, code)
    if may:
        tier.appoint(session, by, MONDAY, where, officer)
        assert found(cast, by, code).officer is officer
        return
    with pytest.raises(Fault):
        tier.appoint(session, by, MONDAY, where, officer)


def test_each_says_when_anybody_was_there_and_when_that_person(cast, session, grid):
    tier.appoint(session, cast.wang, MONDAY, place(cast, cast.wang, "10101"), cast.wang)
    tier.appoint(session, cast.gao, MONDAY, place(cast, cast.gao, "城南街道"), cast.liu)
    seen(cast, MONDAY - 40 * DAY, cast.li, grid=grid)
    seen(cast, MONDAY - 29 * DAY, cast.zhao)
    cast.visit(MONDAY + DAY)  # is still to come
    suns = {"officers": [cast.sun], "slots": [Slot(MONDAY - 35 * DAY, MONDAY - 35 * DAY + HOUR)], "reason": "看看路灯"}
    (elsewhere,) = Visit.plan(session, cast.ma, MONDAY - 35 * DAY, community=cast.hedong, **suns)
    cast.step(elsewhere, "record", cast.sun, MONDAY - 35 * DAY + HOUR, households=1)
    today, day = beijing_date(MONDAY), lambda n: beijing_date(MONDAY - n * DAY)
    assert (found(cast, cast.li, "10101/1").seen, found(cast, cast.li, "10101/1").seen_by_officer) == (day(40), day(40))
    assert found(cast, cast.li, "10101/1").is_neglected(today)
    community = found(cast, cast.li, "10101")
    assert (community.seen, community.seen_by_officer, community.is_neglected(today)) == (day(29), None, False)
    assert community.is_neglected(today + DAY)
    assert found(cast, cast.gao, "城南街道").seen == day(29) and found(cast, cast.li, "10103").is_neglected(today)
    cast.step(cast.visit(MONDAY, officers=[cast.zhao, cast.liu]), "record", cast.liu, MONDAY + HOUR, households=1)
    assert found(cast, cast.gao, "城南街道").seen_by_officer == today, "who came along was there too"


def test_a_visit_about_a_complaint_is_no_visit_to_a_place(cast):
    seen(cast, MONDAY - 40 * DAY, cast.zhao)
    about = cast.visit(MONDAY, officers=[cast.li])
    about.reserved = True
    cast.step(about, "record", cast.li, MONDAY + HOUR, households=1)
    assert found(cast, cast.li, "10101").seen == beijing_date(MONDAY - 40 * DAY)


def test_the_bureau_sees_towns_and_communities_and_a_station_its_own(cast, grid):
    gao, li = tier.tiers(cast.session, cast.gao, MONDAY), tier.tiers(cast.session, cast.li, MONDAY)
    assert [one.place.code for one in gao[Level.COMMUNITY]] == ["10101", "10103", "10201"] and gao[Level.GRID] == []
    assert [one.place.code for one in li[Level.COMMUNITY]] == ["10101", "10103"]
    assert [one.place.name for one in li[Level.GRID]] == ["港南社区 1网格"]


def test_it_costs_the_same_however_much_there_is(cast, session, grid):
    def cost():
        statements = []

        def note(*call):
            statements.append(call[2])

        session.commit()
        by = session.merge(cast.wang)
        session.refresh(by)
        event.listen(session.get_bind(), "before_cursor_execute", note)
        tier.tiers(session, by, MONDAY)
        event.remove(session.get_bind(), "before_cursor_execute", note)
        return len(statements)

    few = cost()
    for n in range(5):
        officer = cast.make.officer(f"民警{n}", cast.station, Role.OFFICER)
        community = cast.make.community(cast.station, f"1011{n}", f"第{n}社区", officer)
        community.grids.append(Grid(number=1, name="1网格"))
        session.flush()
        seen(cast, MONDAY - DAY, officer, community=community, grid=community.grids[0])
    session.commit()
    session.expunge_all()
    assert cost() <= few

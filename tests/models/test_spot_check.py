"""The spot check: who may look at a visit, once, and who reads what was said."""

import pytest

from models.base import beijing_date
from models.steps import Fault, Refused
from models.visit_sums import by_officer
from tests.cast import DAY, MONDAY

REMARK = {"remark": "问了两户，都说民警来过，讲得清楚。"}


@pytest.fixture
def visit(cast):
    """Li went together with Liu, a head."""
    visit = cast.visit(MONDAY, officers=[cast.li, cast.liu])
    cast.step(visit, "record", cast.li, MONDAY, households=1)
    return visit


@pytest.mark.parametrize("name", ["li", "liu", "qian", "he", "zhou"])
def test_whoever_went_or_is_no_head_checks_nothing(cast, visit, name):
    with pytest.raises(Refused):
        cast.step(visit, "check", getattr(cast, name), MONDAY + DAY, **REMARK)


@pytest.mark.parametrize("name", ["wang", "gao"])
def test_a_head_who_did_not_go_and_the_bureau_check_it_once(cast, visit, name):
    by = getattr(cast, name)
    with pytest.raises(Fault):
        cast.step(visit, "check", by, MONDAY + DAY, remark="")
    cast.step(visit, "check", by, MONDAY + DAY, **REMARK)
    assert (visit.checker, visit.remark, visit.state.code) == (by, REMARK["remark"], "done")
    with pytest.raises(Refused):
        cast.step(visit, "check", cast.wang, MONDAY + DAY, remark="又看了一遍。")


def test_only_whoever_went_and_heads_read_it(cast, visit):
    assert not any(visit.shows_remark_to(officer) for officer in cast.everyone())
    cast.step(visit, "check", cast.wang, MONDAY + DAY, **REMARK)
    readers = {officer.username for officer in cast.everyone() if visit.shows_remark_to(officer)}
    assert readers & {"li", "zhao", "qian", "wang", "liu", "he", "zhou", "gao"} == {"li", "wang", "liu", "gao"}


def test_the_report_counts_it_for_whoever_answers_for_the_visit(cast, session, visit):
    other = cast.visit(MONDAY + DAY)
    cast.step(other, "record", cast.li, MONDAY + DAY, households=1)
    cast.step(visit, "check", cast.wang, MONDAY + DAY, **REMARK)
    month = beijing_date(MONDAY).replace(day=1)
    sums = dict(by_officer(session, cast.wang, cast.station, month, MONDAY + 2 * DAY))
    assert (sums[cast.li]["visits"], sums[cast.li]["checked"], sums[cast.liu]["checked"]) == (2, 1, 0)


def test_what_is_not_done_is_not_checked(cast):
    with pytest.raises(Refused):
        cast.step(cast.visit(MONDAY), "check", cast.wang, MONDAY, **REMARK)


def test_no_ledger_tells_of_it(cast):
    matter = cast.accepted()
    visit = cast.visit(MONDAY, matter=matter)
    cast.step(visit, "record", cast.li, MONDAY, households=1)
    lines = len(matter.entries)
    cast.step(visit, "check", cast.wang, MONDAY + DAY, **REMARK)
    assert len(matter.entries) == lines

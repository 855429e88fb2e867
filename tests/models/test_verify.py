"""The check at the door: four digits say yes at one place, for a while, and no to everything else."""

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import event

from models.base import BEIJING, beijing_date
from models.going import Carried
from models.place import Plate
from models.task import TaskState
from models.unit import Grid
from models.verify import code_of, find
from tests.cast import DAY, MONDAY

KEY = b"\x11" * 32
MINUTE = timedelta(minutes=1)
HOUR = 60 * MINUTE
TO_19 = 9 * HOUR  # MONDAY is 10:00; the visit is from 19:00 to 20:00


@pytest.fixture
def visit(cast):
    """Li goes to Gangnan, to nobody's grid; Sun is in his own community at the same time."""
    cast.visit(MONDAY + TO_19, community=cast.hedong, officers=[cast.sun])
    return cast.visit(MONDAY + TO_19)


@pytest.fixture
def says(session, cast):
    """What is found by the digits of a visit, in Gangnan unless somewhere else."""

    def says(visit, at, community=None, plate=None, digits=None):
        session.flush()
        session.expire_all()  # as another request reads it
        return find(session, KEY, code_of(KEY, visit) if digits is None else digits, community or cast.gangnan, plate, at)

    return says


@pytest.mark.parametrize(
    ("minutes", "known"),
    [(-31, False), (-30, True), (-29, True), (0, True), (60, True), (149, True), (150, True), (151, False)],
)
def test_it_is_known_from_30_minutes_before_to_90_after(visit, says, minutes, known):
    assert says(visit, visit.begins_at + minutes * MINUTE) is (visit if known else None)


@pytest.mark.parametrize("n", range(3))
def test_digits_are_four_and_those_of_this_visit_alone(cast, visit, says, n):
    code, at = code_of(KEY, visit), MONDAY + TO_19
    assert len(code) == 4 and code.isdigit() and code_of(b"\x12" * 32, visit) != code
    wrong = f"{(int(code) + 1) % 10000:04}"
    assert says(visit, at, digits=[wrong, "", f"{code}0"][n]) is None
    assert says(visit, at, digits=code.translate(str.maketrans("0123456789", "０１２３４５６７８９")) + " ") is visit


def test_it_is_known_in_its_community_and_grid_alone(cast, session, visit, says):
    ours, other = (
        Grid(community_id=cast.gangnan.id, number=1, name="1网格"),
        Grid(community_id=cast.gangnan.id, number=2, name="2网格"),
    )
    here, there = (Plate(community=cast.gangnan, grid=grid, building="1幢", shared=True) for grid in (ours, other))
    session.add_all([here, there])
    at = MONDAY + TO_19
    assert says(visit, at, cast.rixin) is None and says(visit, at, cast.hedong) is None
    assert says(visit, at, plate=there) is visit
    visit.grid = ours
    assert says(visit, at) is says(visit, at, plate=here) is visit and says(visit, at, plate=there) is None


def test_a_new_time_has_new_digits(cast, visit, says):
    old, at = code_of(KEY, visit), MONDAY + TO_19
    again = {"day": beijing_date(MONDAY), "begins": time(19), "ends": time(20), "reason": "还是原来的时间。"}
    cast.step(visit, "schedule", cast.li, MONDAY, **again)
    assert says(visit, at, digits=old) is None and says(visit, at) is visit


def test_what_was_called_off_is_not_known(cast, visit, says):
    cast.step(visit, "call_off", cast.wang, MONDAY, reason="下大雨。")
    assert says(visit, MONDAY + TO_19) is None


def test_what_is_under_way_is_known_until_midnight(cast, visit, says):
    set_out = MONDAY + TO_19 - 2 * HOUR
    cast.step(visit, "start", cast.li, set_out, carried=list(Carried))
    midnight = datetime.combine(beijing_date(MONDAY + DAY), time(), BEIJING)
    assert says(visit, set_out) is says(visit, midnight - MINUTE) is visit
    assert says(visit, midnight) is None and visit.state is TaskState.UNDER_WAY


def test_what_is_done_is_known_as_over_within_its_time(cast, visit, says):
    at = visit.begins_at + 40 * MINUTE
    cast.step(visit, "record", cast.li, at, households=1)
    assert says(visit, at + MINUTE) is visit and visit.ended_at == at
    assert says(visit, visit.due_at + 91 * MINUTE) is None


def test_a_hundred_visits_cost_no_more_than_one(cast, session, visit, says):
    statements = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *given: statements.append(given[2]))

    def cost(**what):
        del statements[:]
        says(visit, MONDAY + TO_19, **what)
        return len([one for one in statements if one.startswith("SELECT")])

    alone, none = cost(), cost(digits="12345")
    for n in range(100):
        cast.visit(MONDAY + TO_19, officers=[cast.make.officer(f"同事{n}", cast.station)])
    assert (cost(), cost(digits="12345")) == (alone, none)

"""After a visit: putting its record right, the end of its photos, and what was said on it."""

from datetime import time, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from models.audit import AuditLine
from models.base import Base
from models.correcting import photos_kept_too_long
from models.going import Carried
from models.life import Door, Kind
from models.matter import Matter
from models.photo import Drawn, Photo
from models.receiving import receive_on
from models.steps import CLOCK, Fault, OutOfSight, Refused
from tests.cast import DAY, MONDAY

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
PHOTO = Drawn(b"a photo", 4, 3)


@pytest.fixture
def under_way(cast):
    """Li's visit of Monday, set out for at 10."""
    visit = cast.visit(MONDAY)
    cast.step(visit, "start", cast.li, MONDAY, carried=list(Carried))
    return visit


@pytest.fixture
def done(cast, under_way):
    """The same, recorded at 11, with a photo."""
    cast.step(under_way, "record", cast.li, MONDAY + HOUR, households=3, people=5, diary="打13900001234", photos=[PHOTO])
    return under_way


def test_who_went_puts_the_record_right_for_seven_days(cast, session, done):
    last = MONDAY + HOUR + 7 * DAY
    cast.step(done, "correct", cast.zhou, last, households=2, people=4, went=time(10, 5), left=time(11, 30))
    assert (done.households, done.people, done.diary, done.state.code) == (2, 4, None, "done")
    assert (done.went_at, done.left_at) == (MONDAY + 5 * MINUTE, MONDAY + HOUR + 30 * MINUTE)
    assert done.ended_at == MONDAY + HOUR and len(done.photos) == 1
    session.commit()
    assert session.scalars(select(AuditLine.action).order_by(AuditLine.id.desc())).first() == "correct"
    with pytest.raises(Refused):
        cast.step(done, "correct", cast.li, last + MINUTE, households=1)


def test_the_times_stay_where_none_are_given_and_nobody_else_corrects(cast, done):
    cast.step(done, "correct", cast.li, MONDAY + 2 * DAY, households=1)
    assert (done.went_at, done.left_at) == (MONDAY, MONDAY + HOUR)
    for by in (cast.zhao, cast.wang):
        with pytest.raises(Refused):
            cast.step(done, "correct", by, MONDAY + 2 * DAY, households=9)
    with pytest.raises(Fault) as fault:
        cast.step(done, "correct", cast.li, MONDAY + 2 * DAY, households=1, photos=[PHOTO] * 12)
    assert fault.value.field == "photos"


def test_what_was_settled_by_phone_has_no_record_to_correct(cast):
    visit = cast.slip(MONDAY)
    cast.step(visit, "ask_call", visit.card, MONDAY, phone="13900001234", consent=True)
    cast.step(visit, "call", cast.li, MONDAY)
    assert visit.state.code == "done" and visit.hears(cast.li, MONDAY)  # what she said on the phone
    with pytest.raises(Refused):
        cast.step(visit, "correct", cast.li, MONDAY, households=1)


def test_who_did_not_go_reads_numbers_in_the_diary_masked(cast, done):
    assert [who.username for who in cast.everyone() if not done.hides_numbers_from(who)] == ["li", "zhou"]


def test_its_photos_go_after_90_days_and_what_was_counted_stays(cast, session, done):
    end = MONDAY + HOUR + 90 * DAY
    assert photos_kept_too_long(session, end) == []
    with pytest.raises(Refused):
        cast.step(done, "erase", CLOCK, end)
    assert photos_kept_too_long(session, end + MINUTE) == [done]
    cast.step(done, "erase", CLOCK, end + MINUTE)
    assert session.query(Photo).count() == 0 and done.households == 3
    assert photos_kept_too_long(session, end + MINUTE) == []


def test_photos_of_a_visit_go_with_the_others_when_the_resident_erases_hers(cast, session):
    matter = cast.accepted(photos=[PHOTO])
    cast.step(matter, "visit", cast.li, MONDAY, day=MONDAY.date(), begins=time(11), ends=time(12))
    cast.step(matter.visits[0], "record", cast.li, MONDAY + HOUR, households=1, photos=[PHOTO])
    assert session.query(Photo).count() == 2
    cast.step(matter, "erase", matter.cards[0], MONDAY + HOUR)
    assert session.query(Photo).count() == 0


def say(cast, visit, by, at, submission_id, body="楼道里的灯也坏了。"):
    return receive_on(
        visit,
        cast.session,
        at=at,
        submission_id=submission_id,
        received_by=by,
        community=cast.gangnan,
        kind=Kind.REQUEST,
        body=body,
        points=[],
        place="",
        door=Door.VISIT,
    )


def test_what_is_said_on_a_visit_is_a_matter_and_counts_once(cast, session, under_way):
    version = under_way.version
    first = say(cast, under_way, cast.li, MONDAY, "1")
    assert say(cast, under_way, cast.li, MONDAY, "1") is first and under_way.raised == 1
    say(cast, under_way, cast.zhou, MONDAY, "2")
    assert (under_way.raised, session.query(Matter).count()) == (2, 2)
    assert under_way.version == version  # the record that somebody is filling in meanwhile can still be sent


def test_it_is_said_under_way_or_on_the_same_day_to_who_goes(cast, session, under_way):
    planned = cast.visit(MONDAY + 2 * HOUR)
    assert not planned.hears(cast.li, MONDAY)
    for by in (cast.zhao, cast.wang, cast.sun):
        with pytest.raises(OutOfSight):
            say(cast, under_way, by, MONDAY, str(uuid4()))
    cast.step(under_way, "record", cast.li, MONDAY + HOUR, households=1)
    say(cast, under_way, cast.li, MONDAY + 13 * HOUR + 59 * MINUTE, "the last minute of the day")
    with pytest.raises(OutOfSight):
        say(cast, under_way, cast.li, MONDAY + 14 * HOUR, "midnight")
    assert under_way.raised == 1 and session.query(Matter).count() == 1


def test_nothing_leads_from_a_matter_to_the_visit_on_which_it_was_said_or_to_another_said_there(cast, session, under_way):
    """Two matters of one household could be joined by it: walk every row that names either."""
    matters = [say(cast, under_way, cast.li, MONDAY, str(n)).matter for n in (1, 2)]
    session.commit()
    rows = {
        table.name: [dict(row) for row in session.execute(table.select()).mappings()] for table in Base.metadata.tables.values()
    }
    assert rows["visit_matter"] == [] and rows["visit"][0]["raised"] == 2
    assert [task["matter_id"] for task in rows["task"] if task["kind"] == "visit"] == [None]
    assert [(entry["step"], entry["values"], entry["text"]) for entry in rows["entry"]] == [
        ("take_down", {"door": Door.VISIT}, None)
    ] * 2
    naming = [name for name, found in rows.items() for row in found if under_way.uid in map(str, row.values())]
    assert set(naming) == {"task", "audit_line"}
    about = [line for line in rows["audit_line"] if under_way.uid in map(str, line.values())]
    assert [line["action"] for line in about] == ["plan", "start"]
    for one, other in (matters, reversed(matters)):
        assert not [
            name for name, found in rows.items() for row in found if {one.uid, other.uid} <= set(map(str, row.values()))
        ]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "went"),
        ({"left": time(11, 0)}, "went"),
        ({"went": time(10, 0)}, "left"),
        ({"went": time(11, 0), "left": time(10, 0)}, "left"),
        ({"went": time(10, 0), "left": time(11, 0)}, None),
    ],
)
def test_a_visit_of_another_day_is_written_down_with_both_its_hours(cast, fields, field):
    visit = cast.visit(MONDAY)
    later = MONDAY + 2 * DAY
    if field is None:
        cast.step(visit, "record", cast.li, later, households=1, **fields)
        assert visit.left_at == MONDAY + HOUR
        return
    with pytest.raises(Fault) as fault:
        cast.step(visit, "record", cast.li, later, households=1, **fields)
    assert fault.value.field == field

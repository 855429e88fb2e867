"""Pairings: begun by consent, kept going by the clock, ended by either side and then erased."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from models import pairing_duty
from models.audit import AuditLine
from models.base import beijing_date
from models.officer import Role
from models.pairing import Pairing, PairingState, Wanted, Why, counts, listed, standings, to_raise
from models.pairing_duty import How, PairingDuty
from models.rhythm import Duty
from models.steps import CLOCK, Fault, OutOfSight, Refused
from models.task import TaskState, held_by, mine, row, unclaimed
from models.unit import Grid
from tests.cast import DAY, MONDAY
from tests.models.test_workdays import at


def open_now(pairing):
    return {duty.duty: duty for duty in pairing.open_duties}


def tick(cast, moment):
    """What the clock does for pairings."""
    for duty in pairing_duty.gone_by(cast.session, moment):
        cast.step(duty, "miss", CLOCK, moment)
    for pairing in to_raise(cast.session, moment):
        pairing.raise_duties(moment)
    cast.session.flush()


@pytest.fixture
def pairing(cast):
    return cast.pairing(MONDAY)


# ── the beginning


def test_it_begins_with_a_code_and_what_is_to_be_done(cast, session, pairing):
    grid = Grid(community_id=cast.gangnan.id, number=3, name="3网格")
    session.add(grid)
    second, elsewhere = (
        cast.pairing(grid=grid),
        cast.pairing(by=cast.sun, officer=cast.sun, community=cast.hedong),
    )
    assert [one.code for one in (pairing, second, elsewhere)] == ["J-01", "J-02", "J-01"]
    assert second.area == "港南社区 3网格"
    rows = [(row.title, row.area, row.due_at) for row in session.execute(mine(cast.li)) if "J-02" in row.title]
    assert rows == [
        ("J-02 每周联系", second.area, at(11, 20, 18)),
        ("J-02 每月走访", second.area, at(11, 30, 18)),
        ("J-02 今年实事 0/1", second.area, at(12, 31, 18)),
    ]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("consent", {"consent": None}),
        ("consented_on", {"consented_on": None}),
        ("consented_on", {"consented_on": beijing_date(MONDAY + DAY)}),
        ("needs", {"needs": []}),
        ("line", {"line": "电话13900001234"}),
        ("line", {"line": "长" * 81}),
        ("officer", {"officer": "sun"}),
        ("officer", {"officer": "zhou"}),
        ("officer", {"community": "hedong"}),
    ],
)
def test_without_consent_or_with_too_much_said_none_begins(cast, field, changes):
    changes = {name: getattr(cast, value) if name in ("officer", "community") else value for name, value in changes.items()}
    with pytest.raises(Fault) as fault:
        cast.pairing(**changes)
    assert fault.value.field == field


def test_the_same_form_twice_begins_one(cast):
    assert cast.pairing(uid="a" * 32) is cast.pairing(uid="a" * 32)


# ── the rhythm


def test_the_clock_asks_anew_each_week_and_keeps_what_went_by(cast, session, pairing):
    cast.step(open_now(pairing)[Duty.CONTACT], "record", cast.li, MONDAY + DAY, how=How.CALL, text="都好")
    tick(cast, MONDAY + 2 * DAY)
    assert Duty.CONTACT not in open_now(pairing), "once a week"
    for week in (1, 2):
        tick(cast, MONDAY + week * 7 * DAY)
    missed = session.scalars(select(PairingDuty).where(PairingDuty.missed)).one()
    assert (missed.since, missed.state, missed.due_at) == (beijing_date(MONDAY + 7 * DAY), TaskState.CALLED_OFF, at(11, 27, 18))
    assert open_now(pairing)[Duty.CONTACT].since == beijing_date(MONDAY + 14 * DAY)
    assert pairing.counted == {"contact": 1, "missed": 1}
    with pytest.raises(Refused):
        cast.step(missed, "record", cast.li, MONDAY + 14 * DAY, how=How.CALL)


def test_the_last_hour_of_a_week_still_counts_and_the_next_does_not(cast, pairing):
    duty = open_now(pairing)[Duty.CONTACT]
    assert not pairing_duty.gone_by(cast.session, at(11, 22, 23, 59))
    assert not duty.steps["record"].refusal(duty, cast.li, at(11, 22, 23, 59))
    assert duty.steps["record"].refusal(duty, cast.li, at(11, 23, 0))
    assert pairing_duty.gone_by(cast.session, at(11, 23, 0)) == [duty]
    assert not duty.steps["miss"].why_not(duty, CLOCK, at(11, 23, 0)) and duty.steps["miss"].why_not(
        duty, CLOCK, at(11, 22, 23)
    )


def test_the_new_year_begins_new_deeds_and_goes_on_with_the_week(cast, pairing):
    cast.step(open_now(pairing)[Duty.DEED], "record", cast.li, MONDAY, text="换了灯管")
    tick(cast, MONDAY + DAY)
    assert Duty.DEED not in open_now(pairing), "one was owed from mid-November on"
    tick(cast, at(12, 31, 23))
    week = open_now(pairing)[Duty.CONTACT]
    tick(cast, at(1, 1, 0, 5, year=2027))
    now = open_now(pairing)
    assert now[Duty.CONTACT] is week and now[Duty.VISIT].due_at == at(1, 29, 18, year=2027)
    assert (now[Duty.DEED].title, now[Duty.DEED].due_at) == ("J-01 今年实事 0/2", at(6, 30, 18, year=2027))
    cast.step(now[Duty.DEED], "record", cast.li, at(1, 2, 9, year=2027), text="修了水龙头")
    tick(cast, at(1, 2, 10, year=2027))
    assert open_now(pairing)[Duty.DEED].title == "J-01 今年实事 1/2"


def test_a_visit_is_its_weeks_word_too(cast, pairing):
    duties = open_now(pairing)
    cast.step(duties[Duty.VISIT], "record", cast.zhou, MONDAY + DAY, text="看了看煤气管")
    assert (duties[Duty.CONTACT].state, duties[Duty.CONTACT].done_by, duties[Duty.CONTACT].how) == (
        TaskState.DONE,
        cast.zhou,
        How.MEET,
    )
    standing = standings(cast.session, MONDAY + DAY, [pairing])[pairing.id]
    assert (standing.contact, standing.visit, standing.deeds, standing.owed) == (True, True, 0, 1)


def test_a_visit_is_no_other_weeks_word(cast, pairing):
    visit = open_now(pairing)[Duty.VISIT]
    tick(cast, MONDAY + 7 * DAY)
    cast.step(visit, "record", cast.li, MONDAY + 7 * DAY)
    assert Duty.CONTACT not in open_now(pairing)
    assert pairing.counted == {"visit": 1, "contact": 1, "missed": 1}


def test_two_clocks_make_one_and_the_database_sees_to_it(cast, session, pairing):
    tick(cast, MONDAY)
    tick(cast, MONDAY)
    assert len(pairing.open_duties) == 3
    again = next(iter(pairing.open_duties))
    session.add(
        PairingDuty(
            pairing=pairing,
            station_id=again.station_id,
            duty=again.duty,
            since=again.since,
            serial=again.serial,
            made_at=MONDAY,
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


@pytest.mark.parametrize(
    ("duty", "field", "given"),
    [
        (Duty.CONTACT, "how", {}),
        (Duty.DEED, "text", {}),
        (Duty.DEED, "text", {"text": "身份证110101199003070000给他复印了"}),
        (Duty.VISIT, "text", {"text": "长" * 81}),
    ],
)
def test_what_was_done_is_said_in_a_line_without_numbers(cast, pairing, duty, field, given):
    with pytest.raises(Fault) as fault:
        cast.step(open_now(pairing)[duty], "record", cast.li, MONDAY, **given)
    assert fault.value.field == field


# ── who sees it


def test_only_the_officer_paired_and_the_heads_see_it(cast, session, pairing):
    duty = open_now(pairing)[Duty.CONTACT]
    seeing = {one for one in cast.everyone() if pairing.is_seen_by(one)}
    assert seeing == {cast.li, cast.wang, cast.liu}
    assert {one for one in cast.everyone() if duty.is_seen_by(one)} == {*seeing, cast.zhou}
    assert {one for one in cast.everyone() if row(session, duty.id, one)} == {*seeing, cast.zhou}, "not by a row of the queue"
    assert len(session.execute(mine(cast.zhou)).all()) == 3
    for one in cast.everyone():
        if one.role is not Role.ADMIN and one.role is not Role.AUDITOR:
            assert not session.execute(unclaimed(one)).all(), one.name
    with pytest.raises(OutOfSight):
        cast.step(pairing, "end", cast.zhao, MONDAY, wanted=Wanted.HOUSEHOLD)


def test_a_look_at_the_phone_is_the_paired_officers_and_logged(cast, session, pairing):
    assert pairing.masked.phone == "139****34" and b"13900001234" not in pairing.phone_sealed
    assert pairing.open_phone(cast.li, MONDAY).phone == "13900001234"
    for other in (cast.wang, cast.zhao, cast.zhou):
        with pytest.raises(Refused):
            pairing.open_phone(other, MONDAY)
    session.commit()
    lines = session.execute(select(AuditLine.actor_uid, AuditLine.subject_uid).where(AuditLine.action == "open_contact")).all()
    assert lines == [(cast.li.uid, pairing.uid)]


def test_a_task_handed_over_is_done_once_by_somebody_else(cast, session, pairing):
    duty = open_now(pairing)[Duty.CONTACT]
    assert {row.id for row in session.execute(held_by(cast.li, cast.wang))} >= {duty.id}
    cast.step(duty, "pass_on", cast.wang, MONDAY, handler=cast.zhao, text="休假")
    assert pairing.is_seen_by(cast.zhao) and pairing.open_phone(cast.zhao, MONDAY) and duty.line == "休假"
    cast.step(duty, "record", cast.zhao, MONDAY, how=How.CALL)
    assert not pairing.is_seen_by(cast.zhao) and duty.line is None
    tick(cast, MONDAY + 7 * DAY)
    assert open_now(pairing)[Duty.CONTACT].assignee_id == cast.li.id
    with pytest.raises(Fault):
        cast.step(open_now(pairing)[Duty.CONTACT], "pass_on", cast.wang, MONDAY + 7 * DAY, handler=cast.he)


def test_another_officer_is_paired_and_has_what_is_open(cast, session, pairing):
    for nobody in (cast.li, cast.he, cast.sun):
        with pytest.raises(Fault):
            cast.step(pairing, "pass_on", cast.wang, MONDAY, handler=nobody)
    cast.step(pairing, "pass_on", cast.wang, MONDAY, handler=cast.zhao)
    assert not pairing.is_seen_by(cast.li) and {duty.assignee for duty in pairing.open_duties} == {cast.zhao}
    assert session.scalars(listed(cast.zhao)).all() == [pairing] and not session.scalars(listed(cast.li)).all()


# ── the end


def test_at_its_end_all_goes_but_code_dates_and_counts(cast, session, pairing):
    cast.step(open_now(pairing)[Duty.VISIT], "record", cast.li, MONDAY, text="教了怎么挂电话")
    end = MONDAY + timedelta(hours=3)
    cast.step(pairing, "end", cast.wang, end, wanted=Wanted.HOUSEHOLD, why=Why.UNWANTED)
    session.commit()
    session.expire_all()
    kept = session.execute(select(Pairing.__table__)).one(), session.execute(select(PairingDuty.__table__)).all()
    assert not [said for said in ("骗子", "挂电话", "1390000") if said in str(kept)] and pairing.phone_sealed is None
    assert (pairing.state, pairing.needs, pairing.line, pairing.ended_at) == (PairingState.ENDED, [], None, end)
    assert counts(session, [pairing])[pairing.id] == {"visit": 1, "contact": 1}
    assert pairing.open_duties == [] and not pairing.counted["missed"], "what is called off with it was not missed"
    tick(cast, MONDAY + 14 * DAY)
    assert pairing.open_duties == []
    assert session.scalars(listed(cast.li, ended=True)).all() == [pairing] and not session.scalars(listed(cast.li)).all()
    with pytest.raises(Refused):
        cast.step(pairing, "end", cast.li, end, wanted=Wanted.OFFICER)


def test_the_database_keeps_nothing_personal_of_one_that_ended(cast, session, pairing):
    cast.step(pairing, "end", cast.li, MONDAY, wanted=Wanted.OFFICER)
    pairing.line = "还留着一句"
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()

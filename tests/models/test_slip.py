"""Nobody at home: the slip, what she chooses by its card, and what becomes of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import slip
from models.audit import AuditLine
from models.base import BEIJING, beijing_date, writing
from models.card import EchoCard
from models.contact import Daypart
from models.going import Carried
from models.matter import Matter
from models.night import Nights
from models.slip import Chosen, Slip, kept_too_long, not_chosen, offered
from models.slot import Slot
from models.steps import CLOCK, Fault, OutOfSight, Refused, Stale
from models.task import TaskState, mine
from models.visit import Visit
from models.who import CARD
from models.workdays import Calendar, Weekday
from tests.cast import DAY, MONDAY

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TUESDAY, WEDNESDAY = date(2026, 11, 17), date(2026, 11, 18)
PHONE = "13900001234"


def hour_of(day, hour, hours=1):
    begin = datetime.combine(day, time(hour), BEIJING)
    return Slot(begin, begin + hours * HOUR)


@pytest.fixture
def visit(cast):
    """What comes of the slip that Li left on Monday at 10."""
    return cast.slip()


def said(visit, at):
    message, values = visit.what_next(at)
    return message % values


# ── leaving one


def test_a_slip_counts_who_was_absent_and_plans_another_visit_without_a_time(cast, session):
    first = cast.visit(MONDAY)
    cast.step(first, "start", cast.li, MONDAY, carried=list(Carried))
    told = first.steps["leave_slip"].take(first, by=cast.li, version=first.version, at=MONDAY, place="幸福里3幢402")
    again = told.card.subject
    assert (first.state, first.absent) == (TaskState.UNDER_WAY, 1)
    assert (again.state, again.begins_at, again.place, again.officers) == (TaskState.PLANNED, None, "幸福里3幢402", [cast.li])
    assert (again.community, again.title, again.number) == (cast.gangnan, first.title, told.card.number)
    assert (again.slip.left_by, again.slip.left_at, again.slip.chosen) == (cast.li, MONDAY, Chosen.OPEN)
    row = next(row for row in session.execute(mine(cast.li)) if row.id == again.id)
    assert (Visit.waits_for(row), Visit.offers(row, cast.li)) == (Chosen.OPEN, None) and "402" not in str(row)


def test_nobody_else_leaves_one_and_nobody_before_setting_out(cast):
    visit = cast.visit(MONDAY)
    with pytest.raises(Refused):
        cast.step(visit, "leave_slip", cast.li, MONDAY)
    cast.step(visit, "start", cast.li, MONDAY, carried=list(Carried))
    with pytest.raises(Refused):
        cast.step(visit, "leave_slip", cast.zhao, MONDAY)


def test_its_card_is_about_this_visit_and_nothing_else(cast, session):
    matter = cast.accepted()
    cast.step(matter, "visit", cast.li, MONDAY, day=TUESDAY, begins=time(9), ends=time(10))
    about, at = matter.visits[0], hour_of(TUESDAY, 9).begins_at
    cast.step(about, "start", cast.li, at, carried=list(Carried))
    cast.step(about, "leave_slip", cast.li, at)
    visit = matter.visits[1]
    card = visit.card
    assert [step.name for step in visit.open_steps(card, at)] == ["pick", "ask_call", "spare"]
    assert session.scalars(select(Visit).where(Visit.seen_by(card))).all() == [visit]
    assert session.scalars(select(Matter).where(Matter.seen_by(card))).all() == [] and matter.open_steps(card, at) == []
    with pytest.raises(OutOfSight):
        cast.step(matter, "withdraw", card, at)
    with pytest.raises(OutOfSight):
        cast.step(about, "spare", card, at)
    assert not any(CARD in step.by and not step.refusal(visit, matter.cards[0], at) for step in visit.steps.values())


# ── the hours offered


def test_the_hours_offered_are_those_of_the_dayparts_and_of_night_visits():
    slots = offered(MONDAY, Calendar())
    by_day = {}
    for slot in slots:
        by_day.setdefault(slot.begins_at.date(), []).append(slot.begins_at.hour)
    assert by_day[TUESDAY] == [8, 9, 10, 11, 12, 13, 18, 19]
    assert by_day[WEDNESDAY] == [8, 9, 10, 11, 12, 13, 18, 19, 20]
    assert by_day[date(2026, 11, 16)] == [12, 13, 18, 19, 20], "from two hours on: it is ten o'clock"
    assert by_day[date(2026, 11, 23)] == [8, 9], "and up to seven days ahead"
    assert {slot.ends_at - slot.begins_at for slot in slots} == {HOUR}


def test_a_station_with_other_nights_offers_other_hours_and_none_that_cross():
    nights = Nights([Weekday.TUE], time(19, 30), time(22))
    slots = offered(MONDAY, Calendar(), ["evening"], nights)
    hours = {day: [slot.hours for slot in slots if beijing_date(slot.begins_at) == day] for day in (TUESDAY, WEDNESDAY)}
    assert hours == {TUESDAY: ["18:00–19:00", "19:00–20:00", "20:30–21:30"], WEDNESDAY: ["18:00–19:00", "19:00–20:00"]}


@pytest.mark.parametrize(("minutes", "first"), [(-1, 12), (0, 12), (1, 13)])
def test_no_hour_is_offered_sooner_than_in_two(minutes, first):
    assert offered(MONDAY + minutes * MINUTE, Calendar())[0].begins_at.hour == first


def test_no_hour_is_offered_of_a_public_holiday():
    days = {slot.begins_at.date() for slot in offered(MONDAY, Calendar({TUESDAY: False}))}
    assert TUESDAY not in days and WEDNESDAY in days


def test_no_hour_is_offered_that_crosses_another_visit_of_the_officer(cast, visit):
    cast.visit(hour_of(TUESDAY, 9).begins_at - 30 * MINUTE)
    cast.visit(hour_of(TUESDAY, 12).begins_at, officers=[cast.zhao, cast.li])
    cast.visit(hour_of(TUESDAY, 18).begins_at, officers=[cast.zhao])
    cast.visit(hour_of(TUESDAY, 8).begins_at, hours=4, daypart=Daypart.MORNING)
    off = cast.visit(hour_of(TUESDAY, 19).begins_at)
    cast.step(off, "call_off", cast.wang, MONDAY, reason="下大雨。")
    free = [slot.begins_at.hour for slot in visit.free_slots(MONDAY) if slot.begins_at.date() == TUESDAY]
    assert free == [10, 11, 13, 18, 19]


# ── what she chooses


def test_she_picks_an_hour_and_another_one_until_it_begins(cast, visit):
    first, second = hour_of(TUESDAY, 9), hour_of(WEDNESDAY, 20)
    cast.step(visit, "pick", visit.card, MONDAY, slot=first)
    assert (visit.slot, visit.slip.chosen, visit.waits_for(visit)) == (first, Chosen.SLOT, None)
    cast.step(visit, "pick", visit.card, first.begins_at - MINUTE, slot=second)
    assert visit.slot == second and visit.moves == 1 and "20:00–21:00来" in said(visit, MONDAY)
    with pytest.raises(Refused):
        cast.step(visit, "pick", visit.card, second.begins_at, slot=hour_of(date(2026, 11, 20), 9))


@pytest.mark.parametrize(
    "slot", [hour_of(TUESDAY, 15), hour_of(TUESDAY, 7), hour_of(TUESDAY, 9, 3), hour_of(date(2026, 11, 15), 9), None]
)
def test_an_hour_that_is_not_offered_is_refused(cast, visit, slot):
    with pytest.raises(Fault) as fault:
        cast.step(visit, "pick", visit.card, MONDAY, slot=slot)
    assert fault.value.field == "slot" and visit.begins_at is None


def test_she_is_not_told_where_the_officer_is(cast, visit):
    other = cast.slip()
    cast.step(other, "pick", other.card, MONDAY, slot=hour_of(TUESDAY, 9))
    with pytest.raises(Fault) as fault:
        cast.step(visit, "pick", visit.card, MONDAY, slot=hour_of(TUESDAY, 9))
    assert fault.value.message == slip.TAKEN and fault.value.values == {}


def test_two_residents_never_get_the_same_hour(cast, session, app):
    ids = [cast.slip().id for _ in range(2)]
    engine, gate = session.get_bind(), Barrier(2)
    session.commit()

    def pick(id):
        with Session(engine, info=session.info) as own:
            visit = own.get(Visit, id)
            card = visit.card
            gate.wait()
            writing(own, *visit.to_lock())
            try:
                visit.steps["pick"].take(visit, by=card, version=visit.version, at=MONDAY, slot=hour_of(TUESDAY, 9))
                own.commit()
            except Fault as fault:
                return fault.message
            return "hers"

    with ThreadPoolExecutor(2) as crowd:
        assert sorted(crowd.map(pick, ids)) == sorted(["hers", slip.TAKEN])


def test_a_phone_is_sealed_rung_by_whoever_goes_and_gone_with_another_choice(cast, session, visit):
    cast.step(visit, "ask_call", visit.card, MONDAY, phone=PHONE, consent=True)
    assert PHONE.encode() not in visit.slip.phone_sealed and visit.waits_for(visit) is Chosen.CALL
    assert Visit.offers(visit, cast.li) == visit.comes_next == "call" and "11-17" in said(visit, MONDAY)
    assert visit.open_phone(cast.li, MONDAY).phone == PHONE
    session.commit()
    assert session.scalars(select(AuditLine.action)).all().count("open_contact") == 1
    for by, at in ((cast.zhao, MONDAY), (cast.he, MONDAY), (cast.li, MONDAY + 10 * HOUR)):
        with pytest.raises(Refused):
            visit.open_phone(by, at)
    cast.step(visit, "pick", visit.card, MONDAY, slot=hour_of(TUESDAY, 9))
    assert visit.slip.phone_sealed is None
    with pytest.raises(Refused):
        visit.open_phone(cast.li, MONDAY)


def test_a_phone_wants_consent(cast, visit):
    with pytest.raises(Fault) as fault:
        cast.step(visit, "ask_call", visit.card, MONDAY, phone=PHONE)
    assert fault.value.field == "consent" and visit.slip.phone_sealed is None


def test_a_call_ends_it_and_nobody_calls_who_was_not_asked_to(cast, visit):
    with pytest.raises(Refused):
        cast.step(visit, "call", cast.li, MONDAY)
    cast.step(visit, "ask_call", visit.card, MONDAY, phone=PHONE, consent=True)
    cast.step(visit, "call", cast.li, MONDAY + HOUR)
    assert visit.state is TaskState.DONE and "电话里说过了" in said(visit, MONDAY + HOUR)
    assert visit.open_steps(visit.card, MONDAY + HOUR) == [] and visit.hears(cast.li, MONDAY + HOUR)
    assert "correct" not in [step.name for step in visit.open_steps(cast.li, MONDAY + HOUR)]
    with pytest.raises(Refused):
        visit.open_phone(cast.li, MONDAY + HOUR)


def test_she_needs_nobody(cast, visit):
    cast.step(visit, "spare", visit.card, MONDAY)
    assert visit.state is TaskState.CALLED_OFF and "您说不用来了" in said(visit, MONDAY)


# ── what the others do


def test_she_reads_that_it_was_moved_or_called_off_and_why(cast, visit):
    cast.step(visit, "pick", visit.card, MONDAY, slot=hour_of(TUESDAY, 9))
    shown = visit.version
    moved = {"day": WEDNESDAY, "begins": time(10), "ends": time(11), "reason": "早上全所有任务"}
    cast.step(visit, "schedule", cast.li, MONDAY, **moved)
    assert "改到2026-11-18 10:00–11:00来（早上全所有任务）".replace(" ", "") in said(visit, MONDAY).replace(" ", "")
    with pytest.raises(Stale):
        visit.steps["pick"].take(visit, by=visit.card, version=shown, at=MONDAY, slot=hour_of(TUESDAY, 12))
    cast.step(visit, "pick", visit.card, MONDAY, slot=hour_of(TUESDAY, 12))
    assert "早上" not in said(visit, MONDAY)
    cast.step(visit, "call_off", cast.wang, MONDAY, reason="那天停电")
    assert "这次不来了（那天停电）" in said(visit, MONDAY)


def test_whoever_did_not_come_is_said_so_and_she_chooses_again(cast, visit):
    slot = hour_of(TUESDAY, 9)
    cast.step(visit, "pick", visit.card, MONDAY, slot=slot)
    late = slot.ends_at + MINUTE
    assert "没有来成，对不起" in said(visit, late)
    cast.step(visit, "pick", visit.card, late, slot=hour_of(WEDNESDAY, 9))
    assert visit.slot == hour_of(WEDNESDAY, 9)


# ── how it ends


def due(session, which, at):
    session.flush()
    return which(session, at)


def test_what_nobody_answers_in_7_days_ends_by_itself(cast, session, visit):
    chosen = cast.slip()
    cast.step(chosen, "pick", chosen.card, MONDAY, slot=hour_of(TUESDAY, 9))
    planned = cast.slip()
    cast.step(planned, "schedule", cast.li, MONDAY, day=TUESDAY, begins=time(15), ends=time(16))
    rung = cast.slip(MONDAY)
    cast.step(rung, "ask_call", rung.card, MONDAY, phone=PHONE, consent=True)
    over = MONDAY + 7 * DAY
    assert due(session, not_chosen, over) == [] and due(session, not_chosen, over + MINUTE) == [visit]
    with pytest.raises(Refused):
        cast.step(visit, "expire", CLOCK, over)
    cast.step(visit, "expire", CLOCK, over + MINUTE)
    assert visit.state is TaskState.CALLED_OFF and "没有选时间，这次就不来了" in said(visit, over)
    assert due(session, not_chosen, over + DAY) == []


def test_phone_and_door_go_7_days_after_the_end_and_the_card_still_speaks(cast, session, visit):
    cast.step(visit, "ask_call", visit.card, MONDAY, phone=PHONE, consent=True)
    cast.step(visit, "call", cast.li, MONDAY)
    over = MONDAY + 7 * DAY
    assert due(session, kept_too_long, over) == [] and due(session, kept_too_long, over + MINUTE) == [visit]
    with pytest.raises(Refused):
        cast.step(visit, "forget", CLOCK, over)
    cast.step(visit, "forget", CLOCK, over + MINUTE)
    assert (visit.slip.phone_sealed, visit.place, visit.state) == (None, "", TaskState.DONE)
    assert visit.open_steps(visit.card, over) == [] and "电话里说过了" in said(visit, over)
    key, card = session.info["keys"].card, visit.card
    assert EchoCard.find(session, key, card.number, card.code(key)) is card
    assert due(session, kept_too_long, over + DAY) == []


def test_they_go_after_30_days_whatever_became_of_it(cast, session, visit):
    cast.step(visit, "ask_call", visit.card, MONDAY, phone=PHONE, consent=True)
    over = MONDAY + 30 * DAY
    assert due(session, kept_too_long, over) == [] and due(session, kept_too_long, over + MINUTE) == [visit]
    cast.step(visit, "forget", CLOCK, over + MINUTE)
    assert visit.slip.phone_sealed is None and visit.state is TaskState.PLANNED and visit.open_steps(cast.li, over)
    assert session.scalars(select(Slip)).one().erased_at

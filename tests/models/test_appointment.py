"""Talks that residents book: free times of a room, taken once; moved, cancelled, given over, held, and forgotten."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from threading import Barrier

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.appointment import (
    TAKEN,
    Appointment,
    Came,
    free_times,
    kept_too_long,
    listed,
    not_written_down,
    of_today,
)
from models.audit import AuditLine
from models.base import BEIJING, writing
from models.contact import Reachable
from models.leaving import let_go
from models.slot import Slot
from models.steps import CLOCK, Fault, Refused, Stale
from models.talk import Talk, Where
from models.task import TaskState, mine, unclaimed
from models.unit import Community, Room
from tests.cast import DAY, MONDAY

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TODAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)
CHEN = Reachable("陈静", "13900001234", "幸福里3幢402")


def beijing(day, hour, minute=0):
    return datetime.combine(day, time(hour, minute), BEIJING)


@pytest.fixture
def room(cast):
    """Li is there on Monday from 9 to 17 and on Tuesday from 20 to 8, Zhao on Wednesday from 9 to 10:15."""
    room = cast.gangnan.room = cast.make.room(cast.station, "港南社区警务室", hall=True)
    cast.duty(cast.li, room, TODAY, "09:00", "17:00")
    cast.duty(cast.li, room, TUESDAY, "20:00", "08:00")
    cast.duty(cast.zhao, room, TUESDAY + DAY, "09:00", "10:15")
    return room


def begins(session, room, at=MONDAY, day=TODAY, **but):
    found = [free for free in free_times(session, [room], at, **but) if free.begins_at.astimezone(BEIJING).date() == day]
    return [f"{free.begins_at.astimezone(BEIJING):%H:%M}" for free in found]


def said(appointment, at=MONDAY):
    message, values = appointment.what_next(at)
    return message % values


# ── what is free


def test_a_shift_is_cut_into_half_hours_by_day_and_never_the_next_two_hours(cast, session, room):
    assert begins(session, room) == ["12:00", "12:30", *(f"{h}:{m}" for h in (13, 14, 15, 16) for m in ("00", "30"))]
    assert begins(session, room, MONDAY + MINUTE)[0] == "12:30" and begins(session, room, MONDAY - MINUTE)[0] == "12:00"
    assert begins(session, room, day=TUESDAY) == ["20:00", "20:30", "21:00", "21:30"], "nobody comes after 22:00"
    assert begins(session, room, day=TUESDAY + DAY) == ["09:00", "09:30"], "nor before 8, and whole pieces only"
    assert {free.officer for free in free_times(session, [room], MONDAY)} == {cast.li, cast.zhao}
    cast.duty(cast.li, room, TODAY + 7 * DAY, "09:00", "17:00")
    assert begins(session, room, day=TODAY + 7 * DAY) == ["09:00", "09:30"], "up to seven days ahead"


def test_nothing_is_free_where_the_officer_is_elsewhere_or_nobody_could_write_it_down(cast, session, room):
    cast.visit(beijing(TODAY, 12, 15))
    cast.gathering(beijing(TODAY, 12))  # from two hours later on
    cast.visit(beijing(TODAY, 15, 30), officers=[cast.zhao, cast.li])
    off = cast.visit(beijing(TODAY, 16, 30))
    cast.step(off, "call_off", cast.wang, MONDAY, reason="下大雨。")
    assert begins(session, room) == ["13:30", "15:00", "16:30"]
    cast.duty(cast.he, room, TODAY, "17:00", "20:00")
    assert begins(session, room)[-1] == "16:30", "He is at the desk, and holds no talks"
    cast.zhao.active = False
    assert begins(session, room, day=TUESDAY + DAY) == []


def test_rooms_stand_side_by_side_each_with_its_own(cast, session, room):
    there = cast.make.room(cast.station, "日新社区警务室")
    cast.duty(cast.qian, there, TODAY, "09:00", "17:00")
    cast.appointment()
    assert [(free.room, free.officer) for free in free_times(session, [room, there], MONDAY)][:3] == [
        (there, cast.qian),
        (room, cast.li),
        (there, cast.qian),
    ]


# ── booking


def test_it_is_a_task_of_whoever_has_the_shift_and_takes_the_time(cast, session, room):
    appointment = cast.appointment(contact=CHEN, consent=True)
    assert (appointment.assignee, appointment.slot) == (cast.li, Slot(beijing(TODAY, 12), beijing(TODAY, 12, 30)))
    assert begins(session, room)[0] == "12:30" and begins(session, room, but=appointment)[0] == "12:00"
    row = session.execute(mine(cast.li)).one()
    assert (row.topic, row.title, row.area, row.number) == (Where.ROOM, None, "港南社区", "10126000001")
    assert "漏水" not in str(row) and "12:00–12:30请到港南社区警务室来，李警官等您" in said(appointment)
    assert "陈静".encode() not in appointment.name_sealed and appointment.in_clear == CHEN
    with pytest.raises(Fault):  # nor is the officer planned elsewhere
        cast.visit(beijing(TODAY, 12, 20))
    with pytest.raises(Fault):
        cast.gathering(MONDAY)


def test_what_can_not_be_is_said_beside_its_field(cast, session, room):
    for begins_at, held_in, contact, consent, field in (
        (beijing(TODAY, 12, 15), Where.ROOM, Reachable(), False, "free_time"),
        (beijing(TODAY, 11, 30), Where.ROOM, Reachable(), False, "free_time"),
        (beijing(TODAY, 9), Where.ROOM, Reachable(), False, "free_time"),
        (beijing(TODAY, 18), Where.ROOM, Reachable(), False, "free_time"),
        (datetime(1, 1, 1, tzinfo=BEIJING), Where.ROOM, Reachable(), False, "free_time"),
        (None, Where.ROOM, Reachable(), False, "free_time"),
        (beijing(TUESDAY, 20), Where.PHONE, CHEN, True, "free_time"),
        (beijing(TODAY, 12), Where.ROOM, Reachable("陈静"), False, "consent"),
        (beijing(TODAY, 12), Where.PHONE, Reachable("陈静"), True, "phone"),
        (beijing(TODAY, 12), Where.HOME, Reachable(phone="1"), True, "address"),
        (beijing(TODAY, 12), Where.HOME, Reachable(address="幸福里"), True, "phone"),
    ):
        with pytest.raises(Fault) as fault:
            cast.appointment(free_time=begins_at, held_in=held_in, contact=contact, consent=consent)
        assert fault.value.field == field and session.scalars(select(Appointment)).all() == [], (begins_at, held_in)


def test_a_time_of_another_room_and_a_community_of_another_station_are_none(cast, session, room):
    there = cast.make.room(cast.station, "日新社区警务室")
    cast.duty(cast.qian, there, TODAY, "18:00", "20:00")
    for what, field in (({"free_time": beijing(TODAY, 18)}, "free_time"), ({"community": cast.hedong}, "community")):
        with pytest.raises(Fault) as fault:
            cast.appointment(**what)
        assert fault.value.field == field


def test_the_same_form_twice_is_the_same_card_and_another_text_is_refused(cast, session, room):
    first = cast.appointment(submission_id="1")
    assert cast.appointment(submission_id="1", free_time=first.begins_at) is first
    assert len(session.scalars(select(Appointment)).all()) == 1
    changed = {"subject": "别的事"}, {"community": cast.rixin}, {"free_time": beijing(TODAY, 14)}, {"contact": CHEN}
    for what in changed:
        with pytest.raises(Refused):
            cast.appointment(submission_id="1", consent=True, **{"free_time": first.begins_at} | what)


def test_the_same_form_is_known_after_a_move_and_after_erasing_but_not_after_a_new_code(cast, session, room):
    sent = {"submission_id": "1", "free_time": beijing(TODAY, 12), "contact": CHEN, "consent": True}
    first = cast.appointment(**sent)
    cast.step(first, "pick", first.card, MONDAY, free_time=beijing(TODAY, 14))
    assert cast.appointment(**sent) is first
    with pytest.raises(Refused):
        cast.appointment(**sent | {"contact": Reachable("陈静", "13900005678", "幸福里3幢402")})
    cast.step(first, "erase", first.card, MONDAY)
    assert cast.appointment(**sent) is first
    first.card.issue_anew()
    with pytest.raises(Refused):
        cast.appointment(**sent)


def test_two_residents_never_get_the_same_time(cast, session, room, app):
    engine, gate, ids = session.get_bind(), Barrier(2), (room.id, cast.gangnan.id)
    session.commit()

    def book(told):
        submission, hour = told
        with Session(engine, info=dict(session.info)) as own:
            here, community = own.get(Room, ids[0]), own.get(Community, ids[1])
            gate.wait()
            writing(own)
            what = {"room": here, "community": community, "free_time": beijing(TODAY, hour), "submission_id": submission}
            try:
                card = Appointment.book(own, MONDAY, held_in=Where.ROOM, subject="漏水", contact=Reachable(), **what)
                own.commit()
                return card.number
            except Fault as fault:
                return fault.message

    with ThreadPoolExecutor(2) as crowd:
        assert sorted(crowd.map(book, [("a", 12), ("b", 12)])) == sorted(["10126000001", TAKEN])
        assert list(crowd.map(book, [("c", 13), ("c", 13)])) == ["10126000002"] * 2, "two taps of one form are one"


def test_the_station_is_held_before_the_appointment_as_whoever_lets_go_of_it_does(cast, session):
    """The other way round each of the two could wait for the other."""
    appointment, locked, engine = cast.appointment(), [], session.get_bind()
    session.commit()
    rows, is_locked = appointment.to_lock(), re.compile(r"FROM (\w+).*FOR NO KEY UPDATE", re.DOTALL)

    def listen(_connection, _cursor, statement, *_more):
        locked.extend(is_locked.findall(statement))

    event.listen(engine, "before_cursor_execute", listen)
    try:
        writing(session, *rows)
        let_go(session, appointment.assignee, MONDAY)
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    assert locked == (["unit", "task", "unit", "task"] if engine.dialect.name == "postgresql" else [])


def test_the_database_itself_gives_a_time_once(cast, session, room):
    first, second = cast.appointment(), cast.appointment()
    second.begins_at = first.begins_at
    with pytest.raises(IntegrityError):
        session.flush()


# ── by card


def test_she_moves_it_until_it_begins(cast, session, room):
    appointment = cast.appointment()
    card = appointment.card
    cast.step(appointment, "pick", card, MONDAY, free_time=beijing(TUESDAY + DAY, 9))
    assert appointment.assignee is cast.zhao and begins(session, room)[0] == "12:00" and "赵警官等您" in said(appointment)
    other = cast.appointment(free_time=beijing(TODAY, 12))
    with pytest.raises(Fault) as fault:
        cast.step(appointment, "pick", card, MONDAY, free_time=other.begins_at)
    assert (fault.value.field, fault.value.message) == ("free_time", TAKEN)
    with pytest.raises(Refused):
        cast.step(other, "pick", other.card, beijing(TODAY, 12), free_time=beijing(TODAY, 14))
    assert [step.name for step in other.open_steps(other.card, beijing(TODAY, 11, 59))] == ["pick", "cancel"]


def test_she_cancels_it_and_what_she_left_goes_at_once(cast, session, room):
    appointment = cast.appointment(contact=CHEN, consent=True)
    cast.step(appointment, "cancel", appointment.card, MONDAY)
    assert (appointment.state, appointment.came) == (TaskState.CALLED_OFF, Came.CANCELLED) and not appointment.is_reachable
    assert begins(session, room)[0] == "12:00" and "您取消了" in said(appointment)


def test_erasing_the_phone_cancels_what_needs_it_and_nothing_else(cast, room):
    here = cast.appointment(contact=CHEN, consent=True)
    at_home, rung = (cast.appointment(held_in=where, contact=CHEN, consent=True) for where in (Where.HOME, Where.PHONE))
    for appointment in (here, at_home, rung):
        cast.step(appointment, "erase", appointment.card, MONDAY)
        assert not appointment.is_reachable
    assert [one.came for one in (here, at_home, rung)] == [None, Came.CANCELLED, Came.CANCELLED]
    with pytest.raises(Refused):
        cast.step(here, "erase", here.card, MONDAY)


# ── by staff


def test_staff_move_it_and_call_it_off_and_her_card_says_why(cast, room):
    appointment = cast.appointment()
    shown = appointment.version
    cast.step(appointment, "move", cast.he, MONDAY, free_time=beijing(TODAY, 16), reason="下午要开会")
    assert appointment.why == "下午要开会" and "16:00–16:30" in said(appointment)
    with pytest.raises(Stale):
        appointment.steps["cancel"].take(appointment, by=appointment.card, version=shown, at=MONDAY)
    cast.step(appointment, "pick", appointment.card, MONDAY, free_time=beijing(TODAY, 15))
    assert appointment.why is None
    for other in (cast.zhao, cast.qian):
        with pytest.raises(Refused):
            cast.step(appointment, "call_off", other, MONDAY, reason="x")
    cast.step(appointment, "call_off", cast.wang, MONDAY, reason="全所有任务")
    assert "（全所有任务）" in said(appointment) and appointment.open_steps(appointment.card, MONDAY) == []


def test_nobody_missed_what_has_not_begun(cast, room):
    appointment = cast.appointment()
    with pytest.raises(Refused):
        cast.step(appointment, "miss", cast.li, beijing(TODAY, 11, 59))
    cast.step(appointment, "miss", cast.li, beijing(TODAY, 12))
    assert appointment.came is Came.MISSED and "没有等到您" in said(appointment)


def test_a_colleague_receives_her_who_is_free_and_the_room_stays_taken(cast, session, room):
    appointment = cast.appointment()
    cast.visit(beijing(TODAY, 12), officers=[cast.qian])
    for handler in (cast.qian, cast.he, cast.sun, None):
        with pytest.raises(Fault):
            cast.step(appointment, "pass_on", cast.li, MONDAY, handler=handler)
    cast.step(appointment, "pass_on", cast.li, MONDAY, handler=cast.zhao)
    assert "赵警官等您" in said(appointment) and begins(session, room)[0] == "12:30"


def test_the_contact_is_for_whoever_receives_her_and_each_look_is_logged(cast, session, room):
    appointment = cast.appointment(held_in=Where.HOME, contact=CHEN, consent=True)
    for by in (cast.li, cast.zhou, cast.he, cast.wang):
        assert appointment.open_contact(by, MONDAY) == CHEN
    session.commit()
    assert session.scalars(select(AuditLine.action)).all().count("open_contact") == 4
    for by in (cast.zhao, cast.gao, cast.sun):
        with pytest.raises(Refused):
            appointment.open_contact(by, MONDAY)
    let_go(session, cast.li, MONDAY)
    with pytest.raises(Refused):
        appointment.open_contact(cast.zhao, MONDAY)
    cast.step(appointment, "miss", cast.he, appointment.due_at)
    with pytest.raises(Refused):
        appointment.open_contact(cast.he, MONDAY)


def test_a_talk_that_is_written_down_ends_it_once_and_leads_nowhere(cast, session, room):
    appointment = cast.appointment()
    at = appointment.due_at + HOUR
    talk = cast.talk(at, appointment=appointment, uid="1" * 32)
    assert (appointment.state, appointment.came, appointment.ended_at) == (TaskState.DONE, Came.HELD, at)
    assert cast.talk(at, appointment=appointment, uid="1" * 32) is talk
    assert "谈过了，当时给了您一张新的回音卡" in said(appointment, at) and appointment.talk is None
    missed = cast.appointment()
    cast.step(missed, "miss", cast.li, missed.due_at)
    for ended in (appointment, missed):
        with pytest.raises(Refused):
            cast.talk(at, by=cast.zhao, appointment=ended)
    assert session.scalars(select(Talk)).all() == [talk] and missed.came is Came.MISSED


def test_whoever_was_given_it_is_not_off_duty_and_whoever_steps_in_is(cast, room):
    for by, off_duty in ((cast.zhao, False), (cast.qian, True)):
        appointment = cast.appointment()
        cast.step(appointment, "pass_on", cast.li, MONDAY, handler=cast.zhao)
        hours = {"held_at": appointment.begins_at, "held_until": appointment.due_at}
        what = {"held_in": Where.ROOM, "room": room, "appointment": appointment} | hours
        assert cast.talk(appointment.due_at, by=by, **what).off_duty is off_duty


# ── the roster


def test_a_swap_passes_it_to_the_colleague_also_where_both_have_one_at_the_same_hour(cast, session, room):
    there = cast.make.room(cast.station, "日新社区警务室")
    other = cast.duty(cast.zhao, there, TODAY, "09:00", "17:00")
    own = next(free for free in free_times(session, [room], MONDAY)).begins_at
    mine_, hers = cast.appointment(free_time=own), cast.appointment(room=there, free_time=own)
    evening = cast.appointment(free_time=beijing(TUESDAY, 20))
    shift = cast.duty(cast.li, room, TODAY, "09:00", "17:00")
    shift.swap_with(other, cast.wang, MONDAY)
    assert (mine_.assignee, hers.assignee, evening.assignee) == (cast.zhao, cast.li, cast.li)
    assert "赵警官等您" in said(mine_)


def test_no_swap_gives_it_to_somebody_who_is_elsewhere(cast, room, session):
    there = cast.make.room(cast.station, "日新社区警务室")
    other, shift = (cast.duty(who, where, TODAY, "09:00", "17:00") for who, where in ((cast.zhao, there), (cast.li, room)))
    cast.appointment()
    cast.visit(beijing(TODAY, 12), officers=[cast.zhao])
    with pytest.raises(Refused) as refused:
        shift.swap_with(other, cast.wang, MONDAY)
    assert refused.value.values["who"] == "赵警官"


def test_no_shift_is_taken_off_in_which_somebody_comes(cast, room):
    shift = cast.duty(cast.li, room, TODAY, "09:00", "17:00")
    appointment = cast.appointment()
    with pytest.raises(Refused) as refused:
        shift.take_off(cast.wang, MONDAY)
    assert refused.value.values == {"who": "李警官", "when": appointment.begins_at, "n": 1}
    cast.step(appointment, "pass_on", cast.wang, MONDAY, handler=cast.zhao)
    shift.take_off(cast.wang, MONDAY)


def test_another_shift_is_taken_off_as_ever(cast, room):
    shift = cast.duty(cast.li, room, TUESDAY, "20:00", "08:00")
    cast.appointment()
    shift.take_off(cast.wang, MONDAY)


def test_of_a_closed_account_it_is_anybodys_to_take_up(cast, session, room):
    appointment = cast.appointment()
    cast.li.active = False
    assert let_go(session, cast.li, MONDAY) == 1
    row = session.execute(unclaimed(cast.zhao)).one()
    assert (row.id, Appointment.offers(row, cast.zhao), Appointment.offers(row, cast.he)) == (
        appointment.id,
        "take_up",
        "pass_on",
    )
    cast.step(appointment, "take_up", cast.zhao, MONDAY)
    assert appointment.assignee is cast.zhao
    with pytest.raises(Refused):
        cast.step(appointment, "take_up", cast.qian, MONDAY)


def test_closing_an_account_waits_for_whoever_books_just_now(cast, session, room):
    cast.appointment()
    session.flush()
    seen = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *what: seen.append(what[2]))
    let_go(session, cast.li, MONDAY)
    assert "FROM unit" in seen[0], "the row that a booking locks too, before it looks for what is booked"


# ── lists, and the end


def test_what_nobody_wrote_down_stays_in_the_queue_and_is_counted(cast, session, room):
    over, coming = cast.appointment(), cast.appointment(free_time=beijing(TUESDAY, 20))
    at = over.due_at + MINUTE
    assert session.scalars(listed(cast.he)).all() == [over, coming] == session.scalars(listed(cast.wang)).all()
    assert session.scalars(listed(cast.sun)).all() == []
    assert session.scalars(of_today(cast.zhou, at)).all() == [over] and not session.scalars(of_today(cast.zhao, at)).all()
    assert session.scalars(not_written_down(cast.wang, at)).all() == [over.id] and over.is_over(at)
    assert {row.id for row in session.execute(mine(cast.li))} == {over.id, coming.id}


def test_contact_and_subject_go_7_days_after_and_the_card_still_speaks(cast, session, room):
    over, called_off = (cast.appointment(contact=CHEN, consent=True) for _n in range(2))
    cast.step(called_off, "call_off", cast.li, MONDAY, reason="停电")
    session.flush()
    assert kept_too_long(session, MONDAY + 7 * DAY) == []
    assert kept_too_long(session, MONDAY + 7 * DAY + MINUTE) == [called_off]
    at = over.due_at + 7 * DAY + MINUTE
    assert kept_too_long(session, at) == [over, called_off]
    with pytest.raises(Refused):
        cast.step(over, "forget", CLOCK, over.due_at + 7 * DAY)
    cast.step(over, "forget", CLOCK, at)
    assert (over.subject, over.is_reachable, over.state) == ("", False, TaskState.PLANNED) and "没谈成" in said(over, at)
    assert kept_too_long(session, at) == [called_off]

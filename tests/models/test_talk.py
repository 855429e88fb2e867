"""Talks: written down, read back, confirmed by each side, promised, asked about on the day, and gone on with."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import talk_callback, talk_side
from models.asking import CallbackResult, Rating, Reach
from models.audit import AuditLine
from models.base import beijing_date, writing
from models.calling import Desk, rang_about
from models.card import EchoCard
from models.contact import Channel, Reachable
from models.ledger import Entry
from models.photo import Drawn
from models.pressing import talks_in_trouble
from models.steps import CLOCK, Fault, OutOfSight, Refused
from models.talk import Brought, Ending, Talk, TalkState, Where, photos_kept_too_long, worded_too_long
from models.talk_agreement import Agreement, AgreementWord, Kept, Says
from models.talk_callback import TalkCallback, call_days
from models.talk_side import Question, SideState, TalkSide
from models.task import TaskState, changed_since, mine, row, unclaimed
from models.unit import Room
from tests.cast import DAY, MONDAY
from tests.models.test_workdays import at

HOUR = timedelta(hours=1)
CHEN = Reachable("陈静", "13900001234")
KEPT = {"result": Reach.REACHED, "kept": [1], "rating": Rating.SATISFIED}


def day(n):
    return date(2026, 11, n)


def refused(talk, name, by, moment=MONDAY):
    refusal = talk.steps[name].refusal(talk, by, moment)
    return refusal and refusal.message


def calls_of(side):
    return [call for call in side.callbacks if call.ended_at is None]


def closed(cast, moment=MONDAY, days=5):
    talk = cast.agreed(moment, days)
    cast.step(talk, "close", cast.li, moment, outcome=Ending.AGREED)
    return talk


# ── the beginning


def test_it_begins_with_a_card_for_each_side_and_stands_in_the_queue_of_whoever_holds_it(cast, session):
    talk = cast.talk()
    numbers = [side.card.number for side in talk.sides]
    assert numbers == ["10126000001", "10126000002"] and all(side.card.subject is side for side in talk.sides)
    assert (talk.officer, talk.receiver, talk.comes_next) == (cast.li, cast.li, "agree")
    found = session.execute(mine(cast.li)).one()
    assert (found.title, found.next, found.due_at, found.talk_id) == ("楼上漏水", "agree", at(11, 19, 18), talk.id)
    assert not session.execute(mine(cast.zhao)).all() and not session.execute(unclaimed(cast.zhao)).all()
    assert row(session, found.id, cast.he) is None, "the desk holds no talks"


def test_the_same_form_twice_begins_one(cast, session):
    assert cast.talk(uid="a" * 32) is cast.talk(uid="a" * 32)
    with pytest.raises(Fault, match="已经交过了"):
        cast.talk(uid="a" * 32, subject="另一件事")
    assert len(session.scalars(select(TalkSide)).all()) == 2


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("ends", {"held_at": MONDAY - HOUR, "held_until": MONDAY - 2 * HOUR}),
        ("ends", {"held_at": MONDAY - 13 * HOUR, "held_until": MONDAY - HOUR + timedelta(minutes=1)}),
        ("ends", {"held_at": MONDAY - HOUR, "held_until": MONDAY + HOUR}),
        ("begins", {"held_at": MONDAY + HOUR, "held_until": MONDAY + 2 * HOUR}),
        ("day", {"held_at": MONDAY - 40 * DAY, "held_until": MONDAY - 40 * DAY + HOUR}),
        ("room", {"held_in": Where.ROOM}),
        ("community", {"community": "hedong"}),
        ("called", {"sides": []}),
        ("called", {"sides": [Brought("甲方", ""), Brought("甲方", "")]}),
        ("called", {"sides": [Brought("打13900001234", "")]}),
        ("subject", {"subject": "找13900001234"}),
    ],
)
def test_what_can_not_be_is_said_beside_its_field(cast, field, changes):
    changes = {name: getattr(cast, value) if name == "community" else value for name, value in changes.items()}
    with pytest.raises(Fault) as fault:
        cast.talk(**changes)
    assert fault.value.field == field


def test_a_talk_lasts_past_midnight_and_stands_in_a_room_of_the_station(cast, session):
    room = Room(station_id=cast.station.id, name="港南警务室")
    session.add(room)
    night = cast.talk(at(11, 17, 2), held_in=Where.ROOM, room=room)
    assert night.room.name == "港南警务室" and not night.off_duty, "no roster, nobody off duty"
    with pytest.raises(IntegrityError):
        session.execute(Talk.__table__.update().values(room_id=None))


@pytest.mark.parametrize(
    ("hour", "who", "where", "off_duty"),
    [
        (10, "li", "gangnan", False),
        (10, "zhou", "gangnan", False),  # whom Li leads
        (10, "zhao", "gangnan", True),  # it was Li's shift
        (12, "li", "gangnan", True),  # it was over: nobody's
        (10, "li", "rixin", True),
        (10, "qian", None, False),  # at the desk
        (10, "zhao", None, True),
        (12, "li", None, True),
        (15, "zhao", None, False),  # a visit of his own
        (15, "qian", None, True),
    ],
)
def test_who_had_no_duty_may_write_one_down_and_it_is_marked(cast, hour, who, where, off_duty):
    gangnan, rixin = (cast.make.room(cast.station, name) for name in ("港南警务室", "日新警务室"))
    cast.duty(cast.li, gangnan, day(16), "09:00", "12:00")
    cast.duty(cast.qian, None, day(16), "09:00", "12:00")
    cast.visit(at(11, 16, 14), hours=2, officers=[cast.zhao])
    room = {"gangnan": gangnan, "rixin": rixin}.get(where)
    held = {"held_at": at(11, 16, hour), "held_until": at(11, 16, hour, 30), "held_in": Where.ROOM if room else Where.PHONE}
    talk = cast.talk(at(11, 16, 20), by=getattr(cast, who), room=room, **held)
    assert talk.off_duty is off_duty
    assert [entry.step for entry in talk.entries] == ["begin", *["off_duty"] * off_duty]


def test_those_who_go_on_visits_see_it_and_nobody_else(cast):
    talk = cast.talk()
    seen = {who for who in cast.everyone() if talk.is_seen_by(who)}
    assert seen == {cast.li, cast.zhao, cast.qian, cast.wang, cast.liu, cast.zhou, cast.gao}
    assert seen == {who for who in cast.everyone() if talk.sides[0].is_seen_by(who)}
    assert not talk.is_seen_by(talk.sides[0].card)


def test_a_line_belongs_to_a_matter_or_to_a_talk(cast, session):
    talk, matter = cast.talk(), cast.accepted()
    line = {"at": MONDAY, "actor": "clock", "record": "talks", "step": "begin", "public": True, "values": {}}
    for subjects in ({}, {"talk_id": talk.id, "matter_id": matter.id}):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(Entry.__table__.insert().values(**line, **subjects))


# ── what is agreed, and read back


def test_a_correction_is_a_new_point_and_what_was_confirmed_never_changes(cast):
    talk = cast.agreed()
    cast.step(talk, "agree", cast.li, MONDAY, text="修好水管和天花板", side=1, until=day(23), replaces=1)
    first, second = talk.agreements
    assert (first.text, first.until, [word.says for word in first.words]) == ("修好水管", day(21), [Says.CONFIRMED] * 2)
    assert talk.current == [second] and second.words == [] and talk.state is TalkState.OPEN
    assert refused(talk.sides[0], "confirm", talk.sides[0].card), "it is to be read back first"
    with pytest.raises(Fault) as again:
        cast.step(talk, "agree", cast.li, MONDAY, text="再改", replaces=1)
    assert again.value.field == "replaces"


@pytest.mark.parametrize(("promise", "said"), [({"side": 1}, "没写到哪天"), ({"until": day(21)}, "没写由谁来做")])
def test_a_promise_without_a_date_or_without_an_owner_is_named(cast, promise, said):
    talk = cast.talk()
    cast.step(talk, "agree", cast.li, MONDAY, text="互相道歉")
    cast.step(talk, "agree", cast.li, MONDAY, text="修好水管", **promise)
    refusal = talk.steps["read_back"].refusal(talk, cast.li, MONDAY)
    assert said in refusal.message and refusal.values == {"n": 2}
    for outcome in (Ending.SETTLED, Ending.AGREED, Ending.MATTER):
        with pytest.raises(Fault) as fault:
            cast.step(talk, "close", cast.li, MONDAY, outcome=outcome)
        assert said in fault.value.message and fault.value.values == {"n": 2}
    cast.step(talk, "agree", cast.li, MONDAY, text="修好水管", owner="物业", until=day(21), replaces=2)
    assert not refused(talk, "read_back", cast.li)


@pytest.mark.parametrize(
    ("field", "point"),
    [
        ("until", {"until": day(15)}),
        ("until", {"until": date(2028, 1, 1)}),
        ("owner", {"side": 1, "owner": "物业"}),
        ("text", {"text": "有事打13900001234"}),
        ("text", {"text": "长" * 201}),
    ],
)
def test_an_agreed_point_that_can_not_be_is_said_beside_its_field(cast, field, point):
    with pytest.raises(Fault) as fault:
        cast.step(cast.talk(), "agree", cast.li, MONDAY, **{"text": "修好水管"} | point)
    assert fault.value.field == field


def test_each_side_confirms_point_by_point_or_says_what_is_wrong(cast):
    talk = cast.agreed(confirmed=False)
    upstairs, downstairs = talk.sides
    cast.step(upstairs, "confirm", upstairs.card, MONDAY, agreements=[1])
    cast.step(downstairs, "object", cast.li, MONDAY, agreement=1, words="还要刷墙。")
    line = talk.entries[-1]
    assert (line.public, line.text, talk.comes_next, talk.open_handling.next) == (False, "还要刷墙。", "agree", "agree")
    assert talk.current[0].said_by(downstairs).typed_by_staff and not talk.current[0].said_by(upstairs).typed_by_staff
    with pytest.raises(Fault) as fault:
        cast.step(talk, "close", cast.li, MONDAY, outcome=Ending.AGREED)
    assert fault.value.values == {"side": "楼下住户", "n": 1}
    cast.step(downstairs, "confirm", downstairs.card, MONDAY, agreements=[1])
    assert talk.comes_next == "close" and refused(downstairs, "object", downstairs.card), "what is confirmed stays"
    cast.step(talk, "close", cast.li, MONDAY, outcome=Ending.AGREED)
    assert talk.closed_at == MONDAY and talk.open_handling is None


def test_the_card_of_another_side_confirms_nothing(cast):
    upstairs, downstairs = cast.agreed(confirmed=False).sides
    with pytest.raises(OutOfSight):
        cast.step(upstairs, "confirm", downstairs.card, MONDAY, agreements=[1])
    assert downstairs.card.subject is downstairs and "confirm" not in [
        s.name for s in upstairs.open_steps(downstairs.card, MONDAY)
    ]
    with pytest.raises(IntegrityError):
        cast.session.execute(EchoCard.__table__.update().values(side_id=upstairs.id, task_id=upstairs.talk.tasks[0].id))


def test_two_sides_confirm_at_once(cast, session):
    talk = cast.agreed(confirmed=False)
    engine, sides = session.get_bind(), [side.id for side in talk.sides]
    session.commit()

    def confirm(id):
        with Session(engine, info=session.info) as own:
            side = own.get(TalkSide, id)
            version = side.version
            writing(own, *side.to_lock())
            side.steps["confirm"].take(side, by=side.card, version=version, at=MONDAY, agreements=[1])
            own.commit()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(confirm, sides))
    session.expire_all()
    assert [side.to_confirm for side in talk.sides] == [[], []] and len(talk.current[0].words) == 2


# ── the calls


@pytest.mark.parametrize(
    ("promised", "looks", "days"),
    [
        ([], (), []),
        ([], (7, 30), [day(23), date(2026, 12, 16)]),
        ([day(20)], (), [day(20)]),
        ([day(20)], (7,), [day(20)]),  # the look back joins the promise, on the promised day
        ([day(19)], (7,), [day(19), day(23)]),
        ([day(26)], (7,), [day(26)]),
        ([day(18), day(20), day(21), day(22)], (), [day(21), day(22)]),  # nothing is asked before it was due
        ([day(18), day(18)], (), [day(18)]),
        ([day(10), day(16)], (), [day(17)]),  # over, or not over yet: not on the day of the closing
        ([date(2027, 2, 28)], (), [date(2027, 2, 28)]),
    ],
)
def test_what_is_due_within_three_days_is_one_call(promised, looks, days):
    assert call_days(day(16), promised, looks) == days


def test_each_promise_becomes_a_call_to_each_side(cast, session):
    talk = closed(cast)
    upstairs, downstairs = talk.sides
    assert [(call.asks_on, call.channel, call.due_at) for call in calls_of(upstairs)] == [
        (day(21), Channel.PHONE, at(11, 23, 18)),  # promised for a Saturday, due and rising on a working day
        (date(2026, 12, 16), Channel.PHONE, at(12, 16, 18)),
    ]
    by_card = calls_of(downstairs)[0]
    assert (by_card.channel, by_card.due_at) == (Channel.CARD, at(11, 28, 18)), "no phone was left"
    offered = session.execute(unclaimed(cast.zhao)).all()
    assert [row.title for row in offered][:2] == ["楼上漏水（楼上住户）", "楼上漏水（楼下住户）"]
    assert session.execute(unclaimed(cast.he)).all() == offered and not session.execute(unclaimed(cast.sun)).all()


@pytest.mark.parametrize(("outcome", "calls"), [(Ending.SETTLED, 2), (Ending.MATTER, 1), (Ending.ELSEWHERE, 1)])
def test_only_what_ended_well_is_looked_back_at_twice(cast, outcome, calls):
    talk = cast.agreed()
    cast.step(talk, "close", cast.li, MONDAY, outcome=outcome)
    assert [len(calls_of(side)) for side in talk.sides] == [calls, calls]


def test_what_came_to_nothing_is_asked_about_once_and_not_for_promises_that_are_none(cast):
    talk = cast.agreed()
    cast.step(talk, "close", cast.li, MONDAY, outcome=Ending.FAILED)
    for side in talk.sides:
        assert [call.asks_on for call in calls_of(side)] == [day(23)] and side.callbacks[0].asked_about(at(11, 23, 10)) == []
    message, values = talk.sides[0].what_next(MONDAY)
    assert (values["what"], values["day"]) == (Question.SINCE, day(23)) and "%(what)s" in message


def test_a_promise_for_today_is_asked_about_tomorrow_and_stays_the_stations_until_noon(cast, session):
    talk = cast.talk(evening := at(11, 16, 20))
    cast.step(talk, "agree", cast.li, evening, text="今晚关掉水阀", side=1, until=day(16))
    cast.step(talk, "close", cast.li, evening, outcome=Ending.SETTLED)
    call = talk.sides[0].callbacks[0]
    assert (call.asks_on, call.due_at, call.station_id) == (day(17), at(11, 17, 18), cast.station.id)
    assert talk_callback.not_taken(session, at(11, 17, 11, 59)) == [] and talk_callback.not_taken(session, at(11, 17, 12)) == [
        call
    ]


def test_what_was_kept_is_not_asked_of_the_same_side_again(cast):
    talk = closed(cast)
    upstairs, downstairs = talk.sides
    cast.step(upstairs.callbacks[0], "record", cast.zhao, at(11, 21, 10), **KEPT)
    assert upstairs.callbacks[1].asked_about(at(12, 16, 10)) == []
    assert downstairs.callbacks[0].asked_about(at(11, 21, 10)) == talk.current, "she may know better"
    cast.step(talk, "reopen", cast.li, at(11, 22, 10))
    cast.step(talk, "close", cast.li, at(11, 22, 11), outcome=Ending.SETTLED)
    assert [[call.asks_on for call in calls_of(side)] for side in talk.sides] == [[day(29), date(2026, 12, 22)]] * 2


def test_before_its_day_nobody_is_asked(cast):
    call = closed(cast).sides[0].callbacks[0]
    assert "还没有到" in refused(call, "record", cast.zhao, at(11, 20, 23, 59)) and not refused(
        call, "record", cast.zhao, at(11, 21, 0)
    )


def test_whoever_held_the_talk_looks_back_and_another_asks_the_rating(cast, session):
    talk, when = closed(cast), at(11, 21, 10)
    call = talk.sides[0].callbacks[0]
    with pytest.raises(Fault):
        cast.step(call, "record", cast.li, when, **KEPT)
    session.rollback()
    talk = closed(cast)
    call = talk.sides[0].callbacks[0]
    cast.step(call, "record", cast.li, when, result=Reach.REACHED, kept=[1])
    assert (call.state, call.assignee, call.rating, talk.current[0].kept) == (TaskState.UNDER_WAY, None, None, Kept.KEPT)
    assert "别的同事" in refused(call, "record", cast.li, when)
    assert call.id in [row.id for row in session.execute(unclaimed(cast.zhao))]
    assert call.id not in [row.id for row in session.execute(unclaimed(cast.li))]
    cast.step(call, "record", cast.zhao, when, result=Reach.REACHED, rating=Rating.FAIRLY, words="还行")
    assert (call.state, call.result, call.rating, call.typed_by_staff) == (
        TaskState.DONE,
        CallbackResult.RATED,
        Rating.FAIRLY,
        True,
    )


def test_the_rating_that_is_left_over_reaches_somebody_who_had_no_hand_in_it(cast, session):
    talk = cast.agreed()
    cast.step(talk, "close", cast.zhou, MONDAY, outcome=Ending.AGREED)
    call = talk.sides[0].callbacks[0]
    cast.step(call, "record", cast.zhou, at(11, 21, 10), result=Reach.REACHED, kept=[1])
    assert call.due_at == at(11, 23, 18), "by the next working day"

    def offered():
        return {who.username for who in cast.everyone() if call.id in [r.id for r in session.execute(unclaimed(who))]}

    assert offered() == {"zhao", "qian", "he", "wang", "liu"}
    assert not talk_callback.not_taken(session, at(11, 23, 11, 59))
    when = at(11, 23, 12)
    assert call in talk_callback.not_taken(session, when)
    cast.step(call, "rise", CLOCK, when)
    assert offered() == {"gao"} and not refused(call, "record", cast.gao, when) and refused(call, "record", cast.qian, when)
    cast.step(call, "record", cast.gao, when, result=Reach.REACHED, rating=Rating.SATISFIED)
    assert call.rating is Rating.SATISFIED


def test_the_rating_is_offered_to_nobody_who_is_refused_it(cast, session):
    talk = cast.agreed(confirmed=False)
    for one, by in zip(talk.sides, (cast.wang, cast.liu), strict=True):  # on the tablet that the heads held out
        cast.step(one, "confirm", by, MONDAY, agreements=[1])
    cast.step(talk.sides[0], "reissue", cast.qian, MONDAY)
    assert talk.sides[0].open_contact(cast.gao, MONDAY, "核对投诉"), "which is no hand"
    cast.step(talk, "close", cast.li, MONDAY, outcome=Ending.AGREED)
    call, when = talk.sides[0].callbacks[0], at(11, 21, 10)
    cast.step(call, "record", cast.li, when, result=Reach.REACHED, kept=[1])
    offered = {who for who in cast.everyone() if call.id in [row.id for row in session.execute(unclaimed(who))]}
    assert offered == {cast.zhao, cast.zhou, cast.he}
    assert offered == {who for who in cast.everyone() if not refused(call, "record", who, when)}


def test_the_calls_stand_at_the_desk_of_those_who_may_ring_once_their_day_has_come(cast, session):
    talk = closed(cast)
    by_phone, by_card = (side.callbacks[0] for side in talk.sides)

    def desk(who, moment):
        return [[row.id for row in rows] for rows in vars(Desk.of(session, who, moment)).values()]

    assert desk(cast.qian, at(11, 20, 10)) == [[], [], []]
    assert desk(cast.qian, at(11, 21, 10)) == [[by_phone.id], [], [by_card.id]] == desk(cast.li, at(11, 21, 10))
    assert desk(cast.he, at(11, 21, 10)) == desk(cast.qian, at(11, 21, 10)) and desk(cast.sun, at(11, 21, 10)) == [[], [], []]
    cast.step(by_phone, "record", cast.qian, at(11, 21, 10), result=Reach.UNREACHED)
    assert desk(cast.qian, at(11, 21, 11)) == [[], [by_phone.id], [by_card.id]]
    assert desk(cast.zhao, at(11, 21, 11)) == [[], [], [by_card.id]]
    number = by_phone.side.card.number
    assert [entry.officer for entry in rang_about(session, number, cast.zhao, at(11, 21, 11)).tries] == [cast.qian]
    assert rang_about(session, by_card.side.card.number, cast.zhao, at(11, 21, 11)) is None
    assert rang_about(session, number, cast.sun, at(11, 21, 11)) is None


def test_the_desk_makes_calls_and_sees_of_a_talk_no_more_than_that(cast, session):
    talk, when = closed(cast), at(11, 21, 10)
    side, other = talk.sides
    call, later = side.callbacks
    assert side.is_seen_by(cast.he) and not talk.is_seen_by(cast.he) and not side.lies_with(cast.he)
    assert side.needed_by(cast.he, MONDAY) is None and not side.is_seen_by(cast.sun)
    assert side.open_contact(cast.he, when).phone == "13900001234" and call.assignee is cast.he
    cast.step(call, "record", cast.he, when, **KEPT)
    cast.step(later, "record", cast.zhao, at(12, 16, 10), **KEPT)
    session.commit()
    assert call.is_seen_by(cast.he) and not later.is_seen_by(cast.he) and not side.is_seen_by(cast.he)
    assert other.is_seen_by(cast.he), "where a call is still to be made"
    rang = rang_about(session, side.card.number, cast.he, at(12, 16, 11))
    assert [entry.officer for entry in rang.tries] == [cast.zhao, cast.he], "whoever rings back is told so at the desk"


def test_a_call_is_passed_on_to_the_desk_and_by_the_bureau_where_it_went_up(cast):
    call, when = closed(cast).sides[0].callbacks[0], at(11, 21, 10)
    assert "还没有人认领" in refused(call, "pass_on", cast.wang, when) and refused(call, "pass_on", cast.gao, when)
    call.taken_by(cast.zhao)
    cast.step(call, "pass_on", cast.wang, when, handler=cast.he)
    assert call.assignee is cast.he
    cast.step(call, "put_back", cast.he, when)
    cast.step(call, "rise", CLOCK, at(11, 23, 12))
    call.taken_by(cast.gao)
    assert refused(call, "pass_on", cast.wang, when) and not refused(call, "pass_on", cast.gao, when)


def test_a_broken_promise_opens_the_talk_again(cast, session):
    talk, when = closed(cast), at(11, 21, 10)
    call = talk.sides[0].callbacks[0]
    cast.step(call, "record", cast.zhao, when, **KEPT | {"kept": [], "rating": Rating.UNSATISFIED, "words": "水还在漏。"})
    assert (talk.state, talk.outcome, talk.current[0].kept) == (TalkState.OPEN, None, Kept.BROKEN)
    assert not [call for side in talk.sides for call in calls_of(side)]
    found = session.execute(mine(cast.li)).one()
    assert (found.talk_id, found.due_at) == (talk.id, at(11, 25, 18))
    public = [entry.step for entry in talk.entries if entry.public]
    assert public[-1] == "reopen" and talk.entries[-2].text == "水还在漏。" and not talk.entries[-2].public
    cast.step(talk, "read_back", cast.li, when)
    with pytest.raises(Fault) as fault:
        cast.step(talk, "close", cast.li, when, outcome=Ending.AGREED)
    assert "没有做到" in fault.value.message
    cast.step(talk, "agree", cast.li, when, text="修好水管", side=1, until=day(27), replaces=1)
    cast.step(talk, "read_back", cast.li, when)
    for side in talk.sides:
        cast.step(side, "confirm", side.card, when, agreements=[2])
    cast.step(talk, "close", cast.li, when, outcome=Ending.AGREED)
    assert calls_of(talk.sides[0])[0].asks_on == day(27)


def test_what_one_side_says_was_kept_another_may_know_better(cast):
    talk, when = closed(cast), at(11, 21, 10)
    upstairs, downstairs = talk.sides
    cast.step(upstairs.callbacks[0], "record", cast.zhao, when, **KEPT)
    assert "tell" in [step.name for step in downstairs.open_steps(downstairs.card, when)]
    cast.step(downstairs, "tell", downstairs.card, when, kept=[], rating=Rating.UNSATISFIED, words="没修。")
    assert (talk.current[0].kept, talk.state) == (Kept.BROKEN, TalkState.OPEN)
    assert downstairs.callbacks[0].rating is Rating.UNSATISFIED
    assert talk.entries[-1].step == "reopen" and talk.entries[-1].actor == "card"


def test_nobody_is_reached_or_the_number_is_wrong(cast):
    talk = closed(cast)
    side = talk.sides[0]
    call = side.callbacks[0]
    for moment in (at(11, 21, 10), at(11, 21, 15), at(11, 22, 10)):
        cast.step(call, "record", cast.zhao, moment, result=Reach.UNREACHED)
    assert (call.state, call.result) == (TaskState.DONE, CallbackResult.UNREACHABLE)
    later = side.callbacks[1]
    cast.step(later, "record", cast.zhao, at(12, 16, 10), result=Reach.WRONG)
    assert side.phone_sealed is None and (later.channel, later.due_at) == (Channel.CARD, at(12, 23, 18))
    assert later not in talk_callback.silent(cast.session, at(12, 23, 18))
    assert later in talk_callback.silent(cast.session, at(12, 23, 18, 1))
    cast.step(later, "lapse", CLOCK, at(12, 23, 19))
    assert later.result is CallbackResult.SILENT
    refusing = talk.sides[1].callbacks[0]
    cast.step(refusing, "record", cast.zhao, at(11, 21, 10), result=Reach.REFUSED)
    assert refusing.result is CallbackResult.REFUSED and talk.state is TalkState.CLOSED


# ── how a side is reached, and how that ends


def test_the_contact_is_opened_by_whoever_holds_the_talk_then_by_whoever_rings(cast, session):
    talk = cast.agreed()
    side = talk.sides[0]
    assert side.masked.phone == "139****34" and b"13900001234" not in side.phone_sealed
    assert side.open_contact(cast.li, MONDAY) == CHEN
    with pytest.raises(Refused):
        side.open_contact(cast.zhao, MONDAY)
    assert side.open_contact(cast.wang, MONDAY).phone == side.open_contact(cast.gao, MONDAY, "核对投诉").phone == "13900001234"
    session.flush()
    line = talk.entries[-1]
    assert (line.officer, line.step, line.text, line.public) == (cast.gao, "open_contact", "核对投诉", False)
    assert cast.gao.id not in talk.handler_ids, "a look is no hand in it"
    cast.step(talk, "close", cast.li, MONDAY, outcome=Ending.AGREED)
    for early in (cast.li, cast.zhao):
        with pytest.raises(Refused):
            side.open_contact(early, MONDAY)
    assert side.open_contact(cast.zhao, at(11, 21, 10)).phone == "13900001234"
    assert side.callbacks[0].assignee is cast.zhao and refused(side.callbacks[0], "record", cast.qian, at(11, 21, 10))
    with pytest.raises(Refused):
        talk.sides[1].open_contact(cast.zhao, at(11, 21, 10))
    session.commit()
    looks = session.scalars(select(AuditLine.detail).where(AuditLine.action == "open_contact")).all()
    assert looks == ["talk", "head", "bureau", "caller"]


def test_where_the_talk_went_up_its_contact_stays_with_the_bureau_until_somebody_is_to_ring(cast):
    talk = cast.agreed(confirmed=False)
    side = talk.sides[0]
    assert side.shows_contact_to(cast.zhao) and side.needed_by(cast.wang, MONDAY) == "head"
    cast.step(talk, "escalate", cast.li, MONDAY, text="两家都只信县局。")
    assert side.is_seen_by(cast.zhao) and not side.shows_contact_to(cast.zhao) and side.shows_contact_to(cast.gao)
    assert side.needed_by(cast.wang, MONDAY) is None and side.needed_by(cast.gao, MONDAY) == "bureau"
    cast.step(talk, "take_on", cast.gao, MONDAY)
    assert side.needed_by(cast.gao, MONDAY) == "talk"
    cast.step(talk, "close", cast.gao, MONDAY, outcome=Ending.SETTLED)
    assert side.shows_contact_to(cast.zhao) and side.needed_by(cast.zhao, at(11, 21, 10)) == "caller"


def test_it_goes_90_days_after_the_last_call_or_at_once_by_card(cast, session):
    talk = closed(cast)
    side = talk.sides[0]
    for call, moment in zip(side.callbacks, (at(11, 21, 10), at(12, 16, 10)), strict=True):
        cast.step(call, "record", cast.zhao, moment, **KEPT)
    end = at(12, 16, 10) + 90 * DAY
    assert talk_side.kept_too_long(session, end) == [] and refused(side, "erase", CLOCK, end)
    assert talk_side.kept_too_long(session, end + HOUR) == [side]
    cast.step(side, "erase", CLOCK, end + HOUR)
    assert (side.state, side.is_reachable, talk_side.kept_too_long(session, end + HOUR)) == (SideState.ERASED, False, [])
    other = closed(cast)
    cast.step(other.sides[0], "erase", other.sides[0].card, MONDAY)
    assert {call.channel for call in other.sides[0].callbacks} == {Channel.CARD}


def test_photos_go_90_days_after_the_last_call_and_the_words_of_the_sides_after_three_years(cast, session):
    talk = cast.talk(photos=[Drawn(b"a leak", 4, 3)])
    cast.step(talk, "agree", cast.li, MONDAY, text="修好水管")
    cast.step(talk, "read_back", cast.li, MONDAY)
    cast.step(talk.sides[0], "object", talk.sides[0].card, MONDAY, agreement=1, words="不是我家。")
    cast.step(talk, "close", cast.li, MONDAY, outcome=Ending.ELSEWHERE, text="谈不拢。", photos=[Drawn(b"still a leak", 4, 3)])
    end = MONDAY + 90 * DAY
    assert len(talk.photos) == 2 and photos_kept_too_long(session, end) == [] and refused(talk, "erase", CLOCK, end)
    assert photos_kept_too_long(session, end + HOUR) == [talk]
    cast.step(talk, "erase", CLOCK, end + HOUR)
    assert talk.photos == [] and photos_kept_too_long(session, end + HOUR) == []
    end = MONDAY + 3 * 365 * DAY
    assert worded_too_long(session, end) == [] and refused(talk, "forget", CLOCK, end)
    assert worded_too_long(session, end + HOUR) == [talk]
    cast.step(talk, "forget", CLOCK, end + HOUR)
    said = [side.wants for side in talk.sides] + [word.words for word in talk.current[0].words]
    assert not any(said) and "不是我家。" not in [entry.text for entry in talk.entries]
    assert talk.current[0].text == "修好水管" and "谈不拢。" in [entry.text for entry in talk.entries]


@pytest.mark.parametrize("said", ["word", "line"])
def test_the_words_go_too_where_no_side_said_what_it_wants(cast, session, said):
    talk = cast.talk(sides=[Brought("甲方", "")])
    cast.step(talk, "agree", cast.li, MONDAY, text="修好水管")
    if said == "word":
        talk.current[0].words.append(
            AgreementWord(side=talk.sides[0], at=MONDAY, says=Says.WRONG, words="不是我家。", typed_by_staff=True)
        )
    else:
        talk.write_line(talk.sides[0].card, MONDAY, "tell", public=False, text="水还在漏。", shelf="sides")
    cast.step(talk, "close", cast.li, MONDAY, outcome=Ending.ELSEWHERE, text="找物业。")
    end = MONDAY + 3 * 365 * DAY + HOUR
    assert worded_too_long(session, end) == [talk]
    cast.step(talk, "forget", CLOCK, end)
    assert worded_too_long(session, end) == [] and "找物业。" in [entry.text for entry in talk.entries]


def test_a_talk_that_nobody_went_on_with_keeps_no_contact_beyond_a_year_and_no_words_beyond_three(cast, session):
    both = [Brought(called, f"{called}不让。", CHEN, consent=True) for called in ("甲方", "乙方")]
    talk, end = cast.talk(sides=both, photos=[Drawn(b"a leak", 4, 3)]), MONDAY + 365 * DAY
    assert talk_side.kept_too_long(session, end) == [] == photos_kept_too_long(session, end)
    assert talk_side.kept_too_long(session, end + HOUR) == talk.sides
    for side in talk.sides:  # the line about the first keeps nothing of the second, nor the photos
        cast.step(side, "erase", CLOCK, end + HOUR)
    cast.step(talk, "erase", CLOCK, end + HOUR)
    end = MONDAY + 3 * 365 * DAY
    assert worded_too_long(session, end) == [] and refused(talk, "forget", CLOCK, end)
    assert worded_too_long(session, end + HOUR) == [talk]
    cast.step(talk, "forget", CLOCK, end + HOUR)
    assert [side.wants for side in talk.sides] == ["", ""] and talk.state is TalkState.OPEN
    assert worded_too_long(session, end + HOUR) == []


# ── whose it is


def test_a_colleague_goes_on_with_it_and_the_first_receiver_stays(cast, session):
    talk = cast.talk()
    cast.step(talk, "pass_on", cast.li, MONDAY, handler=cast.zhao)
    assert (talk.officer, talk.receiver) == (cast.zhao, cast.li) and talk.is_seen_by(cast.li)
    assert [row.talk_id for row in session.execute(mine(cast.zhao))] == [talk.id]
    assert refused(talk, "agree", cast.li) and not refused(talk, "agree", cast.zhao) and not refused(talk, "agree", cast.wang)
    for nobody in (cast.he, cast.sun, cast.zhao, None):
        with pytest.raises(Fault):
            cast.step(talk, "pass_on", cast.wang, MONDAY, handler=nobody)
    assert talk.handler_ids == {cast.li.id, cast.zhao.id}
    cast.step(talk, "agree", cast.zhao, MONDAY, text="互相道歉。")
    cast.step(talk, "read_back", cast.zhao, MONDAY)
    cast.step(talk.sides[0], "confirm", cast.wang, MONDAY, agreements=[1])
    assert cast.wang.id in talk.handler_ids, "who confirmed for a side on the tablet asks her no rating"


def test_what_the_station_can_not_settle_goes_up_and_comes_back_to_the_first_receiver(cast, session):
    talk = cast.agreed(confirmed=False)
    cast.step(talk, "escalate", cast.li, MONDAY, text="两家都只信县局。")
    assert (talk.station, talk.officer, talk.receiver, talk.comes_next) == (cast.bureau, None, cast.li, "take_on")
    assert talk.sides[0].what_next(MONDAY)[0] and talk.held_by == "云溪县公安局"
    assert [row.next for row in session.execute(unclaimed(cast.gao))] == ["take_on"]
    assert not session.execute(mine(cast.li)).all() and not session.execute(unclaimed(cast.zhao)).all()
    assert talk.is_seen_by(cast.li) and not talk.lies_with(cast.li) and talk.lies_with(cast.gao)
    assert talk.entries[-1].public and not talk.is_seen_by(cast.sun)
    for name in ("agree", "escalate", "pass_on", "return", "take_on"):
        assert refused(talk, name, cast.li) and refused(talk, name, cast.wang)
    cast.step(talk, "take_on", cast.gao, MONDAY)
    assert talk.officer is cast.gao and not refused(talk, "agree", cast.gao) and refused(talk, "take_on", cast.gao)
    cast.step(talk, "return", cast.gao, MONDAY, text="水管修好就行，所里能谈。")
    assert (talk.station, talk.officer) == (cast.station, cast.li)
    assert [row.talk_id for row in session.execute(mine(cast.li))] == [talk.id]
    assert talk.handler_ids == {cast.li.id, cast.gao.id}


def test_where_the_first_receiver_is_gone_a_colleague_takes_it_on(cast, session):
    talk = cast.agreed(confirmed=False)
    cast.step(talk, "escalate", cast.wang, MONDAY, text="两家都只信县局。")
    cast.li.active = False
    cast.step(talk, "return", cast.gao, MONDAY, text="所里能谈。")
    assert talk.officer is None and [row.talk_id for row in session.execute(unclaimed(cast.zhao))] == [talk.id]
    assert refused(talk, "take_on", cast.zhou) and not session.execute(unclaimed(cast.he)).all()
    cast.step(talk, "take_on", cast.zhao, MONDAY)
    assert [row.talk_id for row in session.execute(mine(cast.zhao))] == [talk.id]


def test_what_the_bureau_closes_is_asked_about_by_the_station(cast, session):
    talk = cast.agreed(confirmed=False)
    cast.step(talk, "escalate", cast.li, MONDAY, text="两家都只信县局。")
    cast.step(talk, "take_on", cast.gao, MONDAY)
    for side in talk.sides:
        cast.step(side, "confirm", side.card, MONDAY, agreements=[1])
    cast.step(talk, "close", cast.gao, MONDAY, outcome=Ending.AGREED)
    call = talk.sides[0].callbacks[0]
    assert call.station_id == cast.station.id and talk.sides[0].open_contact(cast.zhao, at(11, 21, 10)).phone == "13900001234"
    cast.step(call, "record", cast.zhao, at(11, 21, 10), **KEPT | {"kept": []})
    assert [row.talk_id for row in session.execute(mine(cast.gao))] == [talk.id]


def test_what_a_side_said_is_news_in_the_queue(cast, session):
    talk = cast.agreed(confirmed=False)

    def news(who):
        return [row.talk_id for row in session.execute(changed_since(mine(who), MONDAY, who))]

    assert news(cast.li) == [], "his own hand"
    cast.step(talk.sides[0], "confirm", talk.sides[0].card, MONDAY + HOUR, agreements=[1])
    assert news(cast.li) == [talk.id] and news(cast.zhao) == []


def test_up_to_four_sides_join(cast):
    talk = cast.talk()
    with pytest.raises(Fault) as fault:
        cast.step(talk, "join", cast.zhou, MONDAY, called="物业", wants="", phone="0000-5550142")
    assert fault.value.field == "consent"
    for name in ("物业", "施工队"):
        cast.step(talk, "join", cast.zhou, MONDAY, called=name, wants="")
    assert refused(talk, "join", cast.li) and len({side.card.number for side in talk.sides}) == 4


def test_the_verbs_ask_themselves_whatever_a_form_asked(cast):
    for field, sides in {
        "consent": [Brought("甲方", "", Reachable("陈静"))],
        "called": [Brought(f"第{n}方", "") for n in range(5)],
    }.items():
        with pytest.raises(Fault) as fault:
            cast.talk(sides=sides)
        assert fault.value.field == field
        cast.session.rollback()
    call = closed(cast).sides[0].callbacks[0]
    cast.step(call, "record", cast.zhao, at(11, 21, 10), result=Reach.UNREACHED)
    cast.qian.active = False
    with pytest.raises(Fault):
        cast.step(call, "pass_on", cast.wang, at(11, 21, 11), handler=cast.qian)


def test_a_lost_card_is_told_to_staff_alone(cast):
    talk = cast.talk()
    cast.step(talk.sides[0], "reissue", cast.zhao, MONDAY)
    assert (talk.entries[-1].step, talk.entries[-1].public) == ("reissue", False)


def test_heads_see_what_nobody_went_on_with_in_time(cast, session):
    talk = cast.talk()

    def seen(moment):
        return list(session.scalars(talks_in_trouble(cast.wang, moment)))

    assert seen(at(11, 19, 18)) == [] and seen(at(11, 19, 18, 1)) == [talk]
    cast.step(talk, "close", cast.li, at(11, 20, 10), outcome=Ending.SETTLED)
    assert seen(at(11, 20, 10)) == []


def test_what_the_sides_said_is_read_in_as_many_statements_however_many_points_there_are(cast, session):
    def cost(points):
        talk = cast.talk()
        for n in range(points):
            cast.step(talk, "agree", cast.li, MONDAY, text=f"第{n}件")
        id, statements = talk.id, []
        session.commit()
        session.expunge_all()
        event.listen(session.get_bind(), "before_cursor_execute", note := lambda *call: statements.append(call[2]))
        found = session.get(Talk, id)
        assert [one.said_by(side) for one in found.current for side in found.sides] == [None] * 2 * points
        event.remove(session.get_bind(), "before_cursor_execute", note)
        return len(statements)

    li, gangnan = cast.li.id, cast.gangnan.id
    first = cost(1)
    cast.li, cast.gangnan = session.get(type(cast.li), li), session.get(type(cast.gangnan), gangnan)
    assert cost(5) == first


def test_all_of_it_is_told_in_one_ledger(cast, session):
    talk, when = closed(cast), at(11, 21, 10)
    cast.step(talk.sides[0].callbacks[0], "record", cast.zhao, when, **KEPT | {"kept": [], "rating": Rating.UNSATISFIED})
    told = [(entry.record, entry.step) for entry in talk.entries]
    assert told == [
        ("talks", "begin"),
        ("talks", "agree"),
        ("talks", "read_back"),
        ("sides", "confirm"),
        ("sides", "confirm"),
        ("talks", "close"),
        ("look_backs", "record"),
        ("talks", "reopen"),
    ]
    assert session.scalars(select(Entry).where(Entry.matter_id.is_not(None))).all() == []
    assert session.scalars(select(TalkCallback.id)).all() and session.scalars(select(Agreement.id)).all()
    assert beijing_date(talk.made_at) == day(16)

"""The morning digest: which days it tells of, what it names, what it never does, and that it says the same all day."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from blueprints.queue.commands import do_what_is_due
from models import digest
from models.asking import Rating, Reach
from models.base import BEIJING
from models.contact import Channel, Reachable
from models.digest import Digest
from models.life import Kind
from models.point import Outcome
from models.talk import Ending
from models.workdays import DayException
from tests.cast import DAY

MONDAY = date(2026, 11, 16)
WORDS = "独一无二的一句话"


def at(day, hour=8, minute=30):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BEIJING)


def rated(cast, moment, rating, solved=(1,), **what):
    matter = cast.answered(moment - timedelta(hours=1), **what)
    cast.step(matter, "rate", matter.cards[0], moment, rating=rating, solved=list(solved))
    return matter


def listed(told, name):
    count, lines = told["lists"][name]
    return [line["number"] for line in lines] if len(lines) == count else count


@pytest.fixture
def told(cast, session):
    """What a unit's digest tells on a day at half past eight."""

    def tell(day, unit=None):
        session.flush()
        return digest.drawn_up(session, (unit or cast.station).id, at(day))

    return tell


@pytest.mark.parametrize(
    ("day", "since"),
    [
        (date(2026, 11, 17), date(2026, 11, 16)),  # a Tuesday
        (date(2026, 11, 16), date(2026, 11, 13)),  # a Monday: with the weekend
        (date(2026, 10, 8), date(2026, 9, 30)),  # after the National Day
        (date(2026, 10, 12), date(2026, 10, 10)),  # after a Saturday that was worked
    ],
)
def test_it_tells_of_all_days_since_the_last_working_day_began(cast, told, day, since):
    last_minute = timedelta(minutes=-1)
    rated(cast, at(since, 0, 0) + last_minute, Rating.UNSATISFIED)  # was told before
    told_of = [rated(cast, moment, Rating.UNSATISFIED) for moment in (at(since, 0, 0), at(day, 0, 0) + last_minute)]
    rated(cast, at(day, 0, 0), Rating.UNSATISFIED)  # this morning's is tomorrow's
    assert told(day)["since"] == since and told(day)["until"] == day - DAY
    assert listed(told(day), "unhappy") == [matter.number for matter in told_of] and told(day)["asked"] == {"unsatisfied": 2}


def test_it_names_whoever_is_unsatisfied_or_says_not_solved_and_counts_all(cast, told):
    yesterday = at(MONDAY, 15)
    unhappy = rated(cast, yesterday, Rating.UNSATISFIED)
    unsolved = rated(cast, yesterday, Rating.FAIRLY, solved=(), outcome=Outcome.CANNOT)
    rated(cast, yesterday, Rating.SATISFIED)
    tuesday = told(MONDAY + DAY)
    assert listed(tuesday, "unhappy") == [unhappy.number, unsolved.number]
    assert tuesday["asked"] == {"unsatisfied": 1, "fairly": 1, "satisfied": 1}


def test_it_counts_the_gatherings_that_nobody_reads_anything_of(cast, told):
    for day in (MONDAY - 10 * DAY, MONDAY - 2 * DAY):
        cast.step(gathering := cast.gathering(at(day, 9)), "record", cast.li, at(day, 15), residents=3)
    assert (told(MONDAY)["untold"], told(MONDAY, cast.bureau)["untold"], told(MONDAY, cast.elsewhere)["untold"]) == (1, 1, 0)
    cast.step(gathering, "withhold", cast.wang, at(MONDAY), reason="没有人问什么。")
    assert told(MONDAY + 9 * DAY)["untold"] == 1


def test_it_names_what_presses_and_who_answers_for_it(cast, session, told):
    nobodys = cast.make.card(cast.rixin, at=at(MONDAY, 9)).matter
    silent = cast.accepted(at(MONDAY, 9) - 14 * DAY)
    silent.due_at = at(MONDAY + 9 * DAY)
    overdue = cast.accepted(at(MONDAY, 9) - 5 * DAY)
    ringing = cast.answered(at(MONDAY, 9) - 5 * DAY, contact=Reachable("陈静", "0000-5550142"), reply_by=Channel.PHONE)
    tuesday = told(MONDAY + DAY)
    found = {name: listed(tuesday, name) for name in tuesday["lists"]}
    assert found == {
        "unhappy": [],
        "silent": [silent.number],
        "overdue": [overdue.number],
        "unclaimed": [nobodys.number],
        "callbacks": [ringing.number],
    }
    facts = {"id": overdue.id, "number": overdue.number, "kind": Kind.REQUEST, "community": "港南社区"}
    assert tuesday["lists"]["overdue"][1] == [facts | {"station": "城南派出所", "answers": "李建平"}]
    assert tuesday["lists"]["unclaimed"][1][0]["answers"] is None


def test_another_stations_stand_in_its_own_and_in_the_bureaus(cast, session, told):
    theirs = cast.make.card(cast.hedong, at=at(MONDAY) - 14 * DAY).matter
    cast.step(theirs, "accept", cast.sun, at(MONDAY) - 14 * DAY, summary="路灯不亮", category=cast.make.category())
    ringing = cast.answered(at(MONDAY) - 5 * DAY, contact=Reachable("陈静", "0000-5550142"), reply_by=Channel.PHONE)
    ringing.station = cast.elsewhere
    ringing.open_callback.station_id = cast.elsewhere.id
    session.flush()
    for name, matter in (("overdue", theirs), ("callbacks", ringing)):
        assert listed(told(MONDAY), name) == []
        assert listed(told(MONDAY, cast.elsewhere), name) == listed(told(MONDAY, cast.bureau), name) == [matter.number]


def test_no_complaint_is_ever_in_it_also_not_what_was_one_or_becomes_one(cast, session, told):
    long_ago, officer = at(MONDAY, 9) - 20 * DAY, cast.li
    complaint = cast.make.card(cast.gangnan, kind=Kind.COMPLAINT, about="不知道是谁", at=long_ago).matter
    cast.step(complaint, "accept", cast.gao, long_ago, summary="态度不好", category=cast.make.category())
    was_one = cast.accepted(long_ago)
    was_one.concerns.append(officer)
    becomes_one = cast.accepted(long_ago)
    session.flush()
    for unit in (cast.station, cast.bureau):
        assert listed(told(MONDAY, unit), "overdue") == [becomes_one.number]
    for unit in (cast.station, cast.bureau):
        digest.keep(session, unit.id, at(MONDAY), told(MONDAY, unit))
    readers = {kept.unit_id: kept for kept in session.scalars(select(Digest))}
    readers = [(readers[reader.unit_id], reader) for reader in (cast.wang, cast.gao)]
    assert [kept.lists(session, reader)["overdue"][0] for kept, reader in readers] == [1, 1]
    cast.step(becomes_one, "sort", cast.wang, at(MONDAY), kind=Kind.COMPLAINT, text="说的是民警。")
    assert [kept.lists(session, reader)["overdue"] for kept, reader in readers] == [(0, [])] * 2


def test_it_holds_no_word_of_anybodys(cast, session, told):
    more = {"body": WORDS, "points": [WORDS], "contact": Reachable("独一无二", "0000-5550142")}
    matter = cast.make.card(cast.gangnan, at=at(MONDAY) - 20 * DAY, **more).matter
    cast.step(matter, "accept", cast.li, at(MONDAY) - 20 * DAY, summary="独一无二的摘要", category=cast.make.category())
    assert listed(told(MONDAY), "overdue") == [matter.number] and "独一无二" not in str(told(MONDAY))


def test_it_names_ten_and_counts_the_rest(cast, told):
    for _n in range(12):
        cast.make.card(cast.rixin, at=at(MONDAY))
    count, lines = told(MONDAY + DAY)["lists"]["unclaimed"]
    assert (count, len(lines)) == (12, 10)


def test_it_is_due_at_half_past_eight_on_working_days(cast, session):
    saturday, holiday = MONDAY + 5 * DAY, MONDAY + DAY
    session.add(DayException(day=holiday, worked=False, reason="停水停电"))
    session.flush()
    all_units = [cast.bureau.id, cast.station.id, cast.elsewhere.id]
    assert digest.due(session, at(MONDAY, 8, 29)) == []
    assert digest.due(session, at(MONDAY)) == digest.due(session, at(MONDAY, 22)) == all_units
    assert digest.due(session, at(saturday)) == digest.due(session, at(holiday)) == []
    digest.keep(session, cast.station.id, at(MONDAY), {})
    assert digest.due(session, at(MONDAY)) == [cast.bureau.id, cast.elsewhere.id]


def test_two_machines_make_one_and_later_ones_change_nothing(another_app, cast, session, time_machine):
    cast.accepted(at(MONDAY) - 14 * DAY)
    session.commit()

    def tick(app):
        with app.app_context():
            do_what_is_due()

    def kept():
        session.rollback()
        return session.execute(select(Digest.unit_id, Digest.day, func.length(Digest.told)).order_by(Digest.unit_id)).all()

    time_machine.move_to(at(MONDAY, 8, 31), tick=False)
    with ThreadPoolExecutor() as machines:
        list(machines.map(tick, [another_app(), another_app()]))
    made = kept()
    assert [(unit, day) for unit, day, _told in made] == [
        (unit.id, MONDAY) for unit in (cast.bureau, cast.station, cast.elsewhere)
    ]
    cast.accepted(at(MONDAY) - 14 * DAY)
    session.commit()
    time_machine.move_to(at(MONDAY, 17), tick=False)
    tick(another_app())
    assert kept() == made


def test_thirty_can_be_leafed_back_to(cast, session):
    for day in range(60):
        if digest.due(session, at(MONDAY + day * DAY)):
            digest.keep(session, cast.station.id, at(MONDAY + day * DAY), {})
    assert session.scalar(select(func.count()).select_from(Digest)) == 30


def test_it_names_the_talks_that_were_broken_or_came_to_nothing_by_place_and_officer(cast, told):
    broken, failed, fine = (cast.agreed(at(MONDAY, 9), days=1) for _n in range(3))
    for talk, outcome in ((broken, Ending.AGREED), (failed, Ending.FAILED), (fine, Ending.AGREED)):
        cast.step(talk, "close", cast.li, at(MONDAY, 10), outcome=outcome)
    tuesday = MONDAY + DAY
    assert [line["id"] for line in told(tuesday)["talks"][1]] == [failed.id]
    said = {"result": Reach.REACHED, "kept": [], "rating": Rating.UNSATISFIED, "words": WORDS}
    cast.step(broken.sides[0].callbacks[0], "record", cast.zhao, at(tuesday, 9), **said)
    count, lines = told(tuesday + DAY)["talks"]
    assert (count, [line["id"] for line in lines]) == (2, [broken.id, failed.id])
    where = {"station": "城南派出所", "community": "港南社区", "answers": "李建平"}
    assert lines[0] == {"id": broken.id, **where, "outcome": None, "broken": True}
    late = cast.talk(at(MONDAY, 9))
    _count, lines = told(MONDAY + 8 * DAY)["talks"]
    assert [(line["id"], line["broken"]) for line in lines] == [(broken.id, True), (late.id, False)], (
        "what failed is shown for a week"
    )
    assert told(tuesday + DAY, cast.elsewhere)["talks"] == (0, [])

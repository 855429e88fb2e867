"""The rate of the satisfied: what counts, once, as what, and on which day."""

from datetime import date, datetime, timedelta

import pytest

from models.asking import CallbackResult, Rating
from models.base import BEIJING
from models.contact import Channel
from models.life import Kind
from models.point import Outcome
from models.satisfaction import Figures, Formula, Period, Tally, figures, figures_for
from models.steps import CLOCK
from tests.cast import DAY, MONDAY

NOVEMBER = date(2026, 11, 1), date(2026, 11, 30)
SATISFIED, FAIRLY, UNSATISFIED = Rating


@pytest.fixture
def counted(cast, session):
    """What was said at Li's station, complaints apart."""

    def count(since=NOVEMBER[0], until=NOVEMBER[1]):
        session.flush()
        return figures(session, since, until, [cast.station.id])[cast.station.id, False]

    return count


def rate(cast, matter, at, rating, solved=(1,)):
    cast.step(matter, "rate", matter.cards[0], at, rating=rating, solved=list(solved))


def record(cast, matter, at, rating):
    cast.step(matter.open_callback, "record", cast.zhao, at, result=cast.reach("reached"), rating=rating, solved=[1])


@pytest.mark.parametrize(
    ("satisfied", "fairly", "unsatisfied", "rate", "only_satisfied", "is_enough"),
    [
        (5, 4, 0, None, None, True),  # nine: no percentage, and none to fall short
        (5, 4, 1, 900, 500, True),
        (5, 3, 2, 800, 500, False),
        (800, 99, 101, 899, 800, False),
        (8999, 0, 1001, 899, 899, False),  # 89.99 % is not 90
    ],
)
def test_a_rate_begins_at_ten_ratings_and_is_rounded_down(satisfied, fairly, unsatisfied, rate, only_satisfied, is_enough):
    tally = Tally({SATISFIED: satisfied, FAIRLY: fairly, UNSATISFIED: unsatisfied, CallbackResult.SILENT: 50})
    assert (tally.rate, tally.satisfied, tally.is_enough) == (rate, only_satisfied, is_enough)


def test_another_formula_counts_what_is_fairly_at_its_share_and_changes_nothing_of_ours():
    tally = Tally({SATISFIED: 6, FAIRLY: 3, UNSATISFIED: 1})
    assert (tally.share(500), tally.share(0), tally.share(1000), tally.rate) == (750, 600, 900, 900)


def test_the_gap_is_told_only_where_both_have_a_rate():
    ten, nine = Tally({SATISFIED: 10}), Tally({SATISFIED: 9})
    assert Figures(Tally({SATISFIED: 9, UNSATISFIED: 1}), ten).gap == 100
    assert Figures(ten, Tally({SATISFIED: 9, UNSATISFIED: 1})).gap == -100
    assert Figures(ten, ten).gap == 0
    assert Figures(ten, nine).gap is None and Figures(nine, ten).gap is None


def test_whoever_gave_no_rating_is_never_satisfied_and_stands_apart(cast, session, counted):
    for ending in (CallbackResult.UNREACHABLE, CallbackResult.REFUSED, CallbackResult.SILENT):
        matter = cast.answered(reply_by=Channel.PHONE)
        matter.steps["lapse"].follow(matter, by=cast.zhao, at=MONDAY, because="record", result=ending)
    cast.answered()  # not asked yet
    tally = counted().all
    assert (tally.n, tally.unreachable, tally.refused, tally.silent, tally.rate) == (0, 1, 1, 1, None)


def test_a_rating_typed_by_staff_stands_apart_until_the_resident_corrects_it(cast, session, counted):
    matter = cast.answered(reply_by=Channel.PHONE)
    record(cast, matter, MONDAY + DAY, SATISFIED)
    assert (counted().own, counted().typed) == (Tally(), Tally({SATISFIED: 1}))
    rate(cast, matter, MONDAY + 2 * DAY, FAIRLY)
    assert (counted().own, counted().typed) == (Tally({FAIRLY: 1}), Tally())


def test_what_was_opened_again_counts_once_by_its_last_callback_of_the_period(cast, session, counted):
    matter = cast.answered(reply_by=Channel.PHONE)
    rate(cast, matter, MONDAY, UNSATISFIED, solved=())
    cast.step(matter, "answer", cast.li, MONDAY + DAY, point=1, outcome=Outcome.DONE, text="又去修了一次。")
    rate(cast, matter, MONDAY + 2 * DAY, SATISFIED)
    assert counted().all == {SATISFIED: 1}
    assert counted(until=date(2026, 11, 17)).all == {UNSATISFIED: 1}
    assert counted(since=date(2026, 11, 19)).all == {}


def test_a_word_after_silence_counts_on_the_day_it_was_said(cast, session, counted):
    matter = cast.answered()
    cast.step(matter, "lapse", CLOCK, MONDAY + 9 * DAY, result=CallbackResult.SILENT)
    assert counted(until=date(2026, 11, 25)).all == {CallbackResult.SILENT: 1}
    rate(cast, matter, MONDAY + 12 * DAY, FAIRLY)
    assert counted(until=date(2026, 11, 25)).all == {} and counted(since=date(2026, 11, 28)).all == {FAIRLY: 1}


def test_a_day_is_one_of_beijing(cast, session, counted):
    midnight = datetime(2026, 11, 18, 0, 0, tzinfo=BEIJING)
    for moment in (midnight - timedelta(seconds=1), midnight, midnight + DAY):
        rate(cast, cast.answered(), moment, SATISFIED)
    assert counted(date(2026, 11, 18), date(2026, 11, 18)).all == {SATISFIED: 1}


def test_what_ends_with_the_resident_unsatisfied_is_never_counted_as_fairly(cast, session, counted):
    matter = cast.answered(outcome=Outcome.CANNOT)
    rate(cast, matter, MONDAY, FAIRLY, solved=())
    for head in (cast.wang, cast.gao):
        assert counted().all == {FAIRLY: 1}
        cast.step(matter, "review", head, MONDAY + DAY, verdict=cast.verdict("confirm"), text="现在确实办不了。")
    cast.step(matter, "sign_off", cast.liu, MONDAY + DAY)
    assert counted().all == {UNSATISFIED: 1}


def test_complaints_are_tallied_apart_and_for_the_bureau_alone(cast, session, counted):
    rate(cast, cast.answered(), MONDAY, SATISFIED)
    complaint = cast.make.card(cast.gangnan, kind=Kind.COMPLAINT, about="不知道是谁").matter
    cast.step(complaint, "accept", cast.gao, MONDAY, summary="态度不好", category=cast.make.category())
    cast.step(complaint, "answer", cast.gao, MONDAY, point=1, outcome=Outcome.DONE, text="查过了，已经批评。")
    rate(cast, complaint, MONDAY, UNSATISFIED, solved=[1])
    rows, complaints = figures_for(session, cast.wang, *NOVEMBER)
    assert [(unit.name, found.all) for unit, found in rows] == [("城南派出所", {SATISFIED: 1})] and complaints is None
    rows, complaints = figures_for(session, cast.gao, *NOVEMBER)
    assert [found.all for _unit, found in rows] == [{}, {SATISFIED: 1}, {}] and complaints.all == {UNSATISFIED: 1}


def test_the_periods_end_today_or_with_their_month():
    today = date(2026, 3, 1)
    assert Period.MONTH.days(today) == (today, today)
    assert Period.LAST_MONTH.days(today) == (date(2026, 2, 1), date(2026, 2, 28))
    assert Period.YEAR.days(today) == (date(2026, 1, 1), today)
    assert Period.LAST_MONTH.days(date(2026, 1, 31)) == (date(2025, 12, 1), date(2025, 12, 31))


def test_a_bureau_keeps_one_formula_and_its_stations_read_it(cast, session):
    for title, share in (("市局口径", 500), ("省厅口径", 800)):
        Formula.keep(session, cast.gao, MONDAY, title, share)
    kept = Formula.of(session, cast.station)
    assert (kept.title, kept.fairly) == ("省厅口径", 800)
    Formula.keep(session, cast.gao, MONDAY, "", 0)
    assert Formula.of(session, cast.station) is None

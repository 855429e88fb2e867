"""The clock of a matter, held against an oracle that was written from the design alone and shares no code with models/."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest

from models.asking import CallbackResult, Rating, Reach
from models.callback import unanswered
from models.contact import Channel, Reachable
from models.life import Kind, State
from models.matter import kept_too_long, promises_over, waited_in_vain
from models.point import Outcome
from models.steps import CLOCK, Refused
from models.workdays import DayException
from tests.conftest import _new_sqlite

DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)

# ── the oracle


def some(year, *spans):
    return {date(year, month, day) for month, first, last in spans for day in range(first, last + 1)}


# 2026: 国务院办公厅关于2026年部分节假日安排的通知, 国办发明电〔2025〕7号, 4 November 2025
# (www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm; read in Xinhua's print, politics.gmw.cn/2025-11/04/content_38391083.htm)
OFF = some(2026, (1, 1, 3), (2, 15, 23), (4, 4, 6), (5, 1, 5), (6, 19, 21), (9, 25, 27), (10, 1, 7))
WORKED = some(2026, (1, 4, 4), (2, 14, 14), (2, 28, 28), (5, 9, 9), (9, 20, 20), (10, 10, 10))
# 2027 and 2028 have no list yet: the days of 全国年节及纪念日放假办法 (国务院令第795号), those on a weekend made up behind it
OFF |= some(
    2027, (1, 1, 1), (2, 5, 8), (2, 9, 10), (4, 5, 5), (5, 1, 2), (5, 3, 4), (6, 9, 9), (9, 15, 15), (10, 1, 3), (10, 4, 5)
)
OFF |= some(2028, (1, 1, 1), (1, 3, 3), (1, 25, 28), (4, 4, 4), (5, 1, 2), (5, 28, 29))  # up to May


def on(at):
    """The date in Beijing, which is eight hours ahead."""
    return (at.astimezone(UTC) + 8 * HOUR).date()


def six(day):
    """18:00 in Beijing."""
    return datetime.combine(day, time(10), UTC)


class Oracle:
    """Working days counted one by one; `known` is what the administrator knows better."""

    def __init__(self, known):
        self.known = known

    def works(self, day):
        return self.known.get(day, day in WORKED or (day.weekday() < 5 and day not in OFF))

    def nth(self, day, n):
        later = (day + k * DAY for k in range(1, 99))
        return [day for day in later if self.works(day)][n - 1]

    def end(self, at, n):
        return six(self.nth(on(at), n))

    def left(self, at, due):
        return max(1, len([n for n in range(1, (on(due) - on(at)).days + 1) if self.works(on(at) + n * DAY)]))

    def asked_by(self, channel, at):
        return {
            Channel.CARD: six(on(at) + 7 * DAY),
            Channel.SMS: six(on(at) + DAY),
            Channel.PHONE: self.end(at, 1),
            Channel.VISIT: self.end(at, 5),
        }[channel]


# ── the rules of DESIGN §3 and §4: each drives a matter from `at` on and yields what it finds, and what the oracle says

REACHABLE = {"contact": Reachable(phone="0000-5550142")}
RULES = []


def rule(told):
    RULES.append(told)
    return told


def refused(cast, record, step, by, at, **fields):
    try:
        cast.step(record, step, by, at, **fields)
    except Refused:
        return True


def rated(cast, at, **what):
    matter = cast.answered(at, **what)
    cast.step(matter, "rate", matter.cards[0], at, rating=Rating.SATISFIED, solved=[1])
    return matter


@rule
def an_answer_is_due_by_its_kind_and_the_first_contact_before_it(cast, oracle, at, dice):
    for kind, days in ((Kind.QUESTION, 1), (Kind.REQUEST, 3), (Kind.SUGGESTION, 7)):
        matter = cast.make.card(cast.gangnan, kind=kind, at=at).matter
        yield matter.due_at, oracle.end(at, days)
        yield matter.open_handling.due_at, oracle.end(at, 1)
        accepted = {"summary": "路灯不亮", "category": cast.make.category()}
        cast.step(matter, "accept", cast.li, at + dice.randrange(200) * HOUR, **accepted)
        yield (matter.due_at, matter.open_handling.due_at), (oracle.end(at, days),) * 2


@rule
def a_complaint_has_seven_days(cast, oracle, at, dice):
    yield cast.make.card(cast.gangnan, kind=Kind.COMPLAINT, at=at).matter.due_at, oracle.end(at, 7)


@rule
def a_category_makes_it_shorter_never_longer(cast, oracle, at, dice):
    days = cast.make.category().answer_days = dice.randint(1, 9)
    yield cast.accepted(at, kind=Kind.SUGGESTION).due_at, oracle.end(at, min(days, 7))
    yield cast.accepted(at, kind=Kind.QUESTION).due_at, oracle.end(at, 1)


@rule
def a_number_has_the_year_of_beijing(cast, oracle, at, dice):
    yield cast.make.card(cast.gangnan, at=at).number[3:5], f"{on(at):%y}"


@rule
def waiting_stops_the_clock_and_keeps_the_whole_days_left(cast, oracle, at, dice):
    for reply_by, days in ((Channel.CARD, 10), (Channel.SMS, 5), (Channel.PHONE, 5), (Channel.VISIT, 5)):
        matter = cast.accepted(at, kind=Kind.SUGGESTION, reply_by=reply_by, **REACHABLE)
        asked = at + dice.randrange(12 * 24) * HOUR
        cast.step(matter, "ask", cast.li, asked, text="哪一盏灯？")
        left, end = oracle.left(asked, oracle.end(at, 7)), oracle.end(asked, days)
        yield (matter.due_at, matter.days_left, matter.waits_until), (None, left, end)
        told = asked + dice.randrange(1, 7 * 24) * HOUR
        cast.step(matter, "resume", dice.choice([cast.li, matter.cards[0]]), told, words="南门那盏。")
        first = min(oracle.end(told, left), oracle.end(told, 1))  # she left a phone, and nobody has spoken to her yet
        yield (matter.due_at, matter.open_handling.due_at), (oracle.end(told, left), first)
        left = oracle.left(told, oracle.end(told, left))
        cast.step(matter, "ask", cast.li, told, text="哪根杆子？")
        end = oracle.end(told, days)
        yield (waited_in_vain(cast.session, end), refused(cast, matter, "resume", CLOCK, end)), ([], True)
        yield waited_in_vain(cast.session, end + SECOND), [matter]
        cast.step(matter, "resume", CLOCK, end + dice.choice([SECOND, 9 * DAY]))  # however long the clock stood still
        yield matter.due_at, oracle.end(end, left)


@rule
def more_time_counts_from_the_date_due_or_from_today(cast, oracle, at, dice):
    for _n in range(2):
        matter, days, asked = cast.accepted(at), dice.randint(1, 15), at + dice.randrange(240) * HOUR
        cast.step(matter, "extend", cast.wang, asked, days=days, text="要等厂家来人。")
        since = max(on(oracle.end(at, 3)), on(asked))
        yield (matter.due_at, matter.open_handling.due_at), (six(oracle.nth(since, days)),) * 2


@rule
def a_promise_lies_after_today_and_within_15_working_days_or_a_head_makes_it(cast, oracle, at, dice):
    matter, latest = cast.accepted(at), oracle.nth(on(at), 15)
    promise = {"point": 1, "outcome": Outcome.UNDER_WAY, "text": "在办。"}
    yield refused(cast, matter, "answer", cast.li, at, until=on(at), **promise), True
    yield refused(cast, matter, "answer", cast.li, at, until=latest + DAY, **promise), True
    for by, until in ((cast.li, latest), (cast.wang, latest + DAY), (cast.li, on(at) + DAY)):
        cast.step(matter, "answer", by, at, until=until, **promise)
        yield (matter.due_at, matter.open_handling.due_at), (six(until),) * 2
    yield refused(cast, matter, "answer", cast.wang, at, until=latest, **promise), True  # a third move


@rule
def the_earliest_promise_is_due_and_asked_about_when_its_day_is_over(cast, oracle, at, dice):
    reply_by = dice.choice(list(Channel))
    matter = cast.accepted(at, points=["灯", "井盖"], reply_by=reply_by, **REACHABLE)
    days = [on(at) + dice.randint(1, 14) * DAY for _point in matter.points]
    for point, until in enumerate(days, 1):
        cast.step(matter, "answer", cast.li, at, point=point, outcome=Outcome.UNDER_WAY, text="在办。", until=until)
    due = six(min(days))
    yield (matter.state, matter.due_at, matter.open_callback), (State.ANSWERED, due, None)
    yield (promises_over(cast.session, due), promises_over(cast.session, due + SECOND)), ([], [matter])
    matter.ask_about_promises(due + SECOND)
    yield matter.open_callback.due_at, oracle.asked_by(reply_by, due)


@rule
def what_is_not_solved_or_sent_back_is_mended_in_five_working_days(cast, oracle, at, dice):
    later = at + dice.randrange(150) * HOUR
    matter = cast.answered(at)
    cast.step(matter, "rate", matter.cards[0], later, rating=Rating.UNSATISFIED, solved=[])
    yield (matter.due_at, matter.open_handling.due_at), (oracle.end(later, 5),) * 2
    matter = cast.answered(at)
    cast.step(matter, "send_back", cast.wang, later, points=[1], text="请再去看一次。")
    yield (matter.due_at, matter.open_handling.due_at), (oracle.end(later, 5),) * 2


@rule
def she_is_asked_back_by_her_channel(cast, oracle, at, dice):
    for reply_by in Channel:
        matter = cast.answered(at, reply_by=reply_by, **REACHABLE)
        yield (matter.due_at, matter.open_callback.due_at), (None, oracle.asked_by(reply_by, at))
    later, other = at + dice.randrange(99) * HOUR, dice.choice(list(Channel))
    cast.step(matter, "reach", matter.cards[0], later, reply_by=other)
    stays = other is reply_by  # the same way to ask: the day stays
    yield matter.open_callback.due_at, oracle.asked_by(other, at if stays else later)


@rule
def a_card_waits_until_its_seventh_day_is_over(cast, oracle, at, dice):
    matter = cast.answered(at)
    callback, end = matter.open_callback, six(on(at) + 7 * DAY)
    lapse = {"result": CallbackResult.SILENT}
    yield (unanswered(cast.session, end), refused(cast, matter, "lapse", CLOCK, end, **lapse)), ([], True)
    yield unanswered(cast.session, end + SECOND), [callback]
    yield refused(cast, matter, "lapse", CLOCK, end + SECOND, **lapse), None


@rule
def three_tries_on_two_days_of_beijing_mean_unreachable(cast, oracle, at, dice):
    tries = [at + n * dice.choice([SECOND, 3 * HOUR, 9 * HOUR]) for n in range(3)]
    matter = cast.answered(at, contact=Reachable("陈静", "0000-5550142"))
    for tried in tries:
        cast.step(matter.open_callback, "record", cast.qian, tried, result=Reach.UNREACHED)
    unreachable = len({on(tried) for tried in tries}) > 1
    yield matter.state, State.CALLED_BACK if unreachable else State.ANSWERED


@rule
def a_rating_is_corrected_for_seven_days(cast, oracle, at, dice):
    matter = rated(cast, at)
    card, anew = matter.cards[0], {"rating": Rating.FAIRLY, "solved": [1]}
    yield refused(cast, matter, "rate", card, at + 7 * DAY + SECOND, **anew), True
    yield refused(cast, matter, "rate", card, at + 7 * DAY, **anew), None
    yield refused(cast, matter, "rate", card, at + 7 * DAY + SECOND, solved=[]), None  # not solved can always be said


@rule
def the_card_objects_for_90_days(cast, oracle, at, dice):
    matter, end = rated(cast, at - HOUR), at + 90 * DAY
    cast.step(matter, "sign_off", cast.wang, at)
    yield matter.what_next(at)[1]["until"], end
    yield refused(cast, matter, "rate", matter.cards[0], end + SECOND, solved=[]), True
    yield refused(cast, matter, "rate", matter.cards[0], end, solved=[]), None
    yield (matter.state, matter.due_at, matter.closed_at), (State.IN_HAND, oracle.end(end, 5), None)


@rule
def she_is_without_news_after_five_working_days_of_silence(cast, oracle, at, dice):
    def turns(matter, since):
        end = oracle.end(since, 5)
        return (matter.is_without_news(end), matter.is_without_news(end + SECOND)), (False, True)

    matter, later = cast.accepted(at, kind=Kind.SUGGESTION, **REACHABLE), at + dice.randrange(1, 90) * HOUR
    card = matter.cards[0]
    yield turns(matter, at)
    cast.step(matter, "add", card, later, words="有消息吗？")
    cast.step(matter, "reach", card, later, reply_by=Channel.PHONE)
    cast.step(matter, "erase", card, later)
    yield turns(matter, at)  # her own doing is no news
    cast.step(matter, "ask", cast.li, later, text="哪一盏灯？")
    yield matter.is_without_news(later + 90 * DAY), False
    later += dice.randrange(1, 90) * HOUR
    cast.step(matter, "resume", card, later, words="南门那盏。")
    yield turns(matter, later)
    cast.step(matter, "extend", cast.wang, later + HOUR, days=3, text="要等厂家来人。")
    yield turns(matter, later + HOUR)


@rule
def before_a_promised_date_no_news_is_missed(cast, oracle, at, dice):
    matter, until = cast.accepted(at), on(at) + dice.randint(1, 18) * DAY
    cast.step(matter, "answer", cast.wang, at, point=1, outcome=Outcome.UNDER_WAY, text="在办。", until=until)
    end = max(six(until), oracle.end(at, 5))
    yield (matter.is_without_news(end), matter.is_without_news(end + SECOND)), (False, True)


@rule
def contact_data_end_90_days_after_the_matter(cast, oracle, at, dice):
    signed_off = rated(cast, at - HOUR, **REACHABLE)
    cast.step(signed_off, "sign_off", cast.wang, at)
    withdrawn = cast.accepted(at - HOUR, **REACHABLE)
    cast.step(withdrawn, "withdraw", withdrawn.cards[0], at)
    thanked = cast.make.card(cast.gangnan, kind=Kind.PRAISE, at=at - HOUR, **REACHABLE).matter
    cast.step(thanked, "thank", cast.li, at, text="应该的。")
    end = at + 90 * DAY
    yield (kept_too_long(cast.session, end), kept_too_long(cast.session, end + SECOND)), ([], [signed_off, withdrawn, thanked])
    cast.step(signed_off, "rate", signed_off.cards[0], end, solved=[])
    yield kept_too_long(cast.session, end + SECOND), [withdrawn, thanked]  # a reopened matter counts anew


@rule
def contact_data_never_outlive_a_year_without_an_entry(cast, oracle, at, dice):
    matter = cast.make.card(cast.gangnan, at=at, **REACHABLE).matter
    last = at + dice.randrange(2000) * HOUR
    cast.step(matter, "add", matter.cards[0], last, words="还有一盏。")
    is_leap_day = (last.month, last.day) == (2, 29)
    a_year_later = (last - DAY if is_leap_day else last).replace(year=last.year + 1)
    yield (kept_too_long(cast.session, last + 364 * DAY), kept_too_long(cast.session, a_year_later + SECOND)), ([], [matter])


# ── the moments

DAYS = """
    2026-11-16 2026-11-18 2026-11-20 2026-11-21 2026-11-22
    2026-01-01 2026-01-03 2026-01-04 2026-02-13 2026-02-14 2026-02-15 2026-02-23 2026-02-27 2026-02-28 2026-04-03 2026-04-30
    2026-05-05 2026-05-09 2026-06-18 2026-09-19 2026-09-20 2026-09-24 2026-09-30 2026-10-01 2026-10-07 2026-10-09 2026-10-10
    2026-12-31 2027-01-01 2027-01-02 2027-02-04 2027-02-07 2027-02-10 2027-03-01 2027-04-30 2027-09-30 2028-02-25 2028-02-28 2028-02-29
"""
CASES = 12  # of each rule
TIMES = [time(0), time(0, 0, 1), time(8, 30), time(17, 59, 59), time(18), time(18, 0, 1), time(23, 59, 59)]


def moments(dice, days):
    """Each day at an hour of Beijing, in UTC; on every third an administrator knows some of the days that follow better."""
    for day in days:
        at = datetime.combine(day, dice.choice(TIMES), UTC) - 8 * HOUR
        known = {day + n * DAY: dice.random() < 0.5 for n in dice.sample(range(-1, 15), 5)} if dice.random() < 1 / 3 else {}
        yield at, known


def disagreements(cast, rule, days, count):
    """Where models and oracle differ: the moment, what the administrator knew, what was found, what was expected."""
    dice, wrong = Random(rule.__name__), []
    for at, known in moments(dice, dice.sample(days, count)):
        cast.session.add_all(DayException(day=day, worked=worked, reason="通知") for day, worked in known.items())
        found = [pair for pair in rule(cast, Oracle(known), at, dice) if pair[0] != pair[1]]
        wrong += [(f"{at + 8 * HOUR:%F %T}", known, *pair) for pair in found]
        cast.session.rollback()
    return wrong


def on_days(days):
    return [date.fromisoformat(day) for day in days.split()]


@pytest.mark.parametrize("settings", [_new_sqlite], ids=["sqlite"], indirect=True)
@pytest.mark.parametrize("rule", RULES, ids=[rule.__name__ for rule in RULES])
def test_the_clock_agrees_with_the_oracle(rule, cast):
    assert disagreements(cast, rule, on_days(DAYS), CASES) == []


@pytest.mark.parametrize("rule", RULES, ids=[rule.__name__ for rule in RULES])
def test_on_both_databases(rule, cast):
    assert disagreements(cast, rule, on_days("2026-02-13 2026-09-30 2026-12-31"), 1) == []


def test_there_are_more_than_200_cases():
    assert len(RULES) * CASES > 200

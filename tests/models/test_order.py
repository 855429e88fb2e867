"""Rectification orders: what is not solved is numbered, mended, checked, asked about by somebody else, and looked after when late."""

from datetime import timedelta

import pytest

from models import order
from models.asking import Rating
from models.contact import Channel, Reachable
from models.echoing import Verdict
from models.life import Kind, State
from models.officer import Role
from models.order import Check, late_orders
from models.point import Echo, Outcome
from models.steps import CLOCK, Fault, Refused
from models.task import TaskState, mine
from models.workdays import day_end
from tests.cast import DAY, MONDAY

TUESDAY = MONDAY + DAY
CHEN = {"contact": Reachable("陈静", "0000-5550142"), "reply_by": Channel.PHONE}


def not_solved(cast, at=TUESDAY, words="晚上还是黑的。", **what):
    matter = cast.answered(**CHEN | what)
    cast.step(matter, "rate", matter.cards[0], at, rating=Rating.UNSATISFIED, solved=[], words=words)
    return matter


def mended(cast, **what):
    matter = not_solved(cast, **what)
    for point in matter.points_to_answer:
        cast.step(matter, "answer", cast.li, TUESDAY, point=point.ordinal, outcome=Outcome.DONE, text="换了新灯。")
    return matter


def test_not_solved_becomes_an_order_with_her_words_a_number_and_five_working_days(cast, session):
    [issued] = not_solved(cast).orders
    other = not_solved(cast).orders[0]
    assert (issued.unit, issued.year, issued.serial, other.serial) == (cast.station, 2026, 1, 2)
    assert issued.issuer is None and [entry.text for entry in issued.reasons] == ["晚上还是黑的。"]
    assert issued.assignee is cast.li and issued.level is Role.HEAD and issued.points == [1]
    assert issued.due_at == day_end((MONDAY + 8 * DAY).date())
    row = next(row for row in session.execute(mine(cast.li)) if row.id == issued.id)
    assert order.RectificationOrder.home(row) == ("matters", issued.matter_id)
    assert order.RectificationOrder.offers(row, cast.li) == "answer"


def test_numbers_begin_anew_with_the_year_of_beijing(cast):
    at = MONDAY.replace(month=12, day=31, hour=15)
    last, first = not_solved(cast, at=at).orders[0], not_solved(cast, at=at + timedelta(hours=2)).orders[0]
    assert [(order.year, order.serial) for order in (last, first)] == [(2026, 1), (2027, 1)]


def test_what_was_mended_is_checked_before_she_is_asked(cast, session):
    matter = mended(cast)
    issued = matter.orders[0]
    assert matter.state is State.ANSWERED and matter.open_callback is None and issued.is_to_check
    assert [row.id for row in session.execute(order.to_check(cast.wang))] == [issued.id]
    cast.step(issued, "check", cast.wang, TUESDAY, verdict=Check.PASSED)
    assert matter.open_callback.channel is Channel.PHONE and not issued.is_to_check
    assert session.execute(order.to_check(cast.wang)).all() == []
    cast.step(
        matter.open_callback, "record", cast.zhao, TUESDAY, result=cast.reach("reached"), rating=Rating.SATISFIED, solved=[1]
    )
    cast.step(matter, "sign_off", cast.wang, TUESDAY)
    assert matter.state is State.SIGNED_OFF


def test_what_is_not_good_enough_is_ordered_once_more(cast):
    matter = mended(cast)
    with pytest.raises(Fault, match="哪里没有整改好"):
        cast.step(matter.orders[0], "check", cast.wang, TUESDAY, verdict=Check.AGAIN)
    cast.session.expire_all()
    cast.step(matter.orders[0], "check", cast.wang, TUESDAY + DAY, verdict=Check.AGAIN, text="灯罩没换。")
    first, second = matter.orders
    assert matter.state is State.IN_HAND and matter.points[0].is_open and matter.open_callback is None
    assert (second.serial, second.issuer, [entry.text for entry in second.reasons]) == (2, cast.wang, ["灯罩没换。"])
    assert first.state is TaskState.DONE and first.checker is cast.wang


def test_the_handler_never_checks_and_a_head_who_handled_leaves_it_to_the_bureau(cast):
    matter = mended(cast)
    for nobody in (cast.li, cast.qian, cast.he, cast.gao, cast.ma):
        with pytest.raises((Refused, LookupError)):
            cast.step(matter.orders[0], "check", nobody, TUESDAY, verdict=Check.PASSED)
    cast.step(matter, "order", cast.wang, TUESDAY, points=[1], text="再看看。")
    cast.step(matter, "answer", cast.wang, TUESDAY, point=1, outcome=Outcome.DONE, text="我去看过了。")
    with pytest.raises(Refused, match="经办过"):
        cast.step(matter.orders[1], "check", cast.wang, TUESDAY, verdict=Check.PASSED)
    cast.step(matter, "rate", matter.cards[0], TUESDAY, rating=Rating.UNSATISFIED, solved=[])
    assert matter.orders[2].level is Role.BUREAU and matter.orders[2].unit is cast.bureau


def test_her_own_word_is_worth_more_than_a_check(cast, session):
    matter = mended(cast)
    cast.step(matter, "rate", matter.cards[0], TUESDAY, rating=Rating.SATISFIED, solved=[1])
    assert not matter.orders[0].is_to_check and session.execute(order.to_check(cast.wang)).all() == []
    with pytest.raises(Refused):
        cast.step(matter.orders[0], "check", cast.wang, TUESDAY, verdict=Check.PASSED)
    assert matter.state is State.CALLED_BACK


def test_head_and_bureau_order_by_hand_and_she_reads_why(cast):
    matter = cast.answered()
    cast.step(matter, "order", cast.gao, TUESDAY, points=[1], text="两次抽查都不亮。")
    [issued] = matter.orders
    assert (issued.issuer, issued.level, issued.unit) == (cast.gao, Role.BUREAU, cast.bureau)
    assert matter.entries[-1].public and matter.entries[-1].text == "两次抽查都不亮。"
    with pytest.raises(Refused):
        cast.step(cast.answered(), "order", cast.li, TUESDAY, points=[1], text="我自己来。")
    with pytest.raises(Fault, match="哪一件"):
        cast.step(cast.answered(), "order", cast.wang, TUESDAY, points=[], text="再看看。")


def test_a_second_no_joins_what_is_still_being_mended(cast):
    matter = cast.answered(points=["灯", "井盖"], **CHEN)
    cast.step(matter, "rate", matter.cards[0], TUESDAY, rating=Rating.UNSATISFIED, solved=[2])
    until = (MONDAY + 3 * DAY).date()
    cast.step(matter, "answer", cast.li, TUESDAY, point=1, outcome=Outcome.UNDER_WAY, text="等配件。", until=until)
    cast.step(matter, "rate", matter.cards[0], TUESDAY, rating=Rating.UNSATISFIED, solved=[])
    first, second = matter.orders
    assert (first.state, second.state, second.points) == (TaskState.CALLED_OFF, TaskState.UNDER_WAY, [1, 2])
    assert [point.is_open for point in matter.points] == [False, True] and matter.open_handling is second


def test_a_no_that_was_reviewed_is_ordered_in_the_reviewers_name(cast):
    matter = cast.answered(outcome=Outcome.CANNOT)
    cast.step(matter, "rate", matter.cards[0], TUESDAY, rating=Rating.UNSATISFIED, solved=[])
    cast.step(matter, "review", cast.wang, TUESDAY, verdict=Verdict.ORDER, text="可以先装临时灯。")
    assert matter.orders[0].issuer is cast.wang and matter.orders[0].reasons[0].text == "可以先装临时灯。"


def test_what_is_sent_back_bears_no_number(cast):
    matter = cast.answered()
    cast.step(matter, "send_back", cast.wang, TUESDAY, points=[1], text="写清楚哪盏灯。")
    assert matter.orders == [] and matter.open_handling


def test_the_sheet_holds_what_was_done_between_the_order_and_the_answer(cast):
    matter = not_solved(cast)
    cast.step(matter.orders[0], "measure", cast.li, TUESDAY + DAY, text="和供电所一起去看了。")
    cast.step(matter, "answer", cast.li, TUESDAY + DAY, point=1, outcome=Outcome.DONE, text="换了新灯。")
    assert [entry.text for entry in matter.orders[0].doings] == ["和供电所一起去看了。", "换了新灯。"]
    assert not matter.entries[-2].public


def test_what_is_not_mended_in_time_goes_up_once(cast, session):
    matter = not_solved(cast)
    issued, due = matter.orders[0], matter.orders[0].due_at
    assert late_orders(session, due) == []
    with pytest.raises(Refused):
        cast.step(issued, "rise", CLOCK, due)
    after = due + timedelta(seconds=1)
    assert late_orders(session, after) == [issued]
    cast.step(issued, "rise", CLOCK, after)
    with pytest.raises(Refused):
        cast.step(issued, "rise", CLOCK, after)
    cast.step(matter, "answer", cast.li, after, point=1, outcome=Outcome.DONE, text="换了新灯。")
    assert session.execute(order.to_check(cast.wang)).all() == []
    assert [row.id for row in session.execute(order.to_check(cast.gao))] == [issued.id]
    cast.step(issued, "check", cast.gao, after, verdict=Check.PASSED)


def test_an_order_that_nobody_checks_never_keeps_her_from_being_asked(cast, session):
    matter = mended(cast)
    [issued] = matter.orders
    assert issued.check_by == day_end((TUESDAY + DAY).date())
    matter.ask_about_promises(issued.check_by)
    assert matter.open_callback is None
    matter.ask_about_promises(issued.check_by + timedelta(seconds=1))
    assert matter.open_callback and late_orders(session, issued.check_by + timedelta(seconds=1)) == [issued]


def test_the_list_is_for_whoever_sees_the_matter(cast, session):
    there = not_solved(cast).orders[0]
    cast.session.flush()
    for who in (cast.li, cast.qian, cast.wang, cast.he, cast.zhou, cast.gao):
        assert [row.id for row in session.execute(order.being_mended(who))] == [there.id], who.name
    for who in (cast.sun, cast.ma, cast.admin):
        assert session.execute(order.being_mended(who)).all() == [], who.name


def test_a_story_from_a_refusal_over_both_reviews_and_an_order_to_the_honest_end(cast):
    """Refused, reviewed, ordered, refused again, confirmed at both levels, signed off as 群众不满意."""
    matter = cast.answered(outcome=Outcome.CANNOT)
    card = matter.cards[0]
    cast.step(matter, "rate", card, TUESDAY, rating=Rating.UNSATISFIED, solved=[])
    cast.step(matter, "review", cast.wang, TUESDAY, verdict=Verdict.ORDER, text="再想想办法。")
    cast.step(matter, "answer", cast.li, TUESDAY, point=1, outcome=Outcome.CANNOT, text="变压器不够，明年才增容。")
    cast.step(matter.orders[0], "check", cast.wang, TUESDAY, verdict=Check.PASSED)
    cast.step(matter, "rate", card, TUESDAY, rating=Rating.UNSATISFIED, solved=[])
    cast.step(matter, "review", cast.wang, TUESDAY, verdict=Verdict.CONFIRM, text="确实要等增容。")
    with pytest.raises(Refused):
        cast.step(matter, "sign_off", cast.wang, TUESDAY)
    cast.step(matter, "review", cast.gao, TUESDAY, verdict=Verdict.CONFIRM, text="已列入明年计划。")
    cast.step(matter, "sign_off", cast.wang, TUESDAY)
    assert matter.state is State.SIGNED_OFF and matter.is_disputed and matter.points[0].echo is Echo.NOT_SOLVED


def test_what_is_moved_stays_to_be_mended_under_another_number(cast):
    matter = not_solved(cast)
    cast.step(matter, "escalate", cast.li, TUESDAY + DAY, text="要几家一起来看。")
    [was, now_there] = matter.orders
    assert (was.state, now_there.state, now_there.points) == (TaskState.CALLED_OFF, TaskState.PLANNED, [1])
    assert (now_there.unit, now_there.level, now_there.reasons[0].text) == (cast.bureau, Role.BUREAU, "晚上还是黑的。")


def test_an_order_that_nobody_takes_up_anew_goes_up_too(cast, session):
    matter = not_solved(cast)
    cast.step(matter, "sort", cast.wang, TUESDAY, kind=Kind.COMPLAINT, officer=cast.qian, text="说的是钱警官。")
    issued, after = matter.orders[-1], matter.orders[-1].due_at + timedelta(seconds=1)
    assert (issued.level, issued.state) == (Role.HEAD, TaskState.PLANNED) and late_orders(session, after) == [issued]
    cast.step(issued, "rise", CLOCK, after)
    assert issued.level is Role.BUREAU


@pytest.mark.parametrize("step", ["order", "send_back", "extend"])
def test_no_head_takes_back_what_the_bureau_ordered(cast, step):
    matter = cast.answered()
    cast.step(matter, "order", cast.gao, TUESDAY, points=[1], text="两次抽查都不亮。")
    if step != "extend":
        cast.step(matter, "answer", cast.li, TUESDAY, point=1, outcome=Outcome.DONE, text="换了新灯。")
    fields = {"days": 5, "text": "等厂家。"} if step == "extend" else {"points": [1], "text": "再看看。"}
    with pytest.raises(Refused, match="请找县局"):
        cast.step(matter, step, cast.wang, TUESDAY, **fields)


def test_a_promise_lasts_no_longer_than_the_order(cast, session):
    matter = not_solved(cast)
    [issued] = matter.orders
    due, until = issued.due_at, (MONDAY + 20 * DAY).date()
    cast.step(matter, "answer", cast.li, TUESDAY, point=1, outcome=Outcome.UNDER_WAY, text="等配件。", until=until)
    assert issued.due_at == due and late_orders(session, due + timedelta(seconds=1)) == [issued]


def test_what_is_mended_is_checked_though_something_else_is_promised(cast):
    matter = cast.answered(points=["灯", "井盖"], **CHEN)
    cast.step(matter, "rate", matter.cards[0], TUESDAY, rating=Rating.UNSATISFIED, solved=[])
    until = (MONDAY + 3 * DAY).date()
    cast.step(matter, "answer", cast.li, TUESDAY, point=1, outcome=Outcome.DONE, text="换了新灯。")
    cast.step(matter, "answer", cast.li, TUESDAY, point=2, outcome=Outcome.UNDER_WAY, text="等配件。", until=until)
    assert not matter.orders[0].is_to_check, "it names both"
    cast.step(matter, "answer", cast.li, TUESDAY, point=2, outcome=Outcome.DONE, text="盖好了。")
    assert matter.orders[0].is_to_check and matter.open_callback is None


def test_one_point_ordered_beside_one_promised_is_checked_by_itself(cast):
    matter = cast.accepted(points=["灯", "井盖"], **CHEN)
    until = (MONDAY + 3 * DAY).date()
    cast.step(matter, "answer", cast.li, MONDAY, point=1, outcome=Outcome.DONE, text="换了灯泡。")
    cast.step(matter, "answer", cast.li, MONDAY, point=2, outcome=Outcome.UNDER_WAY, text="等配件。", until=until)
    cast.step(matter, "rate", matter.cards[0], TUESDAY, rating=Rating.UNSATISFIED, solved=[])
    cast.step(matter, "answer", cast.li, TUESDAY, point=1, outcome=Outcome.DONE, text="换了新灯。")
    [issued] = matter.orders
    assert issued.is_to_check and matter.open_callback is None
    assert matter.open_handling.state is TaskState.UNDER_WAY and matter.open_handling is not issued


def test_who_left_the_station_leaves_it_to_the_head_to_give(cast):
    matter = cast.answered(**CHEN)
    cast.li.active = False
    cast.step(matter, "rate", matter.cards[0], TUESDAY, rating=Rating.UNSATISFIED, solved=[])
    assert matter.handler is None and matter.orders[0].assignee is None
    cast.step(matter, "transfer", cast.wang, TUESDAY, handler=cast.zhao)
    assert matter.orders[0].assignee is cast.zhao


def test_what_became_a_complaint_elsewhere_is_not_shown_by_its_order(cast, session):
    matter = not_solved(cast)
    cast.step(matter, "escalate", cast.li, TUESDAY + DAY, text="请县局来办。")
    cast.step(matter, "sort", cast.gao, TUESDAY + DAY, kind=Kind.COMPLAINT, text="说的是派出所。")
    for who in (cast.wang, cast.li):
        assert session.execute(order.listed(who)).all() == [] and not matter.orders[0].is_seen_by(who)
    assert matter.orders[0].is_seen_by(cast.gao)

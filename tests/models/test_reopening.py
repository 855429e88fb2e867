"""What was to be asked about is open again: no callback outlives the answers that it was for; nobody asks about their own work."""

import pytest

from models.answering import Contacted
from models.asking import CallbackResult, Rating
from models.callback import unanswered
from models.contact import Channel, Reachable
from models.echoing import Verdict
from models.life import Kind, State
from models.point import Echo, Outcome
from models.steps import Fault, Refused
from models.task import TaskState, mine, unclaimed
from models.workdays import day_end
from tests.cast import DAY, MONDAY

TUESDAY = MONDAY + DAY
CHEN = {"contact": Reachable("陈静", "0000-5550142"), "reply_by": Channel.PHONE}


def both_answered(cast, **what):
    return cast.answered(points=["灯", "井盖"], **what)


def sent_back(cast, **what):
    matter = both_answered(cast, **what)
    cast.step(matter, "send_back", cast.wang, MONDAY, points=[1], text="灯再看看。")
    return matter


def test_a_card_has_its_full_time_again_after_each_answer(cast, session):
    matter, later = sent_back(cast), MONDAY + 8 * DAY
    assert matter.open_callback is None and "会在" in matter.what_next(MONDAY)[0]
    cast.step(matter, "answer", cast.li, later, point=1, outcome=Outcome.DONE, text="修好了。")
    assert unanswered(session, later + DAY) == [] and matter.open_callback.due_at == day_end((later + 7 * DAY).date())
    assert matter.points_to_ask(later) == matter.points


def test_what_is_answered_last_waits_on_the_card_as_long_as_the_rest(cast):
    matter, until = cast.accepted(points=["灯", "井盖"]), (MONDAY + 15 * DAY).date()
    cast.step(matter, "answer", cast.li, MONDAY, point=2, outcome=Outcome.UNDER_WAY, text="等。", until=until)
    cast.step(matter, "answer", cast.li, MONDAY, point=1, outcome=Outcome.DONE, text="好了。")
    cast.step(matter, "answer", cast.li, MONDAY + 6 * DAY, point=2, outcome=Outcome.DONE, text="也好了。")
    assert matter.open_callback.due_at == day_end((MONDAY + 13 * DAY).date())


def test_a_review_that_orders_calls_off_what_was_to_be_asked(cast):
    matter = both_answered(cast, outcome=Outcome.CANNOT, **CHEN)
    cast.step(matter, "rate", matter.cards[0], TUESDAY, rating=Rating.UNSATISFIED, solved=[])
    cast.step(matter, "review", cast.wang, TUESDAY, verdict=Verdict.ORDER, text="再去。")
    assert matter.state is State.IN_HAND and matter.open_callback is None


def test_a_promise_moved_while_she_was_to_be_asked_leaves_nothing_to_ask(cast):
    matter = cast.accepted(**CHEN)
    for day, until in ((0, 2), (3, 8)):
        at, until = MONDAY + day * DAY, (MONDAY + until * DAY).date()
        cast.step(matter, "answer", cast.li, at, point=1, outcome=Outcome.UNDER_WAY, text="等配件。", until=until)
        matter.ask_about_promises(MONDAY + 3 * DAY)
    callback = matter.tasks[-1]
    assert callback.state is TaskState.CALLED_OFF and matter.open_callback is None
    with pytest.raises(Refused):
        cast.step(callback, "record", cast.zhao, at, result=cast.reach("reached"), rating=Rating.SATISFIED, solved=[])


def test_the_clock_asks_nothing_of_what_was_opened_again(cast):
    matter = cast.accepted(points=["灯", "井盖"])
    until = (MONDAY + 2 * DAY).date()
    for point in (1, 2):
        cast.step(matter, "answer", cast.li, MONDAY, point=point, outcome=Outcome.UNDER_WAY, text="等。", until=until)
    cast.step(matter, "send_back", cast.wang, MONDAY, points=[1], text="再看看。")
    matter.ask_about_promises(MONDAY + 3 * DAY)
    assert matter.open_callback is None


def test_a_rating_corrects_the_callback_that_was_made_not_one_that_was_called_off(cast):
    matter = cast.accepted(points=["灯", "井盖"])
    until = (MONDAY + 30 * DAY).date()
    cast.step(matter, "answer", cast.li, MONDAY, point=1, outcome=Outcome.DONE, text="好了。")
    cast.step(matter, "answer", cast.wang, MONDAY, point=2, outcome=Outcome.UNDER_WAY, text="等。", until=until)
    cast.step(matter, "rate", matter.cards[0], MONDAY, rating=Rating.UNSATISFIED, solved=[1])
    cast.step(matter, "answer", cast.li, TUESDAY, point=2, outcome=Outcome.DONE, text="好了。")
    cast.step(matter, "send_back", cast.liu, TUESDAY, points=[2], text="再看。")
    cast.step(matter, "answer", cast.wang, TUESDAY, point=2, outcome=Outcome.UNDER_WAY, text="等。", until=until)
    with pytest.raises(Fault, match="不能再改"):
        cast.step(matter, "rate", matter.cards[0], MONDAY + 9 * DAY, rating=Rating.SATISFIED, solved=[1])
    made = [task for task in matter.tasks if task.kind == "callback" and task.result is CallbackResult.RATED]
    assert [callback.rating for callback in made] == [Rating.UNSATISFIED]


def test_whom_a_complaint_concerns_loses_sight_of_the_callback_too(cast, session):
    matter = cast.answered(**CHEN)
    asked = {"result": cast.reach("reached"), "rating": Rating.UNSATISFIED, "solved": []}
    callback = matter.open_callback
    cast.step(callback, "record", cast.zhao, TUESDAY, **asked)
    cast.step(matter, "sort", cast.wang, TUESDAY, kind=Kind.COMPLAINT, text="说的是回访的人。", officer=cast.zhao)
    assert callback.reserved and callback.is_seen_by(cast.gao)
    for who in (cast.zhao, cast.wang, cast.li, cast.he):
        assert not callback.is_seen_by(who)
    assert (matter.state, matter.handler, matter.open_handling.assignee) == (State.RECEIVED, None, None)
    assert [row.matter_id for row in session.execute(unclaimed(cast.wang))] == [matter.id]


def test_who_handles_it_by_transfer_no_longer_asks_back_wherever_it_lies(cast, session):
    matter = sent_back(cast, **CHEN)
    cast.step(matter, "escalate", cast.li, MONDAY, text="县局定。")
    cast.step(matter, "return", cast.gao, MONDAY, station=cast.station, text="回去办。")
    cast.step(matter, "transfer", cast.wang, MONDAY, handler=cast.zhao, text="他来。")
    cast.step(matter, "accept", cast.zhao, MONDAY, summary="灯", category=cast.make.category())
    cast.step(matter, "answer", cast.zhao, MONDAY, point=1, outcome=Outcome.DONE, text="好了。")
    assert matter.open_callback.assignee is None
    for who in (cast.li, cast.zhao):
        with pytest.raises(Refused, match="要由别的同事"):
            cast.step(matter.open_callback, "record", who, MONDAY, result=cast.reach("unreached"))
    assert [row.kind for row in session.execute(mine(cast.zhao))] == []


def test_who_spoke_to_her_about_it_does_not_ask_back(cast):
    matter = cast.accepted(**CHEN)
    cast.step(matter, "contact", cast.zhou, MONDAY, how=Contacted.VISIT)
    cast.step(matter, "answer", cast.li, MONDAY, point=1, outcome=Outcome.DONE, text="好了。")
    with pytest.raises(Refused, match="要由别的同事"):
        cast.step(matter.open_callback, "record", cast.zhou, TUESDAY, result=cast.reach("unreached"))


def test_sorting_keeps_the_days_that_were_waited_and_those_to_mend(cast):
    matter = cast.accepted()
    cast.step(matter, "ask", cast.li, MONDAY, text="哪一盏？")
    cast.step(matter, "resume", matter.cards[0], MONDAY + 7 * DAY, words="南门。")
    due = matter.due_at
    cast.step(
        matter, "sort", cast.li, MONDAY + 7 * DAY, kind=Kind.REQUEST, category=cast.make.category("noise"), text="是噪音。"
    )
    assert matter.due_at == due
    mended = cast.answered()
    cast.step(mended, "send_back", cast.wang, MONDAY + 8 * DAY, points=[1], text="再看看。")
    due = mended.due_at
    cast.step(mended, "sort", cast.li, MONDAY + 8 * DAY, kind=Kind.QUESTION, text="是问题。")
    assert mended.due_at == due


def test_more_time_for_the_answer_is_none_for_the_first_contact(cast):
    matter = cast.accepted(**CHEN)
    first = matter.open_handling.due_at
    cast.step(matter, "extend", cast.wang, MONDAY, days=15, text="要等厂家。")
    assert matter.open_handling.due_at == first < matter.due_at


def test_erasing_contact_data_never_hides_what_is_to_be_done(cast):
    waiting = cast.accepted(**CHEN)
    cast.step(waiting, "ask", cast.li, MONDAY, text="哪一盏？")
    cast.step(waiting, "erase", waiting.cards[0], MONDAY)
    assert (waiting.open_handling.next, waiting.open_handling.due_at) == ("resume", None)
    moved = cast.accepted(**CHEN)
    cast.step(moved, "escalate", cast.li, MONDAY, text="县局定。")
    first = moved.open_handling.due_at
    cast.step(moved, "erase", moved.cards[0], MONDAY)
    assert moved.contacted_at is None and moved.open_handling.due_at == first


def test_a_lists_review_level_is_the_matters(cast):
    matter = cast.accepted(points=["灯", "井盖"])
    for point, outcome in ((1, Outcome.CANNOT), (2, Outcome.NOT_OURS)):
        cast.step(matter, "answer", cast.li, MONDAY, point=point, outcome=outcome, text="不行。")
    cast.step(matter, "rate", matter.cards[0], MONDAY, rating=Rating.FAIRLY, solved=[2])
    cast.step(matter, "review", cast.wang, MONDAY, verdict=Verdict.CONFIRM, text="确实。")
    cast.step(matter, "rate", matter.cards[0], TUESDAY, rating=Rating.FAIRLY, solved=[1])
    listed = {who for who in (cast.wang, cast.gao) if cast.session.execute(cast.section("reviews").rows(who, TUESDAY)).all()}
    level = {cast.wang: "head", cast.gao: "bureau"}
    assert {level[who] for who in listed} == {matter.review_level.code}
    assert [point.echo for point in matter.points] == [Echo.SOLVED, Echo.NOT_SOLVED]

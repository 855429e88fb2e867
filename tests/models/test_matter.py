"""The life of a matter, told by its rules."""

from datetime import UTC, date, datetime, timedelta

import pytest

from models.asking import CallbackResult, Rating, Reach
from models.base import beijing_date
from models.callback import Callback
from models.contact import Channel, Reachable
from models.life import Kind, State
from models.matter import Matter, promises_over, waited_in_vain
from models.point import Echo, Outcome
from models.steps import CLOCK, Fault, OutOfSight, Refused, Stale
from models.task import TaskState
from models.workdays import day_end
from tests.cast import DAY, MONDAY

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def beijing(year, month, day, hour=18):
    return datetime(year, month, day, hour - 8, tzinfo=UTC)


# ── receiving


def test_a_matter_goes_to_the_responsible_officer(cast):
    matter = cast.make.card(cast.gangnan).matter
    assert matter.state is State.RECEIVED and matter.handler is cast.li
    assert [task.assignee for task in matter.tasks] == [cast.li]


def test_without_a_responsible_officer_it_goes_to_the_stand_in(cast):
    cast.gangnan.post.postings[0].until = beijing_date(MONDAY)
    assert cast.make.card(cast.gangnan).matter.handler is cast.zhao


def test_without_either_it_is_unclaimed(cast):
    matter = cast.make.card(cast.rixin).matter
    assert matter.handler is None and matter.tasks[0].assignee is None


def test_without_a_community_it_goes_to_the_bureau(cast):
    card = cast.make.card(None)
    assert card.matter.station is cast.bureau and card.number.startswith("000")


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (Kind.QUESTION, beijing(2026, 11, 17)),
        (Kind.REQUEST, beijing(2026, 11, 19)),
        (Kind.SUGGESTION, beijing(2026, 11, 25)),
    ],
)
def test_first_contact_is_due_the_next_working_day_and_the_answer_by_kind(cast, kind, answer):
    matter = cast.make.card(cast.gangnan, kind=kind).matter
    assert matter.tasks[0].due_at == beijing(2026, 11, 17)
    assert matter.due_at == answer


def test_the_residents_words_are_kept_letter_by_letter(cast, session):
    words = '  \u202e<b>=1+1</b>\n"😀"\t\'; DROP TABLE matter; --  '
    number = cast.make.card(cast.gangnan, body=words).number
    session.commit()
    assert session.query(Matter).filter_by(number=number).one().body == words


# ── accepting


def test_accepting_gives_a_title_a_category_and_the_answers_due_date(cast):
    matter = cast.accepted()
    task = matter.open_handling
    assert (matter.state, matter.summary, matter.category.code) == (State.IN_HAND, "路灯不亮", "traffic")
    assert (task.state, task.title, task.due_at) == (TaskState.UNDER_WAY, "路灯不亮", beijing(2026, 11, 19))


def test_a_category_may_set_a_shorter_clock(cast):
    cast.make.category().answer_days = 2
    assert cast.accepted().due_at == beijing(2026, 11, 18)


@pytest.mark.parametrize(("who", "becomes"), [("zhao", "zhao"), ("zhou", "li"), ("wang", "li")])
def test_whoever_may_accept_makes_the_right_handler(cast, who, becomes):
    matter = cast.make.card(cast.gangnan).matter
    cast.step(matter, "accept", getattr(cast, who), MONDAY, summary="路灯不亮", category=cast.make.category())
    assert matter.handler is getattr(cast, becomes) is matter.open_handling.assignee


def test_an_unclaimed_matter_is_taken_by_any_officer_of_the_station(cast):
    matter = cast.make.card(cast.rixin).matter
    cast.step(matter, "accept", cast.qian, MONDAY, summary="路灯不亮", category=cast.make.category())
    assert matter.handler is cast.qian


def test_the_desk_names_the_handler(cast):
    matter = cast.make.card(cast.rixin).matter
    with pytest.raises(Fault) as fault:
        cast.step(matter, "accept", cast.he, MONDAY, summary="路灯不亮", category=cast.make.category())
    assert fault.value.field == "handler"
    cast.step(matter, "accept", cast.he, MONDAY, summary="路灯不亮", category=cast.make.category(), handler=cast.qian)
    assert matter.handler is cast.qian


def test_nobody_of_another_station_can_be_named(cast):
    matter = cast.make.card(cast.rixin).matter
    with pytest.raises(Fault):
        cast.step(matter, "accept", cast.wang, MONDAY, summary="路灯不亮", category=cast.make.category(), handler=cast.sun)


def test_an_officer_who_is_not_in_charge_is_refused_in_words(cast):
    matter = cast.make.card(cast.gangnan).matter
    with pytest.raises(Refused) as refused:
        cast.step(matter, "accept", cast.qian, MONDAY, summary="路灯不亮", category=cast.make.category())
    assert "责任民警" in refused.value.values["who"]


def test_an_officer_of_another_station_does_not_even_see_it(cast):
    matter = cast.make.card(cast.gangnan).matter
    with pytest.raises(OutOfSight):
        cast.step(matter, "accept", cast.sun, MONDAY, summary="路灯不亮", category=cast.make.category())


def test_who_comes_second_is_told_who_was_first_and_when(cast):
    matter = cast.accepted()
    with pytest.raises(Refused) as refused:
        cast.step(matter, "accept", cast.zhao, MONDAY + HOUR, summary="灯", category=cast.make.category())
    assert refused.value.values == {"who": "李警官", "at": MONDAY, "state": State.IN_HAND}


def test_an_old_version_is_stale_and_changes_nothing(cast):
    matter = cast.accepted(points=["灯", "井盖"])
    cast.step(matter, "answer", cast.li, MONDAY, point=1, outcome=Outcome.DONE, text="修好了。")
    with pytest.raises(Stale):
        matter.answer(by=cast.li, version=matter.version - 1, at=MONDAY, point=2, outcome=Outcome.DONE, text="好了。")
    assert matter.points[1].is_open


# ── thanking, answering, settling


def test_praise_is_thanked_and_closed_without_a_callback(cast):
    matter = cast.make.card(cast.gangnan, kind=Kind.PRAISE).matter
    cast.step(matter, "thank", cast.li, MONDAY, text="应该的。")
    assert matter.state is State.THANKED and matter.closed_at == MONDAY
    assert [task.state for task in matter.tasks] == [TaskState.DONE]


@pytest.mark.parametrize(
    ("step", "fields"), [("accept", {"summary": "谢谢"}), ("settle", {"outcome": Outcome.DONE, "text": "好。"})]
)
def test_praise_is_thanked_and_nothing_else(cast, step, fields):
    matter = cast.make.card(cast.gangnan, kind=Kind.PRAISE).matter
    with pytest.raises(Refused):
        cast.step(matter, step, cast.li, MONDAY, category=cast.make.category(), **fields)


def test_only_praise_is_thanked(cast):
    with pytest.raises(Refused):
        cast.step(cast.make.card(cast.gangnan).matter, "thank", cast.li, MONDAY, text="谢谢。")


def test_each_point_is_answered_and_the_last_one_makes_it_answered(cast):
    matter = cast.accepted(points=["灯", "井盖"])
    cast.step(matter, "answer", cast.li, MONDAY, point=2, outcome=Outcome.CANNOT, text="没有备件，12月到货。")
    assert matter.state is State.IN_HAND and matter.open_callback is None
    cast.step(matter, "answer", cast.li, MONDAY, point=1, outcome=Outcome.DONE, text="修好了。")
    assert matter.state is State.ANSWERED and matter.due_at is None and matter.open_handling is None
    assert matter.open_callback.due_at == beijing(2026, 11, 23)


def test_a_point_is_not_answered_twice(cast):
    matter = cast.accepted(points=["灯", "井盖"])
    cast.step(matter, "answer", cast.li, MONDAY, point=1, outcome=Outcome.DONE, text="修好了。")
    with pytest.raises(Fault) as fault:
        cast.step(matter, "answer", cast.li, MONDAY, point=1, outcome=Outcome.DONE, text="修好了。")
    assert fault.value.field == "point"


def test_under_way_needs_a_date_and_the_handling_stays_open_until_then(cast):
    matter = cast.accepted()
    with pytest.raises(Fault) as fault:
        cast.step(matter, "answer", cast.li, MONDAY, point=1, outcome=Outcome.UNDER_WAY, text="在办。")
    assert fault.value.field == "until"
    cast.step(matter, "answer", cast.li, MONDAY, point=1, outcome=Outcome.UNDER_WAY, text="在办。", until=date(2026, 11, 27))
    assert matter.state is State.ANSWERED and matter.open_callback is None
    assert matter.open_handling.due_at == matter.due_at == beijing(2026, 11, 27)


@pytest.mark.parametrize("until", [date(2026, 11, 16), date(2026, 11, 1)])
def test_a_promise_lies_in_the_future(cast, until):
    with pytest.raises(Fault):
        cast.step(cast.accepted(), "answer", cast.li, MONDAY, point=1, outcome=Outcome.UNDER_WAY, text="在办。", until=until)


def test_a_promise_beyond_15_working_days_needs_the_head(cast):
    matter = cast.accepted()
    late = {"point": 1, "outcome": Outcome.UNDER_WAY, "text": "在办。", "until": date(2026, 12, 8)}
    with pytest.raises(Fault) as fault:
        cast.step(matter, "answer", cast.li, MONDAY, **late)
    assert fault.value.values["latest"] == date(2026, 12, 7)
    cast.step(matter, "answer", cast.wang, MONDAY, **late)
    assert matter.points[0].until == date(2026, 12, 8)


def test_a_promised_date_moves_at_most_twice(cast):
    matter = cast.accepted()
    promise = {"point": 1, "outcome": Outcome.UNDER_WAY, "text": "在办。"}
    for day in (20, 23, 24):
        cast.step(matter, "answer", cast.li, MONDAY, until=date(2026, 11, day), **promise)
    with pytest.raises(Fault) as fault:
        cast.step(matter, "answer", cast.li, MONDAY, until=date(2026, 11, 25), **promise)
    assert "最多" in fault.value.message


def test_settling_closes_every_open_point_in_one_breath(cast):
    matter = cast.make.card(cast.gangnan, points=["灯", "井盖"]).matter
    cast.step(matter, "settle", cast.zhou, MONDAY, outcome=Outcome.DONE, text="电话里说清了。")
    assert matter.state is State.ANSWERED and matter.summary == "电话里说清了。"
    assert {point.outcome for point in matter.points} == {Outcome.DONE}
    assert matter.handler_ids == {cast.li.id, cast.zhou.id}


# ── asking back


def test_the_card_says_it_is_solved(cast):
    matter = cast.answered()
    cast.step(matter, "rate", matter.cards[0], MONDAY + DAY, rating=Rating.SATISFIED, solved=[1])
    callback = matter.last_callback
    assert matter.state is State.CALLED_BACK and matter.points[0].echo is Echo.SOLVED
    assert (callback.state, callback.result, callback.typed_by_staff) == (TaskState.DONE, CallbackResult.RATED, False)


def test_a_point_not_solved_puts_the_matter_back_in_hand(cast):
    matter = cast.answered(points=["灯", "井盖"])
    cast.step(matter, "rate", matter.cards[0], MONDAY + DAY, rating=Rating.UNSATISFIED, solved=[2], words="灯还是不亮。")
    assert matter.state is State.IN_HAND
    assert [point.is_open for point in matter.points] == [True, False]
    assert matter.open_handling.assignee is cast.li and matter.open_handling.due_at == beijing(2026, 11, 24)
    assert [(entry.step, entry.text) for entry in matter.entries[-2:]] == [("rate", "灯还是不亮。"), ("order", None)]


def test_another_persons_card_sees_nothing(cast):
    matter, other = cast.answered(), cast.make.card(cast.gangnan)
    with pytest.raises(OutOfSight):
        cast.step(matter, "rate", other, MONDAY + DAY, rating=Rating.SATISFIED, solved=[1])


def test_a_rating_can_be_corrected_for_7_days(cast):
    matter = cast.answered()
    card, rated = matter.cards[0], MONDAY + DAY
    cast.step(matter, "rate", card, rated, rating=Rating.SATISFIED, solved=[1])
    cast.step(matter, "rate", card, rated + 7 * DAY, rating=Rating.FAIRLY, solved=[1])
    assert matter.last_callback.rating is Rating.FAIRLY
    with pytest.raises(Fault):
        cast.step(matter, "rate", card, rated + 7 * DAY + HOUR, rating=Rating.SATISFIED, solved=[1])
    cast.step(matter, "rate", card, rated + 8 * DAY, rating=Rating.SATISFIED, solved=[])
    assert matter.last_callback.rating is Rating.FAIRLY and matter.state is State.IN_HAND


def test_after_sign_off_the_card_can_still_object_for_90_days(cast):
    matter = cast.answered()
    card = matter.cards[0]
    cast.step(matter, "rate", card, MONDAY, rating=Rating.SATISFIED, solved=[1])
    cast.step(matter, "sign_off", cast.wang, MONDAY)
    assert matter.what_next(MONDAY)[1]["until"] == MONDAY + 90 * DAY
    with pytest.raises(Refused):
        cast.step(matter, "rate", card, MONDAY + 90 * DAY + HOUR, solved=[])
    cast.step(matter, "rate", card, MONDAY + 90 * DAY, solved=[])
    assert matter.state is State.IN_HAND and matter.closed_at is None


def test_a_colleague_records_a_callback_and_it_counts_as_typed_by_staff(cast):
    matter = cast.answered()
    callback = matter.open_callback
    cast.step(callback, "record", cast.qian, MONDAY + DAY, result=Reach.REACHED, rating=Rating.FAIRLY, solved=[1])
    assert matter.state is State.CALLED_BACK and callback.state is TaskState.DONE
    assert (callback.rating, callback.typed_by_staff, callback.assignee) == (Rating.FAIRLY, True, cast.qian)


@pytest.mark.parametrize("who", ["li"])
def test_whoever_handled_it_does_not_ask_back(cast, who):
    matter = cast.answered()
    with pytest.raises(Refused):
        cast.step(matter.open_callback, "record", getattr(cast, who), MONDAY, result=Reach.REFUSED)


def test_three_tries_on_two_days_mean_unreachable_never_satisfied(cast):
    matter = cast.answered(contact=Reachable("陈静", "0000-5550142"))
    callback = matter.open_callback
    for hours in (1, 2, 3):
        cast.step(callback, "record", cast.qian, MONDAY + hours * HOUR, result=Reach.UNREACHED)
    assert callback.state is TaskState.PLANNED, "three tries on one day are not enough"
    cast.step(callback, "record", cast.qian, MONDAY + DAY, result=Reach.UNREACHED)
    assert (matter.state, callback.result, callback.rating) == (State.CALLED_BACK, CallbackResult.UNREACHABLE, None)
    assert matter.points[0].echo is Echo.SILENT


def test_who_does_not_want_to_be_asked_is_counted_as_that(cast):
    matter = cast.answered()
    callback = matter.open_callback
    cast.step(callback, "record", cast.qian, MONDAY, result=Reach.REFUSED)
    assert (matter.state, callback.result) == (State.CALLED_BACK, CallbackResult.REFUSED)


def test_silence_lapses_when_its_time_is_over_and_not_before(cast):
    matter = cast.answered()
    due = matter.open_callback.due_at
    with pytest.raises(Refused):
        matter.lapse(by=CLOCK, version=matter.version, at=due, result=CallbackResult.SILENT)
    matter.lapse(by=CLOCK, version=matter.version, at=due + HOUR, result=CallbackResult.SILENT)
    assert matter.state is State.CALLED_BACK and matter.last_callback.result is CallbackResult.SILENT


def test_after_silence_the_card_may_still_speak(cast):
    matter = cast.answered()
    matter.lapse(by=CLOCK, version=matter.version, at=MONDAY + 8 * DAY, result=CallbackResult.SILENT)
    cast.step(matter, "rate", matter.cards[0], MONDAY + 9 * DAY, rating=Rating.SATISFIED, solved=[1])
    assert matter.last_callback.result is CallbackResult.RATED and matter.points[0].echo is Echo.SOLVED


def test_a_point_under_way_gets_its_own_callback_when_it_is_answered_again(cast):
    matter = cast.accepted(points=["灯", "井盖"])
    cast.step(matter, "answer", cast.li, MONDAY, point=1, outcome=Outcome.DONE, text="修好了。")
    cast.step(matter, "answer", cast.li, MONDAY, point=2, outcome=Outcome.UNDER_WAY, text="在办。", until=date(2026, 11, 27))
    card = matter.cards[0]
    cast.step(matter, "rate", card, MONDAY + DAY, rating=Rating.SATISFIED, solved=[1])
    assert matter.points[1].echo is None and matter.open_callback is None
    cast.step(matter, "answer", cast.li, MONDAY + 2 * DAY, point=2, outcome=Outcome.DONE, text="也好了。")
    assert matter.state is State.CALLED_BACK and matter.open_callback is not None
    with pytest.raises(Refused):
        cast.step(matter, "sign_off", cast.wang, MONDAY + 2 * DAY)
    assert [point.ordinal for point in matter.points_to_ask(MONDAY + 3 * DAY)] == [2], "the first was asked about already"
    cast.step(matter, "rate", card, MONDAY + 3 * DAY, rating=Rating.FAIRLY, solved=[2])
    assert [point.echo for point in matter.points] == [Echo.SOLVED, Echo.SOLVED]
    cast.step(matter, "sign_off", cast.wang, MONDAY + 3 * DAY)


def test_an_overdue_promise_can_be_called_not_solved(cast):
    matter = cast.accepted()
    cast.step(matter, "answer", cast.li, MONDAY, point=1, outcome=Outcome.UNDER_WAY, text="在办。", until=date(2026, 11, 20))
    card = matter.cards[0]
    with pytest.raises(Refused):
        cast.step(matter, "rate", card, MONDAY + DAY, rating=Rating.UNSATISFIED, solved=[])
    cast.step(matter, "rate", card, MONDAY + 5 * DAY, rating=Rating.UNSATISFIED, solved=[])
    assert matter.state is State.IN_HAND and matter.points[0].is_open
    assert len([task for task in matter.tasks if task.ended_at is None]) == 1


def test_long_after_a_first_rating_a_new_point_can_still_be_called_solved(cast):
    matter = cast.accepted(points=["灯", "井盖"])
    cast.step(matter, "answer", cast.li, MONDAY, point=1, outcome=Outcome.DONE, text="修好了。")
    cast.step(matter, "answer", cast.li, MONDAY, point=2, outcome=Outcome.UNDER_WAY, text="在办。", until=date(2026, 12, 4))
    cast.step(matter, "rate", matter.cards[0], MONDAY, rating=Rating.SATISFIED, solved=[1])
    cast.step(matter, "answer", cast.li, MONDAY + 15 * DAY, point=2, outcome=Outcome.DONE, text="也好了。")
    cast.step(matter, "rate", matter.cards[0], MONDAY + 16 * DAY, rating=Rating.UNSATISFIED, solved=[2])
    assert [task.rating for task in matter.tasks if isinstance(task, Callback)] == [Rating.SATISFIED, Rating.UNSATISFIED]


def test_a_promise_that_is_over_has_the_resident_asked_once(cast, session):
    matter = cast.accepted()
    cast.step(matter, "answer", cast.li, MONDAY, point=1, outcome=Outcome.UNDER_WAY, text="在办。", until=date(2026, 11, 20))
    cast.step(
        cast.accepted(), "answer", cast.li, MONDAY, point=1, outcome=Outcome.UNDER_WAY, text="在办。", until=date(2026, 11, 27)
    )
    assert promises_over(session, beijing(2026, 11, 20)) == []
    late = beijing(2026, 11, 20) + HOUR
    assert promises_over(session, late) == [matter]
    assert "现在晚了" in matter.what_next(late)[0]
    matter.ask_about_promises(late)
    session.flush()
    assert promises_over(session, late) == [] and "请您说说" in matter.what_next(late)[0]


# ── adding and withdrawing


@pytest.mark.parametrize("stage", ["accepted", "answered"])
def test_chen_adds_to_what_she_said_and_only_the_ledger_grows(cast, stage):
    matter = getattr(cast, stage)()
    state, body, tasks = matter.state, matter.body, [task.state for task in matter.tasks]
    cast.step(matter, "add", matter.cards[0], MONDAY + HOUR, words="昨晚又灭了一盏。")
    assert (matter.state, matter.body, [task.state for task in matter.tasks]) == (state, body, tasks)
    assert (matter.entries[-1].step, matter.entries[-1].text, matter.entries[-1].public) == ("add", "昨晚又灭了一盏。", True)


def test_who_was_first_is_who_moved_it_not_who_added_a_word_since(cast):
    matter = cast.accepted()
    cast.step(matter, "add", matter.cards[0], MONDAY + HOUR, words="还有一盏。")
    with pytest.raises(Refused) as refused:
        cast.step(matter, "accept", cast.zhao, MONDAY + 2 * HOUR, summary="灯", category=cast.make.category())
    assert (refused.value.values["who"], refused.value.values["at"]) == ("李警官", MONDAY)


def test_what_li_has_open_is_stale_once_chen_has_added(cast):
    matter = cast.accepted()
    shown = matter.version
    cast.step(matter, "add", matter.cards[0], MONDAY, words="还有一盏。")
    with pytest.raises(Stale):
        matter.answer(by=cast.li, version=shown, at=MONDAY, point=1, outcome=Outcome.DONE, text="修好了。")


def test_chen_withdraws_and_nothing_is_due_and_nobody_asks_back(cast):
    matter = cast.accepted()
    cast.step(matter, "withdraw", matter.cards[0], MONDAY, words="已经好了。")
    assert (matter.state, matter.closed_at, matter.due_at) == (State.WITHDRAWN, MONDAY, None)
    assert [task.state for task in matter.tasks] == [TaskState.CALLED_OFF] and matter.last_callback is None
    for step in ("add", "withdraw"):
        with pytest.raises(Refused):
            cast.step(matter, step, matter.cards[0], MONDAY, words="再说一句。")


def test_what_was_answered_is_not_withdrawn(cast):
    matter = cast.answered()
    with pytest.raises(Refused):
        cast.step(matter, "withdraw", matter.cards[0], MONDAY)


# ── signing off


def test_the_head_signs_off_what_was_asked_back(cast):
    matter = cast.answered()
    cast.step(matter, "rate", matter.cards[0], MONDAY, rating=Rating.SATISFIED, solved=[1])
    cast.step(matter, "sign_off", cast.wang, MONDAY)
    assert matter.state is State.SIGNED_OFF and matter.closed_at == MONDAY


def test_nothing_is_signed_off_before_the_resident_was_asked(cast):
    with pytest.raises(Refused):
        cast.step(cast.answered(), "sign_off", cast.wang, MONDAY)


def test_a_head_who_answered_does_not_sign_off_but_the_deputy_and_the_bureau_may(cast):
    matter = cast.accepted()
    cast.step(matter, "answer", cast.wang, MONDAY, point=1, outcome=Outcome.DONE, text="修好了。")
    cast.step(matter, "rate", matter.cards[0], MONDAY, rating=Rating.SATISFIED, solved=[1])
    with pytest.raises(Refused):
        cast.step(matter, "sign_off", cast.wang, MONDAY)
    assert not Matter.sign_off.refusal(matter, cast.liu, MONDAY)
    assert not Matter.sign_off.refusal(matter, cast.gao, MONDAY)
    assert Matter.sign_off.refusal(matter, cast.li, MONDAY)


# ── the whole story


def test_every_step_leaves_its_line_and_raises_the_version(cast):
    matter = cast.answered()
    cast.step(matter, "rate", matter.cards[0], MONDAY, rating=Rating.SATISFIED, solved=[1])
    cast.step(matter, "sign_off", cast.wang, MONDAY)
    assert [entry.step for entry in matter.entries] == ["receive", "accept", "answer", "rate", "sign_off"]
    assert [entry.actor for entry in matter.entries] == ["card", "officer", "officer", "card", "head"]
    assert matter.version == 5


# ── asking, and waiting


def test_while_it_waits_for_her_the_clock_stands_still(cast):
    """A request of Monday is due on Thursday; asked on Tuesday, two working days are left, whenever she answers."""
    matter = cast.accepted()
    cast.step(matter, "ask", cast.li, MONDAY + DAY, text="哪一盏灯？")
    assert (matter.state, matter.due_at, matter.open_handling.due_at, matter.days_left) == (State.WAITING, None, None, 2)
    assert not matter.is_without_news(MONDAY + 30 * DAY)
    cast.step(matter, "resume", matter.cards[0], MONDAY + 3 * DAY, words="南门那盏。")
    assert matter.state is State.IN_HAND and matter.due_at == matter.open_handling.due_at == day_end(
        beijing_date(MONDAY + 7 * DAY)
    )
    assert matter.entries[-1].text == "南门那盏。" and matter.waits_until is matter.days_left is None


def test_at_least_one_day_is_left(cast):
    matter = cast.accepted()
    cast.step(matter, "ask", cast.li, MONDAY + 9 * DAY, text="哪一盏灯？")
    assert matter.days_left == 1


@pytest.mark.parametrize(("wish", "days"), [(Channel.CARD, 14), (Channel.PHONE, 7)])
def test_a_question_waits_5_working_days_and_10_where_the_card_is_the_only_way(cast, session, wish, days):
    matter = cast.accepted(contact=Reachable(phone="0000-5550142"), reply_by=wish)
    cast.step(matter, "ask", cast.li, MONDAY, text="哪一盏灯？")
    session.commit()
    end = day_end(beijing_date(MONDAY + days * DAY))
    assert matter.waits_until == end and waited_in_vain(session, end) == []
    with pytest.raises(Refused, match="还没有等到时候"):
        cast.step(matter, "resume", CLOCK, end)
    assert waited_in_vain(session, end + SECOND) == [matter]
    cast.step(matter, "resume", CLOCK, end + SECOND)
    assert matter.state is State.IN_HAND and matter.entries[-1].actor == "clock"


def test_she_is_asked_at_most_twice_and_only_by_the_handler(cast):
    matter = cast.accepted()
    for _time in range(2):
        cast.step(matter, "ask", cast.li, MONDAY, text="哪一盏灯？")
        cast.step(matter, "resume", cast.li, MONDAY, words="电话里说是南门那盏。")
    with pytest.raises(Refused, match="已经问过"):
        cast.step(matter, "ask", cast.li, MONDAY, text="哪一盏灯？")
    with pytest.raises(Refused, match="这一步由"):
        cast.step(cast.accepted(), "ask", cast.wang, MONDAY, text="哪一盏灯？")


def test_an_empty_answer_is_none(cast):
    matter = cast.accepted()
    cast.step(matter, "ask", cast.li, MONDAY, text="哪一盏灯？")
    with pytest.raises(Fault, match="请写一下您的回答"):
        cast.step(matter, "resume", matter.cards[0], MONDAY)


def test_she_may_withdraw_while_it_waits(cast):
    matter = cast.accepted()
    cast.step(matter, "ask", cast.li, MONDAY, text="哪一盏灯？")
    cast.step(matter, "withdraw", matter.cards[0], MONDAY)
    assert matter.state is State.WITHDRAWN and matter.waits_until is None


# ── what is not the station's


@pytest.mark.parametrize("step", ["decline", "alarm"])
@pytest.mark.parametrize("stage", ["received", "in_hand"])
def test_what_is_not_ours_is_answered_in_public_and_asked_about(cast, step, stage):
    what = {"points": ["停电", "路灯"]}
    matter = cast.make.card(cast.gangnan, **what).matter if stage == "received" else cast.accepted(**what)
    cast.step(matter, step, cast.he, MONDAY, text="供电归供电所管，请打95598。")
    assert matter.state is State.ANSWERED and matter.summary
    assert [(point.outcome, point.answer) for point in matter.points] == [(Outcome.NOT_OURS, "供电归供电所管，请打95598。")] * 2
    assert matter.handler is cast.li and cast.he in matter.handlers and matter.open_callback and not matter.open_handling
    assert matter.entries[-1].public and matter.entries[-1].text == "供电归供电所管，请打95598。"


def test_what_was_answered_before_stays_as_it_was(cast):
    matter = cast.accepted(points=["灯", "停电"])
    cast.step(matter, "answer", cast.li, MONDAY, point=1, outcome=Outcome.DONE, text="灯修好了。")
    cast.step(matter, "decline", cast.wang, MONDAY, text="停电请打95598。")
    assert [point.outcome for point in matter.points] == [Outcome.DONE, Outcome.NOT_OURS]


def test_praise_is_not_declined(cast):
    with pytest.raises(Refused, match="致谢"):
        cast.step(cast.make.card(cast.gangnan, kind=Kind.PRAISE).matter, "decline", cast.wang, MONDAY, text="不归我们。")


# ── what a head changes


def test_a_head_gives_more_time_once_and_at_most_15_working_days(cast):
    """A request of Monday is due on Thursday; five working days more, and it is the Thursday after."""
    matter = cast.accepted()
    for days in (0, 16, -1):
        with pytest.raises(Fault, match="可以延1到"):
            cast.step(matter, "extend", cast.wang, MONDAY, days=days, text="要等厂家来人。")
    cast.step(matter, "extend", cast.wang, MONDAY, days=5, text="要等厂家来人。")
    assert matter.due_at == matter.open_handling.due_at == day_end(beijing_date(MONDAY + 10 * DAY))
    assert (matter.entries[-1].text, matter.entries[-1].public) == ("要等厂家来人。", True)
    with pytest.raises(Refused, match="已经延过一次"):
        cast.step(matter, "extend", cast.liu, MONDAY, days=1, text="再延一天。")


def test_more_time_for_what_is_overdue_counts_from_today(cast):
    """Due on Thursday; on the Monday after a head adds one working day, and it is the Tuesday."""
    matter = cast.accepted()
    cast.step(matter, "extend", cast.wang, MONDAY + 7 * DAY, days=1, text="要等厂家来人。")
    assert matter.due_at == day_end(beijing_date(MONDAY + 8 * DAY))


def test_a_head_sends_an_answer_back_and_nobody_asks_about_it_yet(cast):
    matter = cast.answered(points=["灯", "井盖"])
    callback = matter.open_callback
    cast.step(matter, "send_back", cast.wang, MONDAY, points=[2], text="井盖请再去看一次。")
    assert matter.state is State.IN_HAND and [point.is_open for point in matter.points] == [False, True]
    assert matter.open_callback is None and callback.state is TaskState.CALLED_OFF, "she is asked once all is answered again"
    assert matter.due_at == matter.open_handling.due_at == day_end(beijing_date(MONDAY + 7 * DAY))
    cast.step(matter, "answer", cast.li, MONDAY, point=2, outcome=Outcome.DONE, text="井盖换了。")
    assert matter.open_callback is not None
    cast.step(matter, "send_back", cast.wang, MONDAY, points=[1, 2], text="两件都再看看。")
    assert matter.open_callback is None
    with pytest.raises(Fault, match="请选退回哪一件"):
        cast.step(cast.answered(), "send_back", cast.wang, MONDAY, points=[], text="再看看。")


def test_what_was_called_back_and_sent_back_is_asked_about_anew(cast):
    matter = cast.answered()
    cast.step(matter, "rate", matter.cards[0], MONDAY, rating=Rating.FAIRLY, solved=[1])
    cast.step(matter, "send_back", cast.wang, MONDAY, points=[1], text="请再去看一次。")
    cast.step(matter, "answer", cast.li, MONDAY, point=1, outcome=Outcome.DONE, text="又去看过。")
    assert matter.state is State.ANSWERED and matter.open_callback and matter.points[0].echo is None


# ── without news


def test_after_five_working_days_without_a_public_line_she_is_told(cast):
    """From a Monday: 18:00 of the Monday after."""
    matter, limit = cast.accepted(kind=Kind.SUGGESTION), day_end(beijing_date(MONDAY + 7 * DAY))
    assert not matter.is_without_news(limit) and matter.is_without_news(limit + SECOND)
    cast.step(matter, "add", matter.cards[0], MONDAY + 6 * DAY, words="有消息吗？")
    cast.step(matter, "reach", matter.cards[0], MONDAY + 6 * DAY, reply_by=Channel.CARD)
    assert matter.is_without_news(limit + SECOND), "her own doing is no news"
    cast.step(matter, "answer", cast.li, MONDAY + 7 * DAY, point=1, outcome=Outcome.DONE, text="装好了。")
    assert not matter.is_without_news(MONDAY + 90 * DAY), "nothing is owed any more"


def test_before_a_promised_date_there_is_nothing_to_miss(cast):
    matter = cast.accepted()
    promise = {"outcome": Outcome.UNDER_WAY, "text": "在办。", "until": beijing_date(MONDAY + 14 * DAY)}
    cast.step(matter, "answer", cast.li, MONDAY, point=1, **promise)
    assert not matter.is_without_news(MONDAY + 14 * DAY) and matter.is_without_news(MONDAY + 15 * DAY)


def test_what_was_withdrawn_or_thanked_owes_no_news(cast):
    withdrawn = cast.make.card(cast.gangnan).matter
    cast.step(withdrawn, "withdraw", withdrawn.cards[0], MONDAY)
    thanked = cast.make.card(cast.gangnan, kind=Kind.PRAISE).matter
    assert thanked.is_without_news(MONDAY + 30 * DAY)
    cast.step(thanked, "thank", cast.li, MONDAY, text="应该的。")
    assert not withdrawn.is_without_news(MONDAY + 30 * DAY) and not thanked.is_without_news(MONDAY + 30 * DAY)

"""A no that the resident is not content with is looked at again, at each level; then it may end as it is."""

import pytest

from models.asking import Rating
from models.echoing import Verdict
from models.life import State
from models.officer import Role
from models.order import Check
from models.point import Echo, Outcome
from models.pressing import called_back
from models.steps import Refused
from tests.cast import DAY, MONDAY

TUESDAY, WEDNESDAY, FRIDAY = (MONDAY + n * DAY for n in (1, 2, 4))
LATER = {"point": 2, "outcome": Outcome.DONE, "text": "井盖也好了。"}


def disputed(cast, outcome=Outcome.CANNOT, handler=None):
    """A matter refused by Li (or by whoever is named), and a resident who says it is not solved."""
    matter = cast.accepted()
    if handler:
        cast.step(matter, "transfer", cast.wang, MONDAY, handler=handler, text="他来办。")
    cast.step(matter, "answer", handler or cast.li, MONDAY, point=1, outcome=outcome, text="现在修不了。")
    cast.step(matter, "rate", matter.cards[0], TUESDAY, rating=Rating.UNSATISFIED, solved=[])
    return matter


def test_what_waits_for_a_sign_off_is_what_may_be_signed_off(cast, session):
    """Written by hand, for each who might: the list and the step answer alike."""

    def ready(by):
        listed = set(session.scalars(called_back(by)))
        assert all(matter.steps["sign_off"].refusal(matter, by, WEDNESDAY) is None for matter in listed)
        return listed

    def rated(outcome=Outcome.DONE, **more):
        matter = cast.answered(points=["灯", "井盖"])
        cast.step(matter, "send_back", cast.wang, MONDAY, points=[2], text="再看。")
        cast.step(matter, "answer", cast.li, MONDAY, point=2, outcome=outcome, text="看过了。", **more)
        cast.step(matter, "rate", matter.cards[0], WEDNESDAY, rating=Rating.FAIRLY, solved=[1, 2])
        return matter

    solved = rated()
    rated(Outcome.UNDER_WAY, until=TUESDAY.date())  # its date is over, and she says that it is solved: it still has no end
    cast.step(rated(Outcome.UNDER_WAY, until=FRIDAY.date()), "answer", cast.li, WEDNESDAY, **LATER)  # done, not asked about
    disputed(cast)  # nobody has looked at it again
    seen_by_a_head, seen_by_both, wangs = disputed(cast), disputed(cast), disputed(cast, handler=cast.wang)
    for matter in (seen_by_a_head, seen_by_both):
        cast.step(matter, "review", cast.wang, WEDNESDAY, verdict=Verdict.CONFIRM, text="确实。")
    for matter in (seen_by_both, wangs):
        cast.step(matter, "review", cast.gao, WEDNESDAY, verdict=Verdict.CONFIRM, text="县局也看过了。")
    assert ready(cast.wang) == {solved, seen_by_both}
    assert ready(cast.liu) == {solved, seen_by_both, wangs} and ready(cast.gao) == {wangs}


@pytest.mark.parametrize("outcome", [Outcome.CANNOT, Outcome.NOT_OURS])
def test_a_no_that_is_not_accepted_is_reviewed_and_not_ordered(cast, outcome):
    matter = disputed(cast, outcome)
    assert matter.state is State.CALLED_BACK and matter.review_level is Role.HEAD
    with pytest.raises(Refused, match="还没解决"):
        cast.step(matter, "sign_off", cast.wang, TUESDAY)


def test_what_was_done_and_is_not_solved_is_ordered_even_beside_a_no(cast):
    matter = cast.accepted(points=["灯", "井盖"])
    cast.step(matter, "answer", cast.li, MONDAY, point=1, outcome=Outcome.DONE, text="修好了。")
    cast.step(matter, "answer", cast.li, MONDAY, point=2, outcome=Outcome.NOT_OURS, text="请找市政。")
    cast.step(matter, "rate", matter.cards[0], TUESDAY, rating=Rating.UNSATISFIED, solved=[])
    assert matter.state is State.IN_HAND
    assert [point.is_open for point in matter.points] == [True, False]
    cast.step(matter, "answer", cast.li, TUESDAY, point=1, outcome=Outcome.DONE, text="这回真修好了。")
    cast.step(matter, "rate", matter.cards[0], TUESDAY, rating=Rating.SATISFIED, solved=[1])
    assert [point.echo for point in matter.points] == [Echo.SOLVED, Echo.NOT_SOLVED] and matter.review_level is Role.HEAD


def test_the_head_then_the_bureau_look_at_it_and_then_it_ends_unhappy(cast):
    matter = disputed(cast)
    with pytest.raises(Refused) as refused:
        cast.step(matter, "review", cast.gao, TUESDAY, verdict=Verdict.CONFIRM, text="确实。")
    assert refused.value.values["who"] is Role.HEAD
    cast.step(matter, "review", cast.wang, TUESDAY, verdict=Verdict.CONFIRM, text="等明年的计划。")
    assert matter.entries[-1].public and matter.review_level is Role.BUREAU
    with pytest.raises(Refused) as refused:
        cast.step(matter, "review", cast.liu, TUESDAY, verdict=Verdict.CONFIRM, text="再来。")
    assert refused.value.values["who"] is Role.BUREAU
    with pytest.raises(Refused, match="还没解决"):
        cast.step(matter, "sign_off", cast.wang, TUESDAY)
    cast.step(matter, "review", cast.gao, WEDNESDAY, verdict=Verdict.CONFIRM, text="县局也看过了。")
    with pytest.raises(Refused, match="没有要复核的"):
        cast.step(matter, "review", cast.gao, WEDNESDAY, verdict=Verdict.CONFIRM, text="再来。")
    cast.step(matter, "sign_off", cast.wang, WEDNESDAY)
    assert matter.state is State.SIGNED_OFF and matter.is_disputed
    assert matter.rating is Rating.UNSATISFIED and matter.entries[-1].values["unhappy"].code == "stays"


def test_a_review_may_order_it_anew_and_then_the_review_starts_anew_as_well(cast):
    matter = disputed(cast)
    cast.step(matter, "review", cast.wang, TUESDAY, verdict=Verdict.CONFIRM, text="等计划。")
    cast.step(matter, "review", cast.gao, TUESDAY, verdict=Verdict.ORDER, text="再想想办法。")
    assert matter.state is State.IN_HAND and matter.points[0].is_open and matter.review_level is None
    cast.step(matter, "answer", cast.li, WEDNESDAY, point=1, outcome=Outcome.CANNOT, text="问过了，还是不行。")
    cast.step(matter.orders[0], "check", cast.gao, WEDNESDAY, verdict=Check.PASSED)
    assert matter.open_callback
    cast.step(matter, "rate", matter.cards[0], WEDNESDAY, rating=Rating.UNSATISFIED, solved=[])
    assert matter.review_level is Role.HEAD


@pytest.mark.parametrize("who", ["wang", "liu"])
def test_where_a_head_answered_the_bureau_reviews_at_once(cast, who):
    matter = disputed(cast, handler=getattr(cast, who))
    assert matter.review_level is Role.BUREAU


def test_after_the_sign_off_an_objection_is_reviewed_too(cast):
    matter = cast.answered(outcome=Outcome.NOT_OURS)
    cast.step(matter, "rate", matter.cards[0], MONDAY, rating=Rating.FAIRLY, solved=[1])
    cast.step(matter, "sign_off", cast.wang, TUESDAY)
    cast.step(matter, "rate", matter.cards[0], MONDAY + 20 * DAY, solved=[])
    assert matter.state is State.SIGNED_OFF and matter.review_level is Role.HEAD
    assert "会复核一遍" in matter.what_next(MONDAY + 20 * DAY)[0]
    cast.step(matter, "review", cast.wang, MONDAY + 21 * DAY, verdict=Verdict.ORDER, text="去看看。")
    assert matter.state is State.IN_HAND and matter.closed_at is None

"""Campaigns: what was closed is asked about once more; no rating is overwritten, and what is not solved is taken up again."""

from datetime import timedelta

import pytest

from models.asking import CallbackResult, Rating
from models.calling import Desk
from models.campaign import Campaign, heard, recalls_over, taken_up_again
from models.contact import Channel, Reachable
from models.life import Kind, State
from models.point import Echo, Outcome
from models.steps import CLOCK, Fault, Refused
from models.task import TaskState, unclaimed
from tests.cast import DAY, MONDAY

LATER = MONDAY + 9 * DAY  # a Wednesday
CHEN = {"contact": Reachable("陈静", "0000-5550142"), "reply_by": Channel.PHONE}


def closed(cast, at=MONDAY, **what):
    matter = cast.answered(at, **CHEN | what)
    cast.step(matter, "rate", matter.cards[0], at, rating=Rating.SATISFIED, solved=[point.ordinal for point in matter.points])
    cast.step(matter, "sign_off", cast.wang, at)
    return matter


def launch(cast, by=None, at=LATER, **what):
    days = {"since": MONDAY.date(), "until": (MONDAY + 5 * DAY).date()}
    return Campaign.launch(cast.session, by or cast.wang, at, title="回头看", **days | what)


def ask(cast, recall, by=None, at=LATER, result="reached", rating=Rating.SATISFIED, solved=(1,), **more):
    cast.step(recall, "record", by or cast.zhao, at, result=cast.reach(result), rating=rating, solved=list(solved), **more)


def test_it_asks_about_what_was_closed_in_its_days_and_left_a_phone(cast, session):
    asked, elsewhere = closed(cast), closed(cast, at=MONDAY + 7 * DAY)
    card_only, open_still = closed(cast, contact=None, reply_by=Channel.CARD), cast.answered(MONDAY, **CHEN)
    campaign = launch(cast)
    assert [matter.askings[0].campaign for matter in (asked,)] == [campaign] and campaign.unreachable == 1
    assert not elsewhere.askings and not card_only.askings and open_still.askings == [open_still.open_callback]
    assert {row.id for row in session.execute(unclaimed(cast.zhao))} >= {asked.askings[0].id}
    assert asked.askings[0].id not in {row.id for row in session.execute(unclaimed(cast.li))}
    assert [row.id for row in Desk.of(session, cast.zhao, LATER).now].count(asked.askings[0].id) == 1
    with pytest.raises(Fault, match="没有留了电话"):
        launch(cast)  # all are being asked already


@pytest.mark.parametrize("narrower", ["community", "category"])
def test_it_can_be_narrowed(cast, narrower):
    there = closed(cast)
    fits = {"community": cast.gangnan, "category": there.category}[narrower]
    with pytest.raises(Fault):
        launch(cast, **{narrower: cast.rixin if narrower == "community" else cast.make.category("noise")})
    launch(cast, **{narrower: fits})
    assert there.askings


def test_a_head_asks_at_home_the_bureau_everywhere_and_nobody_about_complaints(cast):
    home, complaint = closed(cast), closed(cast)
    complaint.kind = Kind.COMPLAINT
    with pytest.raises(Fault):
        launch(cast, by=cast.ma)
    launch(cast, by=cast.gao)
    assert home.askings[0].station_id == cast.station.id and complaint.askings == []


@pytest.mark.parametrize(
    ("days", "field"), [({"since": (MONDAY + 6 * DAY).date()}, "until"), ({"since": (LATER - 91 * DAY).date()}, "since")]
)
def test_days_that_can_not_be_asked_about_are_said_beside_their_field(cast, days, field):
    with pytest.raises(Fault) as fault:
        launch(cast, **days)
    assert fault.value.field == field


def test_a_rating_is_never_overwritten(cast, session):
    matter = closed(cast)
    before = matter.last_callback
    campaign = launch(cast)
    ask(cast, matter.askings[0], rating=Rating.FAIRLY, words="还行。")
    assert (matter.rating, before.rating, before.rated_at) == (Rating.SATISFIED, Rating.SATISFIED, MONDAY)
    assert matter.state is State.SIGNED_OFF and matter.last_callback is before and matter.points[0].echo is Echo.SOLVED
    told = heard(session, campaign)
    assert (told.asked, told.said.n, told.said[Rating.FAIRLY], told.open) == (1, 1, 1, 0)


def test_what_is_not_solved_after_all_is_ordered_or_reviewed(cast, session):
    done, refused = closed(cast), closed(cast, outcome=Outcome.CANNOT)
    campaign = launch(cast)
    for matter in (done, refused):
        ask(cast, matter.askings[0], rating=Rating.UNSATISFIED, solved=())
    assert done.state is State.IN_HAND and done.orders[0].assignee is cast.li
    assert refused.state is State.SIGNED_OFF and refused.review_level
    assert [row.id for row in session.execute(taken_up_again(campaign, cast.wang))] == [done.id]


def test_a_handler_does_not_ask_and_what_was_reopened_is_not_asked(cast):
    matter = closed(cast)
    launch(cast)
    recall = matter.askings[0]
    with pytest.raises(Refused, match="经办过"):
        ask(cast, recall, by=cast.li)
    cast.step(matter, "rate", matter.cards[0], LATER, solved=[])
    assert recall.state is TaskState.CALLED_OFF and matter.askings == []
    with pytest.raises(Refused):
        ask(cast, recall)


def test_the_number_is_opened_by_whoever_asks(cast, session):
    matter = closed(cast)
    assert matter.contact.needed_by(cast.zhao, LATER) is None
    launch(cast)
    assert matter.contact.open(cast.zhao, LATER).phone == "0000-5550142" and matter.askings[0].assignee is cast.zhao
    with pytest.raises(Refused):
        matter.contact.open(cast.qian, LATER)


def test_who_is_not_reached_is_tried_again_and_counted_apart(cast, session):
    matter = closed(cast)
    campaign, [recall] = launch(cast), matter.askings
    for hours in (0, 4, 28):
        assert recall.state is TaskState.PLANNED
        ask(cast, recall, at=LATER + timedelta(hours=hours), result="unreached", rating=None)
    assert heard(session, campaign).said[CallbackResult.UNREACHABLE] == 1


def test_what_nobody_asked_in_time_is_silent_and_erased_contact_ends_it(cast, session):
    late, erased = closed(cast), closed(cast)
    campaign = launch(cast)
    recall, gone = late.askings[0], erased.askings[0]
    cast.step(erased, "erase", erased.cards[0], LATER)
    assert gone.state is TaskState.CALLED_OFF
    assert recalls_over(session, recall.due_at) == []
    after = recall.due_at + timedelta(seconds=1)
    assert recalls_over(session, after) == [recall]
    cast.step(recall, "expire", CLOCK, after)
    told = heard(session, campaign)
    assert (told.said[CallbackResult.SILENT], told.called_off, told.said.n) == (1, 1, 0)


def test_it_can_be_stopped(cast, session):
    asked, left = closed(cast), closed(cast)
    campaign = launch(cast)
    ask(cast, asked.askings[0])
    assert campaign.stop(cast.wang, LATER) == 1 and left.askings == []
    assert heard(session, campaign).said.n == 1


def test_the_same_form_twice_makes_one(cast, session):
    matter = closed(cast)
    assert launch(cast, uid="a" * 32) is launch(cast, uid="a" * 32) and len(matter.askings) == 1

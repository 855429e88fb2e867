"""Complaints: to whom they go, who sees them, and that those whom they concern never do."""

import pytest
from sqlalchemy import select

from models import task
from models.asking import Rating, Reach
from models.life import Kind
from models.officer import Officer, Posting, Role
from models.place import ContactCard
from models.point import Outcome
from models.steps import Fault, OutOfSight
from models.workdays import Calendar
from tests.cast import DAY, MONDAY

WORDS = "那天在路口，话说得很难听。"


@pytest.fixture
def complain(cast):
    def complain(about="", community=None, **more):
        return cast.make.card(community or cast.gangnan, kind=Kind.COMPLAINT, body=WORDS, about=about, **more).matter

    return complain


@pytest.fixture
def contact_card(cast, session):
    """The code of the contact card of Li's post."""
    card = ContactCard(post=cast.gangnan.post)
    session.add(card)
    session.flush()
    return card.code


@pytest.fixture
def at_station(complain, contact_card, session):
    matter = complain(contact_card)
    session.commit()
    return matter


@pytest.fixture
def at_bureau(complain, session):
    matter = complain("一个高个子民警")
    session.commit()
    return matter


def seeing(cast, session, record):
    """Who sees this record: in a list, and by itself."""
    listed = {
        name
        for name, by in vars(cast).items()
        if isinstance(by, Officer)
        and session.scalar(select(type(record).id).where(type(record).id == record.id, type(record).seen_by(by)))
    }
    assert listed == {name for name, by in vars(cast).items() if isinstance(by, Officer) and record.is_seen_by(by)}
    return listed


def test_about_the_holder_of_a_contact_card_it_goes_unclaimed_to_the_head(cast, at_station):
    assert at_station.station is cast.station and at_station.handler is None
    assert at_station.number.startswith("000") and at_station.cards[0].station is cast.bureau
    assert at_station.concerns == [cast.li] and at_station.told_by is cast.bureau


@pytest.mark.parametrize("about", ["", "李警官", "城南派出所", "0123456789", "王所长，工号101001"])
def test_anything_else_goes_to_the_bureau(cast, complain, about):
    matter = complain(about)
    assert (matter.station, matter.number[:3], matter.concerns) == (cast.bureau, "000", [])


@pytest.mark.parametrize("holder", ["wang", "gao", None])
def test_a_card_held_by_a_head_by_the_bureau_or_by_nobody_leads_to_the_bureau(cast, complain, contact_card, session, holder):
    for posting in cast.gangnan.post.postings:
        posting.until = posting.since + DAY
    if holder:
        cast.gangnan.post.postings.append(Posting(officer=getattr(cast, holder), kind=posting.kind, since=posting.since))
    session.flush()
    matter = complain(contact_card)
    assert matter.station is cast.bureau and matter.concerns == ([getattr(cast, holder)] if holder else [])
    assert seeing(cast, session, matter) == seeing(cast, session, matter.open_handling) == {"gao"} - {holder}


def test_without_a_community_it_still_finds_the_head(cast, complain, contact_card):
    matter = cast.make.card(None, kind=Kind.COMPLAINT, body=WORDS, about=contact_card).matter
    assert matter.station is cast.station and matter.concerns == [cast.li]


def test_about_counts_for_complaints_only(cast, contact_card):
    matter = cast.make.card(cast.gangnan, about=contact_card).matter
    assert (matter.about, matter.concerns, matter.station) == ("", [], cast.station)


def test_only_heads_and_the_bureau_see_it(cast, at_station, at_bureau, session):
    assert seeing(cast, session, at_station) == seeing(cast, session, at_station.open_handling) == {"wang", "liu", "gao"}
    assert seeing(cast, session, at_bureau) == seeing(cast, session, at_bureau.open_handling) == {"gao"}


def test_whoever_the_head_names_sees_it_too_and_nobody_else(cast, at_station, session):
    cast.step(at_station, "accept", cast.wang, MONDAY, summary="路口执勤态度", category=cast.make.category(), handler=cast.qian)
    session.commit()
    assert (
        seeing(cast, session, at_station) == seeing(cast, session, at_station.open_handling) == {"wang", "liu", "gao", "qian"}
    )
    assert [row.title for row in session.execute(task.mine(cast.qian))] == ["路口执勤态度"]


def test_whom_it_concerns_is_never_named_and_never_sees_it_even_as_a_head(cast, at_station, session):
    with pytest.raises(Fault, match="就是这位同事"):
        cast.step(at_station, "accept", cast.wang, MONDAY, summary="态度", category=cast.make.category(), handler=cast.li)
    session.rollback()
    cast.li.role = Role.HEAD
    session.flush()
    assert "li" not in seeing(cast, session, at_station) | seeing(cast, session, at_station.open_handling)
    for step in at_station.steps:
        with pytest.raises(OutOfSight):
            at_station.steps[step].take(at_station, by=cast.li, version=at_station.version, at=MONDAY)


def test_it_stands_in_no_queue_of_the_station_but_the_heads(cast, at_station, at_bureau, session):
    unclaimed = {
        name: [row.number for row in session.execute(task.unclaimed(getattr(cast, name)))]
        for name in ("li", "zhao", "qian", "he", "zhou", "wang", "gao")
    }
    assert {name: numbers for name, numbers in unclaimed.items() if numbers} == {
        "wang": [at_station.number],
        "gao": [at_bureau.number],
    }


def test_its_callback_is_the_bureaus(cast, at_station, session):
    category = cast.make.category()
    cast.step(at_station, "accept", cast.wang, MONDAY, summary="路口执勤态度", category=category)
    cast.step(at_station, "answer", cast.wang, MONDAY, point=1, outcome=Outcome.DONE, text="已批评教育，向您道歉。")
    session.commit()
    callback = at_station.open_callback
    assert callback.station_id == cast.bureau.id and seeing(cast, session, callback) == {"gao"}
    assert [row.id for row in session.execute(task.unclaimed(cast.gao))] == [callback.id]
    callback.station_id = cast.station.id  # wherever it lay
    session.commit()
    assert seeing(cast, session, callback) == {"gao"}
    callback.station_id = cast.bureau.id
    cast.step(callback, "record", cast.gao, MONDAY + DAY, result=Reach.REACHED, rating=Rating.SATISFIED, solved=[1])
    cast.step(at_station, "sign_off", cast.liu, MONDAY + DAY)


def test_a_callback_is_never_passed_on_to_whom_it_concerned(cast, at_station):
    cast.step(at_station, "sort", cast.wang, MONDAY, kind=Kind.REQUEST, text="说的是路口，不是民警。")
    cast.step(at_station, "settle", cast.wang, MONDAY, outcome=Outcome.DONE, text="路口已经安排人了。")
    callback = at_station.open_callback
    callback.taken_by(cast.qian)
    with pytest.raises(Fault, match="反映的就是这位同事"):
        cast.step(callback, "pass_on", cast.liu, MONDAY, handler=cast.li)
    cast.step(callback, "pass_on", cast.liu, MONDAY, handler=cast.zhao)
    assert callback.assignee is cast.zhao


def test_an_answer_is_due_in_seven_working_days(at_station):
    assert at_station.due_at == Calendar().deadline(MONDAY, 7)

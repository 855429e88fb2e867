"""Visits that nobody made: who sees them, what the card says, and who is told of another time."""

from datetime import datetime, time

import pytest
from sqlalchemy import select

from models import digest, outbox
from models.base import BEIJING, beijing_date
from models.contact import Channel, Reachable
from models.digest import Digest
from models.going import Carried
from models.life import Kind, State
from models.message_template import Occasion
from models.outbox import Message
from models.point import Outcome
from models.pressing import visits_missed
from models.steps import CLOCK
from models.task import mine
from models.visit import Timed, Visit
from tests.cast import DAY, MONDAY

TEXTED = {"contact": Reachable("陈静", "13900001234"), "reply_by": Channel.SMS}
TODAY = beijing_date(MONDAY)
TUESDAY = TODAY + DAY
EVENING = {"begins": time(20), "ends": time(21)}


def beijing(day, hour, minute=0):
    return datetime.combine(day, time(hour, minute), BEIJING)


def agreed(cast, day=TUESDAY, **what):
    """Chen's matter, and the visit that Li agreed for it."""
    matter = cast.accepted(**what)
    cast.step(matter, "visit", cast.li, MONDAY, day=day, **EVENING)
    return matter, matter.visits[0]


def said(matter, at):
    message, values = matter.what_next(at)
    return message % values


# ── the card


def test_the_card_names_the_visit_then_that_nobody_came_then_the_new_time(cast):
    matter, visit = agreed(cast)
    assert said(matter, MONDAY).startswith(f"李警官{TUESDAY}20:00–21:00上门，最晚")
    after = beijing(TUESDAY, 21, 1)
    assert "李警官没能来，会和您另约时间" in said(matter, after)
    cast.step(visit, "schedule", cast.wang, after, day=TUESDAY + DAY, reason="昨晚有警情，对不住。", **EVENING)
    assert said(matter, after).startswith(f"李警官{TUESDAY + DAY}20:00–21:00上门")
    line = matter.entries[-1]
    assert (line.step, line.public, line.text) == ("schedule", True, "昨晚有警情，对不住。")
    assert (line.values["so"], line.values["was"], line.values["day"]) == (Timed.MOVED, TUESDAY, TUESDAY + DAY)


def test_what_was_begun_or_called_off_is_not_missed(cast):
    begun, visit = agreed(cast, TODAY)
    cast.step(visit, "start", cast.li, beijing(TODAY, 20), carried=list(Carried))
    called_off, visit = agreed(cast, TODAY + DAY)
    cast.step(visit, "call_off", cast.wang, MONDAY, reason="那里停电。")
    for matter in (begun, called_off):
        assert "没能来" not in said(matter, beijing(TODAY + 2 * DAY, 9))
    assert called_off.entries[-1].values["was"] == TODAY + DAY


def test_what_has_no_time_yet_is_agreed_or_called_off_without_one(cast, session):
    matter, visit = agreed(cast, TODAY)
    cast.step(visit, "start", cast.li, beijing(TODAY, 20), carried=list(Carried))
    for _slip in range(2):
        cast.step(visit, "leave_slip", cast.li, beijing(TODAY, 20))
    again, off = session.scalars(select(Visit).where(Visit.begins_at.is_(None)))
    assert not again.is_missed(beijing(TUESDAY, 9))
    cast.step(again, "schedule", cast.li, beijing(TODAY, 21), day=TUESDAY, **EVENING)
    cast.step(off, "call_off", cast.wang, beijing(TODAY, 21), reason="电话里说清了。")
    assert [entry.values.get("so", entry.values["was"]) for entry in matter.entries[-2:]] == [Timed.AGREED, ""]


def test_while_she_is_asked_something_the_card_names_both_and_after_the_end_neither(cast):
    matter, _visit = agreed(cast)
    cast.step(matter, "ask", cast.li, MONDAY, text="哪一盏灯？")
    assert "上门。下面问您的" in said(matter, MONDAY)
    cast.step(matter, "withdraw", matter.cards[0], MONDAY)
    assert said(matter, MONDAY).startswith("您已经撤回")


def test_nobody_goes_to_what_lies_with_another_unit_and_she_gets_one_text_of_it(cast, session):
    matter, visit = agreed(cast, **TEXTED)
    cast.step(matter, "escalate", cast.li, MONDAY + DAY / 2, text="所里定不了。")
    assert visit.ended_at and matter.state is State.RECEIVED and "上门" not in said(matter, MONDAY)
    assert [message.occasion for message in texts(session)] == [Occasion.VISIT, Occasion.MOVED]


def test_it_stands_in_the_officers_queue_first(cast, session):
    cast.accepted()
    _matter, visit = agreed(cast, TODAY)
    assert session.execute(mine(cast.li)).first().id == visit.id


# ── the head


def test_a_head_sees_what_was_missed_and_nothing_else(cast, session):
    _matter, missed = agreed(cast, TODAY)
    cast.visit(MONDAY + DAY)
    begun = cast.visit(MONDAY, officers=[cast.zhao])
    cast.step(begun, "start", cast.zhao, MONDAY, carried=list(Carried))
    cast.visit(MONDAY, officers=[cast.sun], community=cast.hedong, by=cast.ma)
    after = beijing(TODAY, 21, 1)
    assert session.execute(visits_missed(cast.wang, beijing(TODAY, 21))).all() == []
    assert [(row.id, row.goer) for row in session.execute(visits_missed(cast.wang, after))] == [(missed.id, "李建平")]
    assert len(session.execute(visits_missed(cast.gao, after)).all()) == 2


def test_the_digest_names_it_by_place_time_and_officer_and_not_once_it_is_a_complaints(cast, session):
    matter, _visit = agreed(cast, TODAY)
    cast.visit(MONDAY, reason="独一无二的原因")
    session.flush()
    tuesday = beijing(TUESDAY, 8, 30)
    told = digest.drawn_up(session, cast.station.id, tuesday)
    digest.keep(session, cast.station.id, tuesday, told)
    kept = session.scalars(select(Digest)).one()
    count, lines = kept.visits(session, cast.wang)
    assert (count, [line["answers"] for line in lines]) == (2, ["李建平"] * 2) and "独一无二" not in str(kept.told)
    cast.step(matter, "sort", cast.wang, tuesday, kind=Kind.COMPLAINT, text="说的是民警。")
    assert kept.visits(session, cast.wang)[0] == 1


# ── the text


def texts(session):
    session.flush()
    return [message for message in session.scalars(select(Message).order_by(Message.id)) if not message.callback]


def test_each_change_of_an_agreed_visit_is_one_text_of_its_own(cast, session):
    matter, visit = agreed(cast, **TEXTED)
    cast.step(visit, "schedule", cast.li, MONDAY, day=TODAY + 2 * DAY, reason="要开会。", **EVENING)
    cast.step(matter, "answer", cast.li, MONDAY + DAY / 24, point=1, outcome=Outcome.DONE, text="修好了。")
    assert [message.occasion for message in texts(session)] == [Occasion.VISIT, Occasion.ANSWERED]
    cast.step(visit, "call_off", cast.wang, MONDAY + DAY, reason="灯已经亮了。")
    assert [message.occasion for message in texts(session)][2:] == [Occasion.VISIT]


@pytest.mark.parametrize(
    ("day", "at", "goes"),
    [
        (TODAY, beijing(TODAY, 19, 59), True),
        (TODAY, beijing(TODAY, 20), True),
        (TODAY, beijing(TODAY, 21, 59), True),
        (TODAY, beijing(TODAY, 22), False),
        (TUESDAY, beijing(TODAY, 20), False),
        (TUESDAY, beijing(TUESDAY, 8), True),
    ],
)
def test_news_of_a_visit_of_the_same_day_goes_out_until_22_and_other_news_until_20(cast, session, day, at, goes):
    session.info["gateway"] = object()
    matter, visit = agreed(cast, **TEXTED)
    for message in texts(session):
        message.steps["call_off"].take(message, by=CLOCK, version=message.version, at=MONDAY)
    cast.step(visit, "schedule", cast.li, MONDAY + DAY / 24, day=day, reason="要开会。", **EVENING)
    other = cast.accepted(**TEXTED)
    cast.step(other, "ask", cast.li, MONDAY, text="哪一盏灯？")
    session.flush()
    sent = {parcel.message_id for parcel in outbox.lease(session, at)}
    assert (matter.messages[-1].id in sent) is goes
    assert (other.messages[-1].id in sent) is (at.astimezone(BEIJING).hour in range(8, 20))


@pytest.mark.parametrize(
    ("step", "fields", "goes"),
    [
        (None, {}, False),
        ("call_off", {"reason": "有警情。"}, True),
        ("schedule", {"day": TUESDAY, "reason": "有警情。"} | EVENING, True),
        ("schedule", {"day": TODAY, "reason": "有警情。", "begins": time(20, 30), "ends": time(21)}, False),
    ],
)
def test_once_its_day_is_over_no_text_says_that_somebody_comes(cast, session, step, fields, goes):
    session.info["gateway"] = object()
    matter, visit = agreed(cast, TODAY, **TEXTED)
    if step:
        cast.step(visit, step, cast.wang, MONDAY + DAY / 24, **fields)
    session.flush()
    (*_old, message) = matter.messages
    assert message.is_wanted(beijing(TODAY, 23)) and message.is_wanted(beijing(TUESDAY, 8)) is goes
    assert bool(outbox.lease(session, beijing(TUESDAY, 8))) is goes
    assert not message.is_wanted(beijing(TUESDAY + DAY, 8)) or step == "call_off"


def test_a_text_about_a_topic_visit_goes_out_until_its_day_is_over(cast, session):
    matter = cast.accepted(**TEXTED)
    visit = cast.visit(beijing(TUESDAY, 9), officers=[cast.wang], matters=[matter])
    visit.tell_of_plan(cast.wang, MONDAY)
    session.flush()
    (message,) = matter.messages
    assert message.is_wanted(beijing(TUESDAY, 19)) and not message.is_wanted(beijing(TUESDAY + DAY, 8))

"""Topic visits: the month's topic, its open matters, one visit about several, and what comes back to each."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from models import rules, topic_visit
from models.base import BEIJING, beijing_date
from models.category import Category
from models.contact import Channel, Reachable
from models.life import Kind
from models.message_template import Occasion
from models.slot import Slot
from models.steps import Fault
from models.topic import MonthTopic, Topic
from models.visit import Visit, VisitKind
from tests.cast import DAY, MONDAY

HOUR = timedelta(hours=1)
TUESDAY = MONDAY + DAY
SLOT = Slot(TUESDAY, TUESDAY + HOUR)


@pytest.fixture
def about(cast):
    """Make a matter of Li's community that he has in hand, about fraud unless told otherwise."""

    def about(code="fraud", **what):
        matter = cast.make.card(cast.gangnan, **what).matter
        cast.step(matter, "accept", cast.li, MONDAY, summary=code, category=cast.make.category(code))
        return matter

    return about


@pytest.fixture
def together(cast, session):
    """Wang turns matters into one visit that he leads."""

    def together(*matters, leader=None, **what):
        return topic_visit.plan(session, cast.wang, MONDAY, matters=matters, leader=leader or cast.wang, slot=SLOT, **what)

    return together


def done(cast, visit, at=TUESDAY + HOUR, **fields):
    cast.step(visit, "record", cast.wang, at, **{"households": 2, "outcome": "两家都同意装门禁。"} | fields)


def public(matter):
    return [(entry.step, entry.text) for entry in matter.entries if entry.public][-1]


def test_the_bureaus_topic_stands_until_the_station_chooses_its_own_and_only_for_the_month(cast, session):
    assert MonthTopic.of(session, cast.station, MONDAY) is None
    MonthTopic.choose(session, cast.gao, MONDAY, Topic.LEGAL)
    assert MonthTopic.of(session, cast.station, MONDAY).topic is Topic.LEGAL
    for topic in (Topic.SERVICE, Topic.SAFETY):
        MonthTopic.choose(session, cast.wang, MONDAY, topic)
    found = [MonthTopic.of(session, unit, MONDAY).topic for unit in (cast.station, cast.elsewhere, cast.bureau)]
    assert found == [Topic.SAFETY, Topic.LEGAL, Topic.LEGAL]
    last, first = datetime(2026, 11, 30, 23, 59, tzinfo=BEIJING), datetime(2026, 12, 1, tzinfo=BEIJING)
    assert MonthTopic.of(session, cast.station, last) and MonthTopic.of(session, cast.station, first) is None


def test_each_category_belongs_to_one_topic_but_other_which_belongs_to_none(session):
    belongs = dict(session.execute(select(Category.code, Category.topic)).all())
    assert belongs == {
        "safety": Topic.SAFETY,
        "fraud": Topic.SAFETY,
        "order": Topic.SAFETY,
        "traffic": Topic.SERVICE,
        "papers": Topic.SERVICE,
        "neighbours": Topic.LEGAL,
        "noise": Topic.LEGAL,
        "other": None,
    }


def test_only_open_matters_of_the_topic_are_listed_and_never_a_complaint(cast, session, about):
    matter, other, withdrawn, was_complaint = about(), about("papers"), about(), about()
    cast.step(withdrawn, "withdraw", withdrawn.cards[0], MONDAY)
    was_complaint.concerns.append(cast.qian)
    complaint = about()
    cast.step(complaint, "sort", cast.wang, MONDAY, kind=Kind.COMPLAINT, text="说的是民警。", officer=cast.zhao)
    session.flush()
    for by, topic, found in (
        (cast.wang, Topic.SAFETY, [matter.id]),
        (cast.gao, Topic.SAFETY, [matter.id]),
        (cast.ma, Topic.SAFETY, []),
        (cast.wang, Topic.SERVICE, [other.id]),
    ):
        assert [row.id for row in session.execute(topic_visit.open_about(by, topic))] == found
    everything = [matter.id, other.id, withdrawn.id, was_complaint.id, complaint.id]
    assert [m.id for m in topic_visit.to_visit(session, cast.wang, everything)] == [matter.id, other.id]
    assert topic_visit.to_visit(session, cast.ma, everything) == topic_visit.to_visit(session, cast.gao, everything) == []


def test_each_ledger_says_who_comes_when_and_with_whom_and_the_card_too(cast, session, about, together):
    texted = about(contact=Reachable("陈静", "13900001234"), reply_by=Channel.SMS)
    visit = together(about(), texted, departments="交警大队、城管", companions=[cast.li])
    assert (visit.sort, visit.theme, visit.officers) == (VisitKind.JOINT, Topic.SAFETY, [cast.wang, cast.li])
    for matter in visit.matters:
        line = matter.entries[-1]
        assert (line.step, line.public, line.values["departments"]) == ("joint_visit", True, "交警大队、城管")
        assert matter.what_next(MONDAY)[1]["day"] == beijing_date(TUESDAY)
    assert [message.occasion for message in texted.messages] == [Occasion.VISIT]
    alone = together(about(), leader=cast.liu)
    assert (alone.sort, alone.matters[0].entries[-1].step) == (VisitKind.LEADER, "topic_visit")
    listed = {row.id: row.going for row in session.execute(topic_visit.open_about(cast.wang, Topic.SAFETY))}
    assert set(listed.values()) == {TUESDAY}
    assert len(session.execute(topic_visit.planned_in(cast.gao, date(2026, 11, 1))).all()) == 2
    assert session.execute(topic_visit.planned_in(cast.wang, date(2026, 12, 1))).all() == []


def test_what_can_not_be_is_refused(cast, session, monkeypatch, about, together):
    matter, elsewhere = about(), cast.make.card(cast.rixin).matter
    cast.step(elsewhere, "accept", cast.qian, MONDAY, summary="日新的", category=cast.make.category("fraud"))
    for matters, leader in (([matter], cast.li), ([matter, elsewhere], cast.wang)):
        with pytest.raises(Fault) as fault:
            together(*matters, leader=leader)
        assert fault.value.field == "leader"
    with pytest.raises(Fault) as fault:
        together(matter, about("papers"))
    assert "主题" in fault.value.message
    monkeypatch.setattr(rules, "TOPIC_MATTERS_MAX", 1)
    with pytest.raises(Fault) as fault:
        together(matter, about())
    assert fault.value.values == {"most": 1}
    visit = together(matter, uid="a" * 32)
    assert together(matter, uid="a" * 32) is visit
    with pytest.raises(Fault):
        together(matter)
    session.rollback()
    assert session.scalars(select(Visit)).all() == []


def test_the_outcome_goes_back_to_each_matter_and_is_news(cast, about, together):
    visit = together(about(), about())
    for matter in visit.matters:
        matter.news_by = MONDAY
    with pytest.raises(Fault) as fault:
        done(cast, visit, outcome="")
    assert fault.value.field == "outcome" and visit.matters[0].entries[-1].step == "topic_visit"
    done(cast, visit)
    for matter in visit.matters:
        assert public(matter) == ("record", "两家都同意装门禁。") and matter.news_by > TUESDAY
    assert (visit.outcome, visit.households) == ("两家都同意装门禁。", 2)


def test_what_moved_away_was_withdrawn_or_became_a_complaint_hears_nothing(cast, session, about, together):
    stays, moved, withdrawn, complaint = (about() for _n in range(4))
    visit = together(stays, moved, withdrawn, complaint)
    cast.step(moved, "escalate", cast.li, MONDAY, text="所里定不了。")
    cast.step(withdrawn, "withdraw", withdrawn.cards[0], MONDAY)
    cast.step(complaint, "sort", cast.wang, MONDAY, kind=Kind.COMPLAINT, text="说的是民警。", officer=cast.zhao)
    session.flush()
    assert visit.matters_shown_to(cast.wang) == [stays, withdrawn] and visit.matters_shown_to(cast.sun) == []
    evening = {"day": beijing_date(TUESDAY), "begins": time(20), "ends": time(21)}
    cast.step(visit, "schedule", cast.wang, MONDAY, reason="白天家里没人。", **evening)
    done(cast, visit, TUESDAY + 13 * HOUR, went=time(20), left=time(21))
    told = [[entry.step for entry in matter.entries if entry.step in ("schedule", "record")] for matter in visit.matters]
    assert told == [["schedule", "record"], [], [], []]
    assert "上门" not in moved.what_next(MONDAY)[0] + complaint.what_next(MONDAY)[0]


def test_a_visit_whose_matters_are_all_gone_needs_no_outcome(cast, about, together):
    visit = together(about())
    cast.step(visit.matters[0], "withdraw", visit.matters[0].cards[0], MONDAY)
    done(cast, visit, outcome="")
    assert visit.outcome is None and visit.ended_at

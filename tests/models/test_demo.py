"""The demo: who and what is in it, that it is the same each time, and what it stays away from."""

import re
import shutil
import sqlite3
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from models import audit, demo, outbox, rules, tier
from models.about import About
from models.agency import Agency
from models.appointment import Appointment, Came
from models.asking import CallbackResult, Rating
from models.audit import AuditLine
from models.base import BEIJING, beijing_date
from models.batch import CardBatch
from models.blank import CardState
from models.callback import Callback
from models.contact import Channel
from models.danger import sounds_dangerous
from models.demo import NotADemo
from models.demo_month import STORIES
from models.digest import Digest
from models.duty import gaps, presences
from models.empty_phrases import empty_phrase_in
from models.gathering import Gathering, announced_in, published_in
from models.idea import shown_in
from models.keys import Keys
from models.ledger import Entry
from models.life import Door, Kind, State
from models.matter import Matter
from models.notice import shown_in as notices_in
from models.notice import to_publish
from models.officer import STAFF, Officer, Posting, PostingKind, Role, responsible_for
from models.outbox import Message
from models.pairing import listed
from models.photo import Photo
from models.point import Outcome, Point
from models.pressing import SECTIONS, solved_and_satisfied, talks_in_trouble, visits_missed
from models.satisfaction import figures_for
from models.signin import password_fits, totp_secret
from models.survey import sums
from models.talk import Ending, Talk, TalkState, Where
from models.talk_agreement import Kept
from models.task import Task, TaskState, mine, unclaimed
from models.team_task import TeamOutcome, TeamTask
from models.tier import Level
from models.topic import MonthTopic, Topic
from models.topic_visit import open_about
from models.unit import Community, Unit, UnitKind
from models.visit import Visit
from models.workdays import ONE_DAY, Calendar
from tests.cast import MONDAY, PASSWORD, PASSWORD_HASH
from tests.conftest import KEYS, _new_postgres, _new_sqlite

MOMENTS = {
    "a Monday at 10:00": MONDAY,
    "a Saturday evening": datetime(2026, 11, 21, 12, 30, tzinfo=UTC),  # 20:30 in Beijing
    "New Year, after midnight": datetime(2026, 12, 31, 16, 5, tzinfo=UTC),  # 00:05 on New Year's Day in Beijing
    "early after the spring festival": datetime(2027, 2, 14, 23, 59, tzinfo=UTC),  # 07:59 on a Monday
}


@dataclass
class Month:
    """A demo made at a moment, only to be read."""

    session: Session
    at: datetime
    keys: Keys
    path: str

    def officer(self, username):
        return self.session.scalars(select(Officer).filter_by(username=username)).one()

    def shown(self, username):
        """The lists of /review as they are shown: each matter in the first that it belongs to."""
        by, listed, shown = self.officer(username), set(), {}
        for section in SECTIONS:
            rows = [row for row in self.session.execute(section.rows(by, self.at)) if row.id not in listed]
            listed |= {row.id for row in rows}
            shown[section.name] = rows
        return shown

    def told(self):
        told = select(Matter.number, Matter.state, Matter.summary, Matter.body).order_by(Matter.id)
        lines = select(Entry.at, Entry.step, Entry.text, Entry.values).order_by(Entry.id)
        return self.session.execute(told).all(), self.session.execute(lines).all()


@pytest.fixture(scope="module")
def make_month(sqlite_template, tmp_path_factory, data_dir, for_all):
    """Make the demo in an empty database of its own."""
    keys = Keys.load(data_dir, KEYS)

    @contextmanager
    def opened(path):
        engine = create_engine(f"sqlite:///{path}")
        with Session(engine, info={"keys": keys}) as session:
            yield session
        engine.dispose()

    with ExitStack() as stack:

        def make_month(at):
            path = tmp_path_factory.mktemp("month") / "huiyin.db"

            def made():
                shutil.copy(sqlite_template, path)
                with opened(path) as session:
                    demo.make(session, keys, PASSWORD, PASSWORD_HASH, at)
                    session.commit()
                return path.read_bytes()

            path.write_bytes(for_all(f"month {at:%F %H%M}", made))
            return Month(stack.enter_context(opened(path)), at, keys, path)

        yield make_month


@pytest.fixture(scope="module")
def monday(make_month):
    return make_month(MONDAY)


@pytest.fixture(scope="module", params=MOMENTS.values(), ids=MOMENTS)
def month(request, make_month):
    return request.getfixturevalue("monday") if request.param == MONDAY else make_month(request.param)


# ── who is in it


def test_it_has_one_bureau_three_stations_and_their_thirteen_accounts(monday):
    accounts = monday.session.execute(select(Officer.username, Officer.role, Unit.number).join(Unit).order_by(Officer.id)).all()
    assert accounts == [
        ("bureau", Role.BUREAU, "000"),
        ("head1", Role.HEAD, "101"),
        ("deputy1", Role.HEAD, "101"),
        ("desk1", Role.DESK, "101"),
        ("officer1a", Role.OFFICER, "101"),
        ("officer1b", Role.OFFICER, "101"),
        ("auxiliary1", Role.AUXILIARY, "101"),
        ("head2", Role.HEAD, "102"),
        ("officer2a", Role.OFFICER, "102"),
        ("head3", Role.HEAD, "103"),
        ("officer3a", Role.OFFICER, "103"),
        ("admin", Role.ADMIN, "000"),
        ("auditor", Role.AUDITOR, "000"),
    ]
    kinds = monday.session.execute(select(Unit.number, Unit.kind).order_by(Unit.number)).all()
    assert kinds == [("000", UnitKind.BUREAU), *((number, UnitKind.STATION) for number in ("101", "102", "103"))]


def test_everybody_signs_in_with_the_password_and_has_a_secret_for_one_time_codes(monday):
    officers = monday.session.scalars(select(Officer)).all()
    assert len({officer.password_hash for officer in officers}) == 1 and password_fits(officers[0], PASSWORD)
    assert len({totp_secret(monday.keys, officer) for officer in officers} - {None}) == 13
    assert not any(officer.totp_on for officer in officers)


def test_the_first_community_is_of_head1s_station_with_officer1a_responsible(monday):
    first = monday.session.scalars(select(Community).join(Unit).order_by(Unit.number, Community.code)).first()
    assert first.station_id == monday.officer("head1").unit_id
    assert responsible_for(first.post, MONDAY).username == "officer1a"
    holders = monday.session.scalars(select(Posting).filter_by(post_id=first.post_id, kind=PostingKind.RESPONSIBLE)).all()
    assert [posting.officer.username for posting in holders] == ["officer1a"]


def test_every_station_keeps_its_own_list_of_whom_to_ask(monday):
    stations = select(Unit.number, func.count(Agency.id)).outerjoin(Agency).where(Unit.kind == UnitKind.STATION)
    listed = dict(monday.session.execute(stations.group_by(Unit.number)).all())
    assert len(listed) == 3 and min(listed.values()) >= 3


def test_every_station_asks_four_questions_that_were_answered_last_month_and_this(month):
    today = beijing_date(month.at)
    for since in (today.replace(day=1) - ONE_DAY, today):
        found = sums(month.session, month.officer("bureau"), since, since)
        assert [[bool(answered.n) for answered in asked] for _station, asked in found] == [[True] * 4] * 3


# ── what is in it


def test_it_holds_every_kind_door_state_outcome_and_ending(month):
    count = func.count(Matter.id)
    assert 60 <= month.session.scalar(select(count)) <= 100
    for words, column in (
        (Kind, Matter.kind),
        (Door, Matter.door),
        (State, Matter.state),
        (Outcome, Point.outcome),
        (TaskState, Task.state),
        (CallbackResult, Callback.result),
        (Channel, Matter.reply_by),
    ):
        assert set(month.session.scalars(select(column).distinct())) - {None} == set(words), column
    assert month.session.scalar(select(func.count(Photo.id))) >= 3


def test_of_a_batch_of_blank_cards_some_are_handed_out_one_is_used_and_one_void(month):
    batch = month.session.scalars(select(CardBatch)).one()
    assert batch.prints == 1
    assert batch.counts == {CardState.BLANK: 8, CardState.HANDED_OUT: 2, CardState.BOUND: 1, CardState.VOID: 1}


def test_every_step_was_taken_but_those_that_take_three_years_or_a_gateway(month):
    taken = set(month.session.scalars(select(Entry.step))) | set(month.session.scalars(select(AuditLine.action)))
    of_tasks = {"start", "finish", "call_off"}  # leave no line; their states are all there
    assert (Matter.steps.keys() | Callback.steps.keys()) - of_tasks - taken == {"forget", "reply"}


def test_every_step_is_in_the_audit_log_and_the_chain_holds(month):
    lines, fault = audit.verify(month.session, month.keys.audit)
    assert fault is None and lines > 250
    at = month.session.scalars(select(AuditLine.at).order_by(AuditLine.id)).all()
    assert at == sorted(at)


def test_no_answer_is_an_empty_phrase(monday):
    said = [*monday.session.scalars(select(Entry.text)), *monday.session.scalars(select(Matter.summary))]
    assert [text for text in said if text and empty_phrase_in(text)] == []


def test_whoever_wrote_of_danger_saw_the_110_page(monday):
    for matter in monday.session.scalars(select(Matter)):
        assert not sounds_dangerous(matter.body, matter.place, *(point.text for point in matter.points)) or matter.urgent


# ── what it shows


def test_a_head_and_the_bureau_see_something_in_each_list_of_what_presses(month):
    for username in ("head1", "bureau"):
        assert [name for name, rows in month.shown(username).items() if not rows] == [], username


def test_reviews_wait_at_both_levels_and_some_matters_can_be_signed_off_in_one_tap(month):
    waiting = month.session.scalars(select(Matter).where(Matter.state == State.CALLED_BACK)).all()
    levels = {matter.review_level for matter in waiting}
    assert {Role.HEAD, Role.BUREAU} <= levels
    head = month.officer("head1")
    ready = [matter for matter in waiting if matter.station_id == head.unit_id]
    ready = [matter for matter in ready if not matter.steps["sign_off"].refusal(matter, head, month.at)]
    assert len(ready) >= 5 and len(month.session.execute(solved_and_satisfied(head)).all()) >= 3


def test_callbacks_wait_at_the_stations_by_every_channel_and_one_has_risen_to_the_bureau(month):
    waiting = month.session.scalars(select(Callback).where(Callback.ended_at.is_(None))).all()
    bureau = month.officer("bureau").unit_id
    at_stations = {callback.channel for callback in waiting if callback.station_id != bureau}
    assert at_stations == set(Channel)
    assert any(callback.station_id == bureau and not callback.matter.is_complaint for callback in waiting)


def test_heads_find_a_rate_and_digests_with_something_in_them(month):
    today = beijing_date(month.at)
    for username in ("head1", "bureau"):
        by = month.officer(username)
        rows, _complaints = figures_for(month.session, by, today - 31 * ONE_DAY, today)
        assert max(found.own.rate or 0 for _unit, found in rows) > 500 and sum(found.typed.n for _unit, found in rows) > 0
        told = month.session.scalars(select(Digest.told).where(Digest.unit_id == by.unit_id)).all()
        assert len(told) >= 2 and any(one["asked"] for one in told)
        assert any(count for one in told for count, _lines in one["lists"].values())


def test_everybody_finds_something_to_do_and_officer1a_most(month):
    def tasks(username):
        by = month.officer(username)
        return len(month.session.execute(mine(by)).all()), len(month.session.execute(unclaimed(by)).all())

    staff = [officer.username for officer in month.session.scalars(select(Officer).where(Officer.role.in_(STAFF)))]
    idle = [username for username in staff if sum(tasks(username)) == 0]
    assert len(staff) == 11 and idle == []
    own = {username: tasks(username)[0] for username in staff}
    assert 10 <= own["officer1a"] <= 22 and own["officer1a"] == max(own[name] for name in own if name != "auxiliary1")
    assert own["auxiliary1"] >= own["officer1a"]
    rows = month.session.execute(mine(month.officer("officer1a"))).all()
    assert {row.kind for row in rows} == {"handling", "order", "callback", "pairing_duty", "visit", "appointment"}
    assert len({(row.kind, row.state, row.next, row.topic, row.due_at < month.at if row.due_at else None) for row in rows}) >= 6


def test_one_talk_was_kept_one_waits_to_be_confirmed_and_one_was_broken_and_goes_on(month):
    kept, broken, waits = month.session.scalars(select(Talk).order_by(Talk.id))
    assert kept.outcome is Ending.AGREED and {one.kept for one in kept.current if one.until} == {Kept.KEPT}
    assert {call.rating for call in kept.callbacks if call.ended_at} == {Rating.SATISFIED}
    assert all(call.asks_on > beijing_date(month.at) for call in kept.callbacks if call.ended_at is None)
    assert broken.state is TalkState.OPEN and [one.kept for one in broken.broken] == [Kept.BROKEN]
    assert waits.state is TalkState.READ_BACK and [len(side.to_confirm) for side in waits.sides] == [2, 0]
    assert list(month.session.scalars(talks_in_trouble(month.officer("head1"), month.at))) == [broken]


def test_two_households_are_paired_each_with_something_done_and_something_to_do(month):
    pairings = month.session.scalars(listed(month.officer("head1"))).all()
    assert [(pairing.code, pairing.officer.username) for pairing in pairings] == [("J-01", "officer1a"), ("J-02", "officer1b")]
    for pairing in pairings:
        assert pairing.counted["contact"] and pairing.counted["visit"] and pairing.open_duties
    assert pairings[0].counted["missed"] and pairings[0].counted["deed"]


def test_this_week_and_the_last_have_visits_in_every_state_and_a_site_has_risen(month):
    visits = month.session.scalars(select(Visit).where(Visit.matter_id.is_(None))).all()
    planned = [visit for visit in visits if visit.slot]
    assert {visit.station.number for visit in planned} == {"101", "102", "103"}
    assert {visit.state for visit in planned} >= {TaskState.DONE, TaskState.CALLED_OFF}
    assert any(visit.begins_at > month.at for visit in planned)
    assert any(visit.ended_at is None and visit.due_at < month.at for visit in planned), "one was missed"
    assert {visit.site.name for visit in visits if not visit.slot} >= {"光华农贸市场", "松岭采石场"}
    for visit in planned:
        begins, ends = (moment.astimezone(BEIJING).time() for moment in (visit.begins_at, visit.due_at))
        assert time(8) <= begins < ends <= time(22)


def test_every_town_and_many_a_community_has_somebody_to_look_after_it(month):
    listed = tier.tiers(month.session, month.officer("bureau"), month.at)
    assert all(one.officer for one in listed[Level.TOWN]) and any(one.seen for one in listed[Level.TOWN])
    head = tier.tiers(month.session, month.officer("head1"), month.at)
    assert {one.is_neglected(beijing_date(month.at)) for one in head[Level.GRID]} == {True, False}


def test_the_month_has_a_topic_one_visit_about_it_was_looked_into_one_is_to_come_and_one_was_missed(month):
    head = month.officer("head1")
    assert MonthTopic.of(month.session, head.unit, month.at).topic is Topic.SAFETY
    visits = month.session.scalars(select(Visit).where(Visit.theme.is_not(None)).order_by(Visit.id)).all()
    assert [(visit.state, len(visit.told_matters), bool(visit.remark)) for visit in visits] == [
        (TaskState.DONE, 2, True),
        (TaskState.PLANNED, 2, False),
    ]
    assert len(month.session.execute(open_about(head, Topic.SAFETY)).all()) >= 6
    [missed] = [row for row in month.session.execute(visits_missed(head, month.at)) if row.matter_id]
    [matter] = month.session.scalars(select(Matter).where(Matter.id == missed.matter_id))
    assert "没能来" in matter.what_next(month.at)[0]


def test_two_weeks_of_duty_are_planned_with_one_gap(month):
    today = beijing_date(month.at)
    found = {
        (station.number, gap.begins_at.astimezone(BEIJING).isoweekday(), gap.begins_at.astimezone(BEIJING).hour, len(gap.rooms))
        for station in month.session.scalars(select(Unit).filter_by(kind=UnitKind.STATION))
        for week in (today, today + 7 * ONE_DAY)
        for gap in gaps(month.session, station, week)
    }
    assert found == {("101", 7, 18, 3)}
    (desk, rooms) = presences(month.session, [month.officer("head1").unit], month.at)[month.officer("head1").unit]
    assert desk.there and len(rooms) == 3


def test_every_station_has_an_open_card_to_look_at(month):
    stations = month.session.scalars(select(Unit).filter_by(kind=UnitKind.STATION).order_by(Unit.number))
    cards = [demo.open_card(month.session, station) for station in stations]
    assert [card.number[:3] for card in cards] == ["101", "102", "103"]
    assert {card.matter.state for card in cards} <= {State.RECEIVED, State.IN_HAND}


# ── when it is made


def test_texts_wait_for_the_desk_and_others_were_sent_by_hand(month):
    assert outbox.by_hand(month.session, month.officer("desk1"), month.at)
    assert len(month.session.scalars(select(Message).where(Message.sent_by_id.is_not(None))).all()) >= 3


def test_nothing_lies_in_the_future(month):
    happened = (Matter.received_at, Matter.closed_at, Task.made_at, Task.ended_at, Callback.rated_at, Entry.at, AuditLine.at)
    assert [str(moment) for moment in happened if not month.session.scalar(select(func.max(moment))) <= month.at] == []


def test_every_story_goes_forward_and_was_over_before_today_on_any_day_of_a_year():
    calendar = Calendar()
    for n in range(365):
        at = MONDAY + timedelta(days=n)
        days = demo.days_before(at, calendar)
        for story in STORIES:
            told = [story.when, *(when for _verb, _by, when, _fields in story.steps)]
            moments = [demo.when(when, days) for when in told]
            assert moments == sorted(moments), (at, story.text)
            for when, moment in zip(told, moments, strict=True):
                assert beijing_date(moment) < beijing_date(at) or when.startswith("0 "), (at, when, story.text)
                assert 6 <= moment.hour < 23, (when, story.text)


@pytest.mark.parametrize("settings", [_new_sqlite], ids=["sqlite"], indirect=True)
def test_the_clock_finds_nothing_to_do_right_after(month, another_app, tmp_path, time_machine):
    """`flask tick`, half a minute later, on a copy of the database."""
    with closing(sqlite3.connect(month.path)) as kept, closing(sqlite3.connect(tmp_path / "month.db")) as copy:
        kept.backup(copy)
    app = another_app(SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path}/month.db")
    time_machine.move_to(month.at + timedelta(seconds=30))
    assert app.test_cli_runner().invoke(args=["tick"]).stdout == "0 callbacks lapsed.\n"
    engine = create_engine(f"sqlite:///{tmp_path}/month.db")
    left = [
        select(Matter.id, Matter.version),
        select(Task.id, Task.version, Task.station_id, Task.due_at),
        select(func.count(Entry.id)),
    ]
    with Session(engine) as ticked:
        for query in left:
            assert ticked.execute(query).all() == month.session.execute(query).all()
    engine.dispose()


@pytest.mark.parametrize("settings", [_new_postgres], ids=["postgresql"], indirect=True)
def test_made_twice_with_one_clock_it_is_the_same_on_either_database(monday, session, app):
    demo.make(session, app.extensions["keys"], PASSWORD, PASSWORD_HASH, MONDAY)
    session.commit()
    again = Month(session, MONDAY, monday.keys, "")
    assert again.told() == monday.told()
    assert audit.verify(session, monday.keys.audit)[1] is None
    first = session.scalars(select(Matter).order_by(Matter.id)).first()
    assert (first.number, first.state, first.summary) == ("10126000001", State.SIGNED_OFF, "菜市场南门早高峰拥堵")


# ── what it stays away from


def test_it_refuses_a_database_that_holds_something_it_did_not_make(session, make, app):
    make.unit("000", "云溪县公安局")
    session.commit()
    with pytest.raises(NotADemo):
        demo.make(session, app.extensions["keys"], PASSWORD, PASSWORD_HASH, MONDAY)
    session.commit()
    assert session.get(About, "demo") is None and session.scalar(select(func.count()).select_from(Officer)) == 0


def test_it_is_not_made_twice_in_one_database(monday):
    with pytest.raises(NotADemo):
        demo.make(monday.session, monday.keys, PASSWORD, PASSWORD_HASH, MONDAY)
    monday.session.rollback()


def test_one_slip_of_the_service_team_came_back_and_one_is_out(month):
    back, out = month.session.scalars(select(TeamTask).order_by(TeamTask.id))
    assert (back.outcome, back.place, back.matter.station_id) == (TeamOutcome.PARTLY, "", back.station_id)
    assert (out.state, out.assignee.username) == (TaskState.PLANNED, "desk1") and out.due_at > month.at
    assert [e.step for e in back.matter.entries if not e.public and e.record in ("matters", "teams")] == ["send_team", "record"]


def test_two_gatherings_are_to_come_two_were_held_and_a_community_reads_of_ideas(month):
    gatherings = month.session.scalars(select(Gathering)).all()
    assert sorted(gathering.state.code for gathering in gatherings) == ["done", "done", "planned", "planned"]
    assert [g.raised for g in gatherings if g.published_at] == [3] and all(gathering.coming for gathering in gatherings)
    first = month.session.scalars(select(Community).order_by(Community.code)).first()
    assert len(shown_in(month.session, first, 10)) == 3
    assert [len(month.session.scalars(query).all()) for query in (announced_in(first, month.at), published_in(first))] == [1, 1]


def test_three_notices_are_read_and_one_waits_for_the_head(month):
    first = month.session.scalars(select(Community).order_by(Community.code)).first()
    shown = month.session.scalars(notices_in(first, month.at)).all()
    [draft] = month.session.scalars(to_publish(month.officer("head1"))).all()
    assert [notice.kind.code for notice in shown] == ["news", "advice", "advice"] and draft.author.username == "desk1"
    counts = [int(n) for notice in shown for n in re.findall(r"(\d+)起", notice.body)]
    assert len(counts) == 6 and min(counts) >= rules.SHOWN_FROM
    assert not [notice.title for notice in [*shown, draft] if empty_phrase_in(notice.body)]


def test_two_talks_are_booked_and_to_one_nobody_came(month):
    booked = month.session.scalars(select(Appointment).order_by(Appointment.id)).all()
    assert [(one.station_id, one.came, one.held_in) for one in booked] == [
        (month.officer("head1").unit_id, Came.MISSED, Where.ROOM),
        (month.officer("head1").unit_id, None, Where.ROOM),
        (month.officer("head3").unit_id, None, Where.HOME),
    ]
    assert booked[0].due_at < month.at < min(one.begins_at for one in booked[1:])
    assert all(one.assignee and one.number == one.card.number for one in booked)

"""Growth: what it writes is what the steps would have left, the app goes on with it, and real stations are left alone."""

from collections import Counter

import pytest
from sqlalchemy import func, select

from blueprints.extensions import db
from models import audit, grow, rules
from models.base import BEIJING, now
from models.callback import unanswered
from models.card import EchoCard
from models.contact import Contact
from models.grow import STORIES
from models.life import SAID_BY_RESIDENTS, Kind, State
from models.matter import Matter, kept_too_long, promises_over, waited_in_vain
from models.officer import Officer, Role
from models.point import Outcome
from models.receiving import receive
from models.task import TaskState
from models.unit import Community
from models.visit import Visit
from models.workdays import Calendar
from tests.visitor import Visitor

MATTERS = 250


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(args=words)


@pytest.fixture
def grown(run, session, demo, once):
    """A demo that has grown; returns the ids of what was there before."""

    def make_grown():
        before = set(session.scalars(select(Matter.id)))
        session.rollback()
        told = run("grow", "--matters", str(MATTERS))
        assert told.exit_code == 0 and told.output.startswith(f"{MATTERS + len(before)} matters with "), told.output
        return before

    return once(make_grown)


@pytest.fixture
def matters(session, grown):
    return session.scalars(select(Matter).where(Matter.id.not_in(grown)).order_by(Matter.id)).all()


def test_a_real_station_does_not_grow(run, cast, session):
    done = run("grow", "--matters", "5")
    assert done.exit_code != 0 and "Only a demo database may grow" in done.output
    session.rollback()
    assert session.scalar(select(func.count(Matter.id))) == 0


def test_how_many_must_be_said(run, demo):
    done = run("grow")
    assert done.exit_code != 0 and "--visits N" in done.output


@pytest.fixture
def visits(run, session, demo, once):
    """What a demo has grown by: some 600 visits."""

    def make_visits():
        before = set(session.scalars(select(Visit.id)))
        session.rollback()
        told = run("grow", "--visits", "600")
        assert told.exit_code == 0 and f"{len(before) + 600} of them visits." in told.output, told.output
        return before

    before = once(make_visits)
    return session.scalars(select(Visit).where(Visit.id.not_in(before)).order_by(Visit.id)).all()


def test_a_grown_visit_is_what_the_steps_would_have_left_within_the_rules(session, visits):
    coming = [visit for visit in visits if visit.ended_at is None]
    assert len(visits) == 600 and 1 <= len(coming) < 10
    for visit in visits:
        begins, ends = (moment.astimezone(BEIJING) for moment in (visit.begins_at, visit.due_at))
        assert rules.VISIT_FROM <= begins.time() < ends.time() <= rules.VISIT_UNTIL and visit.made_at < visit.begins_at
        assert {officer.unit_id for officer in visit.officers} == {visit.station_id} == {visit.community.station_id}
        assert visit.made_at <= now() and visit.title == visit.reason
    assert any(visit.companions for visit in visits)
    for visit in coming:
        assert visit.state is TaskState.PLANNED and now() < visit.due_at < now() + 29 * grow.ONE_DAY and visit.households == 0
    for visit in set(visits) - set(coming):
        assert visit.state is TaskState.DONE and visit.begins_at <= visit.went_at < visit.left_at == visit.ended_at <= now()
        assert visit.households + visit.units and not visit.was_out_of_hours
    assert min(visit.went_at for visit in visits if visit.went_at) < now() - 600 * grow.ONE_DAY
    assert len({visit.uid for visit in visits}) == len({visit.planned_as for visit in visits}) == 600
    if session.bind.dialect.name == "sqlite":
        assert session.connection().exec_driver_sql("PRAGMA foreign_key_check").all() == []


def test_the_app_goes_on_with_grown_visits(app, session, visits):
    coming = next(visit for visit in visits if visit.ended_at is None)
    head = session.scalars(select(Officer).filter_by(role=Role.HEAD, unit_id=coming.station_id)).first()
    for visit in (visits[0], coming):
        goer = Visitor(app, visit.assignee)
        assert goer.get(f"/visits/{visit.id}").status_code == 200
    assert Visitor(app, head).post(f"/visits/{coming.id}/call_off", {"reason": "停电。"}).status_code == 303
    assert Visitor(app, head).get("/visits/").status_code == 200


def test_a_grown_matter_is_what_the_steps_would_have_left(session, matters):
    calendar = Calendar.load(session)
    assert len(matters) == MATTERS and {matter.kind for matter in matters} == set(SAID_BY_RESIDENTS)
    assert {matter.state for matter in matters} == set(State)
    assert [matter.received_at for matter in matters] == sorted(matter.received_at for matter in matters)
    assert min(matter.received_at for matter in matters) < now() - 300 * grow.ONE_DAY
    for matter in matters:
        assert [card.number for card in matter.cards] == [matter.number] == list({task.number for task in matter.tasks})
        assert matter.entries[0].step == "receive" and matter.entries[0].at == matter.received_at
        assert [entry.at for entry in matter.entries] == sorted(entry.at for entry in matter.entries)
        assert matter.entries[-1].at <= now() and grow.HOUSE not in matter.body + (matter.summary or "")
        assert (matter.open_handling is not None) == (
            matter.state in (State.RECEIVED, State.IN_HAND, State.WAITING)
            or any(point.outcome is Outcome.UNDER_WAY for point in matter.points)
        )
        if matter.state is State.RECEIVED:
            assert matter.due_at == calendar.deadline(matter.received_at, rules.ANSWER_DAYS[matter.kind.code])
            assert matter.open_handling.assignee == matter.handler
        assert not matter.contact or matter.contact.masked.phone == "000****42" or matter.contact.masked.address
    assert session.scalar(select(func.count(Contact.id)))


def test_nothing_grown_is_due_by_the_clock(session, grown):
    due = [*unanswered(session, now()), *waited_in_vain(session, now()), *promises_over(session, now())]
    assert [record.id for record in due if record.matter.id not in grown] == []
    assert [matter for matter in kept_too_long(session, now()) if matter.id not in grown] == []


def test_the_app_goes_on_with_what_has_grown(app, session, matters):
    """Each page opens for whom it is about, steps can be taken, numbers go on, and the chain holds."""
    keys = app.extensions["keys"]
    people = {officer.id: Visitor(app, officer) for officer in session.scalars(select(Officer).where(Officer.active))}
    looks = {(matter.state, matter.kind, matter.handler_id): matter for matter in matters}
    for matter in looks.values():
        if matter.handler_id:
            assert people[matter.handler_id].get(f"/matters/{matter.id}").status_code == 200
        for task in matter.tasks:
            if task.assignee_id:
                shelf, id = task.home(task)
                assert people[task.assignee_id].get(f"/{shelf}/{id}").status_code == 200
    seen = {State.IN_HAND, State.WAITING, State.CALLED_BACK, State.SIGNED_OFF}
    for card in [next(matter.cards[0] for matter in matters if matter.state is state) for state in seen]:
        chen = Visitor(app)
        chen.post("/card", {"number": card.number, "code": card.code(keys.card)})
        assert chen.page("/card").text_of("number").replace(" ", "") == card.number
    in_hand = next(m for m in matters if m.state is State.IN_HAND and m.handler.username == "officer1a")
    for name, path in (("officer1a", "/queue"), ("head1", "/review"), ("bureau", "/matters/"), ("officer1a", "/callbacks/")):
        officer = session.scalars(select(Officer).filter_by(username=name)).one()
        assert 'class="row"' in people[officer.id].get(path).text, path
    answer = {"point": str(in_hand.points_to_answer[0].ordinal), "outcome": "done", "text": "办好了。"}
    assert people[in_hand.handler_id].post(f"/matters/{in_hand.id}/answer", answer).status_code == 303
    session.rollback()
    community = session.scalars(select(Community).order_by(Community.code)).first()
    more = [
        receive(
            session,
            community=community,
            kind=Kind.REQUEST,
            body="又一件事。",
            points=[],
            place="",
            submission_id=f"{n}",
            at=now(),
        )
        for n in range(3)
    ]
    session.commit()
    numbers = session.scalars(select(EchoCard.number)).all()
    assert len(numbers) == len(set(numbers)) and all(card.number == card.matter.number for card in more)
    for drawer, count in Counter(number[:5] for number in numbers).items():
        taken = sorted(int(number[5:]) for number in numbers if number[:5] == drawer)
        assert taken == list(range(1, count + 1)), drawer
    assert audit.verify(session, keys.audit)[1] is None
    assert session.scalars(select(audit.AuditLine.detail).filter_by(action="grow")).all() == [f"{MATTERS} matters"]
    if session.bind.dialect.name == "sqlite":
        assert session.connection().exec_driver_sql("PRAGMA foreign_key_check").all() == []


def test_the_same_day_grows_the_same(app, session, demo):
    at = now()
    with app.app_context():
        told = [
            [(c.began, c.house, c.sample.rows[Matter.__table__][0][0]["station_id"]) for c in grow.plan(db.session, 30, at)]
            for _ in range(2)
        ]
    assert told[0] == told[1] and len({house for _began, house, _station in told[0]}) > 5
    assert session.scalars(select(Matter).where(Matter.number.like("%00100"))).all() == []  # what was played is rolled back


def test_every_story_has_room_before_the_clock_goes_on():
    for story in STORIES:
        assert story.youngest <= (story.open_for or grow.REACH), story.text

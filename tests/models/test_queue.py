"""The queue: what stands on it, for whom, in which order, and that no query reads the whole table."""

import pytest

from models import task
from models.asking import Rating
from models.handling import Handling
from models.life import Kind
from models.point import Outcome
from models.task import Due, Task, behind, changed_since, counted, kinds, mine, narrowed, open_kinds, place_of, unclaimed
from tests.cast import DAY, MONDAY


@pytest.fixture
def noise(cast):
    """What must never appear on the queue of Li's station: Sun's task, and one that Sun's station has not claimed."""
    cast.make.card(cast.hedong)
    cast.make.card(cast.make.community(cast.elsewhere, "10202", "柳湾村"))
    cast.session.flush()


@pytest.fixture
def queue(session, noise):
    """The numbers on a queue, as they stand there."""
    return lambda which, officer: [row.number for row in session.execute(which(officer))]


@pytest.fixture
def card(cast):
    """Make a card whose matter's task is as told."""

    def card(community, **task):
        card = cast.make.card(community)
        for name, value in task.items():
            setattr(card.matter.tasks[0], name, value)
        cast.session.flush()
        return card.number

    return card


# ── whose tasks


def test_mine_are_my_open_tasks_and_nobody_elses(cast, queue, card):
    lis, zhaos, nobodys = card(cast.gangnan), card(cast.gangnan, assignee=cast.zhao), card(cast.rixin)
    assert queue(mine, cast.li) == [lis]
    assert queue(mine, cast.zhao) == [zhaos]
    assert queue(mine, cast.qian) == queue(mine, cast.wang) == []
    assert queue(unclaimed, cast.li) == [nobodys]


def test_a_task_left_behind_at_another_station_does_not_come_along(cast, queue, card):
    left, own = card(cast.gangnan), card(cast.hedong, assignee=cast.li)
    cast.li.unit = cast.elsewhere
    cast.session.flush()
    assert left not in queue(mine, cast.li) and queue(mine, cast.li) == [own]


def test_unclaimed_handling_is_offered_to_the_station_but_not_to_auxiliaries(cast, queue, card):
    nobodys = card(cast.rixin)
    card(cast.gangnan)
    for officer in (cast.li, cast.zhao, cast.qian, cast.he, cast.wang, cast.liu):
        assert queue(unclaimed, officer) == [nobodys], officer.name
    assert queue(unclaimed, cast.zhou) == []


def test_an_auxiliary_sees_the_led_officers_tasks_and_his_own_as_mine(cast, queue, card):
    lis, own = card(cast.gangnan), card(cast.gangnan, assignee=cast.zhou)
    card(cast.gangnan, assignee=cast.zhao)
    assert queue(mine, cast.zhou) == [lis, own]
    assert queue(mine, cast.li) == [lis]


def test_what_lies_with_the_bureau_is_seen_by_the_bureau_alone(cast, queue, card):
    bureaus = card(None)
    card(cast.rixin)
    assert queue(unclaimed, cast.gao) == [bureaus]
    assert bureaus not in queue(unclaimed, cast.wang) + queue(unclaimed, cast.ma)


def test_administrator_and_auditor_see_nothing(cast, queue, card):
    card(None)
    for who in (cast.admin, cast.auditor):
        card(None, assignee=who)
        assert queue(mine, who) == queue(unclaimed, who) == []


# ── callbacks


def test_a_callback_is_offered_to_everybody_but_who_handled_the_matter(cast, queue):
    number = cast.answered().number
    for officer in (cast.zhao, cast.qian, cast.zhou, cast.he, cast.wang):
        assert number in queue(unclaimed, officer), officer.name
    assert queue(unclaimed, cast.li) == []
    assert number not in queue(unclaimed, cast.sun) + queue(unclaimed, cast.ma) + queue(unclaimed, cast.gao)


def test_everybody_who_ever_handled_it_counts(cast, queue):
    matter = cast.make.card(cast.gangnan).matter
    cast.step(matter, "settle", cast.zhou, MONDAY, outcome=Outcome.DONE, text="电话里说清了。")
    assert queue(unclaimed, cast.li) == queue(unclaimed, cast.zhou) == []
    assert queue(unclaimed, cast.qian) == [matter.number]


def test_a_callback_that_somebody_took_is_his(cast, queue):
    matter = cast.answered()
    matter.open_callback.assignee = cast.qian
    cast.session.flush()
    assert queue(mine, cast.qian) == [matter.number]
    assert queue(unclaimed, cast.qian) == queue(unclaimed, cast.zhao) == []


# ── when a task vanishes


def test_done_tasks_vanish(cast, queue, card):
    still_there = card(cast.gangnan)
    matter = cast.answered()
    cast.step(matter, "rate", matter.cards[0], MONDAY, rating=Rating.SATISFIED, solved=[1])
    praise = cast.make.card(cast.gangnan, kind=Kind.PRAISE).matter
    cast.step(praise, "thank", cast.li, MONDAY, text="应该的。")
    assert queue(mine, cast.li) == [still_there]
    assert queue(unclaimed, cast.qian) == []


def test_a_task_moves_from_unclaimed_to_mine_when_it_is_accepted(cast, queue):
    matter = cast.make.card(cast.rixin).matter
    cast.step(matter, "accept", cast.qian, MONDAY, summary="井盖翘起", category=cast.make.category())
    assert queue(unclaimed, cast.qian) == queue(unclaimed, cast.li) == []
    assert queue(mine, cast.qian) == [matter.number]


# ── the order


@pytest.mark.parametrize(("which", "place"), [(mine, "gangnan"), (unclaimed, "rixin")], ids=["mine", "unclaimed"])
def test_urgent_stands_first_then_what_is_due_and_last_what_has_no_date(cast, queue, card, which, place):
    def one(due=None, urgent=False):
        return card(getattr(cast, place), due_at=due, urgent=urgent)

    waiting, later, soon = one(), one(MONDAY + DAY), one(MONDAY)
    urgent_waiting, urgent_later, urgent = one(urgent=True), one(MONDAY + 9 * DAY, urgent=True), one(MONDAY + DAY, urgent=True)
    soon_too = one(MONDAY)
    assert queue(which, cast.li) == [urgent, urgent_later, urgent_waiting, soon, soon_too, later, waiting]


# ── the indexes


def plan(session, query):
    """How the database means to run it."""
    engine = session.get_bind()
    sql = str(query.compile(engine, compile_kwargs={"literal_binds": True}))
    connection = session.connection()
    if engine.dialect.name == "sqlite":
        return "\n".join(row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}"))
    connection.exec_driver_sql("SET enable_seqscan = off")
    return "\n".join(connection.exec_driver_sql(f"EXPLAIN {sql}").scalars())


def test_each_query_uses_its_own_small_index(cast, session):
    for officer in (cast.li, cast.zhou, cast.he, cast.wang):
        for which, index in ((mine, "ix_task_mine"), (unclaimed, "ix_task_unclaimed")):
            told = plan(session, which(officer))
            assert index in told and "SCAN task" not in told, f"{officer.name}: {told}"


def test_the_bureaus_queries_read_open_tasks_only(cast, session):
    for which in (mine, unclaimed):
        told = plan(session, which(cast.gao))
        assert "ix_task_mine" in told or "ix_task_unclaimed" in told, told
        assert "SCAN task" not in told and "Seq Scan on task" not in told, told


@pytest.mark.parametrize("due", [None, *Due], ids=lambda due: due and due.code)
def test_narrowed_and_behind_a_row_a_query_keeps_its_index(cast, session, due):
    place = "1-1794800000000000-7"
    for which, index in ((mine, "ix_task_mine"), (unclaimed, "ix_task_unclaimed")):
        told = plan(session, behind(narrowed(which(cast.li), MONDAY, "handling", due), place))
        assert index in told and "SCAN task" not in told, told


def test_what_changed_since_is_looked_up_by_matter_and_by_talk(cast, session):
    for which, index in ((mine, "ix_task_mine"), (unclaimed, "ix_task_unclaimed")):
        told = plan(session, changed_since(which(cast.li), MONDAY, cast.li))
        assert all(used in told for used in (index, "ix_entry_matter_id", "ix_entry_talk_id")), told
        assert "SCAN entry" not in told, told


# ── narrowed, page by page, counted


def test_today_is_the_beijing_day_and_late_is_what_is_past(cast, session, card):
    late, today = card(cast.gangnan, due_at=MONDAY - DAY), card(cast.gangnan, due_at=MONDAY + DAY / 24)
    late_today = card(cast.gangnan, due_at=MONDAY - DAY / 24)
    card(cast.gangnan, due_at=MONDAY + DAY * 14 / 24)  # midnight in Beijing: tomorrow
    card(cast.gangnan, due_at=None)

    def numbers(due):
        return [row.number for row in session.execute(narrowed(mine(cast.li), MONDAY, due=due))]

    assert numbers(Due.LATE) == [late, late_today]
    assert numbers(Due.TODAY) == [late_today, today]


def test_a_kind_is_narrowed_to(cast, session):
    cast.make.card(cast.rixin)
    number = cast.answered().number
    rows = session.execute(narrowed(unclaimed(cast.qian), MONDAY, "callback")).all()
    assert [(row.kind, row.number) for row in rows] == [("callback", number)]


def test_which_kinds_are_open_is_asked_for_once(cast, session, monkeypatch):
    cast.make.card(cast.rixin)
    cast.answered()
    assert open_kinds(session, mine(cast.qian), unclaimed(cast.qian)) == {"handling", "callback"}
    assert open_kinds(session, mine(cast.qian)) == set()
    monkeypatch.setattr(task, "LOOKED_AT", 1)
    assert open_kinds(session, unclaimed(cast.qian)) == set(kinds())


def test_page_by_page_every_row_comes_once_in_its_order_whatever_is_done_meanwhile(cast, session, card, queue):
    for urgent in (True, False):
        for due in (MONDAY, MONDAY, MONDAY + DAY, None, None):
            card(cast.gangnan, due_at=due, urgent=urgent)
    whole, seen, place = queue(mine, cast.li), [], ""
    assert len(whole) == 10
    while rows := session.execute(behind(mine(cast.li), place).limit(3)).all():
        seen += [row.number for row in rows]
        place = place_of(rows[-1])
        for row in rows:  # done while the page was open
            session.get(Task, row.id).due_at = MONDAY - DAY
        session.flush()
    assert seen == whole


@pytest.mark.parametrize("place", ["", "x", "2-1-1", "0-1", "0--", "0-1-9999999999", "0-99999999999999999-1", "1-1-1; DROP"])
def test_what_is_no_place_leads_to_the_beginning(cast, session, card, queue, place):
    card(cast.gangnan)
    assert len(session.execute(behind(mine(cast.li), place)).all()) == 1


def test_a_queue_is_counted_no_further_than_100(cast, session):
    cast.make.card(cast.gangnan)
    cast.make.card(cast.rixin)
    assert counted(session, mine(cast.li)) == 1
    session.add_all(
        Handling(station_id=cast.station.id, assignee=cast.li, made_at=MONDAY, topic=Kind.REQUEST) for _n in range(101)
    )
    session.flush()
    assert counted(session, mine(cast.li)) == 100

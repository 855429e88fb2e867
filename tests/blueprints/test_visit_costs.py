"""However many visits there are, no page asks the database more often."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event, insert

from blueprints.extensions import db
from models.base import new_uid, now
from models.contact import Daypart
from models.task import Task, TaskState, task_companion
from models.topic import MonthTopic, Topic
from models.visit import Visit, VisitKind, visit_matter
from tests.cast import DAY
from tests.visitor import Visitor


@pytest.fixture
def matter(cast, session):
    """A matter of Li's about fraud, with a visit agreed, and the month's topic with it."""
    matter = cast.make.card(cast.gangnan, at=now()).matter
    cast.step(matter, "accept", cast.li, now(), summary="防骗", category=cast.make.category("fraud"))
    cast.step(matter, "visit", cast.li, now(), day=(now() + DAY).date(), daypart=Daypart.MORNING)
    MonthTopic.choose(session, cast.wang, now(), Topic.SAFETY)
    session.commit()
    return matter


def many(cast, session, matter, count):
    """So many visits of Li and Zhao done, to come and missed, of them a few about the matter."""
    shared = {"station_id": cast.station.id, "assignee_id": cast.li.id, "kind": "visit", "version": 1, "urgent": False}
    shared |= {"reserved": False, "area": "港南社区", "title": "看看路灯", "made_at": now() - 9 * DAY}
    tasks = []
    for n in range(count):
        begins = now() + (n % 3 - 1) * DAY + DAY / 24
        is_done = n % 3 == 0 and n % 2
        state, ended = (TaskState.DONE, begins) if is_done else (TaskState.PLANNED, None)
        tasks.append(
            shared | {"uid": new_uid(), "state": state, "ended_at": ended, "begins_at": begins, "due_at": begins + DAY / 24}
        )
    ids = session.scalars(insert(Task.__table__).returning(Task.__table__.c.id), tasks).all()
    counts = dict.fromkeys([name for name, column in Visit.__table__.c.items() if str(column.type) == "INTEGER"], 0)
    counts = {name: 0 for name in counts if not name.endswith("id") and name != "walk"}
    rows = [
        {
            "id": id,
            "sort": VisitKind.DOOR,
            "community_id": cast.gangnan.id,
            "place": "",
            "reason": "",
            "departments": "",
            **counts,
        }
        | {"planned_as": new_uid(), "theme": Topic.SAFETY if n % 5 == 0 else None}
        for n, id in enumerate(ids)
    ]
    session.execute(insert(Visit.__table__), rows)
    session.execute(insert(task_companion), [{"task_id": id, "officer_id": cast.zhao.id} for id in ids])
    session.execute(insert(visit_matter), [{"visit_id": id, "matter_id": matter.id} for id in ids[:count:10]])
    session.commit()


@contextmanager
def statements(app):
    """What the database is asked."""
    with app.app_context():
        engine, seen = db.engine, []

    def note(*call):
        seen.append(call[2])

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_with_many_visits_no_page_costs_more_statements_than_with_a_few(app, cast, session, matter):
    li, wang = Visitor(app, cast.li), Visitor(app, cast.wang)
    pages = [(li, "/queue"), (li, f"/matters/{matter.id}"), (li, "/visits/"), (wang, "/review"), (wang, "/visits/topics")]
    pages += [(wang, "/review/hand-over?officer=li"), (li, f"/visits/{matter.visits[0].id}")]

    def costs(seen):
        found = {}
        for visitor, path in pages:
            visitor.get(path)  # what a first request alone asks
            seen.clear()
            visitor.get(path)
            found[path] = len(seen)
        return found

    with statements(app) as seen:
        many(cast, session, matter, 30)
        few = costs(seen)
        many(cast, session, matter, 300)
        assert costs(seen) == few


def test_the_page_of_a_topic_visit_costs_the_same_with_many_matters_as_with_two(app, cast, session, matter):
    wang, costs = Visitor(app, cast.wang), []
    for n, count in enumerate((2, 12)):
        matters = [cast.make.card(cast.gangnan, at=now()).matter for _n in range(count)]
        for one in matters:
            cast.step(one, "accept", cast.li, now(), summary="防骗", category=cast.make.category("fraud"))
        begins = now() + (n + 1) * DAY
        visit = cast.visit(begins, officers=[cast.wang], daypart=Daypart.MORNING, matters=matters, theme=Topic.SAFETY)
        session.commit()
        with statements(app) as seen:
            assert all(one.number in wang.get(f"/visits/{visit.id}").text.replace(" ", "") for one in matters)
            seen.clear()
            wang.get(f"/visits/{visit.id}")
            costs.append(len(seen))
    assert costs[0] == costs[1]

"""The page of topic visits: choosing the topic, ticking matters, one visit, and its outcome on each."""

from datetime import datetime, time

import pytest

from blueprints.visits import topics
from models.base import BEIJING, beijing_date, now
from models.topic import MonthTopic, Topic
from models.visit import Visit
from tests.cast import DAY
from tests.visitor import Visitor

PLAN = {"day": str(beijing_date(now()) + DAY), "begins": "09:00", "ends": "10:00", "leader": "wang", "departments": "城管"}


@pytest.fixture(autouse=True)
def at_noon(time_machine):
    """No visit of today crosses midnight."""
    time_machine.move_to(datetime.combine(beijing_date(now()), time(12), BEIJING))


@pytest.fixture
def wang(app, cast):
    return Visitor(app, cast.wang)


@pytest.fixture
def matters(cast, session):
    """Two of Li's matters about fraud; safety is what the month is about."""
    matters = [cast.make.card(cast.gangnan, at=now()).matter for _n in range(2)]
    for n, matter in enumerate(matters):
        cast.step(matter, "accept", cast.li, now(), summary=f"防骗的{n}", category=cast.make.category("fraud"))
    MonthTopic.choose(session, cast.gao, now(), Topic.SAFETY)
    session.commit()
    return matters


def path_of(matters):
    return "/visits/topics/plan?" + "&".join(f"matter={matter.id}" for matter in matters)


def test_a_head_chooses_the_topic_and_the_bureau_looks_over_its_stations(app, cast, session, wang, matters):
    gao, page = Visitor(app, cast.gao).page("/visits/topics"), wang.page("/visits/topics")
    assert "这个月谈：治安防范 云溪县公安局定的" in page.text and "防骗的0" in page.text
    assert "城南派出所 港南社区" in gao.text and "防骗的0" in gao.text and 'name="matter"' not in gao.html
    assert wang.post("/visits/topics", {"topic": "legal"}).status_code == 303
    page = wang.page("/visits/topics")
    assert "这个月谈：涉法涉诉 城南派出所定的" in page.text and "防骗的0" not in page.text
    assert wang.post("/visits/topics", {"topic": "nonsense"}).status_code == 422


def test_what_was_ticked_becomes_one_visit_and_its_outcome_stands_on_each(app, cast, session, wang, matters):
    path = path_of(matters)
    assert all(f"防骗的{n}" in wang.get(path).text for n in range(2))
    page = wang.page(path)
    fields = page.form("/visits/topics/plan")["fields"] | {"matter": [matter.id for matter in matters]}
    refused = wang.send("/visits/topics/plan", fields | PLAN | {"ends": "08:00"})
    assert refused.status_code == 422 and all(f'value="{matter.id}"' in refused.text for matter in matters)
    for _twice in range(2):
        done = wang.send("/visits/topics/plan", fields | PLAN)
    visit = session.query(Visit).one()
    assert done.status_code == 303 and done.location == f"/visits/{visit.id}"
    page = wang.page(done.location)
    assert (
        "治安防范" in page.text and "城管" in page.text and {f"/matters/{matter.id}" for matter in matters} <= set(page.links)
    )
    assert "去谈" in wang.page("/visits/topics").text
    nothing = wang.send("/visits/topics/plan", wang.page("/visits/topics").form("/visits/topics")["fields"] | {"matter": "x"})
    assert (nothing.status_code, nothing.location) == (303, "/visits/topics")


def test_the_record_asks_for_the_outcome_only_where_there_are_matters(app, cast, session, wang, matters):
    plain = cast.visit(now() - DAY / 24, officers=[cast.wang], hours=0.5)
    about = cast.visit(now() - DAY / 48, officers=[cast.wang], hours=0.4, matters=matters, theme=Topic.SAFETY)
    session.commit()
    asks = [f"/visits/{visit.id}/record" for visit in (plain, about)]
    assert ["outcome" in wang.page(path).form(path)["fields"] for path in asks] == [False, True]
    assert wang.post(asks[1], {"households": "1"}).status_code == 422
    assert wang.post(asks[1], {"households": "1", "outcome": "都说好了。"}).status_code == 303
    session.expire_all()
    assert [matter.entries[-1].text for matter in matters] == ["都说好了。"] * 2


def test_a_page_that_is_full_says_how_many_more_there_are(wang, matters, monkeypatch):
    assert "没有列出来" not in wang.page("/visits/topics").text
    monkeypatch.setattr(topics, "MOST", 1)
    page = wang.page("/visits/topics")
    assert "还有1件没有列出来。" in page.text and "防骗的1" not in page.text

"""The queue as a page: narrowed, page by page, small, and at the same cost however long it is."""

import re

import pytest
from sqlalchemy import event

from blueprints.extensions import db
from models.base import now
from tests.cast import DAY
from tests.visitor import Visitor

ROW = re.compile(r'<li id="row-(\d+)"')


@pytest.fixture
def li(app, cast):
    return Visitor(app, cast.li)


@pytest.fixture
def filled(cast, session):
    """Fill both of Li's lists, and Sun's as well."""

    def fill(rows):
        for _row in range(rows):
            for community in (cast.gangnan, cast.rixin, cast.hedong):
                cast.make.card(community, at=now())
        session.commit()

    return fill


def pages(visitor, path, name):
    """Every page of a list, as whoever taps 更多 sees them."""
    while path:
        page = visitor.page(path)
        yield page
        path = next((link for link in page.links if link.endswith(f"#{name}") and f"{name}=" in link), None)


@pytest.mark.parametrize("name", ["mine", "unclaimed"])
def test_each_list_is_paged_by_25_and_the_other_stays(li, filled, name):
    filled(60)
    seen = []
    for page in pages(li, "/queue", name):
        rows = ROW.findall(page.html)
        other = rows[-25:] if name == "mine" else rows[:25]
        seen += [rows[:-25] if name == "mine" else rows[25:]]
        assert len(other) == 25
        assert page.text_of(name).replace(" ", "") == {"mine": "我的任务60", "unclaimed": "待认领60"}[name]
    assert [len(rows) for rows in seen] == [25, 25, 10]
    assert len({row for rows in seen for row in rows}) == 60
    assert f"/queue#{name}" in page.links, "the way back to the beginning"


def test_more_than_99_is_counted_as_99_plus(li, filled):
    filled(100)
    assert li.page("/queue").text_of("mine").split() == ["我的任务", "99+"]


def test_a_shared_link_shows_the_same_and_a_tap_on_what_is_on_takes_it_off(app, cast, li, session):
    cast.make.card(cast.rixin, at=now() - 9 * DAY)
    cast.make.card(cast.rixin, at=now())
    number = cast.answered(now()).number
    session.commit()
    page = Visitor(app, cast.qian).page("/queue?kind=callback")
    assert len(ROW.findall(page.html)) == 1 and number[-5:] in page.text
    assert "/queue?kind=callback&due=late" in page.links and page.links.count("/queue") >= 2
    late = li.page("/queue?due=late")
    assert len(ROW.findall(late.html)) == 1 and "超期" in late.text_of("main")
    assert late.text_of("unclaimed").split() == ["待认领", "1"]
    assert "这样筛选，这里没有。" in late.text


def test_filters_and_pages_go_together(li, filled):
    filled(30)
    for page in pages(li, "/queue?kind=handling&due=today", "mine"):
        assert page.text_of("mine").split()[0] == "我的任务" and "/queue?due=today" in page.links
    both = li.page("/queue?kind=handling")
    assert [len(ROW.findall(page.html)) for page in pages(li, "/queue?kind=handling", "unclaimed")] == [50, 30]
    assert all("kind=handling" in link for link in both.links if "mine=" in link or "unclaimed=" in link)


@pytest.mark.parametrize("asked", ["kind=nonsense", "due=never", "kind=", "mine=nonsense", "kind=%00&due=%00&mine=%00"])
def test_what_is_not_known_is_not_asked_for(li, filled, asked):
    filled(1)
    assert len(ROW.findall(li.page(f"/queue?{asked}").html)) == 2


def test_behind_the_end_it_says_so(li, filled):
    filled(1)
    page = li.page("/queue?mine=0--999999999")
    assert "后面没有了。" in page.text and "/queue#mine" in page.links


def test_25_rows_are_small(app, cast, session):
    for _row in range(25):
        cast.accepted(now())
    session.commit()
    html = Visitor(app, cast.li).get("/queue").text
    assert len(html[html.index("<ul") : html.index("</ul>")].encode()) < 9 * 1024


@pytest.mark.parametrize(("rows", "selects"), [(2, 3), (20, 3), (26, 5), (60, 5)])
def test_the_queue_costs_the_same_number_of_statements_however_long_it_is(app, li, filled, rows, selects):
    """Who is signed in, and each list; where a list is longer than a page, its count."""
    filled(rows)
    statements = []
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    li.get("/queue")
    assert len([s for s in statements if s.startswith("SELECT")]) == selects, statements
    rows = [s for s in statements if "FROM task" in s and "count(" not in s]
    assert len(rows) == 2 and not any("task.version" in s for s in rows), "columns, never entities"

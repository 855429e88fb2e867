"""The queue as a page: narrowed, page by page, small, and at the same cost however long it is."""

import re

import pytest
from sqlalchemy import event, select
from werkzeug.exceptions import ServiceUnavailable

from blueprints.extensions import db
from models import task
from models.base import now
from models.signin import SignIn
from tests.cast import DAY, PASSWORD
from tests.visitor import Page, Visitor

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
    assert "按现在的筛选，这里没有任务。" in late.text


def test_only_kinds_of_which_something_is_open_are_offered_and_the_chosen_one(app, cast, li, session):
    cast.make.card(cast.gangnan, at=now())
    session.commit()
    offered = [link for link in li.page("/queue").links if "kind=" in link]
    assert offered == ["/queue?kind=handling"]
    asked = li.page("/queue?kind=callback")
    assert (
        "回访" in asked.text_of("main") and [link for link in asked.links if "kind=" in link and "due=" not in link] == offered
    )
    assert asked.html.count('aria-current="true"') == 1


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


@pytest.mark.parametrize(("rows", "selects"), [(2, 3), (20, 3), (26, 6), (60, 6)])
def test_the_queue_costs_the_same_number_of_statements_however_long_it_is(app, li, filled, rows, selects):
    """Who is signed in, and each list; where a list is longer than a page, its count, and once which kinds there are."""
    filled(rows)
    statements = []
    with app.app_context():
        engine = db.engine

    def note(*call):
        statements.append(call[2])

    event.listen(engine, "before_cursor_execute", note)
    li.get("/queue")
    event.remove(engine, "before_cursor_execute", note)
    assert len([s for s in statements if s.startswith("SELECT")]) == selects, statements
    rows = [s for s in statements if s.startswith("SELECT task.")]
    assert len(rows) == 2 and not any("task.version" in s for s in rows), "columns, never entities"


# ── #news: polled, and nothing else


def poll(visitor, page, htmx="news"):
    """Fetch the part as its page does."""
    return visitor.get(next(a["data-hx-get"] for tag, a in page.tags if a.get("id") == "news"), htmx=htmx)


def test_what_comes_in_or_is_changed_by_others_is_told_and_nothing_twice(app, cast, li, session, time_machine):
    time_machine.move_to(now())
    old, other = cast.accepted(now()), cast.accepted(now())
    session.commit()
    time_machine.shift(60)
    page = li.page("/queue")
    assert poll(li, page).status_code == 204
    time_machine.shift(60)
    cast.make.card(cast.rixin, at=now())
    cast.make.card(cast.hedong, at=now())  # Sun's
    cast.step(old, "add", old.cards[0], now(), words="还有一句。")
    cast.step(other, "ask", cast.li, now(), text="哪一盏灯？")  # by herself
    session.commit()
    part = poll(li, page)
    assert part.status_code == 200 and "2条新的，点此查看" in part.text and part.text.count("<div") == 1
    assert "/queue" in Page(part.text).links
    assert poll(li, Page(part.text)).status_code == 204
    assert poll(li, li.page("/queue")).status_code == 204, "the page that is opened now shows all of it"


def test_the_part_stands_in_the_page_letter_for_letter(li, cast):
    html = li.get("/queue").text
    part = re.search(r'<div id="news".*?</div>', html, re.S)[0]
    since = re.search(r"since=(\d+)", part)[1]
    assert li.get(f"/queue/news?since={since}").text.strip() == part


@pytest.mark.parametrize("since", ["", "x", "-1", "9" * 30, "9" * 5000, "²"])
def test_odd_moments_are_no_trouble(li, since):
    assert li.get(f"/queue/news?since={since}", htmx="news").status_code == 200


def test_polling_keeps_no_session_awake(app, cast, session, time_machine):
    time_machine.move_to(now(), tick=False)
    li = Visitor(app)
    li.post("/login", {"username": "li", "password": PASSWORD})
    page = li.page("/queue")
    seen = session.scalars(select(SignIn.seen)).one()
    session.rollback()
    for _minute in range(14):
        time_machine.shift(60)
        assert poll(li, page).status_code == 204
    assert session.scalars(select(SignIn.seen)).one() == seen
    session.rollback()
    time_machine.shift(60)
    over = poll(li, page)
    assert (over.status_code, over.headers["HX-Retarget"]) == (401, "#signed-out") and "登录过期了" in over.text
    assert li.get("/queue").status_code == 303


def test_the_signed_out_notice_takes_the_polling_away(li):
    html = li.get("/queue").text
    assert re.search(r'<div id="signed-out"[^>]*><div id="news".*?</div>\s*</div>', html, re.S)


def test_what_goes_wrong_while_polling_replaces_nothing(app, cast, li, monkeypatch):
    def fails(*_all):
        raise ServiceUnavailable

    monkeypatch.setattr(task, "counted", fails)
    assert li.client.get("/queue/news", headers={"HX-Request": "true"}).headers["HX-Reswap"] == "none"

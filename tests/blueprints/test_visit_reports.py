"""The diary and the monthly report as pages."""

import pytest
import time_machine
from sqlalchemy import event

from blueprints import visits
from blueprints.extensions import db
from models.base import beijing_date, now
from models.contact import Daypart
from tests.cast import DAY, MONDAY
from tests.visitor import Visitor


@pytest.fixture(autouse=True)
def by_day():
    """Visits are made between 8 and 22."""
    with time_machine.travel(MONDAY):
        yield


def done(cast, by, reason, **fields):
    """A visit that was just made."""
    visit = cast.visit(now(), 0.01, Daypart.MORNING, officers=[by], reason=reason)
    cast.step(visit, "record", by, now(), **{"households": 2, **fields})
    cast.session.commit()
    return visit


def test_the_diary_goes_on_page_by_page_and_masks_numbers_of_visits_that_others_made(app, cast, monkeypatch):
    monkeypatch.setattr(visits.reports, "PAGE", 2)
    for n in range(5):
        done(cast, cast.li, f"第{n}家", diary="打13900001234")
    done(cast, cast.zhao, "赵警官去的", diary="打13900001235")
    li, wang = Visitor(app, cast.li), Visitor(app, cast.wang)
    page, read = li.page("/visits/diary"), []
    for _page in range(3):
        read += [text for text in page.texts if text.startswith("第")]
        assert "13900001234" in page.text and "赵警官去的" not in page.text
        more = [link for link in page.links if "before=" in link]
        page = li.page(more[0]) if more else page
    assert read == ["第4家", "第3家", "第2家", "第1家", "第0家"] and not more
    of_all = wang.page("/visits/diary").text
    assert "赵警官去的" in of_all and "139******35" in of_all and "13900001235" not in of_all
    for odd in ("x", "1-1", "99999999999999999-1", "-1--1", "1" * 30):
        assert li.get(f"/visits/diary?before={odd}").status_code == 200


def test_the_report_is_the_stations_for_all_staff_and_every_stations_for_the_bureau(app, cast):
    done(cast, cast.li, "看看路灯")
    pages = {name: Visitor(app, getattr(cast, name)).page("/visits/report") for name in ("li", "he", "wang")}
    for page in pages.values():
        assert {"李建平", "赵一鸣", "港南社区", "日新社区", "合计"} <= {text.strip() for text in page.texts}
    gao = Visitor(app, cast.gao)
    month = f"{beijing_date(now()):%Y-%m}"
    of_all = gao.page("/visits/report")
    assert "各派出所" in of_all.text and f"/visits/report?month={month}&station=101" in of_all.links
    assert "李建平" in gao.page(f"/visits/report?month={month}&station=101").text
    assert "李建平" not in Visitor(app, cast.sun).page(f"/visits/report?month={month}&station=101").text
    last = beijing_date(now()).replace(day=1) - DAY
    before = Visitor(app, cast.li).page(f"/visits/report?month={last:%Y-%m}")
    assert f"{last.year}年{last.month}月走访月报" in before.text
    for odd in ("x", "2026-13", "2026-00", "1999-01", "2026-1", "２０２６-11"):
        assert gao.get(f"/visits/report?month={odd}&station=abc").status_code == 200


@pytest.mark.parametrize("path", ["/visits/diary", "/visits/report"])
def test_both_cost_the_same_number_of_statements_however_much_was_done(app, cast, path):
    wang, said = Visitor(app, cast.wang), []
    with app.app_context():
        engine = db.engine

    def statements():
        said.clear()
        assert wang.get(path).status_code == 200
        return len([statement for statement in said if statement.startswith("SELECT")])

    done(cast, cast.li, "第一家")
    event.listen(engine, "before_cursor_execute", note := lambda *call: said.append(call[2]))
    try:
        few = statements()
        for officer in (cast.li, cast.zhao, cast.qian, cast.wang):
            done(cast, officer, "又一家")
        assert statements() == few
    finally:
        event.remove(engine, "before_cursor_execute", note)

"""The page of the morning digest: the same all day, to be copied, and leafed back."""

import html
import re
from datetime import datetime

from models import digest
from models.base import BEIJING
from tests.cast import DAY
from tests.visitor import Visitor

MONDAY = datetime(2026, 11, 16, 8, 30, tzinfo=BEIJING)


def kept(cast, session, moment):
    """The station's digest of that morning."""
    digest.keep(session, cast.station.id, moment, digest.drawn_up(session, cast.station.id, moment))
    session.commit()


def pasted(page):
    return html.unescape(re.search(r"<textarea[^>]*readonly[^>]*>(.*?)</textarea>", page.html, re.S)[1])


def test_the_text_says_numbers_and_who_answers_and_nothing_of_the_resident(app, cast, session):
    wang = Visitor(app, cast.wang)
    assert "还没有通报" in wang.page("/review/digest").text
    matter = cast.accepted(MONDAY - 20 * DAY, body="独一无二的一句话")
    matter.summary = "独一无二的摘要"
    kept(cast, session, MONDAY)
    page, number = wang.page("/review/digest"), f"{matter.number[:3]} {matter.number[3:5]} {matter.number[5:]}"
    assert pasted(page) == (
        "城南派出所11月16日（周一）通报\n"
        "11月13日（周五）到11月15日（周日）没有回访。\n"
        f"久无进展的1件：\n{number} 港南社区 想请帮忙 李建平\n"
        f"超期的1件：\n{number} 港南社区 想请帮忙 李建平\n"
        "没有不满意或者说没解决、还没人接手、回访超期的。"
    )
    copied = next(a["data-copy"] for tag, a in page.tags if "data-copy" in a)
    assert copied == pasted(page) and f"/matters/{matter.id}" in page.links
    assert "独一无二" not in page.html and "/review/digest" in wang.page("/review").links


def test_what_happens_later_changes_nothing_that_was_told_and_earlier_ones_stay(app, cast, session):
    wang = Visitor(app, cast.wang)
    matter = cast.accepted(MONDAY - 20 * DAY)
    kept(cast, session, MONDAY)
    before = pasted(wang.page("/review/digest"))
    cast.step(matter, "transfer", cast.wang, MONDAY, handler=cast.zhao, text="老赵熟悉这一片。")
    session.commit()
    assert pasted(wang.page("/review/digest")) == before
    kept(cast, session, MONDAY + DAY)
    latest = wang.page("/review/digest")
    assert "赵一鸣" in pasted(latest) and "/review/digest?day=2026-11-16" in latest.links
    earlier = wang.page("/review/digest?day=2026-11-16")
    assert pasted(earlier) == before and "/review/digest?day=2026-11-17" in earlier.links


def test_a_day_without_one_and_another_units_are_not_found(app, cast, session):
    kept(cast, session, MONDAY)
    for who, day in ((cast.wang, "2026-11-15"), (cast.wang, "heute"), (cast.ma, "2026-11-16"), (cast.gao, "2026-11-16")):
        assert Visitor(app, who).get(f"/review/digest?day={day}").status_code == 404
    assert "还没有通报" in Visitor(app, cast.ma).page("/review/digest").text

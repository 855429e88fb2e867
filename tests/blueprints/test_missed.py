"""Visits that nobody made, before a head: another time or none, one tap away; and those of somebody who is away."""

from datetime import timedelta

from models import digest
from models.base import now
from models.contact import Daypart
from tests.blueprints.test_digest import MONDAY, pasted
from tests.blueprints.test_review import listed
from tests.cast import DAY
from tests.visitor import Visitor


def test_a_missed_visit_gets_another_time_or_is_called_off_from_the_review(app, cast, session, any_hour):
    visit = cast.visit(now() - DAY)
    theirs = cast.visit(now() - DAY, officers=[cast.sun], community=cast.hedong, by=cast.ma, reason="看看水塘")
    cast.visit(now() + DAY, reason="还没到的")
    session.commit()
    page = Visitor(app, cast.wang).page("/review")
    rows = listed(page, "visits")
    assert "看看路灯修好没有" in rows and "李建平" in rows and "还没到的" not in page.html and "看看水塘" not in page.html
    assert {f"/visits/{visit.id}/schedule", f"/visits/{visit.id}/call_off"} <= set(page.links)
    page = Visitor(app, cast.gao).page("/review")
    assert "看看水塘" in listed(page, "visits") and f"/visits/{theirs.id}/schedule" not in page.links
    wang = Visitor(app, cast.wang)
    done = wang.post(f"/visits/{visit.id}/call_off", {"reason": "灯已经亮了。"})
    assert done.status_code == 303 and "看看路灯修好没有" not in wang.get("/review").text


def test_the_digest_says_where_when_and_who(app, cast, session):
    cast.visit(MONDAY - DAY / 2, reason="独一无二的原因")
    digest.keep(session, cast.station.id, MONDAY, digest.drawn_up(session, cast.station.id, MONDAY))
    session.commit()
    text = pasted(Visitor(app, cast.wang).page("/review/digest"))
    assert "走访没去成的1次：\n港南社区 11月15日（周日）20:30–21:30 李建平\n" in text and "独一无二" not in text


def test_the_visits_of_somebody_who_is_away_are_handed_over_unless_they_cross(app, cast, session, any_hour):
    at, matter = now() + DAY, cast.accepted(now())
    crossed = cast.visit(at, reason="和赵警官的撞上了")
    cast.visit(at, officers=[cast.zhao])
    cast.step(matter, "visit", cast.li, now(), day=(at + DAY).date(), daypart=Daypart.MORNING)
    free = cast.visit(at + timedelta(hours=2), reason="撞不上的")
    session.commit()
    wang, path = Visitor(app, cast.wang), "/review/hand-over?officer=li"
    picked = [f"{visit.id}:{visit.version}" for visit in (crossed, free, matter.visits[0])]
    page = wang.post(path, {"picked": picked, "handler": "zhao", "text": "李警官休假。"}, page=path)
    assert "交出去2件。" in page.text and "还有1件没办成：赵警官在" in page.text and "已经有别的安排" in page.text
    session.expire_all()
    assert [visit.assignee.name for visit in (crossed, free, matter.visits[0])] == ["李建平", "赵一鸣", "赵一鸣"]
    line = matter.entries[-1]
    assert (line.step, line.public, line.values) == ("pass_on", True, {"handler": "赵警官"})

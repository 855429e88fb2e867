"""Campaigns in the browser: a form with its faults, what came of it, and a stop."""

from models.asking import Rating
from models.base import beijing_date, now
from models.campaign import Campaign
from models.contact import Reachable
from tests.visitor import Visitor


def closed(cast):
    matter = cast.answered(now(), contact=Reachable("陈静", "0000-5550142"))
    cast.step(matter, "rate", matter.cards[0], now(), rating=Rating.SATISFIED, solved=[1])
    cast.step(matter, "sign_off", cast.wang, now())
    cast.session.commit()
    return matter


def test_a_head_asks_once_more_looks_at_what_came_of_it_and_stops_it(app, cast, session):
    matter, wang = closed(cast), Visitor(app, cast.wang)
    today = beijing_date(now()).isoformat()
    nothing = wang.post("/campaigns/", {"title": "回头看", "since": today, "until": "2026-01-01"})
    assert nothing.status_code == 422 and "结束的日子要在开始的日子以后" in nothing.text and "回头看" in nothing.text
    fields = wang.page("/campaigns/").form("/campaigns/")["fields"] | {"title": "回头看", "since": today, "until": today}
    made = wang.post("/campaigns/", fields)
    assert made.status_code == 303 and wang.post("/campaigns/", fields).location == made.location
    page = wang.get(made.location)
    session.rollback()
    session.expire_all()
    assert "一共要问1件" in page.text and "还没问" in page.text
    zhao = Visitor(app, cast.zhao)
    assert "专项回访：回头看" in zhao.get(f"/callbacks/?call={matter.askings[0].id}").text
    assert wang.post(made.location, {}).status_code == 303
    assert "停下了，还没问的1件不再问" in wang.get(made.location).text
    session.rollback()
    session.expire_all()
    assert session.query(Campaign).count() == 1 and matter.askings == []


def test_another_stations_campaign_is_not_there(app, cast):
    closed(cast)
    today = beijing_date(now())
    campaign = Campaign.launch(cast.session, cast.wang, now(), title="回头看", since=today, until=today)
    cast.session.commit()
    ma = Visitor(app, cast.ma)
    assert ma.get(f"/campaigns/{campaign.id}").data == ma.get("/campaigns/9999").data
    assert "回头看" not in ma.get("/campaigns/").text and "回头看" in Visitor(app, cast.gao).get("/campaigns/").text

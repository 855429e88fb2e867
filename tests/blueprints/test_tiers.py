"""The pages of tiers and sites."""

import pytest

from models.base import now
from models.site import Site
from models.unit import Grid
from tests.visitor import Visitor


@pytest.fixture
def wang(app, cast, session):
    cast.gangnan.grids.append(Grid(number=2, name="2网格"))
    session.commit()
    return Visitor(app, cast.wang)


def test_a_head_says_who_looks_after_a_grid_and_goes_on_to_plan(wang, app, cast):
    page = wang.page("/visits/tiers")
    assert "30天没去过" in page.text and "/visits/tiers/change?place=城南街道" not in page.links
    answer = wang.post("/visits/tiers/change?place=10101/2", {"officer": "zhao"})
    assert answer.status_code == 303
    page = wang.page("/visits/tiers")
    link = next(link for link in page.links if link.startswith("/visits/plan?where=10101/2"))
    fields = wang.page(link).form("/visits/plan")["fields"]
    assert (fields["where"], fields["officer"]) == ("10101/2", "zhao")
    town = next(link for link in page.links if "sort=leader" in link)
    assert wang.page(town).form("/visits/plan")["fields"]["sort"] == "leader"
    assert wang.post("/visits/tiers/change?place=10101/2", {"officer": "sun"}).status_code == 422
    assert wang.get("/visits/tiers/change?place=10201").status_code == 404
    assert not [link for link in Visitor(app, cast.li).page("/visits/tiers").links if "change" in link]


def test_the_bureau_names_the_leader_of_a_town(app, cast):
    gao = Visitor(app, cast.gao)
    link = next(link for link in gao.page("/visits/tiers").links if "change" in link)
    assert gao.post(link, {"officer": "ma"}).status_code == 303
    assert "马春梅" in Visitor(app, cast.li).page("/visits/tiers").text


SITE = {"name": "港南小学", "where": "10101", "address": "文昌路20号", "phone": "0000-5550199", "interval_days": "７"}


def test_a_site_is_added_changed_and_taken_off_the_list(wang, session):
    assert wang.post("/visits/sites", SITE).status_code == 303
    site = session.query(Site).one()
    assert site.interval_days == 7
    page = wang.page("/visits/sites")
    assert "港南小学" in page.text and f"/visits/plan?site={site.id}" in page.links
    assert wang.page(f"/visits/plan?site={site.id}").form("/visits/plan")["fields"]["site"] == str(site.id)
    stale = wang.page(f"/visits/sites/{site.id}").form(f"/visits/sites/{site.id}")["fields"]
    assert wang.post(f"/visits/sites/{site.id}", {"where": "10101/2"}).status_code == 303
    answer = wang.send(f"/visits/sites/{site.id}", stale | {"name": "港南中学"})
    assert answer.status_code == 409 and 'value="港南中学"' in answer.text
    session.rollback()
    session.refresh(site)
    assert (site.grid.number, site.name) == (2, "港南小学")
    page = f"/visits/sites/{site.id}"
    assert wang.post(f"{page}/off", page=page).status_code == 303
    assert "港南小学" not in wang.page("/visits/sites").text and wang.get(page).status_code == 404


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": " "}, "name"),
        ({"where": ""}, "where"),
        ({"where": "10201"}, "where"),
        ({"interval_days": "0"}, "interval_days"),
        ({"interval_days": "两周"}, "interval_days"),
        ({"interval_days": ""}, "interval_days"),
        ({"interval_days": "99999999999"}, "interval_days"),
    ],
)
def test_a_site_that_can_not_be_is_refused_beside_its_field(wang, session, typed, field):
    answer = wang.post("/visits/sites", SITE | typed)
    assert answer.status_code == 422 and f'href="#f-{field}"' in answer.text and 'value="文昌路20号"' in answer.text
    assert session.query(Site).count() == 0


def test_a_site_of_another_station_is_not_there(wang, cast, session):
    site = cast.make.site(cast.hedong, "河东小学", since=now())
    session.commit()
    assert wang.get(f"/visits/sites/{site.id}").status_code == 404
    assert "河东小学" not in wang.page("/visits/sites").text

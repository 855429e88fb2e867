"""Long lists are read page by page, by key."""

import pytest
from sqlalchemy import select

from blueprints.paging import PAGE, page_of
from models.unit import Room


@pytest.fixture
def page(app, cast, session):
    """The names on the page that such an address leads to, and the address of the next, of a list with one more than a page."""
    for n in range(PAGE + 1):
        cast.make.room(cast.station, str(n))
    session.commit()

    def page(address):
        with app.test_request_context(address):
            rooms, more = page_of(select(Room).order_by(Room.id.desc()), Room.id)
            return [room.name for room in rooms], more and f"/?before={more}"

    return page


def test_each_page_goes_on_where_the_one_before_ended(page):
    names, following = page("/")
    assert names == [str(n) for n in range(PAGE, 0, -1)]
    assert page(following) == (["0"], None)


@pytest.mark.parametrize("before", ["", "x", "-1", "0", str(2**31), str(2**70), "1.5"])
def test_an_address_that_names_no_row_leads_to_the_first_page(page, before):
    assert page(f"/?before={before}") == page("/")

"""What a station sets otherwise holds there, at once and from then on; everywhere else the default does."""

from datetime import time

import pytest

from models import digest, outbox, setting
from models.asking import Rating
from models.base import BEIJING, beijing_date, writing
from models.setting import Setting
from models.steps import Fault
from models.talk import Ending
from models.workdays import Calendar
from tests.cast import DAY, MONDAY


@pytest.fixture
def put(session, cast):
    def put(unit, **values):
        Setting.put(session, cast.admin, MONDAY, unit, values)
        session.commit()

    return put


def test_what_the_bureau_sets_holds_where_the_station_sets_nothing(cast, session, put):
    put(cast.bureau, rectification_days=4)
    put(cast.station, rectification_days=2)
    units = (cast.station, cast.elsewhere, cast.bureau)
    assert [setting.of(session, "rectification_days", unit.id) for unit in units] == [2, 4, 4]
    put(cast.bureau, rectification_days=None)
    assert [setting.of(session, "rectification_days", unit.id) for unit in units] == [2, 5, 5]


def test_a_station_mends_within_its_own_days(cast, session, put):
    put(cast.station, rectification_days=2)
    matter = cast.answered(MONDAY)
    cast.step(matter, "rate", matter.cards[0], MONDAY, rating=Rating.UNSATISFIED, solved=[])
    assert matter.due_at == Calendar.load(session).deadline(MONDAY, 2)
    assert setting.of(session, "rectification_days", cast.elsewhere.id) == 5
    put(cast.station, rectification_days=None)
    assert setting.of(session, "rectification_days", cast.station.id) == 5


def test_the_bureau_sets_for_all_by_when_an_answer_is_due(cast, session, put):
    put(cast.bureau, request_days=1, messages_from=time(9))
    calendar = Calendar.load(session)
    assert cast.make.card(cast.gangnan, at=MONDAY).matter.due_at == calendar.deadline(MONDAY, 1)
    assert cast.accepted(MONDAY).due_at == calendar.deadline(MONDAY, 1)
    eight, nine = (MONDAY.astimezone(BEIJING).replace(hour=hour, minute=0) for hour in (8, 9))
    assert not outbox.is_in_hours(session, eight) and outbox.is_in_hours(session, nine)


def test_a_talk_is_looked_back_on_when_its_station_says(cast, session, put):
    put(cast.station, look_back_first=10)
    talk = cast.talk(MONDAY)
    cast.step(talk, "close", cast.li, MONDAY, outcome=Ending.SETTLED)
    days = {(call.asks_on - beijing_date(MONDAY)) / DAY for call in talk.callbacks}
    assert days == {10, 30}


def test_a_digest_waits_for_the_hour_of_its_unit(cast, session, put):
    put(cast.station, digest=time(10))
    half_past_eight, ten = (MONDAY.astimezone(BEIJING).replace(hour=h, minute=m) for h, m in ((8, 30), (10, 0)))
    assert cast.station.id not in digest.due(session, half_past_eight) and cast.elsewhere.id in digest.due(
        session, half_past_eight
    )
    assert cast.station.id in digest.due(session, ten)


@pytest.mark.parametrize(("name", "value"), [("rectification_days", 11), ("digest", time(5)), ("messages_until", time(21))])
def test_nothing_is_set_beyond_its_bounds(cast, session, name, value):
    with pytest.raises(Fault):
        Setting.put(session, cast.admin, MONDAY, cast.bureau, {name: value})


def test_a_setting_is_read_once_in_a_transaction_and_anew_in_the_next(cast, session, put):
    assert setting.of(session, "digest", cast.station.id) == time(8, 30)
    put(cast.station, digest=time(9))
    assert setting.of(session, "digest", cast.station.id) == time(9)
    writing(session)
    assert "settings" not in session.info

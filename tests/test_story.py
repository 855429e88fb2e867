"""The promise, told once through: over every door that issue and answer go through, with two workers and a gateway."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from blueprints.extensions import db
from blueprints.queue.commands import do_what_is_due
from models.asking import Rating
from models.base import BEIJING, now
from models.contact import Channel, Reachable
from models.life import State
from models.point import Outcome
from tests.gateway import FakeGateway, signed
from tests.visitor import Visitor

MONDAY = datetime(2026, 11, 16, 10, tzinfo=BEIJING)
CHEN = {"contact": Reachable("陈静", "13900001234"), "reply_by": Channel.SMS}


@pytest.fixture
def town(another_app, cast, session, time_machine):
    """The app with its gateway, two workers, and time in our hands."""

    class Town:
        def at(self, day, hour=10):
            """That hour, so many days after Monday; both workers do what is due by then, at once."""
            time_machine.move_to(MONDAY.replace(hour=hour) + timedelta(days=day), tick=False)
            with ThreadPoolExecutor(2) as workers:
                list(workers.map(self._work, range(2)))
            self.look()

        def _work(self, _n):
            with self.app.app_context():
                do_what_is_due()
                db.session.remove()

        def look(self):
            session.rollback()
            session.expire_all()

        def take(self, who, path, fields=None):
            """Somebody opens the form of a step and sends it."""
            answer = Visitor(self.app, who).post(path, fields)
            assert answer.status_code in (200, 303), (path, answer.text)
            self.look()
            return answer

        def replies(self, text):
            """Chen answers the last text that she got."""
            body = json.dumps({"event": text, "from": "13900001234", "text": text, "extension": self.gateway.sent[-1]["ext"]})
            answer = Visitor(self.app).client.post("/messages/reply", data=body, headers=signed(body.encode()))
            assert answer.status_code == 200
            self.look()

    time_machine.move_to(MONDAY, tick=False)
    town, town.gateway = Town(), FakeGateway()
    with town.gateway.serving() as settings:
        town.app = another_app(**settings)
        yield town


def test_from_closing_over_a_text_a_call_an_order_and_a_second_callback_to_the_sign_off(town, cast, session):
    matter = cast.accepted(now(), **CHEN)
    session.commit()
    town.take(cast.li, f"/matters/{matter.id}/answer", {"outcome": "done", "text": "周一下午换了灯泡。"})
    assert (matter.state, matter.open_callback.channel) == (State.ANSWERED, Channel.SMS)

    town.at(day=1, hour=8)
    asked = [text for text in town.gateway.sent if text["ext"]]
    assert len(asked) == 1 and "灯泡" not in asked[0]["content"] and "http" not in asked[0]["content"]
    town.replies("3")
    assert matter.open_callback.channel is Channel.PHONE and matter.rating is None

    call = matter.open_callback
    assert Visitor(town.app, cast.li).get(f"/callbacks/?call={call.id}").text.count("路灯不亮") == 0, "Li handled it"
    assert "照着说" in Visitor(town.app, cast.zhao).get(f"/callbacks/?call={call.id}").text
    town.take(cast.zhao, f"/contacts/{matter.contact.id}")
    town.take(
        cast.zhao,
        f"/callbacks/{call.id}/record",
        {"result": "reached", "rating": "unsatisfied", "solved": "none", "words": "只亮了一晚。"},
    )
    [order] = matter.orders
    assert (matter.state, order.reasons[0].text, order.assignee) == (State.IN_HAND, "只亮了一晚。", cast.li)
    assert "城南派出所交办单〔2026〕1号" in Visitor(town.app, cast.li).get(f"/orders/{order.id}").text

    town.at(day=2)
    town.take(cast.li, f"/orders/{order.id}/measure", {"text": "和供电所一起查了线路。"})
    town.take(cast.li, f"/matters/{matter.id}/answer", {"outcome": "done", "text": "线路老化，整条换了新的。"})
    assert matter.open_callback is None, "it is checked first"
    town.take(cast.wang, f"/orders/{order.id}/check", {"verdict": "passed"})

    town.at(day=3, hour=8)
    town.replies("1")
    assert (matter.state, matter.rating, matter.last_callback.typed_by_staff) == (State.CALLED_BACK, Rating.SATISFIED, False)
    assert len([text for text in town.gateway.sent if text["ext"]]) == 2 and town.gateway.doubles == []
    town.take(cast.wang, f"/matters/{matter.id}/sign_off")
    assert matter.state is State.SIGNED_OFF


def test_from_a_refusal_over_both_reviews_to_the_honest_end_and_its_next_doors(town, cast, session):
    matter = cast.answered(now(), outcome=Outcome.CANNOT)
    card = matter.cards[0]
    session.commit()

    def chen():
        """Her phone, with her card open."""
        phone = Visitor(town.app)
        phone.post("/card", {"number": card.number, "code": card.code(town.app.extensions["keys"].card)})
        return phone

    chen().post("/card/rate", {"rating": "unsatisfied", "solved": "none"})
    for by in (cast.wang, cast.gao):
        town.at(day=1)
        early = Visitor(town.app, cast.liu).get(f"/matters/{matter.id}/sign_off")
        assert early.status_code == 409 and "群众说还没解决，不能销号" in early.text
        town.take(by, f"/matters/{matter.id}/review", {"verdict": "confirm", "text": "去看过，确实要等增容。"})
    town.take(cast.liu, f"/matters/{matter.id}/sign_off")
    assert matter.state is State.SIGNED_OFF and matter.is_disputed
    page = chen().get("/card").text
    assert all(door in page for door in ("12345", "12389", "信访部门", "行政复议"))

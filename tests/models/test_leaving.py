"""Of a closed account what residents wait for goes back to its colleagues; all else stays for a head to hand over."""

from models.asking import Rating, Reach
from models.base import beijing_date
from models.campaign import Campaign
from models.contact import Channel, Reachable
from models.leaving import let_go
from models.steps import AN_ACCOUNT_CLOSED
from models.talk import Ending
from models.task import kinds, mine, unclaimed
from tests.cast import DAY, MONDAY

CHEN = Reachable("陈静", "13900001234")


def test_the_calls_that_it_took_are_anybodys_and_what_it_handles_stays(cast, session):
    callback = cast.answered(contact=CHEN, reply_by=Channel.PHONE).open_callback
    signed_off = cast.answered(contact=CHEN)
    cast.step(signed_off, "rate", signed_off.cards[0], MONDAY, rating=Rating.SATISFIED, solved=[1])
    cast.step(signed_off, "sign_off", cast.wang, MONDAY)
    today = beijing_date(MONDAY)
    Campaign.launch(session, cast.wang, MONDAY, title="回头看", since=today, until=today)
    recall = signed_off.askings[0]
    talk, handled = cast.agreed(), cast.accepted()
    cast.step(talk, "close", cast.li, MONDAY, outcome=Ending.AGREED)
    call, soon = talk.sides[0].callbacks[0], MONDAY + 5 * DAY
    for asked in (callback, recall, call):
        cast.step(asked, "record", cast.zhao, soon, result=Reach.UNREACHED)
    cast.step(handled, "transfer", cast.wang, soon, handler=cast.zhao, text="老钱休假。")
    assert len(session.execute(mine(cast.zhao)).all()) == 4 and let_go(session, cast.zhao, soon) == 3
    assert [row.matter_id for row in session.execute(mine(cast.zhao))] == [handled.id]
    assert {callback.id, recall.id, call.id} <= {row.id for row in session.execute(unclaimed(cast.qian))}
    assert all(len(asked.tried) == 1 for asked in (callback, recall, call)), "what was tried is not forgotten"
    for told_in in (callback.matter, signed_off, talk):
        assert (told_in.entries[-1].step, told_in.entries[-1].actor, told_in.entries[-1].public) == ("put_back", "clock", False)


def test_whatever_can_be_put_back_can_be_let_go():
    for kind in kinds().values():
        assert "put_back" not in kind.steps or AN_ACCOUNT_CLOSED in kind.steps["put_back"].by, kind.label

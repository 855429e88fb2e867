"""A matter moves: to a colleague, to the bureau and back, to another kind; what each side then sees."""

import pytest

from models.contact import Reachable
from models.ledger import Entry
from models.life import Kind, State
from models.officer import Role
from models.steps import Fault, OutOfSight, Refused
from models.task import unclaimed
from models.workdays import day_end
from tests.cast import DAY, MONDAY

TUESDAY = MONDAY + DAY


def rows(cast, query, who):
    return [row.matter_id for row in cast.session.execute(query(who))]


def last_line(matter) -> Entry:
    return matter.entries[-1]


def test_a_head_gives_it_to_a_colleague_with_a_reason_that_the_resident_reads(cast):
    matter = cast.accepted()
    with pytest.raises(Fault, match="为什么要转"):
        cast.step(matter, "transfer", cast.wang, TUESDAY, handler=cast.qian)
    with pytest.raises(Fault, match="本单位"):
        cast.step(matter, "transfer", cast.wang, TUESDAY, handler=cast.sun, text="换个人。")
    cast.step(matter, "transfer", cast.wang, TUESDAY, handler=cast.qian, text="李警官休假。")
    assert (matter.handler, matter.open_handling.assignee, matter.state) == (cast.qian, cast.qian, State.IN_HAND)
    assert last_line(matter).public and last_line(matter).text == "李警官休假。"
    assert matter.handler_ids >= {cast.li.id, cast.qian.id} and matter.receiver is cast.li
    cast.step(matter, "answer", cast.qian, TUESDAY, point=1, outcome=cast.outcome("done"), text="修好了。")
    with pytest.raises(Refused, match="要由别的同事"):
        cast.step(matter.open_callback, "record", cast.li, TUESDAY, result=cast.reach("unreached"))


def test_what_nobody_has_is_assigned_without_a_word_and_must_still_be_accepted(cast):
    matter = cast.make.card(cast.rixin).matter
    cast.step(matter, "transfer", cast.he, MONDAY, handler=cast.qian)
    assert (matter.state, matter.handler) == (State.RECEIVED, cast.qian)
    cast.step(matter, "accept", cast.qian, MONDAY, summary="井盖翘起", category=cast.make.category())
    assert matter.receiver is cast.qian


def test_a_promised_date_moves_with_the_one_who_keeps_it(cast):
    matter = cast.accepted()
    until = (MONDAY + 3 * DAY).date()
    cast.step(matter, "answer", cast.li, MONDAY, point=1, outcome=cast.outcome("under_way"), text="周四来修。", until=until)
    cast.step(matter, "transfer", cast.wang, TUESDAY, handler=cast.qian, text="李警官休假。")
    assert matter.state is State.ANSWERED and matter.open_handling.assignee is cast.qian
    cast.step(matter, "answer", cast.qian, TUESDAY, point=1, outcome=cast.outcome("done"), text="修好了。")
    with pytest.raises(Refused, match="没有要办的"):
        cast.step(matter, "transfer", cast.wang, TUESDAY, handler=cast.zhao, text="再转。")


def test_a_station_escalates_and_keeps_reading_what_is_public(cast, session):
    matter = cast.accepted(contact=Reachable("陈静", "0000-5550142"))
    promised = matter.due_at
    cast.step(matter, "escalate", cast.li, TUESDAY, text="要几家一起定。")
    assert (matter.state, matter.station, matter.handler, matter.due_at) == (State.RECEIVED, cast.bureau, None, promised)
    assert matter.number.startswith("101") and matter.receiver is cast.li
    assert rows(cast, unclaimed, cast.gao) == [matter.id] and rows(cast, unclaimed, cast.qian) == []
    for who in (cast.li, cast.qian, cast.wang, cast.he):
        assert matter.is_seen_by(who) and not matter.lies_with(who)
        assert matter.contact.needed_by(who, TUESDAY) is None and not matter.contact.is_seen_by(who)
    assert not matter.is_seen_by(cast.sun)
    for step in ("accept", "escalate", "decline", "transfer", "reissue"):
        with pytest.raises(Refused):
            cast.step(matter, step, cast.wang, TUESDAY)
    cast.step(matter, "accept", cast.gao, TUESDAY, summary="几家一起定", category=cast.make.category())
    assert matter.due_at == promised


def test_the_bureau_gives_it_on_to_another_station_or_back(cast):
    matter = cast.accepted()
    cast.step(matter, "escalate", cast.wang, MONDAY, text="要几家一起定。")
    with pytest.raises(Fault, match="哪个派出所"):
        cast.step(matter, "return", cast.gao, MONDAY, station=cast.bureau, text="回去。")
    cast.step(matter, "return", cast.gao, MONDAY, station=cast.elsewhere, text="地点在河东。")
    assert (matter.station, matter.handler) == (cast.elsewhere, None) and matter.is_seen_by(cast.sun)
    assert matter.is_seen_by(cast.wang) and matter.is_seen_by(cast.gao)
    cast.step(matter, "accept", cast.sun, MONDAY, summary="河东的事", category=cast.make.category())
    cast.step(matter, "escalate", cast.sun, MONDAY, text="还是城南的。")
    cast.step(matter, "return", cast.gao, MONDAY, station=cast.station, text="确是城南的。")
    assert matter.handler is cast.li and matter.lies_with(cast.wang) and cast.station not in matter.formerly


def test_waiting_ends_when_it_moves_and_keeps_the_days_that_were_left(cast):
    matter = cast.accepted()
    cast.step(matter, "ask", cast.li, MONDAY, text="哪一盏？")
    left = matter.days_left
    cast.step(matter, "escalate", cast.li, TUESDAY, text="要县局定。")
    assert matter.state is State.RECEIVED and matter.waits_until is None and left == 3
    assert matter.due_at == day_end((TUESDAY + 3 * DAY).date())


def test_sorting_sets_the_clock_from_the_day_of_receipt(cast):
    matter = cast.accepted()
    with pytest.raises(Fault, match="和现在一样"):
        cast.step(matter, "sort", cast.li, MONDAY, kind=Kind.REQUEST, text="没变。")
    cast.step(matter, "sort", cast.li, TUESDAY, kind=Kind.IDEA, text="是个好点子。")
    assert matter.kind is Kind.IDEA and matter.due_at == day_end((MONDAY + 9 * DAY).date()) == matter.open_handling.due_at
    assert matter.open_handling.topic is Kind.IDEA and last_line(matter).public
    with pytest.raises(Fault, match="表扬"):
        cast.step(matter, "sort", cast.li, TUESDAY, kind=Kind.PRAISE, text="像表扬。")
    with pytest.raises(Fault, match="所领导"):
        cast.step(matter, "sort", cast.li, TUESDAY, kind=Kind.COMPLAINT, text="是投诉。")


def test_praise_that_asks_for_something_is_sorted_and_then_accepted(cast):
    matter = cast.make.card(cast.gangnan, kind=Kind.PRAISE).matter
    cast.step(matter, "sort", cast.wang, MONDAY, kind=Kind.REQUEST, text="里面还有一件要办的事。")
    cast.step(matter, "accept", cast.li, MONDAY, summary="路灯", category=cast.make.category())
    assert matter.state is State.IN_HAND


def test_into_a_complaint_about_an_officer_it_leaves_all_but_the_heads(cast, session):
    matter = cast.accepted()
    cast.step(matter, "sort", cast.wang, MONDAY, kind=Kind.COMPLAINT, text="说的是办事的态度。", officer=cast.li)
    assert (matter.station, matter.handler, matter.concerns) == (cast.station, None, [cast.li])
    assert not matter.is_seen_by(cast.li) and not matter.is_seen_by(cast.qian) and matter.is_seen_by(cast.wang)
    assert not matter.open_handling.is_seen_by(cast.he) and rows(cast, unclaimed, cast.wang) == [matter.id]
    cast.step(matter, "transfer", cast.wang, MONDAY, handler=cast.qian)
    assert matter.is_seen_by(cast.qian) and not matter.is_seen_by(cast.li)
    cast.step(matter, "sort", cast.wang, MONDAY, kind=Kind.REQUEST, text="问清了，不是投诉。")
    assert matter.is_seen_by(cast.he) and not matter.open_handling.reserved
    assert not matter.is_seen_by(cast.li) and not matter.open_handling.is_seen_by(cast.li), "what was said meanwhile stays"


def test_into_a_complaint_about_nobody_known_it_goes_to_the_bureau_for_good(cast):
    matter = cast.accepted()
    cast.step(matter, "sort", cast.wang, MONDAY, kind=Kind.COMPLAINT, text="说的是派出所。")
    assert (matter.station, matter.state) == (cast.bureau, State.RECEIVED)
    for who in (cast.li, cast.wang, cast.he):
        with pytest.raises(OutOfSight):
            cast.step(matter, "sort", who, MONDAY, kind=Kind.REQUEST, text="改回来。")
    assert matter.is_seen_by(cast.gao)


def test_a_complaint_goes_back_only_to_the_station_whose_head_may_judge_it(cast):
    matter = cast.accepted()
    cast.li.role = Role.HEAD
    cast.step(matter, "sort", cast.wang, MONDAY, kind=Kind.COMPLAINT, text="说的是副所长。", officer=cast.li)
    assert matter.station is cast.bureau
    with pytest.raises(Fault, match="不能交给"):
        cast.step(matter, "return", cast.gao, MONDAY, station=cast.station, text="你们看。")


def test_a_first_receiver_keeps_reading_until_the_end_but_no_contact_data(cast):
    cast.zhou.led_by = cast.zhao
    matter = cast.make.card(cast.rixin, contact=Reachable("陈静", "0000-5550142"), received_by=cast.zhou).matter
    assert matter.receiver is cast.zhou and matter.is_seen_by(cast.zhou) and not matter.lies_with(cast.zhou)
    assert matter.contact.needed_by(cast.zhou, MONDAY) is None
    cast.step(matter, "withdraw", matter.cards[0], MONDAY)
    assert not matter.is_seen_by(cast.zhou)


def test_a_handler_who_went_to_another_unit_takes_no_step_any_more(cast, session):
    matter = cast.accepted()
    cast.li.unit = cast.elsewhere
    session.flush()
    for step in ("answer", "ask", "split", "escalate", "sort", "contact"):
        with pytest.raises(Refused):
            cast.step(matter, step, cast.li, MONDAY)
    assert matter.open_steps(cast.li, MONDAY) == []

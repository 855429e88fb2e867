"""Talks on the pages: begun by a form, read back, confirmed by card, called back; and what no side ever reads of another."""

from datetime import date

import pytest
import time_machine
from sqlalchemy import select

from models import digest
from models.asking import Rating, Reach
from models.base import now
from models.matter import Matter
from models.photo import Drawn
from models.setting import Setting
from models.talk import Ending, Talk
from tests.cast import DAY, MONDAY
from tests.visitor import Page, Visitor

KEY = bytes.fromhex("11" * 32)
HOUR = DAY / 24
DISPUTE = {
    "subject": "楼上漏水",
    "community": "10101",
    "held_in": "home",
    "begins": "09:00",
    "called": "楼上住户",
    "wants": "不是我家漏的。",
    "phone": "13900001234",
    "name": "陈静",
    "other_called": "楼下住户",
    "other_wants": "赔我天花板。",
    "consent": "y",
    "present": ["property", "grid"],
}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


def holding(app, side):
    """The phone of whoever holds this side's card."""
    phone = Visitor(app)
    phone.post("/card", {"number": side.card.number, "code": side.card.code(KEY)})
    return phone


def test_an_officer_writes_one_down_and_two_taps_make_one(app, cast, session):
    li = Visitor(app, cast.li)
    fields = li.page("/talks/new").form("/talks/new")["fields"] | DISPUTE
    begun = [li.send("/talks/new", fields).location for _tap in range(2)]
    talk = session.scalars(select(Talk)).one()
    assert begun == [f"/talks/{talk.id}"] * 2
    page = li.page(begun[0])
    assert "不是治安调解协议书" in page.text and "139****34" in page.text and "13900001234" not in page.html
    assert [side.called for side in talk.sides] == ["楼上住户", "楼下住户"] and page.text_of("main").count("物业") == 1
    assert begun[0] in li.page("/talks/").links and begun[0] in li.page("/queue").links
    assert "楼上漏水" not in Visitor(app, cast.sun).page("/talks/").text


def test_whoever_has_duty_in_a_room_finds_it_filled_in(app, cast, session):
    cast.rixin.room = cast.make.room(cast.station, "日新警务室")
    cast.duty(cast.li, cast.rixin.room, date(2026, 11, 16), "09:00", "12:00")
    session.commit()
    for who, filled in ((cast.li, (str(cast.rixin.room_id), "10103")), (cast.zhou, (str(cast.rixin.room_id), "10103"))):
        fields = Visitor(app, who).page("/talks/new").form("/talks/new")["fields"]
        assert (fields["room"], fields["community"]) == filled
    fields = Visitor(app, cast.zhao).page("/talks/new").form("/talks/new")["fields"]
    assert not fields.get("room") and not fields.get("community")


@pytest.mark.parametrize(
    "gap",
    [
        {"begins": "10:00", "ends": "09:00"},
        {"begins": "11:00"},
        {"consent": ""},
        {"subject": ""},
        {"subject": "找13900001234"},
        {"held_in": "room"},
        {"other_called": ""},
        {"other_called": "楼上住户"},
        {"community": "10201"},
    ],
)
def test_bad_input_gets_a_sentence_and_loses_nothing(app, cast, session, gap):
    li = Visitor(app, cast.li)
    answer = li.post("/talks/new", DISPUTE | gap)
    assert answer.status_code == 422 and "有1处要改" in answer.text
    kept = Page(answer.text).form("/talks/new")["fields"]
    assert {name: kept[name] for name in ("subject", "called", "phone")} == {
        name: (DISPUTE | gap)[name] for name in ("subject", "called", "phone")
    }
    assert "赔我天花板。" in answer.text and session.scalars(select(Talk)).all() == []


def test_what_is_read_back_is_the_points_alone_and_each_card_opens_its_own_side(app, cast, session):
    talk = cast.agreed(confirmed=False)
    session.commit()
    upstairs, downstairs = talk.sides
    aloud = Visitor(app, cast.li).page(f"/talks/{talk.id}/points")
    assert "修好水管" in aloud.text and "楼上住户，最晚11月21日（周六）" in aloud.text.replace(" ", "")
    assert not [
        words for words in (upstairs.wants, downstairs.wants, "1390000", "139*", upstairs.card.number) if words in aloud.html
    ]
    below = holding(app, downstairs)
    card = below.page("/card")
    assert downstairs.wants in card.text and upstairs.wants not in card.text and "139" not in card.text
    assert below.post("/card/confirm", {"agreements": ["1"]}).status_code == 303
    session.rollback()
    session.expire_all()
    assert downstairs.to_confirm == [] and upstairs.to_confirm == talk.current
    for path in ("/card", "/card/object"):
        assert "记作“楼下住户”。不是您这一方的，请扫自己的码" in below.page(path).text
    assert "楼下住户 确认了" in below.page("/card").text and "楼上住户 " not in below.page("/card").text_of("main")
    assert below.get("/card/rate").status_code == 404, "a step of another kind of card"


def test_only_whoever_writes_it_down_holds_the_codes_out_and_only_while_it_goes_on(app, cast, session):
    talk = cast.agreed()
    session.commit()
    shown = [
        Visitor(app, by).page(f"/talks/{talk.id}/points").html.count("<svg") for by in (cast.li, cast.wang, cast.zhao, cast.gao)
    ]
    assert shown == [2, 2, 0, 0]
    cast.step(talk, "close", cast.li, MONDAY, outcome=Ending.AGREED)
    session.commit()
    assert "<svg" not in Visitor(app, cast.li).page(f"/talks/{talk.id}/points").html


def test_on_the_tablet_a_side_sees_its_own_and_what_is_wrong_is_told_to_staff(app, cast, session):
    talk = cast.agreed(confirmed=False)
    session.commit()
    upstairs, downstairs = talk.sides
    li = Visitor(app, cast.li)
    tablet = li.page(f"/sides/{downstairs.id}/confirm")
    assert "修好水管" in tablet.text and upstairs.wants not in tablet.text
    assert (
        li.post(f"/sides/{downstairs.id}/object", {"agreement": "1", "words": "还要刷墙，打13900005678。"}).status_code == 303
    )
    page = f"/sides/{downstairs.id}"
    for path in (f"/talks/{talk.id}", page):
        assert "打13900005678" in li.page(path).text and "还要刷墙" in Visitor(app, cast.zhao).page(path).text
        assert "13900005678" not in Visitor(app, cast.zhao).page(path).html
    assert "打13900005678" in holding(app, downstairs).page("/card").text
    assert "还要刷墙" not in holding(app, upstairs).page("/card").text
    answer = li.post(f"/talks/{talk.id}/close", {"outcome": "agreed"})
    assert answer.status_code == 422 and "还没有确认第1条" in answer.text
    assert li.post(f"/talks/{talk.id}/escalate", {"text": "两家都只信县局。"}).status_code == 303
    assert "还要刷墙" not in Visitor(app, cast.zhao).page(page).text, "it lies with the bureau"
    above = Visitor(app, cast.zhao).page(f"/sides/{upstairs.id}").text
    assert "139" not in above and Visitor(app, cast.zhao).get(f"/sides/{upstairs.id}/contact").status_code == 404


def test_what_is_held_out_to_the_sides_bears_no_way_on_but_its_own(app, cast, session):
    talk = cast.agreed(confirmed=False)
    session.commit()
    aloud, side, li = f"/talks/{talk.id}/points", talk.sides[1], Visitor(app, cast.li)
    steps = [f"/sides/{one.id}/{step}" for one in talk.sides for step in ("confirm", "object")]
    for path, onward in ((aloud, [*steps, f"/talks/{talk.id}"]), *((step, [aloud]) for step in steps)):
        page = li.page(path)
        assert [link for link in page.links if not link.startswith(("/type/", "#"))] == onward, path
        assert "李建平" not in page.text and "退出" not in page.text and "看全部经过" not in page.text
    form = li.page(f"/sides/{side.id}/confirm").form(f"/sides/{side.id}/confirm")
    confirmed = li.send(form["action"], form["fields"] | {"agreements": "1"})
    assert (confirmed.status_code, confirmed.location) == (303, aloud)
    late = li.get(f"/sides/{side.id}/confirm")
    assert late.status_code == 409 and f'href="{aloud}"' in late.text and f'/sides/{side.id}"' not in late.text


def test_a_lost_card_is_issued_anew_by_a_colleague_and_the_other_sides_stays(app, cast, session):
    talk = cast.agreed(confirmed=False)
    session.commit()
    lost, other = talk.sides
    path = f"/sides/{lost.id}/reissue"
    old, kept = holding(app, lost), holding(app, other)
    refused = Visitor(app, cast.li).get(path)
    assert refused.status_code == 409 and "您经办过" in refused.text
    qian = Visitor(app, cast.qian)
    assert qian.post(path).location == "/card/hand-over"
    page = qian.page("/card/hand-over")
    session.rollback()
    session.expire_all()
    assert (
        lost.card.issue == 2
        and page.text_of("code").replace(" ", "") == lost.card.code(KEY)
        and "请当面交给楼上住户本人" in page.text
    )
    assert lost.wants not in old.page("/card").text and other.wants in kept.page("/card").text
    assert lost.wants in holding(app, lost).page("/card").text


def test_a_contact_is_opened_by_one_logged_look(app, cast, session):
    talk = cast.talk()
    session.commit()
    path = f"/sides/{talk.sides[0].id}/contact"
    li, zhao = Visitor(app, cast.li), Visitor(app, cast.zhao)
    assert "13900001234" in li.post(path).text and "13900001234" not in li.get(path).text
    answer = zhao.send(path, {"csrf_token": li.page(path).form(path)["fields"]["csrf_token"]})
    assert answer.status_code == 422, "another's token"
    fields = zhao.page("/talks/new").form("/talks/new")["fields"]
    answer = zhao.send(path, {"csrf_token": fields["csrf_token"]})
    assert answer.status_code == 409 and "13900001234" not in answer.text
    gao = Visitor(app, cast.gao)
    assert gao.post(path).status_code == 422 and path in gao.page(f"/sides/{talk.sides[0].id}").links
    assert "13900001234" in gao.post(path, {"reason": "核对投诉"}).text and "核对投诉" in li.page(f"/talks/{talk.id}").text


def test_a_talk_past_midnight_ends_on_the_next_day(app, cast, session):
    talk = cast.talk(held_at=MONDAY - 11 * HOUR, held_until=MONDAY - 9 * HOUR)
    session.commit()
    assert "昨天23:00–次日01:00" in Visitor(app, cast.li).page(f"/talks/{talk.id}").text


def test_what_was_broken_stands_in_the_queue_again_and_on_both_cards(app, cast, session, clock):
    talk = cast.agreed()
    cast.step(talk, "close", cast.li, MONDAY, outcome=Ending.AGREED)
    session.commit()
    upstairs = talk.sides[0]
    clock.move_to(MONDAY + 5 * DAY)
    record = f"/look_backs/{upstairs.callbacks[0].id}/record"
    li, zhao = Visitor(app, cast.li), Visitor(app, cast.zhao)
    assert "rating" not in li.page(record).form(record)["choices"] and "kept" in li.page(record).form(record)["choices"]
    assert zhao.post(record, {"result": "reached", "rating": "unsatisfied"}).status_code == 422, "silence is no answer"
    done = {"result": "reached", "rating": "unsatisfied", "kept": "not-1", "words": "水还在漏。"}
    assert zhao.post(record, done).status_code == 303
    session.rollback()
    session.expire_all()
    assert (upstairs.callbacks[0].rating, talk.state.code) == (Rating.UNSATISFIED, "open")
    assert f"/talks/{talk.id}" in li.page("/queue").links
    for side in talk.sides:
        card = holding(app, side).page("/card").text
        assert "说好的没有全做到，李警官接着谈" in card and "没做到" in card and "水还在漏" not in card
    assert "水还在漏。" in li.page(f"/talks/{talk.id}").text
    wang = Visitor(app, cast.wang)
    review = wang.page("/review")
    assert f"/talks/{talk.id}" in review.links and "说好的没做到" in review.text
    assert f"/talks/{talk.id}" not in Visitor(app, cast.ma).page("/review").links
    session.rollback()
    digest.keep(session, cast.station.id, now(), digest.drawn_up(session, cast.station.id, now()))
    session.commit()
    page = wang.page("/review/digest")
    assert (
        f"/talks/{talk.id}" in page.links
        and "港南社区 说好的没做到，接着谈 李建平" in page.html
        and "楼上漏水" not in page.html
    )


@pytest.mark.parametrize("who", ["zhao", "he"])
def test_a_call_is_made_at_the_callers_desk(app, cast, session, clock, who):
    talk = cast.agreed()
    cast.step(talk, "close", cast.li, MONDAY, outcome=Ending.AGREED)
    session.commit()
    call = talk.sides[0].callbacks[0]
    clock.move_to(MONDAY + 5 * DAY)
    caller, contact = Visitor(app, getattr(cast, who)), f"/sides/{call.side_id}/contact"
    desk = caller.page("/callbacks/")
    assert "13900001234" in caller.post(contact).text
    for path in ("/callbacks/", f"/look_backs/{call.id}", f"/sides/{call.side_id}", contact):
        leads_on = f"/talks/{talk.id}" in caller.page(path).links
        assert leads_on is (who == "zhao"), "the desk sees no talk"
    form = desk.form(f"/look_backs/{call.id}/record")
    assert "楼上漏水（楼上住户）" in desk.text and form["choices"]["kept"] == ["all", "not-1"]
    said = {"result": "reached", "kept": "all", "rating": "satisfied"}
    recorded = caller.send(form["action"], form["fields"] | said)
    assert (recorded.status_code, recorded.location) == (303, "/callbacks/")
    session.rollback()
    session.expire_all()
    assert call.rating is Rating.SATISFIED and "楼上漏水（楼上住户）" not in caller.page("/callbacks/").text


def test_before_it_is_closed_it_is_said_when_this_station_asks_again(app, cast, session):
    Setting.put(session, cast.admin, MONDAY, cast.station, {"look_back_first": 10})
    talk = cast.talk()
    session.commit()
    page = Visitor(app, cast.li).page(f"/talks/{talk.id}/close")
    assert "过10天、30天再各问一次；没有谈成的，过10天问一次" in page.text


def test_a_side_tells_by_card_and_erases_what_it_left(app, cast, session, clock):
    talk = cast.agreed()
    cast.step(talk, "close", cast.li, MONDAY, outcome=Ending.AGREED)
    session.commit()
    side = talk.sides[0]
    clock.move_to(MONDAY + 5 * DAY)
    phone = holding(app, side)
    assert phone.post("/card/tell", {"kept": "all", "rating": "satisfied"}).status_code == 303
    assert phone.post("/card/erase").status_code == 303
    session.rollback()
    session.expire_all()
    assert (side.callbacks[0].rating, side.is_reachable) == (Rating.SATISFIED, False)
    assert "139" not in phone.page("/card").text


def test_what_can_not_be_settled_becomes_a_matter_that_knows_nothing_of_the_talk(app, cast, session):
    talk = cast.talk()
    session.commit()
    li = Visitor(app, cast.li)
    link = next(link for link in li.page(f"/talks/{talk.id}").links if "door=talk" in link)
    form = li.page(link).form("/matters/new")["fields"]
    assert (form["community"], form["door"], form["kind"]) == ("10101", "talk", "request")
    assert li.send("/matters/new", form | {"body": "楼上漏水，天花板湿了。"}).status_code == 303
    matter = session.scalars(select(Matter)).one()
    assert matter.door.code == "talk" and "漏水" not in str([entry.values for entry in talk.entries])


def test_of_what_went_up_the_station_reads_what_the_sides_read_and_no_more(app, cast, session):
    talk = cast.agreed(confirmed=False, photos=[Drawn(b"a photo", 4, 3)])
    session.commit()
    li, gao, path = Visitor(app, cast.li), Visitor(app, cast.gao), f"/talks/{talk.id}"
    assert li.post(f"{path}/escalate", {"text": "两家都只信县局。"}).status_code == 303
    page = li.page(path)
    assert "现在在云溪县公安局，还没有人接" in page.text and "两家都只信县局。" in page.text and "修好水管" in page.text
    assert (
        "赔天花板" not in page.text
        and "1390000" not in page.html
        and "赔天花板" not in li.page(f"/sides/{talk.sides[1].id}").text
    )
    hidden = [f"{path}/points", f"/photos/{talk.photos[0].uid}"]
    assert [li.get(one).status_code for one in hidden] == [404, 404] and not set(hidden) & set(page.links)
    assert path in gao.page("/queue").links and gao.post(f"{path}/take_on").status_code == 303
    assert "接的人：高远（云溪县公安局）" in li.page(path).text and "首问：李建平" in gao.page(path).text
    assert "高科长接过这次说事" in holding(app, talk.sides[0]).page("/card").text
    assert [gao.get(one).status_code for one in hidden] == [200, 200]
    assert gao.post(f"{path}/return", {"text": "所里能谈。"}).status_code == 303
    assert path in li.page("/queue").links and "赔天花板" in li.page(path).text


def test_a_head_hands_the_talks_of_an_absent_officer_over(app, cast, session):
    talk = cast.talk()
    session.commit()
    page = "/review/hand-over?officer=li"
    wang = Visitor(app, cast.wang)
    picked = wang.page(page).form("/review/hand-over")["choices"]["picked"]
    assert wang.post(page, {"picked": picked, "handler": "zhao", "text": "李警官休假。"}).status_code == 200
    session.rollback()
    session.expire_all()
    assert talk.officer is cast.zhao and talk.receiver is cast.li


def test_the_clock_ends_what_nobody_said_and_erases_what_was_left(app, cast, session, clock):
    talk = cast.agreed()
    cast.step(talk, "close", cast.li, MONDAY, outcome=Ending.MATTER)
    cast.step(talk.sides[0].callbacks[0], "record", cast.zhao, MONDAY + 5 * DAY, result=Reach.REFUSED)
    session.commit()
    clock.move_to(MONDAY + 96 * DAY)
    app.test_cli_runner().invoke(args=["tick"])
    session.rollback()
    session.expire_all()
    assert [call.result.code for side in talk.sides for call in side.callbacks] == ["refused", "silent"]
    assert not talk.sides[0].is_reachable

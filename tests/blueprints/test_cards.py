"""The card in a resident's hand."""

import re
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from models import rules
from models.asking import Reach
from models.base import beijing_date, now
from models.contact import Contact, Reachable
from models.matter import Matter
from models.unit import Grid
from tests.cast import DAY
from tests.visitor import Page, Visitor


@pytest.fixture
def card(cast, session):
    card = cast.answered(now(), points=["灯", "井盖"]).cards[0]
    session.commit()
    return card


def code(app, card):
    return card.code(app.extensions["keys"].card)


@pytest.fixture
def chen(app, card):
    chen = Visitor(app)
    assert chen.post("/card", {"number": card.number, "code": code(app, card)}).status_code == 303
    return chen


def test_number_and_code_may_be_typed_in_any_way(app, card):
    number = card.number.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    typed = " ".join(code(app, card)[i : i + 4] for i in range(0, 16, 4))
    chen = Visitor(app)
    assert chen.post("/card", {"number": f" {number[:3]} {number[3:]}", "code": typed}).status_code == 303
    assert chen.page("/card").text_of("number").replace(" ", "") == card.number


def test_a_wrong_number_and_a_wrong_code_are_answered_alike(app, card):
    wrong_code = Visitor(app).post("/card", {"number": card.number, "code": "1" * 16})
    wrong_number = Visitor(app).post("/card", {"number": "10126999999", "code": code(app, card)})
    assert wrong_code.status_code == wrong_number.status_code == 422
    texts = [Page(answer.text).text for answer in (wrong_code, wrong_number)]
    assert texts[0] == texts[1] and "没有找到" in texts[0]


def test_the_card_shows_its_answers_what_comes_next_and_only_public_lines(chen, card, cast, session):
    card.matter.contact = Contact.of(session.info["keys"], Reachable("陈静", "0000-5550142"))
    cast.step(card.matter.open_callback, "record", cast.qian, now(), result=Reach.UNREACHED)
    session.commit()
    page = chen.page("/card")
    assert "李警官受理了：路灯不亮" in page.text and "灯修好了。" in page.text
    assert "请您说说解决了没有" in page.text
    assert "没联系上" not in page.text and "钱警官" not in page.text


def test_without_a_card_every_step_leads_to_the_look_up(app, cast):
    answer = Visitor(app).get("/card/rate")
    assert (answer.status_code, answer.location) == (303, "/card")


def test_chen_says_one_is_solved_and_one_is_not(chen, card, session):
    answer = chen.post("/card/rate", {"rating": "fairly", "solved": ["1"], "words": "井盖还翘着。"})
    assert (answer.status_code, answer.location) == (303, "/card")
    page = chen.page("/card")
    assert "您评价：基本满意" in page.text and "重新办理第二件" in page.text and "井盖还翘着。" in page.text


def test_htmx_from_a_card_gets_no_part_of_the_staff(chen, card, cast, session):
    task = cast.make.card(cast.hedong, body="别人的事情。", at=now()).matter.tasks[0].id
    session.commit()
    fields = chen.page("/card/rate").form("/card/rate")["fields"]
    for target in (f"row-{task}", f"review-{card.matter_id}", f"matters-{card.matter_id}"):
        fault = chen.post("/card/rate", {"solved": "all"}, htmx=target)
        assert fault.status_code == 422 and "/card/rate" in [form["action"] for form in Page(fault.text).forms]
    done = chen.client.post(
        "/card/rate",
        data=fields | {"rating": "satisfied", "solved": "all"},
        headers={"HX-Request": "true", "HX-Target": f"row-{task}"},
    )
    assert (done.status_code, done.headers["HX-Redirect"], done.data) == (200, "/card", b"")


def test_all_solved_in_one_word(chen):
    assert chen.post("/card/rate", {"rating": "satisfied", "solved": "all"}).status_code == 303
    assert "所领导核对以后" in chen.page("/card").text


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"solved": ["1", "2"]}, "请选一下满意不满意。"),
        ({"rating": "satisfied"}, "请选一下解决了没有。"),
        ({"rating": "satisfied", "solved": ["1", "none"]}, "只能选一样"),
        ({"rating": "satisfied", "solved": ["all", "not-2"]}, "只能选一样"),
        ({"rating": "satisfied", "solved": ["not-7"]}, "请从列出的里面选"),
        ({"rating": "satisfied", "solved": ["7"]}, "请从列出的里面选"),
        ({"rating": "wonderful", "solved": "all"}, "请从列出的里面选"),
        ({"rating": "fairly", "solved": "all", "words": "长" * 1001}, "1000个字以内"),
    ],
)
def test_a_fault_is_a_sentence_and_changes_nothing(chen, said, sentence):
    answer = chen.post("/card/rate", said)
    assert answer.status_code == 422 and sentence in answer.text
    assert "请您说说解决了没有" in chen.page("/card").text


def test_one_tap_says_which_of_several_is_not_solved(chen, card, session):
    assert chen.page("/card/rate").form("/card/rate")["choices"]["solved"] == ["all", "not-1", "not-2"]
    assert chen.post("/card/rate", {"rating": "fairly", "solved": "not-2"}).status_code == 303
    session.rollback()
    session.expire_all()
    assert [point.is_open for point in session.get(Matter, card.matter_id).points] == [False, True]


@pytest.mark.parametrize("step", ["rate", "withdraw", "resume"])
def test_words_of_danger_lead_to_110_wherever_they_are_written(app, cast, session, step):
    matter = cast.answered(now()) if step == "rate" else cast.accepted(now())
    if step == "resume":
        cast.step(matter, "ask", cast.li, now(), text="哪一盏？")
    session.commit()
    chen = Visitor(app)
    chen.post("/card", {"number": matter.number, "code": code(app, matter.cards[0])})
    words = {"words": "他拿刀站在门口。", "rating": "fairly", "solved": "all"}
    asked = chen.post(f"/card/{step}", words)
    assert asked.status_code == 422 and "请马上打110" in asked.text and "他拿刀站在门口。" in asked.text
    assert "danger_seen" not in chen.get(f"/card/{step}").text
    assert chen.post(f"/card/{step}", words | {"danger_seen": "y"}).status_code == 303
    session.rollback()
    session.expire_all()
    assert session.get(Matter, matter.id).urgent


def test_a_step_of_the_staff_is_not_there_for_a_card(chen):
    assert chen.get("/card/answer").status_code == chen.get("/card/nonsense").status_code == 404


def test_a_second_tap_with_the_same_form_is_told_so(chen):
    fields = chen.page("/card/rate").form("/card/rate")["fields"] | {"rating": "satisfied", "solved": "all"}
    assert chen.client.post("/card/rate", data=fields).status_code == 303
    answer = chen.client.post("/card/rate", data=fields)
    assert answer.status_code == 409 and "有了新的变化" in answer.text


def test_a_new_issue_shuts_the_card_that_is_open(chen, card, session):
    card.issue += 1
    session.commit()
    assert chen.page("/card").form("/card")


def test_the_card_closes_by_itself_after_half_an_hour(chen, time_machine):
    time_machine.move_to(now() + rules.CARD_OPEN_FOR + rules.CARD_OPEN_FOR)
    assert chen.page("/card").form("/card")


def test_chen_closes_it_herself(chen):
    assert chen.get("/card/close").status_code == 303
    assert chen.page("/card").form("/card")


def test_the_picture_holds_the_qr_and_can_be_kept(chen, card, app, tmp_path):
    answer = chen.client.get("/card/picture")
    assert answer.mimetype == "image/png" and answer.headers["Cache-Control"] == "no-store"
    assert card.number not in str(answer.headers)
    with Image.open(BytesIO(answer.data)) as picture:
        found = zxingcpp.read_barcodes(picture)
        assert picture.size[0] == 720 and not picture.info
    assert [qr.text.split("#")[1] for qr in found] == [f"{card.number}-{code(app, card)}"]


def test_the_code_stands_in_no_address_and_no_cookie(app, card):
    chen = Visitor(app)
    answer = chen.post("/card", {"number": card.number, "code": code(app, card)})
    assert code(app, card) not in str(answer.headers) and card.number not in answer.location
    page = chen.page("/card")
    assert not [link for link in page.links if code(app, card) in link or card.number in link]


def test_tries_are_slowed_per_address_and_no_number_is_locked(another_app, cast, card):
    app = another_app(RATELIMIT_ENABLED=True)
    guesser, chen = Visitor(app), Visitor(app)
    form = guesser.page("/card").form("/card")["fields"]
    statuses = [
        guesser.client.post("/card", data=form | {"number": card.number, "code": "1" * 16}).status_code for _ in range(11)
    ]
    assert statuses == [422] * 10 + [429]
    neighbour = Visitor(app)
    neighbour.client.environ_base["REMOTE_ADDR"] = "192.0.2.9"
    fields = neighbour.page("/card").form("/card")["fields"] | {"number": card.number, "code": code(app, card)}
    right = [neighbour.client.post("/card", data=fields).status_code for _ in range(12)]
    assert right == [303] * 12, "who is right is never slowed"
    chen.client.environ_base["REMOTE_ADDR"] = "192.0.2.8"
    assert chen.post("/card", {"number": card.number, "code": code(app, card)}).status_code == 303


def test_large_type_lasts_and_leads_back(app, cast):
    chen = Visitor(app)
    answer = chen.get("/type/large?back=/suggest")
    assert answer.location == "/suggest" and "Max-Age=" in answer.headers["Set-Cookie"]
    assert 'class="large"' in chen.get("/suggest").text
    assert chen.get("/type/normal?back=//evil.example").location == "/"
    assert 'class="large"' not in chen.get("/suggest").text


def test_a_lost_card_is_found_by_day_and_community_and_issued_anew(app, card, cast, session):
    old = code(app, card)
    cast.make.card(cast.rixin, at=now())
    cast.make.card(cast.gangnan, at=now() - 2 * DAY)
    session.commit()
    he = Visitor(app, cast.he)
    found = he.page(f"/matters/?day={beijing_date(now())}&community=10101")
    assert [link for link in found.links if re.fullmatch(r"/matters/\d+", link)] == [f"/matters/{card.matter_id}"]
    answer = he.post(f"/matters/{card.matter_id}/reissue")
    assert (answer.status_code, answer.location) == (303, "/card/hand-over")
    shown = he.page("/card/hand-over")
    assert card.matter.body not in shown.text and he.get("/card/add").status_code == 303, "He is not the resident"
    assert "查一查办得怎么样了" in he.page("/card").text
    fresh = shown.text_of("code")
    assert shown.text_of("number").replace(" ", "") == card.number and fresh.replace(" ", "") != old
    chen = Visitor(app)
    assert chen.post("/card", {"number": card.number, "code": old}).status_code == 422
    assert chen.post("/card", {"number": card.number, "code": fresh}).status_code == 303
    chen.post("/card/rate", {"rating": "satisfied", "solved": "all"})
    assert "您评价：满意（用补发的卡）" in chen.page("/card").text
    session.expire_all()
    assert card.matter.last_callback.typed_by_staff


def test_the_digits_of_a_card_that_staff_issued_go_with_their_session(app, card, cast, time_machine):
    time_machine.move_to(now(), tick=False)
    he = Visitor(app, cast.he)
    he.post(f"/matters/{card.matter_id}/reissue")
    assert he.get("/card/picture").mimetype == "image/png"
    time_machine.shift(rules.IDLE)
    assert he.get("/card/picture").location == "/card", "whoever finds the tablet"


def test_whoever_handles_it_does_not_reissue(app, card, cast):
    li = Visitor(app, cast.li)
    assert li.get(f"/matters/{card.matter_id}/reissue").status_code == 409
    assert "补发回音卡" not in li.get(f"/matters/{card.matter_id}").text


@pytest.mark.parametrize("query", ["day=2026-02-30", "day=x", "community=nowhere", "day=0001-01-01", "day=9999-12-31"])
def test_an_odd_filter_is_a_sentence_or_an_empty_list(app, cast, query):
    assert Visitor(app, cast.he).get(f"/matters/?{query}").status_code == 200


def test_the_list_narrows_to_a_grid_and_no_further(app, cast, session):
    grid = Grid(community_id=cast.gangnan.id, number=2, name="2网格")
    session.add(grid)
    session.flush()
    there = cast.make.card(cast.gangnan, grid_id=grid.id, at=now())
    cast.make.card(cast.gangnan, at=now())
    session.commit()
    found = Visitor(app, cast.he).page("/matters/?community=10101/2")
    assert [link for link in found.links if re.fullmatch(r"/matters/\d+", link)] == [f"/matters/{there.matter_id}"]
    assert found.forms[1]["choices"]["community"] == ["", "10101", "10101/2", "10103"]


def test_the_card_says_by_itself_that_there_was_no_news(app, cast, session):
    card = cast.accepted(now() - 30 * DAY).cards[0]
    session.commit()
    chen = Visitor(app)
    chen.post("/card", {"number": card.number, "code": code(app, card)})
    assert "已经超过5个工作日没有新的消息了" in chen.page("/card").text


def test_added_words_of_danger_lead_to_110_and_make_the_matter_urgent(chen, card, session):
    words = {"words": "救命！他拿刀砍人了"}
    asked = chen.post("/card/add", words)
    assert asked.status_code == 422 and "请马上打110" in asked.text and "danger_seen" not in chen.get("/card/add").text
    session.rollback()
    assert not card.matter.urgent
    assert chen.post("/card/add", words | {"danger_seen": "y"}).status_code == 303
    session.rollback()
    session.expire_all()
    assert card.matter.urgent and card.matter.open_callback.urgent


def test_an_empty_rating_names_both_faults(chen):
    asked = chen.post("/card/rate", {})
    assert "请选一下解决了没有" in asked.text and "请选一下满意不满意" in asked.text

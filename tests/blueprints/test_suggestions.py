"""The public form, as residents and as bad luck would send it."""

from io import BytesIO
from urllib.parse import quote

import pytest
from sqlalchemy import select, update
from werkzeug.datastructures import FileStorage

from blueprints import suggestions
from models.base import beijing_date, now
from models.life import Door
from models.matter import Matter
from models.officer import Posting
from models.place import ContactCard, Plate
from models.unit import Grid
from tests.cast import DAY
from tests.visitor import Page, Visitor

WORDS = "路口的灯坏了，晚上很黑。"


@pytest.fixture
def chen(app, cast):
    """Chen's browser: a resident without an account."""
    return Visitor(app)


def suggest(visitor, **changes):
    return visitor.post("/suggest", {"kind": "request", "body": WORDS, "community": "10101", **changes})


def matters(session):
    session.rollback()
    return session.scalars(select(Matter).order_by(Matter.id)).all()


def test_what_chen_sends_becomes_a_matter_and_a_card(chen, session):
    answer = suggest(chen, place="菜市场南门", points=["灯", "井盖", ""])
    assert answer.status_code == 303 and answer.location == "/card"
    (matter,) = matters(session)
    assert (matter.body, matter.place, [point.text for point in matter.points]) == (WORDS, "菜市场南门", ["灯", "井盖"])
    card = chen.page("/card")
    assert card.text_of("number").replace(" ", "") == matter.number
    assert len(card.text_of("code").replace(" ", "")) == 16
    assert card.ids.count("number") == card.ids.count("code") == 1


def test_nothing_is_preselected_but_the_only_channel(chen):
    form = chen.page("/suggest").form("/suggest")
    assert "kind" not in form["fields"] and form["fields"]["community"] == "" and form["fields"]["reply_by"] == "card"
    assert form["choices"]["community"] == ["", "10101", "10103", "10201", "-"]


@pytest.mark.parametrize("path", ["/d/nobody-knows-it", "/o/nobody-knows-it"])
def test_an_unknown_plate_or_card_opens_the_form_all_the_same(chen, path):
    assert chen.page(path).form("/suggest")


def test_the_switch_for_large_type_keeps_all_that_was_typed_and_sends_nothing(chen, session):
    typed = {"kind": "request", "body": "路口的灯坏了。", "place": "南门", "community": "10103"}
    answer = chen.post("/suggest", typed | {"size": "large"}, page="/d/3fa91c02be")
    kept = Page(answer.text).form("/suggest")["fields"]
    assert (kept["kind"], kept["place"], kept["community"], kept["plate"]) == ("request", "南门", "10103", "3fa91c02be")
    assert typed["body"] in answer.text and "faults" not in answer.text and not matters(session)
    assert 'class="large"' in answer.text and 'class="large"' in chen.get("/").text
    assert 'class="large"' not in chen.post("/suggest", typed | {"size": "normal"}).text


def test_an_unclear_community_goes_to_the_bureau(chen, session, cast):
    assert suggest(chen, community="-").status_code == 303
    assert matters(session)[0].station_id == cast.bureau.id


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"body": ""}, "请写一下是什么事。"),
        ({"body": "灯坏  "}, "请再多写几个字"),
        ({"body": "灯" * 4001}, "请减到4000个字以内"),
        ({"body": "灯坏了\0很黑的"}, "读不出来的字符"),
        ({"body": "灯坏了\ufffd很黑"}, "读不出来的字符"),
        ({"place": "南\0门"}, "读不出来的字符"),
        ({"place": "长" * 201}, "200个字以内"),
        ({"kind": ""}, "请选一下是哪一类事"),
        ({"kind": "idea"}, "请从列出的里面选"),
        ({"community": ""}, "请选一下社区"),
        ({"community": "99999"}, "请从列出的里面选"),
        ({"reply_by": "mail"}, "请从列出的里面选"),
        ({"reply_by": "sms"}, "请留个电话"),
        ({"reply_by": "phone", "name": "陈静", "consent": "y"}, "请留个电话"),
        ({"reply_by": "visit"}, "请留个电话或者地址"),
        ({"phone": "13900001234"}, "请在这里打勾"),
        ({"name": "陈静"}, "请在这里打勾"),
        ({"daypart": "midnight"}, "请从列出的里面选"),
        ({"phone": "1" * 31, "consent": "y"}, "30个字以内"),
        ({"points": ["一", "二", "三", "四", "五", "六"]}, "一次最多写5件"),
        ({"points": ["长" * 501]}, "500个字以内"),
        ({"submission_id": "1"}, "请再点一次"),
        ({"csrf_token": "old"}, "您写的都还在"),
    ],
)
def test_a_fault_gets_its_sentence_keeps_what_was_typed_and_changes_nothing(chen, session, changes, sentence):
    typed = {"place": "菜市场南门", "points": ["灯<b>"], "body": WORDS, **changes}
    answer = suggest(chen, **typed)
    page = Page(answer.text)
    assert answer.status_code == 422 and page.title.startswith("有错误：")
    assert sentence in page.text
    assert page.text_of("f-body") == typed["body"].strip()
    assert page.form("/suggest")["fields"]["points"] == typed["points"][0]
    assert matters(session) == []


def test_bytes_that_are_no_text_are_refused(chen, session):
    form = chen.page("/suggest").form("/suggest")["fields"]
    fields = "&".join(f"{key}={form[key]}" for key in ("csrf_token", "submission_id"))
    body = (
        f"{fields}&kind=request&community=10101&reply_by=card&body=".encode()
        + b"%E7%81%AF%ED%A0%80%E5%9D%8F%E4%BA%86%E5%95%8A%E5%95%8A"
    )
    answer = chen.client.post("/suggest", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 422 and "读不出来的字符" in answer.text
    assert matters(session) == []


def test_only_line_ends_are_touched(chen, session):
    sent = '  \u202e<script>alert(1)</script>\r\n=SUM(A1)\r\n\r\n😀 "引号" \t&amp; \u200b '
    assert suggest(chen, body=sent).status_code == 303
    assert matters(session)[0].body == sent.replace("\r\n", "\n")
    card = chen.page("/card")
    assert sent.replace("\r\n", "\n") in "".join(card.texts)
    assert not [attributes for tag, attributes in card.tags if tag == "script" and "src" not in attributes]


def test_the_same_form_twice_gives_the_same_card(chen, session):
    form = chen.page("/suggest").form("/suggest")["fields"]
    fields = form | {"kind": "request", "body": WORDS, "community": "10101"}
    cards = []
    for _again in range(2):
        assert chen.client.post("/suggest", data=fields).status_code == 303
        cards.append(chen.page("/card").text_of("code"))
    assert cards[0] == cards[1] and len(matters(session)) == 1


@pytest.mark.parametrize(
    "change", [{"body": "另外一件事情。"}, {"kind": "question"}, {"community": "10201"}, {"community": "-"}]
)
def test_the_same_form_with_something_else_is_refused(chen, session, change):
    form = chen.page("/suggest").form("/suggest")["fields"]
    fields = form | {"kind": "request", "body": WORDS, "community": "10101"}
    chen.client.post("/suggest", data=fields)
    answer = chen.client.post("/suggest", data=fields | change)
    assert answer.status_code == 409 and "已经交过了" in answer.text
    assert len(matters(session)) == 1


def test_htmx_is_sent_to_the_card_and_never_redirected(chen):
    form = chen.page("/suggest").form("/suggest")["fields"]
    fields = form | {"kind": "request", "body": WORDS, "community": "10101"}
    answer = chen.client.post("/suggest", data=fields, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, "/card")


def test_a_form_without_cookies_keeps_the_text_and_shows_whom_to_ring(app, cast, session):
    form = Visitor(app).page("/suggest").form("/suggest")["fields"]
    fields = form | {"kind": "request", "body": WORDS, "community": "10101"}
    answer = Visitor(app).client.post("/suggest", data=fields)
    page = Page(answer.text)
    assert answer.status_code == 422 and page.text_of("f-body") == WORDS and "0000-5550110" in page.text
    assert matters(session) == []


@pytest.mark.parametrize("size", [1_100_000, 100_000_000])
@pytest.mark.parametrize("encoding", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
def test_a_body_too_large_is_refused(chen, session, size, encoding):
    """A body of text is small; a form with photos may be larger, but not 100 MB."""
    head = b'--b\r\nContent-Disposition: form-data; name="body"\r\n\r\n' if "multipart" in encoding else b"body="
    answer = chen.client.post("/suggest", data=head + b"a" * size, content_type=encoding)
    assert answer.status_code == 413 and "太大了" in answer.text and matters(session) == []


def test_a_thousand_parts_are_too_many(chen, session):
    answer = chen.client.post("/suggest", data={f"part{n}": "" for n in range(1000)}, content_type="multipart/form-data")
    assert answer.status_code == 413 and matters(session) == []


def test_the_promise_is_shown_before_sending(chen):
    told = chen.page("/suggest").text
    assert "想问个事： 最晚" in told and "表扬： 最晚" in told and told.count("18:00前有回音") == 5


def test_nothing_of_the_visitor_is_kept(chen, session, caplog):
    """Address and user agent go nowhere: not into a table, not into a log."""
    form = chen.page("/suggest").form("/suggest")["fields"]
    fields = form | {"kind": "request", "body": WORDS, "community": "10101"}
    marks = {"User-Agent": "canary-agent", "X-Forwarded-For": "203.0.113.77"}
    chen.client.post("/suggest", data=fields, headers=marks, environ_base={"REMOTE_ADDR": "203.0.113.78"})
    session.rollback()
    dump = [str(tuple(row)) for table in Matter.metadata.sorted_tables for row in session.execute(select(table))]
    assert len(matters(session)) == 1
    for canary in ("canary-agent", "203.0.113.7"):
        assert canary not in " ".join(dump) and canary not in caplog.text


def test_the_words_never_reach_the_log_when_something_breaks(another_app, cast, caplog, monkeypatch):
    app = another_app(TESTING=False)
    monkeypatch.setattr(suggestions.views, "take_in", lambda *_args, **_more: 1 / 0)
    chen = Visitor(app)
    fields = chen.page("/suggest").form("/suggest")["fields"] | {"kind": "request", "body": WORDS, "community": "10101"}
    answer = chen.client.post("/suggest", data=fields)
    assert answer.status_code == 500 and "出了点问题" in answer.text
    assert "ZeroDivisionError in suggestions.send" in caplog.text and WORDS not in caplog.text


def test_the_due_dates_on_the_form_are_those_of_the_matter(chen, session):
    suggest(chen, kind="question")
    (matter,) = matters(session)
    assert matter.due_at > now()


# ── door plates, contact cards, danger


@pytest.fixture
def plate(cast, session):
    """Hang a plate in Gangnan's second grid."""

    def hang(shared):
        grid = Grid(community_id=cast.gangnan.id, number=2, name="2网格")
        plate = Plate(community=cast.gangnan, grid=grid, building="港南小区7号楼", shared=shared)
        session.add_all([grid, plate])
        session.commit()
        return plate

    return hang


def test_a_shared_plate_fills_in_community_and_place(chen, plate, session):
    form = chen.page(f"/d/{plate(True).code}").form("/suggest")
    assert (form["fields"]["community"], form["fields"]["place"]) == ("10101", "港南小区7号楼")
    chen.client.post("/suggest", data=form["fields"] | {"kind": "request", "body": WORDS})
    (matter,) = matters(session)
    assert (matter.door, matter.grid.name, matter.place, matter.area) == (
        Door.PLATE,
        "2网格",
        "港南小区7号楼",
        "港南社区 2网格",
    )


@pytest.mark.parametrize(("ticked", "place"), [({}, ""), ({"at_home": "y"}, "港南小区7号楼")])
def test_of_a_households_own_plate_only_the_grid_is_kept_unless_she_ticks_it(chen, plate, session, ticked, place):
    page = chen.page(f"/d/{plate(False).code}")
    form = page.form("/suggest")["fields"]
    assert form["place"] == "" and "门牌号不会记下来" in page.text and "港南小区7号楼" not in page.html
    chen.client.post("/suggest", data=form | {"kind": "request", "body": WORDS} | ticked)
    (matter,) = matters(session)
    assert (matter.grid.name, matter.place) == ("2网格", place)


def test_a_plate_does_not_count_where_she_names_another_community(chen, plate, session):
    form = chen.page(f"/d/{plate(True).code}").form("/suggest")["fields"]
    chen.client.post("/suggest", data=form | {"kind": "request", "body": WORDS, "community": "10201", "place": "桥头"})
    (matter,) = matters(session)
    assert (matter.door, matter.grid_id, matter.place) == (Door.FORM, None, "桥头")


def test_a_contact_card_outlives_a_transfer(chen, cast, session):
    card = ContactCard(post=cast.gangnan.post)
    session.add(card)
    session.commit()
    page = chen.page(f"/o/{card.code}")
    assert "现在是李警官负责" in page.text and page.form("/suggest")["fields"]["community"] == "10101"
    session.execute(update(Posting).where(Posting.officer_id == cast.li.id).values(until=beijing_date(now())))
    session.commit()
    assert "现在是赵警官负责" in chen.page(f"/o/{card.code}").text


def test_an_unknown_code_says_so_and_asks_for_the_place(chen, session):
    page = chen.page("/d/nobody-knows-it")
    assert "没认出来，不要紧" in page.text
    assert chen.client.post(
        "/suggest", data=page.form("/suggest")["fields"] | {"kind": "request", "body": WORDS, "community": "10101"}
    )
    assert matters(session)[0].door is Door.FORM


DANGER = "楼下有人持刀，\r\n快来人"


def test_words_of_danger_lead_to_110_and_store_nothing(chen, session):
    answer = suggest(chen, body=DANGER, points=["门口", "楼道"], place="3号楼")
    page = Page(answer.text)
    assert answer.status_code == 422 and "tel:110" in page.links and "夜间无人查看" in page.text
    assert matters(session) == []


def test_sent_all_the_same_it_is_urgent_letter_by_letter_and_stands_on_top(chen, session, app, cast):
    suggest(chen, kind="question")
    form = Page(suggest(chen, body=DANGER, points=["门口", "楼道"], place="3号楼").text).form("/suggest")["fields"]
    assert form["danger_seen"] == "1"
    data = form | {"points": ["门口", "楼道"]}
    assert chen.client.post("/suggest", data=data).status_code == 303
    matter = matters(session)[1]
    assert matter.urgent and matter.body == DANGER.replace("\r\n", "\n") and [p.text for p in matter.points] == ["门口", "楼道"]
    assert "请打 110" in chen.page("/card").text
    queue = Visitor(app, cast.li).get("/queue").text
    assert queue.index(f"/matters/{matter.id}") < queue.index(f"/matters/{matter.id - 1}") and "紧急" in queue


def test_seen_danger_without_words_of_danger_is_not_urgent(chen, session):
    assert suggest(chen, danger_seen="1").status_code == 303
    assert not matters(session)[0].urgent


def test_a_communitys_page_names_who_is_there_and_whom_to_ring(chen, cast, session):
    page = chen.page("/c/10101")
    assert "李警官 责任民警" in page.text and "赵警官 替班民警" in page.text and "城南派出所" in page.text
    for number in ("0000-5550188", "0000-5550110", "110", "12345", "12389"):
        assert f"tel:{number}" in page.links
    assert "没有固定的责任民警" in chen.page("/c/10103").text
    form = chen.page(next(link for link in page.links if link.startswith("/suggest"))).form("/suggest")
    assert form["fields"]["community"] == "10101"
    assert chen.get("/c/nowhere").status_code == 404


@pytest.mark.parametrize("by, door", [("group", Door.GROUP_LINK), ("", Door.FORM), ("plate", Door.FORM), ("<b>", Door.FORM)])
def test_what_comes_by_the_link_in_a_group_is_counted_as_that(chen, session, by, door):
    page = chen.page(f"/c/10101?by={by}")
    link = next(link for link in page.links if link.startswith("/suggest"))
    assert ("by=" in link) == (by == "group")
    form = chen.page(f"{link}&by={by}").form("/suggest")["fields"]
    assert chen.send("/suggest", form | {"kind": "request", "body": "路口的灯坏了，晚上很黑。"}).location == "/card"
    assert matters(session)[0].door is door


def test_a_communitys_page_says_who_is_there_now_and_what_to_send_to_the_group(chen, cast, session):
    room = cast.gangnan.room = cast.make.room(cast.station, "港南社区警务室")
    cast.duty(cast.he, None, beijing_date(now()), "00:00", "00:00", now())
    session.commit()
    assert "没有人 有事请打派出所的值班电话。 值班的是何警官。" in chen.page("/c/10101").text.replace("。值班", "。 值班")
    cast.duty(cast.zhao, room, beijing_date(now()), "00:00", "00:00", now())
    session.commit()
    page = chen.page("/c/10101")
    assert "有人 赵警官在，到" in page.text and "没有人" not in page.text
    told = {a.get("property") or a.get("name"): a.get("content") for tag, a in page.tags if tag == "meta"}
    assert told["og:title"] == "港南社区：有事跟派出所说" and told["og:url"] == "http://localhost/c/10101"
    assert told["description"] == told["og:description"] and "城南派出所" in told["description"]
    words = page.text_of("for-group")
    assert all(part in words for part in ("http://localhost/c/10101?by=group ", "李警官", "0000-5550110", "110"))
    (button,) = [a for tag, a in page.tags if tag == "button" and "data-copy" in a]
    assert button["data-copy"] == words


@pytest.mark.parametrize("code", ["\0", "a\0b", "\ufffd", "' OR 1=1 --", "x" * 5000])
def test_an_odd_code_is_an_unknown_one(chen, session, code):
    for path in (f"/d/{quote(code)}", f"/o/{quote(code)}"):
        assert chen.get(path).status_code == 200
    assert chen.get(f"/c/{quote(code)}").status_code == 404
    assert suggest(chen, plate=code, contact_card=code).status_code == 303
    assert matters(session)[0].door is Door.FORM


def test_the_ten_commonest_questions_come_with_their_answers(chen):
    page = chen.page("/suggest")
    assert len([tag for tag, _attributes in page.tags if tag == "details"]) >= 10
    assert "身份证丢了、到期了，怎么办？" in page.text_of("guide") and "接着往下写" in page.text_of("guide")


def test_the_first_load_is_light(chen):
    """All that a phone fetches before the form can be used: page, style sheet, script, icon."""
    page = chen.page("/suggest")
    parts = ["/suggest"] + [
        a.get("href") or a["src"] for tag, a in page.tags if tag == "script" or a.get("rel") in ("stylesheet", "icon")
    ]
    sizes = {part: len(chen.client.get(part, headers={"Accept-Encoding": "gzip"}).data) for part in parts}
    assert len(sizes) == 4 and sum(sizes.values()) <= 35_000, sizes


def test_a_text_sent_as_a_file_is_no_text(chen, app, cast, session):
    """Files go to fields that ask for files; everywhere else there is then nothing typed."""
    card = cast.make.card(cast.gangnan)
    session.commit()
    for path, name in (
        ("/suggest", "body"),
        ("/suggest", "points"),
        ("/suggest", "about_officer"),
        ("/card", "number"),
        ("/login", "username"),
    ):
        form = chen.page(path).form(path)["fields"]
        answer = chen.send(path, form | {name: [FileStorage(BytesIO(b"x"), "x")]})
        assert answer.status_code == 422, (path, name)
    li, accept = Visitor(app, cast.li), f"/matters/{card.matter_id}/accept"
    form = li.page(accept).form(accept)["fields"]
    assert li.send(accept, form | {"summary": [FileStorage(BytesIO(b"x"), "x")]}).status_code == 422


def test_once_the_card_was_issued_anew_the_old_form_opens_it_no_more(chen, cast, session):
    form = chen.page("/suggest").form("/suggest")["fields"] | {"kind": "request", "body": WORDS, "community": "10101"}
    chen.send("/suggest", form)
    (matter,) = matters(session)
    cast.step(matter, "reissue", cast.qian, now())
    session.commit()
    refused = chen.send("/suggest", form)
    assert refused.status_code == 409 and "请凭回音卡看" in refused.text
    assert "查一查" in chen.page("/card").text


def test_whoever_comes_back_to_the_form_reads_that_it_was_received(chen):
    assert "已经收到了" not in chen.page("/suggest").text
    suggest(chen)
    page = chen.page("/suggest")
    assert "已经收到了，不用再交" in page.text and "/card" in page.links
    assert '<form method="post" novalidate action="/suggest" enctype="multipart/form-data" autocomplete="off"' in page.html


def test_who_only_looked_an_older_card_up_reads_nothing_of_that(chen, app, cast, session):
    card = cast.make.card(cast.gangnan, at=now() - DAY)
    session.commit()
    chen.post("/card", {"number": card.number, "code": card.code(app.extensions["keys"].card)})
    assert WORDS in chen.page("/card").text and "已经收到了，不用再交" not in chen.page("/suggest").text


@pytest.mark.parametrize("host", ["a..b", ".a", "a" * 64 + ".b"])
def test_a_host_that_is_none_is_a_bad_request(app, host):
    assert app.test_client().get("/suggest", headers={"Host": host}).status_code == 400


def test_a_thousand_typed_fields_are_too_many(chen, session):
    answer = chen.client.post(
        "/suggest", data="&".join("a=1" for _ in range(1000)), content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 413

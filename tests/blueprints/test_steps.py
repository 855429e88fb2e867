"""Records and their steps, as pages and as the parts that htmx swaps in."""

import re

import pytest
from sqlalchemy import func, select

from blueprints import steps
from models import task
from models.asking import Rating
from models.audit import AuditLine
from models.base import beijing_date, now
from models.life import Kind
from models.point import Outcome
from models.steps import SHELVES
from tests.cast import DAY
from tests.visitor import Page, Visitor

ACCEPT = {"summary": "路灯不亮", "category": "traffic"}


@pytest.fixture
def li(app, cast):
    return Visitor(app, cast.li)


@pytest.fixture
def matter(cast, session):
    matter = cast.make.card(cast.gangnan, at=now()).matter
    session.commit()
    return matter


def without_token(html):
    return re.sub(r'name="csrf_token" value="[^"]*"', 'name="csrf_token"', html).strip()


def post(visitor, path, data, target):
    fields = visitor.page(path).form(path)["fields"] | data
    return visitor.client.post(path, data=fields, headers={"HX-Request": "true", "HX-Target": target})


def test_a_step_leads_back_to_the_record(li, matter):
    answer = li.post(f"/matters/{matter.id}/accept", ACCEPT)
    assert (answer.status_code, answer.location) == (303, f"/matters/{matter.id}")
    assert "李警官受理了：路灯不亮" in li.page(answer.location).text


def test_the_part_that_htmx_gets_stands_in_the_page_letter_for_letter(li, matter):
    part = post(li, f"/matters/{matter.id}/accept", ACCEPT, f"matters-{matter.id}")
    assert part.status_code == 200 and part.headers["HX-Push-Url"] == f"/matters/{matter.id}"
    assert without_token(part.text) in without_token(li.get(f"/matters/{matter.id}").text)


def test_the_row_of_the_queue_comes_back_with_its_next_step(li, matter, cast, session):
    task = matter.tasks[0].id
    part = post(li, f"/matters/{matter.id}/accept", ACCEPT, f"row-{task}")
    assert f'id="row-{task}"' in part.text and "答复" in part.text
    assert without_token(part.text) in without_token(li.get("/queue").text)


def test_faults_come_back_as_the_form_that_stands_in_the_page(li, matter):
    path = f"/matters/{matter.id}/accept"
    part = post(li, path, {"summary": "", "category": "nonsense"}, f"matters-{matter.id}")
    assert part.status_code == 422 and part.headers["HX-Retarget"] == f"#ask-matters-{matter.id}"
    page = li.post(path, {"summary": "", "category": "nonsense"})
    assert page.status_code == 422 and without_token(part.text) in without_token(page.text)
    assert "请写一句话摘要。" in page.text and "请从列出的里面选" in page.text


@pytest.mark.parametrize("htmx", [None, "row-1"])
def test_who_comes_second_reads_who_was_first_and_keeps_what_was_typed(app, cast, li, matter, htmx):
    path = f"/matters/{matter.id}/accept"
    zhao = Visitor(app, cast.zhao)
    fields = zhao.page(path).form(path)["fields"] | ACCEPT | {"summary": "赵一鸣写的摘要"}
    li.post(path, ACCEPT)
    headers = {"HX-Request": "true", "HX-Target": htmx} if htmx else {}
    answer = zhao.client.post(path, data=fields, headers=headers)
    assert answer.status_code == 409
    text = Page(answer.text).text
    assert "李警官在今天" in text and "已经处理过了" in text and "赵一鸣写的摘要" in text


def test_a_stale_form_shows_both_texts_and_can_be_sent_again(app, cast, session):
    matter = cast.accepted(now(), points=["灯", "井盖"])
    session.commit()
    li, wang = Visitor(app, cast.li), Visitor(app, cast.wang)
    path = f"/matters/{matter.id}/answer"
    fields = li.page(path).form(path)["fields"] | {"point": "1", "outcome": "done", "text": "李写的答复"}
    wang.post(path, {"point": "2", "outcome": "cannot", "text": "王写的答复"})
    answer = li.client.post(path, data=fields)
    page = Page(answer.text)
    assert answer.status_code == 409 and "有了新的变化" in page.text
    assert "王写的答复" in page.text and "李写的答复" in page.text
    again = li.client.post(path, data=fields | {"version": page.form(path)["fields"]["version"]})
    assert again.status_code == 303


def test_asking_for_a_step_is_a_page_for_htmx_too_even_where_it_is_closed(app, cast, li, matter):
    path = f"/matters/{matter.id}/accept"
    assert without_token(li.get(path, htmx="row-1").text) == without_token(li.get(path).text)
    li.post(path, ACCEPT)
    closed = li.get(path, htmx="row-1")
    assert closed.status_code == 409 and "<html" in closed.text and "HX-Retarget" not in closed.headers


@pytest.mark.parametrize("step", ["lapse", "forget", "finish", "nonsense"])
def test_what_is_no_step_of_a_person_is_not_there(li, matter, step):
    assert li.get(f"/matters/{matter.id}/{step}").status_code == 404


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"outcome": "under_way"}, "请选最晚哪天办好。"),
        ({"outcome": "under_way", "until": "2026-02-30"}, "日期要像"),
        ({"outcome": "under_way", "until": "2020-01-01"}, "日期要在今天以后。"),
        ({"outcome": "under_way", "until": "2099-01-01"}, "再往后要由所领导来定"),
        ({"outcome": "gone"}, "请从列出的里面选"),
        ({"text": ""}, "请写一下答复。"),
        ({"text": " \n\t\u3000 "}, "请写一下答复。"),
        ({"text": "好\0了"}, "读不出来的字符"),
        ({"point": "4"}, "请从列出的里面选"),
        ({"version": "x"}, "页面不完整"),
        ({"csrf_token": ""}, "您写的都还在"),
    ],
)
def test_bad_input_gets_its_sentence_and_changes_nothing(app, cast, session, fields, sentence):
    matter = cast.accepted(now())
    session.commit()
    li = Visitor(app, cast.li)
    answer = li.post(f"/matters/{matter.id}/answer", {"point": "1", "outcome": "done", "text": "修好了。", **fields})
    assert answer.status_code == 422 and sentence in Page(answer.text).text
    session.expire_all()
    assert matter.points[0].is_open


@pytest.mark.parametrize(
    "fields", [{"point": "abc"}, {"point": None}, {"outcome": "bogus"}, {"text": "\0" * 3000}, {"until": "never"}]
)
def test_who_comes_too_late_with_odd_fields_reads_who_was_first(app, cast, session, fields):
    matter = cast.accepted(now())
    session.commit()
    li = Visitor(app, cast.li)
    path = f"/matters/{matter.id}/answer"
    form = li.page(path).form(path)["fields"] | {"point": "1", "outcome": "done", "text": "修好了。"}
    assert li.client.post(path, data=form).status_code == 303
    odd = {name: value for name, value in (form | fields).items() if value is not None}
    answer = li.client.post(path, data=odd)
    assert answer.status_code == 409 and "已经处理过了" in Page(answer.text).text


def test_a_closed_step_wants_a_token_too(app, cast, session):
    matter = cast.answered(now())
    session.commit()
    before = session.scalar(select(func.count(AuditLine.id)))
    session.rollback()
    answer = Visitor(app, cast.li).client.post(
        f"/matters/{matter.id}/answer", data={"point": "1", "outcome": "done", "text": "好。"}
    )
    assert answer.status_code == 422
    assert session.scalar(select(func.count(AuditLine.id))) == before


def test_what_was_added_stands_where_the_answer_is_written_and_where_it_is_asked_back(app, cast, session):
    matter = cast.accepted(now())
    cast.step(matter, "add", matter.cards[0], now(), words="昨晚又灭了一盏。")
    session.commit()
    li = Visitor(app, cast.li)
    assert "昨晚又灭了一盏。" in li.page(f"/matters/{matter.id}/answer").text
    li.post(f"/matters/{matter.id}/answer", {"point": "1", "outcome": "done", "text": "都换好了。"})
    session.rollback()
    session.expire_all()
    assert "昨晚又灭了一盏。" in Visitor(app, cast.qian).page(f"/callbacks/{matter.open_callback.id}/record").text


def test_settling_with_blanks_is_a_sentence(li, matter):
    answer = li.post(f"/matters/{matter.id}/settle", {"outcome": "done", "text": "  \n "})
    assert answer.status_code == 422 and "请写一下答复。" in answer.text


@pytest.mark.parametrize("number", [2**31, 2**63, 10**20])
def test_a_huge_number_in_an_address_is_not_there(li, number):
    for path in (f"/matters/{number}", f"/matters/{number}/accept", f"/callbacks/{number}"):
        assert li.get(path).status_code == 404
    for before in (number, -number):
        assert li.get(f"/matters/?before={before}").status_code == 200
    assert li.get(f"/matters/?number={number}").status_code == 404


def test_a_callback_is_recorded_from_its_own_page(app, cast, session):
    matter = cast.answered(now(), points=["灯", "井盖"])
    callback = matter.open_callback.id
    session.commit()
    qian = Visitor(app, cast.qian)
    assert f"/callbacks/{callback}/record" in qian.page("/callbacks/").links
    assert "联系上了" in qian.page(f"/callbacks/{callback}/record").text
    fault = qian.post(f"/callbacks/{callback}/record", {"result": "reached"})
    assert fault.status_code == 422 and "请选一下群众满意不满意。" in fault.text
    done = qian.post(f"/callbacks/{callback}/record", {"result": "reached", "rating": "fairly", "solved": ["1"]})
    assert done.location == f"/callbacks/{callback}"
    page = qian.page(f"/matters/{matter.id}")
    assert "群众评价：基本满意（工作人员代填）" in page.text and "重新办理第二件" in page.text
    chen = Visitor(app)
    code = matter.cards[0].code(app.extensions["keys"].card)
    chen.post("/card", {"number": matter.number, "code": code})
    assert "您评价：基本满意（工作人员代填）" in chen.page("/card").text


def test_the_head_signs_off_with_one_tap_from_the_review(app, cast, session):
    matter = cast.answered(now())
    cast.step(matter, "rate", matter.cards[0], now(), rating=Rating.SATISFIED, solved=[1])
    other = cast.answered(now())
    session.commit()
    wang = Visitor(app, cast.wang)
    review = wang.page("/review")
    assert [form["action"] for form in review.forms][:-1] == ["/review/sign-off", f"/matters/{matter.id}/sign_off"]
    assert str(other.number) not in review.html
    fields = review.form(f"/matters/{matter.id}/sign_off")["fields"]
    headers = {"HX-Request": "true", "HX-Target": f"review-{matter.id}"}
    part = wang.client.post(f"/matters/{matter.id}/sign_off", data=fields, headers=headers)
    assert part.status_code == 200 and "已销号" in part.text
    assert "没有待销号的事项" in wang.page("/review").text


def test_no_row_of_another_station_comes_back(app, cast, li, matter, session):
    strange = cast.make.card(cast.hedong, body="别人的事情。", at=now()).matter
    session.commit()
    for target in (f"row-{strange.tasks[0].id}", f"review-{strange.id}", "row-99999999999999999999", "row-²", "review-", "×"):
        path = f"/matters/{cast.accepted(now()).id}/answer"
        session.commit()
        answer = post(li, path, {"point": "1", "outcome": "done", "text": "好了。"}, target.encode().decode("latin-1"))
        assert answer.status_code == 200 and strange.number[:3] + " " not in answer.text, target


@pytest.mark.parametrize("kind", list(Kind), ids=lambda kind: kind.code)
def test_every_row_of_everyones_queue_offers_a_step_that_is_open(app, cast, session, kind):
    for community in (cast.gangnan, cast.rixin, None):
        cast.make.card(community, kind=kind, at=now())
    if kind not in (Kind.PRAISE, Kind.COMPLAINT):  # the one is thanked, the other is not Li's
        cast.accepted(now(), kind=kind)
        cast.answered(now(), kind=kind)
        cast.step(cast.accepted(now(), kind=kind), "ask", cast.li, now(), text="哪一盏灯？")
        promised = cast.accepted(now(), kind=kind)
        cast.step(
            promised,
            "answer",
            cast.li,
            now(),
            point=1,
            outcome=Outcome.UNDER_WAY,
            text="在办。",
            until=beijing_date(now()) + DAY,
        )
    session.commit()
    offered = 0
    for officer in cast.everyone():
        for query in (task.mine, task.unclaimed):
            for row in session.execute(query(officer)):
                kind_of_task = task.kinds()[row.kind]
                shelf, id = kind_of_task.home(row)
                name = kind_of_task.offers(row, officer)
                record = session.get(SHELVES[shelf], id)
                if name:
                    offered += 1
                    assert name in [step.name for step in record.open_steps(officer, now())], (
                        officer.username,
                        name,
                        record.state,
                    )
    assert offered


def test_a_number_leads_to_its_matter(li, matter):
    spaced = f"{matter.number[:3]} {matter.number[3:]}"
    answer = li.get(f"/matters/?number={spaced}")
    assert (answer.status_code, answer.location) == (303, f"/matters/{matter.id}")


def test_the_list_is_paged_and_holds_nobody_elses_matters(app, cast, session):
    numbers = [cast.make.card(cast.gangnan, at=now()).number for _n in range(27)]
    strange = cast.make.card(cast.hedong, at=now()).number
    session.commit()
    wang = Visitor(app, cast.wang)
    first = wang.page("/matters/")
    second = wang.page(next(link for link in first.links if "before=" in link))
    shown = [link for page in (first, second) for link in page.links if re.fullmatch(r"/matters/\d+", link)]
    assert len(shown) == len(set(shown)) == len(numbers)
    assert strange[:3] not in [text.strip()[:3] for page in (first, second) for text in page.texts]


# ── empty phrases


PUBLIC_TEXTS = {  # step: who takes it, and its fields
    "answer": ("li", {"point": "1", "outcome": "done"}),
    "settle": ("li", {"outcome": "done"}),
    "decline": ("he", {}),
    "alarm": ("he", {}),
    "ask": ("li", {}),
    "extend": ("wang", {"days": "3"}),
}


@pytest.mark.parametrize("htmx", [None, "row-1"])
@pytest.mark.parametrize("step", PUBLIC_TEXTS)
def test_an_empty_phrase_is_asked_about_once_and_then_goes_through(app, cast, session, step, htmx):
    who, fields = PUBLIC_TEXTS[step]
    matter = cast.accepted(now())
    session.commit()
    visitor, path = Visitor(app, getattr(cast, who)), f"/matters/{matter.id}/{step}"
    fields = fields | {"text": "您反映的事我们引起高度重视，正在积极协调。"}
    asked = visitor.post(path, fields, htmx)
    page = Page(asked.text)
    assert asked.status_code == 422 and "“高度重视”群众看了还是不知道办了什么" in page.text
    assert "您反映的事我们引起高度重视" in page.text and page.form(path)["fields"]["hint_seen"] == "1"
    again = page.form(path)["fields"] | fields | {"text": "感谢您的理解与支持，加大力度。"}
    assert visitor.send(path, again, htmx).status_code == (303 if htmx is None else 200), "never twice, whatever is sent then"


def test_the_phrase_is_named_beside_whatever_else_is_missing_and_never_again(app, cast, session):
    matter = cast.accepted(now())
    session.commit()
    li, path = Visitor(app, cast.li), f"/matters/{matter.id}/answer"
    page = Page(li.post(path, {"point": "1", "text": "予以解决。"}).text)
    assert "请选一个结果。" in page.text and "“予以解决”" in page.text
    fields = page.form(path)["fields"] | {"point": "1", "outcome": "done", "text": "予以解决。"}
    assert li.send(path, fields).status_code == 303


@pytest.mark.parametrize("text", ["昨天下午我和物业把灯换了。", "重视", "积极", "感谢您。"])
def test_what_says_something_is_not_asked_about(app, cast, session, text):
    matter = cast.accepted(now())
    session.commit()
    fields = {"point": "1", "outcome": "done", "text": text}
    assert Visitor(app, cast.li).post(f"/matters/{matter.id}/answer", fields).status_code == 303


def test_what_breaks_leaves_the_page_as_it_was_typed(another_app, cast, matter, monkeypatch):
    li = Visitor(another_app(TESTING=False), cast.li)
    monkeypatch.setattr(steps.views, "_take", lambda *_args: 1 / 0)
    answer = post(li, f"/matters/{matter.id}/accept", ACCEPT, "row-1")
    assert answer.status_code == 500 and "出了点问题" in answer.text and "<body" not in answer.text
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("#signed-out", "outerHTML")


def test_an_answer_sent_again_after_it_stood_is_told_who_was_first(li, cast, session):
    matter = cast.accepted(now(), points=["灯", "井盖"])
    session.commit()
    fields = li.page(f"/matters/{matter.id}/answer").form(f"/matters/{matter.id}/answer")["fields"]
    fields |= {"point": "1", "outcome": "done", "text": "灯修好了。"}
    assert li.send(f"/matters/{matter.id}/answer", fields).status_code == 303
    again = li.send(f"/matters/{matter.id}/answer", fields)
    assert again.status_code == 409 and "有了新的变化" in again.text and "灯修好了。" in again.text

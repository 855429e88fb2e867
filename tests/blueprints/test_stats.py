"""The page of the rate: it says what a second count says, to whom it may, and keeps an upper level's formula beside it."""

import random
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, insert, select, text

from blueprints.stats.forms import thousandths
from models.arrivals import arrivals, months_until
from models.asking import CallbackResult, Rating
from models.audit import AuditLine
from models.base import beijing_date, now
from models.callback import Callback
from models.contact import Channel
from models.life import Door, Kind, State
from models.matter import Matter
from models.officer import Role
from models.point import Echo, Outcome, Point
from models.satisfaction import Formula
from models.task import Task, TaskState
from tests.cast import DAY, MONDAY
from tests.visitor import Page, Visitor

SECOND = timedelta(seconds=1)
KINDS = [Kind.REQUEST, Kind.QUESTION, Kind.SUGGESTION, Kind.COMPLAINT]
RATED = [Rating.SATISFIED] * 7 + [Rating.FAIRLY, Rating.FAIRLY, Rating.UNSATISFIED]
ENDINGS = [(CallbackResult.RATED, rating) for rating in RATED] + [
    (result, None) for result in CallbackResult if result is not CallbackResult.RATED
]


@pytest.fixture
def scattered(cast, session):
    """Ninety matters with up to three callbacks each, over two months and all units, as bare rows."""
    chance = random.Random(20261116)
    units = [cast.station.id] * 4 + [cast.elsewhere.id] * 2 + [cast.bureau.id]
    for n in range(90):
        row = {"uid": f"{n:032}", "number": f"10126{n:06}", "version": 1, "urgent": False, "summary": "路灯不亮"}
        row |= {"station_id": chance.choice(units), "kind": chance.choice(KINDS), "body": "", "place": "", "notice": ""}
        row |= {"reply_by": Channel.CARD, "door": Door.FORM, "submission": str(uuid4()), "received_at": MONDAY - 60 * DAY}
        ended = n % 9 == 0
        row |= {"state": State.SIGNED_OFF if ended else State.CALLED_BACK, "closed_at": MONDAY if ended else None}
        matter = session.execute(insert(Matter.__table__).values(row).returning(Matter.id)).scalar()
        point = {"matter_id": matter, "ordinal": 1, "outcome": Outcome.CANNOT, "answer": "办不了。", "moves": 0}
        point |= {"echo": Echo.NOT_SOLVED, "confirmed_by": chance.choice([None, Role.HEAD, Role.BUREAU])}
        session.execute(insert(Point.__table__).values(point))
        at = MONDAY - chance.randrange(70 * 24 * 60) * timedelta(minutes=1)
        for _n in range(chance.choice([1, 1, 2, 3])):
            _asked(session, matter, chance, at)
            at += chance.randrange(20 * 24 * 60) * timedelta(minutes=1)
    session.commit()


def _asked(session, matter, chance, at):
    result, rating = chance.choice(ENDINGS) if chance.random() < 0.9 else (None, None)
    row = {
        "kind": "callback",
        "uid": uuid4().hex,
        "version": 1,
        "matter_id": matter,
        "made_at": at,
        "urgent": False,
        "area": "",
    }
    row |= {"station_id": 1, "reserved": False, "ended_at": at, "state": TaskState.DONE if result else TaskState.CALLED_OFF}
    callback = {"id": session.execute(insert(Task.__table__).values(row).returning(Task.id)).scalar(), "tried": []}
    callback |= {
        "channel": Channel.CARD,
        "result": result,
        "rating": rating,
        "typed_by_staff": bool(rating) and chance.random() < 0.4,
    }
    later = chance.choice([timedelta(), 3 * DAY])  # a word after silence
    session.execute(insert(Callback.__table__).values(callback | {"rated_at": at + later if rating else None}))


def second_count(session, since, until):
    """By unit and kind, from all the rows there are, in Python alone: counts of what was said, and by whom it was typed."""

    def rows(table):
        return [row._mapping for row in session.execute(text(f"SELECT * FROM {table}"))]

    def day(moment):
        moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        return (
            (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("UTC"))).astimezone(ZoneInfo("Asia/Shanghai")).date()
        )

    matters, tasks, points = {m["id"]: m for m in rows("matter")}, {t["id"]: t for t in rows("task")}, rows("point")
    last = {}
    for callback in sorted(rows("callback"), key=lambda row: row["id"]):
        task = tasks[callback["id"]]
        if callback["result"] and since <= day(callback["rated_at"] or task["ended_at"]) <= until:
            last[task["matter_id"]] = callback
    counts = {}
    for id, callback in last.items():
        matter = matters[id]
        left = [p for p in points if p["matter_id"] == id and p["echo"] == "not_solved" and p["confirmed_by"] == "bureau"]
        said = "unsatisfied" if matter["state"] == "signed_off" and left else callback["rating"] or callback["result"]
        who = "typed" if callback["typed_by_staff"] else "own"
        for unit in (matter["station_id"], "sum") if matter["kind"] != "complaint" else ("complaints",):
            counts.setdefault(unit, Counter()).update([said, (who, said)])
    return counts


def percent(counts, *words, of=lambda word: word):
    n = sum(counts[of(word)] for word in ("satisfied", "fairly", "unsatisfied"))
    if n < 10:
        return None
    return (Decimal(100 * sum(counts[of(word)] for word in words)) / n).quantize(Decimal("0.1"), ROUND_DOWN)


def expected(name, said):
    """The cells of its rows in the three tables."""
    rated = ("satisfied", "fairly", "unsatisfied")
    own, typed = (percent(said, "satisfied", "fairly", of=lambda word, who=who: (who, word)) for who in ("own", "typed"))
    of_own, of_typed = (sum(said[who, word] for word in rated) for who in ("own", "typed"))
    rate = percent(said, "satisfied", "fairly")
    mark = "" if rate is None else " 达到90%的要求" if rate >= 90 else " 低于90%的要求"
    gap = "不满10件"
    if None not in (own, typed):
        gap = f"代填的{'高' if typed > own else '低'}{abs(typed - own)}个百分点" if own != typed else "一样"
    others = said.total() // 2 - sum(said[word] for word in (*rated, "unreachable", "refused"))  # each is in it twice
    return [
        [
            name,
            str(of_own + of_typed),
            *(str(said[word]) for word in rated),
            shown(rate) + mark,
            shown(percent(said, "satisfied")),
        ],
        [name, told_by(of_own, own), told_by(of_typed, typed), gap],
        [name, str(said["unreachable"]), str(said["refused"]), str(others)],
    ]


def shown(share):
    return "不满10件" if share is None else f"{share}%"


def told_by(n, share):
    return f"{n}件" if share is None else f"{n}件 {share}%"


def tables(visitor, query):
    """The cells of the body of each table of ratings, as they read."""
    html = visitor.get(f"/stats?{query}").text
    html = re.sub(r'<table id="arrivals".*?</table>', "", html, flags=re.S)
    bodies = re.findall(r"<tbody>(.*?)</tbody>", html, re.S)
    return [[_cells(row) for row in re.findall(r"<tr>(.*?)</tr>", body, re.S)] for body in bodies]


def _cells(row):
    return [" ".join(re.sub(r"<.*?>", " ", cell).split()) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]


@pytest.mark.parametrize("query", ["since=2026-09-01&until=2026-12-31", "since=2026-11-02&until=2026-11-15"])
def test_the_page_says_what_a_second_count_says(app, cast, session, scattered, query):
    since, until = (date.fromisoformat(pair.split("=")[1]) for pair in query.split("&"))
    counts = second_count(session, since, until)
    names = {cast.bureau.id: "云溪县公安局", cast.station.id: "城南派出所", cast.elsewhere.id: "河东派出所", "sum": "合计"}
    told = {unit: expected(name, counts.get(unit, Counter())) for unit, name in names.items()}
    complaints = [[row] for row in expected("合计", counts["complaints"])]
    by_table = [[told[unit][n] for unit in names] for n in range(3)]
    assert tables(Visitor(app, cast.gao), query) == by_table + complaints
    assert tables(Visitor(app, cast.wang), query) == [[row] for row in told[cast.station.id]]
    assert any("%的要求" in row[5] for row in by_table[0]) and by_table[0][1][1] != "0", "there is something to compare"


def test_a_head_reads_nothing_of_complaints_nor_of_another_station(app, cast, scattered):
    page = Visitor(app, cast.wang).page("/stats?since=2026-09-01&until=2026-12-31")
    assert "投诉" not in page.text and "河东派出所" not in page.text and "上级的算法" not in page.text
    assert [
        name for name in vars(cast) if getattr(cast, name) in cast.everyone() and getattr(cast, name).name in page.text
    ] == ["wang"]


def test_the_bureau_names_a_formula_and_all_read_it_beside_ours(app, cast, session, scattered):
    gao, query = Visitor(app, cast.gao), "since=2026-09-01&until=2026-12-31"
    ours = [row[:7] for row in tables(gao, query)[0]]
    assert gao.post("/stats/formula", {"title": "市局口径", "fairly": "０．５"}, page="/stats").status_code == 303
    said = second_count(session, date(2026, 9, 1), date(2026, 12, 31))[cast.station.id]
    n = said["satisfied"] + said["fairly"] + said["unsatisfied"]
    share = (Decimal(100 * said["satisfied"] + 50 * said["fairly"]) / n).quantize(Decimal("0.1"), ROUND_DOWN)
    wang = Visitor(app, cast.wang)
    assert tables(wang, query)[0] == [[*ours[1], f"{share}%"]]
    assert "市局口径（基本满意×0.5）" in wang.page(f"/stats?{query}").text
    assert gao.page("/stats").form("/stats/formula")["fields"]["fairly"] == "0.5"
    gao.post("/stats/formula", {"title": "", "fairly": ""}, page="/stats")
    session.rollback()
    assert session.scalars(select(Formula)).all() == []
    assert session.scalar(select(func.count()).where(AuditLine.action == "keep_formula")) == 2


def test_a_share_is_read_however_it_is_written():
    written = {"0.5": 500, "0,5": 500, "０．５": 500, "0。5": 500, ".5": 500, "0.125": 125, "1": 1000, "0": 0, "1.0": 1000}
    assert {typed: thousandths(typed) for typed in written} == written
    refused = ("", ".", "1.5", "1.001", "2", "-0", "1e-1", "0.1234", "一半", "50%", "nan", "0 5")
    assert [typed for typed in refused if thousandths(typed) is not None] == []


def test_what_is_no_formula_is_refused_beside_its_field_and_stays_as_typed(app, cast, session):
    gao = Visitor(app, cast.gao)
    for title, fairly in (("市局口径", "1.5"), ("市局口径", ""), ("", "0.5"), ("长" * 21, "1"), ("市\x00局", "1")):
        answer = gao.post("/stats/formula", {"title": title, "fairly": fairly}, page="/stats")
        assert answer.status_code == 422 and "有错误" in Page(answer.text).title
        fields = Page(answer.text).form("/stats/formula")["fields"]
        assert fields["fairly"] == fairly and (fields["title"] == title or "\x00" in title)
    assert session.scalars(select(Formula)).all() == []


def test_a_period_that_is_none_is_said_and_this_month_is_shown(app, cast):
    wang, first = Visitor(app, cast.wang), beijing_date(now()).replace(day=1)
    for query in ("since=2026-11-02", "until=2026-11-02", "since=2026-11-02&until=2026-11-01", "until=gestern", "period=ever"):
        page = wang.page(f"/stats?{query}")
        assert ("有错误" in page.title) == ("period" not in query), query
        assert f"{first.year}年{first.month}月1日到" in page.text, query


def test_the_doors_of_six_months_are_counted_for_the_own_unit_and_without_complaints(app, cast, session):
    """A month begins at midnight in Beijing; what was received before the six is left out, and so is what lies elsewhere."""
    today, first = date(2026, 11, 16), datetime(2026, 10, 31, 16, tzinfo=UTC)  # 00:00 on 1 November in Beijing
    for at, door in ((first, Door.PLATE), (first - SECOND, Door.PLATE), (MONDAY, Door.PLATE), (MONDAY, Door.GROUP)):
        cast.make.card(cast.gangnan, at=at, door=door)
    cast.make.card(cast.gangnan, at=datetime(2026, 5, 31, 16, tzinfo=UTC) - SECOND, door=Door.PHONE)
    cast.make.card(cast.gangnan, at=MONDAY, kind=Kind.COMPLAINT, about=cast.li.name, door=Door.VISIT)
    cast.make.card(cast.hedong, at=MONDAY, door=Door.ECHO_CARD)
    months = months_until(today)
    assert [(day.month, day.day) for day in months] == [(6, 1), (7, 1), (8, 1), (9, 1), (10, 1), (11, 1)]
    wang = arrivals(session, cast.wang, months, today)
    assert wang == {Door.PLATE: [0, 0, 0, 0, 1, 2], Door.GROUP: [0, 0, 0, 0, 0, 1]}
    assert arrivals(session, cast.gao, months, today) == wang | {Door.ECHO_CARD: [0, 0, 0, 0, 0, 1]}


def test_the_figures_show_by_which_door_matters_came(app, cast, session):
    cast.make.card(cast.gangnan, at=now(), door=Door.PLATE)
    session.commit()
    page = Visitor(app, cast.wang).get("/stats").text
    assert "事情是从哪里来的" in page and "门牌二维码" in page and "空白回音卡" not in page

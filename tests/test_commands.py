"""The commands that a station and its checks rely on."""

import json
import stat

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select, text

from app import create_app
from blueprints.extensions import db
from models.asking import CallbackResult, Rating
from models.audit import AuditLine
from models.base import now
from models.contact import Contact, Reachable
from models.life import State
from models.matter import Matter
from models.officer import Officer
from models.photo import Drawn, Photo
from models.portrait import Portrait
from models.sealed import unseal
from models.signin import SignIn, new_totp, totp_secret
from tests.cast import DAY, MONDAY
from tests.conftest import KEYS, on_disk
from tests.models.test_photo import picture, stored
from tests.visitor import Visitor


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(args=words)


def test_demo_prints_sign_ins_and_examples_that_work(demo, app, session):
    made = json.loads(demo)
    assert [account["username"] for account in made["accounts"]] == (
        [
            "bureau",
            "head1",
            "deputy1",
            "desk1",
            "officer1a",
            "officer1b",
            "auxiliary1",
            "head2",
            "officer2a",
            "head3",
            "officer3a",
            "admin",
            "auditor",
        ]
    )
    [password] = {account["password"] for account in made["accounts"]}
    assert (password == "demo-password") == (session.bind.dialect.name == "sqlite") and len(password) >= 12
    assert all(account["totp"] for account in made["accounts"])
    assert [station["number"] for station in made["stations"]] == ["101", "102", "103"]
    for station in made["stations"]:
        chen = Visitor(app)
        assert chen.post("/card", station["card"]).status_code == 303
        assert (
            station["plate"]
            and chen.page(f"/d/{station['plate']}").form("/suggest")["fields"]["community"] == station["community"]
        )
        if station["contact_card"]:
            assert "联系卡" in chen.page(f"/o/{station['contact_card']}").text
        assert station["community"] in chen.page("/suggest").form("/suggest")["choices"]["community"]
    li = Visitor(app)
    assert li.post("/login", {"username": "officer1a", "password": password}).status_code == 303


def test_demo_again_keeps_the_data_and_the_password(run, demo):
    assert json.loads(demo)["accounts"] and run("demo", "--json").stdout == demo


def test_demo_with_another_password_ends_the_sessions_and_spares_other_accounts(run, session, demo):
    run("user", "add", "newcomer", "--name", "新人", "--role", "officer", "--unit", "101", "--password", "her own")
    hashes = dict(session.execute(select(Officer.username, Officer.password_hash)).all())
    SignIn.begin(session, session.scalars(select(Officer).where(Officer.username == "head1")).one(), now())
    session.commit()
    told = json.loads(run("demo", "--password", "two", "--json").stdout)
    session.expire_all()
    assert all(sign_in.ended for sign_in in session.scalars(select(SignIn)))
    assert "newcomer" not in [account["username"] for account in told["accounts"]]
    changed = dict(session.execute(select(Officer.username, Officer.password_hash)).all())
    assert changed["newcomer"] == hashes["newcomer"] and changed["head1"] != hashes["head1"]


def test_demo_stays_away_from_a_real_station(run, cast, session):
    done = run("demo")
    assert done.exit_code != 0 and "stays away" in done.output
    session.rollback()
    assert session.scalars(select(Matter)).all() == []


def test_policies_names_every_route_and_step(run):
    told = json.loads(run("policies", "--json").stdout)
    assert {"endpoint": "queue.queue", "rule": "/queue", "methods": ["GET"], "policy": "staff"} in told["routes"]
    accept = next(step for step in told["steps"] if (step["record"], step["step"]) == ("matters", "accept"))
    assert (accept["from"], accept["to"]) == (["received"], ["in_hand"]) and "desk" in accept["who"]


def test_tick_lapses_what_is_over_once(run, cast, session, time_machine):
    matter = cast.answered(MONDAY)
    session.commit()
    time_machine.move_to(MONDAY + 6 * DAY)
    assert run("tick").stdout == "0 callbacks lapsed.\n"
    time_machine.move_to(MONDAY + 8 * DAY)
    assert run("tick").stdout == "1 callbacks lapsed.\n"
    assert run("tick").stdout == "0 callbacks lapsed.\n"
    session.expire_all()
    assert matter.state is State.CALLED_BACK and matter.last_callback.result is CallbackResult.SILENT


def test_tick_erases_what_is_personal_90_days_after_the_end(run, cast, session, time_machine):
    matter = cast.answered(MONDAY, contact=Reachable("陈静", "0000-5550142"))
    cast.step(matter, "rate", matter.cards[0], MONDAY, rating=Rating.SATISFIED, solved=[1])
    cast.step(matter, "sign_off", cast.wang, MONDAY)
    session.commit()
    for days, kept in ((89, 1), (91, 0), (92, 0)):
        time_machine.move_to(MONDAY + days * DAY)
        run("tick")
        session.rollback()
        assert len(session.scalars(select(Contact)).all()) == kept
    session.expire_all()
    assert [entry.actor for entry in matter.entries if entry.step == "erase"] == ["clock"]


def test_an_account_is_opened_and_closed_with_a_line_in_the_log(run, app, cast, session):
    assert (
        run("user", "add", "new", "--name", "新人", "--role", "officer", "--unit", "101", "--password", "long enough").exit_code
        == 0
    )
    new = Visitor(app)
    assert new.post("/login", {"username": "new", "password": "long enough"}).status_code == 303
    Portrait.put(
        session,
        session.scalars(select(Officer).where(Officer.username == "new")).one(),
        Drawn(stored(picture()), 120, 80),
        now(),
    )
    session.commit()
    assert run("user", "close", "new").exit_code == 0
    assert session.scalars(select(Portrait.uid)).all() == [], "it is not there again with the account"
    assert new.get("/queue").status_code == 303
    told = set(session.execute(select(AuditLine.action, AuditLine.detail)).tuples())
    assert {("user_add", "role=officer"), ("user_close", None)} <= told


def test_an_auxiliary_is_led_by_an_officer_of_the_same_unit(run, cast):
    def add(role, *leader):
        words = ("user", "add", f"new-{role}", "--name", "新人", "--role", role, "--unit", "101", "--password", "long enough")
        return run(*words, *leader).exit_code == 0

    assert not add("auxiliary") and not add("auxiliary", "--led-by", "sun") and not add("auxiliary", "--led-by", "wang")
    assert not add("desk", "--led-by", "li")
    assert add("auxiliary", "--led-by", "li")


def test_audit_verify_holds_and_says_where_it_breaks(run, cast, session):
    cast.accepted(now())
    session.commit()
    assert run("audit", "verify").stdout == "2 lines, the chain holds.\n"


def test_keys_rotate_seals_everything_anew_while_the_app_runs(another_app, settings, cast, session, tmp_path):
    """The key stands in a file; another process of the app, started before, goes on with the ring as it is now."""
    folder = tmp_path / "ring"
    rotating, running = (another_app(DATA_DIR=str(folder), CONTACT_KEY="") for _ in range(2))
    keys, before = running.extensions["keys"], running.extensions["keys"].contact
    secret = new_totp(keys, cast.li)
    session.commit()
    for rotation in (1, 2):
        assert "first contact key" in rotating.test_cli_runner().invoke(args=["keys", "rotate"]).stdout
        session.expire_all()
        assert totp_secret(keys, cast.li) == secret
        assert len(keys.contact) == 2 and (before[0] in keys.contact) == (rotation == 1)
        with pytest.raises(InvalidTag):
            unseal(before, cast.li.totp_sealed, table="officer", uid=cast.li.uid, field="totp")
    assert stat.S_IMODE((folder / "contact.key").stat().st_mode) == 0o600


def test_keys_of_the_environment_are_rotated_by_whoever_set_them(another_app, cast, session):
    old, both = "aa" * 32, "bb" * 32 + "," + "aa" * 32
    secret = new_totp(another_app(CONTACT_KEY=old).extensions["keys"], cast.li)
    session.commit()
    another_app(CONTACT_KEY=both).test_cli_runner().invoke(args=["keys", "rotate"])
    session.expire_all()
    assert totp_secret(another_app(CONTACT_KEY="bb" * 32).extensions["keys"], cast.li) == secret


def test_after_a_tick_nothing_of_an_erased_photo_is_on_the_disk(run, app, cast, session):
    """Photos are not sealed: erased rows are overwritten, and the write-ahead log is emptied."""
    photo = b"canary in a photo " * 500
    matter = cast.make.card(cast.gangnan, photos=[Drawn(photo, 4, 3)]).matter
    session.commit()
    cast.step(matter, "erase", matter.cards[0], MONDAY)
    session.commit()
    session.close()
    run("tick")
    assert session.scalars(select(Photo)).all() == []
    if session.bind.dialect.name == "sqlite":  # PostgreSQL's own vacuum takes care of its files
        kept = on_disk(session)
        assert kept and b"canary in a photo" not in kept


@pytest.mark.parametrize("revision", ["", "0001"], ids=["nothing", "an older version"])
def test_every_command_says_what_to_run_first_on_a_database_that_is_not_ready(revision, tmp_path):
    app = create_app(KEYS | {"DATA_DIR": str(tmp_path)})
    run = app.test_cli_runner().invoke
    with app.app_context(), db.engine.begin() as connection:
        if revision:
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
            connection.execute(text(f"INSERT INTO alembic_version VALUES ('{revision}')"))
    for words in (
        "setup --bureau 云溪县公安局 --phone 0000-5550000", f"import plates {__file__}", "demo", "grow --matters 1", "tick", "user list",
        "user add li --name 李 --role officer --unit 101 --password x", "user totp li", "user close li", "audit verify", "keys rotate",
    ):  # fmt: skip
        done = run(args=words.split())
        said = "Error: The database is not ready for this version: run `flask db upgrade` first.\n"
        assert (done.exit_code, done.output) == (1, said), words
    assert run(args=["policies"]).exit_code == 0
    with app.app_context():
        db.engine.dispose()


def test_an_empty_database_begins_with_a_bureau_and_one_administrator(run, app):
    code = run("setup", "--bureau", "云溪县公安局", "--phone", "0000-5550000").stdout.strip()[-14:]
    admin = Visitor(app)
    chosen = {"username": "admin", "code": code, "password": "一个很长很长的密码吧", "again": "一个很长很长的密码吧"}
    assert admin.post("/activate", chosen).status_code == 200
    assert admin.post("/login", {"username": "admin", "password": chosen["password"]}).location == "/admin/"
    station = {"number": "101", "name": "城南派出所", "duty_phone": "0000-5550110"}
    assert admin.post("/admin/units/new", station).status_code == 303
    assert "already" in run("setup", "--bureau", "x", "--phone", "1").output


def test_a_password_given_at_the_terminal_takes_the_place_of_a_code(run, app):
    run("setup", "--bureau", "云溪县公安局", "--phone", "0000-5550000")
    run("user", "password", "admin", "--password", "long enough")
    assert Visitor(app).post("/login", {"username": "admin", "password": "long enough"}).location == "/admin/"

"""flask demo, flask grow, flask import, flask policies, flask user …"""

import json
import secrets
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import click
from flask import current_app

from blueprints import answers
from blueprints.admin import bp
from blueprints.extensions import db
from models import audit, grow_visits, rules
from models import demo as demo_station
from models import grow as growth
from models.about import About
from models.base import now, writing
from models.import_kinds import KINDS
from models.importing import CROSSED, Effect, FaultyRow, Packed, Sums, bring_in, bureaus, try_out
from models.leaving import let_go
from models.matter import Matter
from models.officer import Officer, Role
from models.place import ContactCard, Plate
from models.portrait import Portrait
from models.sealed import seal_anew, sealed_fields
from models.signin import await_activation, end_all, hash_password, new_code, new_totp, totp_secret
from models.steps import SHELVES, Fault
from models.task import Task
from models.unit import Community, Unit, UnitKind


@bp.cli.command("demo")
@click.option("--password", help="For all accounts of the demo; without it one is made up and kept.")
@click.option("--json", "as_json", is_flag=True, help="Sign-ins and examples for programs.")
def demo(password, as_json):
    """Make the demo station in an empty database, or show its sign-ins again."""
    keys = current_app.extensions["keys"]
    if current_app.extensions["gateway"]:
        raise click.ClickException("The demo's residents are invented: it sends no texts. Unset HUIYIN_SMS_URL.")
    password = password or (None if _is_demo() else secrets.token_urlsafe(9))
    password_hash = password and hash_password(password)
    writing(db.session)
    try:
        if not _is_demo():
            demo_station.make(db.session, keys, password, password_hash, now())
        elif password:
            demo_station.set_password(db.session, password, password_hash, now())
    except demo_station.NotADemo:
        raise click.ClickException("This database holds a real station; the demo stays away from it.") from None
    db.session.commit()
    facts = _demo_facts(keys)
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    for account in facts["accounts"]:
        click.echo(
            f"  {account['username']:<12}{account['password']:<16}{account['name']}（{account['role_name']}，{account['unit']}）"
        )
    for station in facts["stations"]:
        click.echo(f"  回音卡 {station['card']['number']}  查询码 {station['card']['code']}  {station['name']}")


@bp.cli.command("grow")
@click.option("--matters", type=click.IntRange(0), default=0, help="How many more.")
@click.option("--visits", type=click.IntRange(0), default=0, help="How many more.")
def grow(matters, visits):
    """Make a demo database large, to try out how the app bears it."""
    if not _is_demo():
        raise click.ClickException("Only a demo database may grow, one that `flask demo` made; this is none.")
    if not matters and not visits:
        raise click.UsageError("Say how many: --matters N, --visits N.")
    wanted = (("matters", growth, matters), ("visits", grow_visits, visits))
    for what, kind, count in wanted:
        if count:
            _grow(kind, count, what)
    tasks, all_matters = (db.session.scalar(db.select(db.func.count(table.id))) for table in (Task, Matter))
    all_visits = db.session.scalar(db.select(db.func.count()).where(Task.kind == "visit"))
    click.echo(f"{all_matters} matters with {tasks} tasks, {all_visits} of them visits.")


def _grow(kind, count: int, what: str) -> None:
    """So many more of a kind, a portion in each write."""
    copies = kind.plan(db.session, count, now())
    writing(db.session)
    audit.note(db.session, at=now(), by=None, action="grow", detail=f"{count} {what}")
    db.session.commit()
    for first in range(0, count, growth.AT_ONCE):
        writing(db.session)
        kind.add(db.session, copies[first : first + growth.AT_ONCE])
        db.session.commit()


def _is_demo() -> bool:
    return db.session.get(About, "demo") is not None


def _demo_facts(keys) -> dict:
    password = db.session.get(About, "demo").value
    stations = []
    for unit in db.session.scalars(db.select(Unit).filter_by(kind=UnitKind.STATION).order_by(Unit.number)):
        card = demo_station.open_card(db.session, unit)
        community = db.session.scalars(db.select(Community).filter_by(station_id=unit.id).order_by(Community.code)).first()
        stations.append(
            {
                "number": unit.number,
                "name": unit.name,
                "community": community.code,
                "plate": db.session.scalar(db.select(Plate.code).filter_by(community_id=community.id, shared=True)),
                "contact_card": db.session.scalar(db.select(ContactCard.code).filter_by(post_id=community.post_id)),
                "card": {"number": card.number, "code": card.code(keys.card)} if card else None,
            }
        )
    accounts = [
        {
            "username": officer.username,
            "password": password,
            "totp": totp_secret(keys, officer),
            "name": officer.name,
            "role": officer.role.code,
            "role_name": str(officer.role.label),
            "unit": officer.unit.name,
        }
        for officer in db.session.scalars(db.select(Officer).order_by(Officer.id))
        if officer.username in demo_station.USERNAMES
    ]
    return {"accounts": accounts, "stations": stations}


@bp.cli.command("import")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would come of it.")
def import_sheet(kind, file, dry_run):
    """Set up from a spreadsheet, .xlsx, .xls or .csv: all of its rows, or none where one is faulty."""
    kind, at = KINDS[kind], now()
    try:
        with file.open("rb") as opened:
            packed = Packed.of(kind, opened.read(rules.SHEET_BYTES + 1))
    except Fault as fault:
        raise click.ClickException(answers.say(fault.message, fault.values)) from None
    faulty: list[FaultyRow] = []
    sums = _run("Checking", packed.rows, try_out(db.session, kind, packed.cells, at, faulty.append))
    db.session.rollback()
    for row in sorted(faulty):
        for heading, fault in row.faults:
            click.echo(f"第{row.row}行 {heading}：{answers.say(fault.message, fault.values)}", err=True)
    if faulty:
        raise click.ClickException(f"{len(faulty)} of {packed.rows} rows are faulty; nothing was brought in.")
    if not dry_run:
        writing(db.session, *bureaus(db.session))
        try:
            sums = _run("Bringing in", packed.rows, bring_in(db.session, kind, packed.cells, None, at))
            db.session.commit()
        except CROSSED:
            raise click.ClickException("Something was changed meanwhile; nothing was brought in. Please try again.") from None
    told = "Would add {}, change {} and leave {} as they are." if dry_run else "Added {}, changed {}, left {} as they were."
    click.echo(told.format(*(sums.came[word] for word in Effect)))


def _run(what: str, rows: int, steps: Iterator[Sums]) -> Sums:
    with click.progressbar(length=rows, label=what) as bar:
        for sums in steps:
            bar.update(sums.done - bar.pos)
    return sums


@bp.cli.command("policies")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def policies(as_json):
    """Print who may enter each route and take each step, as declared."""
    routes = [
        {
            "endpoint": rule.endpoint,
            "rule": rule.rule,
            "methods": sorted(rule.methods - {"HEAD", "OPTIONS"}),
            "policy": current_app.view_functions[rule.endpoint].policy.name,
        }
        for rule in sorted(current_app.url_map.iter_rules(), key=lambda rule: rule.rule)
    ]
    steps = [
        {
            "record": shelf,
            "step": step.name,
            "from": [state.code for state in step.frm],
            "to": [state.code for state in step.to],
            "who": [who.name for who in step.by],
        }
        for shelf, record in sorted(SHELVES.items())
        for step in record.steps.values()
    ]
    if as_json:
        click.echo(json.dumps({"routes": routes, "steps": steps}, ensure_ascii=False, indent=2))
        return
    for route in routes:
        click.echo(f"{'/'.join(route['methods']):<10}{route['rule']:<50}{route['policy']}")
    for step in steps:
        click.echo(
            f"{step['record']}.{step['step']}: {', '.join(step['from'])} > {', '.join(step['to'])} by {', '.join(step['who'])}"
        )


@bp.cli.command("setup")
@click.option("--bureau", required=True, help="The bureau's name.")
@click.option("--phone", required=True, help="Its duty phone.")
@click.option("--username", default="admin", show_default=True, help="Of the first administrator.")
def set_up(bureau, phone, username):
    """Make the bureau and its first administrator in an empty database; all else is set up on the pages then."""
    code = new_code()
    hashed = hash_password(code)
    writing(db.session)
    if db.session.scalar(db.select(Unit.id).limit(1)):
        raise click.ClickException("There is a bureau already; `flask user add` adds an administrator.")
    unit = Unit(kind=UnitKind.BUREAU, number="000", name=bureau, duty_phone=phone)
    officer = Officer(username=username, name="管理员", title="", role=Role.ADMIN, unit=unit)
    await_activation(officer, hashed, now())
    db.session.add_all([unit, officer])
    db.session.flush()
    _note(officer, "user_add", f"role={officer.role.code}")
    click.echo(f"Choose the password of {username} at /activate within a week, with the code {code}")


@bp.cli.group("user")
def user():
    """Open and close accounts, set passwords and one-time codes."""


def _officer(username: str) -> Officer:
    officer = db.session.scalars(db.select(Officer).filter_by(username=username)).one_or_none()
    if officer is None:
        raise click.ClickException(f"No account is called {username}.")
    return officer


def _note(officer: Officer, action: str, detail: str | None = None) -> None:
    audit.note(db.session, at=now(), by=None, action=action, record=officer, detail=detail)
    db.session.commit()


@user.command("list")
def list_users():
    """All accounts."""
    for officer in db.session.scalars(db.select(Officer).order_by(Officer.id)):
        state = "" if officer.active else "  closed"
        click.echo(f"{officer.username:<16}{officer.role.code:<12}{officer.unit.number}  {officer.name}{state}")


@user.command("add")
@click.argument("username")
@click.option("--name", required=True)
@click.option("--title", default="警官", show_default=True, help="How residents call the owner, after the surname.")
@click.option("--role", required=True, type=click.Choice([role.code for role in Role]))
@click.option("--unit", "number", required=True, help="The three digits of the station or bureau.")
@click.option("--led-by", help="An auxiliary's officer.")
@click.password_option()
def add_user(username, name, title, role, number, led_by, password):
    """Open an account."""
    hashed = hash_password(password)
    writing(db.session)
    unit = db.session.scalars(db.select(Unit).filter_by(number=number)).one_or_none()
    if unit is None:
        raise click.ClickException(f"No unit has the number {number}.")
    if db.session.scalar(db.select(Officer.id).filter_by(username=username)):
        raise click.ClickException(f"There is an account called {username} already.")
    leader = _officer(led_by) if led_by else None
    if (role == Role.AUXILIARY.code) != bool(leader and leader.role is Role.OFFICER and leader.unit_id == unit.id):
        raise click.ClickException("An auxiliary, and nobody else, is --led-by an officer of the same unit.")
    officer = Officer(
        username=username,
        name=name,
        title=title,
        role=Role.of(role),
        unit=unit,
        led_by=leader,
        password_hash=hashed,
    )
    db.session.add(officer)
    db.session.flush()
    _note(officer, "user_add", f"role={officer.role.code}")


@user.command("password")
@click.argument("username")
@click.password_option()
def set_password(username, password):
    """Set a new password; every open session of the account ends."""
    hashed = hash_password(password)
    writing(db.session)
    officer = _officer(username)
    officer.password_hash, officer.activate_by = hashed, None
    end_all(db.session, officer, now())
    _note(officer, "user_password")


@user.command("totp")
@click.argument("username")
def set_totp(username):
    """Ask this account for one-time codes from now on; prints the secret for the owner's phone, once."""
    writing(db.session)
    officer = _officer(username)
    click.echo(new_totp(current_app.extensions["keys"], officer))
    officer.totp_on, officer.totp_used = True, None
    end_all(db.session, officer, now())
    _note(officer, "user_totp")


@user.command("close")
@click.argument("username")
def close_user(username):
    """Close an account, end its sessions and erase its photo; what it wrote stays, what residents wait for is anybody's to take up."""
    writing(db.session)
    officer = _officer(username)
    let_go(db.session, officer, now())
    Portrait.put(db.session, officer, None, now())
    officer.active = False
    end_all(db.session, officer, now())
    _note(officer, "user_close")


@bp.cli.group("keys")
def keys():
    """The keys of what is sealed."""


@keys.command("rotate")
def rotate():
    """Make a new contact key and seal everything with it, while the app runs. The card key never changes.

    Keys given in the environment are the operator's to change, as the README says; this then seals with the first.
    """
    ring = current_app.extensions["keys"]
    with nullcontext() if ring.contact_given else ring.rotating():
        for table in sealed_fields():
            last = 0
            while last is not None:
                writing(db.session)
                last = seal_anew(db.session, ring.contact, table, last)
                db.session.commit()
    writing(db.session)
    audit.note(db.session, at=now(), by=None, action="keys_rotate")
    db.session.commit()
    click.echo("Everything sealed is sealed with the first contact key now.")

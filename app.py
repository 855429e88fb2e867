"""create_app(): settings, extensions, rooms, commands."""

import json
import os
import re
import traceback
from functools import cache, update_wrapper
from pathlib import Path
from urllib.parse import parse_qsl

import click
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, request
from flask.cli import with_appcontext
from gunicorn.http.errors import ParseException
from htmx_flask.requests import HtmxAwareRequest
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter

import models.agency
import models.appointment
import models.batch
import models.campaign
import models.duty
import models.gathering
import models.import_kinds
import models.incident_import
import models.matter
import models.notice
import models.order
import models.pairing
import models.place
import models.privacy_notice
import models.replying
import models.setting
import models.survey
import models.talk
import models.team_task
import models.tier
import models.visit  # noqa: F401  all tables are known from here on
from blueprints import (
    access,
    admin,
    answers,
    appointments,
    audit,
    auth,
    callbacks,
    campaigns,
    cards,
    communities,
    contacts,
    gatherings,
    hall,
    incidents,
    matters,
    messages,
    notices,
    orders,
    pairings,
    paper,
    photos,
    phrases,
    queue,
    review,
    roster,
    start,
    stats,
    steps,
    suggestions,
    surveys,
    talks,
    teams,
    verify,
    visits,
)
from blueprints.extensions import babel, compress, db, limiter, login_manager, migrate
from models import sqlite
from models.gateway import NAMES, Gateway
from models.keys import Keys
from models.steps import SHELVES

ROOT = Path(__file__).parent
ROOMS = (
    start,
    suggestions,
    cards,
    communities,
    verify,
    gatherings,
    notices,
    hall,
    appointments,
    auth,
    queue,
    matters,
    messages,
    visits,
    roster,
    callbacks,
    orders,
    campaigns,
    incidents,
    pairings,
    talks,
    teams,
    contacts,
    photos,
    review,
    stats,
    phrases,
    surveys,
    paper,
    admin,
    audit,
    steps,
)
WITHOUT_DATABASE = ("policies",)  # the commands that need none
TEXTS = (
    "SQLALCHEMY_DATABASE_URI",
    "SECRET_KEY",
    "CARD_KEY",
    "AUDIT_KEY",
    "CONTACT_KEY",
    "DATA_DIR",
    "PREFERRED_URL_SCHEME",
    "PUBLIC_URL",
    *NAMES,
)
HOST = re.compile(r"([^.\s]{1,63}(\.[^.\s]{1,63})*\.?)?")
ORIGIN = re.compile(r"(https?://[^\s/?#@]+)/?")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class FormParser(FormDataParser):
    """Bytes that are no text become U+FFFD in both encodings, for the forms to refuse."""

    def _parse_urlencoded(self, stream, mimetype, content_length, options):
        sent = stream.read(self.max_form_memory_size + 1)
        if len(sent) > self.max_form_memory_size:
            raise RequestEntityTooLarge
        try:
            fields = {"keep_blank_values": True, "errors": "replace", "max_num_fields": self.max_form_parts}
            items = parse_qsl(sent.decode(errors="replace"), **fields)
        except ValueError:
            raise RequestEntityTooLarge from None
        return stream, self.cls(items), self.cls()


class Request(HtmxAwareRequest):
    form_data_parser_class = FormParser

    def _load_form_data(self):
        try:
            super()._load_form_data()
        except (OSError, ParseException):  # a chunked body that is none
            raise BadRequest from None


class Shelf(BaseConverter):
    """The shelf of any record, in an address."""

    regex = "|".join(sorted(SHELVES))


class SoundHost:
    """A host name that is none gets its 400 before anything builds an address from it."""

    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        if HOST.fullmatch(environ.get("HTTP_HOST", "")):
            return self.app(environ, start_response)
        return BadRequest()(environ, start_response)


class Huiyin(Flask):
    def log_exception(self, exc_info):
        """Type and place only: the text of an error may hold what a resident wrote."""
        frames = [
            frame
            for frame in traceback.extract_tb(exc_info[2])
            if Path(frame.filename).is_relative_to(ROOT) and "site-packages" not in frame.filename
        ]
        where = " < ".join(f"{Path(frame.filename).relative_to(ROOT)}:{frame.lineno}" for frame in reversed(frames[-4:]))
        self.logger.error("%s in %s at %s", exc_info[0].__name__, request.endpoint, where)


def _first_asked(group: click.Group) -> None:
    """Every command of ours says plainly where `flask db upgrade` is still to be run, before it does anything."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            _first_asked(command)
        elif name not in WITHOUT_DATABASE:
            command.callback = _on_our_schema(command.callback)


def _on_our_schema(command):
    @with_appcontext
    def asked(**given):
        with db.engine.connect() as connection:
            is_ours = MigrationContext.configure(connection).get_current_revision() == _newest_revision()
        if not is_ours:
            raise click.ClickException("The database is not ready for this version: run `flask db upgrade` first.")
        return command(**given)

    return update_wrapper(asked, command)


@cache
def _newest_revision() -> str:
    return ScriptDirectory(ROOT / "migrations").get_current_head()


for _room in ROOMS:
    _first_asked(_room.bp.cli)


def create_app(overrides: dict | None = None) -> Flask:
    """The app, configured from HUIYIN_… in the environment; `overrides` (same names, no prefix) win."""
    app = Huiyin(__name__, static_folder=None)
    _configure(app, settings(overrides))
    for extension in (db, babel, compress, limiter, login_manager):
        extension.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    app.url_map.converters["shelf"] = Shelf
    app.request_class = Request
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            sqlite.prepare(db.engine)
    answers.init_app(app)
    for room in ROOMS:
        app.register_blueprint(room.bp)
    access.init_app(app)

    @app.after_request
    def _headers(response):
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return app


def settings(overrides: dict | None = None) -> dict:
    """What the operator set: texts as they are, all else as JSON reads it. An empty value is none."""
    environment = {name.removeprefix("HUIYIN_"): value for name, value in os.environ.items() if name.startswith("HUIYIN_")}
    return {name: _read(name, value) for name, value in environment.items() if value} | (overrides or {})


def _read(name: str, value: str):
    try:
        return value if name in TEXTS else json.loads(value.lower())
    except ValueError:
        return value


def origin(address: str) -> str:
    """The public address without its last stroke, or none. An address with more to it is a slip of the operator's."""
    if address and not ORIGIN.fullmatch(address):
        raise ValueError("HUIYIN_PUBLIC_URL is where residents find this app: https://huiyin.example.cn, and no path.")
    return address.rstrip("/")


def _configure(app: Flask, given: dict) -> None:
    folder = Path(given.get("DATA_DIR") or ROOT / "data")
    folder.mkdir(parents=True, exist_ok=True)
    if folder.stat().st_uid == os.getuid():
        folder.chmod(0o700)
    keys = app.extensions["keys"] = Keys.load(folder, given)
    app.extensions["gateway"] = Gateway.of(given)
    uri = given.get("SQLALCHEMY_DATABASE_URI") or f"sqlite:///{folder.resolve()}/huiyin.db"
    https = given.get("PREFERRED_URL_SCHEME") == "https"
    app.config.update(
        RATELIMIT_ENABLED=True,
        REQUIRE_TOTP=False,
        MAX_CONTENT_LENGTH=1_000_000,
        MAX_FORM_PARTS=200,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="zh_Hans_CN",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_NAME="__Host-huiyin" if https else "huiyin",
        COMPRESS_STREAMS=False,  # what is told piece by piece arrives so
        COMPRESS_MIMETYPES=["text/html", "text/css", "text/javascript", "image/svg+xml"],
    )
    app.config.update(given)
    app.config["PUBLIC_URL"] = origin(given.get("PUBLIC_URL") or "")
    app.config.update(
        SECRET_KEY=keys.secret,
        DATA_DIR=folder,
        SQLALCHEMY_DATABASE_URI=uri.replace("postgresql://", "postgresql+psycopg://", 1),
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True, "pool_pre_ping": uri.startswith("postgresql")},
    )
    app.jinja_options = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
    app.wsgi_app = SoundHost(app.wsgi_app)
    if proxies := int(given.get("TRUSTED_PROXIES") or 0):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)

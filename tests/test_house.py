"""The house is built as described: layers, parts, names, and the line that is never crossed."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, inspect

from blueprints.extensions import db
from blueprints.forms import FORMS
from models.base import Base
from models.steps import SHELVES, Step, Stepped
from models.task import Task, TaskState, kinds

ROOT = Path(__file__).parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

# What one row of each table is. A new table fails here until somebody says what its row is, and it is never a resident.
TABLES = {
    "answer_template": "an answer that a station often gives",
    "about": "a fact about the database",
    "agency": "somebody else who may be asked",
    "agreement": "an agreed point of a talk",
    "agreement_word": "what one side said of it",
    "appointment": "one time that somebody comes to talk",
    "audit_head": "the end of the audit chain",
    "audit_line": "something somebody did",
    "callback": "one callback",
    "campaign": "what heads want to know about closed matters",
    "card_batch": "blank cards that were numbered at once",
    "card_counter": "the last number of a station's year",
    "category": "what matters are about",
    "community": "a place",
    "contact": "how one record's resident can be reached, sealed",
    "contact_card": "the card of a post",
    "day_exception": "a day of the calendar",
    "digest": "what a unit's heads read one morning",
    "duty": "a shift of an officer",
    "echo_card": "one card",
    "entry": "a line of a matter's or a talk's ledger",
    "formula": "how an upper level counts a bureau's ratings",
    "gathering": "one gathering: who came, by counts",
    "gateway_event": "something that a gateway told, as a hash",
    "grid": "a place",
    "guide_answer": "a question that many ask, with its answer",
    "handling": "one handling",
    "incident_callback": "one callback about a 110 call",
    "incident_import": "a spreadsheet of 110 calls on its way in",
    "matter": "one thing raised",
    "matter_concerns": "an officer whom a complaint concerns",
    "matter_formerly": "a unit that a matter lay with before",
    "matter_handler": "an officer who handled a matter",
    "month_topic": "what a unit's visits of a month are about",
    "order_counter": "the last number of a unit's orders in a year",
    "message": "one text, without number and words",
    "message_template": "the words of an occasion",
    "notice": "what a station tells everybody, never of a person",
    "notice_community": "where it stands",
    "officer": "an account of the staff",
    "outbox": "how fast texts may go, and whether at all",
    "pairing": "a household that agreed to it, by code and grid",
    "pairing_counter": "the last code of a station's pairings",
    "pairing_duty": "one turn of a pairing's rhythm",
    "photo": "a photo of a matter, a visit, a talk or a gathering",
    "portrait": "the photo of an officer",
    "privacy_notice": "a version of who is responsible for the data",
    "plate": "a QR on a building",
    "point": "one thing in a matter",
    "post": "a post of a station",
    "posting": "an officer on a post",
    "question": "something that a station asks at every door",
    "question_sum": "how often an answer was given in a month",
    "recall": "one closed matter asked about once more",
    "rectification_order": "what is to be mended",
    "room": "a place",
    "setup_sheet": "a spreadsheet of the administrator's, tried out",
    "setting": "a rule that a unit set otherwise",
    "sign_in": "a session of an officer",
    "sign_in_tries": "wrong tries at a user name of the staff",
    "site": "a place that must be visited",
    "tier_link": "who of the staff looks after a place",
    "team_counter": "the last number of a station's slips for its team in a year",
    "team_task": "one outing of the service team, by counts",
    "task_companion": "an officer who goes along",
    "slip": "a slip left where nobody was at home",
    "visit": "one outing to one place",
    "visit_matter": "a matter that a topic visit is about",
    "talk": "what was talked over",
    "talk_callback": "one call to one side of a talk",
    "talk_handling": "going on with a talk",
    "talk_side": "one side of a talk, by a neutral word",
    "task": "something one person must do",
    "unit": "a bureau or station",
}
# All that a matter, its points, entries and cards hold. None of it is the same for two matters of one person.
HELD = {
    "matter": {
        "id", "uid", "number", "version", "state", "station_id", "community_id", "kind", "body", "place", "submission",
        "received_at", "due_at", "closed_at", "summary", "category_id", "handler_id", "grid_id", "door", "urgent",
        "reply_by", "daypart", "notice", "about", "earlier",
        "extended_by", "questions", "waits_until", "days_left", "contacted_at", "settled", "news_by", "rating", "receiver_id",
        "shown_as",
    },
    "point": {"id", "matter_id", "ordinal", "text", "outcome", "answer", "until", "moves", "echo", "confirmed_by"},
    "entry": {"id", "matter_id", "talk_id", "at", "actor", "officer_id", "record", "step", "public", "values", "text"},
    "echo_card": {
        "id", "uid", "number", "issue", "version", "state", "shown_by_staff", "station_id", "batch_id", "matter_id", "task_id",
        "side_id",
    },
    "task": {
        "id", "uid", "kind", "state", "version", "station_id", "assignee_id", "matter_id", "talk_id", "made_at", "begins_at",
        "daypart",        "due_at", "ended_at", "urgent", "next", "reserved", "topic", "title", "area", "number",
    },
    "handling": {"id"},
    "talk": {
        "id", "uid", "version", "state", "station_id", "community_id", "held_in", "room_id", "officer_id", "receiver_id", "off_duty",
        "held_at", "held_until", "subject", "present", "outcome", "made_at", "closed_at",
    },
    "talk_side": {"id", "uid", "version", "state", "talk_id", "ordinal", "called", "wants", "name_sealed", "phone_sealed"},
    "agreement": {"id", "talk_id", "ordinal", "text", "side_id", "owner", "until", "replaces_id", "kept"},
    "agreement_word": {"id", "agreement_id", "side_id", "at", "says", "words", "typed_by_staff"},
    "talk_handling": {"id"},
    "talk_callback": {
        "id", "side_id", "asks_on", "channel", "tried", "next_try", "result", "rating", "rated_at", "typed_by_staff",
    },
    "recall": {"id", "campaign_id"},
    "pairing": {
        "id", "uid", "version", "state", "station_id", "officer_id", "code", "community_id", "grid_id", "needs", "line", "consent",
        "consented_on", "phone_sealed", "begun_at", "ended_at", "wanted", "why",
    },
    "pairing_duty": {"id", "pairing_id", "duty", "since", "serial", "how", "line", "done_by_id", "missed"},
    "rectification_order": {"id", "unit_id", "year", "serial", "level", "points", "checker_id", "settled_at"},
    "visit": {
        "id", "sort", "community_id", "grid_id", "site_id", "place", "reason", "theme", "departments", "planned_as", "walk", "why",
        "moves", "went_at", "left_at", "late_because", "households", "units", "people", "leaflets", "deeds", "opinions", "disputes",
        "disputes_settled", "hazards", "hazards_settled", "absent", "surveyed", "raised", "diary", "outcome", "checker_id", "remark",
    },
    "slip": {"id", "uid", "visit_id", "left_on_id", "left_by_id", "left_at", "chosen", "phone_sealed", "erased_at"},
    "appointment": {
        "id", "uid", "submission", "room_id", "community_id", "held_in", "subject", "came", "why", "name_sealed", "phone_sealed",
        "address_sealed",
    },
    "gathering": {
        "id", "sort", "audience", "community_id", "room_id", "place", "planned_as", "announced_at", "why", "coming",
        "taps",  # hashes of the ids of the last 50 forms sent, so that two taps count once; gone once it is written down
        "residents", "cadres", "deputies", "supervisors", "traders", "others", "satisfied", "fairly", "unsatisfied", "raised",
        "reported", "diary", "results", "approved", "published_at", "publisher_id", "withheld",
    },
    "notice": {
        "id", "uid", "version", "state", "station_id", "kind", "title", "body", "shown_until", "author_id", "made_at", "publisher_id",
        "published_at", "ended_by_id", "ended_at", "why",
    },
    "team_task": {
        "id", "unit_id", "year", "serial", "visit_id", "place", "details", "sent_as", "officers", "auxiliaries", "grid_workers",
        "cadres", "guards", "volunteers", "others", "issuer_id", "outcome", "result", "came", "leader_id",
    },
    "contact": {"id", "uid", "matter_id", "name_sealed", "phone_sealed", "address_sealed"},
    "photo": {"id", "uid", "matter_id", "visit_id", "talk_id", "gathering_id", "made_at", "width", "height", "data"},
    "message": {
        "id", "uid", "version", "state", "occasion", "station_id", "matter_id", "incident_id", "callback_id", "made_at", "same_day", "next_try_at",
        "tries", "tried_at", "sent_at", "sent_by_id", "gateway_id", "error", "extension", "reply", "replied_at",
        "phone_hash",  # the same for two texts to one number, for 72 hours after they were sent: so a reply finds its text
    },
    "callback": {"id", "channel", "tried", "next_try", "result", "rating", "rated_at", "typed_by_staff"},
    "incident_callback": {
        "id", "uid", "bureau_id", "community_id", "import_id", "incident_number", "incident_kind", "happened_at", "phone_sealed",
        "words", "asked_by_id", "remedy", "channel", "tried", "next_try", "result", "rating", "rated_at", "typed_by_staff",
    },
    "incident_import": {
        "id", "uid", "submission", "bureau_id", "unit_id", "officer_id", "made_at", "rows", "done", "refused", "lease_until",
        "ended_at", "sheet_sealed",
    },
    "question": {"id", "station_id", "ordinal", "text", "answers", "retired_at"},
    "question_sum": {"question_id", "month", "answer", "count"},
}  # fmt: skip
OF_STAFF = {"officer", "unit"}  # the only tables with names, titles and telephones of people
OF_PEOPLE = re.compile(r"name|phone|mobile|mail|address|birth|sex|gender|id_?card|identity|wechat|plate|agent|ip$", re.I)


def test_rooms_import_models_and_never_each_other():
    done = subprocess.run([Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_every_room_stands_in_the_import_contract():
    rooms = {path.parent.name for path in (ROOT / "blueprints").glob("*/__init__.py")}
    assert rooms == set(re.findall(r'"blueprints\.(\w+)"', (ROOT / "pyproject.toml").read_text()))


def test_models_never_commit():
    for path in (ROOT / "models").glob("*.py"):
        assert ".commit(" not in path.read_text(), path


def test_only_answers_ask_whether_it_is_htmx():
    asking = {path.name for path in (ROOT / "blueprints").rglob("*.py") if "request.htmx" in path.read_text()}
    assert asking == {"answers.py"}


def test_no_state_is_assigned_outside_the_machine():
    for path in [*(ROOT / "models").glob("*.py"), *(ROOT / "blueprints").rglob("*.py")]:
        assigned = re.findall(r"\w+\.state = ", path.read_text())
        assert assigned == (["record.state = "] if path.name == "steps.py" else []), path


@pytest.mark.parametrize("path", [p for p in TEMPLATES if p.name.startswith("_")], ids=lambda path: path.name)
def test_a_part_says_what_it_needs_and_has_one_root_with_an_id(path):
    text = path.read_text()
    assert text.startswith("{# needs "), path
    if path.name in ("_facts.html", "_head.html", "_card.html"):
        return  # inlets of a part, never answered alone
    root = re.search(r"<[a-z]+[^>]*>", text.split("#}", 1)[1])[0]
    assert ' id="' in root, (path, root)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_text_of_a_template_is_wrapped(path):
    bare = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}|<!--.*?-->", "", path.read_text(), flags=re.S)
    assert not re.search(r"[\u4e00-\u9fff]", bare), re.findall(r"[\u4e00-\u9fff]+", bare)


def test_no_step_and_no_method_hide_one_another():
    for record in {*SHELVES.values(), *kinds().values()}:
        every = [(name, value) for base in record.__mro__[:-1] for name, value in vars(base).items()]
        steps = {name for name, value in every if isinstance(value, Step)}
        assert [name for name, value in every if name in steps and not isinstance(value, Step)] == [], record
        mixed_in = [vars(base) for base in record.__mro__[:-1] if not issubclass(base, Stepped)]
        names = [name for own in mixed_in for name, value in own.items() if isinstance(value, Step)]
        assert len(names) == len(set(names)), record


def test_no_field_hides_what_a_form_says_of_itself():
    told = [(form, name) for form in FORMS.values() for base in form.__mro__ for name in getattr(base, "__annotations__", ())]
    said = {form: {name for of, name in told if of is form} for form in FORMS.values()}
    assert all("done" in names for names in said.values())
    assert {(step.name, name) for step, form in FORMS.items() for name in said[form] & set(step.parameters)} == set()


def test_every_kind_of_task_is_whole(app):
    for code, kind in kinds().items():
        assert kind.label and kind.__doc__, code
        shelf, _id = kind.home(type("row", (), {"id": 1, "matter_id": 1, "talk_id": 1, "ended_at": None}))
        assert (ROOT / "templates" / shelf / "_facts.html").exists(), f"{code} has no _facts.html"
        assert set(kind.next_step) <= {TaskState.PLANNED, TaskState.UNDER_WAY}
        for step in kind.next_step.values():
            assert SHELVES[shelf].steps[step] in FORMS, f"{code}.{step} has no form"


CODE = [*(ROOT / "models").glob("*.py"), *(ROOT / "blueprints").rglob("*.py"), ROOT / "app.py"]


@pytest.mark.parametrize("path", CODE, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_module_and_all_that_is_public_says_what_it_is_for(path):
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree), path
    layer = "models" if path.parent.name == "models" or path.parent.name == "blueprints" else None
    for node in [*tree.body, *(inner for outer in tree.body if isinstance(outer, ast.ClassDef) for inner in outer.body)]:
        named = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        inherited = isinstance(node, ast.FunctionDef) and node.name in INHERITED
        if layer and named and not inherited:
            assert ast.get_docstring(node), f"{path}:{node.lineno} {node.name}"


INHERITED = {  # said once, where the name comes from: SQLAlchemy, WTForms, and our own base classes
    "process_bind_param", "process_result_value", "process_literal_param", "process_formdata", "pre_validate", "validate",
    "home", "waits_for", "seen_by", "write_down", "moved_on", "to_lock", "fit", "fields", "offers",
}  # fmt: skip


@pytest.mark.parametrize("path", CODE, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_text_in_the_code_is_wrapped(path):
    """Chinese stands in docstrings and comments, in names of the demo, and else in _(), _l(), N_()."""
    if path.name in (
        "demo.py",
        "demo_month.py",
        "demo_pairings.py",
        "demo_visits.py",
        "demo_teams.py",
        "demo_topics.py",
        "demo_talks.py",
        "demo_gatherings.py",
        "demo_notices.py",
        "demo_appointments.py",
        "grow.py",
        "grow_visits.py",
        "danger.py",
        "empty_phrases.py",
        "incident_words.py",
        "officer.py",
        "sheet.py",
        "commands.py",
    ):
        return
    tree = ast.parse(path.read_text())
    wrapped = {
        constant
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("_", "_l", "N_")
        for constant in ast.walk(call)
    }
    docstrings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    bare = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node not in wrapped and node not in docstrings
        if isinstance(node.value, str) and re.search(r"[\u4e00-\u9fff]", node.value)
    ]
    assert not bare, bare


# ── matters, not people


def test_no_table_holds_a_person():
    assert set(Base.metadata.tables) == set(TABLES)
    for name, held in HELD.items():
        assert {column.name for column in Base.metadata.tables[name].columns} == held, name


def test_only_the_staff_has_names_and_telephones():
    found = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if OF_PEOPLE.search(column.name) and table.name not in OF_STAFF and not column.name.endswith("_sealed")
    }
    assert found == {
        "community.name",
        "grid.name",
        "post.name",
        "post.phone",
        "room.name",
        "room.address",
        "room.phone",
        "site.name",
        "site.address",
        "site.phone",
        "category.name",
        "agency.name",
        "agency.phone",
        "grid.phone",  # of the service, public
        "setting.name",  # of a rule
        "message.phone_hash",  # keyed, only of a text that asks, erased after 72 hours
    }


def test_no_path_leads_from_one_matter_to_another_of_the_same_resident():
    """Walk all foreign keys: two matters share a place, an officer, a category, a campaign, a batch of cards or nothing; a card
    belongs to one.
    """
    shared = {
        key.column.table.name
        for name in HELD
        for key in Base.metadata.tables[name].foreign_keys
        if key.column.table.name not in HELD
    }
    assert shared == {"unit", "room", "community", "grid", "category", "officer", "campaign", "site", "card_batch"}


def test_a_line_a_card_and_a_task_tell_of_a_matter_or_of_a_talk_and_never_lead_from_one_to_the_other():
    """Two matters that were raised in one talk, by one side, know nothing of it: only these rows may name either, and never both."""
    tables = Base.metadata.tables
    both = {name for name, table in tables.items() if {"matter_id", "talk_id"} <= set(table.columns.keys())}
    assert both == {"entry", "photo", "task"}
    checks = {str(check.sqltext) for name in both for check in tables[name].constraints if isinstance(check, CheckConstraint)}
    assert {"(matter_id IS NULL) <> (talk_id IS NULL)", "matter_id IS NULL OR talk_id IS NULL"} <= checks
    assert not [
        key
        for name in ("talk", "talk_side", "agreement")
        for key in tables[name].foreign_keys
        if key.column.table.name == "matter"
    ]
    assert "talk_id" not in tables["matter"].columns


def test_no_index_leads_to_words_or_places_below_the_grid(app):
    with app.app_context():
        inspector = inspect(db.engine)
        indexed = {
            (table, column)
            for table in HELD
            for index in [*inspector.get_indexes(table), *inspector.get_unique_constraints(table)]
            for column in index["column_names"]
        }
    assert not indexed & {
        ("matter", "body"),
        ("matter", "place"),
        ("point", "text"),
        ("entry", "text"),
        ("message", "phone_hash"),
        ("appointment", "subject"),
    }


def test_the_row_of_a_queue_shows_no_words_of_a_resident(cast, session):
    card = cast.make.card(cast.gangnan, body="独一无二的一句话", points=["独一无二的一件"])
    row = str(session.execute(Task.__table__.select()).all())
    assert "独一无二" not in row and "菜市场南门" not in row and card.number in row


# ── the database is what the models say


def test_the_migrations_build_what_the_models_declare(app):
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []


def test_no_migration_drops_what_only_the_database_knows(app):
    """Batch mode copies tables on SQLite: named checks and AUTOINCREMENT are easily lost on the way."""
    with app.app_context(), db.engine.connect() as connection:
        inspector = inspect(connection)
        for table in Base.metadata.tables.values():
            declared = {check.name for check in table.constraints if isinstance(check, CheckConstraint)}
            assert {check["name"] for check in inspector.get_check_constraints(table.name)} == declared, table.name
            if db.engine.dialect.name == "sqlite" and table.dialect_kwargs.get("sqlite_autoincrement"):
                made = connection.exec_driver_sql(f"SELECT sql FROM sqlite_master WHERE name = '{table.name}'").scalar()
                assert "AUTOINCREMENT" in made, table.name

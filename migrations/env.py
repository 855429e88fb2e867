"""How `flask db upgrade` runs: one at a time, all or nothing, on SQLite and on PostgreSQL."""

import warnings

import sqlalchemy as sa
from alembic import context

from blueprints.extensions import db
from models.base import Base, Moment, Values, Worded

warnings.filterwarnings("ignore", message="Skipped unsupported reflection of expression-based index")  # the queue's; they stay
ONE_AT_A_TIME = 7266101  # the key of PostgreSQL's advisory lock while a machine migrates
PLAIN_TYPES = {Moment: "sa.DateTime(timezone=True)", Worded: "sa.String(length=32)", Values: "sa.Text()"}


def render_item(kind, item, autogen_context):
    """Name the database's own types: a migration must not change when the models do."""
    return PLAIN_TYPES.get(type(item), False) if kind == "type" else False


def migrate() -> None:
    sqlite = db.engine.dialect.name == "sqlite"
    with db.engine.connect().execution_options(writing=True) as connection:
        if sqlite:  # a table that batch mode copies must not be held by its references; outside a transaction only
            connection.connection.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=False,
            transactional_ddl=True,  # on SQLite too
        )
        with context.begin_transaction():
            if not sqlite:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
            context.run_migrations()
            if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()):
                raise RuntimeError(f"{len(broken)} references lead nowhere after the migration")
        if sqlite:
            connection.connection.execute("PRAGMA foreign_keys=ON")


migrate()

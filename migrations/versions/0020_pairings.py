"""pairings"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = depends_on = None

BARE = "ended_at IS NULL OR (phone_sealed IS NULL AND line IS NULL AND needs = '[]')"
STILL_OPEN = sa.text("ended_at IS NULL AND kind = 'pairing_duty'")


def _key(table, column, target):
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def upgrade():
    op.create_table(
        "pairing_counter",
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        _key("pairing_counter", "station_id", "unit"),
        sa.PrimaryKeyConstraint("station_id", "year", name=op.f("pk_pairing_counter")),
    )
    op.create_table(
        "pairing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("grid_id", sa.Integer(), nullable=True),
        sa.Column("needs", sa.Text(), nullable=False),
        sa.Column("line", sa.String(length=80), nullable=True),
        sa.Column("consent", sa.String(length=32), nullable=False),
        sa.Column("consented_on", sa.Date(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wanted", sa.String(length=32), nullable=True),
        sa.Column("why", sa.String(length=32), nullable=True),
        sa.CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_pairing_ended_when_ended")),
        sa.CheckConstraint(BARE, name=op.f("ck_pairing_bare_once_ended")),
        _key("pairing", "station_id", "unit"),
        _key("pairing", "officer_id", "officer"),
        _key("pairing", "community_id", "community"),
        _key("pairing", "grid_id", "grid"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing")),
        sa.UniqueConstraint("uid", name=op.f("uq_pairing_uid")),
        sa.UniqueConstraint("station_id", "code", name=op.f("uq_pairing_station_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_pairing_officer_id"), "pairing", ["officer_id"])
    op.create_table(
        "pairing_duty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pairing_id", sa.Integer(), nullable=False),
        sa.Column("duty", sa.String(length=32), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=32), nullable=True),
        sa.Column("line", sa.Text(), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("missed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("NOT missed OR done_by_id IS NULL", name=op.f("ck_pairing_duty_done_or_missed")),
        _key("pairing_duty", "id", "task"),
        _key("pairing_duty", "pairing_id", "pairing"),
        _key("pairing_duty", "done_by_id", "officer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing_duty")),
        sa.UniqueConstraint("pairing_id", "duty", "since", "serial", name=op.f("uq_pairing_duty_pairing_id")),
    )
    op.create_index("ix_task_pairing_duty", "task", ["due_at"], sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN)


def downgrade():
    op.drop_index("ix_task_pairing_duty", "task")
    op.drop_table("pairing_duty")
    op.execute("DELETE FROM task WHERE kind = 'pairing_duty'")
    op.drop_table("pairing")
    op.drop_table("pairing_counter")

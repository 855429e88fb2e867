"""110 incidents: the approval, files on their way in, callbacks without a matter"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = depends_on = None

PERSONAL, STILL_OPEN = "phone_sealed IS NOT NULL", "ended_at IS NULL AND kind = 'incident_callback'"


def _partial(name, table, columns, where):
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _key(table, column, other):
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def upgrade():
    op.add_column("unit", sa.Column("incident_approval", sa.String(length=80), nullable=True))
    op.create_table(
        "incident_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("submission", sa.String(length=64), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Text(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sheet_sealed", sa.LargeBinary(), nullable=True),
        _key("incident_import", "bureau_id", "unit"),
        _key("incident_import", "unit_id", "unit"),
        _key("incident_import", "officer_id", "officer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_import")),
        sa.UniqueConstraint("uid", name=op.f("uq_incident_import_uid")),
        sa.UniqueConstraint("submission", name=op.f("uq_incident_import_submission")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_incident_import_unit_id"), "incident_import", ["unit_id"])
    op.create_table(
        "incident_callback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("incident_number", sa.String(length=40), nullable=False),
        sa.Column("incident_kind", sa.String(length=12), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("remedy", sa.Text(), nullable=True),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("tried", sa.Text(), nullable=False),
        sa.Column("next_try", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.String(length=32), nullable=True),
        sa.Column("rating", sa.String(length=32), nullable=True),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("typed_by_staff", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(result = 'rated') = (rating IS NOT NULL)", name=op.f("ck_incident_callback_rating_when_rated")),
        _key("incident_callback", "id", "task"),
        _key("incident_callback", "bureau_id", "unit"),
        _key("incident_callback", "community_id", "community"),
        _key("incident_callback", "import_id", "incident_import"),
        _key("incident_callback", "asked_by_id", "officer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_callback")),
        sa.UniqueConstraint("uid", name=op.f("uq_incident_callback_uid")),
    )
    op.create_index("ix_incident_callback_number", "incident_callback", ["bureau_id", "incident_number"], unique=True)
    _partial("ix_incident_callback_kept", "incident_callback", ["happened_at"], PERSONAL)
    _partial("ix_task_incident", "task", ["station_id", "due_at"], STILL_OPEN)


def downgrade():
    op.drop_index("ix_task_incident", "task")
    op.drop_table("incident_callback")
    op.drop_table("incident_import")
    with op.batch_alter_table("unit") as batch:
        batch.drop_column("incident_approval")

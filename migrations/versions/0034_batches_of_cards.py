"""blank echo cards in batches; how many matters came in by which door"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = depends_on = None

AUTOINCREMENT = {"sqlite_autoincrement": True}
OF_A_BATCH = (
    "state NOT IN ('blank', 'handed_out') "
    "OR (batch_id IS NOT NULL AND matter_id IS NULL AND task_id IS NULL AND side_id IS NULL)"
)


def upgrade():
    op.create_table(
        "card_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prints", sa.Integer(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(prints = 0) = (printed_at IS NULL)", name=op.f("ck_card_batch_printed_once_printed")),
        sa.ForeignKeyConstraint(["station_id"], ["unit.id"], name=op.f("fk_card_batch_station_id_unit")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_card_batch_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_batch")),
        sa.UniqueConstraint("uid", name=op.f("uq_card_batch_uid")),
        **AUTOINCREMENT,
    )
    op.create_index(op.f("ix_card_batch_station_id"), "card_batch", ["station_id"])
    with op.batch_alter_table("echo_card", table_kwargs=AUTOINCREMENT) as batch:
        batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("batch_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_echo_card_batch_id_card_batch"), "card_batch", ["batch_id"], ["id"])
        batch.create_index(op.f("ix_echo_card_batch_id"), ["batch_id"])
        batch.create_check_constraint(op.f("ck_echo_card_blank_in_a_batch"), OF_A_BATCH)
    op.create_index("ix_matter_received", "matter", ["station_id", "received_at", "door", "kind"])


def downgrade():
    op.drop_index("ix_matter_received", "matter")
    op.execute("DELETE FROM echo_card WHERE batch_id IS NOT NULL AND matter_id IS NULL")
    op.execute("UPDATE matter SET door = 'form' WHERE door = 'echo_card'")
    with op.batch_alter_table("echo_card", table_kwargs=AUTOINCREMENT) as batch:
        batch.drop_constraint(op.f("ck_echo_card_blank_in_a_batch"), type_="check")
        batch.drop_constraint(op.f("fk_echo_card_batch_id_card_batch"), type_="foreignkey")
        batch.drop_index(op.f("ix_echo_card_batch_id"))
        batch.drop_column("batch_id")
        batch.drop_column("version")
    op.drop_table("card_batch")

"""appointments: what residents book of the shifts in police rooms"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = depends_on = None

STILL_OPEN = sa.text("ended_at IS NULL AND kind = 'appointment'")


def _key(column, target):
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_appointment_{column}_{target}"))


def upgrade():
    op.create_table(
        "appointment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("submission", sa.String(length=64), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("held_in", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("came", sa.String(length=32), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        _key("id", "task"),
        _key("room_id", "room"),
        _key("community_id", "community"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("uid", name=op.f("uq_appointment_uid")),
        sa.UniqueConstraint("submission", name=op.f("uq_appointment_submission")),
    )
    op.create_index(op.f("ix_appointment_room_id"), "appointment", ["room_id"])
    op.create_index(
        "uq_task_appointment",
        "task",
        ["assignee_id", "begins_at"],
        unique=True,
        sqlite_where=STILL_OPEN,
        postgresql_where=STILL_OPEN,
    )


def downgrade():
    op.drop_index("uq_task_appointment", "task")
    op.execute("DELETE FROM echo_card WHERE task_id IN (SELECT id FROM appointment)")
    op.drop_table("appointment")
    op.execute("DELETE FROM task WHERE kind = 'appointment'")

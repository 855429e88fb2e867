"""texts to residents: the outbox, its words, its switch, and what a gateway told"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = depends_on = None

WAITING, BY_HAND = sa.text("state IN ('waiting', 'sending')"), sa.text("state IN ('waiting', 'failed')")


def upgrade():
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("occasion", sa.String(length=32), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("callback_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("gateway_id", sa.String(length=64), nullable=True),
        sa.Column("error", sa.String(length=32), nullable=True),
        sa.Column("extension", sa.String(length=8), nullable=True),
        sa.Column("phone_hash", sa.String(length=64), nullable=True),
        sa.Column("reply", sa.String(length=32), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(occasion = 'asked') = (callback_id IS NOT NULL)", name=op.f("ck_message_asked_for_a_callback")),
        sa.CheckConstraint("phone_hash IS NULL OR callback_id IS NOT NULL", name=op.f("ck_message_hash_where_asked")),
        sa.ForeignKeyConstraint(["callback_id"], ["callback.id"], name=op.f("fk_message_callback_id_callback")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_message_matter_id_matter")),
        sa.ForeignKeyConstraint(["sent_by_id"], ["officer.id"], name=op.f("fk_message_sent_by_id_officer")),
        sa.ForeignKeyConstraint(["station_id"], ["unit.id"], name=op.f("fk_message_station_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("extension", name=op.f("uq_message_extension")),
        sa.UniqueConstraint("uid", name=op.f("uq_message_uid")),
        sqlite_autoincrement=True,
    )
    for column in ("matter_id", "callback_id", "tried_at", "gateway_id"):
        op.create_index(op.f(f"ix_message_{column}"), "message", [column])
    op.create_index("ix_message_open", "message", ["next_try_at"], sqlite_where=WAITING, postgresql_where=WAITING)
    by_hand = {"sqlite_where": BY_HAND, "postgresql_where": BY_HAND}
    op.create_index("ix_message_by_hand", "message", ["station_id", "next_try_at"], **by_hand)
    op.create_table(
        "message_template",
        sa.Column("occasion", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=140), nullable=False),
        sa.PrimaryKeyConstraint("occasion", name=op.f("pk_message_template")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("per_hour", sa.Integer(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_by_id", sa.Integer(), nullable=True),
        sa.Column("last_extension", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_outbox_only_one")),
        sa.ForeignKeyConstraint(["stopped_by_id"], ["officer.id"], name=op.f("fk_outbox_stopped_by_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "gateway_event",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway_event")),
    )
    op.create_index(op.f("ix_gateway_event_at"), "gateway_event", ["at"])


def downgrade():
    for name in ("gateway_event", "outbox", "message_template", "message"):
        op.drop_table(name)

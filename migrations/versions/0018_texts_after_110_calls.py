"""texts after 110 calls: a message belongs to a matter or to a callback about an incident"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = depends_on = None

CHECKS = {
    "asked_after_a_call": "(occasion = 'incident') = (incident_id IS NOT NULL)",
    "one_subject": "(matter_id IS NULL) <> (incident_id IS NULL)",
    "hash_where_asked": "phone_hash IS NULL OR occasion IN ('asked', 'incident')",
}


def _altered():
    return op.batch_alter_table("message", table_kwargs={"sqlite_autoincrement": True})


def upgrade():
    with _altered() as batch:
        batch.add_column(sa.Column("incident_id", sa.Integer(), nullable=True))
        batch.alter_column("matter_id", existing_type=sa.Integer(), nullable=True)
        batch.create_foreign_key(op.f("fk_message_incident_id_incident_callback"), "incident_callback", ["incident_id"], ["id"])
        batch.create_unique_constraint(op.f("uq_message_incident_id"), ["incident_id"])
        batch.drop_constraint(op.f("ck_message_hash_where_asked"), type_="check")
        for name, condition in CHECKS.items():
            batch.create_check_constraint(op.f(f"ck_message_{name}"), condition)


def downgrade():
    op.execute("DELETE FROM message WHERE matter_id IS NULL")
    op.execute("DELETE FROM message_template WHERE occasion = 'incident'")
    op.execute("UPDATE incident_callback SET channel = 'phone'")
    with _altered() as batch:
        for name in CHECKS:
            batch.drop_constraint(op.f(f"ck_message_{name}"), type_="check")
        batch.create_check_constraint(op.f("ck_message_hash_where_asked"), "phone_hash IS NULL OR callback_id IS NOT NULL")
        batch.drop_constraint(op.f("uq_message_incident_id"), type_="unique")
        batch.drop_constraint(op.f("fk_message_incident_id_incident_callback"), type_="foreignkey")
        batch.alter_column("matter_id", existing_type=sa.Integer(), nullable=False)
        batch.drop_column("incident_id")

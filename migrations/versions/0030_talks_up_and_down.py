"""a talk that went up to the bureau is nobody's until somebody takes it on"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = depends_on = None

HOLDER = {"existing_type": sa.Integer()}


def upgrade():
    with op.batch_alter_table("talk", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.alter_column("officer_id", nullable=True, **HOLDER)


def downgrade():
    op.execute("UPDATE talk SET officer_id = receiver_id WHERE officer_id IS NULL")
    with op.batch_alter_table("talk", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.alter_column("officer_id", nullable=False, **HOLDER)

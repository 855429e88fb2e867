"""more time for an answer"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = depends_on = None


def upgrade():
    op.add_column("matter", sa.Column("extended_by", sa.Integer(), nullable=False, server_default="0"))


def downgrade():
    with op.batch_alter_table("matter", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_column("extended_by")

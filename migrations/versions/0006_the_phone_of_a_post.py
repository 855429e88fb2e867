"""the duty phone of a post"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = depends_on = None


def upgrade():
    op.add_column("post", sa.Column("phone", sa.String(length=30), nullable=False, server_default=""))


def downgrade():
    with op.batch_alter_table("post") as batch_op:
        batch_op.drop_column("phone")

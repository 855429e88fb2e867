"""rooms and categories that are closed; what grids offer; accounts that wait for their owner"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = depends_on = None

TEXTS = {"served_by": 40, "helps_with": 200, "phone": 30}


def upgrade():
    op.add_column("room", sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("category", sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("officer", sa.Column("activate_by", sa.DateTime(timezone=True), nullable=True))
    for name, length in TEXTS.items():
        op.add_column("grid", sa.Column(name, sa.String(length), nullable=False, server_default=""))


def downgrade():
    for name in TEXTS:
        op.drop_column("grid", name)
    op.drop_column("officer", "activate_by")
    op.drop_column("category", "active")
    op.drop_column("room", "active")

"""texts about a visit of the same day"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0020"
branch_labels = depends_on = None


def upgrade():
    op.add_column("message", sa.Column("same_day", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade():
    op.drop_column("message", "same_day")

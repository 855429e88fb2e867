"""when to try again to reach a resident"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = depends_on = None


def upgrade():
    op.add_column("callback", sa.Column("next_try", sa.DateTime(timezone=True), nullable=True))


def downgrade():
    op.drop_column("callback", "next_try")

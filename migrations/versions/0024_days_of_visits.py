"""days of visits"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = depends_on = None


def upgrade():
    over = sa.text("left_at IS NOT NULL")
    op.create_index("ix_visit_left", "visit", ["left_at", "id"], sqlite_where=over, postgresql_where=over)


def downgrade():
    op.drop_index("ix_visit_left", "visit")

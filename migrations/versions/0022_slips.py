"""visits under way, found by community"""

from alembic import op

revision = "0022"
down_revision = "0020"
branch_labels = depends_on = None


def upgrade():
    op.create_index("ix_visit_went", "visit", ["community_id", "went_at"])


def downgrade():
    op.drop_index("ix_visit_went", "visit")

"""slips; visits under way, found by community"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = depends_on = None


def upgrade():
    op.create_table(
        "slip",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("left_on_id", sa.Integer(), nullable=False),
        sa.Column("left_by_id", sa.Integer(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen", sa.String(length=32), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_slip_visit_id_visit")),
        sa.ForeignKeyConstraint(["left_on_id"], ["visit.id"], name=op.f("fk_slip_left_on_id_visit")),
        sa.ForeignKeyConstraint(["left_by_id"], ["officer.id"], name=op.f("fk_slip_left_by_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip")),
        sa.UniqueConstraint("uid", name=op.f("uq_slip_uid")),
        sa.UniqueConstraint("visit_id", name=op.f("uq_slip_visit_id")),
        sqlite_autoincrement=True,
    )
    kept = sa.text("erased_at IS NULL")
    op.create_index("ix_slip_kept", "slip", ["left_at"], sqlite_where=kept, postgresql_where=kept)
    op.create_index("ix_visit_went", "visit", ["community_id", "went_at"])


def downgrade():
    op.drop_index("ix_visit_went", "visit")
    op.drop_table("slip")
    op.execute("DELETE FROM echo_card WHERE task_id IS NOT NULL")

"""an upper level's formula, and the morning digests"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = depends_on = None


def upgrade():
    op.create_table(
        "formula",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=20), nullable=False),
        sa.Column("fairly", sa.Integer(), nullable=False),
        sa.CheckConstraint("fairly BETWEEN 0 AND 1000", name=op.f("ck_formula_at_most_one")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_formula_unit_id_unit")),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_formula")),
    )
    op.create_table(
        "digest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_digest_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest")),
        sa.UniqueConstraint("unit_id", "day", name=op.f("uq_digest_unit_id")),
        sqlite_autoincrement=True,
    )


def downgrade():
    op.drop_table("digest")
    op.drop_table("formula")

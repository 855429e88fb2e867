"""an upper level's formula"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0015"
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


def downgrade():
    op.drop_table("formula")

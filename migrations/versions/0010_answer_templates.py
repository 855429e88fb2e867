"""answers that a station often gives"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = depends_on = None


def upgrade():
    op.create_table(
        "answer_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("title", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["station_id"], ["unit.id"], name=op.f("fk_answer_template_station_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_template")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_answer_template_station_id"), "answer_template", ["station_id"])


def downgrade():
    op.drop_table("answer_template")

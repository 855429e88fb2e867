"""the questionnaire: what a station asks at the door, and the sums of the answers"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = depends_on = None


def upgrade():
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=60), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ordinal > 0", name=op.f("ck_question_counted_from_one")),
        sa.ForeignKeyConstraint(["station_id"], ["unit.id"], name=op.f("fk_question_station_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_question_station_id"), "question", ["station_id"])
    op.create_table(
        "question_sum",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("answer", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("answer >= 0 AND count > 0", name=op.f("ck_question_sum_counts_something")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_question_sum_question_id_question")),
        sa.PrimaryKeyConstraint("question_id", "month", "answer", name=op.f("pk_question_sum")),
    )


def downgrade():
    op.drop_table("question_sum")
    op.drop_table("question")

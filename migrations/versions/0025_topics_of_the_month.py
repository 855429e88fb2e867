"""the topic of the month, and what categories belong to it; texts about a visit of the same day"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = depends_on = None

TOPICS = {
    "safety": ("safety", "fraud", "order"),
    "service": ("traffic", "papers"),
    "legal": ("neighbours", "noise"),
}


def upgrade():
    op.add_column("message", sa.Column("same_day", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("category", sa.Column("topic", sa.String(length=32), nullable=True))
    category = sa.table("category", sa.column("code"), sa.column("topic"))
    for topic, codes in TOPICS.items():
        op.execute(category.update().where(category.c.code.in_(codes)).values(topic=topic))
    op.create_table(
        "month_topic",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("topic", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_month_topic_unit_id_unit")),
        sa.PrimaryKeyConstraint("unit_id", "month", name=op.f("pk_month_topic")),
    )
    themed = sa.text("theme IS NOT NULL")
    op.create_index("ix_visit_theme", "visit", ["theme"], sqlite_where=themed, postgresql_where=themed)


def downgrade():
    op.drop_index("ix_visit_theme", "visit")
    op.drop_table("month_topic")
    op.drop_column("category", "topic")
    op.drop_column("message", "same_day")

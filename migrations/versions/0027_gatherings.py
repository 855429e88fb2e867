"""gatherings; the line of an idea on its community's page"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = depends_on = None

COUNTS = ("coming", "raised", "residents", "cadres", "deputies", "supervisors", "traders", "others")
SLIPS = ("satisfied", "fairly", "unsatisfied")
PUBLISHED, IS_IDEA, IS_SHOWN = sa.text("published_at IS NOT NULL"), sa.text("kind = 'idea'"), sa.text("shown_as IS NOT NULL")


def upgrade():
    op.create_table(
        "gathering",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sort", sa.String(length=32), nullable=False),
        sa.Column("audience", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("planned_as", sa.String(length=32), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("taps", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in (*COUNTS, *SLIPS)),
        sa.Column("reported", sa.Text(), nullable=True),
        sa.Column("diary", sa.Text(), nullable=True),
        sa.Column("results", sa.Text(), nullable=False),
        sa.Column("approved", sa.Text(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("publisher_id", sa.Integer(), nullable=True),
        *(sa.CheckConstraint(f"{name} >= 0", name=op.f(f"ck_gathering_{name}_counted")) for name in (*COUNTS, *SLIPS)),
        sa.CheckConstraint("(published_at IS NULL) = (publisher_id IS NULL)", name=op.f("ck_gathering_published_by_somebody")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_gathering_community_id_community")),
        sa.ForeignKeyConstraint(["id"], ["task.id"], name=op.f("fk_gathering_id_task")),
        sa.ForeignKeyConstraint(["publisher_id"], ["officer.id"], name=op.f("fk_gathering_publisher_id_officer")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_gathering_room_id_room")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gathering")),
        sa.UniqueConstraint("planned_as", name=op.f("uq_gathering_planned_as")),
    )
    op.create_index("ix_gathering_published", "gathering", ["published_at"], sqlite_where=PUBLISHED, postgresql_where=PUBLISHED)
    op.add_column("matter", sa.Column("shown_as", sa.String(length=200), nullable=True))
    op.create_index("ix_matter_idea", "matter", ["station_id", "id"], sqlite_where=IS_IDEA, postgresql_where=IS_IDEA)
    op.create_index("ix_matter_shown", "matter", ["community_id", "id"], sqlite_where=IS_SHOWN, postgresql_where=IS_SHOWN)


def downgrade():
    op.drop_index("ix_matter_shown", "matter")
    op.drop_index("ix_matter_idea", "matter")
    op.drop_column("matter", "shown_as")
    op.drop_table("gathering")
    op.execute("DELETE FROM task_companion WHERE task_id IN (SELECT id FROM task WHERE kind = 'gathering')")
    op.execute("DELETE FROM task WHERE kind = 'gathering'")

"""who looks after which town, community and grid; sites have versions; the open tasks of a station by kind"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = depends_on = None

OPEN = sa.text("ended_at IS NULL AND kind = 'visit'")


def upgrade():
    op.create_table(
        "tier_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("town", sa.String(length=60), nullable=True),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("grid_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(town IS NOT NULL AND community_id IS NULL AND grid_id IS NULL)"
            " OR (town IS NULL AND community_id IS NOT NULL AND grid_id IS NULL)"
            " OR (town IS NULL AND community_id IS NULL AND grid_id IS NOT NULL)",
            name=op.f("ck_tier_link_one_place"),
        ),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_tier_link_community_id_community")),
        sa.ForeignKeyConstraint(["grid_id"], ["grid.id"], name=op.f("fk_tier_link_grid_id_grid")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_tier_link_officer_id_officer")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_tier_link_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_link")),
        sa.UniqueConstraint("community_id", name=op.f("uq_tier_link_community_id")),
        sa.UniqueConstraint("grid_id", name=op.f("uq_tier_link_grid_id")),
        sa.UniqueConstraint("unit_id", "town", name=op.f("uq_tier_link_unit_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_tier_link_officer_id"), "tier_link", ["officer_id"])
    op.add_column("site", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.create_index("ix_task_visit", "task", ["station_id", "due_at"], sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade():
    op.drop_index("ix_task_visit", "task")
    op.drop_column("site", "version")
    op.drop_table("tier_link")

"""rectification orders"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = depends_on = None


def upgrade():
    op.create_table(
        "order_counter",
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["station_id"], ["unit.id"], name=op.f("fk_order_counter_station_id_unit")),
        sa.PrimaryKeyConstraint("station_id", "year", name=op.f("pk_order_counter")),
    )
    op.create_table(
        "rectification_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column("points", sa.Text(), nullable=False),
        sa.Column("checker_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("level IN ('head', 'bureau')", name=op.f("ck_rectification_order_checked_by_a_head")),
        sa.ForeignKeyConstraint(["checker_id"], ["officer.id"], name=op.f("fk_rectification_order_checker_id_officer")),
        sa.ForeignKeyConstraint(["id"], ["handling.id"], name=op.f("fk_rectification_order_id_handling")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_rectification_order_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_order")),
        sa.UniqueConstraint("unit_id", "year", "serial", name=op.f("uq_rectification_order_unit_id")),
    )
    with op.batch_alter_table("rectification_order", schema=None) as batch_op:
        batch_op.create_index(
            "ix_rectification_order_unsettled",
            ["id"],
            unique=False,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )


def downgrade():
    with op.batch_alter_table("rectification_order", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_rectification_order_unsettled",
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )

    op.drop_table("rectification_order")
    op.drop_table("order_counter")

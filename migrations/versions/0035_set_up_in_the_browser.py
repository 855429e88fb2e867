"""rooms and categories that are closed; what grids offer; accounts that wait for their owner"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = depends_on = None

TEXTS = {"served_by": 40, "helps_with": 200, "phone": 30}


def upgrade():
    op.add_column("room", sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("category", sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("officer", sa.Column("activate_by", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "setting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["changed_by_id"], ["officer.id"], name=op.f("fk_setting_changed_by_id_officer")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_setting_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting")),
        sa.UniqueConstraint("unit_id", "name", name=op.f("uq_setting_unit_id")),
        sqlite_autoincrement=True,
    )
    for name, length in TEXTS.items():
        op.add_column("grid", sa.Column(name, sa.String(length), nullable=False, server_default=""))


def downgrade():
    for name in TEXTS:
        op.drop_column("grid", name)
    op.drop_table("setting")
    op.drop_column("officer", "activate_by")
    op.drop_column("category", "active")
    op.drop_column("room", "active")

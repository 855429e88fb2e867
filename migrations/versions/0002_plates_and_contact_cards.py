"""plates and contact cards, the grid and the door of a matter, what is urgent, and when a room is open"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = depends_on = None


KEPT = {"sqlite_autoincrement": True}  # batch mode would drop it without a word


def upgrade():
    op.create_table(
        "contact_card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_contact_card_post_id_post")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_card")),
        sa.UniqueConstraint("code", name=op.f("uq_contact_card_code")),
        sa.UniqueConstraint("post_id", name=op.f("uq_contact_card_post_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "plate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("grid_id", sa.Integer(), nullable=True),
        sa.Column("building", sa.String(length=80), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_plate_community_id_community")),
        sa.ForeignKeyConstraint(["grid_id"], ["grid.id"], name=op.f("fk_plate_grid_id_grid")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plate")),
        sa.UniqueConstraint("code", name=op.f("uq_plate_code")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("plate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plate_community_id"), ["community_id"], unique=False)

    with op.batch_alter_table("matter", table_kwargs=KEPT) as batch_op:
        batch_op.add_column(sa.Column("grid_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("door", sa.String(length=32), nullable=False, server_default="form"))
        batch_op.add_column(sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_foreign_key(batch_op.f("fk_matter_grid_id_grid"), "grid", ["grid_id"], ["id"])

    with op.batch_alter_table("echo_card", table_kwargs=KEPT) as batch_op:
        batch_op.add_column(sa.Column("shown_by_staff", sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.add_column(sa.Column("phone", sa.String(length=30), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("hours", sa.String(length=60), nullable=False, server_default=""))


def downgrade():
    with op.batch_alter_table("echo_card", schema=None) as batch_op:
        batch_op.drop_column("shown_by_staff")

    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.drop_column("hours")
        batch_op.drop_column("phone")

    with op.batch_alter_table("matter", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_matter_grid_id_grid"), type_="foreignkey")
        batch_op.drop_column("urgent")
        batch_op.drop_column("door")
        batch_op.drop_column("grid_id")

    with op.batch_alter_table("plate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plate_community_id"))

    op.drop_table("plate")
    op.drop_table("contact_card")

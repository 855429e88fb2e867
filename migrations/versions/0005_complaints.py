"""complaints: whom they concern, and which tasks are reserved; the number of what was raised before"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = depends_on = None

KEPT = {"sqlite_autoincrement": True}  # batch mode would drop it without a word


def upgrade():
    op.create_table(
        "matter_concerns",
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_matter_concerns_matter_id_matter")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_matter_concerns_officer_id_officer")),
        sa.PrimaryKeyConstraint("matter_id", "officer_id", name=op.f("pk_matter_concerns")),
    )
    with op.batch_alter_table("matter_concerns", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_matter_concerns_officer_id"), ["officer_id"], unique=False)

    with op.batch_alter_table("matter", table_kwargs=KEPT) as batch_op:
        batch_op.add_column(sa.Column("about", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("earlier", sa.String(length=40), nullable=False, server_default=""))

    with op.batch_alter_table("task", table_kwargs=KEPT) as batch_op:
        batch_op.add_column(sa.Column("reserved", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade():
    with op.batch_alter_table("task", table_kwargs=KEPT) as batch_op:
        batch_op.drop_column("reserved")

    with op.batch_alter_table("matter", table_kwargs=KEPT) as batch_op:
        batch_op.drop_column("earlier")
        batch_op.drop_column("about")

    with op.batch_alter_table("matter_concerns", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_matter_concerns_officer_id"))

    op.drop_table("matter_concerns")

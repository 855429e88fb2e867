"""contact data, sealed; how a resident wants to be answered; the version of the privacy notice"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = depends_on = None

KEPT = {"sqlite_autoincrement": True}  # batch mode would drop it without a word


def upgrade():
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_contact_matter_id_matter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("matter_id", name=op.f("uq_contact_matter_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_contact_uid")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("matter", table_kwargs=KEPT) as batch_op:
        batch_op.add_column(sa.Column("reply_by", sa.String(length=32), nullable=False, server_default="card"))
        batch_op.add_column(sa.Column("daypart", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("notice", sa.String(length=16), nullable=False, server_default=""))


def downgrade():
    with op.batch_alter_table("matter", table_kwargs=KEPT) as batch_op:
        batch_op.drop_column("notice")
        batch_op.drop_column("daypart")
        batch_op.drop_column("reply_by")

    op.drop_table("contact")

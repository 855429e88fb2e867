"""portraits of officers, shown on the pages of their communities"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = depends_on = None


def upgrade():
    op.create_table(
        "portrait",
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_portrait_officer_id_officer")),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_portrait")),
        sa.UniqueConstraint("uid", name=op.f("uq_portrait_uid")),
    )


def downgrade():
    op.drop_table("portrait")

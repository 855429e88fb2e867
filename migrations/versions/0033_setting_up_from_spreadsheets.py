"""the station's own codes of posts and plates; spreadsheets of the administrator's, tried out"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = depends_on = None


def upgrade():
    op.add_column("post", sa.Column("code", sa.String(length=20), nullable=True))
    op.create_index("ix_post_known_again", "post", ["station_id", "code"], unique=True)
    op.add_column("plate", sa.Column("number", sa.String(length=20), nullable=True))
    op.create_index("ix_plate_known_again", "plate", ["community_id", "number"], unique=True)
    op.create_table(
        "setup_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_setup_sheet_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setup_sheet")),
        sa.UniqueConstraint("uid", name=op.f("uq_setup_sheet_uid")),
        sqlite_autoincrement=True,
    )


def downgrade():
    op.drop_table("setup_sheet")
    op.drop_index("ix_plate_known_again", "plate")
    op.drop_column("plate", "number")
    op.drop_index("ix_post_known_again", "post")
    op.drop_column("post", "code")

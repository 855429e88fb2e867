"""notices on the pages of communities"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = depends_on = None

OFFICERS = ("author_id", "publisher_id", "ended_by_id")


def upgrade():
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("shown_until", sa.Date(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("publisher_id", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(length=80), nullable=True),
        sa.CheckConstraint("(published_at IS NULL) = (publisher_id IS NULL)", name=op.f("ck_notice_published_by_somebody")),
        sa.CheckConstraint("state <> 'shown' OR published_at IS NOT NULL", name=op.f("ck_notice_published_when_shown")),
        sa.CheckConstraint("(state = 'taken_down') = (ended_at IS NOT NULL)", name=op.f("ck_notice_ended_when_taken_down")),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by_id IS NULL) AND (ended_at IS NULL) = (why IS NULL)",
            name=op.f("ck_notice_taken_down_with_a_reason"),
        ),
        *(sa.ForeignKeyConstraint([name], ["officer.id"], name=op.f(f"fk_notice_{name}_officer")) for name in OFFICERS),
        sa.ForeignKeyConstraint(["station_id"], ["unit.id"], name=op.f("fk_notice_station_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("uid", name=op.f("uq_notice_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_notice_station_id"), "notice", ["station_id"])
    op.create_table(
        "notice_community",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_community_notice_id_notice")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_notice_community_community_id_community")),
        sa.PrimaryKeyConstraint("notice_id", "community_id", name=op.f("pk_notice_community")),
    )
    op.create_index(op.f("ix_notice_community_community_id"), "notice_community", ["community_id"])


def downgrade():
    op.drop_table("notice_community")
    op.drop_table("notice")

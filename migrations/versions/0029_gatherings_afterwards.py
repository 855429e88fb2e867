"""photos of gatherings; results that a head has not published"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = depends_on = None

AUTOINCREMENT = {"sqlite_autoincrement": True}
SUBJECTS = ("matter_id", "visit_id", "talk_id", "gathering_id")
ONE_SUBJECT = " + ".join(f"CASE WHEN {subject} IS NULL THEN 0 ELSE 1 END" for subject in SUBJECTS) + " = 1"
ONE_OF_THREE = (
    "(matter_id IS NOT NULL AND visit_id IS NULL AND talk_id IS NULL) "
    "OR (matter_id IS NULL AND (visit_id IS NULL) <> (talk_id IS NULL))"
)


def upgrade():
    with op.batch_alter_table("photo", table_kwargs=AUTOINCREMENT) as batch:
        batch.add_column(sa.Column("gathering_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_photo_gathering_id_gathering"), "gathering", ["gathering_id"], ["id"])
        batch.create_index(op.f("ix_photo_gathering_id"), ["gathering_id"])
        batch.drop_constraint(op.f("ck_photo_one_subject"), type_="check")
        batch.create_check_constraint(op.f("ck_photo_one_subject"), ONE_SUBJECT)
    op.add_column("gathering", sa.Column("withheld", sa.String(length=80), nullable=True))
    op.execute(
        "UPDATE task SET next = 'publish_results' WHERE state = 'done' AND id IN "
        "(SELECT id FROM gathering WHERE published_at IS NULL AND results <> '[]')"
    )


def downgrade():
    op.execute("UPDATE task SET next = NULL WHERE kind = 'gathering' AND state = 'done'")
    op.drop_column("gathering", "withheld")
    op.execute("DELETE FROM photo WHERE gathering_id IS NOT NULL")
    with op.batch_alter_table("photo", table_kwargs=AUTOINCREMENT) as batch:
        batch.drop_constraint(op.f("ck_photo_one_subject"), type_="check")
        batch.drop_constraint(op.f("fk_photo_gathering_id_gathering"), type_="foreignkey")
        batch.drop_index(op.f("ix_photo_gathering_id"))
        batch.drop_column("gathering_id")
        batch.create_check_constraint(op.f("ck_photo_one_subject"), ONE_OF_THREE)

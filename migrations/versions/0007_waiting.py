"""waiting for a resident's answer"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = depends_on = None

KEPT = {"sqlite_autoincrement": True}  # batch mode would drop it without a word
NAMED = {"ck": "ck_%(table_name)s_%(constraint_name)s"}


def upgrade():
    with op.batch_alter_table("matter", table_kwargs=KEPT, naming_convention=NAMED) as batch_op:
        batch_op.add_column(sa.Column("questions", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("waits_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("days_left", sa.Integer(), nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_matter_waiting_has_an_end"), "(state = 'waiting') = (waits_until IS NOT NULL)"
        )
        batch_op.create_check_constraint(op.f("ck_matter_waiting_has_days_left"), "(waits_until IS NULL) = (days_left IS NULL)")


def downgrade():
    with op.batch_alter_table("matter", table_kwargs=KEPT, naming_convention=NAMED) as batch_op:
        batch_op.drop_constraint(op.f("ck_matter_waiting_has_days_left"), type_="check")
        batch_op.drop_constraint(op.f("ck_matter_waiting_has_an_end"), type_="check")
        batch_op.drop_column("days_left")
        batch_op.drop_column("waits_until")
        batch_op.drop_column("questions")

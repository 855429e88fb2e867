"""each version of the privacy notice says how long contact data and residents' words are kept"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = depends_on = None


def upgrade():
    with op.batch_alter_table("privacy_notice", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.add_column(sa.Column("contact_days", sa.Integer(), nullable=False, server_default="90"))
        batch.add_column(sa.Column("text_years", sa.Integer(), nullable=False, server_default="3"))
        batch.create_check_constraint(op.f("ck_privacy_notice_never_fewer"), "contact_days >= 90")


def downgrade():
    with op.batch_alter_table("privacy_notice", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_constraint(op.f("ck_privacy_notice_never_fewer"), type_="check")
        batch.drop_column("text_years")
        batch.drop_column("contact_days")

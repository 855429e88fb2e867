"""moving and reviewing a matter: first contact, news, first receiver, former units, whom else to ask"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = depends_on = None

OPEN, WORDED = sa.text("closed_at IS NULL"), sa.text("body <> ''")


def upgrade():
    op.create_table(
        "agency",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.ForeignKeyConstraint(["station_id"], ["unit.id"], name=op.f("fk_agency_station_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_agency_station_id", "agency", ["station_id"])
    op.create_table(
        "matter_formerly",
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_matter_formerly_matter_id_matter")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_matter_formerly_unit_id_unit")),
        sa.PrimaryKeyConstraint("matter_id", "unit_id", name=op.f("pk_matter_formerly")),
    )
    op.create_index("ix_matter_formerly_unit_id", "matter_formerly", ["unit_id"])
    op.add_column("matter", sa.Column("contacted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("matter", sa.Column("settled", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("matter", sa.Column("news_by", sa.DateTime(timezone=True), nullable=True))
    op.add_column("matter", sa.Column("rating", sa.String(length=32), nullable=True))
    op.execute(  # SQLite takes a foreign key only within the column's own definition
        "ALTER TABLE matter ADD COLUMN receiver_id INTEGER CONSTRAINT fk_matter_receiver_id_officer REFERENCES officer (id)"
    )
    op.create_index("ix_matter_receiver_id", "matter", ["receiver_id"])
    for moment in ("due_at", "news_by"):
        op.create_index(f"ix_matter_{moment}", "matter", ["station_id", moment], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_matter_worded", "matter", ["closed_at"], sqlite_where=WORDED, postgresql_where=WORDED)
    op.add_column("point", sa.Column("confirmed_by", sa.String(length=32), nullable=True))
    op.add_column("task", sa.Column("next", sa.String(length=32), nullable=True))
    _fill_in()


def _fill_in():
    """What was in hand counts as spoken to; news is due a week after the last public line; the rating is the last callback's."""
    matter = sa.table("matter", *(sa.column(name) for name in ("id", "received_at", "contacted_at", "summary", "rating")))
    entry = sa.table("entry", sa.column("matter_id"), sa.column("public"), sa.column("at", sa.DateTime(timezone=True)))
    news = sa.table("matter", sa.column("id"), sa.column("closed_at"), sa.column("news_by", sa.DateTime(timezone=True)))
    op.execute(sa.update(matter).where(matter.c.summary.is_not(None)).values(contacted_at=matter.c.received_at))
    op.execute(
        "UPDATE matter SET rating = (SELECT callback.rating FROM callback JOIN task ON task.id = callback.id "
        "WHERE task.matter_id = matter.id AND callback.rating IS NOT NULL ORDER BY task.id DESC LIMIT 1)"
    )
    last = sa.select(entry.c.matter_id, sa.func.max(entry.c.at, type_=sa.DateTime(timezone=True)))
    last = last.join(news, news.c.id == entry.c.matter_id).where(news.c.closed_at.is_(None), entry.c.public)
    for id, at in op.get_bind().execute(last.group_by(entry.c.matter_id)).all():
        op.execute(sa.update(news).where(news.c.id == id).values(news_by=at + timedelta(days=7)))
    op.execute("""UPDATE entry SET "values" = '{"unhappy": ""}' WHERE step = 'sign_off'""")  # the line says it since
    op.execute("UPDATE task SET next = 'resume' WHERE kind = 'handling' AND state = 'under_way' AND due_at IS NULL")


def downgrade():
    op.drop_column("task", "next")
    op.drop_column("point", "confirmed_by")
    for name in ("worded", "due_at", "news_by", "receiver_id"):
        op.drop_index(f"ix_matter_{name}", "matter")
    with op.batch_alter_table("matter", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        for name in ("receiver_id", "rating", "news_by", "settled", "contacted_at"):
            batch_op.drop_column(name)
    op.drop_table("matter_formerly")
    op.drop_table("agency")

"""the duty roster: shifts, talk halls, and opening hours that can be reckoned with"""

import json
import re

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = depends_on = None

WEEK = "一二三四五六日"
WORDS = re.compile(rf"周([{WEEK}])到周([{WEEK}]) (\d{{1,2}}):(\d\d)–(\d{{1,2}}):(\d\d)")
room = sa.table("room", *(sa.column(name) for name in ("id", "hours", "opens")))


def upgrade():
    op.create_table(
        "duty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("begins_at < ends_at", name=op.f("ck_duty_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_duty_officer_id_officer")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_duty_room_id_room")),
        sa.ForeignKeyConstraint(["station_id"], ["unit.id"], name=op.f("fk_duty_station_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_duty_station", "duty", ["station_id", "begins_at"])
    op.create_index(op.f("ix_duty_room_id"), "duty", ["room_id"])
    op.create_index(op.f("ix_duty_officer_id"), "duty", ["officer_id"])
    op.add_column("room", sa.Column("hall", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("room", sa.Column("opens", sa.Text(), nullable=False, server_default="{}"))
    for id, words in op.get_bind().execute(sa.select(room.c.id, room.c.hours)).all():
        if said := WORDS.fullmatch(words):  # all that rooms were ever given
            first, last, *hours = said.groups()
            begins, ends = f"{hours[0]:0>2}:{hours[1]}", f"{hours[2]:0>2}:{hours[3]}"
            opens = {str(n): [begins, ends] for n in range(WEEK.index(first), WEEK.index(last) + 1)}
            op.execute(room.update().where(room.c.id == id).values(opens=json.dumps(opens)))
    op.drop_column("room", "hours")


def downgrade():
    op.add_column("room", sa.Column("hours", sa.String(length=60), nullable=False, server_default=""))
    for id, opens in op.get_bind().execute(sa.select(room.c.id, room.c.opens)).all():
        days = [f"周{WEEK[int(n)]}{begins}–{ends}" for n, (begins, ends) in sorted(json.loads(opens).items())]
        same = {line[2:] for line in days}
        words = f"{days[0][:2]}到{days[-1][:2]} {same.pop()}" if len(days) > 1 and len(same) == 1 else "，".join(days)
        op.execute(room.update().where(room.c.id == id).values(hours=words[:60]))
    op.drop_column("room", "opens")
    op.drop_column("room", "hall")
    op.drop_table("duty")

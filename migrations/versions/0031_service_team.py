"""slips of the service team"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = depends_on = None

MEMBERS = ("officers", "auxiliaries", "grid_workers", "cadres", "guards", "volunteers", "others")


def upgrade():
    op.create_table(
        "team_counter",
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["station_id"], ["unit.id"], name=op.f("fk_team_counter_station_id_unit")),
        sa.PrimaryKeyConstraint("station_id", "year", name=op.f("pk_team_counter")),
    )
    op.create_table(
        "team_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("sent_as", sa.String(length=32), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in MEMBERS),
        sa.Column("issuer_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("came", sa.Integer(), nullable=True),
        sa.Column("leader_id", sa.Integer(), nullable=True),
        *(sa.CheckConstraint(f"{name} >= 0", name=op.f(f"ck_team_task_{name}_counted")) for name in MEMBERS),
        sa.CheckConstraint(" + ".join(MEMBERS) + " > 0", name=op.f("ck_team_task_somebody_goes")),
        sa.CheckConstraint("(outcome IS NULL) = (came IS NULL)", name=op.f("ck_team_task_counted_when_recorded")),
        sa.CheckConstraint("came >= 0", name=op.f("ck_team_task_came_counted")),
        sa.ForeignKeyConstraint(["id"], ["task.id"], name=op.f("fk_team_task_id_task")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_team_task_unit_id_unit")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_team_task_visit_id_visit")),
        sa.ForeignKeyConstraint(["issuer_id"], ["officer.id"], name=op.f("fk_team_task_issuer_id_officer")),
        sa.ForeignKeyConstraint(["leader_id"], ["officer.id"], name=op.f("fk_team_task_leader_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_task")),
        sa.UniqueConstraint("sent_as", name=op.f("uq_team_task_sent_as")),
        sa.UniqueConstraint("unit_id", "year", "serial", name=op.f("uq_team_task_unit_id")),
    )
    op.create_index(op.f("ix_team_task_visit_id"), "team_task", ["visit_id"])


def downgrade():
    op.drop_table("team_task")
    op.drop_table("team_counter")
    op.execute("DELETE FROM entry WHERE record = 'teams' OR (record = 'matters' AND step = 'send_team')")
    op.execute("DELETE FROM task WHERE kind = 'team_task'")

"""quicker queues: their very order as an index, and what the clock asks every minute"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = depends_on = None

ORDER = [sa.text("urgent DESC"), sa.text("(due_at IS NULL)"), "due_at", "id"]
MINE, UNCLAIMED = "ended_at IS NULL", "ended_at IS NULL AND assignee_id IS NULL"
TICKED = (
    ("ix_task_callback_due", "task", "due_at", "ended_at IS NULL AND kind = 'callback'"),
    (
        "ix_point_to_review",
        "point",
        "matter_id",
        "echo = 'not_solved' AND outcome IN ('cannot', 'not_ours') AND (confirmed_by IS NULL OR confirmed_by = 'head')",
    ),
    ("ix_matter_promised", "matter", "due_at", "state IN ('answered', 'called_back')"),
    ("ix_matter_waiting", "matter", "waits_until", "state = 'waiting'"),
)


def _make(name, table, columns, where):
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def upgrade():
    for name, owner, where in (("mine", "assignee_id", MINE), ("unclaimed", "station_id", UNCLAIMED)):
        op.drop_index(f"ix_task_{name}", "task")
        _make(f"ix_task_{name}", "task", [owner, *ORDER], where)
    for name, table, column, where in TICKED:
        _make(name, table, [column], where)


def downgrade():
    for name, table, _column, _where in TICKED:
        op.drop_index(name, table)
    for name, owner, where in (("mine", "assignee_id", MINE), ("unclaimed", "station_id", UNCLAIMED)):
        op.drop_index(f"ix_task_{name}", "task")
        _make(f"ix_task_{name}", "task", [owner, "urgent", "due_at", "id"], where)

"""visits, sites, slots of tasks; a photo belongs to a matter or to a visit"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = depends_on = None

SLOT, ENDS = "ck_task_slot_ends_after_it_begins", "begins_at IS NULL OR begins_at < due_at"


def upgrade():
    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("grid_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("interval_days", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint("interval_days > 0", name=op.f("ck_site_seen_now_and_then")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_site_community_id_community")),
        sa.ForeignKeyConstraint(["grid_id"], ["grid.id"], name=op.f("fk_site_grid_id_grid")),
        sa.ForeignKeyConstraint(["station_id"], ["unit.id"], name=op.f("fk_site_station_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_site_station_id"), ["station_id"], unique=False)

    op.create_table(
        "task_companion",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_task_companion_officer_id_officer")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_companion_task_id_task")),
        sa.PrimaryKeyConstraint("task_id", "officer_id", name=op.f("pk_task_companion")),
    )
    with op.batch_alter_table("task_companion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_companion_officer_id"), ["officer_id"], unique=False)

    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sort", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("grid_id", sa.Integer(), nullable=True),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("theme", sa.String(length=32), nullable=True),
        sa.Column("departments", sa.String(length=120), nullable=False),
        sa.Column("planned_as", sa.String(length=32), nullable=False),
        sa.Column("walk", sa.Integer(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("went_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_because", sa.String(length=80), nullable=True),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("leaflets", sa.Integer(), nullable=False),
        sa.Column("deeds", sa.Integer(), nullable=False),
        sa.Column("opinions", sa.Integer(), nullable=False),
        sa.Column("disputes", sa.Integer(), nullable=False),
        sa.Column("disputes_settled", sa.Integer(), nullable=False),
        sa.Column("hazards", sa.Integer(), nullable=False),
        sa.Column("hazards_settled", sa.Integer(), nullable=False),
        sa.Column("absent", sa.Integer(), nullable=False),
        sa.Column("surveyed", sa.Integer(), nullable=False),
        sa.Column("raised", sa.Integer(), nullable=False),
        sa.Column("diary", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("checker_id", sa.Integer(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(went_at IS NULL) OR (left_at IS NULL) OR went_at <= left_at", name=op.f("ck_visit_left_after_it_went")
        ),
        sa.CheckConstraint("deeds >= 0", name=op.f("ck_visit_deeds_counted")),
        sa.CheckConstraint("disputes >= 0", name=op.f("ck_visit_disputes_counted")),
        sa.CheckConstraint("disputes_settled >= 0", name=op.f("ck_visit_disputes_settled_counted")),
        sa.CheckConstraint("hazards >= 0", name=op.f("ck_visit_hazards_counted")),
        sa.CheckConstraint("hazards_settled >= 0", name=op.f("ck_visit_hazards_settled_counted")),
        sa.CheckConstraint("households >= 0", name=op.f("ck_visit_households_counted")),
        sa.CheckConstraint("leaflets >= 0", name=op.f("ck_visit_leaflets_counted")),
        sa.CheckConstraint("opinions >= 0", name=op.f("ck_visit_opinions_counted")),
        sa.CheckConstraint("people >= 0", name=op.f("ck_visit_people_counted")),
        sa.CheckConstraint("units >= 0", name=op.f("ck_visit_units_counted")),
        sa.ForeignKeyConstraint(["checker_id"], ["officer.id"], name=op.f("fk_visit_checker_id_officer")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_visit_community_id_community")),
        sa.ForeignKeyConstraint(["grid_id"], ["grid.id"], name=op.f("fk_visit_grid_id_grid")),
        sa.ForeignKeyConstraint(["id"], ["task.id"], name=op.f("fk_visit_id_task")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_visit_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index("ix_visit_community", ["community_id", "left_at"], unique=False)
        batch_op.create_index("ix_visit_grid", ["grid_id", "left_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_planned_as"), ["planned_as"], unique=False)
        batch_op.create_index(
            "ix_visit_site",
            ["site_id", "left_at"],
            unique=False,
            sqlite_where=sa.text("site_id IS NOT NULL"),
            postgresql_where=sa.text("site_id IS NOT NULL"),
        )

    op.create_table(
        "visit_matter",
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_visit_matter_matter_id_matter")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_matter_visit_id_visit")),
        sa.PrimaryKeyConstraint("visit_id", "matter_id", name=op.f("pk_visit_matter")),
    )
    with op.batch_alter_table("visit_matter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_matter_matter_id"), ["matter_id"], unique=False)

    with op.batch_alter_table("photo", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.add_column(sa.Column("visit_id", sa.Integer(), nullable=True))
        batch.alter_column("matter_id", existing_type=sa.Integer(), nullable=True)
        batch.create_foreign_key(op.f("fk_photo_visit_id_visit"), "visit", ["visit_id"], ["id"])
        batch.create_index(op.f("ix_photo_visit_id"), ["visit_id"], unique=False)
        batch.create_check_constraint(op.f("ck_photo_one_subject"), "(matter_id IS NULL) <> (visit_id IS NULL)")

    op.add_column("task", sa.Column("daypart", sa.String(length=32), nullable=True))
    if op.get_bind().dialect.name == "sqlite":  # batch mode would lose the indexes with expressions
        op.execute(f"ALTER TABLE task ADD COLUMN begins_at DATETIME CONSTRAINT {SLOT} CHECK ({ENDS})")
    else:
        op.add_column("task", sa.Column("begins_at", sa.DateTime(timezone=True), nullable=True))
        op.create_check_constraint(op.f(SLOT), "task", ENDS)
    timed = sa.text("begins_at IS NOT NULL")
    columns = ["station_id", "begins_at"]
    op.create_index("ix_task_begins", "task", columns, sqlite_where=timed, postgresql_where=timed)


def downgrade():
    op.drop_index("ix_task_begins", "task")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f(SLOT), "task", type_="check")
    op.drop_column("task", "begins_at")
    op.drop_column("task", "daypart")
    op.execute("DELETE FROM photo WHERE matter_id IS NULL")
    with op.batch_alter_table("photo", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_constraint(op.f("ck_photo_one_subject"), type_="check")
        batch.drop_constraint(op.f("fk_photo_visit_id_visit"), type_="foreignkey")
        batch.drop_index(op.f("ix_photo_visit_id"))
        batch.alter_column("matter_id", existing_type=sa.Integer(), nullable=False)
        batch.drop_column("visit_id")
    for table in ("visit_matter", "visit", "task_companion", "site"):
        op.drop_table(table)
    op.execute("DELETE FROM task WHERE kind = 'visit'")

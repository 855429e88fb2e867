"""the house: all tables of the first day, the chain's head, its triggers, and the categories"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = depends_on = None

CATEGORIES = (  # code, name
    ("safety", "治安"),
    ("traffic", "交通"),
    ("neighbours", "邻里纠纷"),
    ("papers", "户籍证件"),
    ("noise", "噪音"),
    ("order", "环境秩序"),
    ("fraud", "防骗"),
    ("other", "其他"),
)
KEPT = "lines of the audit log stay as they are"


def upgrade():
    op.create_table(
        "about",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_about")),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=32), nullable=False),
        sa.Column("actor_uid", sa.String(length=32), nullable=True),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=True),
        sa.Column("subject_uid", sa.String(length=32), nullable=True),
        sa.Column("detail", sa.String(length=64), nullable=True),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_line")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "category",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("code", name=op.f("uq_category_code")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "day_exception",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("worked", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_day_exception")),
    )
    op.create_table(
        "sign_in_tries",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("tried", sa.Text(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_tries")),
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(length=3), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("duty_phone", sa.String(length=30), nullable=False),
        sa.Column("head_phone", sa.String(length=30), nullable=False),
        sa.CheckConstraint("length(number) = 3", name=op.f("ck_unit_three_digits")),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("number", name=op.f("uq_unit_number")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "card_counter",
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["station_id"], ["unit.id"], name=op.f("fk_card_counter_station_id_unit")),
        sa.PrimaryKeyConstraint("station_id", "year", name=op.f("pk_card_counter")),
    )
    op.create_table(
        "officer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("username", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=20), nullable=False),
        sa.Column("police_number", sa.String(length=12), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("led_by_id", sa.Integer(), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_on", sa.Boolean(), nullable=False),
        sa.Column("totp_used", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("role <> 'auxiliary' OR led_by_id IS NOT NULL", name=op.f("ck_officer_auxiliary_is_led")),
        sa.ForeignKeyConstraint(["led_by_id"], ["officer.id"], name=op.f("fk_officer_led_by_id_officer")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_officer_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer")),
        sa.UniqueConstraint("uid", name=op.f("uq_officer_uid")),
        sa.UniqueConstraint("username", name=op.f("uq_officer_username")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("officer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_officer_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["station_id"], ["unit.id"], name=op.f("fk_post_station_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint("uid", name=op.f("uq_post_uid")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_station_id"), ["station_id"], unique=False)

    op.create_table(
        "room",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["station_id"], ["unit.id"], name=op.f("fk_room_station_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_station_id"), ["station_id"], unique=False)

    op.create_table(
        "community",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("town", sa.String(length=60), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_community_post_id_post")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_community_room_id_room")),
        sa.ForeignKeyConstraint(["station_id"], ["unit.id"], name=op.f("fk_community_station_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community")),
        sa.UniqueConstraint("code", name=op.f("uq_community_code")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("community", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_community_post_id"), ["post_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_community_station_id"), ["station_id"], unique=False)

    op.create_table(
        "posting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint("until IS NULL OR until > since", name=op.f("ck_posting_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_posting_officer_id_officer")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_posting_post_id_post")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("posting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_posting_officer_id"), ["officer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_posting_post_id"), ["post_id"], unique=False)

    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("began", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_sign_in_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_sign_in_secret_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_officer_id"), ["officer_id"], unique=False)

    op.create_table(
        "grid",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_grid_community_id_community")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grid")),
        sa.UniqueConstraint("community_id", "number", name=op.f("uq_grid_community_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "matter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("submission", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("summary", sa.String(length=40), nullable=True),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("handler_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state IN ('signed_off', 'thanked', 'withdrawn')) = (closed_at IS NOT NULL)",
            name=op.f("ck_matter_closed_when_ended"),
        ),
        sa.CheckConstraint(
            "state IN ('received', 'thanked', 'withdrawn') OR summary IS NOT NULL", name=op.f("ck_matter_in_hand_has_summary")
        ),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_matter_category_id_category")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_matter_community_id_community")),
        sa.ForeignKeyConstraint(["handler_id"], ["officer.id"], name=op.f("fk_matter_handler_id_officer")),
        sa.ForeignKeyConstraint(["station_id"], ["unit.id"], name=op.f("fk_matter_station_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter")),
        sa.UniqueConstraint("number", name=op.f("uq_matter_number")),
        sa.UniqueConstraint("submission", name=op.f("uq_matter_submission")),
        sa.UniqueConstraint("uid", name=op.f("uq_matter_uid")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("matter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_matter_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_matter_handler_id"), ["handler_id"], unique=False)
        batch_op.create_index("ix_matter_state", ["station_id", "state", "id"], unique=False)
        batch_op.create_index("ix_matter_station", ["station_id", "id"], unique=False)

    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=32), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("record", sa.String(length=32), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_entry_matter_id_matter")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_entry_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_matter_id"), ["matter_id"], unique=False)

    op.create_table(
        "matter_handler",
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_matter_handler_matter_id_matter")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_matter_handler_officer_id_officer")),
        sa.PrimaryKeyConstraint("matter_id", "officer_id", name=op.f("pk_matter_handler")),
    )
    with op.batch_alter_table("matter_handler", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_matter_handler_officer_id"), ["officer_id"], unique=False)

    op.create_table(
        "point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("echo", sa.String(length=32), nullable=True),
        sa.CheckConstraint("(outcome = 'under_way') = (until IS NOT NULL)", name=op.f("ck_point_under_way_until")),
        sa.CheckConstraint("ordinal BETWEEN 1 AND 5", name=op.f("ck_point_at_most_five")),
        sa.CheckConstraint("outcome IS NULL OR answer IS NOT NULL", name=op.f("ck_point_outcome_has_answer")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_point_matter_id_matter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point")),
        sa.UniqueConstraint("matter_id", "ordinal", name=op.f("uq_point_matter_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("matter_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("title", sa.String(length=80), nullable=True),
        sa.Column("area", sa.String(length=80), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=True),
        sa.CheckConstraint("(state IN ('planned', 'under_way')) = (ended_at IS NULL)", name=op.f("ck_task_ended_when_closed")),
        sa.ForeignKeyConstraint(["assignee_id"], ["officer.id"], name=op.f("fk_task_assignee_id_officer")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_task_matter_id_matter")),
        sa.ForeignKeyConstraint(["station_id"], ["unit.id"], name=op.f("fk_task_station_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("uid", name=op.f("uq_task_uid")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_matter_id"), ["matter_id"], unique=False)
        batch_op.create_index(
            "ix_task_mine",
            ["assignee_id", "urgent", "due_at", "id"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(
            "ix_task_unclaimed",
            ["station_id", "urgent", "due_at", "id"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL AND assignee_id IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL AND assignee_id IS NULL"),
        )

    op.create_table(
        "callback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("tried", sa.Text(), nullable=False),
        sa.Column("result", sa.String(length=32), nullable=True),
        sa.Column("rating", sa.String(length=32), nullable=True),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("typed_by_staff", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(result = 'rated') = (rating IS NOT NULL)", name=op.f("ck_callback_rating_when_rated")),
        sa.ForeignKeyConstraint(["id"], ["task.id"], name=op.f("fk_callback_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback")),
    )
    op.create_table(
        "echo_card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=True),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("matter_id IS NULL OR task_id IS NULL", name=op.f("ck_echo_card_one_subject_at_most")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_echo_card_matter_id_matter")),
        sa.ForeignKeyConstraint(["station_id"], ["unit.id"], name=op.f("fk_echo_card_station_id_unit")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_echo_card_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_echo_card")),
        sa.UniqueConstraint("number", name=op.f("uq_echo_card_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_echo_card_uid")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("echo_card", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_echo_card_matter_id"), ["matter_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_echo_card_task_id"), ["task_id"], unique=False)

    op.create_table(
        "handling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["task.id"], name=op.f("fk_handling_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handling")),
    )

    category = sa.table("category", sa.column("code"), sa.column("name"))
    op.bulk_insert(category, [{"code": code, "name": name} for code, name in CATEGORIES])
    head = sa.table("audit_head", sa.column("id"), sa.column("lines"), sa.column("mac"))
    op.bulk_insert(head, [{"id": 1, "lines": 0, "mac": "0" * 64}])
    _guard_the_audit_log()


def _guard_the_audit_log():
    if op.get_bind().dialect.name == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
        for verb in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER audit_line_no_{verb.lower()} BEFORE {verb} ON audit_line {refuse}")
        there = "WHEN EXISTS (SELECT 1 FROM audit_line WHERE id = NEW.id)"  # INSERT OR REPLACE asks no other trigger
        op.execute(f"CREATE TRIGGER audit_line_no_replace BEFORE INSERT ON audit_line {there} {refuse}")
        return
    op.execute(
        f"CREATE FUNCTION audit_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{KEPT}'; END $$"
    )
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_line_no_{verb.lower()} BEFORE {verb} ON audit_line "
            "FOR EACH ROW EXECUTE FUNCTION audit_line_stays()"
        )
    op.execute("CREATE TRIGGER audit_line_no_truncate BEFORE TRUNCATE ON audit_line EXECUTE FUNCTION audit_line_stays()")


def downgrade():
    raise NotImplementedError("the first migration is not undone: it would drop everything")

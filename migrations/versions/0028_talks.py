"""talks, their sides, agreed points and calls; a line of a ledger belongs to a matter or to a talk"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = depends_on = None

STILL_OPEN = sa.text("ended_at IS NULL AND kind = 'talk_callback'")
SUBJECTS = (
    "(matter_id IS NULL OR task_id IS NULL) AND (matter_id IS NULL OR side_id IS NULL) AND (task_id IS NULL OR side_id IS NULL)"
)
ONE_PHOTO = (
    "(matter_id IS NOT NULL AND visit_id IS NULL AND talk_id IS NULL) "
    "OR (matter_id IS NULL AND (visit_id IS NULL) <> (talk_id IS NULL))"
)
ONE_TASK = "matter_id IS NULL OR talk_id IS NULL"
AUTOINCREMENT = {"sqlite_autoincrement": True}


def _key(table, column, target):
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def _own(table):
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def upgrade():
    op.create_table(
        "talk",
        *_own("talk"),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("held_in", sa.String(length=32), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("receiver_id", sa.Integer(), nullable=False),
        sa.Column("off_duty", sa.Boolean(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("present", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name=op.f("ck_talk_closed_with_an_outcome")),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_talk_closed_when_closed")),
        sa.CheckConstraint("(held_in = 'room') = (room_id IS NOT NULL)", name=op.f("ck_talk_room_where_in_one")),
        sa.CheckConstraint("held_at < held_until", name=op.f("ck_talk_ends_after_it_begins")),
        _key("talk", "station_id", "unit"),
        _key("talk", "community_id", "community"),
        _key("talk", "room_id", "room"),
        _key("talk", "officer_id", "officer"),
        _key("talk", "receiver_id", "officer"),
        sa.UniqueConstraint("uid", name=op.f("uq_talk_uid")),
        **AUTOINCREMENT,
    )
    op.create_index(op.f("ix_talk_officer_id"), "talk", ["officer_id"])
    op.create_index("ix_talk_station", "talk", ["station_id", "id"])
    op.create_table(
        "talk_side",
        *_own("talk_side"),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("talk_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("called", sa.String(length=20), nullable=False),
        sa.Column("wants", sa.Text(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "state = 'present' OR (name_sealed IS NULL AND phone_sealed IS NULL)", name=op.f("ck_talk_side_bare_once_erased")
        ),
        _key("talk_side", "talk_id", "talk"),
        sa.UniqueConstraint("uid", name=op.f("uq_talk_side_uid")),
        sa.UniqueConstraint("talk_id", "ordinal", name=op.f("uq_talk_side_talk_id")),
        **AUTOINCREMENT,
    )
    op.create_table(
        "agreement",
        *_own("agreement"),
        sa.Column("talk_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("side_id", sa.Integer(), nullable=True),
        sa.Column("owner", sa.String(length=20), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("kept", sa.String(length=32), nullable=True),
        sa.CheckConstraint("side_id IS NULL OR owner = ''", name=op.f("ck_agreement_one_owner_at_most")),
        _key("agreement", "talk_id", "talk"),
        _key("agreement", "side_id", "talk_side"),
        _key("agreement", "replaces_id", "agreement"),
        sa.UniqueConstraint("talk_id", "ordinal", name=op.f("uq_agreement_talk_id")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_agreement_replaces_id")),
        **AUTOINCREMENT,
    )
    op.create_table(
        "agreement_word",
        *_own("agreement_word"),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("side_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("says", sa.String(length=32), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("typed_by_staff", sa.Boolean(), nullable=False),
        _key("agreement_word", "agreement_id", "agreement"),
        _key("agreement_word", "side_id", "talk_side"),
        sa.UniqueConstraint("agreement_id", "side_id", name=op.f("uq_agreement_word_agreement_id")),
        **AUTOINCREMENT,
    )
    op.create_index(op.f("ix_agreement_word_side_id"), "agreement_word", ["side_id"])
    op.create_table("talk_handling", *_own("talk_handling"), _key("talk_handling", "id", "task"))
    op.create_table(
        "talk_callback",
        *_own("talk_callback"),
        sa.Column("side_id", sa.Integer(), nullable=False),
        sa.Column("asks_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("tried", sa.Text(), nullable=False),
        sa.Column("next_try", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.String(length=32), nullable=True),
        sa.Column("rating", sa.String(length=32), nullable=True),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("typed_by_staff", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(result = 'rated') = (rating IS NOT NULL)", name=op.f("ck_talk_callback_rating_when_rated")),
        _key("talk_callback", "id", "task"),
        _key("talk_callback", "side_id", "talk_side"),
    )
    op.create_index(op.f("ix_talk_callback_side_id"), "talk_callback", ["side_id"])
    op.create_index("ix_task_talk_callback", "task", ["due_at"], sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN)

    with op.batch_alter_table("entry", table_kwargs=AUTOINCREMENT) as batch:
        batch.add_column(sa.Column("talk_id", sa.Integer(), nullable=True))
        batch.alter_column("matter_id", existing_type=sa.Integer(), nullable=True)
        batch.create_foreign_key(op.f("fk_entry_talk_id_talk"), "talk", ["talk_id"], ["id"])
        batch.create_index(op.f("ix_entry_talk_id"), ["talk_id"])
        batch.create_check_constraint(op.f("ck_entry_one_ledger"), "(matter_id IS NULL) <> (talk_id IS NULL)")
    with op.batch_alter_table("echo_card", table_kwargs=AUTOINCREMENT) as batch:
        batch.add_column(sa.Column("side_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_echo_card_side_id_talk_side"), "talk_side", ["side_id"], ["id"])
        batch.create_index(op.f("ix_echo_card_side_id"), ["side_id"])
        batch.drop_constraint(op.f("ck_echo_card_one_subject_at_most"), type_="check")
        batch.create_check_constraint(op.f("ck_echo_card_one_subject_at_most"), SUBJECTS)

    with op.batch_alter_table("photo", table_kwargs=AUTOINCREMENT) as batch:
        batch.add_column(sa.Column("talk_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_photo_talk_id_talk"), "talk", ["talk_id"], ["id"])
        batch.create_index(op.f("ix_photo_talk_id"), ["talk_id"])
        batch.drop_constraint(op.f("ck_photo_one_subject"), type_="check")
        batch.create_check_constraint(op.f("ck_photo_one_subject"), ONE_PHOTO)

    if op.get_bind().dialect.name == "sqlite":  # batch mode would lose the indexes with expressions
        op.execute(
            "ALTER TABLE task ADD COLUMN talk_id INTEGER CONSTRAINT fk_task_talk_id_talk REFERENCES talk (id) "
            f"CONSTRAINT ck_task_one_subject_at_most CHECK ({ONE_TASK})"
        )
    else:
        op.add_column("task", sa.Column("talk_id", sa.Integer(), nullable=True))
        op.create_foreign_key(op.f("fk_task_talk_id_talk"), "task", "talk", ["talk_id"], ["id"])
        op.create_check_constraint(op.f("ck_task_one_subject_at_most"), "task", ONE_TASK)
    op.create_index(op.f("ix_task_talk_id"), "task", ["talk_id"])


def downgrade():
    op.drop_index(op.f("ix_task_talk_id"), "task")
    op.drop_index("ix_task_talk_callback", "task")
    for table in ("agreement_word", "talk_callback", "talk_handling"):
        op.drop_table(table)
    op.execute("DELETE FROM task WHERE kind IN ('talk_callback', 'talk_handling')")
    op.execute("DELETE FROM entry WHERE talk_id IS NOT NULL")
    op.execute("DELETE FROM echo_card WHERE side_id IS NOT NULL")
    op.execute("DELETE FROM photo WHERE talk_id IS NOT NULL")
    with op.batch_alter_table("photo", table_kwargs=AUTOINCREMENT) as batch:
        batch.drop_constraint(op.f("ck_photo_one_subject"), type_="check")
        batch.drop_constraint(op.f("fk_photo_talk_id_talk"), type_="foreignkey")
        batch.drop_index(op.f("ix_photo_talk_id"))
        batch.drop_column("talk_id")
        batch.create_check_constraint(op.f("ck_photo_one_subject"), "(matter_id IS NULL) <> (visit_id IS NULL)")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_task_one_subject_at_most"), "task", type_="check")
    op.drop_column("task", "talk_id")
    with op.batch_alter_table("echo_card", table_kwargs=AUTOINCREMENT) as batch:
        batch.drop_constraint(op.f("ck_echo_card_one_subject_at_most"), type_="check")
        batch.drop_constraint(op.f("fk_echo_card_side_id_talk_side"), type_="foreignkey")
        batch.drop_index(op.f("ix_echo_card_side_id"))
        batch.drop_column("side_id")
        batch.create_check_constraint(op.f("ck_echo_card_one_subject_at_most"), "matter_id IS NULL OR task_id IS NULL")
    with op.batch_alter_table("entry", table_kwargs=AUTOINCREMENT) as batch:
        batch.drop_constraint(op.f("ck_entry_one_ledger"), type_="check")
        batch.drop_constraint(op.f("fk_entry_talk_id_talk"), type_="foreignkey")
        batch.drop_index(op.f("ix_entry_talk_id"))
        batch.alter_column("matter_id", existing_type=sa.Integer(), nullable=False)
        batch.drop_column("talk_id")
    for table in ("agreement", "talk_side", "talk"):
        op.drop_table(table)

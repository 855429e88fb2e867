"""what is set up in the browser: rooms and categories that are closed, service of grids, accounts that wait for their owner, settings, the guide, the notice"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = depends_on = None

TEXTS = {"served_by": 40, "helps_with": 200, "phone": 30}

GUIDE = (
    (
        "身份证丢了、到期了，怎么办？",
        "带户口簿到任何一个派出所的户籍窗口都能办，不用回老家，当场照相、按指纹。到期换领20元，丢失、损坏补领40元。急着用，可以同时办临时身份证，10元。",
    ),
    (
        "孩子出生，怎么报户口？",
        "出生一个月以内，带出生医学证明、父母的身份证、户口簿和结婚证，到父亲或者母亲户口所在的派出所办，随父随母都可以。不收费。",
    ),
    (
        "户口怎么迁？",
        "先问要迁去的派出所要哪些材料。工作调动、上学、毕业、夫妻投靠、父母投靠子女，跨省也在迁入地一次办好，不用回原来的地方。",
    ),
    (
        "居住证怎么办？",
        "来了先到派出所或社区警务室登记，带身份证和租房合同。住满半年，并且有稳定的工作、住处或者在上学，就可以申请。第一次办不收费，每年签注一次。",
    ),
    (
        "无犯罪记录证明怎么开？",
        "带身份证到户口所在地或者现在居住地的派出所申请，也可以写委托书请别人代办。一般三个工作日内开好，不收费。",
    ),
    (
        "改名字要怎么办？",
        "到户口所在的派出所申请。成年人自己来，写明理由；孩子改名，要父母都同意。",
    ),
    (
        "接到可疑的电话、短信，是不是诈骗？",
        "别转账，别说验证码。拿不准，打反诈专线96110问；钱已经转出去了，马上打110。",
    ),
    (
        "捡到东西、丢了东西，怎么办？",
        "捡到的，送到最近的派出所，我们登记、找失主。丢了的，到派出所或打电话登记，有人送来就告诉您。",
    ),
    (
        "护照、港澳通行证在哪里办？",
        "派出所不办，归出入境管理部门。全国任何一个出入境窗口都能办，可以先在“移民局12367”手机应用上预约，也可以打12367问。",
    ),
    (
        "电动车上牌、养狗证在哪里办？",
        "电动车上牌归交警，带身份证、购车发票和合格证到车管所或登记点。养狗证各地不一样，打派出所电话问最准。",
    ),
)


def upgrade():
    op.add_column("room", sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("category", sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("officer", sa.Column("activate_by", sa.DateTime(timezone=True), nullable=True))
    guide = op.create_table(
        "guide_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(60), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_answer")),
        sqlite_autoincrement=True,
    )
    rows = [{"ordinal": n, "question": question, "answer": answer} for n, (question, answer) in enumerate(GUIDE, 1)]
    op.bulk_insert(guide, rows)
    op.create_table(
        "privacy_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("responsible", sa.String(60), nullable=False),
        sa.Column("seat", sa.String(120), nullable=False),
        sa.Column("contact", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["officer.id"], name=op.f("fk_privacy_notice_made_by_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_notice")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "setting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["changed_by_id"], ["officer.id"], name=op.f("fk_setting_changed_by_id_officer")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_setting_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting")),
        sa.UniqueConstraint("unit_id", "name", name=op.f("uq_setting_unit_id")),
        sqlite_autoincrement=True,
    )
    for name, length in TEXTS.items():
        op.add_column("grid", sa.Column(name, sa.String(length), nullable=False, server_default=""))


def downgrade():
    for name in TEXTS:
        op.drop_column("grid", name)
    op.drop_table("setting")
    op.drop_table("privacy_notice")
    op.drop_table("guide_answer")
    op.drop_column("officer", "activate_by")
    op.drop_column("category", "active")
    op.drop_column("room", "active")

"""Tasks that follow an absence, the rules that ask for them, and roll-calls."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "absence_rule",
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("access", sa.String(length=12), nullable=True),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("within_days", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.CheckConstraint("kind IN ('call', 'look')", name=op.f("ck_absence_rule_kind")),
        sa.CheckConstraint("missed BETWEEN 1 AND 20", name=op.f("ck_absence_rule_missed")),
        sa.CheckConstraint("within_days BETWEEN 0 AND 60", name=op.f("ck_absence_rule_within_days")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_absence_rule_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence_rule")),
        sa.UniqueConstraint("uid", name=op.f("uq_absence_rule_uid")),
    )
    op.create_index(op.f("ix_absence_rule_program_id"), "absence_rule", ["program_id"], unique=False)

    op.create_table(
        "roll_call",
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("came_out", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_roll_call_program_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_roll_call_site_id")),
        sa.ForeignKeyConstraint(["started_by_id"], ["person.id"], name=op.f("fk_roll_call_started_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_call")),
        sa.UniqueConstraint("uid", name=op.f("uq_roll_call_uid")),
    )
    op.create_index(op.f("ix_roll_call_site_id"), "roll_call", ["site_id"], unique=False)

    op.create_table(
        "roll_call_mark",
        sa.Column("roll_call_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_roll_call_mark_by_id")),
        sa.ForeignKeyConstraint(
            ["roll_call_id"], ["roll_call.id"], name=op.f("fk_roll_call_mark_roll_call_id")
        ),
        sa.PrimaryKeyConstraint("roll_call_id", "key", name=op.f("pk_roll_call_mark")),
    )
    op.create_table(
        "task",
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("occurrence_id", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigned_to_id", sa.Integer(), nullable=True),
        sa.Column("after_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=14), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("makeup_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.CheckConstraint("kind IN ('call', 'look')", name=op.f("ck_task_kind")),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('reached', 'more_support', 'no_answer', 'left_message', 'somebody_else', 'not_needed')",
            name=op.f("ck_task_outcome"),
        ),
        sa.CheckConstraint("(done_at IS NULL) = (outcome IS NULL)", name=op.f("ck_task_done")),
        sa.ForeignKeyConstraint(["after_id"], ["task.id"], name=op.f("fk_task_after_id")),
        sa.ForeignKeyConstraint(["assigned_to_id"], ["person.id"], name=op.f("fk_task_assigned_to_id")),
        sa.ForeignKeyConstraint(["done_by_id"], ["person.id"], name=op.f("fk_task_done_by_id")),
        sa.ForeignKeyConstraint(["group_id"], ["group_offered.id"], name=op.f("fk_task_group_id")),
        sa.ForeignKeyConstraint(["makeup_id"], ["occurrence.id"], name=op.f("fk_task_makeup_id")),
        sa.ForeignKeyConstraint(["occurrence_id"], ["occurrence.id"], name=op.f("fk_task_occurrence_id")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_task_program_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_task_site_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["person.id"], name=op.f("fk_task_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("uid", name=op.f("uq_task_uid")),
    )
    op.create_index(
        "ix_task_once",
        "task",
        ["occurrence_id", "subject_id", "kind"],
        unique=True,
        sqlite_where=sa.text("after_id IS NULL"),
        postgresql_where=sa.text("after_id IS NULL"),
    )
    op.create_index("ix_task_program_open", "task", ["program_id", "done_at", "due_at"], unique=False)
    op.create_index(op.f("ix_task_subject_id"), "task", ["subject_id"], unique=False)

    op.add_column("program", sa.Column("unseen_days", sa.Integer(), server_default="14", nullable=False))

    op.add_column("sheet", sa.Column("followed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("sheet", "followed_at")

    op.drop_column("program", "unseen_days")

    op.drop_index(op.f("ix_task_subject_id"), table_name="task")
    op.drop_index("ix_task_program_open", table_name="task")
    op.drop_index("ix_task_once", table_name="task")

    op.drop_table("task")
    op.drop_table("roll_call_mark")
    op.drop_index(op.f("ix_roll_call_site_id"), table_name="roll_call")

    op.drop_table("roll_call")
    op.drop_index(op.f("ix_absence_rule_program_id"), table_name="absence_rule")

    op.drop_table("absence_rule")

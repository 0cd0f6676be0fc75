"""What is asked with a request for a seat, and what somebody said; which answers go along with a call that is asked for; how
long answers to forms are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

KINDS = "kind IN ('mail_text', 'ended_link', 'sign_in', 'invitation', 'sheet_note', 'guest_name', {}'left_person')"
FORMER, NOW = KINDS.format(""), KINDS.format("'form_answers', ")
COLUMNS = "program_id, kind, months, source, by_id, set_at, ran_at, id, uid"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE group_offered ADD COLUMN question_id INTEGER "
        "CONSTRAINT fk_group_offered_question_id_questionnaire REFERENCES questionnaire (id)"
    )
    op.execute(
        "ALTER TABLE enrolment ADD COLUMN response_id INTEGER "
        "CONSTRAINT fk_enrolment_response_id_questionnaire_response REFERENCES questionnaire_response (id)"
    )
    op.execute(
        "ALTER TABLE call_request ADD COLUMN response_id INTEGER "
        "CONSTRAINT fk_call_request_response_id_questionnaire_response REFERENCES questionnaire_response (id)"
    )
    op.add_column("call_request", sa.Column("shared_items", sa.JSON(), server_default="[]", nullable=False))
    _kinds(NOW)


def downgrade() -> None:
    op.execute("DELETE FROM retention_rule WHERE kind = 'form_answers'")
    _kinds(FORMER)
    op.drop_column("call_request", "shared_items")
    op.drop_column("call_request", "response_id")
    op.drop_column("enrolment", "response_id")
    op.drop_column("group_offered", "question_id")


def _kinds(words: str) -> None:
    """Have the table of rules know these classes. SQLite changes no CHECK: the table is laid anew, nothing refers to it."""
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_retention_rule_kind"), "retention_rule")
        op.create_check_constraint(op.f("ck_retention_rule_kind"), "retention_rule", words)
        return
    op.execute("ALTER TABLE retention_rule RENAME TO retention_rule_before")
    op.create_table(
        "retention_rule",
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.CheckConstraint(words, name=op.f("ck_retention_rule_kind")),
        sa.CheckConstraint("months > 0", name=op.f("ck_retention_rule_months")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_retention_rule_by_id")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_retention_rule_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_rule")),
        sa.UniqueConstraint("program_id", "kind", name=op.f("uq_retention_rule_program_id_kind")),
        sa.UniqueConstraint("uid", name=op.f("uq_retention_rule_uid")),
    )
    op.execute(f"INSERT INTO retention_rule ({COLUMNS}) SELECT {COLUMNS} FROM retention_rule_before")  # noqa: S608
    op.drop_table("retention_rule_before")

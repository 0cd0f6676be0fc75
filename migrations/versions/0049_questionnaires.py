"""Forms that a program edits: their versions, which never change, and what people answer."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "questionnaire",
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("draft", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("draft_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("draft_by_id", sa.Integer(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["draft_by_id"], ["person.id"], name=op.f("fk_questionnaire_draft_by_id")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_questionnaire_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire")),
        sa.UniqueConstraint("program_id", "key", name=op.f("uq_questionnaire_program_id_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_questionnaire_uid")),
    )
    op.create_table(
        "questionnaire_version",
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["person.id"], name=op.f("fk_questionnaire_version_published_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"], ["questionnaire.id"], name=op.f("fk_questionnaire_version_questionnaire_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire_version")),
        sa.UniqueConstraint(
            "questionnaire_id", "number", name=op.f("uq_questionnaire_version_questionnaire_id_number")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_questionnaire_version_uid")),
    )
    op.create_table(
        "questionnaire_response",
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("audience", sa.String(length=14), nullable=False),
        sa.Column("amends_id", sa.Integer(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "(status = 'in-progress') = (handed_over_at IS NULL)",
            name=op.f("ck_questionnaire_response_handed_over"),
        ),
        sa.CheckConstraint(
            "audience IN ('only_me', 'my_counselor', 'care_team', 'totals')",
            name=op.f("ck_questionnaire_response_audience"),
        ),
        sa.CheckConstraint(
            "status != 'amended' OR amends_id IS NOT NULL", name=op.f("ck_questionnaire_response_amended")
        ),
        sa.CheckConstraint(
            "status IN ('in-progress', 'completed', 'amended')", name=op.f("ck_questionnaire_response_status")
        ),
        sa.ForeignKeyConstraint(
            ["amends_id"], ["questionnaire_response.id"], name=op.f("fk_questionnaire_response_amends_id")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_questionnaire_response_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["program_id"], ["program.id"], name=op.f("fk_questionnaire_response_program_id")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["person.id"], name=op.f("fk_questionnaire_response_subject_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["questionnaire_version.id"], name=op.f("fk_questionnaire_response_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire_response")),
        sa.UniqueConstraint("amends_id", name=op.f("uq_questionnaire_response_amends_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_questionnaire_response_uid")),
    )
    op.create_index(op.f("ix_questionnaire_response_author_id"), "questionnaire_response", ["author_id"])
    op.create_index(
        "ix_questionnaire_response_subject_status", "questionnaire_response", ["subject_id", "status"]
    )
    op.create_index(op.f("ix_questionnaire_response_version_id"), "questionnaire_response", ["version_id"])
    op.create_table(
        "response_answer",
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("own", sa.String(length=120), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"], ["questionnaire_response.id"], name=op.f("fk_response_answer_response_id")
        ),
        sa.PrimaryKeyConstraint("response_id", "item", name=op.f("pk_response_answer")),
    )
    _never_changed()
    op.create_table(
        "reflection_batch",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["group_offered.id"], name=op.f("fk_reflection_batch_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reflection_batch")),
        sa.UniqueConstraint("uid", name=op.f("uq_reflection_batch_uid")),
    )
    op.create_index(op.f("ix_reflection_batch_group_id"), "reflection_batch", ["group_id"])
    op.create_table(
        "reflection",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=True),
        sa.Column("skipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("later_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "(CASE WHEN response_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN skipped_at IS NULL THEN 0 ELSE 1 END) + "
            "(CASE WHEN later_at IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_reflection_one_answer"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reflection_person_id")),
        sa.ForeignKeyConstraint(["group_id"], ["group_offered.id"], name=op.f("fk_reflection_group_id")),
        sa.ForeignKeyConstraint(["occurrence_id"], ["occurrence.id"], name=op.f("fk_reflection_occurrence_id")),
        sa.ForeignKeyConstraint(
            ["response_id"], ["questionnaire_response.id"], name=op.f("fk_reflection_response_id")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["reflection_batch.id"], name=op.f("fk_reflection_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reflection")),
        sa.UniqueConstraint("person_id", "occurrence_id", name=op.f("uq_reflection_person_id_occurrence_id")),
        sa.UniqueConstraint("response_id", name=op.f("uq_reflection_response_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_reflection_uid")),
    )
    op.create_index(op.f("ix_reflection_occurrence_id"), "reflection", ["occurrence_id"])
    op.create_index("ix_reflection_group_batch", "reflection", ["group_id", "batch_id"])
    _calls()


def _calls() -> None:
    op.create_table(
        "duty_turn",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("begins", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_duty_turn_weekday")),
        sa.CheckConstraint(
            "begins BETWEEN 0 AND 1439 AND ends BETWEEN 0 AND 1439", name=op.f("ck_duty_turn_minutes")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_duty_turn_site_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_duty_turn_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_turn")),
        sa.UniqueConstraint(
            "site_id", "person_id", "weekday", "begins", name=op.f("uq_duty_turn_site_id_person_id_weekday_begins")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_duty_turn_uid")),
    )
    op.create_index(op.f("ix_duty_turn_person_id"), "duty_turn", ["person_id"])
    op.create_table(
        "call_request",
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(length=60), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("rung_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.CheckConstraint("(taken_at IS NULL) = (taken_by_id IS NULL)", name=op.f("ck_call_request_taken")),
        sa.CheckConstraint("done_at IS NULL OR taken_at IS NOT NULL", name=op.f("ck_call_request_done")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_call_request_program_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_call_request_site_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_call_request_person_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["person.id"], name=op.f("fk_call_request_taken_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_request")),
        sa.UniqueConstraint("uid", name=op.f("uq_call_request_uid")),
    )
    open_ = sa.text("done_at IS NULL AND withdrawn_at IS NULL")
    op.create_index(
        "uq_call_request_open", "call_request", ["person_id"], unique=True, sqlite_where=open_, postgresql_where=open_
    )
    op.create_index("ix_call_request_program_asked", "call_request", ["program_id", "asked_at"])
    op.create_table(
        "call_told",
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call_request.id"], name=op.f("fk_call_told_call_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_call_told_person_id")),
        sa.PrimaryKeyConstraint("call_id", "person_id", "rung", name=op.f("pk_call_told")),
    )


def _never_changed() -> None:
    if op.get_bind().dialect.name == "postgresql":
        refuse = "EXECUTE FUNCTION refuse_change()"
        op.execute(
            "CREATE TRIGGER questionnaire_version_append_only BEFORE UPDATE OR DELETE ON questionnaire_version "
            f"FOR EACH ROW {refuse}"
        )
        op.execute(
            "CREATE TRIGGER questionnaire_version_no_truncate BEFORE TRUNCATE ON questionnaire_version "
            f"FOR EACH STATEMENT {refuse}"
        )
        return
    abort = "BEGIN SELECT RAISE(ABORT, 'questionnaire_version is append-only'); END"
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER questionnaire_version_no_{verb} BEFORE {verb} ON questionnaire_version {abort}"
        )
    op.execute(
        "CREATE TRIGGER questionnaire_version_no_REPLACE BEFORE INSERT ON questionnaire_version "
        f"WHEN EXISTS (SELECT 1 FROM questionnaire_version WHERE id = NEW.id) {abort}"
    )


def downgrade() -> None:
    for table in ("call_told", "call_request", "duty_turn", "reflection", "reflection_batch", "response_answer", "questionnaire_response", "questionnaire_version", "questionnaire"):
        op.drop_table(table)

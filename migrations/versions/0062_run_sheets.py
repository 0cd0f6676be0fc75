"""Run sheets of a program, of a group and of a date, and the library that they are written from. A group names a sheet from now on
only where somebody chose one for it: so far it held that of its kind."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _library()
    _sheets()
    op.execute(
        "UPDATE modality SET run_sheet = 'one-to-one' "
        "WHERE \"key\" = 'individual-counseling' AND run_sheet = ''"
    )
    op.execute("UPDATE group_offered SET run_sheet = ''")


def _library() -> None:
    op.create_table(
        "library_agreement",
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("by_default", sa.Boolean(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_library_agreement_program_id")),
        sa.PrimaryKeyConstraint("program_id", "key", name=op.f("pk_library_agreement")),
    )
    op.create_table(
        "library_prompt",
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("deck", sa.String(length=12), nullable=False),
        sa.Column("modalities", sa.JSON(), nullable=False),
        sa.Column("faith", sa.String(length=16), nullable=False),
        sa.Column("stages", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.CheckConstraint("faith IN ('neutral', 'faith-friendly')", name=op.f("ck_library_prompt_faith")),
        sa.CheckConstraint(
            "deck IN ('check_in', 'openers', 'check_out', 'art', 'cards', 'cues')",
            name=op.f("ck_library_prompt_deck"),
        ),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_library_prompt_program_id")),
        sa.PrimaryKeyConstraint("program_id", "key", name=op.f("pk_library_prompt")),
    )


def _sheets() -> None:
    op.create_table(
        "run_sheet_template",
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group_offered.id"], name=op.f("fk_run_sheet_template_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_run_sheet_template_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_sheet_template")),
        sa.UniqueConstraint("program_id", "key", name=op.f("uq_run_sheet_template_program_id_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_run_sheet_template_uid")),
    )
    op.create_index(op.f("ix_run_sheet_template_group_id"), "run_sheet_template", ["group_id"])
    op.create_table(
        "run_sheet",
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_run_sheet_occurrence_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_sheet")),
        sa.UniqueConstraint("occurrence_id", name=op.f("uq_run_sheet_occurrence_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_run_sheet_uid")),
    )
    op.create_table(
        "run_sheet_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=True),
        sa.Column("date_sheet_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("former", sa.Integer(), nullable=True),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(template_id IS NULL) != (date_sheet_id IS NULL)", name=op.f("ck_run_sheet_version_of_one")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_run_sheet_version_by_id")),
        sa.ForeignKeyConstraint(
            ["date_sheet_id"], ["run_sheet.id"], name=op.f("fk_run_sheet_version_date_sheet_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["run_sheet_template.id"],
            name=op.f("fk_run_sheet_version_template_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_sheet_version")),
        sa.UniqueConstraint("date_sheet_id", "number", name=op.f("uq_run_sheet_version_date_sheet_id_number")),
        sa.UniqueConstraint("template_id", "number", name=op.f("uq_run_sheet_version_template_id_number")),
    )
    op.create_index(op.f("ix_run_sheet_version_by_id"), "run_sheet_version", ["by_id"])


def downgrade() -> None:
    for table in ("run_sheet_version", "run_sheet", "run_sheet_template", "library_prompt", "library_agreement"):
        op.drop_table(table)

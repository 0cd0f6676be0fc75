"""Cohorts of closed groups, with who is in them and until when."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cohort",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), server_default="", nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("screening_from", sa.Date(), nullable=False),
        sa.Column("screening_until", sa.Date(), nullable=False),
        sa.Column("joins_until", sa.Date(), nullable=False),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.CheckConstraint("begins_on <= ends_on", name=op.f("ck_cohort_ends")),
        sa.CheckConstraint(
            "screening_from <= begins_on AND screening_from <= screening_until",
            name=op.f("ck_cohort_screening"),
        ),
        sa.CheckConstraint(
            "screening_until <= joins_until AND joins_until <= ends_on", name=op.f("ck_cohort_joins")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group_offered.id"], name=op.f("fk_cohort_group_id_group_offered")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort")),
        sa.UniqueConstraint("uid", name=op.f("uq_cohort_uid")),
    )
    op.create_index(op.f("ix_cohort_group_id"), "cohort", ["group_id"])
    # A column that brings its own reference: SQLite adds none to a table that is there, and a batch would copy the table.
    op.execute(
        "ALTER TABLE enrolment ADD COLUMN cohort_id INTEGER "
        "CONSTRAINT fk_enrolment_cohort_id_cohort REFERENCES cohort (id)"
    )
    op.create_index(op.f("ix_enrolment_cohort_id"), "enrolment", ["cohort_id"])
    op.add_column("enrolment", sa.Column("until_start", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "enrolment", sa.Column("late_reason", sa.String(length=300), server_default="", nullable=False)
    )
    op.add_column("seat_hold", sa.Column("until_start", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("seat_hold", "until_start")
    op.drop_column("enrolment", "late_reason")
    op.drop_column("enrolment", "until_start")
    op.drop_index(op.f("ix_enrolment_cohort_id"), table_name="enrolment")
    op.drop_column("enrolment", "cohort_id")
    op.drop_index(op.f("ix_cohort_group_id"), table_name="cohort")
    op.drop_table("cohort")

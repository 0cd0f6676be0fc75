"""Meetings that others run, in a person's own week."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outside_date",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_outside_date_occurrence_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_outside_date_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_date")),
        sa.UniqueConstraint("person_id", "occurrence_id", name="uq_outside_date_once"),
    )
    op.create_index(op.f("ix_outside_date_occurrence_id"), "outside_date", ["occurrence_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_outside_date_occurrence_id"), table_name="outside_date")
    op.drop_table("outside_date")

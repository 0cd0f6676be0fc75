"""Changing groups: out of which enrolment into which, why, and since when."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

OPEN = sa.text("done_at IS NULL AND dropped_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "group_switch",
        sa.Column("out_of_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=16), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "why IN ('time', 'fit', 'more_structure', 'less_structure', 'without_faith', 'with_faith', 'other')",
            name=op.f("ck_group_switch_why"),
        ),
        sa.CheckConstraint("out_of_id <> into_id", name=op.f("ck_group_switch_two_groups")),
        sa.ForeignKeyConstraint(["out_of_id"], ["enrolment.id"], name=op.f("fk_group_switch_out_of_id_enrolment")),
        sa.ForeignKeyConstraint(["into_id"], ["enrolment.id"], name=op.f("fk_group_switch_into_id_enrolment")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_group_switch_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_switch")),
        sa.UniqueConstraint("uid", name=op.f("uq_group_switch_uid")),
    )
    op.create_index("ix_group_switch_out_of_id", "group_switch", ["out_of_id"])
    op.create_index("ix_group_switch_into_id", "group_switch", ["into_id"])
    op.create_index(
        "uq_group_switch_open", "group_switch", ["out_of_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )


def downgrade() -> None:
    op.drop_table("group_switch")

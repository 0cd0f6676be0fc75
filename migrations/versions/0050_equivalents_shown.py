"""That a secular group was shown beside a faith-based one: to whom, when, and with which notice."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "equivalent_shown",
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("faith_id", sa.Integer(), nullable=False),
        sa.Column("secular_id", sa.Integer(), nullable=False),
        sa.Column("faith_title", sa.String(length=255), nullable=False),
        sa.Column("secular_title", sa.String(length=255), nullable=False),
        sa.Column("occasion", sa.String(length=10), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.CheckConstraint("occasion IN ('joining', 'comparing')", name=op.f("ck_equivalent_shown_occasion")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_equivalent_shown_program_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_equivalent_shown_person_id")),
        sa.ForeignKeyConstraint(
            ["faith_id"], ["group_offered.id"], name=op.f("fk_equivalent_shown_faith_id")
        ),
        sa.ForeignKeyConstraint(
            ["secular_id"], ["group_offered.id"], name=op.f("fk_equivalent_shown_secular_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equivalent_shown")),
        sa.UniqueConstraint("uid", name=op.f("uq_equivalent_shown_uid")),
        sa.UniqueConstraint(
            "person_id", "faith_id", "secular_id", "occasion", "day", name="uq_equivalent_shown_once"
        ),
    )
    op.create_index("ix_equivalent_shown_program_shown", "equivalent_shown", ["program_id", "shown_at"])


def downgrade() -> None:
    op.drop_table("equivalent_shown")

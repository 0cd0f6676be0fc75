"""The backup of the night, and that the data were put back."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0016"
branch_labels = None
depends_on = None

PROBLEMS = "problem IN ('no_room', 'no_folder', 'no_program', 'broken', 'database')"


def upgrade() -> None:
    op.create_table(
        "nightly_backup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=12), nullable=True),
        sa.CheckConstraint(PROBLEMS, name=op.f("ck_nightly_backup_problem")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nightly_backup")),
    )
    op.create_table(
        "restoration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("messages_held", sa.Integer(), nullable=False),
        sa.Column("links_ended", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_restoration_program_id")),
        sa.ForeignKeyConstraint(["read_by_id"], ["person.id"], name=op.f("fk_restoration_read_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restoration")),
    )
    op.create_index(op.f("ix_restoration_program_id"), "restoration", ["program_id"])


def downgrade() -> None:
    op.drop_table("restoration")
    op.drop_table("nightly_backup")

"""The backup of the night, and that the data were put back."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0023"
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
    op.add_column("program", sa.Column("restored", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("program", "restored")
    op.drop_table("nightly_backup")

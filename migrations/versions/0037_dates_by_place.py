"""Dates are found by their place and their start: the week of a room, and whether it is free."""

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_occurrence_place_start", "occurrence", ["place_id", "start"])


def downgrade() -> None:
    op.drop_index("ix_occurrence_place_start", table_name="occurrence")

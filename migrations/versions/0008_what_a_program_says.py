"""A program says a sentence of its own on its front page, and is edited by one at a time."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: SQLite would copy the table and drop the one that other tables point at.
    op.add_column("program", sa.Column("texts", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("program", sa.Column("version", sa.Integer(), server_default="1", nullable=False))


def downgrade() -> None:
    op.drop_column("program", "version")
    op.drop_column("program", "texts")

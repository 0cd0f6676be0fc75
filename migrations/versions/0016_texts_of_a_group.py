"""A group says its title, tradition and descriptions in other languages too."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: SQLite would copy the table and drop the one that other tables point at.
    op.add_column("group_offered", sa.Column("texts", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    op.drop_column("group_offered", "texts")

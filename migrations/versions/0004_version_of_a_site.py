"""A site is edited by several people: who saves second learns of it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("site", sa.Column("version", sa.Integer(), server_default="1", nullable=False))


def downgrade() -> None:
    # No batch: it would make the table anew, and the rows that point to it forbid to drop the old one.
    op.drop_column("site", "version")

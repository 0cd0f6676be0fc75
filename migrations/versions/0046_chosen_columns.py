"""Which columns somebody wants on their week."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("week_columns", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("person", "week_columns")

"""Which columns somebody wants on their week; which messages go out as one mail; dates kept on closed days."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("week_columns", sa.JSON(), nullable=True))
    op.add_column("message", sa.Column("together", sa.String(length=40), nullable=True))
    op.add_column("occurrence", sa.Column("kept_closure", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("occurrence", "kept_closure")
    op.drop_column("message", "together")
    op.drop_column("person", "week_columns")

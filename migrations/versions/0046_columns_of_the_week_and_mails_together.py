"""Which columns somebody wants on their week; which messages go out as one mail; dates kept on closed days; asking
everybody for cover after some hours."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("week_columns", sa.Text(), nullable=True))
    op.add_column("message", sa.Column("together", sa.String(length=40), nullable=True))
    op.add_column("occurrence", sa.Column("kept_closure", sa.Integer(), nullable=True))
    op.add_column("program", sa.Column("cover_hours", sa.Integer(), server_default="12", nullable=False))
    op.add_column("substitution", sa.Column("widened_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("substitution", "widened_at")
    op.drop_column("program", "cover_hours")
    op.drop_column("occurrence", "kept_closure")
    op.drop_column("message", "together")
    op.drop_column("person", "week_columns")

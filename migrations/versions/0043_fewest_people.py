"""Fewest people: until when somebody decides whether a date with fewer takes place, and that it does."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("group_offered", sa.Column("decide_hours", sa.Integer(), nullable=True))
    for table, name in (("group_offered", "cancels_if_few"), ("occurrence", "runs_anyway")):
        op.add_column(table, sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("occurrence", "runs_anyway")
    for name in ("cancels_if_few", "decide_hours"):
        op.drop_column("group_offered", name)

"""A cancelled date that its rule no longer has is told from one that was called off; a source keeps the zone of its rows."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    dropped = sa.Column("dropped", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("occurrence", dropped)
    zone = sa.Column("timezone", sa.String(60), server_default="", nullable=False)
    op.add_column("listing_source", zone)
    date = sa.table("occurrence", sa.column("id", sa.Integer), sa.column("dropped", sa.Boolean))
    numbers = [row.id for row in _cancelled_by_a_rule() if row.original_local[:10] not in _days(row.skip)]
    for begin in range(0, len(numbers), 500):
        op.execute(sa.update(date).where(date.c.id.in_(numbers[begin : begin + 500])).values(dropped=True))


def downgrade() -> None:
    op.drop_column("listing_source", "timezone")
    op.drop_column("occurrence", "dropped")


def _cancelled_by_a_rule() -> Any:
    """Whoever cancels a date says why; a rule says nothing, neither of a day that it skips."""
    query = (
        "SELECT o.id, o.original_local, s.skip FROM occurrence o JOIN series s ON s.id = o.series_id"
        " WHERE o.status = 'cancelled' AND o.reason = ''"
    )
    return op.get_bind().execute(sa.text(query)).all()


def _days(skip: Any) -> list[str]:
    return list(json.loads(skip) if isinstance(skip, str) else skip or ())

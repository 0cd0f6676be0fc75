"""A program has a region, which says how dates and times are written: that of its zone to begin with."""

import sqlalchemy as sa
from alembic import op

from groupsched.core.regions import DEFAULT, of_zone

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: SQLite would copy the table and drop the one that other tables point at.
    op.add_column("program", sa.Column("region", sa.String(2), server_default=DEFAULT, nullable=False))
    connection = op.get_bind()
    program = sa.table("program", sa.column("id"), sa.column("timezone"), sa.column("region"))
    for row in connection.execute(sa.select(program.c.id, program.c.timezone)).all():
        change = sa.update(program).where(program.c.id == row.id)
        connection.execute(change.values(region=of_zone(row.timezone)))


def downgrade() -> None:
    op.drop_column("program", "region")

"""What leaving ended is kept until it can no longer be taken back; who moved up from a line is told on a page until seen."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LEFT_AS = "ALTER TABLE {0} ADD COLUMN left_as VARCHAR({1}) CONSTRAINT ck_{0}_left_as CHECK (left_as IN ({2}))"
ENROLMENT = "'requested', 'waitlisted', 'offered', 'active', 'completed', 'left'"
DATE_SEAT = "'held', 'waiting', 'given_up', 'left'"


def upgrade() -> None:
    # Not in a batch: SQLite would copy the table and drop the one that other tables point at. It adds no CHECK to a table
    # that is there, but takes a column that brings its own.
    op.execute(LEFT_AS.format("enrolment", 12, ENROLMENT))
    op.execute(LEFT_AS.format("date_seat", 10, DATE_SEAT))
    op.add_column("enrolment", sa.Column("undo_until", sa.DateTime(timezone=True)))
    for table in ("enrolment", "date_seat"):
        op.add_column(table, sa.Column("moved_up_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    for table in ("date_seat", "enrolment"):
        op.drop_column(table, "moved_up_at")
        op.drop_column(table, "left_as")
    op.drop_column("enrolment", "undo_until")

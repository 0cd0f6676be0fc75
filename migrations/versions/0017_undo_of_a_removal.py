"""Whether what was done last to an enrolment is for staff to undo, who did it."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: SQLite would copy the table and drop the one that other tables point at.
    column = sa.Column("undo_by_staff", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("enrolment", column)


def downgrade() -> None:
    op.drop_column("enrolment", "undo_by_staff")

"""When somebody rang whoever asks for a call, and did not reach them; and that joining was undone: who joined was never there."""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("call_request", sa.Column("rang_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("enrolment", sa.Column("undone", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("enrolment", "undone")
    op.drop_column("call_request", "rang_at")

"""Messages name what they are about, can be taken back, and have a link that tells nothing.

Dates keep the addresses they had, and the worker leaves word of its rounds.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: SQLite would copy the whole table.
    op.add_column("message", sa.Column("about", sa.String(120), server_default="", nullable=False))
    op.add_column("message", sa.Column("was", sa.JSON()))
    op.add_column("message", sa.Column("target", sa.String(200), server_default="", nullable=False))
    op.add_column("message", sa.Column("withdrawn_at", sa.DateTime(timezone=True)))

    op.add_column("message", sa.Column("useful_until", sa.DateTime(timezone=True)))
    for name in ("reminds_day", "reminds_hours"):
        op.add_column("person", sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False))
    for name, hour in (("quiet_from", "21:00"), ("quiet_until", "08:00")):
        op.add_column("person", sa.Column(name, sa.String(5), server_default=hour, nullable=False))
    op.add_column("occurrence", sa.Column("former_local", sa.String(160), server_default="", nullable=False))
    op.create_table(
        "worker_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_round")),
    )


def downgrade() -> None:
    op.drop_table("worker_round")
    op.drop_column("occurrence", "former_local")
    for name in ("quiet_until", "quiet_from", "reminds_hours", "reminds_day"):
        op.drop_column("person", name)
    op.drop_column("message", "useful_until")
    for name in ("withdrawn_at", "target", "was", "about"):
        op.drop_column("message", name)

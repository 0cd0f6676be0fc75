"""Hybrid groups: seats in the room and online, and how each person comes."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

POOLS = "IN ('room', 'online')"
IN_POOLS = "SELECT id FROM group_offered WHERE attendance_mode = 'hybrid' AND setting = 'group' AND source_id IS NULL"


def upgrade() -> None:
    op.add_column("group_offered", sa.Column("online_capacity", sa.Integer(), nullable=True))
    op.add_column("occurrence", sa.Column("online_capacity", sa.Integer(), server_default="0", nullable=True))
    # With its rule in the same statement: SQLite adds none to a table that stands.
    op.execute("ALTER TABLE occurrence ADD COLUMN online_taken INTEGER DEFAULT 0 NOT NULL "
               "CONSTRAINT ck_occurrence_online_taken CHECK (online_taken >= 0)")
    for table in ("enrolment", "date_seat"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN pool VARCHAR(6) CONSTRAINT ck_{table}_pool CHECK (pool {POOLS})")
        op.add_column(table, sa.Column("other_pool_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attendee", sa.Column("online", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("enrolment", sa.Column("pool_changes", sa.Integer(), server_default="0", nullable=False))
    # As many online as in the room: whoever is in can say either, and no group grows beyond what somebody meant.
    # How people come is not known: they keep the link, and are asked.
    op.execute(f"UPDATE group_offered SET online_capacity = capacity WHERE id IN ({IN_POOLS})")
    op.execute(
        "UPDATE occurrence SET online_capacity = (SELECT g.capacity FROM group_offered g WHERE g.id = occurrence.group_id) "
        f"WHERE group_id IN ({IN_POOLS})"
    )


def downgrade() -> None:
    op.drop_column("enrolment", "pool_changes")
    op.drop_column("attendee", "online")
    for table in ("date_seat", "enrolment"):
        op.drop_column(table, "other_pool_at")
        op.drop_column(table, "pool")
    op.drop_column("occurrence", "online_taken")
    op.drop_column("occurrence", "online_capacity")
    op.drop_column("group_offered", "online_capacity")

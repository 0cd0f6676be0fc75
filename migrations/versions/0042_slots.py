"""Slots: how the window of a date is cut, its times as rows, and whose a time is."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

HELD = sa.text("state = 'held'")


def upgrade() -> None:
    op.create_table(
        "timeslot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint('"end" > start', name=op.f("ck_timeslot_order")),
        sa.ForeignKeyConstraint(["occurrence_id"], ["occurrence.id"], name=op.f("fk_timeslot_occurrence_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_timeslot_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timeslot")),
        sa.UniqueConstraint("uid", name=op.f("uq_timeslot_uid")),
    )
    op.create_index("ix_timeslot_occurrence_start", "timeslot", ["occurrence_id", "start"])
    for table in ("date_seat", "attendee"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN timeslot_id INTEGER "
                   f"CONSTRAINT fk_{table}_timeslot_id REFERENCES timeslot (id)")
    op.add_column("date_seat", sa.Column("slot_changes", sa.Integer(), server_default="0", nullable=False))
    op.create_index(
        "uq_date_seat_timeslot", "date_seat", ["timeslot_id"], unique=True, sqlite_where=HELD, postgresql_where=HELD
    )
    op.add_column("group_offered", sa.Column("slot_minutes", sa.Integer(), nullable=True))
    op.add_column("group_offered", sa.Column("slot_gap", sa.Integer(), server_default="0", nullable=False))
    op.add_column("group_offered", sa.Column("slot_breaks", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    for name in ("slot_breaks", "slot_gap", "slot_minutes"):
        op.drop_column("group_offered", name)
    op.drop_index("uq_date_seat_timeslot", table_name="date_seat")
    op.drop_column("date_seat", "slot_changes")
    for table in ("attendee", "date_seat"):
        op.drop_column(table, "timeslot_id")
    op.drop_index("ix_timeslot_occurrence_start", table_name="timeslot")
    op.drop_table("timeslot")

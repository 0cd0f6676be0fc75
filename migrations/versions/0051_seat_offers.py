"""Seats that are kept for who was asked, and the offers; who has a seat that comes free in a group, and when one last did."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

STANDS = sa.text("closed_at IS NULL")
OPEN = sa.text("state = 'open'")
OPEN_WHOLE = sa.text("state = 'open' AND occurrence_id IS NULL")
MODES = "IN ('at_once', 'ask_first', 'first_yes')"


def upgrade() -> None:
    op.create_table(
        "seat_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=True),
        sa.Column("from_start", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pool", sa.String(length=6), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("timeslot_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("pool IN ('room', 'online')", name=op.f("ck_seat_hold_pool")),
        sa.CheckConstraint("(occurrence_id IS NULL) <> (from_start IS NULL)", name=op.f("ck_seat_hold_scope")),
        sa.CheckConstraint("seats >= 0", name=op.f("ck_seat_hold_seats")),
        sa.ForeignKeyConstraint(["group_id"], ["group_offered.id"], name=op.f("fk_seat_hold_group_id")),
        sa.ForeignKeyConstraint(["occurrence_id"], ["occurrence.id"], name=op.f("fk_seat_hold_occurrence_id")),
        sa.ForeignKeyConstraint(["timeslot_id"], ["timeslot.id"], name=op.f("fk_seat_hold_timeslot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_hold")),
    )
    op.create_index(
        "ix_seat_hold_open", "seat_hold", ["group_id"], sqlite_where=STANDS, postgresql_where=STANDS
    )
    op.create_index(
        "uq_seat_hold_timeslot", "seat_hold", ["timeslot_id"], unique=True, sqlite_where=STANDS, postgresql_where=STANDS
    )
    op.create_table(
        "seat_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.Column("hold_id", sa.Integer(), nullable=True),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=True),
        sa.Column("clash_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'declined', 'expired', 'withdrawn', 'passed_over')",
            name=op.f("ck_seat_offer_state"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_seat_offer_by_id")),
        sa.ForeignKeyConstraint(["clash_id"], ["occurrence.id"], name=op.f("fk_seat_offer_clash_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_seat_offer_enrolment_id")),
        sa.ForeignKeyConstraint(["hold_id"], ["seat_hold.id"], name=op.f("fk_seat_offer_hold_id")),
        sa.ForeignKeyConstraint(["occurrence_id"], ["occurrence.id"], name=op.f("fk_seat_offer_occurrence_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_offer")),
        sa.UniqueConstraint("uid", name=op.f("uq_seat_offer_uid")),
    )
    op.create_index("ix_seat_offer_enrolment", "seat_offer", ["enrolment_id", "state"])
    op.create_index("ix_seat_offer_hold", "seat_offer", ["hold_id"])
    op.create_index(
        "uq_seat_offer_date", "seat_offer", ["enrolment_id", "occurrence_id"],
        unique=True, sqlite_where=OPEN, postgresql_where=OPEN,
    )  # fmt: skip
    op.create_index(
        "uq_seat_offer_whole", "seat_offer", ["enrolment_id"],
        unique=True, sqlite_where=OPEN_WHOLE, postgresql_where=OPEN_WHOLE,
    )  # fmt: skip
    op.add_column("enrolment", sa.Column("keeps_both", sa.Boolean(), server_default=sa.false(), nullable=False))
    # With its rule in the same statement: SQLite adds none to a table that stands. Groups that are there keep what they did.
    op.execute("ALTER TABLE group_offered ADD COLUMN line_mode VARCHAR(10) DEFAULT 'at_once' NOT NULL "
               f"CONSTRAINT ck_group_offered_line_mode CHECK (line_mode {MODES})")
    op.add_column("occurrence", sa.Column("freed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("occurrence", "freed_at")
    op.drop_column("group_offered", "line_mode")
    op.drop_column("enrolment", "keeps_both")
    op.drop_table("seat_offer")
    op.drop_table("seat_hold")

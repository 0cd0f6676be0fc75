"""Why somebody in line was passed over."""

from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A column that brings its own condition: SQLite adds none to a table that is there, and a batch would copy the table.
    op.execute(
        "ALTER TABLE seat_offer ADD COLUMN passed_for VARCHAR(10) CONSTRAINT ck_seat_offer_passed_for "
        "CHECK (passed_for IN ('clash', 'apart', 'clearance', 'adds_only', 'account', 'too_late'))"
    )
    # Of the others it is not known by now whether a date, a pair or a clearance stood in the way.
    op.execute(
        "UPDATE seat_offer SET passed_for = 'too_late' WHERE state = 'passed_over' AND clash_id IS NULL"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE seat_offer DROP COLUMN passed_for")

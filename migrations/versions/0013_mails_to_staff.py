"""Staff choose whether mails about their work come at once, once a day or not at all."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A column that brings its own CHECK: SQLite adds none to a table that is there, and a batch would copy the table.
    op.execute(
        "ALTER TABLE person ADD COLUMN staff_mail VARCHAR(10) DEFAULT 'at_once' NOT NULL "
        "CONSTRAINT ck_person_staff_mail CHECK (staff_mail IN ('at_once', 'daily', 'none'))"
    )


def downgrade() -> None:
    op.drop_column("person", "staff_mail")

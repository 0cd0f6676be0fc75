"""Who proposed a person for a group; a program may look at a group before it is published."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Columns that bring their own reference: SQLite adds none to a table that is there, and a batch would copy the table.
    for table, name in (("enrolment", "proposed_by_id"), ("group_offered", "yes_asked_by_id")):
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {name} INTEGER CONSTRAINT fk_{table}_{name} REFERENCES person (id)"
        )
    op.add_column("group_offered", sa.Column("yes_asked_at", sa.DateTime(timezone=True)))
    op.add_column("group_offered", sa.Column("sent_back", sa.String(300), server_default="", nullable=False))
    op.add_column(
        "program", sa.Column("reviews_groups", sa.Boolean(), server_default=sa.false(), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("program", "reviews_groups")
    for name in ("sent_back", "yes_asked_at", "yes_asked_by_id"):
        op.drop_column("group_offered", name)
    op.drop_column("enrolment", "proposed_by_id")

"""A message that did not reach its person is told by somebody: why it did not, which group it is about, who told it and when."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

UNREACHED = "'no_address', 'no_mail', 'failed'"


def upgrade() -> None:
    # A column that brings its own CHECK: SQLite adds none to a table that is there, and a batch would copy the table.
    op.execute(
        "ALTER TABLE message ADD COLUMN unreached VARCHAR(12) "
        f"CONSTRAINT ck_message_unreached CHECK (unreached IN ({UNREACHED}))"
    )
    for name, table in (("group_id", "group_offered"), ("told_by_id", "person")):
        op.execute(
            f"ALTER TABLE message ADD COLUMN {name} INTEGER "
            f"CONSTRAINT fk_message_{name} REFERENCES {table} (id)"
        )
    op.add_column("message", sa.Column("told_at", sa.DateTime(timezone=True)))
    given = sa.text("unreached IS NOT NULL")
    op.create_index(
        "ix_message_unreached", "message", ["group_id"], sqlite_where=given, postgresql_where=given
    )


def downgrade() -> None:
    op.drop_index("ix_message_unreached", "message")
    for name in ("told_at", "told_by_id", "group_id", "unreached"):
        op.drop_column("message", name)

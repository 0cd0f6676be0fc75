"""A table that was brought in can be taken back for a day; people who came by it and never were here are gone."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: SQLite would copy the table and drop the one that other tables point at.
    op.add_column("person", sa.Column("gone_at", sa.DateTime(timezone=True)))
    op.create_table(
        "table_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(20), nullable=False),
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer()),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("created", sa.JSON()),
        sa.Column("taken_back_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("kind IN ('people', 'groups', 'seats')", name=op.f("ck_table_import_kind")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_table_import_by_id_person")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_table_import_program_id_program")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_import")),
        sa.UniqueConstraint("uid", name=op.f("uq_table_import_uid")),
    )
    op.create_index("ix_table_import_program_at", "table_import", ["program_id", "at"])


def downgrade() -> None:
    op.drop_table("table_import")
    op.drop_column("person", "gone_at")

"""Which groups made a revision of a catalogue; dates that nobody else can join are found without looking at the others."""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

CLOSED = sa.text(
    "NOT (status = 'scheduled' AND (capacity IS NULL OR taken - online_taken < capacity "
    "OR online_capacity IS NULL OR online_taken < online_capacity))"
)


def upgrade() -> None:
    op.create_table(
        "catalogue_change",
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["program_id"], ["program.id"], name=op.f("fk_catalogue_change_program_id_program")
        ),
        sa.PrimaryKeyConstraint("program_id", "revision", name=op.f("pk_catalogue_change")),
    )
    op.create_index(
        "ix_occurrence_closed",
        "occurrence",
        ["program_id", "external", "start", "id"],
        sqlite_where=CLOSED,
        postgresql_where=CLOSED,
    )
    op.create_index("ix_group_offered_pair", "group_offered", ["program_id", "secular_pair_id"])


def downgrade() -> None:
    op.drop_index("ix_group_offered_pair", table_name="group_offered")
    op.drop_index("ix_occurrence_closed", table_name="occurrence")
    op.drop_table("catalogue_change")

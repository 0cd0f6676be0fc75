"""The history of a group's dates: each change with what stood before and after it."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "change_made",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("scope", sa.String(length=9), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("undoes", sa.Boolean(), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.CheckConstraint("scope IN ('this', 'following', 'all')", name=op.f("ck_change_made_scope")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_change_made_by_id_person")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group_offered.id"], name=op.f("fk_change_made_group_id_group_offered")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_made")),
        sa.UniqueConstraint("uid", name=op.f("uq_change_made_uid")),
    )
    op.create_index(op.f("ix_change_made_group_id"), "change_made", ["group_id"])


def downgrade() -> None:
    op.drop_table("change_made")

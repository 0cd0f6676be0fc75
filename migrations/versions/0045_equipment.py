"""Equipment that is counted: what a room or a site has, what a group needs, and what its dates take of it. And templates keep the
topics of their group."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

COUNTED = (("place", "equipment"), ("site", "equipment"), ("group_offered", "needs"))


def upgrade() -> None:
    for table, name in COUNTED:
        op.add_column(table, sa.Column(name, sa.JSON(), server_default="{}", nullable=False))
    op.add_column("saved_pattern", sa.Column("topics", sa.JSON(), nullable=True))
    op.create_table(
        "equipment_booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("thing", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("reason", sa.String(length=300), server_default="", nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_equipment_booking_number")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_equipment_booking_place_id_place")),
        sa.ForeignKeyConstraint(["occurrence_id"], ["occurrence.id"],
                                name=op.f("fk_equipment_booking_occurrence_id_occurrence"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equipment_booking")),
        sa.UniqueConstraint("occurrence_id", "place_id", "thing", name=op.f("uq_equipment_booking_occurrence_id_place_id_thing")),
    )
    op.create_index("ix_equipment_booking_place_start", "equipment_booking", ["place_id", "start"])


def downgrade() -> None:
    op.drop_table("equipment_booking")
    op.drop_column("saved_pattern", "topics")
    for table, name in reversed(COUNTED):
        op.drop_column(table, name)

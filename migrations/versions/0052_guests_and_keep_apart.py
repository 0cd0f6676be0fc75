"""Guests of clients, and pairs of people who are kept apart."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0048"
branch_labels = None
depends_on = None

STANDING = sa.text("until_day IS NULL")


def upgrade() -> None:
    op.create_table(
        "apart_pair",
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("minutes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_apart_pair_order")),
        sa.CheckConstraint("until_day IS NULL OR until_day >= from_day", name=op.f("ck_apart_pair_days")),
        sa.CheckConstraint("minutes BETWEEN 0 AND 240", name=op.f("ck_apart_pair_minutes")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_apart_pair_program_id_program")),
        sa.ForeignKeyConstraint(["first_id"], ["person.id"], name=op.f("fk_apart_pair_first_id_person")),
        sa.ForeignKeyConstraint(["second_id"], ["person.id"], name=op.f("fk_apart_pair_second_id_person")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_apart_pair_entered_by_id_person")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_apart_pair_ended_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_apart_pair")),
        sa.UniqueConstraint("uid", name=op.f("uq_apart_pair_uid")),
    )
    op.create_index("ix_apart_pair_program_id", "apart_pair", ["program_id"])
    op.create_index("ix_apart_pair_first_id", "apart_pair", ["first_id"])
    op.create_index("ix_apart_pair_second", "apart_pair", ["second_id"])
    op.create_index(
        "uq_apart_pair_standing",
        "apart_pair",
        ["first_id", "second_id"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )


def downgrade() -> None:
    op.drop_table("apart_pair")

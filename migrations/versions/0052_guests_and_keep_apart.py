"""Guests of clients, and pairs of people who are kept apart."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
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

    op.create_table(
        "guest_rule",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("seats", sa.String(length=8), nullable=False),
        sa.CheckConstraint("seats IN ('beside', 'seated')", name=op.f("ck_guest_rule_seats")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group_offered.id"], name=op.f("fk_guest_rule_group_id_group_offered")
        ),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_guest_rule")),
    )
    op.create_table(
        "guest",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("relation", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("word_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("word_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "relation IN ('partner', 'parent', 'grown_child', 'friend', 'someone_else')",
            name=op.f("ck_guest_relation"),
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'comes', 'declined', 'ended')", name=op.f("ck_guest_state")
        ),
        sa.CheckConstraint("host_id != person_id", name=op.f("ck_guest_other")),
        sa.ForeignKeyConstraint(["group_id"], ["group_offered.id"], name=op.f("fk_guest_group_id_group_offered")),
        sa.ForeignKeyConstraint(["host_id"], ["person.id"], name=op.f("fk_guest_host_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_guest_person_id_person")),
        sa.ForeignKeyConstraint(["word_by_id"], ["person.id"], name=op.f("fk_guest_word_by_id_person")),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["person.id"], name=op.f("fk_guest_confirmed_by_id_person")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_guest_ended_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest")),
        sa.UniqueConstraint("uid", name=op.f("uq_guest_uid")),
    )
    op.create_index("ix_guest_group_state", "guest", ["group_id", "state"])
    op.create_index("ix_guest_host_id", "guest", ["host_id"])
    op.create_index("ix_guest_person_id", "guest", ["person_id"])
    op.create_table(
        "guest_date",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guest_id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("seated", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["guest_id"], ["guest.id"], name=op.f("fk_guest_date_guest_id_guest")),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_guest_date_occurrence_id_occurrence")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_date")),
        sa.UniqueConstraint("guest_id", "occurrence_id", name=op.f("uq_guest_date_guest_id_occurrence_id")),
    )
    op.create_index("ix_guest_date_occurrence", "guest_date", ["occurrence_id"])
    op.add_column(
        "program", sa.Column("young_guests", sa.String(length=300), server_default="", nullable=False)
    )
    op.add_column(
        "program", sa.Column("keeps_apart", sa.Boolean(), server_default=sa.false(), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("program", "keeps_apart")
    op.drop_column("program", "young_guests")
    op.drop_table("guest_date")
    op.drop_table("guest")
    op.drop_table("guest_rule")
    op.drop_table("apart_pair")

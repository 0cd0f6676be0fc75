"""Changing groups; complementary kinds: clearances on file, a clinician's confirmation, and groups that stay open after the program."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

OPEN = sa.text("done_at IS NULL AND dropped_at IS NULL")
STANDING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "group_switch",
        sa.Column("out_of_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=16), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "why IN ('the_time', 'fit', 'more_structure', 'less_structure', 'without_faith', 'with_faith', 'other')",
            name=op.f("ck_group_switch_why"),
        ),
        sa.CheckConstraint("out_of_id <> into_id", name=op.f("ck_group_switch_two_groups")),
        sa.ForeignKeyConstraint(["out_of_id"], ["enrolment.id"], name=op.f("fk_group_switch_out_of_id_enrolment")),
        sa.ForeignKeyConstraint(["into_id"], ["enrolment.id"], name=op.f("fk_group_switch_into_id_enrolment")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_group_switch_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_switch")),
        sa.UniqueConstraint("uid", name=op.f("uq_group_switch_uid")),
    )
    op.create_index("ix_group_switch_out_of_id", "group_switch", ["out_of_id"])
    op.create_index("ix_group_switch_into_id", "group_switch", ["into_id"])
    op.create_index(
        "uq_group_switch_open", "group_switch", ["out_of_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.execute(
        "ALTER TABLE modality ADD COLUMN clearance VARCHAR(10) "
        "CONSTRAINT ck_modality_clearance CHECK (clearance IN ('needles', 'touch', 'exercise'))"
    )
    op.add_column("group_offered", sa.Column("stays_open", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "clearance",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.CheckConstraint("kind IN ('needles', 'touch', 'exercise')", name=op.f("ck_clearance_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_clearance_person_id_person")),
        sa.ForeignKeyConstraint(["noted_by_id"], ["person.id"], name=op.f("fk_clearance_noted_by_id_person")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_clearance_ended_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clearance")),
        sa.UniqueConstraint("uid", name=op.f("uq_clearance_uid")),
    )
    op.create_index("ix_clearance_person_id", "clearance", ["person_id"])
    op.create_table(
        "clinician_confirmation",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_clinician_confirmation_person_id_person")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_clinician_confirmation_by_id_person")),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["person.id"], name=op.f("fk_clinician_confirmation_ended_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinician_confirmation")),
        sa.UniqueConstraint("uid", name=op.f("uq_clinician_confirmation_uid")),
    )
    op.create_index("ix_clinician_confirmation_person_id", "clinician_confirmation", ["person_id"])
    op.create_index(
        "uq_clinician_confirmation_standing", "clinician_confirmation", ["person_id"],
        unique=True, sqlite_where=STANDING, postgresql_where=STANDING,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("clinician_confirmation")
    op.drop_table("clearance")
    op.drop_column("group_offered", "stays_open")
    op.drop_column("modality", "clearance")
    op.drop_table("group_switch")

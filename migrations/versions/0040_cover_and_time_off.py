"""Cover: who was asked to lead a date instead; time off and working hours; substitutes, observers and hosts at a date."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

ROLES = "role IN ('lead', 'co_lead', 'substitute', 'observer', 'host')"
FORMER = "role IN ('lead', 'co_lead')"
COLUMNS = "occurrence_id, person_id, role, position, qualification_id"


def upgrade() -> None:
    _roles(ROLES)
    op.create_table(
        "substitution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("part_of_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'given', 'withdrawn', 'lapsed')", name=op.f("ck_substitution_state")
        ),
        sa.CheckConstraint(
            "taken_by_id IS NOT NULL OR NOT state IN ('accepted', 'given')", name=op.f("ck_substitution_taken")
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_substitution_{column}_{table}"))
            for column, table in (
                ("program_id", "program"), ("occurrence_id", "occurrence"), ("part_of_id", "person"),
                ("asked_by_id", "person"), ("taken_by_id", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitution")),
        sa.UniqueConstraint("uid", name=op.f("uq_substitution_uid")),
    )  # fmt: skip
    op.create_index("ix_substitution_program_state", "substitution", ["program_id", "state"])
    op.create_index(op.f("ix_substitution_occurrence_id"), "substitution", ["occurrence_id"])
    op.create_table(
        "cover_ask",
        sa.Column("substitution_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["substitution_id"], ["substitution.id"], name=op.f("fk_cover_ask_substitution_id_substitution")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_cover_ask_person_id_person")),
        sa.PrimaryKeyConstraint("substitution_id", "person_id", name=op.f("pk_cover_ask")),
    )
    op.create_index(op.f("ix_cover_ask_person_id"), "cover_ask", ["person_id"])
    op.create_table(
        "time_off",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_time_off_order")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_time_off_person_id_person")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["person.id"], name=op.f("fk_time_off_entered_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_off")),
        sa.UniqueConstraint("uid", name=op.f("uq_time_off_uid")),
    )
    op.create_index("ix_time_off_person_ends", "time_off", ["person_id", "ends_at"])
    op.create_table(
        "working_hours",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("begins", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_working_hours_weekday")),
        sa.CheckConstraint(
            "0 <= begins AND begins < ends AND ends <= 1440", name=op.f("ck_working_hours_order")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_working_hours_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "weekday", name=op.f("pk_working_hours")),
    )


def downgrade() -> None:
    for table in ("working_hours", "time_off", "cover_ask", "substitution"):
        op.drop_table(table)
    op.execute("DELETE FROM assignment WHERE role IN ('observer', 'host')")
    op.execute("UPDATE assignment SET role = 'co_lead' WHERE role = 'substitute'")
    _roles(FORMER)


def _roles(words: str) -> None:
    """Have the table of assignments know these roles. SQLite changes no CHECK: the table is laid anew, nothing refers to it."""
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_assignment_role"), "assignment")
        op.create_check_constraint(op.f("ck_assignment_role"), "assignment", words)
        return
    op.execute("ALTER TABLE assignment RENAME TO assignment_before")
    op.execute("DROP INDEX ix_assignment_person_id")
    op.create_table(
        "assignment",
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(words, name=op.f("ck_assignment_role")),
        sa.ForeignKeyConstraint(["occurrence_id"], ["occurrence.id"], name=op.f("fk_assignment_occurrence_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_assignment_person_id")),
        sa.PrimaryKeyConstraint("occurrence_id", "person_id", name=op.f("pk_assignment")),
    )
    # As the column came: one that a constraint of the table names could not be dropped again.
    op.execute("ALTER TABLE assignment ADD COLUMN qualification_id INTEGER "
               "CONSTRAINT fk_assignment_qualification_id REFERENCES qualification (id)")
    op.execute(f"INSERT INTO assignment ({COLUMNS}) SELECT {COLUMNS} FROM assignment_before")  # noqa: S608
    op.drop_table("assignment_before")
    op.create_index(op.f("ix_assignment_person_id"), "assignment", ["person_id"])

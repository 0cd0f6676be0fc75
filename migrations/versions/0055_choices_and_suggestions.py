"""Equivalents are noted wherever somebody comes into a group, also with a proposal, a change of groups and by staff; what is
not to be suggested."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

COLUMNS = (
    "program_id, person_id, faith_id, secular_id, faith_title, secular_title, occasion, day, shown_at, notice, id, uid"
)
BEFORE = "occasion IN ('joining', 'comparing')"
NOW = "occasion IN ('joining', 'comparing', 'proposed', 'switching', 'by_staff')"


RULES = (
    "rule IN ('secular', 'faith', 'structured', 'relaxed', 'other_day', 'other_part', 'online', 'in_person', "
    "'smaller', 'larger', 'other_kind')"
)


def upgrade() -> None:
    _occasions(NOW)
    op.create_table(
        "suggestion_aside",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_suggestion_aside_person_id_person")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group_offered.id"], name=op.f("fk_suggestion_aside_group_id_group_offered")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion_aside")),
        sa.UniqueConstraint("person_id", "group_id", name="uq_suggestion_aside_once"),
    )
    op.create_table(
        "no_faith_wish",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_no_faith_wish_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_no_faith_wish")),
    )
    op.create_table(
        "suggestion_rule_off",
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(RULES, name=op.f("ck_suggestion_rule_off_rule")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_suggestion_rule_off_program_id_program")),
        sa.PrimaryKeyConstraint("program_id", "rule", name=op.f("pk_suggestion_rule_off")),
    )


def downgrade() -> None:
    for table in ("suggestion_rule_off", "no_faith_wish", "suggestion_aside"):
        op.drop_table(table)
    op.execute("DELETE FROM equivalent_shown WHERE occasion IN ('proposed', 'switching', 'by_staff')")
    _occasions(BEFORE)


def _occasions(words: str) -> None:
    """Have the table know these occasions. SQLite changes no CHECK: the table is laid anew, nothing refers to it."""
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_equivalent_shown_occasion"), "equivalent_shown")
        op.create_check_constraint(op.f("ck_equivalent_shown_occasion"), "equivalent_shown", words)
        return
    op.execute("ALTER TABLE equivalent_shown RENAME TO equivalent_shown_before")
    op.execute("DROP INDEX ix_equivalent_shown_program_shown")
    op.create_table(
        "equivalent_shown",
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("faith_id", sa.Integer(), nullable=False),
        sa.Column("secular_id", sa.Integer(), nullable=False),
        sa.Column("faith_title", sa.String(length=255), nullable=False),
        sa.Column("secular_title", sa.String(length=255), nullable=False),
        sa.Column("occasion", sa.String(length=10), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.CheckConstraint(words, name=op.f("ck_equivalent_shown_occasion")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_equivalent_shown_program_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_equivalent_shown_person_id")),
        sa.ForeignKeyConstraint(["faith_id"], ["group_offered.id"], name=op.f("fk_equivalent_shown_faith_id")),
        sa.ForeignKeyConstraint(["secular_id"], ["group_offered.id"], name=op.f("fk_equivalent_shown_secular_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equivalent_shown")),
        sa.UniqueConstraint("uid", name=op.f("uq_equivalent_shown_uid")),
        sa.UniqueConstraint(
            "person_id", "faith_id", "secular_id", "occasion", "day", name="uq_equivalent_shown_once"
        ),
    )
    op.execute(f"INSERT INTO equivalent_shown ({COLUMNS}) SELECT {COLUMNS} FROM equivalent_shown_before")  # noqa: S608
    op.execute("DROP TABLE equivalent_shown_before")
    op.create_index("ix_equivalent_shown_program_shown", "equivalent_shown", ["program_id", "shown_at"])

"""Topics of a group, and which date has which; groups saved as templates."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    group = "group_offered"
    op.create_table(
        "curriculum",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=7), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("mode IN ('fixed', 'rolling')", name=op.f("ck_curriculum_mode")),
        sa.ForeignKeyConstraint(["group_id"], [f"{group}.id"], name=op.f(f"fk_curriculum_group_id_{group}")),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_curriculum")),
    )
    op.create_table(
        "topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("outline", sa.String(length=600), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=600), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], [f"{group}.id"], name=op.f(f"fk_topic_group_id_{group}")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
        sa.UniqueConstraint("uid", name=op.f("uq_topic_uid")),
    )
    op.create_index(op.f("ix_topic_group_id"), "topic", ["group_id"])
    op.create_table(
        "saved_pattern",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_saved_pattern_program_id_program")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_saved_pattern_created_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_pattern")),
        sa.UniqueConstraint("uid", name=op.f("uq_saved_pattern_uid")),
    )
    op.create_index(op.f("ix_saved_pattern_program_id"), "saved_pattern", ["program_id"])
    op.execute("ALTER TABLE occurrence ADD COLUMN topic_id INTEGER "
               "CONSTRAINT fk_occurrence_topic_id_topic REFERENCES topic (id)")
    op.create_index(op.f("ix_occurrence_topic_id"), "occurrence", ["topic_id"])
    op.execute("ALTER TABLE occurrence ADD COLUMN topic_choice VARCHAR(8) DEFAULT 'in_order' NOT NULL "
               "CONSTRAINT ck_occurrence_topic_choice CHECK (topic_choice IN ('in_order', 'without', 'pinned'))")


def downgrade() -> None:
    op.drop_column("occurrence", "topic_choice")
    op.drop_index(op.f("ix_occurrence_topic_id"), "occurrence")
    op.drop_column("occurrence", "topic_id")
    op.drop_table("saved_pattern")
    op.drop_table("topic")
    op.drop_table("curriculum")

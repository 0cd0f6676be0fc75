"""Trials: three kinds of sessions in two weeks, with the date of each."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "trial",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_trial_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_trial_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial")),
        sa.UniqueConstraint("uid", name=op.f("uq_trial_uid")),
    )
    op.create_index("ix_trial_person_began", "trial", ["person_id", "began_at"])
    op.create_index("uq_trial_open", "trial", ["person_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "trial_date",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["occurrence_id"], ["occurrence.id"], name=op.f("fk_trial_date_occurrence_id")),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_trial_date_trial_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial_date")),
        sa.UniqueConstraint("trial_id", "occurrence_id", name=op.f("uq_trial_date_trial_id_occurrence_id")),
    )
    op.create_index("ix_trial_date_occurrence_id", "trial_date", ["occurrence_id"])


def downgrade() -> None:
    op.drop_table("trial_date")
    op.drop_table("trial")

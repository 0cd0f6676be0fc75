"""What is refused is counted; acts say by which token and from where."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "refusal_count",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("program_id", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("word", sa.String(length=60), nullable=False),
        sa.Column("token_uid", sa.String(length=20), nullable=True),
        sa.Column("came_from", sa.String(length=10), nullable=True),
        sa.Column("route", sa.String(length=80), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_refusal_count_actor_id")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_refusal_count_program_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["person.id"], name=op.f("fk_refusal_count_subject_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_refusal_count")),
    )
    op.create_index(op.f("ix_refusal_count_hour"), "refusal_count", ["hour"])
    # Not as a batch: that would make the table of the audit anew, without its triggers.
    op.add_column("audit_row", sa.Column("token_uid", sa.String(length=20), nullable=True))
    op.add_column("audit_row", sa.Column("came_from", sa.String(length=10), nullable=True))


def downgrade() -> None:
    op.drop_column("audit_row", "came_from")
    op.drop_column("audit_row", "token_uid")
    op.drop_index(op.f("ix_refusal_count_hour"), table_name="refusal_count")
    op.drop_table("refusal_count")

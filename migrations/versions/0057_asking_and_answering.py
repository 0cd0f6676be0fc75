"""Who waits is asked later; another idea with a no; dates that a guest lost with their client; seats
kept for who is referred; clearances of the kinds that came with the product."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("enrolment", sa.Column("ask_from", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "enrolment", sa.Column("idea_words", sa.String(length=300), server_default="", nullable=False)
    )
    # A column that brings its own reference: SQLite adds none to a table that is there, and a batch would copy the table.
    op.execute(
        "ALTER TABLE enrolment ADD COLUMN idea_id INTEGER "
        "CONSTRAINT fk_enrolment_idea_id_group_offered REFERENCES group_offered (id)"
    )
    # Kinds that came with the product and say nothing yet: what was changed by hand stays.
    for key, clearance in (("acupuncture", "needles"), ("massage", "touch"), ("exercise", "exercise")):
        op.execute(
            f"UPDATE modality SET clearance = '{clearance}' WHERE \"key\" = '{key}' AND clearance IS NULL"
        )
    op.add_column("seat_hold", sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "referral_pool",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.CheckConstraint("seats BETWEEN 1 AND 20", name=op.f("ck_referral_pool_seats")),
        sa.CheckConstraint("days BETWEEN 1 AND 60", name=op.f("ck_referral_pool_days")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group_offered.id"], name=op.f("fk_referral_pool_group_id_group_offered")
        ),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_referral_pool")),
    )
    op.add_column("guest_date", sa.Column("lost_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("guest_date", "lost_at")
    op.drop_table("referral_pool")
    op.drop_column("seat_hold", "opens_at")
    op.drop_column("enrolment", "idea_id")
    op.drop_column("enrolment", "idea_words")
    op.drop_column("enrolment", "ask_from")

"""When each fact that calendars tell was last changed. What they hold so far has stamps up to now: none falls behind them."""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

ABOUT = (
    "about IN ('house', 'group', 'place', 'site', 'modality', 'topic', 'series', 'date', 'slot', 'enrolment', 'person', 'feed')"
)


def upgrade() -> None:
    op.create_table(
        "told_fact",
        sa.Column("about", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fact", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(ABOUT, name=op.f("ck_told_fact_about")),
        sa.PrimaryKeyConstraint("about", "number", "fact", name=op.f("pk_told_fact")),
    )
    op.create_index("ix_told_fact_at", "told_fact", ["at"], unique=False)
    op.execute(
        "INSERT INTO told_fact (about, number, fact, at) SELECT 'house', 0, 'stamps', CURRENT_TIMESTAMP "
        "WHERE EXISTS (SELECT 1 FROM group_offered)"
    )


def downgrade() -> None:
    op.drop_index("ix_told_fact_at", table_name="told_fact")
    op.drop_table("told_fact")

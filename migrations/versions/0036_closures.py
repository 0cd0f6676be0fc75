"""Closed days: spans in which a site is closed, which dates they called off, what a series does then."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "closure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rooms", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_closure_order")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_closure_created_by_id_person")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_closure_program_id_program")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_closure_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
        sa.UniqueConstraint("uid", name=op.f("uq_closure_uid")),
    )
    op.create_index("ix_closure_program_ends", "closure", ["program_id", "ends_at"])
    op.execute("ALTER TABLE occurrence ADD COLUMN closure_id INTEGER "
               "CONSTRAINT fk_occurrence_closure_id_closure REFERENCES closure (id)")
    op.create_index(op.f("ix_occurrence_closure_id"), "occurrence", ["closure_id"])
    op.execute("ALTER TABLE series ADD COLUMN closed_days VARCHAR(4) "
               "CONSTRAINT ck_series_closed_days CHECK (closed_days IN ('skip', 'keep', 'ask'))")
    for name, length in (("holiday_country", 2), ("holiday_part", 12)):
        column = sa.Column(name, sa.String(length=length), server_default="", nullable=False)
        op.add_column("site", column)


def downgrade() -> None:
    for name in ("holiday_part", "holiday_country"):
        op.drop_column("site", name)
    op.drop_column("series", "closed_days")
    op.drop_index(op.f("ix_occurrence_closure_id"), "occurrence")
    op.drop_column("occurrence", "closure_id")
    op.drop_table("closure")

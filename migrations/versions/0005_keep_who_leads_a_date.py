"""Who leads a date is kept from its beginning on; dates that have begun keep those who lead their group now."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BEGUN = sa.text(
    """
    INSERT INTO assignment (occurrence_id, person_id, role, position)
    SELECT occurrence.id, facilitator.person_id, CASE facilitator.position WHEN 0 THEN 'lead' ELSE 'co_lead' END,
           facilitator.position
    FROM occurrence
    JOIN facilitator ON facilitator.group_id = occurrence.group_id
    JOIN group_offered ON group_offered.id = occurrence.group_id
    WHERE occurrence.start <= :now AND occurrence.status <> 'cancelled' AND group_offered.state <> 'draft'
    """
)


def upgrade() -> None:
    op.create_table(
        "assignment",
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("role IN ('lead', 'co_lead')", name=op.f("ck_assignment_role")),
        sa.ForeignKeyConstraint(["occurrence_id"], ["occurrence.id"], name=op.f("fk_assignment_occurrence_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_assignment_person_id")),
        sa.PrimaryKeyConstraint("occurrence_id", "person_id", name=op.f("pk_assignment")),
    )
    op.create_index(op.f("ix_assignment_person_id"), "assignment", ["person_id"])
    # SQLite keeps moments as texts in UTC without a zone and compares them as texts; PostgreSQL reads this in UTC too.
    moment = sa.bindparam("now", datetime.now(UTC).replace(tzinfo=None), sa.DateTime())
    op.execute(BEGUN.bindparams(moment))


def downgrade() -> None:
    op.drop_index(op.f("ix_assignment_person_id"), "assignment")
    op.drop_table("assignment")

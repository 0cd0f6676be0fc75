"""Care teams: who cares for whom, as what, from when until when."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

STANDING = sa.text("until_day IS NULL")


def upgrade() -> None:
    op.create_table(
        "care_team_member",
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("took_over_from_id", sa.Integer(), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "role IN ('counselor', 'prescriber', 'case_manager', 'peer', 'other')",
            name=op.f("ck_care_team_member_role"),
        ),
        sa.CheckConstraint(
            "until_day IS NULL OR until_day >= from_day", name=op.f("ck_care_team_member_order")
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["person.id"], name=op.f("fk_care_team_member_client_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["person.id"], name=op.f("fk_care_team_member_member_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["took_over_from_id"], ["care_team_member.id"], name=op.f("fk_care_team_member_took_over_from_id_care_team_member")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["person.id"], name=op.f("fk_care_team_member_entered_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["person.id"], name=op.f("fk_care_team_member_ended_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_team_member")),
        sa.UniqueConstraint("uid", name=op.f("uq_care_team_member_uid")),
    )
    op.create_index("ix_care_team_member_client_id", "care_team_member", ["client_id"])
    op.create_index("ix_care_team_member_member_until", "care_team_member", ["member_id", "until_day"])
    op.create_index(
        "uq_care_team_member_standing",
        "care_team_member",
        ["client_id", "member_id"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )


def downgrade() -> None:
    op.drop_table("care_team_member")

"""A roster that is signed, codes to sign oneself in at the door, and where that is wanted."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("service_type", sa.Column("signed", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("program", sa.Column("self_sign_in", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("site", sa.Column("self_sign_in", sa.Boolean(), server_default=sa.true(), nullable=False))
    _signatures()
    _codes()


def _signatures() -> None:
    op.create_table(
        "roster_signature",
        sa.Column("id", sa.Integer(), primary_key=True),
        _reference("roster_signature", "attendee_id", "attendee", nullable=False),
        sa.Column("initials", sa.String(4), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device", sa.String(60), nullable=False),
        _reference("roster_signature", "by_id", "person"),
        sa.Column("taken_back_at", sa.DateTime(timezone=True)),
        _reference("roster_signature", "taken_back_by_id", "person"),
    )
    stands = sa.text("taken_back_at IS NULL")
    op.create_index(
        "ix_roster_signature_stands",
        "roster_signature",
        ["attendee_id"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )


def _codes() -> None:
    op.create_table(
        "door_code",
        sa.Column("id", sa.Integer(), primary_key=True),
        _reference("door_code", "program_id", "program", nullable=False),
        _reference("door_code", "person_id", "person", nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        _reference("door_code", "made_by_id", "person"),
        sa.UniqueConstraint("person_id", name=op.f("uq_door_code_person_id")),
        sa.UniqueConstraint("program_id", "code_hash", name=op.f("uq_door_code_program_id_code_hash")),
    )


def _reference(table: str, name: str, target: str, *, nullable: bool = True) -> sa.Column[int]:
    key = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_{table}_{name}"))
    return sa.Column(name, sa.Integer(), key, nullable=nullable)


def downgrade() -> None:
    for table in ("door_code", "roster_signature"):
        op.drop_table(table)
    for table, name in (("site", "self_sign_in"), ("program", "self_sign_in"), ("service_type", "signed")):
        op.drop_column(table, name)

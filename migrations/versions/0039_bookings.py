"""What dates occupy, places and people alike, as rows of which no two overlap; what overlaps by now is marked as kept."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0037"
branch_labels = None
depends_on = None

LIVE = ("JOIN group_offered g ON g.id = o.group_id WHERE o.external = false AND o.status NOT IN ('cancelled', 'did_not_meet') "
        "AND g.state <> 'draft' ")
FILLED = (
    "INSERT INTO booking (place_id, start, \"end\", occurrence_id) SELECT p.id, o.start, o.\"end\", o.id FROM occurrence o "
    f"JOIN place p ON p.id = o.place_id {LIVE} AND ((p.mode = 'room' AND g.attendance_mode <> 'online') "
    "OR (p.mode = 'online' AND p.online_link <> '')) ORDER BY o.start, o.id",
    "INSERT INTO booking (person_id, start, \"end\", occurrence_id) SELECT a.person_id, o.start, o.\"end\", o.id "
    f"FROM occurrence o JOIN assignment a ON a.occurrence_id = o.id {LIVE} ORDER BY o.start, o.id",
    "INSERT INTO booking (person_id, start, \"end\", occurrence_id) SELECT f.person_id, o.start, o.\"end\", o.id "
    f"FROM occurrence o JOIN facilitator f ON f.group_id = o.group_id {LIVE} "
    "AND NOT EXISTS (SELECT 1 FROM assignment a WHERE a.occurrence_id = o.id) ORDER BY o.start, o.id",
)
KEPT = (
    "UPDATE booking SET kept = true WHERE EXISTS (SELECT 1 FROM booking b WHERE b.{column} = booking.{column} "
    "AND b.id < booking.id AND b.start < booking.\"end\" AND b.\"end\" > booking.start AND b.start > {before})"
)


def upgrade() -> None:
    op.create_table(
        "booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("reason", sa.String(length=300), server_default="", nullable=False),
        sa.CheckConstraint("(place_id IS NULL) <> (person_id IS NULL)", name=op.f("ck_booking_one")),
        sa.CheckConstraint('"end" > start', name=op.f("ck_booking_order")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_booking_place_id_place")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_booking_person_id_person")),
        sa.ForeignKeyConstraint(["occurrence_id"], ["occurrence.id"], name=op.f("fk_booking_occurrence_id_occurrence"),
                                ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
    )
    for statement in FILLED:
        op.execute(statement)
    op.create_index("ix_booking_place_start", "booking", ["place_id", "start"])
    op.create_index("ix_booking_person_start", "booking", ["person_id", "start"])
    op.create_index(op.f("ix_booking_occurrence_id"), "booking", ["occurrence_id"])
    postgres = op.get_bind().dialect.name == "postgresql"
    before = "booking.start - interval '2 days'" if postgres else "strftime('%Y-%m-%d', booking.start, '-2 days')"
    for column in ("place_id", "person_id"):
        op.execute(KEPT.format(column=column, before=before))
        _refuse_overlaps(column, postgres)


def _refuse_overlaps(column: str, postgres: bool) -> None:
    name = f"ex_booking_{column}"
    if postgres:
        op.execute(
            f"ALTER TABLE booking ADD CONSTRAINT {name} EXCLUDE USING gist (int4range({column}, {column}, '[]') WITH &&, "
            f"tstzrange(start, \"end\") WITH &&) WHERE ({column} IS NOT NULL AND NOT kept)"
        )
        return
    for verb in ("INSERT", "UPDATE"):
        op.execute(
            f"CREATE TRIGGER {name}_{verb} BEFORE {verb} ON booking WHEN NEW.{column} IS NOT NULL AND NOT NEW.kept AND EXISTS ("
            f"SELECT 1 FROM booking WHERE {column} = NEW.{column} AND NOT kept AND id IS NOT NEW.id "
            "AND start < NEW.\"end\" AND \"end\" > NEW.start AND start > strftime('%Y-%m-%d', NEW.start, '-2 days')) "
            f"BEGIN SELECT RAISE(ABORT, 'EXCLUDE constraint failed: {name}'); END"
        )


def downgrade() -> None:
    op.drop_table("booking")

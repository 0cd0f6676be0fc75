"""What devices send to a sheet, marks that wait for review, times that follow how a sheet is marked."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

KINDS = "kind IN ('mark', 'resolve', 'bulk', 'undo', 'walk_in', 'guest', 'note', 'remove', 'finish', 'how')"
OUTCOMES = "outcome IN ('applied', 'conflict', 'review')"
REASONS = "reason IN ('finished', 'cancelled', 'did_not_meet', 'removed', 'out_of_bounds', 'who_is_it')"


def upgrade() -> None:
    op.add_column(
        "attendance_operation", sa.Column("after", sa.String(length=36), server_default="", nullable=False)
    )
    op.add_column(
        "attendance_operation", sa.Column("auto", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("attendee", sa.Column("guest_number", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE attendee SET guest_number = (SELECT count(*) FROM attendee AS other "
        "WHERE other.sheet_id = attendee.sheet_id AND other.person_id IS NULL AND other.id <= attendee.id) "
        "WHERE person_id IS NULL"
    )
    op.create_table(
        "sheet_operation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("op_id", sa.String(length=36), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("attendee_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("device", sa.String(length=60), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_sheet_operation_kind")),
        sa.CheckConstraint(OUTCOMES, name=op.f("ck_sheet_operation_outcome")),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["person.id"], name=op.f("fk_sheet_operation_actor_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["attendee_id"], ["attendee.id"], name=op.f("fk_sheet_operation_attendee_id_attendee")
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_sheet_operation_occurrence_id_occurrence")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_operation")),
        sa.UniqueConstraint("op_id", name=op.f("uq_sheet_operation_op_id")),
    )
    op.create_index(op.f("ix_sheet_operation_occurrence_id"), "sheet_operation", ["occurrence_id"])
    op.create_table(
        "mark_to_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=20), nullable=False),
        sa.Column("op_id", sa.String(length=36), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("attendee_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("sent", sa.JSON(), nullable=False),
        sa.Column("device", sa.String(length=60), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_as", sa.String(length=8), nullable=True),
        sa.CheckConstraint(REASONS, name=op.f("ck_mark_to_review_reason")),
        sa.CheckConstraint("settled_as IN ('taken', 'left')", name=op.f("ck_mark_to_review_settled_as")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_mark_to_review_actor_id_person")),
        sa.ForeignKeyConstraint(
            ["attendee_id"], ["attendee.id"], name=op.f("fk_mark_to_review_attendee_id_attendee")
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_mark_to_review_occurrence_id_occurrence")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["person.id"], name=op.f("fk_mark_to_review_settled_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark_to_review")),
        sa.UniqueConstraint("op_id", name=op.f("uq_mark_to_review_op_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_mark_to_review_uid")),
    )
    op.create_index(op.f("ix_mark_to_review_occurrence_id"), "mark_to_review", ["occurrence_id"])
    if op.get_bind().dialect.name == "postgresql":
        refuse = "EXECUTE FUNCTION refuse_change()"
        op.execute(
            "CREATE TRIGGER sheet_operation_append_only BEFORE UPDATE OR DELETE ON sheet_operation "
            f"FOR EACH ROW {refuse}"
        )
        op.execute(
            f"CREATE TRIGGER sheet_operation_no_truncate BEFORE TRUNCATE ON sheet_operation FOR EACH STATEMENT {refuse}"
        )
        return
    abort = "BEGIN SELECT RAISE(ABORT, 'sheet_operation is append-only'); END"
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"CREATE TRIGGER sheet_operation_no_{verb} BEFORE {verb} ON sheet_operation {abort}")
    op.execute(
        "CREATE TRIGGER sheet_operation_no_REPLACE BEFORE INSERT ON sheet_operation "
        f"WHEN EXISTS (SELECT 1 FROM sheet_operation WHERE id = NEW.id) {abort}"
    )


def downgrade() -> None:
    op.drop_table("mark_to_review")
    op.drop_table("sheet_operation")
    op.drop_column("attendee", "guest_number")
    op.drop_column("attendance_operation", "auto")
    op.drop_column("attendance_operation", "after")

"""Service types with their units, credentials of those who lead, the grace of a program, when a date truly began and ended."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0026"
branch_labels = None
depends_on = None

# Columns that bring their own reference: SQLite adds none to a table that is there, and a batch would copy the table.
REFERENCES = [
    ("person", "qualification_id", "qualification"),
    ("assignment", "qualification_id", "qualification"),
    ("modality", "service_type_id", "service_type"),
    ("group_offered", "service_type_id", "service_type"),
]


def upgrade() -> None:
    op.create_table(
        "qualification",
        *_row("qualification"),
        sa.Column("clinical", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "unit_preset",
        *_row("unit_preset"),
        sa.Column("minutes", sa.Integer()),
        sa.Column("rounding", sa.String(10), nullable=False),
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("checked", sa.String(10), nullable=False),
        sa.CheckConstraint("rounding IN ('full', 'midpoint', 'begun')", name=op.f("ck_unit_preset_rounding")),
        sa.CheckConstraint(
            "minutes IS NULL OR minutes BETWEEN 1 AND 1440", name=op.f("ck_unit_preset_minutes")
        ),
    )
    op.create_table(
        "service_type",
        *_row("service_type"),
        *(
            sa.Column(
                name,
                sa.Integer(),
                sa.ForeignKey("unit_preset.id", name=op.f(f"fk_service_type_{name}")),
                nullable=False,
            )
            for name in ("in_group_id", "alone_id")
        ),
    )
    for table, name, target in REFERENCES:
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {name} INTEGER CONSTRAINT fk_{table}_{name} REFERENCES {target} (id)"
        )
    op.add_column("program", sa.Column("grace_minutes", sa.Integer(), server_default="10", nullable=False))
    for name in ("began_at", "ended_at"):
        op.add_column("sheet", sa.Column(name, sa.DateTime(timezone=True)))


def _row(table: str) -> list[sa.schema.SchemaItem]:
    """What every row that a program edits has."""
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(20), nullable=False),
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f(f"fk_{table}_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("program_id", "key", name=op.f(f"uq_{table}_program_id_key")),
        sa.UniqueConstraint("uid", name=op.f(f"uq_{table}_uid")),
    ]


def downgrade() -> None:
    for name in ("ended_at", "began_at"):
        op.drop_column("sheet", name)
    op.drop_column("program", "grace_minutes")
    for table, name, _target in reversed(REFERENCES):
        op.drop_column(table, name)
    for table in ("service_type", "unit_preset", "qualification"):
        op.drop_table(table)

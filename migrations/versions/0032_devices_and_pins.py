"""Paired devices, offers to pair one, who unlocks them, PINs; what comes from which device."""

import sqlalchemy as sa
from alembic import op

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None

# Columns that bring their own reference: SQLite adds none to a table that is there, and a batch would copy the table.
REFERENCES = [
    ("attendance_operation", "paired_device_id", "device"),
    ("mark_to_review", "paired_device_id", "device"),
    ("sheet_operation", "paired_device_id", "device"),
    ("sheet_operation", "sent_by_id", "person"),
    ("sign_in", "device_id", "device"),
]


def upgrade() -> None:
    op.create_table('device',
    sa.Column('program_id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('paired_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('paired_by_id', sa.Integer(), nullable=True),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seen_by_id', sa.Integer(), nullable=True),
    sa.Column('waiting', sa.Integer(), nullable=False),
    sa.Column('waiting_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['paired_by_id'], ['person.id'], name=op.f('fk_device_paired_by_id')),
    sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_device_program_id')),
    sa.ForeignKeyConstraint(['seen_by_id'], ['person.id'], name=op.f('fk_device_seen_by_id')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_device_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_device')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_device_secret_hash')),
    sa.UniqueConstraint('uid', name=op.f('uq_device_uid'))
    )
    op.create_index("ix_device_program_site", "device", ["program_id", "site_id"])
    op.create_table('pin',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('pin_hash', sa.String(length=200), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_pin_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_pin'))
    )
    op.create_table('device_user',
    sa.Column('device_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('password_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('factor_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('pin_tries', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['device_id'], ['device.id'], name=op.f('fk_device_user_device_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_device_user_person_id')),
    sa.PrimaryKeyConstraint('device_id', 'person_id', name=op.f('pk_device_user'))
    )
    op.create_table('pairing',
    sa.Column('program_id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('device_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_pairing_created_by_id')),
    sa.ForeignKeyConstraint(['device_id'], ['device.id'], name=op.f('fk_pairing_device_id')),
    sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_pairing_program_id')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_pairing_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pairing')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_pairing_code_hash')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_pairing_token_hash')),
    sa.UniqueConstraint('uid', name=op.f('uq_pairing_uid'))
    )
    for table, name, target in REFERENCES:
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {name} INTEGER CONSTRAINT fk_{table}_{name} REFERENCES {target} (id)"
        )
    op.add_column("sign_in", sa.Column("covered_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_sign_in_device_id"), "sign_in", ["device_id"])


def downgrade() -> None:
    op.drop_index("ix_sign_in_device_id", "sign_in")
    op.drop_column("sign_in", "covered_at")
    for table, name, _target in reversed(REFERENCES):
        op.drop_column(table, name)
    for table in ("pairing", "device_user", "pin", "device"):
        op.drop_table(table)

"""Tags, audiences and languages become rows."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('term',
    sa.Column('program_id', sa.Integer(), nullable=False),
    sa.Column('vocabulary', sa.String(length=10), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=20), nullable=False),
    sa.CheckConstraint("vocabulary IN ('tag', 'audience', 'language')", name=op.f('ck_term_vocabulary')),
    sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_term_program_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_term')),
    sa.UniqueConstraint('program_id', 'vocabulary', 'key', name=op.f('uq_term_program_id_vocabulary_key')),
    sa.UniqueConstraint('uid', name=op.f('uq_term_uid'))
    )


def downgrade() -> None:
    op.drop_table('term')

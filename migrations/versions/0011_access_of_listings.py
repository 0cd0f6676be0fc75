"""A listing whose source does not say who may come says nothing: imports wrote "enrol" where the question is open."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    group = sa.table("group_offered", *map(sa.column, ("program_id", "source_id", "access", "review", "version")))
    program = sa.table("program", sa.column("id"), sa.column("catalogue_revision"))
    # JSON asked as the text that it was written as, which both databases keep.
    asked = sa.cast(group.c.review, sa.String).contains('"access"')
    mended = (group.c.source_id.is_not(None), group.c.access == "enrol", asked)
    programs = sa.select(group.c.program_id).where(*mended)
    op.execute(
        sa.update(program)
        .where(program.c.id.in_(programs))
        .values(catalogue_revision=program.c.catalogue_revision + 1)
    )
    op.execute(sa.update(group).where(*mended).values(access=None, version=group.c.version + 1))


def downgrade() -> None:
    """What a source does not say was never known."""

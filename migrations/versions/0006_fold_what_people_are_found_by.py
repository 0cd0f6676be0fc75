"""People, groups and places are found by folded words, which their rows keep."""

import sqlalchemy as sa
from alembic import op

from groupsched.core.text import searchable

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

FOUND_BY = {
    "person": ("first_name", "last_name"),
    "group_offered": ("title", "tradition", "description"),
    "place": ("name", "address"),
}
AT_ONCE = 500


def upgrade() -> None:
    for name, columns in FOUND_BY.items():
        # Not in a batch: SQLite would copy the table and drop the one that other tables point at.
        op.add_column(name, sa.Column("folded", sa.Text(), server_default="", nullable=False))
        fold_rows(name, columns)


def downgrade() -> None:
    for name in FOUND_BY:
        op.drop_column(name, "folded")


def fold_rows(name: str, columns: tuple[str, ...]) -> None:
    """Fold what the rows of a table say, some hundred at a time."""
    connection = op.get_bind()
    table = sa.table(name, sa.column("id"), sa.column("folded"), *(sa.column(column) for column in columns))
    rows = sa.select(table.c.id, *(table.c[column] for column in columns)).order_by(table.c.id).limit(AT_ONCE)
    change = sa.update(table).where(table.c.id == sa.bindparam("row")).values(folded=sa.bindparam("words"))
    last = 0
    while found := connection.execute(rows.where(table.c.id > last)).all():
        connection.execute(change, [{"row": row.id, "words": searchable(*row[1:])} for row in found])
        last = found[-1].id

"""What a date has of its own by name, what the dates of a series have otherwise than the group."""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from groupsched.core.db import UtcDateTime

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("series", sa.Column("own", sa.JSON(), server_default="{}", nullable=False))
    for name, length in (("own_fields", 44), ("own_link", 500), ("own_title", 120), ("own_note", 300)):
        column = sa.Column(name, sa.String(length=length), server_default="", nullable=False)
        op.add_column("occurrence", column)
    _name_what_differs()


def downgrade() -> None:
    op.execute("UPDATE occurrence SET edited = (own_fields <> '' OR status = 'cancelled')")
    for name in ("own_note", "own_title", "own_link", "own_fields"):
        op.drop_column("occurrence", name)
    op.drop_column("series", "own")


def _name_what_differs() -> None:
    """A cancelled date was called edited for that alone; of the others, what differs from the series or the group was."""
    dates = sa.table(
        "occurrence",
        sa.column("id", sa.Integer), sa.column("series_id", sa.Integer), sa.column("group_id", sa.Integer),
        sa.column("original_start", UtcDateTime), sa.column("start", UtcDateTime), sa.column("end", UtcDateTime),
        sa.column("place_id", sa.Integer), sa.column("capacity", sa.Integer), sa.column("status", sa.String),
        sa.column("edited", sa.Boolean), sa.column("own_fields", sa.String),
    )  # fmt: skip
    series = sa.table("series", sa.column("id", sa.Integer), sa.column("duration_minutes", sa.Integer))
    groups = sa.table(
        "group_offered", sa.column("id", sa.Integer), sa.column("place_id", sa.Integer), sa.column("capacity", sa.Integer)
    )
    query = (
        sa.select(
            dates, series.c.duration_minutes, groups.c.place_id.label("room"), groups.c.capacity.label("seats")
        )
        .select_from(dates.join(series, dates.c.series_id == series.c.id).join(groups, dates.c.group_id == groups.c.id))
        .where(dates.c.edited.is_(sa.true()), dates.c.status != "cancelled")
    )
    bind = op.get_bind()
    for row in bind.execute(query).mappings().all():
        lasts = timedelta(minutes=row["duration_minutes"])
        own = {
            "end": row["end"] - row["start"] != lasts,
            "place": row["place_id"] != row["room"],
            "seats": row["capacity"] != row["seats"],
            "start": row["start"] != row["original_start"],
        }
        words = " ".join(name for name, differs in own.items() if differs)
        bind.execute(dates.update().where(dates.c.id == row["id"]).values(own_fields=words))

"""What is taken between two moments: the one question behind conflicts, free rooms and finding a time."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    DateTime,
    FromClause,
    Integer,
    Text,
    and_,
    cast,
    column,
    func,
    literal,
    select,
    union_all,
)

from groupsched.core.db import db
from groupsched.schedule.models import Booking, Occurrence
from groupsched.schedule.rules import BookingClash, WantedBooking

LONGEST = timedelta(days=2)
"""No booking is longer than a day by the clock, which has 25 hours once a year: so far back the index is read."""


def clashes_with(wanted: Sequence[WantedBooking], *, besides: int | None = None) -> list[BookingClash]:
    """What of these is taken by dates of other groups than `besides`: one statement, however many they are, which finds each by
    the index of its place or person. In order of what is wanted."""
    if not wanted:
        return []
    asked, of = _asked_for(wanted)
    query = union_all(*(_overlaps(asked, of, what, besides) for what in ("place", "person")))
    return [
        BookingClash(wanted[number], with_date, start, end)
        for number, start, with_date, end in sorted(tuple(row) for row in db.session.execute(query))
    ]


def places_taken(
    spans: Sequence[tuple[datetime, datetime]], places: Collection[int], *, besides: int | None = None
) -> list[frozenset[int]]:
    """Which of these places are taken during each of the spans, by other groups than `besides`."""
    taken: list[set[int]] = [set() for _span in spans]
    wanted = [
        WantedBooking(number, place, None, start, end)
        for number, (start, end) in enumerate(spans)
        for place in sorted(places)
    ]
    for clash in clashes_with(wanted, besides=besides):
        taken[clash.wanted.date].add(clash.wanted.place or 0)
    return [frozenset(one) for one in taken]


def _overlaps(asked: FromClause, of: dict[str, Any], what: str, besides: int | None) -> Any:
    there: ColumnElement[Any] = getattr(Booking, f"{what}_id")
    both = and_(
        there == of[what], Booking.start < of["ends"], Booking.end > of["begins"], Booking.start > of["since"]
    )
    query = select(of["number"], Booking.start, Booking.occurrence_id, Booking.end)
    query = query.select_from(asked).join(Booking, both)
    if besides is not None:
        query = query.join(Occurrence, Occurrence.id == Booking.occurrence_id)
        query = query.where(Occurrence.group_id != besides)
    return query


def _asked_for(wanted: Iterable[WantedBooking]) -> tuple[FromClause, dict[str, Any]]:
    """What is wanted as rows of one parameter: a statement for each would have to go back and forth for each."""
    sqlite = db.engine.dialect.name == "sqlite"
    rows = json.dumps(
        [
            {
                "number": number, "place": one.place, "person": one.person,
                "begins": _written(one.start, sqlite), "ends": _written(one.end, sqlite),
                "since": _written(one.start - LONGEST, sqlite),
            }
            for number, one in enumerate(wanted)
        ]
    )  # fmt: skip
    if sqlite:
        asked: Any = func.json_each(rows).table_valued("value", name="asked")
        names = ("number", "place", "person", "begins", "ends", "since")
        return asked, {name: func.json_extract(asked.c.value, f"$.{name}") for name in names}
    moments = [column(name, DateTime(timezone=True)) for name in ("begins", "ends", "since")]
    numbers = [column(name, Integer) for name in ("number", "place", "person")]
    asked = func.json_to_recordset(cast(literal(rows, Text), JSON)).table_valued(*numbers, *moments)
    asked = asked.render_derived(name="asked", with_types=True)
    return asked, dict(asked.c.items())


def _written(moment: datetime, sqlite: bool) -> str:
    """A moment as the database writes it."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}" if sqlite else moment.isoformat()

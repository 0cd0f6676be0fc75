"""What is taken between two moments: the one question behind conflicts, free rooms and finding a time."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    DateTime,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    column,
    false,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import contains_eager, joinedload

from groupsched.core.db import db
from groupsched.schedule.models import Booking, Occurrence
from groupsched.schedule.queries import closed_rooms, closures, rooms_by_site
from groupsched.schedule.rules import BookingClash, WantedBooking

LONGEST = timedelta(days=2)
"""No booking is longer than a day by the clock, which has 25 hours once a year: so far back the index is read."""


def clashes_with(wanted: Sequence[WantedBooking], *, besides: int | None = None) -> list[BookingClash]:
    """What of these is taken by dates of other groups than `besides`: one statement, however many they are, which finds each by
    the index of its place or person. In order of what is wanted."""
    if not wanted:
        return []
    sqlite = db.engine.dialect.name == "sqlite"
    told: dict[str, Any] = {"asked": _told(wanted, sqlite)}
    told |= {} if besides is None else {"besides": besides}
    found = db.session.execute(_question(sqlite, besides is not None), told)
    return [
        BookingClash(wanted[number], with_date, start, end)
        for number, start, with_date, end in sorted(tuple(row) for row in found)
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


def bookings_between(
    program_id: int | None,
    start: datetime,
    end: datetime,
    places: Collection[int] = (),
    people: Collection[int] = (),
) -> Select[Booking]:
    """The bookings of a program that touch this time: of these places and these people, or all where none is named."""
    query = select(Booking).join(Booking.occurrence).join(Occurrence.group).options(
        contains_eager(Booking.occurrence).contains_eager(Occurrence.group),
        joinedload(Booking.place), joinedload(Booking.person),
    )  # fmt: skip
    query = query.where(
        Occurrence.program_id == program_id,
        Booking.start < end, Booking.start > start - LONGEST, Booking.end > start,
    )  # fmt: skip
    if places or people:
        query = query.where(or_(Booking.place_id.in_(places), Booking.person_id.in_(people)))
    return query.order_by(Booking.start, Booking.id)


Spans = list[tuple[datetime, datetime]]


def taken_spans(
    program_id: int | None,
    start: datetime,
    end: datetime,
    places: Collection[int],
    people: Collection[int],
    *,
    besides: int | None = None,
) -> tuple[dict[int, Spans], dict[int, Spans]]:
    """When these places and these people are taken by other groups than `besides`: by the number of the place, by that of the
    person. Where a place is closed, it is taken too."""
    rooms: dict[int, Spans] = {number: [] for number in places}
    led: dict[int, Spans] = {number: [] for number in people}
    query = bookings_between(program_id, start, end, places, people).with_only_columns(
        Booking.place_id, Booking.person_id, Booking.start, Booking.end, maintain_column_froms=True
    )
    query = query.where(Occurrence.group_id != besides) if besides is not None else query
    for row in db.session.execute(query if places or people else query.where(false())):
        (led[row.person_id] if row.place_id is None else rooms[row.place_id]).append((row.start, row.end))
    standing = closures(program_id or 0, start)
    by_site = rooms_by_site(program_id or 0) if standing else {}
    for one in standing:
        shut = closed_rooms(one, by_site, None)
        for number, spans in rooms.items():
            if number in shut:
                spans.append((one.starts_at, one.ends_at))
    return rooms, led


@cache
def _question(sqlite: bool, besides: bool) -> Any:
    """Put together once: to build and read it again would take longer than to ask it."""
    asked, of = _asked_for(sqlite)
    return union_all(*(_overlaps(asked, of, what, besides) for what in ("place", "person")))


def _overlaps(asked: FromClause, of: dict[str, Any], what: str, besides: bool) -> Any:
    there: ColumnElement[Any] = getattr(Booking, f"{what}_id")
    both = and_(
        there == of[what], Booking.start < of["ends"], Booking.end > of["begins"], Booking.start > of["since"]
    )
    query = select(of["number"], Booking.start, Booking.occurrence_id, Booking.end)
    query = query.select_from(asked).join(Booking, both)
    if besides:
        query = query.join(Occurrence, Occurrence.id == Booking.occurrence_id)
        query = query.where(Occurrence.group_id != bindparam("besides", type_=Integer))
    return query


def _asked_for(sqlite: bool) -> tuple[FromClause, dict[str, Any]]:
    """What is wanted as rows of one parameter: a statement for each would have to go back and forth for each."""
    rows = bindparam("asked", type_=Text)
    if sqlite:
        asked: Any = func.json_each(rows).table_valued("value", name="asked")
        names = ("number", "place", "person", "begins", "ends", "since")
        return asked, {name: func.json_extract(asked.c.value, f"$.{name}") for name in names}
    moments = [column(name, DateTime(timezone=True)) for name in ("begins", "ends", "since")]
    numbers = [column(name, Integer) for name in ("number", "place", "person")]
    asked = func.json_to_recordset(cast(rows, JSON)).table_valued(*numbers, *moments)
    asked = asked.render_derived(name="asked", with_types=True)
    return asked, dict(asked.c.items())


def _told(wanted: Iterable[WantedBooking], sqlite: bool) -> str:
    written = _for_sqlite if sqlite else datetime.isoformat
    return json.dumps(
        [
            {
                "number": number, "place": one.place, "person": one.person,
                "begins": written(one.start), "ends": written(one.end), "since": written(one.start - LONGEST),
            }
            for number, one in enumerate(wanted)
        ]
    )  # fmt: skip


def _for_sqlite(moment: datetime) -> str:
    """A moment as SQLite has it in its columns."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")

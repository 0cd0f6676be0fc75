"""Whether 52 dates of a series run into anything among many series, beside one indexed overlap query for one of them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, text

from benchmarks.report import head, interleaved, ratio
from benchmarks.world import fill, fresh_app, program
from groupsched.catalog.models import Place
from groupsched.core import clock
from groupsched.core.db import db, unit_of_work
from groupsched.schedule.models import Booking
from groupsched.schedule.rules import WantedBooking
from groupsched.schedule.taken import clashes_with

DATES, ROOMS = 52, 40
BARE = (
    'SELECT id FROM booking WHERE place_id = :place AND start < :ends AND "end" > :begins AND start > :since'
)


@dataclass(frozen=True)
class Size:
    """How many weekly series there are, and the rounds."""

    series: int
    rounds: int


FULL = Size(series=20_000, rounds=9)
SMALLEST = Size(series=60, rounds=1)


def run(size: Size) -> None:
    """Print what the check of a whole series costs, when half of its dates clash and when none does."""
    head(f"Conflicts: a series of {DATES} dates among {size.series:,} series")
    with fresh_app():
        place = _fill(size.series)
        first = clock.now().replace(hour=3, minute=0, second=0, microsecond=0, tzinfo=UTC) + timedelta(days=7)
        free = [_wanted(place, first + timedelta(weeks=week), week) for week in range(DATES)]
        half = free[::2]
        with unit_of_work() as work:
            rows = [
                {"place_id": place, "start": one.start, "end": one.end, "occurrence_id": 1} for one in half
            ]
            work.execute(insert(Booking), rows)
        other = [_wanted(place + 1, one.start, one.date) for one in free]
        query = text(BARE).bindparams(place=place, **_span(free[0]))
        seen = {
            "dates that clash": (len(clashes_with(free)), DATES // 2),
            "dates that clash in another room": (len(clashes_with(other)), 0),
            "the bare query's row": (len(db.session.execute(query).all()), 1),
        }
        times = interleaved(
            {
                "half": lambda: clashes_with(free),
                "none": lambda: clashes_with(other),
                "bare": lambda: db.session.execute(query).all(),
            },
            size.rounds,
        )
        ratio("half of them clash, to one overlap query", times["half"], times["bare"], 10, seen=seen)
        ratio("none of them clashes, to one overlap query", times["none"], times["bare"], 10, seen=seen)


def _wanted(place: int, start: datetime, number: int) -> WantedBooking:
    return WantedBooking(number, place, None, start, start + timedelta(minutes=30))


def _span(one: WantedBooking) -> dict[str, str]:
    told = {"begins": one.start, "ends": one.end, "since": one.start - timedelta(days=2)}
    return {name: f"{moment:%Y-%m-%d %H:%M:%S.%f}" for name, moment in told.items()}


def _fill(series: int) -> int:
    """A year of weekly series, spread over rooms; as many meet at once as have to: those are kept. Returns a room's number."""
    told = program()
    fill(told, series)
    with unit_of_work() as work:
        rooms = [Place(program_id=1, key=f"room-{number}", name=f"Room {number}") for number in range(ROOMS)]
        work.add_all(rooms)
        work.flush()
        first = rooms[0].id
        work.execute(
            text(
                'INSERT INTO booking (place_id, start, "end", occurrence_id, kept) '
                "SELECT :first + group_id % :rooms, start, \"end\", id, 1 FROM occurrence WHERE strftime('%H', start) <> '03'"
            ),
            {"first": first, "rooms": ROOMS},
        )
    return first

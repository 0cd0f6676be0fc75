"""Writing a calendar from what is shown, beside icalendar writing the same events."""

from dataclasses import dataclass

import icalendar

from benchmarks.report import head, interleaved, ratio
from benchmarks.world import cancel_one_of_each, fill, fresh_app, program
from groupsched.access.identity import Anonymous
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.rules import FindFilters
from groupsched.feeds.queries import shown_in_public
from groupsched.feeds.service.fetching import written


@dataclass(frozen=True)
class Size:
    """How many series the smaller and the larger calendar have, and the rounds."""

    series: tuple[int, int]
    rounds: int


FULL = Size(series=(200, 2000), rounds=5)
SMALLEST = Size(series=(1, 3), rounds=1)


def run(size: Size) -> None:
    """Print ours beside icalendar's, and how it grows."""
    head(f"Rendering a calendar, median of {size.rounds} rounds")
    ours = {many: _compare(many, size.rounds) for many in size.series}
    small, large = size.series
    goal = 1.1 * large / small
    ratio(f"{large:,} series to {small:,}", ours[large], ours[small], goal, seen={})


def _compare(many: int, rounds: int) -> float:
    with fresh_app() as app, app.test_request_context():
        owner = program("render")
        fill(owner, many)
        cancel_one_of_each()
        db.session.commit()
        shown = shown_in_public(Anonymous(program_id=owner.id), FindFilters(), owner.timezone, 10**6)
        assert shown is not None

        def ours() -> bytes:
            return written(shown, owner.name, owner.timezone, clock.now(), private=False)

        parsed = icalendar.Calendar.from_ical(ours())
        times = interleaved({"ours": ours, "icalendar": parsed.to_ical}, rounds)
        seen = {
            f"{who}: {what.decode()}": (body.count(what), times_ * many)
            for who, body in (("ours", ours()), ("icalendar", parsed.to_ical()))
            for what, times_ in ((b"BEGIN:VEVENT", 2), (b"RRULE:FREQ=WEEKLY", 1), (b"STATUS:CANCELLED", 1))
        }
        name = f"{2 * many:,} events of {many:,} series, to icalendar"
        ratio(name, times["ours"], times["icalendar"], 0.4, seen=seen)
        return times["ours"]

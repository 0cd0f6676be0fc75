"""Who is away on dates that change: it is said where the change is planned, and stops nothing."""

from collections.abc import Iterable

from groupsched.catalog.models import Group
from groupsched.schedule.models import TimeOff
from groupsched.schedule.queries import away_between
from groupsched.schedule.rules import TimetableDate, overlaps


def away_then(group: Group, leads_of: Iterable[int], dates: Iterable[TimetableDate]) -> tuple[TimeOff, ...]:
    """Which time off of those who lead a group, or a date of its own, falls on these dates of it."""
    usual = tuple(leads_of)
    held = [(one, one.leads or usual) for one in dates if one.takes_place]
    if not held or group.external:
        return ()
    people = {person for _one, leading in held for person in leading}
    rows = away_between(
        people, min(one.start for one, _leading in held), max(one.end for one, _leading in held)
    )
    return tuple(
        row
        for row in rows
        if any(
            row.person_id in leading and overlaps(one.start, one.end, row.starts_at, row.ends_at)
            for one, leading in held
        )
    )

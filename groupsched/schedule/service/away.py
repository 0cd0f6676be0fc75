"""Who is away on dates that change: it is said where the change is planned, and stops nothing."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.schedule.models import TimeOff
from groupsched.schedule.queries import away_between
from groupsched.schedule.rules import SeriesRule, TimetableDate, expand, overlaps
from groupsched.schedule.service.timetable import horizon


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


def away_by(
    rule: SeriesRule, leads: Collection[int], closed: Collection[date] = ()
) -> list[tuple[TimeOff, int]]:
    """When those who would lead the coming dates of a rule are away, each time with on how many of its dates; on the `closed`
    days it has none."""
    now = clock.now()
    slots = [one for one in expand(rule, now.date() - timedelta(days=1), horizon()) if one.end > now]
    held = [one for one in slots if one.original_local.date() not in closed]
    rows = away_between(leads, held[0].start, max(one.end for one in held)) if held and leads else []
    counted = [
        (row, sum(overlaps(one.start, one.end, row.starts_at, row.ends_at) for one in held)) for row in rows
    ]
    return [(row, dates) for row, dates in counted if dates]

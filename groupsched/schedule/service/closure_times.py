"""Where dates of closed days could go instead: the next free time of their week, for their room and those who lead them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import away_between, hours_of
from groupsched.schedule.rules import (
    DisplacedDate,
    HoursSpan,
    OccurrenceStatus,
    another_time,
    moment_of,
)
from groupsched.schedule.taken import Spans, taken_spans

WEEK = timedelta(days=8)
"""A week, and a day more on both sides for sites in other zones."""


def proposed_times(
    dates: Sequence[Occurrence], closed: Sequence[tuple[datetime, datetime]]
) -> dict[int, tuple[datetime, datetime]]:
    """For each of these dates of one program the time to which it could move in its week, by number; no two of them take one
    thing at once. `closed` is shut besides what is known. Where nothing is free there is none."""
    if not dates:
        return {}
    first, last = min(one.start for one in dates) - WEEK, max(one.end for one in dates) + WEEK
    people = {number for one in dates for number in one.leader_ids}
    places = {one.place_id for one in dates if one.place_id is not None}
    rooms, led = taken_spans(dates[0].program_id, first, last, places, people)
    for row in away_between(people, first, last):
        led[row.person_id].append((row.starts_at, row.ends_at))
    hours, besides, found = hours_of(people), _days_of(dates, first, last), {}
    for one in dates:
        mine = [rooms[one.place_id]] if one.place_id in rooms else []
        mine += [led[number] for number in one.leader_ids]
        off = [span for number in one.leader_ids for span in _not_working(hours.get(number, {}), one)]
        asked = DisplacedDate(one.start, one.end, one.timezone, besides[one.group_id] - {one.local_date})
        span = another_time(asked, [*closed, *off, *(span for spans in mine for span in spans)], clock.now())
        if span is not None:
            found[one.id] = span
            for spans in mine:
                spans.append(span)
            besides[one.group_id] |= {span[0].date()}
    return found


def _days_of(dates: Iterable[Occurrence], first: datetime, last: datetime) -> dict[int, frozenset[date]]:
    """On which days the groups of these dates meet."""
    query = select(Occurrence.group_id, Occurrence.local_date).where(
        Occurrence.group_id.in_({one.group_id for one in dates}),
        Occurrence.start.between(first, last), Occurrence.status == OccurrenceStatus.SCHEDULED,
    )  # fmt: skip
    found = defaultdict[int, frozenset[date]](frozenset)
    for group, day in db.session.execute(query):
        found[group] |= {day}
    return found


def _not_working(hours: Mapping[int, HoursSpan], one: Occurrence) -> Spans:
    """When in the week of a date somebody with these hours by weekday does not work; who has said none works always."""
    monday = one.local_date - timedelta(one.local_date.weekday())
    found: Spans = []
    for day in (monday + timedelta(n) for n in range(7)) if hours else ():
        works, midnight = hours.get(day.weekday()), moment_of(day, time(), one.timezone)
        next_day = moment_of(day + timedelta(1), time(), one.timezone)
        begins, ends = (_at(day, works.begins, one.timezone), _at(day, works.ends, one.timezone)) if works else (
            next_day, next_day
        )  # fmt: skip
        found += [span for span in ((midnight, begins), (ends, next_day)) if span[0] < span[1]]
    return found


def _at(day: date, minute: int, zone: str) -> datetime:
    """A minute of a day by its clock."""
    if minute >= 24 * 60:
        return moment_of(day + timedelta(1), time(), zone)
    return moment_of(day, time(minute // 60, minute % 60), zone)

"""The dates to come of a group as its page lists them: a part at a time, from any day on, with those that were left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import request, url_for

from groupsched.catalog.models import Group
from groupsched.catalog.queries import zone_of
from groupsched.catalog.rules import GroupState
from groupsched.core import clock
from groupsched.core.filters import day as day_words
from groupsched.core.filters import local
from groupsched.core.i18n import _
from groupsched.core.regions import dated
from groupsched.schedule.forms import as_day
from groupsched.schedule.models import Occurrence, Series
from groupsched.schedule.preview import sentence_of
from groupsched.schedule.queries import coming, next_of_series
from groupsched.schedule.rules import LAST_DAY, OccurrenceStatus, last_date, slot_on

DATES_SHOWN = 12
FIRST_YEAR, LAST_YEAR = 2000, 2200


@dataclass(frozen=True)
class ListedDate:
    """A line of the list: a date, or a day that a series left out (`skipped`), with the words of its month."""

    start: datetime
    end: datetime
    timezone: str
    series: Series
    occurrence: Occurrence | None = None
    month: str = ""

    @property
    def day(self) -> date:
        """The day at the place."""
        return local(self.start, self.timezone).date()


@dataclass(frozen=True)
class MeetingTime:
    """A series of a group that goes on: in a sentence, and the date with which all of it is changed."""

    series: Series
    sentence: str
    next: Occurrence | None
    once: bool


@dataclass(frozen=True)
class ListedDates:
    """A part of the list: from which day on, if one was asked for, and the addresses of what comes after and of its begin."""

    rows: list[ListedDate]
    asked: date | None
    later: str
    first: str
    words: str


def meeting_times(rows: Sequence[Series], listed: Sequence[ListedDate]) -> list[MeetingTime]:
    """The times at which a group goes on to meet; `listed` are its next dates, among which the first of each mostly stands."""
    ahead = [
        one for one in rows
        if one.ended_at is None and (last_date(one.rule) or LAST_DAY) >= clock.today(one.timezone)
    ]  # fmt: skip
    now, first = clock.now(), {}
    for one in (row.occurrence for row in reversed(listed)):
        if (
            one is not None
            and one.start > now
            and one.status == OccurrenceStatus.SCHEDULED
            and not one.frozen
        ):
            first[one.series_id] = one
    unknown = [one.id for one in ahead if one.id not in first]
    first |= next_of_series(unknown, now) if unknown else {}
    times = [MeetingTime(one, sentence_of(one), first.get(one.id), not one.rrule) for one in ahead]
    # One more date that was called off, or has begun, is no time at which it goes on to meet.
    return [one for one in times if one.next is not None or not one.once]


def listed_dates(group: Group, rows: Sequence[Series]) -> ListedDates:
    """The coming dates from now on, or from the day that was asked for."""
    zone, asked = zone_of(group), as_day(request.args.get("from", ""))
    asked = asked if asked is not None and FIRST_YEAR <= asked.year < LAST_YEAR else None
    now = clock.now()
    since = max(now, datetime.combine(asked, time(), ZoneInfo(zone)).astimezone(now.tzinfo)) if asked else now
    found = coming(group, since, DATES_SHOWN + 1)
    shown, more = found[:DATES_SHOWN], found[DATES_SHOWN:]
    dates = [ListedDate(one.start, one.end, one.timezone, one.series, one) for one in shown]
    until = more[0].start if more else None
    left_out = _left_out(group, rows, found, since, until)
    both = sorted([*dates, *left_out], key=lambda one: one.start)
    here = url_for("schedule.group", uid=group.uid)
    later = local(more[0].start, zone).date() if more else None
    return ListedDates(
        [_with_month(one, both[place - 1] if place else None) for place, one in enumerate(both)],
        asked,
        f"{here}?from={later.isoformat()}#coming" if later else "",
        f"{here}#coming" if asked else "",
        "" if both else _why_none(rows, asked, zone),
    )


def _left_out(
    group: Group, rows: Sequence[Series], found: Sequence[Occurrence], since: datetime, until: datetime | None
) -> list[ListedDate]:
    """The days that series which go on leave out, and on which nobody holds a date any more."""
    if group.external or group.state == GroupState.RETIRED:
        return []
    there = {(one.series_id, one.original_local[:10]) for one in found}
    starts = {one.start for one in found}
    listed = []
    for series in rows:
        if series.ended_at is not None:
            continue
        for text in series.skip:
            slot = slot_on(series.rule, date.fromisoformat(text))
            within = slot.start >= since and (until is None or slot.start < until)
            if within and (series.id, text) not in there and slot.start not in starts:
                listed.append(ListedDate(slot.start, slot.end, series.timezone, series))
    return listed


def _with_month(one: ListedDate, before: ListedDate | None) -> ListedDate:
    """The line with the name of its month, where that is another than on the line before."""
    if before is not None and (before.day.year, before.day.month) == (one.day.year, one.day.month):
        return one
    words = dated(one.day, "yMMMM" if one.day.year != clock.now().year else "MMMM")
    values: dict[str, Any] = {**one.__dict__, "month": words[:1].upper() + words[1:]}
    return ListedDate(**values)


def _why_none(rows: Sequence[Series], asked: date | None, zone: str) -> str:
    """Why the list is empty: dates are made about a year ahead."""
    made = [
        one.expanded_to for one in rows
        if one.ended_at is None and one.expanded_to is not None and last_date(one.rule) is None
    ]  # fmt: skip
    if asked is None or not made:
        return _("No dates to come.") if asked is None else _("No dates from that day on.")
    return _(
        "Dates are made until %(day)s so far. Later ones come as time goes on.",
        day=day_words(max(made), zone),
    )

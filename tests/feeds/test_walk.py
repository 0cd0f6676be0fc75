"""After every step of a walk over all that changes dates, four readers show in three calendars what our rows say.

GROUPSCHED_WALKS says how many walks (`make walks`: 300), GROUPSCHED_WALK_SEED which is the first.
"""

import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import icalendar
import pytest
import recurring_ical_events
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from groupsched.catalog.rules import GroupState
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.queries import own_dates
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import with_leaders
from tests.feeds.linting import lint
from tests.feeds.more_readers import libical_reads, vobject_reads
from tests.feeds.readers import Seen, python_reads, thunderbird_reads
from tests.feeds.setting import link_for
from tests.feeds.walking import BEGIN, Walk

WALKS = int(os.environ.get("GROUPSCHED_WALKS", "2"))
SEED = int(os.environ.get("GROUPSCHED_WALK_SEED", "1"))
STEPS = 8
FIRST, LAST = BEGIN, BEGIN + timedelta(days=270)
SHOWN = ("DTSTART", "DTEND", "SUMMARY", "LOCATION", "STATUS")


@dataclass
class Calendar:
    """One link that is read again and again: what it showed of each date so far, and under which UID."""

    path: str
    known: dict[Any, tuple[int, datetime, Any]] = field(default_factory=dict)
    named: dict[Any, str] = field(default_factory=dict)


@pytest.mark.parametrize("seed", range(SEED, SEED + WALKS))
@pytest.mark.on_sqlite
def test_four_readers_show_our_rows_after_every_change(client, world, seed):
    walk, asked = Walk(world, Random(seed)), []
    with clock.at(BEGIN):
        walk.begin()
        paths = {
            "robin": link_for(walk.robin, titles="full")[1],
            "lead": link_for(walk.lead, titles="full", kind="leading")[1],
            "other": link_for(walk.other, titles="full", kind="leading")[1],
            "public": "/feeds/public.ics",
        }
    calendars = {name: Calendar(path) for name, path in paths.items()}
    for _step in range(STEPS):
        if not walk.step():
            continue
        over = walk.group.state == GroupState.RETIRED
        for name, calendar in calendars.items():
            with clock.at(walk.now):
                asked.append(look(client, walk, name, calendar))
        if over:
            break
    shown = thunderbird_reads(*((ics, first, last) for _where, ics, first, last, _expected in asked))
    for (where, _ics, _first, _last, expected), seen in zip(asked, shown, strict=True):
        same(seen, expected, f"ical.js, {where}")


def look(client, walk, name, calendar):
    """Read one calendar with three readers; the fourth reads all at once afterwards."""
    ics, where = client.get(calendar.path).data, f"{name} after {walk.steps[-2:]}"
    first, last = (FIRST, LAST) if name != "public" else (walk.now, walk.now + timedelta(days=90))
    rows = shown_to(walk, name)
    expected = sorted(
        one for one in (said(row, *about) for row, *about in rows) if one.start < last and one.end > first
    )
    assert lint(ics) == [], where
    same(python_reads(ics, first, last), expected, f"recurring-ical-events, {where}")
    same(vobject_reads(ics, first, last), expected, f"vobject, {where}")
    same(libical_reads(ics, first, last), expected, f"libical, {where}")
    if name != "public":
        check_names(calendar, ics, [row for row, *_about in rows], where)
    return where, ics, first, last, expected


def same(seen, expected, where):
    """Whether a reader shows each date, once and as it is."""
    more, missing = Counter(seen) - Counter(expected), Counter(expected) - Counter(seen)
    assert not more and not missing, f"{where}: shows {[*more]}, not {[*missing]}"


def shown_to(walk, name):
    """The rows that a calendar shows, each with whether it is off."""
    if name == "robin":
        mine = {one.id for one in own_dates(walk.robin.id, FIRST, LAST)}
        held = own_dates(walk.robin.id, FIRST, LAST, given_up=True)
        rows = [(one, one.status == "cancelled" or one.id not in mine) for one in held if not one.dropped]
    else:
        query = select(Occurrence).where(Occurrence.group_id == walk.group.id, ~Occurrence.dropped)
        query = query.options(*with_leaders(), joinedload(Occurrence.place), joinedload(Occurrence.group))
        each = db.session.scalars(query.execution_options(populate_existing=True)).unique()
        rows = [(one, one.status == "cancelled") for one in each if is_theirs(walk, name, one)]
    return [(one, off) for one, off in rows if not off or clock.now() < one.end + timedelta(days=7)]


def is_theirs(walk, name, one):
    return {
        "lead": walk.lead in one.leaders,
        "other": walk.other in one.leaders,
        "public": walk.group.state == GroupState.PUBLISHED,
    }[name]


def said(row, off):
    title, place = row.own_title or row.group.title, row.place or row.group.place
    where = (place.name, place.site.name, place.address or place.site.address) if place else ()
    return Seen(
        row.start, row.end, f"Cancelled: {title}" if off else title, off, ", ".join(filter(None, where))
    )


def check_names(calendar, ics, rows, where):
    """UID, RECURRENCE-ID, SEQUENCE and stamps of what is shown."""
    file = icalendar.Calendar.from_ical(ics)
    by_time = {(row.start, row.end): row for row in rows}
    alone = Counter((row.start, row.end) for row in rows)
    # From the file itself: recurring-ical-events gives every date the highest number of all.
    written = {(str(event["UID"]), utc(event.get("RECURRENCE-ID"))): event for event in file.events}
    masters = {uid for (uid, _given), event in written.items() if "RRULE" in event}
    for (_uid, given), event in written.items():
        if given and utc(event["DTSTART"]) < LAST and utc(event["DTEND"]) > FIRST:
            when = utc(event["DTSTART"]), utc(event["DTEND"])
            row = by_time[when]
            assert alone[when] > 1 or f"{event['RECURRENCE-ID'].dt:%Y-%m-%dT%H%M}" == row.original_local, (
                where
            )
    for event in recurring_ical_events.of(file).between(FIRST, LAST):
        uid, when = str(event["UID"]), (utc(event["DTSTART"]), utc(event["DTEND"]))
        row = by_time[when]
        # A date that its series has no longer stands alone.
        was = calendar.named.setdefault((row.series_id, row.original_local, uid in masters), uid)
        assert was == uid or alone[when] > 1, f"another UID for {row.original_local}, {where}"
        told = written.get((uid, utc(event.get("RECURRENCE-ID")))) or written[uid, None]
        key = uid, utc(event.get("RECURRENCE-ID"))
        number, stamp, shown = int(told["SEQUENCE"]), told["DTSTAMP"].dt, look_of(event)
        old = calendar.known.get(key)
        if old:
            rises = shown != old[2]
            assert number >= old[0] + rises, f"SEQUENCE {old[0]} to {number}, {old[2]} to {shown}, {where}"
            assert stamp > old[1] if rises else stamp >= old[1], f"DTSTAMP of {shown}, {where}"
        calendar.known[key] = number, stamp, shown


def look_of(event):
    return tuple(
        str(utc(event[name])) if name.startswith("DT") else str(event.get(name, "")) for name in SHOWN
    )


def utc(moment):
    return moment and moment.dt.astimezone(UTC)

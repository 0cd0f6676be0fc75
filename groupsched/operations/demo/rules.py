"""The demo's story as numbers: when things happen relative to now, and who was where. Pure; the same seed, the same world."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from groupsched.attendance.rules import AttendanceStatus

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ICAL_DAYS = dict(zip(WEEKDAYS, ("MO", "TU", "WE", "TH", "FR", "SA", "SU"), strict=True))
LATEST_START = 23 * 60
"""The date planted later today starts at 23:00 at the latest."""


@dataclass(frozen=True)
class StoryMark:
    """What was seen of one client on one past date; minutes after the start (less than 0: before) and before the end."""

    status: AttendanceStatus
    after: int = 0
    early: int = 0


# --- planted dates ---------------------------------------------------------------------------------------------


def floored(moment: datetime, minutes: int) -> datetime:
    """The moment, back to the last full step of so many minutes."""
    return moment.replace(minute=moment.minute // minutes * minutes, second=0, microsecond=0)


def running_now(here: datetime) -> datetime:
    """Start of the date that is running: 25 minutes ago, floored to 5 minutes. `here` is now, aware, in the place's zone."""
    # By way of UTC: on the wall clock 25 minutes before 03:05 may be a time that was left out that night.
    return floored((here.astimezone(UTC) - timedelta(minutes=25)).astimezone(here.tzinfo), 5)


def later_today(wall: datetime) -> datetime:
    """Start of the date later today: in 2 h 30 min, to the quarter hour, at most 23:00; after that the next quarter."""
    wanted = floored(wall + timedelta(minutes=157), 15)
    latest = wall.replace(hour=LATEST_START // 60, minute=0, second=0, microsecond=0)
    if wanted.date() == wall.date() and wanted <= latest:
        return wanted
    return latest if latest > wall else floored(wall + timedelta(minutes=15), 15)


def tomorrow(wall: datetime) -> datetime:
    """Start of the date tomorrow: 10:00."""
    return (wall + timedelta(days=1)).replace(hour=10, minute=0, second=0, microsecond=0)


PLANTED = {"running_now": running_now, "later_today": later_today, "tomorrow": tomorrow}


# --- series ----------------------------------------------------------------------------------------------------


def rrule(series: Mapping[str, Any]) -> str:
    """The repetition of a series of the story, as RFC 5545 writes it."""
    repeat = series["repeat"]
    parts = ["FREQ=WEEKLY"]
    if repeat["pattern"] == "every_2_weeks":
        parts.append("INTERVAL=2")
    parts.append("BYDAY=" + ",".join(ICAL_DAYS[day] for day in repeat["days"]))
    if "count" in series:
        parts.append(f"COUNT={series['count']}")
    return ";".join(parts)


def first_day(series: Mapping[str, Any], today: date) -> date:
    """The first date of a series: its first weekday on or after the week it begins in."""
    begin = today + timedelta(weeks=series["from_weeks"])
    wanted = {WEEKDAYS.index(day) for day in series["repeat"]["days"]}
    return next(day for n in range(7) if (day := begin + timedelta(days=n)).weekday() in wanted)


# --- who came --------------------------------------------------------------------------------------------------


def joined(pattern: Mapping[str, Any], history_begins: datetime, now: datetime) -> datetime:
    """When a client came to the program."""
    weeks = pattern.get("first_seen_weeks")
    return history_begins if weeks is None else now + timedelta(weeks=weeks)


def away(name: str, pattern: Mapping[str, Any], start: datetime, now: datetime) -> bool:
    """Whether a client of this pattern was away then: a gap, or not seen since some days."""
    if "last_seen_days" in pattern:
        return start > now - timedelta(days=pattern["last_seen_days"])
    if "gap_weeks" not in pattern:
        return False
    gap_ends = now if name == "mornings" else now - timedelta(weeks=2)
    return gap_ends - timedelta(weeks=pattern["gap_weeks"], days=1) < start <= gap_ends


def mark(seed: int, key: str, pattern: Mapping[str, Any]) -> StoryMark:
    """What a client of this pattern did on a date: drawn from the pattern's percentages, always the same for a key."""
    draw = random.Random(f"{seed}/{key}")  # noqa: S311 - a story, not a secret
    statuses = (
        AttendanceStatus.PRESENT,
        AttendanceStatus.EXCUSED,
        AttendanceStatus.ABSENT,
        AttendanceStatus.CANCELLED,
    )
    status = draw.choices(statuses, [pattern[one] for one in statuses])[0]
    if status != AttendanceStatus.PRESENT:
        return StoryMark(status)
    behaviour = draw.uniform(0, pattern["present"])
    if behaviour < pattern["late"]:
        return StoryMark(status, after=draw.randrange(12, 26))
    if behaviour < pattern["late"] + pattern["left_early"]:
        return StoryMark(status, early=draw.randrange(10, 31))
    return StoryMark(status, after=draw.randrange(-6, 6))

"""Days and times of a listing, as people really write them."""

import re
from datetime import time

WEEKDAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
_NAMES = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?::\d{2})?\s*(?:([ap])\.?\s?m\.?)?", re.IGNORECASE)
ASSUMED_MINUTES = 60
"""A meeting that does not say when it ends is taken to last an hour (Meeting Guide specification)."""


def read_days(value: object) -> tuple[str, ...] | None:
    """The weekdays of a row: a number 0–6 (0 is Sunday), its text, an English name, or a list of these.

    An empty tuple when the row names no day; None when it names something that is not one.

    >>> read_days(["3", "Monday"]), read_days(None), read_days(7)
    (('MO', 'WE'), (), None)
    """
    days = value if isinstance(value, list) else [value]
    found = [_day(day) for day in days if day is not None and day != ""]
    if any(day is None for day in found):
        return None
    return tuple(WEEKDAYS[i] for i in sorted({day for day in found if day is not None}))


def _day(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    text = str(value).strip().lower()
    if text in _NAMES:
        return _NAMES.index(text)
    return int(text) if text in set("0123456") else None


def read_time(value: object) -> time | None:
    """A local time; None when it is none.

    >>> [str(read_time(text)) for text in ("19:00", "7:00 PM", "7pm", "noon", "midnight", "7", "soon")]
    ['19:00:00', '19:00:00', '19:00:00', '12:00:00', '00:00:00', 'None', 'None']
    """
    text = str(value or "").strip().lower()
    if text in ("noon", "midnight"):
        return time(12 if text == "noon" else 0)
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    elif match[2] is None:
        return None
    return time(hour, minute) if hour < 24 and minute < 60 else None


def minutes_between(start: time, end: time | None) -> int:
    """How long a meeting lasts. An end before the start is on the next day; no end, or the same time, is an hour.

    >>> minutes_between(time(23), time(0, 30)), minutes_between(time(19), None)
    (90, 60)
    """
    if end is None or end == start:
        return ASSUMED_MINUTES
    return ((end.hour - start.hour) * 60 + end.minute - start.minute) % (24 * 60)

"""Days and times of a listing, as people really write them."""

import re
from datetime import time

WEEKDAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
_NAMES = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?::\d{2})?\s*(?:([ap])\.?\s?m\.?)?", re.IGNORECASE)
DAY = 24 * 60
LONGEST_NIGHT = 8 * 60
"""So long may a meeting last that ends before it starts: what would be longer is a slip of the pen."""
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


def read_end(value: object) -> int | None:
    """When a meeting ends, in minutes from the midnight before it; 24:00 is the midnight after. None when it is no time.

    >>> read_end("24:00"), read_end("8pm"), read_end("25:00")
    (1440, 1200, None)
    """
    if str(value).strip() in ("24:00", "24:00:00"):
        return DAY
    read = read_time(value)
    return None if read is None else read.hour * 60 + read.minute


def minutes_until(start: time, end: object) -> int | None:
    """How long a meeting lasts; None where nobody can mean what is written.

    No end, or the time of the start, is an hour. An end before the start is on the next day, if that is one night long.

    >>> minutes_until(time(23), "00:30"), minutes_until(time(20), "24:00"), minutes_until(time(19), None)
    (90, 240, 60)
    >>> minutes_until(time(19), "18:00"), minutes_until(time(19), "bad")
    (None, None)
    """
    if end is None or not str(end).strip():
        return ASSUMED_MINUTES
    begins, ends = start.hour * 60 + start.minute, read_end(end)
    if ends is None:
        return None
    if ends > begins:
        return ends - begins
    return ASSUMED_MINUTES if ends == begins else _over_night(ends + DAY - begins)


def _over_night(minutes: int) -> int | None:
    return minutes if minutes <= LONGEST_NIGHT else None

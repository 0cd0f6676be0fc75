"""The third and fourth reader: vobject with dateutil, and libical, the C library inside Evolution and KDE's calendars."""

import ctypes
import ctypes.util
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
import vobject

from tests.feeds.readers import Seen


def vobject_reads(ics: bytes, first: datetime, last: datetime) -> list[Seen]:
    """Expand with vobject and dateutil, which take zones from the file."""
    events = list(vobject.readOne(ics.decode()).contents.get("vevent", []))
    instead = {
        (one.uid.value, one.recurrence_id.value.astimezone(UTC))
        for one in events
        if hasattr(one, "recurrence_id")
    }
    shown = [
        Seen(start.astimezone(UTC), end.astimezone(UTC), *_said_by_vobject(one))
        for one in events
        for start, end in _times_of(one, last)
        if hasattr(one, "recurrence_id") or (one.uid.value, start.astimezone(UTC)) not in instead
    ]
    return sorted(one for one in shown if one.start < last and one.end > first)


def _times_of(event: Any, last: datetime) -> Iterator[tuple[datetime, datetime]]:
    start, end = event.dtstart.value, event.dtend.value
    if not hasattr(event, "rrule"):
        yield start, end
        return
    for one in event.rruleset:
        if one >= last:
            return
        yield one, one + (end.replace(tzinfo=None) - start.replace(tzinfo=None))


def _said_by_vobject(event: Any) -> tuple[str, bool, str]:
    place = event.location.value if hasattr(event, "location") else ""
    return event.summary.value, event.status.value == "CANCELLED", place


# --- libical --------------------------------------------------------------------------------------------------


class _Time(ctypes.Structure):
    """`struct icaltimetype` of libical 3."""

    _fields_ = (
        *(
            (name, ctypes.c_int)
            for name in ["year", "month", "day", "hour", "minute", "second", "is_date", "is_daylight"]
        ),
        ("zone", ctypes.c_void_p),
    )


class _Span(ctypes.Structure):
    """`struct icaltime_span`: seconds since 1970."""

    _fields_ = (("start", ctypes.c_long), ("end", ctypes.c_long), ("is_busy", ctypes.c_int))


_EACH = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(_Span), ctypes.c_void_p)
_KINDS = {
    "icalparser_parse_string": (ctypes.c_void_p, ctypes.c_char_p),
    "icalcomponent_free": (None, ctypes.c_void_p),
    "icalcomponent_string_to_kind": (ctypes.c_int, ctypes.c_char_p),
    "icalcomponent_get_first_component": (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int),
    "icalcomponent_get_next_component": (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int),
    "icalcomponent_get_uid": (ctypes.c_char_p, ctypes.c_void_p),
    "icalcomponent_get_summary": (ctypes.c_char_p, ctypes.c_void_p),
    "icalcomponent_get_location": (ctypes.c_char_p, ctypes.c_void_p),
    "icalcomponent_get_status": (ctypes.c_int, ctypes.c_void_p),
    "icalproperty_status_to_string": (ctypes.c_char_p, ctypes.c_int),
    "icalproperty_string_to_kind": (ctypes.c_int, ctypes.c_char_p),
    "icalcomponent_get_first_property": (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int),
    "icalproperty_get_datetime_with_component": (_Time, ctypes.c_void_p, ctypes.c_void_p),
    "icaltime_as_timet_with_zone": (ctypes.c_long, _Time, ctypes.c_void_p),
    "icaltime_from_timet_with_zone": (_Time, ctypes.c_long, ctypes.c_int, ctypes.c_void_p),
    "icalcomponent_foreach_recurrence": (None, ctypes.c_void_p, _Time, _Time, _EACH, ctypes.c_void_p),
}


@cache
def libical() -> Any:
    """The library; where it is missing the test is skipped with the line to type, and fails in CI."""
    name = ctypes.util.find_library("ical")
    if name is None:
        reason = "libical is missing: apt-get install libical3"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    found = ctypes.CDLL(name)
    for function, (gives, *takes) in _KINDS.items():
        getattr(found, function).restype, getattr(found, function).argtypes = gives, takes
    return found


def libical_reads(ics: bytes, first: datetime, last: datetime) -> list[Seen]:
    """Expand with libical, which takes zones from the file."""
    lib = libical()
    calendar = lib.icalparser_parse_string(ics)
    try:
        events = list(_components(lib, calendar))
        instead = {(uid, given) for uid, given, _event in events if given is not None}
        shown = [
            Seen(_moment(start), _moment(end), *_said_by_libical(lib, event))
            for uid, given, event in events
            for start, end in _spans(lib, event, first, last)
            if given is not None or (uid, start) not in instead
        ]
    finally:
        lib.icalcomponent_free(calendar)
    return sorted(one for one in shown if one.start < last and one.end > first)


def _components(lib: Any, calendar: int) -> Iterator[tuple[bytes, int | None, int]]:
    """Each event with its UID and the moment that it stands for, if it stands for one."""
    kind, stands_for = (
        lib.icalcomponent_string_to_kind(b"VEVENT"),
        lib.icalproperty_string_to_kind(b"RECURRENCE-ID"),
    )
    event = lib.icalcomponent_get_first_component(calendar, kind)
    while event:
        moment = None
        if given := lib.icalcomponent_get_first_property(event, stands_for):
            wall = lib.icalproperty_get_datetime_with_component(given, event)
            moment = lib.icaltime_as_timet_with_zone(wall, wall.zone)
        yield lib.icalcomponent_get_uid(event), moment, event
        event = lib.icalcomponent_get_next_component(calendar, kind)


def _spans(lib: Any, event: int, first: datetime, last: datetime) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    ends = [
        lib.icaltime_from_timet_with_zone(int(one.timestamp()), 0, None)
        for one in (first - timedelta(days=2), last + timedelta(days=2))
    ]
    keep = _EACH(lambda _event, span, _data: found.append((span.contents.start, span.contents.end)))
    lib.icalcomponent_foreach_recurrence(event, *ends, keep, None)
    return found


def _said_by_libical(lib: Any, event: int) -> tuple[str, bool, str]:
    status = lib.icalproperty_status_to_string(lib.icalcomponent_get_status(event))
    place = lib.icalcomponent_get_location(event) or b""
    return lib.icalcomponent_get_summary(event).decode(), status == b"CANCELLED", place.decode()


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)

"""The written form of a calendar (RFC 5545): UTF-8, CRLF, lines of at most 75 octets, every zone described.

The frame and the zones are written by icalendar. The zones come from `rules.zones`, never from its
`add_missing_timezones`, which stamps the start of summer in the new offset and lists dates that some readers take
only the first of. Events are written here, line by line: ten times as fast, and a test reads each back with icalendar.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
from icalendar import vRecur, vText

from groupsched.feeds.rules import CalendarFile, Event, YearlyClockChange, ZoneRule, number_of, zone_rule

PRODUCT = "-//groupsched//Calendar//EN"
REFRESH = timedelta(hours=1)
EMPTY_SINCE = 2026  # the year in which the zone of a file without events begins to be told
LINE = 75  # octets, without the line's end (RFC 5545 3.1)
END = b"END:VCALENDAR\r\n"
# In one pass: replaced one after the other, the backslash of an escape would be escaped again.
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})


def write(calendar: CalendarFile) -> bytes:
    """Write a calendar as the bytes that are sent."""
    frame = _frame(calendar)
    lines = (fold(line) for event in calendar.events for line in _event(event, calendar))
    return b"".join([frame.removesuffix(END), *lines, END])


def fold(line: str) -> bytes:
    """Write one content line, in pieces where it is long, never cutting a character or an escape in two.

    >>> [len(piece) for piece in fold("SUMMARY:" + "é" * 40).split(b"\\r\\n")]
    [74, 15, 0]
    """
    # Octets, not characters: 75 letters with accents are up to 150 of them, and a reader may cut or refuse such a line.
    data = line.encode()
    if len(data) <= LINE:
        return data + b"\r\n"
    pieces, start, room = [], 0, LINE
    while start < len(data):
        end = min(start + room, len(data))
        while end < len(data) and data[end] & 0xC0 == 0x80:  # inside a character
            end -= 1
        before = data[start:end]
        if end < len(data) and (len(before) - len(before.rstrip(b"\\"))) % 2:  # inside an escape
            end -= 1
        pieces.append(data[start:end])
        start, room = end, LINE - 1  # a piece that goes on begins with a space
    return b"\r\n ".join(pieces) + b"\r\n"


def _event(event: Event, calendar: CalendarFile) -> Iterator[str]:
    words = event.words
    title = calendar.cancelled_title.format(title=words.title) if event.cancelled else words.title
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    stamp = f"{event.stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTAMP:{stamp}"
    # The same moment twice: without this one Google does not take a change (a feed has no METHOD, so both mean it).
    yield f"LAST-MODIFIED:{stamp}"
    if event.created_at is not None:
        yield f"CREATED:{event.created_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield _moments("DTSTART", event.start)
    yield _moments("DTEND", event.end)
    if event.recurrence_id is not None:
        yield _moments("RECURRENCE-ID", event.recurrence_id)
    if event.rrule:
        yield f"RRULE:{event.rrule}"
    if event.exdates:
        yield _moments("EXDATE", *event.exdates)
    yield f"SUMMARY:{_text(title)}"
    if words.place:
        yield f"LOCATION:{_text(words.place)}"
    if words.description:
        yield f"DESCRIPTION:{_text(words.description)}"
    if words.url:
        yield f"URL:{words.url}"
    if words.color:
        yield f"COLOR:{words.color}"
    if calendar.private:
        yield "CLASS:PRIVATE"
    yield f"SEQUENCE:{number_of(event.stamp)}"
    yield "STATUS:CANCELLED" if event.cancelled else "STATUS:CONFIRMED"
    yield "TRANSP:TRANSPARENT" if event.cancelled else "TRANSP:OPAQUE"
    yield "END:VEVENT"


def _text(value: str) -> str:
    return value.translate(_ESCAPED)


def _moments(name: str, *moments: datetime) -> str:
    """A property of times, all in one zone of the file or all in UTC."""
    zone = moments[0].tzinfo
    if isinstance(zone, ZoneInfo):
        return f"{name};TZID={zone.key}:" + ",".join(f"{moment:%Y%m%dT%H%M%S}" for moment in moments)
    return f"{name}:" + ",".join(f"{moment:%Y%m%dT%H%M%SZ}" for moment in moments)


# --- the frame -----------------------------------------------------------------------------------------------


def _frame(calendar: CalendarFile) -> bytes:
    file = icalendar.Calendar()
    file.add("version", "2.0")
    file.add("prodid", PRODUCT)
    if calendar.name:
        file.add("name", vText(calendar.name))
        file.add("x-wr-calname", vText(calendar.name))
        file.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        file.add("x-published-ttl", vText("PT1H"))
    if calendar.zone:
        file.add("x-wr-timezone", vText(calendar.zone))
    for rule, year in _zones(calendar.events) or _some_zone(calendar):
        file.add_component(_zone(rule, year))
    # Folded again: icalendar cuts escapes in two, which some readers take for a backslash.
    return b"".join(map(fold, file.to_ical().decode().replace("\r\n ", "").split("\r\n")[:-1]))


def _zones(events: Iterable[Event]) -> list[tuple[ZoneRule, int]]:
    """Find the zones that are used, each with the year before its earliest time."""
    years: dict[str, int] = {}
    for event in events:
        for moment in (event.start, event.recurrence_id):
            if moment is not None and isinstance(moment.tzinfo, ZoneInfo):
                years[moment.tzinfo.key] = min(moment.year, years.get(moment.tzinfo.key, moment.year))
    found = ((zone_rule(key, year, year), year - 1) for key, year in sorted(years.items()))
    return [(rule, year) for rule, year in found if rule is not None]


def _some_zone(calendar: CalendarFile) -> list[tuple[ZoneRule, int]]:
    """A file without an event says its zone: one without any component is none (RFC 5545 3.6), and Outlook refuses it."""
    if calendar.events:
        return []
    found = zone_rule(calendar.zone or "UTC", EMPTY_SINCE, EMPTY_SINCE) or zone_rule(
        "UTC", EMPTY_SINCE, EMPTY_SINCE
    )
    return [(found, EMPTY_SINCE - 1)] if found is not None else []


def _zone(rule: ZoneRule, year: int) -> icalendar.Timezone:
    zone = icalendar.Timezone()
    zone.add("tzid", rule.key)
    for turn in rule.turns:
        zone.add_component(_turn(turn, year))
    if not rule.turns:
        fixed = icalendar.TimezoneStandard()
        fixed.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 - an onset has no zone
        fixed.add("tzoffsetfrom", rule.offset)
        fixed.add("tzoffsetto", rule.offset)
        fixed.add("tzname", rule.name)
        zone.add_component(fixed)
    return zone


def _turn(turn: YearlyClockChange, year: int) -> icalendar.TimezoneStandard | icalendar.TimezoneDaylight:
    observance = icalendar.TimezoneDaylight() if turn.daylight else icalendar.TimezoneStandard()
    observance.add("dtstart", turn.onset(year))
    observance.add("rrule", vRecur.from_ical(turn.rrule))
    observance.add("tzoffsetfrom", turn.offset_from)
    observance.add("tzoffsetto", turn.offset_to)
    observance.add("tzname", turn.name)
    return observance

"""The written form of a calendar (RFC 5545): UTF-8, CRLF, lines of at most 75 octets, every zone described.

The zones are written from `rules.zones`, never by icalendar's own `add_missing_timezones`, which stamps the start
of summer in the new offset and lists dates that some readers take only the first of.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
from icalendar import vRecur, vText

from groupsched.feeds.rules import Calendar, Event, zone_rule
from groupsched.feeds.rules.zones import Turn, ZoneRule

PRODUCT = "-//groupsched//Calendar//EN"
REFRESH = timedelta(hours=1)


def write(calendar: Calendar) -> bytes:
    """Write a calendar as the bytes that are sent."""
    file = icalendar.Calendar()
    file.add("version", "2.0")
    file.add("prodid", PRODUCT)
    if calendar.name:
        file.add("name", vText(calendar.name))
        file.add("x-wr-calname", vText(calendar.name))
        file.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        file.add("x-published-ttl", vText("PT1H"))
    for rule, year in _zones(calendar.events):
        file.add_component(_zone(rule, year))
    for event in calendar.events:
        file.add_component(_event(event, calendar))
    return file.to_ical()


def _zones(events: Iterable[Event]) -> list[tuple[ZoneRule, int]]:
    """Find the zones that are used, each with the year before its earliest time."""
    years: dict[str, int] = {}
    for event in events:
        for moment in (event.start, event.recurrence_id):
            if moment is not None and isinstance(moment.tzinfo, ZoneInfo):
                years[moment.tzinfo.key] = min(moment.year, years.get(moment.tzinfo.key, moment.year))
    found = ((zone_rule(key, year, year), year - 1) for key, year in sorted(years.items()))
    return [(rule, year) for rule, year in found if rule is not None]


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


def _turn(turn: Turn, year: int) -> icalendar.TimezoneStandard | icalendar.TimezoneDaylight:
    observance = icalendar.TimezoneDaylight() if turn.daylight else icalendar.TimezoneStandard()
    observance.add("dtstart", turn.onset(year))
    observance.add("rrule", vRecur.from_ical(turn.rrule))
    observance.add("tzoffsetfrom", turn.offset_from)
    observance.add("tzoffsetto", turn.offset_to)
    observance.add("tzname", turn.name)
    return observance


def _event(event: Event, calendar: Calendar) -> icalendar.Event:
    entry, words = icalendar.Event(), event.words
    title = calendar.cancelled_title.format(title=words.title) if event.cancelled else words.title
    entry.add("uid", event.uid)
    entry.add("dtstamp", event.stamp.astimezone(UTC).replace(microsecond=0))
    entry.add("dtstart", event.start)
    entry.add("dtend", event.end)
    entry.add("summary", title)
    entry.add("sequence", event.sequence)
    entry.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    entry.add("transp", "TRANSPARENT" if event.cancelled else "OPAQUE")
    if calendar.private:
        entry.add("class", "PRIVATE")
    for name, value in (("location", words.place), ("description", words.description), ("url", words.url)):
        if value:
            entry.add(name, value)
    if event.recurrence_id is not None:
        entry.add("recurrence-id", event.recurrence_id)
    if event.rrule:
        entry.add("rrule", vRecur.from_ical(event.rrule))
    if event.exdates:
        entry.add("exdate", list(event.exdates))
    return entry

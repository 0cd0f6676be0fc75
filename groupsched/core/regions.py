"""How a region writes dates and times: CLDR, by the language of the page and the region of the program.

A region is the subtag of BCP 47 for a country: with `US` English pages say `Tue, Dec 1` and `10:00–11:30 AM`, Spanish ones
`10:00–11:30 a.m.`; with `GB` they say `Tue 1 Dec` and `10:00–11:30`.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_date, format_interval, format_time
from babel.localedata import locale_identifiers
from flask import Flask, current_app, g, has_app_context

from groupsched.core.i18n import LANGUAGES, _, city_of, current_language, force_locale

DEFAULT = "GB"
DAY = date(2026, 1, 1)
_SOURCE = "groupsched.region"
# Where CLDR puts commas and these pages do not: after a weekday that a day in numbers follows.
_PATTERNS = {
    "en_GB": {
        "MMMMEEEEd": "EEEE d MMMM",
        "yMMMMEEEEd": "EEEE d MMMM y",
        "MMMEd": "EEE d MMM",
        "yMMMEd": "EEE d MMM y",
        "MMMMd": "d MMMM",
        "yMMMMd": "d MMMM y",
    },
    "es": {
        "MMMMEEEEd": "EEEE d 'de' MMMM",
        "yMMMMEEEEd": "EEEE d 'de' MMMM 'de' y",
        "MMMEd": "EEE d MMM",
        "yMMMEd": "EEE d MMM y",
    },
}
_CLOCK = re.compile(
    r"(\d{1,2})(?:\s*[:.h]?\s*(\d{2}))?\s*(?:([ap])\.?\s*(?:m\.?)?)?", re.ASCII | re.IGNORECASE
)


def names() -> dict[str, str]:
    """Every region that CLDR knows for a language of these pages, in the words of the page, by name."""
    locale = Locale.parse(current_language())
    found = {code: str(locale.territories[code]) for code in _known()}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def zones(*kept: str) -> dict[str, str]:
    """The zones of the world and those `kept`, each by its city and region in the words of the page, in their order."""
    territories = Locale.parse(current_language()).territories
    found = {zone: f"{city_of(zone)}, {territories[code]}" for zone, code in _zones() if code in territories}
    found |= {zone: city_of(zone) for zone in ("UTC", *kept) if zone not in found}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


@cache
def _zones() -> tuple[tuple[str, str], ...]:
    known = available_timezones()
    return tuple((zone, code) for zone, code in get_global("zone_territories").items() if zone in known)


def sample(region: str) -> str:
    """How a region writes a date and a time, as an example in the language of the page."""
    locale, hours = _locale(current_language(), region)
    day = format_date(DAY, _pattern("MMMEd", str(locale)), locale=locale)
    return _plain(f"{day}, {format_time(time(14, 30), hours, locale=locale)}")


def of_zone(timezone: str) -> str:
    """The region in which an IANA zone lies: `US` for `America/New_York`; the default where it lies in none of ours."""
    found = get_global("zone_territories").get(timezone, DEFAULT)
    return found if found in _known() else DEFAULT


@cache
def _known() -> frozenset[str]:
    parts = (name.split("_") for name in locale_identifiers())
    return frozenset(
        part[-1] for part in parts if part[0] in LANGUAGES and re.fullmatch("[A-Z]{2}", part[-1])
    )


class WayOfWriting(NamedTuple):
    """How a program writes moments: in the way of a region, and without their zone where they are in this one."""

    region: str = DEFAULT
    timezone: str = "UTC"


def way() -> WayOfWriting:
    """How what is written now is written: as `speaking` says, else as the program of the page does."""
    if not has_app_context():
        return WayOfWriting()
    if "way" not in g:
        g.way = _way_of(None)
    found: WayOfWriting = g.way
    return found


def _way_of(program_id: int | None) -> WayOfWriting:
    source: Callable[[int | None], WayOfWriting | None] | None = current_app.extensions.get(_SOURCE)
    return (source(program_id) if source else None) or WayOfWriting()


def current_region() -> str:
    """The region of what is written now."""
    return way().region


@contextmanager
def speaking(language: str | None, program_id: int | None) -> Iterator[None]:
    """Write in the language of somebody and in the way of their program, whoever's page this is."""
    before, g.way = g.get("way"), _way_of(program_id)
    try:
        with force_locale(language or "en"):
            yield
    finally:
        g.pop("way")
        if before is not None:
            g.way = before


def stand_in(timezone: str) -> None:
    """Have the rest of this page stand in a zone, as a sheet does: its times need no name of a place."""
    g.way = way()._replace(timezone=timezone)


def zone_name(timezone: str) -> str:
    """An IANA zone as people say it: "New York time", "hora de Nueva York", "UTC".

    >>> zone_name("America/New_York"), zone_name("UTC")
    ('New York time', 'UTC')
    """
    return "UTC" if timezone == "UTC" else _("%(city)s time", city=city_of(timezone))


def elsewhere(moment: datetime, timezone: str) -> str:
    """The name of a zone whose clocks show another time than those of the page at this moment; empty where they agree."""
    here = moment.astimezone(ZoneInfo(way().timezone)).utcoffset()
    return zone_name(timezone) if moment.astimezone(ZoneInfo(timezone)).utcoffset() != here else ""


def clock(at: time | datetime) -> str:
    """A wall-clock time: `10:00 AM`, `10:00`."""
    locale, hours = _locale(current_language(), current_region())
    return _plain(format_time(at, hours, locale=locale))


def clock_range(start: time | datetime, end: time | datetime) -> str:
    """From one wall-clock time to another: `10:00–11:30 AM`, `10:00 AM–2:30 PM`, `10:00–11:30`."""
    locale, hours = _locale(current_language(), current_region())
    if "a" not in hours:
        return f"{clock(start)}–{clock(end)}"
    # On one day, whatever the days of the two: CLDR would write the dates besides.
    first, last = (datetime.combine(DAY, time(one.hour, one.minute)) for one in (start, end))
    return re.sub(r"\s*–\s*", "–", _plain(format_interval(first, last, "hm", locale=locale)))


def dated(day: date, skeleton: str) -> str:
    """A date by a CLDR skeleton: `February 25, 2027` or `25 February 2027` for `yMMMMd`."""
    locale, _hours = _locale(current_language(), current_region())
    return _plain(format_date(day, _pattern(skeleton, str(locale)), locale=locale))


def locale_tag() -> str:
    """What a browser is told to write as the pages do: `en-US`."""
    return f"{current_language()}-{current_region()}"


def month_first() -> bool:
    """Whether a date begins with its month: `December 24`."""
    locale, _hours = _locale(current_language(), current_region())
    return _pattern("MMMMd", str(locale)).startswith("M")


def parse_clock(text: str) -> time:
    """The time that somebody writes: `10`, `10am`, `10 p.m.`, `10:00 PM`, `22.00`, `22:00`. Raises ValueError.

    >>> parse_clock("10 pm"), parse_clock("9:30"), parse_clock("12 am")
    (datetime.time(22, 0), datetime.time(9, 30), datetime.time(0, 0))
    """
    found = _CLOCK.fullmatch(_plain(text).strip())
    if found is None:
        raise ValueError(text)
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(text)
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute)


def read_clock(text: str) -> tuple[time, ...]:
    """The times that somebody may mean: as `parse_clock`, and where the region counts to twelve and neither half of the day
    is said, that of the other half too. Raises ValueError."""
    at = parse_clock(text)
    _region, hours = _locale(current_language(), current_region())
    if "a" not in hours or re.search("[ap]", text, re.IGNORECASE) or not 1 <= at.hour < 12:
        return (at,)
    return at, at.replace(hour=at.hour + 12)


def clock_near(text: str, stood: time) -> time:
    """The time that somebody means who writes over one that stood: of two that they may mean, the one nearer to it, the one from
    7 to 19 o'clock where both are as far: 9 over 3 PM is the morning; who writes `09:00` counts to 24. `static/js/clock.js`
    reads the same. Raises ValueError."""
    if text.lstrip().startswith("0"):
        return parse_clock(text)
    before = stood.hour * 60 + stood.minute

    def apart(at: time) -> tuple[int, bool]:
        later = (at.hour * 60 + at.minute - before) % (24 * 60)
        return min(later, 24 * 60 - later), not 7 <= at.hour < 19

    return min(read_clock(text), key=apart)


@cache
def _locale(language: str, region: str) -> tuple[Locale, str]:
    """The locale that says how this language is written in this region, and its pattern of a time.

    CLDR has no Spanish of Great Britain: the language's own way then, with as many hours as the region counts.
    """
    try:
        locale = Locale.parse(f"{language}_{region}")
        return locale, str(locale.time_formats["short"].pattern)
    except UnknownLocaleError:
        locale = Locale.parse(language)
    halves = "a" in str(Locale.parse(f"und_{region}").time_formats["short"].pattern)
    return locale, str(locale.datetime_skeletons["hm"].pattern) if halves else "HH:mm"


def _plain(words: str) -> str:
    """CLDR writes thin and narrow spaces, which not every font has and nobody types."""
    return re.sub(r"[\u2009\u202f\xa0]", " ", words)


def init_app(app: Flask, way_of: Callable[[int | None], WayOfWriting | None]) -> None:
    """`way_of` knows how a program writes by its number, and for None how that of the page does."""
    app.extensions[_SOURCE] = way_of


@cache
def _pattern(skeleton: str, locale: str) -> str:
    """How a locale writes a skeleton. CLDR lists most of them with short names alone; longer ones take their place."""
    known = Locale.parse(locale).datetime_skeletons
    own = _PATTERNS.get(locale) or _PATTERNS.get(locale.partition("_")[0], {})
    if skeleton in own:
        return own[skeleton]
    if skeleton in known:
        return str(known[skeleton].pattern)
    short = str(known[skeleton.replace("EEEE", "E").replace("MMMM", "MMM")].pattern)
    wide = {"E": "EEEE", "M": "MMMM", "L": "LLLL"}
    return re.sub(r"'[^']*'|E+|M{3,}|L{3,}", lambda part: wide.get(part[0][0], part[0]), short)

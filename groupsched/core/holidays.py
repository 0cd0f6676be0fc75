"""Public holidays of a country or a part of it, by the library of that name."""

from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

import holidays
from babel import Locale

from groupsched.core.i18n import current_language


class PublicHoliday(NamedTuple):
    """A day and what it is called."""

    day: date
    name: str


def countries() -> dict[str, str]:
    """The countries whose public holidays are known, in the words of the page, by name."""
    territories = Locale.parse(current_language()).territories
    found = {code: str(territories[code]) for code in _parts() if code in territories}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def parts(country: str) -> dict[str, str]:
    """The parts of a country with public holidays of their own: the code of each and its name where one is known."""
    known = _parts().get(country, ())
    names = {
        code: name
        for name, code in getattr(_calendar(country), "subdivisions_aliases", {}).items()
    } if known else {}  # fmt: skip
    return {code: names.get(code, code) for code in known}


def between(country: str, part: str, first: date, last: date) -> list[PublicHoliday]:
    """The public holidays from one day to another, both too, in order; none of a country that is not known.

    >>> [one.name for one in between("US", "", date(2026, 12, 25), date(2027, 1, 1))]
    ['Christmas Day', 'New Year’s Day']
    """
    if country not in _parts():
        return []
    found = holidays.country_holidays(
        country,
        subdiv=part if part in _parts()[country] else None,
        years=range(first.year, last.year + 1),
        language=_language(country),
    )
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [PublicHoliday(day, found[day].replace("'", "’")) for day in days if day in found]


def _language(country: str) -> str | None:
    """The language of the page where the names are known in it, else English, else that of the country."""
    known = getattr(_calendar(country), "supported_languages", ())
    for wanted in (current_language(), "en"):
        for one in known:
            if one.partition("_")[0] == wanted:
                return str(one)
    return None


@cache
def _parts() -> dict[str, tuple[str, ...]]:
    found = holidays.list_supported_countries(include_aliases=False)
    return {country: tuple(known) for country, known in found.items() if len(country) == 2}


def _calendar(country: str) -> object:
    return getattr(holidays, country, None)

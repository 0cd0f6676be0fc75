"""What people write into the cells of a table: days, times, numbers, choices, names."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, time
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from typing import TypeVar

from babel import Locale

from groupsched.core.i18n import LANGUAGES, current_language
from groupsched.core.regions import month_first, parse_clock
from groupsched.core.text import fold
from groupsched.exchange.rules import CellFault, CellUnfit, TableRow

E = TypeVar("E", bound=StrEnum)
V = TypeVar("V")
YES = frozenset({"yes", "y", "true", "1", "x", "sí", "si", "s"})
NO = frozenset({"", "no", "n", "false", "0"})
_PARTED = re.compile(r"\s*[;,/|+]\s*")
_DAYS_PARTED = re.compile(r"[\s;,/|+&.]+")
_AND = frozenset({"and", "y", "e"})
# Initials of days are another one's in another language: M is Monday, and martes.
_INITIALS = {
    "en": {"m": 0, "t": 1, "w": 2, "r": 3, "f": 4},
    "es": {"l": 0, "m": 1, "x": 2, "j": 3, "v": 4, "s": 5, "d": 6},
}
_CLOCK_WORDS = {"noon": time(12), "mediodia": time(12), "midnight": time(0), "medianoche": time(0)}
_TIME_OF_A_DAY = re.compile(r"[ T]\d{1,2}:\d\d(:\d\d(\.\d+)?)?( ?[ap]\.?m\.?)?$", re.IGNORECASE)
_NUMBERS = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{4}|\d{2})")
MOST_NUMBER = 10**6


def parts(text: str) -> list[str]:
    """Several words of one cell."""
    return [part for part in _PARTED.split(text) if part]


def names_of(key: str, names: Iterable[str]) -> set[str]:
    """By what a thing may be called in a table: its key and its names, whatever their capital letters."""
    return {one.casefold() for one in (key, *names) if one}


def nearest(written: str, known: Iterable[str]) -> str:
    """The known name that is written most alike, empty where none is."""
    return next(iter(get_close_matches(written.casefold(), list(known), 1, 0.7)), "")


def known(row: TableRow, column: str, names: Mapping[str, V]) -> V:
    """What the name in a cell stands for. Raises CellUnfit with the name that is most alike."""
    found = names.get(row[column].casefold())
    if found is None:
        raise CellUnfit(CellFault.NOT_KNOWN, column, row[column], nearest(row[column], names))
    return found


def day_of(row: TableRow, column: str) -> date | None:
    """A date like 2026-11-30, or as the program's region writes it in numbers; a time behind it is let be. Raises CellUnfit."""
    if not row[column]:
        return None
    text = _TIME_OF_A_DAY.sub("", row[column])
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else _in_numbers(text)
    except ValueError:
        raise CellUnfit(CellFault.NOT_A_DATE, column, row[column]) from None


def _in_numbers(text: str) -> date:
    found = _NUMBERS.fullmatch(text)
    if found is None:
        raise ValueError(text)
    one, two, year = (int(part) for part in found.groups())
    # A point is never between a month and a day of the American way.
    month, day = (one, two) if month_first() and "." not in text else (two, one)
    return date(year if year > 99 else 2000 + year, month, day)


def time_of(row: TableRow, column: str) -> time | None:
    """A time like 18:00, 18:00:00, 6 pm or noon. Raises CellUnfit."""
    text = row[column]
    if not text:
        return None
    if (word := fold(text)) in _CLOCK_WORDS:
        return _CLOCK_WORDS[word]
    try:
        return parse_clock(re.sub(r"^(\d{1,2}:\d\d):00\b", r"\1", text))
    except ValueError:
        raise CellUnfit(CellFault.NOT_A_TIME, column, text) from None


def number_of(row: TableRow, column: str) -> int | None:
    """A whole number, as spreadsheets write one: 12 or 12.0. Raises CellUnfit."""
    text = row[column]
    if not text:
        return None
    found = re.fullmatch(r"(\d{1,6})(?:[.,]0+)?", text, re.ASCII)
    if found is None:
        raise CellUnfit(CellFault.NOT_A_NUMBER, column, text)
    return int(found[1])


def yes(row: TableRow, column: str) -> bool:
    """Whether a cell says yes. Raises CellUnfit for what is neither."""
    text = row[column].casefold()
    if text not in YES | NO:
        raise CellUnfit(CellFault.NOT_A_CHOICE, column, row[column], "yes, no")
    return text in YES


def choice(row: TableRow, column: str, words: Mapping[str, E]) -> E | None:
    """One of a few choices, by its key or by a word of people. Raises CellUnfit."""
    text = row[column].casefold()
    if not text:
        return None
    offered = {one.value: one for one in words.values()}
    found = {**offered, **words}.get(text)
    if found is None:
        raise CellUnfit(CellFault.NOT_A_CHOICE, column, row[column], ", ".join(offered))
    return found


def weekdays_of(row: TableRow, column: str) -> tuple[int, ...]:
    """Days of the week, Monday = 0, in any language of the pages: whole, short, in the plural, or as initials in the
    language of the page. Raises CellUnfit."""
    found = set()
    for part in _DAYS_PARTED.split(row[column]):
        if not part or part.casefold() in _AND:
            continue
        day = _weekday(fold(part))
        if day is None:
            raise CellUnfit(CellFault.NOT_A_CHOICE, column, part, "Mon, Tue, Wed, Thu, Fri, Sat, Sun")
        found.add(day)
    return tuple(sorted(found))


def _weekday(word: str) -> int | None:
    if len(word) == 1:
        return _INITIALS.get(current_language(), {}).get(word)
    begun = word.removesuffix("s") if len(word) > 3 else word
    return (
        next((day for name, day in _weekdays().items() if name.startswith((word, begun))), None)
        if word
        else None
    )


@cache
def _weekdays() -> Mapping[str, int]:
    """Each weekday by its names; two letters tell them apart in every language of the pages together."""
    return {
        fold(name): day
        for code in LANGUAGES
        for day, name in Locale.parse(code).days["stand-alone"]["wide"].items()
    }

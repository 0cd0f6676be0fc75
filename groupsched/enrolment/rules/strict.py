"""What of a question is not understood, for those who would rather be told than be answered something else.

`FindFilters.parse` leaves it out, as pages do; the interface and the public calendar refuse it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from groupsched.catalog.rules import ModalityKind
from groupsched.core.text import clean_line
from groupsched.enrolment.rules.filters import (
    CHOICES,
    DIMENSIONS,
    HORIZON,
    MOST_VALUES,
    Q_LENGTH,
    FindView,
    is_word,
    read_cursor,
    read_day,
)

YES_OR_NO = ("0", "1")
LISTED: Mapping[str, tuple[str, ...]] = {
    **CHOICES, "kind": tuple(ModalityKind), "free": YES_OR_NO, "external": YES_OR_NO, "view": tuple(FindView),
}  # fmt: skip
"""Every filter whose values stand in a list."""

DAYS = ("from", "to")
# Of words that show nothing nothing would be left, and everything be found.
_READERS: Mapping[str, Callable[[str], object]] = {
    **dict.fromkeys(DAYS, lambda value: read_day([value])), "after": read_cursor, "q": clean_line,
}  # fmt: skip

FILTERS = frozenset({*DIMENSIONS, "free", "external", *DAYS, "q"})
OF_PAGES = frozenset({"view", "after"})
"""How a page lays out what it found. Whoever takes the address of a page for a calendar has these too."""


class FaultReason(StrEnum):
    """Why a filter is not understood."""

    FILTER = "unknown_filter"
    VALUE = "unknown_value"
    DAY = "no_day"
    REVERSED = "days_reversed"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    TWICE = "twice"


@dataclass(frozen=True)
class FilterFault:
    """A filter that is not understood, why, and the value that it is about."""

    name: str
    why: FaultReason
    value: str = ""


def filter_faults(query: Mapping[str, Iterable[str]], today: date) -> Iterator[FilterFault]:
    """What of a query string would be left out or cut; a filter without a value is none at all.

    >>> from datetime import date
    >>> asked = {"day": ["monday"], "foo": ["bar"], "to": ["2027-12-31"], "q": [""]}
    >>> [(fault.name, fault.why.value) for fault in filter_faults(asked, date(2026, 11, 1))]
    [('day', 'unknown_value'), ('foo', 'unknown_filter'), ('to', 'too_long')]
    """
    given = {name: [value.strip() for value in values if value.strip()] for name, values in query.items()}
    alone = [fault for name, values in given.items() for fault in _alone(name, values)]
    yield from alone
    if not any(fault.name in DAYS for fault in alone):
        yield from _window(given, today)


def _alone(name: str, values: list[str]) -> Iterator[FilterFault]:
    if name not in FILTERS | OF_PAGES:
        yield FilterFault(name, FaultReason.FILTER)
    elif name not in DIMENSIONS and len(values) > 1:
        yield FilterFault(name, FaultReason.TWICE)
    elif len(set(values)) > MOST_VALUES:
        yield FilterFault(name, FaultReason.TOO_MANY)
    else:
        yield from (FilterFault(name, why, value) for value in values if (why := _why(name, value)))


def _why(name: str, value: str) -> FaultReason | None:
    if name in LISTED:
        return None if value in LISTED[name] else FaultReason.VALUE
    if name == "q" and len(value) > Q_LENGTH:
        return FaultReason.TOO_LONG
    if _READERS.get(name, is_word)(value):
        return None
    return FaultReason.DAY if name in DAYS else FaultReason.VALUE


def _window(given: Mapping[str, list[str]], today: date) -> Iterator[FilterFault]:
    first, last = read_day(given.get("from", ())), read_day(given.get("to", ()))
    if first and last and last < first:
        yield FilterFault("to", FaultReason.REVERSED)
    elif last and last - (first or today) > timedelta(HORIZON):
        yield FilterFault("to", FaultReason.TOO_LONG)

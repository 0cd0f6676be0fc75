"""The filters of /sessions, the public feed and the interface: read from an address and written back to one."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from enum import StrEnum
from urllib.parse import urlencode

from groupsched.catalog.rules import Access, Orientation, PlaceMode, Setting, Structure
from groupsched.core.text import clean_line

UNSET = "unset"
"""The value of a choice about which nobody has said anything."""


class PartOfDay(StrEnum):
    """When a date begins, by the wall clock of its place."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class FindView(StrEnum):
    """How what was found is laid out: a card a group, or the dates by day, by week, by month."""

    GROUPS = "groups"
    LIST = "list"
    WEEK = "week"
    MONTH = "month"


CHOICES: Mapping[str, tuple[str, ...]] = {
    "orientation": (*Orientation, UNSET),
    "structure": (*Structure, UNSET),
    "access": tuple(Access),
    "setting": tuple(Setting),
    "day": ("mo", "tu", "we", "th", "fr", "sa", "su"),
    "time": tuple(PartOfDay),
    "mode": tuple(PlaceMode),
    "needs": ("step-free", "chair", "no-touch"),
    "stays": ("open",),
}
"""The closed vocabularies. Everything else a program names itself."""

NAMED = ("kind", "modality", "place", "language", "tradition", "audience")
"""Filters whose values are rows of the program."""

DIMENSIONS = (*NAMED, *CHOICES)
WINDOW = 7
HORIZON = 400
MOST_VALUES = 30
Q_LENGTH = 80
_WORD = re.compile(r"[^\x00-\x1f\x7f]{1,80}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CURSOR = re.compile(r"([0-9]{1,11})-([0-9]{1,18})")

NOON = time(12)
EVENING = time(17)


PARTS = {PartOfDay.MORNING: (0, 720), PartOfDay.AFTERNOON: (720, 1020), PartOfDay.EVENING: (1020, 1440)}
"""The parts of the day in minutes after midnight, the first of them in it and the last not."""


def part_of_day(start: time) -> PartOfDay:
    """Morning before noon, afternoon before 17:00, then evening; by the wall clock of the place.

    >>> part_of_day(time(12)), part_of_day(time(17))
    (<PartOfDay.AFTERNOON: 'afternoon'>, <PartOfDay.EVENING: 'evening'>)
    """
    if start < NOON:
        return PartOfDay.MORNING
    return PartOfDay.AFTERNOON if start < EVENING else PartOfDay.EVENING


@dataclass(frozen=True)
class FindFilters:
    """One question to the list of sessions. Values of one dimension mean or, dimensions mean and."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    free: bool = False
    external: bool = False
    first: date | None = None
    last: date | None = None
    q: str = ""
    view: FindView = FindView.GROUPS
    after: tuple[int, int] | None = None
    turned: bool = field(default=False, compare=False)
    """Whether the last day was before the first: it is left out, and a page says so."""

    @classmethod
    def parse(cls, query: Mapping[str, Iterable[str]]) -> "FindFilters":
        """Read a query string given as name → values. What is unknown or nonsense is left out, never an error.

        >>> FindFilters.parse({"day": ["tu", "mo"], "mode": ["moon"], "from": ["2026-12-01"]}).query()
        'day=mo&day=tu&from=2026-12-01'
        """
        chosen = {name: _known(name, query.get(name, ())) for name in DIMENSIONS}
        first, last = read_day(query.get("from", ())), read_day(query.get("to", ()))
        turned = bool(first and last and last < first)
        if first and last and (turned or last - first > timedelta(HORIZON)):
            last = None
        view, after = _one(query.get("view", ())), read_cursor(_one(query.get("after", ())))
        return cls(
            values={name: picked for name, picked in chosen.items() if picked},
            free=_one(query.get("free", ())) == "1",
            external=_one(query.get("external", ())) == "1",
            first=first,
            last=last,
            q=clean_line(_one(query.get("q", ())), Q_LENGTH),
            # A place in a list was an address before groups were found.
            view=FindView(view) if view in list(FindView) else FindView.LIST if after else FindView.GROUPS,
            after=after,
            turned=turned,
        )

    def window(self, today: date) -> tuple[date, date]:
        """First and last day asked for, both inclusive; the coming seven days where nothing is said."""
        if self.first is None and self.last is not None:
            return (today, self.last) if self.last >= today else (self.last, self.last)
        first = self.first or today
        return first, self.last or first + timedelta(WINDOW - 1)

    def has(self, name: str, value: str) -> bool:
        """Whether this value is chosen."""
        return value in self.values.get(name, ())

    def without(self, name: str, value: str | None = None) -> "FindFilters":
        """The same question without one value, a whole dimension or the words (`q`); back on the first page."""
        if name == "q":
            return replace(self, q="", after=None)
        rest = tuple(v for v in self.values.get(name, ()) if value is not None and v != value)
        values = {key: picked for key, picked in self.values.items() if key != name}
        if rest:
            values[name] = rest
        return replace(self, values=values, after=None)

    def shifted(self, today: date, days: int) -> "FindFilters":
        """The same question for a window that lies so many days later."""
        first, last = (day + timedelta(days) for day in self.window(today))
        return replace(self, first=first, last=last, after=None)

    def chosen(self) -> Iterator[tuple[str, str]]:
        """Every chosen value with its dimension, in the order of the page."""
        for name in DIMENSIONS:
            for value in self.values.get(name, ()):
                yield name, value

    @property
    def narrowed(self) -> bool:
        """Anything is chosen or searched for; dates and the way to show do not count."""
        return bool(self.values or self.q or self.free)

    def query(self) -> str:
        """The query string that means this question, in a stable order, without what is the default anyway."""
        pairs = list(self.chosen())
        pairs += [(name, "1") for name in ("free", "external") if getattr(self, name)]
        pairs += [("from", self.first.isoformat())] if self.first else []
        pairs += [("to", self.last.isoformat())] if self.last else []
        pairs += [("q", self.q)] if self.q else []
        pairs += [("view", self.view)] if self.view != FindView.GROUPS or self.after else []
        pairs += [("after", f"{self.after[0]}-{self.after[1]}")] if self.after else []
        return urlencode(pairs)


def is_word(value: str) -> bool:
    """Whether a value could be one that a program named."""
    return _WORD.fullmatch(value) is not None


def _known(name: str, given: Iterable[str]) -> tuple[str, ...]:
    allowed = CHOICES.get(name)
    picked = dict.fromkeys(value.strip() for value in given)
    if allowed is not None:
        return tuple(value for value in allowed if value in picked)
    return tuple(value for value in picked if is_word(value))[:MOST_VALUES]


def _one(given: Iterable[str]) -> str:
    return next(iter(given), "").replace("\x00", "").strip()


def read_day(given: Iterable[str]) -> date | None:
    """The first of these as a day, 2026-12-03; None for anything else."""
    text = _one(given)
    # `fromisoformat` reads more than that, 20261203 and 2026-W49-4: one day would have several addresses.
    if not _DAY.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2199 else None


def read_cursor(text: str) -> tuple[int, int] | None:
    """The place after which a page begins; None for what is none."""
    found = _CURSOR.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else None

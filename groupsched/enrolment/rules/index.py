"""A window of dates held as sets of bits: any question and the count beside every choice in one pass.

Bit i of every set is the i-th date in the order of (start, id). A set of 20,000 dates is 2.5 kB, so that a
count beside each of a hundred choices costs a few microseconds each, whatever is chosen.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, Protocol, Self, TypeVar

from groupsched.core.text import beginnings
from groupsched.enrolment.rules.filters import DIMENSIONS, FindFilters

FREE = "free"
Row = TypeVar("Row")


@dataclass(frozen=True)
class IndexEntry:
    """One date as the filters see it. `day` is the local date; `words` keys the text that is searched."""

    id: int
    group: int
    start: datetime
    end: datetime
    day: date
    words: Hashable
    facets: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class IndexPage:
    """The ids of one page in order, and the cursor of the next one where there is more."""

    ids: tuple[int, ...]
    after: tuple[int, int] | None


def bits(positions: Iterable[int], size: int) -> int:
    """The set of these positions among `size`.

    >>> bin(bits([0, 3], 8))
    '0b1001'
    """
    # Not a sum of shifted ones: each of those would copy the whole number.
    field = bytearray((size + 7) // 8)
    for position in positions:
        field[position >> 3] |= 1 << (position & 7)
    return int.from_bytes(field, "little")


def laid_in(rows: Sequence[Row], new: Iterable[tuple[int, Row]]) -> list[Row]:
    """These rows with others among them, each before the row at its place; the places rise.

    >>> laid_in("adf", [(1, "b"), (1, "c"), (2, "e"), (3, "g")])
    ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    """
    laid: list[Row] = []
    begin = 0
    for place, row in new:
        laid += rows[begin:place]
        laid.append(row)
        begin = place
    return [*laid, *rows[begin:]]


def positions(mask: int) -> Iterator[int]:
    """The members of a set, from the smallest.

    >>> list(positions(0b1001))
    [0, 3]
    """
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


class FoundRow(Protocol):
    """What stands at one bit: the text by which it is found, and its facets."""

    @property
    def words(self) -> Hashable:
        """What keys the text that is searched."""

    @property
    def facets(self) -> Mapping[str, tuple[str, ...]]:
        """Its values in each dimension of the filters."""


class BitIndex:
    """Rows as bits, in the order in which they are given: which of them answer a question, and how many each choice would show."""

    def __init__(
        self,
        rows: Sequence[FoundRow],
        texts: Mapping[Any, str],
        spoken: Mapping[tuple[str, str], str] | None = None,
        names: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        """`texts` are what is searched, by the key of an entry, and `spoken` how each value of a dimension is said: both `searchable`.
        `names` are what the rows of a program are called, by dimension."""
        self._spoken: Mapping[tuple[str, str], str] = spoken or {}
        self.names: Mapping[str, Mapping[str, Any]] = names or {}
        self.size = len(rows)
        self._masks = self._sort(rows)
        self._texts = self._by_text(rows, texts)
        self.everything = (1 << self.size) - 1
        # The last question and its answer, put in place together: threads share an index, and half of each would be a lie.
        self._said = ("", self.everything)

    def _sort(self, rows: Sequence[FoundRow]) -> dict[str, dict[str, int]]:
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for position, row in enumerate(rows):
            for name, values in row.facets.items():
                for value in values:
                    found[name, value].append(position)
        masks: dict[str, dict[str, int]] = defaultdict(dict)
        for (name, value), where in found.items():
            masks[name][value] = bits(where, self.size)
        return masks

    def _by_text(self, rows: Sequence[FoundRow], texts: Mapping[Any, str]) -> list[tuple[str, list[int]]]:
        where: dict[Hashable, list[int]] = defaultdict(list)
        for position, row in enumerate(rows):
            where[row.words].append(position)
        return [(texts.get(words, ""), found) for words, found in where.items()]

    def _joined(self, gone: int, fresh: Self) -> Self:
        """The same without a set, and with another index behind it: what was read stays as it is, for who reads it now."""
        other = copy(self)
        other.names = fresh.names
        other.size = self.size + fresh.size
        other.everything = self.everything & ~gone | fresh.everything << self.size
        other._masks = {
            name: _together(self._masks.get(name, {}), fresh._masks.get(name, {}), gone, self.size)
            for name in self._masks.keys() | fresh._masks.keys()
        }
        # What is gone is still found by its words, and is in no set that is asked.
        moved = ((text, [self.size + one for one in where]) for text, where in fresh._texts)
        other._texts = [*self._texts, *moved]
        other._spoken = {**self._spoken, **fresh._spoken}
        other._said = ("", other.everything)
        return other

    def count(self, mask: int) -> int:
        """How many a set shows."""
        return mask.bit_count()

    def values(self, name: str) -> list[str]:
        """The values of a dimension that anything has."""
        return sorted(self._masks[name]) if name in self._masks else []

    def having(self, name: str, values: Iterable[str]) -> int:
        """Those that have one of the values."""
        found = 0
        for value in values:
            found |= self._masks[name].get(value, 0) if name in self._masks else 0
        return found

    def moved(self, name: str, mask: int, out_of: Collection[str], into: str) -> Self:
        """The same, where those of a set that have one of the values `out_of` have `into` in their place."""
        going = mask & self.having(name, out_of)
        if not going:
            return self
        table = {
            value: found & ~going if value in out_of else found for value, found in self._masks[name].items()
        }
        table[into] = table.get(into, 0) | going
        other = copy(self)
        other._masks = {**self._masks, name: table}
        other._said = ("", self.everything)
        return other

    def saying(self, q: str) -> int:
        """Those of which every word of `q` begins a word: of the group's own, or of one of their values."""
        asked, found = self._said
        if asked != q:
            words = beginnings(q)
            found = self.everything if words or not q.strip() else 0
            for word in words:
                found &= self._with(word)
            self._said = (q, found)
        return found

    def _with(self, word: str) -> int:
        hits = (where for text, where in self._texts if word in text)
        found = bits((i for where in hits for i in where), self.size)
        for (name, value), text in self._spoken.items():
            if word in text:
                found |= self.having(name, [value])
        return found

    def matches(self, filters: FindFilters, base: int, full: int) -> int:
        """Those of `base` that answer the whole question; `full` are those without a free seat."""
        found = base & self.saying(filters.q)
        for name, values in filters.values.items():
            found &= self.having(name, values)
        return found & ~full if filters.free else found

    def counts(self, filters: FindFilters, base: int, full: int) -> dict[str, dict[str, int]]:
        """For each choice, how many it would show together with what is chosen in the other dimensions."""
        said = base & self.saying(filters.q)
        chosen = {name: self.having(name, values) for name, values in filters.values.items()}
        if filters.free:
            chosen[FREE] = ~full
        result: dict[str, dict[str, int]] = {}
        for name in DIMENSIONS:
            others = said
            for other, mask in chosen.items():
                others = others if other == name else others & mask
            table = self._masks.get(name, {})
            result[name] = {value: self.count(mask & others) for value, mask in table.items()}
        for other, mask in chosen.items():
            said = said if other == FREE else said & mask
        result[FREE] = {"1": self.count(said & ~full)}
        return result


def _together(was: Mapping[str, int], fresh: Mapping[str, int], gone: int, size: int) -> dict[str, int]:
    """The sets of each value of both, without what is gone; none of a value that nothing has any more."""
    both = {
        value: was.get(value, 0) & ~gone | fresh.get(value, 0) << size for value in was.keys() | fresh.keys()
    }
    return {value: mask for value, mask in both.items() if mask}


class DateIndex(BitIndex):
    """Every date of a window and what can be asked about it."""

    def __init__(
        self,
        entries: Iterable[IndexEntry],
        texts: Mapping[Any, str],
        spoken: Mapping[tuple[str, str], str] | None = None,
        names: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        """As a BitIndex of the entries, in the order of their start."""
        rows = sorted(entries, key=lambda entry: (entry.start, entry.id))
        super().__init__(rows, texts, spoken, names)
        self.ids: Sequence[int] = [row.id for row in rows]
        self._groups = [row.group for row in rows]
        self._ends = [row.end for row in rows]
        self._place = {row.id: position for position, row in enumerate(rows)}
        # In the order of their start, each with its place among the bits.
        self._keys = [(int(row.start.timestamp()), row.id) for row in rows]
        self._at = list(range(self.size))
        days: dict[str, list[int]] = defaultdict(list)
        for position, row in enumerate(rows):
            days[row.day.isoformat()].append(position)
        self._masks["date"] = {day: bits(where, self.size) for day, where in days.items()}

    def mended(self, groups: Collection[int], fresh: Self) -> Self:
        """The same, where the dates of these groups are those of another index."""
        gone = bits((place for place, group in enumerate(self._groups) if group in groups), self.size)
        other = self._joined(gone & self.everything, fresh)
        other.ids, other._groups = [*self.ids, *fresh.ids], [*self._groups, *fresh._groups]
        other._ends = [*self._ends, *fresh._ends]
        other._place = {**self._place, **{one: self.size + place for one, place in fresh._place.items()}}
        places = [bisect_right(self._keys, key) for key in fresh._keys]
        other._keys = laid_in(self._keys, zip(places, fresh._keys, strict=True))
        moved = (self.size + position for position in fresh._at)
        other._at = laid_in(self._at, zip(places, moved, strict=True))
        return other

    # --- sets ---

    def of(self, ids: Iterable[int]) -> int:
        """The set of these dates; ids that are not in the window are left out."""
        return bits((self._place[one] for one in ids if one in self._place), self.size)

    def to_come(self, now: datetime) -> int:
        """Dates that have not ended."""
        begun = bisect_right(self._keys, (int(now.timestamp()), 1 << 62))
        over = bits((one for one in self._at[:begun] if self._ends[one] <= now), self.size)
        return self.everything & ~over

    def on(self, day: date) -> int:
        """Dates of one local day."""
        return self._masks["date"].get(day.isoformat(), 0)

    def within(self, first: date, last: date) -> int:
        """Dates from the first to the last local day, both inclusive."""
        return self.having(
            "date", [day for day in self._masks["date"] if first.isoformat() <= day <= last.isoformat()]
        )

    def page(self, mask: int, after: tuple[int, int] | None, limit: int) -> IndexPage:
        """The next `limit` dates of a set behind the cursor (epoch second, id)."""
        begin = 0 if after is None else bisect_right(self._keys, after)
        inside = mask.to_bytes((self.size + 7) // 8, "little")
        ids: list[int] = []
        last = begin
        for number, position in enumerate(islice(self._at, begin, None), begin):
            if inside[position >> 3] >> (position & 7) & 1:
                if len(ids) == limit:
                    return IndexPage(tuple(ids), self._keys[last])
                ids.append(self.ids[position])
                last = number
        return IndexPage(tuple(ids), None)


def ways_out(index: BitIndex, filters: FindFilters, base: int, full: int) -> list[tuple[str, str, int]]:
    """For an empty answer: each chosen value whose removal would show something, and how much, most first.

    The words that were searched for count as one, under the name `q`.
    """
    chosen = [*filters.chosen(), *([("q", filters.q)] if filters.q else [])]
    counted = ((name, value, filters.without(name, value)) for name, value in chosen)
    found = [(name, value, index.count(index.matches(less, base, full))) for name, value, less in counted]
    return sorted((way for way in found if way[2]), key=lambda way: -way[2])

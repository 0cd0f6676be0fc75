"""Groups held as sets of bits: which of them have a date that answers a question, how many each choice would show, and in
which order they have a free seat.

A bit is a slot of a group: a weekday, a part of the day, a place and who leads, with all of its dates. The first slots of
all groups stand first, then the second ones of those that have two …: the groups of a set are its layers laid over each other.
Groups that were changed since leave their bits behind, and have new ones, in layers of their own.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any, NamedTuple, Self

from groupsched.enrolment.rules.index import BitIndex, bits, laid_in


class GroupDate(NamedTuple):
    """A date as the groups are found by it: `slot` tells it from dates of its group that are found otherwise."""

    id: int
    group: int
    start: datetime
    end: datetime
    slot: Hashable
    words: Hashable
    facets: Mapping[str, tuple[str, ...]]


class Layer(NamedTuple):
    """A run of bits, one a group: where it begins, how long it is, and the number of its first group."""

    begin: int
    width: int
    first: int

    def over(self, mask: int) -> int:
        """The groups of a set of slots that have their bit here, as a set of numbers."""
        return ((mask >> self.begin) & ((1 << self.width) - 1)) << self.first

    def under(self, groups: int) -> int:
        """The slots here of a set of numbers of groups."""
        return ((groups >> self.first) & ((1 << self.width) - 1)) << self.begin


@dataclass(frozen=True)
class GroupTurn:
    """A group in the order of an answer: the date that speaks for it, and whether that has a free seat.

    `key` is its place in the order: the second of the date's start, far behind where no date has a seat. `facets` are those of
    that date.
    """

    group: int
    date: int
    free: bool
    facets: Mapping[str, tuple[str, ...]]
    key: tuple[int, int]


LAST = 10_000_000_000
"""What puts a group without a free seat behind all that have one, whenever they meet."""


class GroupIndex(BitIndex):
    """Groups with their dates of a window, and what can be asked about them."""

    def __init__(
        self,
        dates: Iterable[GroupDate],
        texts: Mapping[Any, str],
        spoken: Mapping[tuple[str, str], str] | None = None,
        names: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        """As a BitIndex of the slots of these dates."""
        self._dates = sorted(dates, key=_order)
        slots: dict[int, dict[Hashable, GroupDate]] = defaultdict(dict)
        for one in self._dates:
            slots[one.group].setdefault(one.slot, one)
        self.groups = sorted(slots, key=lambda group: (-len(slots[group]), group))
        most = len(slots[self.groups[0]]) if self.groups else 0
        layers = [[group for group in self.groups if len(slots[group]) > n] for n in range(most)]
        rows = [list(slots[group].items())[n] for n, layer in enumerate(layers) for group in layer]
        super().__init__([first for _slot, first in rows], texts, spoken, names)
        begins = accumulate(map(len, layers), initial=0)
        self._layers = [Layer(begin, len(layer), 0) for begin, layer in zip(begins, layers, strict=False)]
        where = {(first.group, slot): position for position, (slot, first) in enumerate(rows)}
        self._place = [where[one.group, one.slot] for one in self._dates]
        self._starts = [one.start for one in self._dates]
        last: dict[int, datetime] = {}
        for position, one in zip(self._place, self._dates, strict=True):
            last[position] = max(one.end, last.get(position, one.end))
        self._over = sorted((end, position) for position, end in last.items())
        self._number = {group: number for number, group in enumerate(self.groups)}
        self._numbers = len(self.groups)
        self._facets = {group: [first.facets for first in found.values()] for group, found in slots.items()}

    def mended(self, groups: Collection[int], fresh: Self) -> Self:
        """The same, where these groups are as in another index, with the dates that they have there, or none."""
        other = self._joined(self.everything & ~self.without(self.everything, groups), fresh)
        other.groups = [*(one for one in self.groups if one not in groups), *fresh.groups]
        other._layers = [
            *self._layers,
            *(
                Layer(self.size + begin, width, self._numbers + first)
                for begin, width, first in fresh._layers
            ),
        ]
        moved = {group: self._numbers + number for group, number in fresh._number.items()}
        other._number = {**{one: n for one, n in self._number.items() if one not in groups}, **moved}
        other._numbers = self._numbers + fresh._numbers
        kept = {one: facets for one, facets in self._facets.items() if one not in groups}
        other._facets = {**kept, **fresh._facets}
        other._lay_in(self, fresh)
        return other

    def _lay_in(self, was: Self, fresh: Self) -> None:
        """The dates of both in order. Those that are gone stay: nobody asks for a set that has their slots."""
        at = [bisect_right(was._dates, _order(one), key=_order) for one in fresh._dates]
        self._starts = laid_in(was._starts, zip(at, fresh._starts, strict=True))
        self._dates = laid_in(was._dates, zip(at, fresh._dates, strict=True))
        self._place = laid_in(was._place, zip(at, (was.size + one for one in fresh._place), strict=True))
        self._over = sorted([*was._over, *((end, was.size + place) for end, place in fresh._over)])

    # --- sets ---

    def to_come(self, now: datetime) -> int:
        """Slots with a date that has not ended."""
        gone = bisect_right(self._over, now, key=lambda one: one[0])
        return self.everything & ~bits((position for _end, position in self._over[:gone]), self.size)

    def open_at(self, now: datetime, is_full: Callable[[GroupDate], bool]) -> int:
        """Slots with a date that has not begun and has a free seat."""
        begun = bisect_right(self._starts, now)
        free = {
            place
            for place, one in zip(self._place[begun:], self._dates[begun:], strict=True)
            if not is_full(one)
        }
        return bits(free, self.size)

    def over_groups(self, mask: int) -> int:
        """The groups of a set of slots, as a set of their numbers."""
        found = 0
        for layer in self._layers:
            found |= layer.over(mask)
        return found

    def count(self, mask: int) -> int:
        """How many groups a set of slots shows."""
        return self.over_groups(mask).bit_count()

    def among(self, mask: int, groups: Iterable[int]) -> list[int]:
        """Those of these groups that a set of slots shows."""
        found = self.over_groups(mask)
        return [one for one in groups if one in self._number and found >> self._number[one] & 1]

    def without(self, mask: int, groups: Iterable[int]) -> int:
        """A set of slots without those of these groups."""
        left = bits((self._number[one] for one in groups if one in self._number), self._numbers)
        for layer in self._layers:
            mask &= ~layer.under(left)
        return mask

    def sharing(self, mask: int) -> int:
        """Every slot of the groups that a set of slots shows."""
        groups, found = self.over_groups(mask), 0
        for layer in self._layers:
            found |= layer.under(groups)
        return found

    def slots_of(self, group: int) -> list[Mapping[str, tuple[str, ...]]]:
        """What each slot of a group is found by; none of a group without dates."""
        return self._facets.get(group, [])

    # --- order ---

    def start_of(self, now: datetime, many: int) -> datetime:
        """When the date begins that is the so-many-th after now; the last one, where there are fewer."""
        at = bisect_right(self._starts, now) + many
        return self._starts[min(at, len(self._starts) - 1)] if self._starts else now

    def placed(self, mask: int, now: datetime) -> Iterator[tuple[int, GroupDate]]:
        """The dates of a set of slots that have not ended, in the order of their start, each with its slot."""
        inside = mask.to_bytes((self.size + 7) // 8, "little")
        for place, one in zip(self._place, self._dates, strict=True):
            if inside[place >> 3] >> (place & 7) & 1 and one.end > now:
                yield place, one

    def in_turn(self, mask: int, now: datetime, is_full: Callable[[GroupDate], bool]) -> Iterator[GroupTurn]:
        """The groups of a set, the soonest free seat first; those without one last, by their next date.

        Whoever reads on gets more: what is behind is not looked at.
        """
        first: dict[int, GroupDate] = {}
        seen: set[int] = set()
        for _place, one in self.placed(mask, now):
            if one.group in seen:
                continue
            if one.start > now and not is_full(one):
                seen.add(one.group)
                yield _turn(one, free=True)
            else:
                first.setdefault(one.group, one)
        for group, one in first.items():
            if group not in seen:
                yield _turn(one, free=False)


def _order(one: GroupDate) -> tuple[datetime, int, int]:
    """Where a date stands: of those that start at once by its group, as the key of a turn says."""
    return one.start, one.group, one.id


def _turn(one: GroupDate, *, free: bool) -> GroupTurn:
    second = int(one.start.timestamp())
    return GroupTurn(one.group, one.id, free, one.facets, (second if free else second + LAST, one.group))

"""Groups held as sets of bits: which of them have a date that answers a question, how many each choice would show, and in
which order they have a free seat.

A bit is a slot of a group: a weekday, a part of the day, a place and who leads, with all of its dates. The first slots of
all groups stand first, then the second ones of those that have two …: the groups of a set are its layers laid over each other.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from groupsched.enrolment.rules.index import BitIndex, bits


class GroupDate(NamedTuple):
    """A date as the groups are found by it: `slot` tells it from dates of its group that are found otherwise."""

    id: int
    group: int
    start: datetime
    end: datetime
    slot: Hashable
    words: Hashable
    facets: Mapping[str, tuple[str, ...]]


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
        self._dates = sorted(dates, key=lambda one: (one.start, one.id))
        slots: dict[int, dict[Hashable, GroupDate]] = defaultdict(dict)
        for one in self._dates:
            slots[one.group].setdefault(one.slot, one)
        self.groups = sorted(slots, key=lambda group: (-len(slots[group]), group))
        most = len(slots[self.groups[0]]) if self.groups else 0
        layers = [[group for group in self.groups if len(slots[group]) > n] for n in range(most)]
        rows = [list(slots[group].items())[n] for n, layer in enumerate(layers) for group in layer]
        super().__init__([first for _slot, first in rows], texts, spoken, names)
        self._widths = [len(layer) for layer in layers]
        where = {(first.group, slot): position for position, (slot, first) in enumerate(rows)}
        self._place = [where[one.group, one.slot] for one in self._dates]
        self._starts = [one.start for one in self._dates]
        last: dict[int, datetime] = {}
        for position, one in zip(self._place, self._dates, strict=True):
            last[position] = max(one.end, last.get(position, one.end))
        self._over = sorted((end, position) for position, end in last.items())
        self._number = {group: number for number, group in enumerate(self.groups)}
        self._facets = {group: [first.facets for first in found.values()] for group, found in slots.items()}

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
        found, begin = 0, 0
        for width in self._widths:
            found |= (mask >> begin) & ((1 << width) - 1)
            begin += width
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
        left = bits((self._number[one] for one in groups if one in self._number), len(self.groups))
        begin = 0
        for width in self._widths:
            mask &= ~((left & ((1 << width) - 1)) << begin)
            begin += width
        return mask

    def sharing(self, mask: int) -> int:
        """Every slot of the groups that a set of slots shows."""
        groups, found, begin = self.over_groups(mask), 0, 0
        for width in self._widths:
            found |= (groups & ((1 << width) - 1)) << begin
            begin += width
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


def _turn(one: GroupDate, *, free: bool) -> GroupTurn:
    second = int(one.start.timestamp())
    return GroupTurn(one.group, one.id, free, one.facets, (second if free else second + LAST, one.group))

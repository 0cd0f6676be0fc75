"""From which of a group's coming dates on it is somewhere else."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class DateSpot:
    """Where a date is, by the number of its place, and at which weekday and minute of the day: those tell regular dates apart."""

    at: tuple[int, int]
    place: int | None


def moves_from(spots: Sequence[DateSpot]) -> list[int]:
    """Of dates in order, from which on (by index) all that follow are in another place than before, two at least: of all dates, or
    else of those of one weekday and hour.

    >>> monday, friday = (0, 600), (4, 600)
    >>> moves_from([DateSpot(monday, one) for one in (1, 1, 2, 2)])
    [2]
    >>> moves_from([DateSpot(monday, 1), DateSpot(friday, 5), DateSpot(monday, 2), DateSpot(friday, 5), DateSpot(monday, 2)])
    [2]
    >>> moves_from([DateSpot(monday, one) for one in (1, 2, 1, 1)]), moves_from([DateSpot(monday, 1), DateSpot(friday, 5)] * 3)
    ([], [])
    """
    everything = _from(spots, range(len(spots)))
    if everything is not None and len({spot.at for spot in spots[everything:]}) == len(
        {one.at for one in spots}
    ):
        return [everything]
    by_rhythm = defaultdict[tuple[int, int], list[int]](list)
    for number, spot in enumerate(spots):
        by_rhythm[spot.at].append(number)
    found = (_from(spots, numbers) for numbers in by_rhythm.values())
    return sorted(one for one in found if one is not None)


def _from(spots: Sequence[DateSpot], numbers: Sequence[int]) -> int | None:
    if not numbers or spots[numbers[-1]].place is None:
        return None
    last = spots[numbers[-1]].place
    away = (run for run, number in enumerate(reversed(numbers)) if spots[number].place != last)
    run = next(away, len(numbers))
    return numbers[-run] if run > 1 and last != spots[numbers[0]].place else None

"""The letters of a long sheet: where each begins, in the order in which the sheet stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from string import ascii_uppercase

from groupsched.attendance.queries import SheetRow
from groupsched.attendance.rules import SheetSort
from groupsched.core.text import fold

LONG = 28
"""So many people stand on a tablet at once; over that there are letters to jump by."""
OTHERS = "#"


@dataclass(frozen=True)
class SheetLetter:
    """One letter, with the row at which each run of it begins: who came lately stands in a run of its own. Neighbours without
    people are one."""

    letter: str
    rows: tuple[str, ...] = ()


def letters_of(rows: Sequence[SheetRow], sort: str) -> list[SheetLetter]:
    """The letters of a sheet that is longer than a screen, those without people too; none of a shorter one."""
    if len(rows) <= LONG:
        return []
    found: dict[str, list[str]] = {letter: [] for letter in ascii_uppercase}
    before = ""
    for row in rows:
        letter = _letter(row, sort)
        if letter != before:
            found.setdefault(letter, []).append(row.attendee_id)
        before = letter
    runs = groupby(found.items(), key=lambda one: one[0] if one[1] else "")
    return [_together(list(run)) for _key, run in runs]


def _together(run: list[tuple[str, list[str]]]) -> SheetLetter:
    return SheetLetter(" ".join(letter for letter, _uids in run), tuple(run[0][1]))


def _letter(row: SheetRow, sort: str) -> str:
    by_last = sort == SheetSort.LAST and row.person is not None
    name = row.person.last_name if by_last and row.person else row.label
    first = fold(name)[:1].upper()
    return first if first in ascii_uppercase and first else OTHERS

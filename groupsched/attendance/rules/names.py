"""How a person is called on a sheet: first name and initial, longer only to tell two people apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class CalledName:
    """A person's preferred first name and last name; `number` tells people of the same name apart."""

    key: str
    first: str
    last: str = ""
    number: str = ""


def labels(people: Iterable[CalledName]) -> dict[str, str]:
    """A label for each key: "Jo M.", or "Jo Mar." and "Jo Mat." where two would read the same.

    >>> labels([CalledName("1", "Jo", "Marmalade"), CalledName("2", "Jo", "Matchbox")])
    {'1': 'Jo Mar.', '2': 'Jo Mat.'}
    """
    same_first: dict[str, list[CalledName]] = defaultdict(list)
    for person in people:
        same_first[person.first.casefold()].append(person)
    return {
        person.key: _label(person, [other for other in group if other is not person])
        for group in same_first.values()
        for person in group
    }


def _label(person: CalledName, others: Sequence[CalledName]) -> str:
    length = next(
        (
            n
            for n in range(1, len(person.last) + 1)
            if not any(_starts(other, person.last[:n]) for other in others)
        ),
        len(person.last),
    )
    short = f"{person.first} {_shortened(person.last, length)}".strip()
    twins = any(other.last.casefold() == person.last.casefold() for other in others)
    return f"{short} {record_digits(person.number)}".strip() if twins else short


def _starts(other: CalledName, prefix: str) -> bool:
    return other.last.casefold().startswith(prefix.casefold())


def _shortened(last: str, length: int) -> str:
    return last if length >= len(last) > 1 else f"{last[:length]}." if last else ""


def record_digits(number: str) -> str:
    """The last two digits of a record number, enough to tell two people at a door apart."""
    return "".join(character for character in number if character.isdigit())[-2:]

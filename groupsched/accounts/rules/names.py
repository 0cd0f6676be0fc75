"""What people sign in with, where their mail goes, and how they are called where others read it."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from groupsched.core.text import clean_line, fold

_ADDRESS = re.compile(
    r"[^@\s<>\",;:\\()\[\]]{1,64}@(?:[^@\s.<>\",;:\\()\[\]]{1,63}\.)+[^@\s.<>\",;:\\()\[\]]{2,63}"
)


def normal_login(text: str) -> str:
    """Return a login as it is stored and compared: NFC, case-folded, single spaces, nothing invisible: not even the joiners
    that a name may hold, so that two logins never look alike.

    >>> normal_login("  Robin   TEACUP ")
    'robin teacup'
    """
    folded = unicodedata.normalize("NFC", text).casefold()
    return clean_line("".join(char for char in folded if unicodedata.category(char) != "Cf"))


def is_mail_address(text: str) -> bool:
    """Say whether a text has the shape of one mail address. Whether it exists only a mail can tell.

    >>> [is_mail_address(text) for text in ("robin@example.org", "robin@example", "Robin <robin@example.org>", "a..b@example.org")]
    [True, False, False, False]
    """
    name = text.rpartition("@")[0]
    dotted = name.startswith(".") or name.endswith(".") or ".." in name
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None and not dotted and "=?" not in text


@dataclass(frozen=True)
class CalledName:
    """A person's preferred first name and last name; `number` tells people of the same name apart."""

    key: str
    first: str
    last: str = ""
    number: str = ""


def labels(people: Iterable[CalledName]) -> dict[str, str]:
    """A label for each key: "Jo M.", or "Jo Mar." and "Jo Mat." where two would read the same, accents aside.

    >>> labels([CalledName("1", "Jo", "Marmalade"), CalledName("2", "Jo", "Matchbox")])
    {'1': 'Jo Mar.', '2': 'Jo Mat.'}
    """
    same_first: dict[str, list[CalledName]] = defaultdict(list)
    for person in people:
        same_first[fold(person.first)].append(person)
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
    twins = any(fold(other.last) == fold(person.last) for other in others)
    return f"{short} {record_end(person.number)}".strip() if twins else short


def _starts(other: CalledName, prefix: str) -> bool:
    return fold(other.last).startswith(fold(prefix))


def _shortened(last: str, length: int) -> str:
    return last if length >= len(last) > 1 else f"{last[:length]}." if last else ""


def record_end(number: str) -> str:
    """The last three characters of a record number as it is written, enough to tell two people at a door apart.

    >>> record_end("K7M20X4P")
    'X4P'
    """
    return number.strip()[-3:]

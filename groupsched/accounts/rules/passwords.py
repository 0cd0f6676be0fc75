"""Which passwords are taken."""

import re
import unicodedata
from collections.abc import Collection
from enum import StrEnum
from itertools import pairwise

STAFF_PASSWORD_LENGTH = 12
CLIENT_PASSWORD_LENGTH = 8
LONGEST_PASSWORD = 1024
# Of names: what is shorter stands in many words, and so many letters beside one are a password of their own.
SHORTEST_NAME, FEWEST_OTHER_LETTERS = 3, 4
# Ordinary words make many steps to a key beside: at four one pair of words in 20,000 is taken for a walk, at three one in 900.
FEWEST_STEPS = 4
_ROWS = ("1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./")
_KEYS = {key: (row, column) for row, keys in enumerate(_ROWS) for column, key in enumerate(keys)}
# Each row of keys lies half a key to the right of the one above.
_BESIDE = frozenset({(0, 1), (0, -1), (1, 0), (1, -1), (-1, 0), (-1, 1)})


class PasswordFault(StrEnum):
    """Why a password is refused. There are no rules beyond these (trust.md, NIST SP 800-63B)."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"
    NAMED = "named"
    WALK = "walk"


def password_fault(
    password: str, *, staff: bool, common: Collection[str], names: Collection[str] = ()
) -> PasswordFault | None:
    """Return why this password cannot be taken, or None. `common` holds case-folded entries, `names` what anybody may know
    of this person: the login, their name, the program's.

    Length is counted in characters after NFC, so that one letter is one letter on every keyboard.
    """
    text = plain_password(password)
    if len(text) < shortest_password(staff=staff):
        return PasswordFault.SHORT
    if len(text) > LONGEST_PASSWORD:
        return PasswordFault.LONG
    folded = text.strip().casefold()
    if folded in common or len(set(text)) == 1:
        return PasswordFault.COMMON
    if is_walk(folded):
        return PasswordFault.WALK
    return PasswordFault.NAMED if is_named(folded, names) else None


def is_named(folded: str, names: Collection[str]) -> bool:
    """Say whether a case-folded password holds a name, or a word of one, and beside it hardly a letter.

    >>> [is_named(text, ["Robin Teacup"]) for text in ("teacup.robin.2026", "robin's blue kettle", "a blue kettle")]
    [True, False, False]
    """
    words = {_letters(part) for name in names for part in [name, *re.split(r"[\W_]+", name)]}
    rest = known = _letters(folded)
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "") if len(word) >= SHORTEST_NAME else rest
    return rest != known and sum(sign.isalpha() for sign in rest) < FEWEST_OTHER_LETTERS


def _letters(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def is_walk(folded: str) -> bool:
    """Say whether a password is a walk over the keys or through the alphabet: where it leaves one key, the next lies beside
    it, four of them at least before it jumps, taken over all.

    >>> [is_walk(text) for text in ("1qaz2wsx3edc", "asdfghjkl123", "abcdefgh1234", "dressed streets", "a blue kettle")]
    [True, True, True, False, False]
    """
    jumps = sum(not _side_by_side(one, next_) for one, next_ in pairwise(folded))
    return (jumps + 1) * FEWEST_STEPS <= len(folded)


def _side_by_side(one: str, other: str) -> bool:
    if one == other or ((one + other).isalpha() and abs(ord(one) - ord(other)) == 1):
        return True
    if one not in _KEYS or other not in _KEYS:
        return False
    (row, column), (row_after, column_after) = _KEYS[one], _KEYS[other]
    return (row_after - row, column_after - column) in _BESIDE


def plain_password(password: str) -> str:
    """Return a password in NFC: one keyboard sends é as one character, another as two."""
    return unicodedata.normalize("NFC", password)


def shortest_password(*, staff: bool) -> int:
    """Return the least number of characters: 12 for staff, 8 for clients."""
    return STAFF_PASSWORD_LENGTH if staff else CLIENT_PASSWORD_LENGTH

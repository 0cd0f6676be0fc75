"""The roster that is signed on the tablet: what initials are, and whose turn it is."""

from __future__ import annotations

from collections.abc import Collection, Sequence

FEWEST, MOST = 2, 4


def initials_of(text: str) -> str | None:
    """Two to four letters as initials, None for anything else.

    >>> initials_of(" r.t. "), initials_of("Ñ Á"), initials_of("R"), initials_of("R2")
    ('RT', 'ÑÁ', None, None)
    """
    letters = "".join(one for one in text if one not in ". -").upper()
    return letters if letters.isalpha() and FEWEST <= len(letters) <= MOST else None


def next_to_sign(rows: Sequence[str], signed: Collection[str], after: str = "") -> str | None:
    """The next of these rows, in their order, who has not signed; `after` whom the tablet went on. None: it has been round.

    >>> next_to_sign(["a", "b", "c"], {"b"}, after="a"), next_to_sign(["a", "b"], {"b"}, after="a")
    ('c', None)
    """
    begin = rows.index(after) + 1 if after in rows else 0
    return next((row for row in rows[begin:] if row not in signed), None)

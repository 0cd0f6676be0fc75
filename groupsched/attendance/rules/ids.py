"""Ids that are known before anything is stored: reading a sheet changes nothing, and its rows already have a name."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 14


def attendee_uid(occurrence_uid: str, person_uid: str) -> str:
    """The public id of a person's row on a sheet, the same before and after the row is stored.

    Both parts are random, so the id cannot be guessed by somebody who does not know them.
    """
    number = int.from_bytes(hashlib.sha256(f"{occurrence_uid}/{person_uid}".encode()).digest())
    letters = []
    for _ in range(_LENGTH):
        number, rest = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[rest])
    return "".join(letters)


def told_op_id(attendee: str, at: datetime) -> str:
    """The id of the operation that writes down a person's own "can't come", said at `at` (aware)."""
    return str(uuid5(NAMESPACE_URL, f"told/{attendee}/{at.isoformat()}"))

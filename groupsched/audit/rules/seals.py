"""The chain of seals over what is written down."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

FIRST_LINK = "0" * 64
"""What the first seal has before it."""


def sealed(previous: str, rows: Iterable[Sequence[Any]]) -> str:
    """The hash of a seal: over that of the one before and its rows in order, each as it is stored.

    >>> one = (1, datetime(2026, 11, 27, tzinfo=UTC), 1, 7, "person", "person.opened", "person", "abc", {"a": 1}, [9])
    >>> sealed(FIRST_LINK, [one]) == sealed(FIRST_LINK, [one]) != sealed(FIRST_LINK, [(2, *one[1:])])
    True
    """
    made = sha256(previous.encode())
    for row in rows:
        told = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in row]
        made.update(
            json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode() + b"\n"
        )
    return made.hexdigest()

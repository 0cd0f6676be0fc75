"""What the gate asks of the rooms above."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

from groupsched.access.identity import Identity


@dataclass(frozen=True)
class StillStands:
    """Which of these words, each for something that an identity acts by and that others may take from it, are still true?

    Rooms answer with the rows that say so, each a `Footing`: they are read together.
    """

    identity: Identity
    words: frozenset[str]


@dataclass(frozen=True)
class Footing:
    """Rows that something stands on, locked until the transaction ends, so that whoever takes it waits; and what they say.

    The rows are of a word, two numbers and whether it is good. `told` gives the words that are true; it may raise NotFound, or
    SignedOut, where nothing is left to stand on.
    """

    rows: Select[Any, Any, Any, Any]
    told: Callable[[Sequence[Any]], frozenset[str]]

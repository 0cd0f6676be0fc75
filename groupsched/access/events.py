"""What the gate asks of the rooms above."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Integer, Select, String, cast, null, type_coerce
from sqlalchemy.sql.elements import SQLCoreOperations

from groupsched.access.identity import Identity

CARES = "cares for "
"""With the number of a client: the word for what somebody on their care team stands on."""


@dataclass(frozen=True)
class StillStands:
    """Which of these words, each for something that an identity acts by and that others may take from it, are still true?

    Rooms answer with the rows that say so, each a `Footing`: they are read together.
    """

    identity: Identity
    words: frozenset[str]


@dataclass(frozen=True)
class CareTeamAsked:
    """Who is on the care team of a client of a program today, or who of them are their counselors? The room that owns the rows
    answers with a query of their numbers."""

    person_id: int
    program_id: int
    counselors: bool = False


@dataclass(frozen=True)
class InCareAsked:
    """On whose care team is somebody today? The same the other way round."""

    member_id: int
    program_id: int
    counselors: bool = False


@dataclass(frozen=True)
class Footing:
    """Rows of `footing_columns` that something stands on, locked until the transaction ends, so that whoever takes it waits; and
    what they say.

    `told` gives the words that are true; it may raise NotFound, or
    SignedOut, where nothing is left to stand on.
    """

    rows: Select[Any, Any, Any, Any]
    told: Callable[[Sequence[Any]], frozenset[str]]


def footing_columns(
    good: SQLCoreOperations[bool], word: Any = "", number: Any = null(), other: Any = null()
) -> tuple[ColumnElement[Any], ...]:
    """What is read of each row: whether it is good, then a word and two numbers that say what it is. Of one shape for all rooms."""
    return (
        type_coerce(good, Boolean).label("good"),
        cast(word, String).label("word"),
        cast(number, Integer).label("number"),
        cast(other, Integer).label("other"),
    )

"""What the pages of the day tell apart."""

from enum import StrEnum


class TaskKind(StrEnum):
    """Why a sheet waits for somebody: two answers stand for one row, or nobody has finished it."""

    TWO_ANSWERS = "two"
    UNFINISHED = "unfinished"

"""What the pages of the day and their frame tell apart."""

from enum import StrEnum


class Theme(StrEnum):
    """The light of pages, where it is not the device's own."""

    LIGHT = "light"
    DARK = "dark"


class TaskKind(StrEnum):
    """Why a sheet waits for somebody: two answers stand for one row, or nobody has finished it."""

    TWO_ANSWERS = "two"
    UNFINISHED = "unfinished"

"""Who may write on a sheet, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum, auto

WINDOW = timedelta(days=7)
"""How long after its end a sheet stays with those who stand at the door."""


class SheetRight(Enum):
    """What somebody may do to a sheet: write, write with a reason, or not know of it."""

    FREE = auto()
    REASON = auto()
    NONE = auto()


def sheet_right(*, at_the_door: bool, oversees: bool, end: datetime, now: datetime) -> SheetRight:
    """Facilitators of the group and the desk of the site write for 7 days; a supervisor always, with a reason."""
    if at_the_door and now < end + WINDOW:
        return SheetRight.FREE
    return SheetRight.REASON if oversees else SheetRight.NONE
